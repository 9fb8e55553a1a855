use std::time::Duration;

use http::Method;
use model::{Plan, TenantRole};
use platform::settings::SignUpPolicy;
use serde_json::{Value, json};

use super::LASTS;
use crate::testing::{Answer, Client, PASSWORD, Person, World, token_in};

const ACCEPT: &str = "/api/v1/invitations/accept";

fn path(person: &Person) -> String {
    format!("/api/v1/tenants/{}/invitations", person.tenant)
}

async fn invite(client: &Client, host: &Person, body: Value) -> Answer {
    client.post(&path(host), body).await
}

/// The token that was mailed last.
async fn mailed(world: &World, email: &str, count: usize) -> String {
    let mails = world.mails_to(email, count).await;
    token_in(mails.last().unwrap())
}

async fn accept(client: &Client, token: &str) -> Answer {
    client.post(ACCEPT, json!({"token": token})).await
}

async fn accept_new(world: &World, token: &str) -> Answer {
    let body = json!({"token": token, "name": "Kim", "password": PASSWORD});
    world.client().post(ACCEPT, body).await
}

/// The roles of a tenant's members, by address.
async fn roles(client: &Client, host: &Person) -> Vec<(String, Value)> {
    let path = format!("/api/v1/tenants/{}/members", host.tenant);
    let body = client.get(&path).await.json();
    let members = body["members"].as_array().unwrap().clone();
    let role = |one: &Value| {
        let whole = one.get("role").cloned();
        whole.unwrap_or_else(|| one["houses"].clone())
    };
    members
        .iter()
        .map(|one| (one["email"].as_str().unwrap().to_owned(), role(one)))
        .collect()
}

