use std::time::Duration;

use http::Method;
use model::{Plan, TenantRole};
use serde_json::{Value, json};

use control_plane::testing::{Answer, Authenticator, Client, PASSWORD, Person, World, field_of};
use control_plane::{accounts, standing};

use super::{open, with};

async fn delete(client: &Client, person: &Person) -> Answer {
    let body = json!({"email": person.email, "password": PASSWORD});
    client.post("/api/v1/account/deletion", body).await
}

fn tenant_deletion(person: &Person) -> String {
    format!("/api/v1/tenants/{}/deletion", person.tenant)
}

async fn log_in(world: &World, person: &Person) -> (Client, Answer) {
    let mut browser = world.client();
    let form = [("email", person.email.as_str()), ("password", PASSWORD)];
    let answer = browser.submit("/log-in", &form).await;
    (browser, answer)
}

#[tokio::test]
async fn the_export_has_everything_of_the_person_and_no_secret() {
    let world = open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    let house = world.house(&anna, "Villa").await;
    world.house(&bob, "Bobs Haus").await;
    world.join(&anna, bob.tenant, TenantRole::Guest).await;
    let browser = world.browser(&anna).await;
    let body = json!({"name": "Backup", "scopes": ["read"]});
    let token = browser.post("/api/v1/account/api-tokens", body).await;
    let program = world.program(&anna).await;
    let answer = program.get("/api/v1/account/export").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let export = answer.json();
    assert_eq!(export["profile"]["email"], anna.email.as_str());
    assert_eq!(export["profile"]["has_password"], true);
    assert_eq!(export["tenants"].as_array().unwrap().len(), 2);
    assert_eq!(export["api_tokens"][0]["name"], "Backup");
    assert_eq!(export["browser_sessions"].as_array().unwrap().len(), 1);
    assert!(!export["program_log_ins"].as_array().unwrap().is_empty());
    assert_eq!(export["two_step_log_in"]["on_since"], Value::Null);
    assert!(answer.text.contains(house.as_str()));
    let acts = export["own_acts"].as_array().unwrap();
    assert!(!acts.is_empty(), "{}", answer.text);
    let secret = token.json()["secret"].as_str().unwrap().to_owned();
    let bearer = program.bearer.clone().unwrap();
    let cookie = browser.cookie.clone().unwrap();
    let cookie = cookie.split_once('=').unwrap().1;
    for hidden in [
        secret.as_str(),
        &bearer,
        cookie,
        "argon2",
        "hash",
        &bob.email,
    ] {
        assert!(!answer.text.contains(hidden), "{hidden} is in the export");
    }
    let file = browser.visit("/account/export").await;
    assert!(file.header("content-disposition").starts_with("attachment"));
    let same: Value = serde_json::from_str(&file.text).unwrap();
    assert_eq!(same["profile"], export["profile"]);
    assert_eq!(
        world.client().get("/api/v1/account/export").await.status,
        401
    );
}

#[tokio::test]
async fn a_deleted_account_is_out_at_once_and_comes_back_by_logging_in() {
    let world = open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let (browser, program) = (world.browser(&anna).await, world.program(&anna).await);
    let body = json!({"name": "Backup", "scopes": ["read"]});
    let token = browser
        .post("/api/v1/account/api-tokens", body)
        .await
        .json();
    let mut script = world.client();
    script.bearer = Some(token["secret"].as_str().unwrap().to_owned());
    assert_eq!(script.get("/api/v1/tenants").await.status, 200);

    for (email, password, field) in [
        ("bob@example.org", PASSWORD, "email"),
        (anna.email.as_str(), "wrong password", "password"),
    ] {
        let body = json!({"email": email, "password": password});
        let refused = program.post("/api/v1/account/deletion", body).await;
        assert_eq!(refused.json()["field"], field, "{}", refused.text);
    }
    let gone = delete(&program, &anna).await;
    assert_eq!(gone.status, 202, "{}", gone.text);
    assert_eq!(browser.visit("/houses").await.status, 303);
    for client in [&program, &script] {
        assert_eq!(client.get("/api/v1/tenants").await.status, 401);
    }
    let body = json!({"email": anna.email, "password": PASSWORD});
    let refused = world.client().post("/api/v1/tokens", body).await;
    assert_eq!(refused.problem(), "being-deleted");
    assert_eq!(refused.json()["erase_after"], gone.json()["erase_after"]);
    let mails = world.mails_to(&anna.email, 1).await;
    assert!(mails[0].text.contains("14 days"), "{}", mails[0].text);

    world
        .ambient
        .advance(accounts::GRACE.saturating_sub(Duration::from_mins(1)));
    assert!(
        accounts::erase::erase_due(&world.app)
            .await
            .unwrap()
            .is_empty()
    );
    let (mut back, asked) = log_in(&world, &anna).await;
    assert!(back.cookie.is_none(), "nobody is logged in yet");
    let ticket = field_of(&asked.text, "ticket");
    let keep = [("ticket", ticket.as_str()), ("next", "//evil.example")];
    let kept = back.submit("/log-in/keep", &keep).await;
    assert_eq!(
        (kept.status, kept.location()),
        (303, "/houses"),
        "{}",
        kept.text
    );
    assert!(back.visit("/houses").await.text.contains("Villa"));
    let again = world.client().submit("/log-in/keep", &keep).await;
    assert_eq!(again.status, 410, "the ticket works once");
    assert_eq!(
        script.get("/api/v1/tenants").await.status,
        401,
        "tokens stay ended"
    );
    let running = back.get(&format!("/api/v1/houses/{house}")).await;
    assert_eq!(running.status, 200);
    world.ambient.advance(Duration::from_hours(24));
    assert!(
        accounts::erase::erase_due(&world.app)
            .await
            .unwrap()
            .is_empty()
    );
    world.mails_to(&anna.email, 2).await;
}

#[tokio::test]
async fn after_the_grace_nothing_of_the_person_is_left_and_the_address_is_free() {
    let world = open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    world.house(&anna, "Villa").await;
    world.join(&anna, bob.tenant, TenantRole::Resident).await;
    delete(&world.program(&anna).await, &anna).await;
    world.ambient.advance(accounts::GRACE);
    let receipts = accounts::erase::erase_due(&world.app).await.unwrap();
    assert_eq!((receipts.len(), receipts[0].left()), (1, 0));
    let removed = |store: &str| {
        let found = receipts[0].stores.iter().find(|one| one.store == store);
        found.unwrap().removed
    };
    assert_eq!((removed("members"), removed("accounts")), (2, 1));
    assert!(
        accounts::erase::erase_due(&world.app)
            .await
            .unwrap()
            .is_empty()
    );
    let mails = world.mails_to(&anna.email, 2).await;
    assert!(mails[1].text.contains("is erased"), "{}", mails[1].text);
    let (_, refused) = log_in(&world, &anna).await;
    assert_eq!(refused.status, 401);
    // Her own tenant goes after its thirty days; Bob's stays.
    let rest = standing::service::GRACE.saturating_sub(accounts::GRACE);
    world.ambient.advance(rest);
    let tenants = standing::erase::erase_due(&world.app).await.unwrap();
    assert_eq!(tenants.len(), 1);
    assert_eq!(tenants[0].tenant, anna.tenant);
    let again = json!({"email": anna.email, "password": PASSWORD, "name": "Anna"});
    let fresh = world.client().post("/api/v1/accounts", again).await;
    assert_eq!(fresh.status, 201);
    let mails = world.mails_to(&anna.email, 3).await;
    assert!(
        mails[2].text.contains("token="),
        "a new account, not a known one"
    );
}

#[tokio::test]
async fn the_only_owner_of_others_and_the_last_admin_stay_and_are_told_what_to_do() {
    let world = open().await;
    let ada = world.person_on("Ada", Plan::Pro, true).await;
    let bob = world.person("Bob").await;
    let client = world.program(&ada).await;
    let refused = delete(&client, &ada).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("only admin"), "{}", refused.text);

    let anna = world.person("Anna").await;
    world.join(&bob, anna.tenant, TenantRole::Admin).await;
    let client = world.program(&anna).await;
    let refused = delete(&client, &anna).await;
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (409, "still-needed")
    );
    assert_eq!(refused.json()["tenants"], json!(["Anna"]));
    let page = world.browser(&anna).await.visit("/account/delete").await;
    assert!(
        page.text.contains("You are the only owner"),
        "{}",
        page.text
    );
    assert!(
        page.text
            .contains(&format!("/tenants/{}/delete", anna.tenant))
    );
    assert!(!page.text.contains("action=\"/account/delete\""));

    // With another owner, that one answers for it.
    let eve = world.person("Eve").await;
    world.join(&eve, anna.tenant, TenantRole::Owner).await;
    assert_eq!(delete(&client, &anna).await.status, 202);
    let mut work = world.app.store.begin_read().await.unwrap();
    let tenant = work.tenants().find(anna.tenant).await.unwrap().unwrap();
    assert_eq!(
        (tenant.owner, tenant.state.erase_after),
        (eve.account, None)
    );
}