#[tokio::test]
async fn somebody_with_an_account_is_invited_and_joins_once() {
    let world = World::open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    let house = world.house(&anna, "Villa").await;
    let host = world.program(&anna).await;
    let body = json!({"email": "Bob@Example.org", "houses": {house.as_str(): "resident"}});
    let made = invite(&host, &anna, body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(
        !made.text.contains("token"),
        "the token goes to the mailbox alone"
    );
    let again = invite(&host, &anna, body).await;
    assert_eq!(again.problem(), "conflict");
    let mail = world.mails_to("Bob@Example.org", 1).await.pop().unwrap();
    for words in ["Anna", "anna@example.org", house.as_str()] {
        assert!(mail.text.contains(words), "{words}: {}", mail.text);
    }
    let token = token_in(&mail);
    // Another person's account gets nothing, and is told nothing.
    let mallory = world.program(&world.person("Mallory").await).await;
    let refused = accept(&mallory, &token).await;
    assert_eq!(refused.problem(), "forbidden");
    for secret in ["Anna", "bob@", "Bob@", house.as_str()] {
        assert!(!refused.text.contains(secret), "{}", refused.text);
    }
    assert_eq!(accept(&world.client(), &token).await.status, 401);
    let guest = world.program(&bob).await;
    let joined = accept(&guest, &token).await;
    assert_eq!(joined.status, 200, "{}", joined.text);
    assert_eq!(joined.json()["tenant_id"], json!(anna.tenant));
    let seen = guest.get(&format!("/api/v1/houses/{house}")).await.json();
    assert_eq!(seen["role"], "resident");
    // A replay, by whoever.
    for client in [&guest, &mallory] {
        assert_eq!(accept(client, &token).await.problem(), "dead-link");
    }
    let expected = [
        ("anna@example.org".to_owned(), json!("owner")),
        (
            "bob@example.org".to_owned(),
            json!({house.as_str(): "resident"}),
        ),
    ];
    assert_eq!(roles(&host, &anna).await, expected);
    let listed = host.get(&path(&anna)).await.json();
    assert_eq!(listed["invitations"], json!([]));
    let member = json!({"email": "bob@example.org", "role": "admin"});
    let refused = invite(&host, &anna, member).await;
    assert_eq!(refused.problem(), "conflict");
    assert!(refused.text.contains("member already"));
}

#[tokio::test]
async fn a_newcomer_gets_an_account_for_that_address_and_no_tenant() {
    let world = World::with(Some(SignUpPolicy::Invite), "http://portal.test").await;
    let anna = world.person("Anna").await;
    let host = world.program(&anna).await;
    let uninvited = json!({"email": "kim@example.org", "password": PASSWORD, "name": "Kim"});
    let refused = world.client().post("/api/v1/accounts", uninvited).await;
    assert_eq!(refused.problem(), "sign-up-refused");
    let end = world.app.now().after(Duration::from_hours(48));
    let body = json!({"email": "kim@example.org", "role": "guest", "until": end.to_rfc3339()});
    invite(&host, &anna, body).await;
    let token = mailed(&world, "kim@example.org", 1).await;
    let weak = json!({"token": token, "name": "Kim", "password": "x"});
    let refused = world.client().post(ACCEPT, weak).await;
    assert_eq!(refused.json()["field"], "password");
    let other =
        json!({"token": token, "name": "Kim", "password": PASSWORD, "email": "a@b.example"});
    let refused = world.client().post(ACCEPT, other).await;
    assert_eq!(refused.problem(), "malformed", "the address is not chosen");
    let made = accept_new(&world, &token).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(accept_new(&world, &token).await.problem(), "dead-link");
    let kim = Person {
        account: made.json()["account_id"].as_str().unwrap().parse().unwrap(),
        tenant: anna.tenant,
        email: "kim@example.org".to_owned(),
    };
    let client = world.program(&kim).await;
    let tenants = client.get("/api/v1/tenants").await.json();
    assert_eq!(tenants["tenants"].as_array().unwrap().len(), 1);
    assert_eq!(tenants["tenants"][0]["role"], "guest");
    world.ambient.advance(Duration::from_hours(48));
    let client = world.program(&kim).await;
    let tenants = client.get("/api/v1/tenants").await.json();
    assert_eq!(tenants["tenants"], json!([]), "it ended by itself");
}

#[tokio::test]
async fn an_account_that_nobody_proved_is_not_a_strangers_trap() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let host = world.program(&anna).await;
    // A stranger signs up with the address before its owner is invited.
    let trap = json!({
        "email": "kim@example.org", "password": "strangers own words 1", "name": "Trap"
    });
    let made = world.client().post("/api/v1/accounts", trap).await;
    assert_eq!(made.status, 201);
    let verify = mailed(&world, "kim@example.org", 1).await;
    let body = json!({"email": "kim@example.org", "role": "resident"});
    invite(&host, &anna, body).await;
    let token = mailed(&world, "kim@example.org", 2).await;
    let joined = accept_new(&world, &token).await;
    assert_eq!(joined.status, 201, "{}", joined.text);
    let old = json!({"email": "kim@example.org", "password": "strangers own words 1"});
    let refused = world.client().post("/api/v1/tokens", old).await;
    assert_eq!(refused.problem(), "wrong-log-in");
    let own = json!({"email": "kim@example.org", "password": PASSWORD});
    let fits = world.client().post("/api/v1/tokens", own).await;
    assert_eq!(fits.status, 200, "{}", fits.text);
    let verify = json!({"token": verify});
    let dead = world.client().post("/api/v1/accounts/verify", verify).await;
    assert_eq!(dead.problem(), "dead-link");
    let names: Vec<String> = roles(&host, &anna)
        .await
        .into_iter()
        .map(|(e, _)| e)
        .collect();
    assert_eq!(names.len(), 2);
    // Whoever has an account for real is not taken over by a mailed link.
    world.person("Real").await;
    let body = json!({"email": "real@example.org", "role": "guest"});
    invite(&host, &anna, body).await;
    let token = mailed(&world, "real@example.org", 1).await;
    assert_eq!(accept_new(&world, &token).await.problem(), "conflict");
}