#[tokio::test]
async fn the_form_deletes_with_a_passkey_and_says_good_bye() {
    let at = "https://portal.test";
    let world = with(None, at).await;
    let anna = world.person("Anna").await;
    let mut browser = world.browser(&anna).await;
    let mut phone = Authenticator::at(at);
    let typed = json!({"name": "Phone", "password": PASSWORD});
    let asked = browser.post("/api/v1/account/passkeys/begin", typed).await;
    browser.keep_cookies(&asked);
    let made = json!({"credential": phone.create(&asked.json())});
    let made = browser.post("/api/v1/account/passkeys", made).await;
    assert_eq!(made.status, 201, "{}", made.text);
    browser.keep_cookies(&made);

    let page = browser.visit("/account/delete").await;
    assert!(page.text.contains("data-passkey=\"get\""), "{}", page.text);
    let wrong = [("email", "anna@"), ("password", PASSWORD)];
    let back = browser.submit("/account/delete", &wrong).await;
    assert_eq!(back.status, 422);
    let asked = browser.call(Method::POST, "/api/v1/account/passkeys/confirm");
    let asked = asked.await;
    browser.keep_cookies(&asked);
    let answer = phone.get(&asked.json()).to_string();
    let form = [("email", anna.email.as_str()), ("passkey", &answer)];
    let bye = browser.submit("/account/delete", &form).await;
    assert_eq!((bye.status, bye.location()), (303, "/log-in?deleted=yes"));
    assert!(
        browser
            .cookie
            .as_deref()
            .is_none_or(|jar| !jar.contains("session"))
    );
    let page = browser.visit("/log-in?deleted=yes").await;
    assert!(page.text.contains("within 14 days"), "{}", page.text);
}

#[tokio::test]
async fn an_owner_deletes_a_tenant_and_takes_it_back_but_not_what_an_admin_deleted() {
    let world = open().await;
    let ada = world.person_on("Ada", Plan::Pro, true).await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    world.join(&bob, anna.tenant, TenantRole::Admin).await;
    let mallory = world.person("Mallory").await;
    let client = world.program(&anna).await;
    let (path, body) = (
        tenant_deletion(&anna),
        json!({"name": "Anna", "password": PASSWORD}),
    );
    let other = world.program(&mallory).await;
    assert_eq!(other.post(&path, body.clone()).await.status, 404);
    assert_eq!(other.call(Method::DELETE, &path).await.status, 404);
    let lesser = world.program(&bob).await;
    assert_eq!(lesser.post(&path, body.clone()).await.status, 403);
    let wrong = json!({"name": "anna", "password": PASSWORD});
    assert_eq!(client.post(&path, wrong).await.json()["field"], "name");
    let wrong = json!({"name": "Anna", "password": "wrong password"});
    assert_eq!(client.post(&path, wrong).await.json()["field"], "password");

    let gone = client.post(&path, body.clone()).await;
    assert_eq!(gone.status, 202, "{}", gone.text);
    let mut browser = world.browser(&anna).await;
    let page = browser
        .visit(&format!("/tenants/{}/delete", anna.tenant))
        .await;
    assert!(
        page.text
            .contains(&format!("/tenants/{}/keep", anna.tenant)),
        "{}",
        page.text
    );
    let kept = browser
        .submit(&format!("/tenants/{}/keep", anna.tenant), &[])
        .await;
    assert_eq!(kept.location(), "/account?done=tenant-kept");
    let nothing = client.call(Method::DELETE, &path).await;
    assert_eq!(nothing.status, 409);

    let admin = world.program(&ada).await;
    let admins = format!("/api/v1/admin/tenants/{}", anna.tenant);
    assert_eq!(admin.call(Method::DELETE, &admins).await.status, 202);
    let refused = client.call(Method::DELETE, &path).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    let page = browser
        .visit(&format!("/tenants/{}/delete", anna.tenant))
        .await;
    assert!(page.text.contains("An admin of this service deleted it"));
    assert!(!page.text.contains("/keep\"><button"), "{}", page.text);
}

#[tokio::test]
async fn the_form_of_a_tenant_asks_for_its_name_and_the_password() {
    let world = open().await;
    let anna = world.person("Anna").await;
    world.house(&anna, "Villa Sonnenhang").await;
    let mut browser = world.browser(&anna).await;
    let path = format!("/tenants/{}/delete", anna.tenant);
    let account = browser.visit("/account").await;
    assert!(account.text.contains(&path), "the account page leads there");
    assert!(browser.visit(&path).await.text.contains("Villa Sonnenhang"));
    for (name, password, told) in [
        ("Bob", PASSWORD, "is not &#34;Anna&#34;"),
        ("Anna", "wrong password", "not your password"),
    ] {
        let back = browser
            .submit(&path, &[("name", name), ("password", password)])
            .await;
        assert_eq!(back.status, 422);
        assert!(back.text.contains(told), "{}", back.text);
    }
    let done = browser
        .submit(&path, &[("name", "Anna"), ("password", PASSWORD)])
        .await;
    assert_eq!(done.location(), format!("{path}?done=tenant-deleted"));
    let page = browser.visit(done.location()).await;
    assert!(page.text.contains("It is being deleted"), "{}", page.text);
}