#[tokio::test]
async fn what_has_expired_or_was_withdrawn_or_sent_again_does_nothing() {
    let world = World::open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    let host = world.program(&anna).await;
    let body = json!({"email": "bob@example.org", "role": "guest"});
    let made = invite(&host, &anna, body.clone()).await.json();
    let one = format!(
        "{}/{}",
        path(&anna),
        made["invitation_id"].as_str().unwrap()
    );
    let first = mailed(&world, "bob@example.org", 1).await;
    let sent = host.post(&format!("{one}/resend"), json!({})).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    let second = mailed(&world, "bob@example.org", 2).await;
    let guest = world.program(&bob).await;
    assert_eq!(accept(&guest, &first).await.problem(), "dead-link");
    world.ambient.advance(LASTS);
    let (host, guest) = (world.program(&anna).await, world.program(&bob).await);
    assert_eq!(accept(&guest, &second).await.problem(), "dead-link");
    let listed = host.get(&path(&anna)).await.json();
    assert_eq!(listed["invitations"][0]["expired"], true);
    assert_eq!(
        host.post(&format!("{one}/resend"), json!({})).await.status,
        200
    );
    let third = mailed(&world, "bob@example.org", 3).await;
    assert_eq!(host.call(Method::DELETE, &one).await.status, 204);
    assert_eq!(host.call(Method::DELETE, &one).await.problem(), "not-found");
    assert_eq!(accept(&guest, &third).await.problem(), "dead-link");
    assert_eq!(accept(&guest, "made-up").await.problem(), "dead-link");
    // Another tenant's admin cannot touch them.
    let mallory = world.person("Mallory").await;
    let theirs = world.program(&mallory).await;
    world.ambient.advance(Duration::from_hours(1));
    let (host, theirs) = (world.program(&anna).await, {
        drop(theirs);
        world.program(&mallory).await
    });
    let made = invite(&host, &anna, body).await.json();
    let id = made["invitation_id"].as_str().unwrap();
    for (method, path) in [
        (Method::DELETE, format!("{}/{id}", path(&mallory))),
        (Method::POST, format!("{}/{id}/resend", path(&mallory))),
        (Method::DELETE, format!("{}/{id}", path(&anna))),
    ] {
        let refused = theirs.call(method, &path).await;
        assert_eq!(refused.status, 404, "{path}");
    }
}

#[tokio::test]
async fn nobody_invites_above_themselves_and_what_they_began_ends_with_their_role() {
    let world = World::open().await;
    let (anna, ada) = (world.person("Anna").await, world.person("Ada").await);
    world.join(&ada, anna.tenant, TenantRole::Admin).await;
    let (host, admin) = (world.program(&anna).await, world.program(&ada).await);
    let owner = json!({"email": "bob@example.org", "role": "owner"});
    assert_eq!(
        invite(&admin, &anna, owner.clone()).await.problem(),
        "forbidden"
    );
    let made = invite(&host, &anna, owner).await.json();
    let one = format!(
        "{}/{}",
        path(&anna),
        made["invitation_id"].as_str().unwrap()
    );
    for (method, path) in [
        (Method::DELETE, one.clone()),
        (Method::POST, format!("{one}/resend")),
    ] {
        let refused = admin.call(method, &path).await;
        assert_eq!(refused.problem(), "forbidden", "{path}");
    }
    // An admin plants an invitation for a second self and is removed.
    let planted = json!({"email": "sock@example.org", "role": "admin"});
    assert_eq!(invite(&admin, &anna, planted).await.status, 201);
    let token = mailed(&world, "sock@example.org", 1).await;
    let member = format!("/api/v1/tenants/{}/members/{}", anna.tenant, ada.account);
    assert_eq!(host.call(Method::DELETE, &member).await.status, 204);
    assert_eq!(accept_new(&world, &token).await.problem(), "dead-link");
    let listed = host.get(&path(&anna)).await.json();
    assert_eq!(listed["invitations"].as_array().unwrap().len(), 1);
    for odd in [
        json!({"email": "nobody", "role": "guest"}),
        json!({"email": "a@example.org"}),
        json!({"email": "a@example.org", "role": "guest", "houses": {}}),
        json!({"email": "a@example.org", "houses": {}}),
        json!({"email": "a@example.org", "houses": {"villa-aaaaaa": "guest"}}),
        json!({"email": "a@example.org", "role": "guest", "until": "2001-01-01T00:00:00Z"}),
        json!({"email": "a@example.org", "role": "owner", "until": "2099-01-01T00:00:00Z"}),
        json!({"email": "a@example.org", "role": "guest", "verified": true}),
    ] {
        let refused = invite(&host, &anna, odd.clone()).await;
        assert!(
            [400, 422].contains(&refused.status),
            "{odd}: {}",
            refused.text
        );
    }
}

#[tokio::test]
async fn invitations_at_once_do_not_get_past_the_quota() {
    let world = World::open().await;
    let anna = world.person_on("Anna", Plan::Free, false).await;
    let host = world.program(&anna).await;
    let bodies: Vec<Value> = (0..6)
        .map(|n| json!({"email": format!("g{n}@example.org"), "role": "guest"}))
        .collect();
    let calls = bodies.into_iter().map(|body| invite(&host, &anna, body));
    let answers = futures_util::future::join_all(calls).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 2, "the plan has room for three, and the owner is one");
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.problem(), "over-quota");
        assert_eq!(refused.json()["limit"], "members");
        assert_eq!(refused.json()["allowed"], 3);
    }
    // Accepting takes the place that the invitation held.
    let mails = [0, 1, 2, 3, 4, 5].map(|n| format!("g{n}@example.org"));
    let invited = mails
        .iter()
        .find(|email| !world.mails_now(email).is_empty());
    let token = mailed(&world, invited.unwrap(), 1).await;
    assert_eq!(accept_new(&world, &token).await.status, 201);
    let more = json!({"email": "more@example.org", "role": "guest"});
    assert_eq!(invite(&host, &anna, more).await.problem(), "over-quota");
}

#[tokio::test]
async fn a_read_only_tenant_invites_nobody_and_takes_nobody() {
    let world = World::open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    let (host, guest) = (world.program(&anna).await, world.program(&bob).await);
    let body = json!({"email": "bob@example.org", "role": "guest"});
    invite(&host, &anna, body).await;
    let token = mailed(&world, "bob@example.org", 1).await;
    let mut work = world.app.store.begin_write().await.unwrap();
    let standing = model::Standing::ReadOnly;
    let now = world.app.now();
    let tenants = work.tenants();
    let set = tenants.set_standing(anna.tenant, standing, "Unpaid", now);
    assert!(set.await.unwrap());
    work.commit().await.unwrap();
    let another = json!({"email": "x@example.org", "role": "guest"});
    assert_eq!(invite(&host, &anna, another).await.problem(), "standing");
    let refused = accept(&guest, &token).await;
    assert_eq!(refused.problem(), "conflict");
    assert!(
        !refused.text.contains("Unpaid"),
        "that is not theirs to know"
    );
}

#[tokio::test]
async fn an_admins_invitation_opens_a_closed_service_and_a_tenants_does_not() {
    let world = World::with(Some(SignUpPolicy::Closed), "http://portal.test").await;
    let admin = world.person_on("Ada", Plan::Pro, true).await;
    let anna = world.person("Anna").await;
    let (ada, host) = (world.program(&admin).await, world.program(&anna).await);
    let body = json!({"email": "kim@example.org", "role": "guest"});
    invite(&host, &anna, body).await;
    let token = mailed(&world, "kim@example.org", 1).await;
    let refused = accept_new(&world, &token).await;
    assert_eq!(refused.problem(), "sign-up-refused");

    let all = "/api/v1/admin/invitations";
    let made = ada.post(all, json!({"email": "lea@example.org"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(
        host.post(all, json!({"email": "x@example.org"}))
            .await
            .status,
        404
    );
    let token = mailed(&world, "lea@example.org", 1).await;
    let joined = accept_new(&world, &token).await;
    assert_eq!(joined.status, 201, "{}", joined.text);
    let lea = Person {
        account: joined.json()["account_id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap(),
        tenant: joined.json()["tenant_id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap(),
        email: "lea@example.org".to_owned(),
    };
    let client = world.program(&lea).await;
    let tenants = client.get("/api/v1/tenants").await.json();
    assert_eq!(tenants["tenants"][0]["role"], "owner");
    assert_eq!(accept_new(&world, &token).await.problem(), "dead-link");
    let known = ada.post(all, json!({"email": "lea@example.org"})).await;
    assert_eq!(known.problem(), "conflict");
    let made = ada
        .post(all, json!({"email": "late@example.org"}))
        .await
        .json();
    let one = format!("{all}/{}", made["invitation_id"].as_str().unwrap());
    assert_eq!(
        ada.post(&format!("{one}/resend"), json!({})).await.status,
        200
    );
    assert_eq!(ada.call(Method::DELETE, &one).await.status, 204);
    assert_eq!(ada.get(all).await.json()["invitations"], json!([]));
    let token = mailed(&world, "late@example.org", 2).await;
    assert_eq!(accept_new(&world, &token).await.problem(), "dead-link");
}
