use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use control_plane::store::PasswordHash;
use control_plane::testing::{Answer, Authenticator, Client, PASSWORD, Person, World};

use super::{open, with};

const AT: &str = "https://portal.test";
const ALL: &str = "/api/v1/account/passkeys";

async fn world() -> World {
    with(None, AT).await
}

/// Asks for a new passkey; the browser keeps the cookie of the question.
async fn begin(browser: &mut Client, name: &str) -> Answer {
    let typed = json!({"name": name, "password": PASSWORD});
    let asked = browser.post("/api/v1/account/passkeys/begin", typed).await;
    browser.keep_cookies(&asked);
    asked
}

async fn finish(browser: &mut Client, credential: Value) -> Answer {
    let made = browser.post(ALL, json!({ "credential": credential })).await;
    browser.keep_cookies(&made);
    made
}

/// A person with a passkey, and the browser it was made in.
async fn registered(world: &World, person: &Person) -> (Authenticator, Client) {
    let mut browser = world.browser(person).await;
    let mut phone = Authenticator::at(AT);
    let asked = begin(&mut browser, "Phone").await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    let made = finish(&mut browser, phone.create(&asked.json())).await;
    assert_eq!(made.status, 201, "{}", made.text);
    (phone, browser)
}

/// Asks for a log-in in a browser that nobody is logged in with.
async fn ask(world: &World) -> (Client, Value) {
    let mut browser = world.client();
    let asked = browser.call(Method::POST, "/api/v1/passkeys/log-in").await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    browser.keep_cookies(&asked);
    (browser, asked.json())
}

async fn show(browser: &mut Client, credential: &Value) -> Answer {
    let fields = [
        ("credential", credential.to_string()),
        ("next", "/account".to_owned()),
    ];
    browser.submit_owned("/log-in/passkey", &fields).await
}

#[tokio::test]
async fn a_passkey_is_made_named_used_and_removed() {
    let world = world().await;
    let anna = world.person("Anna").await;
    let (mut phone, browser) = registered(&world, &anna).await;
    let mails = world.mails_to(&anna.email, 1).await;
    assert!(mails[0].text.contains("\"Phone\""), "{}", mails[0].text);
    let listed = browser.get(ALL).await.json();
    assert_eq!(listed["passkeys"][0]["name"], "Phone");
    assert_eq!(listed["passkeys"][0]["last_used_at"], Value::Null);
    assert_eq!(listed["impossible"], Value::Null);

    world.ambient.advance(Duration::from_mins(90));
    let (mut other, asked) = ask(&world).await;
    assert!(
        asked["publicKey"]["allowCredentials"]
            .as_array()
            .is_none_or(Vec::is_empty)
    );
    assert_eq!(asked["publicKey"]["userVerification"], "required");
    let welcome = show(&mut other, &phone.get(&asked)).await;
    assert_eq!((welcome.status, welcome.location()), (303, "/account"));
    let page = other.visit("/account/passkeys").await;
    assert_eq!(page.status, 200, "{}", page.text);
    let listed = other.get(ALL).await.json();
    assert_eq!(
        listed["passkeys"][0]["last_used_at"],
        json!(world.app.now().to_rfc3339())
    );

    let id = listed["passkeys"][0]["passkey_id"].as_str().unwrap();
    let gone = other
        .submit(&format!("/account/passkeys/{id}/remove"), &[])
        .await;
    assert_eq!(gone.location(), "/account/passkeys?done=passkey-removed");
    let (mut third, asked) = ask(&world).await;
    let refused = show(&mut third, &phone.get(&asked)).await;
    assert_eq!(refused.status, 401);
    assert!(refused.text.contains("not accepted"), "{}", refused.text);
}

#[tokio::test]
async fn the_page_makes_one_in_two_steps_without_losing_what_was_typed() {
    let world = world().await;
    let anna = world.person("Anna").await;
    let mut browser = world.browser(&anna).await;
    let begin = "/account/passkeys/begin";
    let wrong = browser
        .submit(
            begin,
            &[("name", "Key ring"), ("password", "wrong password")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("Key ring") && wrong.text.contains("not your password"));
    let page = browser
        .submit(begin, &[("name", "Key ring"), ("password", PASSWORD)])
        .await;
    let (_, rest) = page.text.split_once("data-options=\"").unwrap();
    let options = rest.split('"').next().unwrap().replace("&#34;", "\"");
    let options: Value = serde_json::from_str(&options).unwrap();
    let chosen = &options["publicKey"]["authenticatorSelection"];
    assert_eq!(chosen["residentKey"], "required");
    assert_eq!(chosen["userVerification"], "required");
    let mut key = Authenticator::at(AT);
    let credential = key.create(&options).to_string();
    let done = browser
        .submit("/account/passkeys", &[("credential", &credential)])
        .await;
    assert_eq!(
        done.location(),
        "/account/passkeys?done=passkey",
        "{}",
        done.text
    );
    let page = browser.visit("/account/passkeys?done=passkey").await;
    assert!(page.text.contains("Key ring") && page.text.contains("was added"));
}

#[tokio::test]
async fn a_passkey_counts_as_both_steps() {
    let world = world().await;
    let anna = world.person("Anna").await;
    let (mut phone, mut browser) = registered(&world, &anna).await;
    super::two_factor::turn_on(&world, &anna, &mut browser).await;
    let (mut other, asked) = ask(&world).await;
    let welcome = show(&mut other, &phone.get(&asked)).await;
    assert_eq!((welcome.status, welcome.location()), (303, "/account"));
}

#[tokio::test]
async fn a27_a_challenge_is_answered_once_in_five_minutes_by_the_browser_that_asked() {
    let world = world().await;
    let anna = world.person("Anna").await;
    let (mut phone, _) = registered(&world, &anna).await;

    let (mut browser, asked) = ask(&world).await;
    let cookie = browser.cookie.clone();
    let answer = phone.get(&asked);
    // Another browser has the answer but not the cookie.
    let stolen = show(&mut world.client(), &answer).await;
    assert_eq!(stolen.status, 410);
    // Another browser answers with its own cookie: another challenge.
    let (mut thief, _) = ask(&world).await;
    assert_eq!(show(&mut thief, &answer).await.status, 401);
    assert_eq!(show(&mut browser, &answer).await.status, 303);
    // The same answer again, from the same browser.
    browser.cookie = cookie;
    phone.counter += 1;
    assert_eq!(show(&mut browser, &answer).await.status, 410);

    let (mut late, asked) = ask(&world).await;
    world.ambient.advance(control_plane::passkeys::LASTS);
    assert_eq!(show(&mut late, &phone.get(&asked)).await.status, 410);
}

#[tokio::test]
async fn an_answer_of_one_kind_is_none_of_another_and_no_other_persons() {
    let world = world().await;
    let (anna, mallory) = (world.person("Anna").await, world.person("Mallory").await);
    let (mut phone, mut annas) = registered(&world, &anna).await;
    let mut mallorys = world.browser(&mallory).await;

    // The question was Anna's; Mallory has even her cookie.
    let asked = begin(&mut annas, "Tablet").await;
    let jar = annas.cookie.clone().unwrap();
    let ceremony = jar
        .split("; ")
        .find(|one| one.contains("passkey="))
        .unwrap();
    let own = mallorys.cookie.clone().unwrap();
    mallorys.cookie = Some(format!("{own}; {ceremony}"));
    let mut tablet = Authenticator::at(AT);
    let taken = finish(&mut mallorys, tablet.create(&asked.json())).await;
    assert_eq!((taken.status, taken.problem().as_str()), (410, "dead-link"));

    // A challenge for a log-in does not confirm a deletion.
    let (login, asked) = ask(&world).await;
    let ceremony = login.cookie.unwrap();
    let session = annas.cookie.clone().unwrap();
    let session = session
        .split("; ")
        .find(|one| one.contains("session="))
        .unwrap();
    annas.cookie = Some(format!("{session}; {ceremony}"));
    let answer = phone.get(&asked);
    let body = json!({"email": anna.email, "passkey": answer});
    let refused = annas.post("/api/v1/account/deletion", body).await;
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (410, "dead-link")
    );

    // Nobody but their owner finds or removes them.
    assert_eq!(mallorys.get(ALL).await.json()["passkeys"], json!([]));
    let listed = annas.get(ALL).await.json();
    let id = listed["passkeys"][0]["passkey_id"].as_str().unwrap();
    let foreign = mallorys.call(Method::DELETE, &format!("{ALL}/{id}")).await;
    assert_eq!(foreign.status, 404);
    assert_eq!(
        annas
            .call(Method::DELETE, &format!("{ALL}/{id}"))
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn a_copy_of_a_passkey_is_noticed_by_its_counter_and_its_owner_told() {
    let world = world().await;
    let anna = world.person("Anna").await;
    let (mut phone, _) = registered(&world, &anna).await;
    phone.counter = 7;
    let (mut browser, asked) = ask(&world).await;
    assert_eq!(show(&mut browser, &phone.get(&asked)).await.status, 303);
    phone.counter = 4;
    let (mut browser, asked) = ask(&world).await;
    let refused = show(&mut browser, &phone.get(&asked)).await;
    assert_eq!(refused.status, 401);
    let mails = world.mails_to(&anna.email, 2).await;
    assert!(mails[1].text.contains("copy"), "{}", mails[1].text);
}

#[tokio::test]
async fn an_answer_from_another_place_or_without_a_finger_is_refused() {
    let world = world().await;
    let anna = world.person("Anna").await;
    let (mut phone, _) = registered(&world, &anna).await;
    phone.verifies = false;
    let (mut browser, asked) = ask(&world).await;
    assert_eq!(show(&mut browser, &phone.get(&asked)).await.status, 401);
    phone.verifies = true;
    phone.origin = "https://portal.test.evil.example".to_owned();
    let (mut browser, asked) = ask(&world).await;
    assert_eq!(show(&mut browser, &phone.get(&asked)).await.status, 401);
    phone.origin = AT.to_owned();
    let (mut browser, asked) = ask(&world).await;
    let mut forged = phone.get(&asked);
    forged["response"]["userHandle"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(show(&mut browser, &forged).await.status, 401);
    for garbage in [json!({}), json!("x"), json!({"id": 5})] {
        let (mut browser, _) = ask(&world).await;
        assert_eq!(show(&mut browser, &garbage).await.status, 401, "{garbage}");
    }
}

#[tokio::test]
async fn the_last_way_in_cannot_be_removed() {
    let world = world().await;
    let anna = world.person("Anna").await;
    let (_, mut browser) = registered(&world, &anna).await;
    let mut work = world.app.store.begin_write().await.unwrap();
    let none = PasswordHash::from_phc(String::new());
    work.accounts()
        .set_password(anna.account, &none)
        .await
        .unwrap();
    work.commit().await.unwrap();
    let listed = browser.get(ALL).await.json();
    let id = listed["passkeys"][0]["passkey_id"].as_str().unwrap();
    let refused = browser.call(Method::DELETE, &format!("{ALL}/{id}")).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("only way into your account"));
    let page = browser
        .submit(&format!("/account/passkeys/{id}/remove"), &[])
        .await;
    assert_eq!(page.status, 409);
    assert!(page.text.contains("only way") && page.text.contains("Phone"));
    // Nothing typed opens an account without a password.
    for typed in ["", PASSWORD] {
        let body = json!({"email": anna.email, "password": typed});
        let refused = world.client().post("/api/v1/tokens", body).await;
        assert_eq!(refused.problem(), "wrong-log-in");
    }
}

#[tokio::test]
async fn where_browsers_make_none_the_page_says_why() {
    for (url, why) in [
        ("http://192.168.1.5:8080", "by an IP address"),
        ("http://portal.test", "over HTTPS only"),
    ] {
        let world = with(None, url).await;
        let anna = world.person("Anna").await;
        let mut browser = world.browser(&anna).await;
        let page = browser.visit("/account/passkeys").await;
        assert!(page.text.contains(why), "{}", page.text);
        assert!(!page.text.contains("/account/passkeys/begin"));
        assert!(
            !world
                .client()
                .visit("/log-in")
                .await
                .text
                .contains("data-passkey")
        );
        let refused = begin(&mut browser, "Phone").await;
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (409, "passkeys-impossible")
        );
        assert!(refused.text.contains(why));
    }
    let world = open().await;
    let client = world.client();
    let refused = client.call(Method::POST, "/api/v1/passkeys/log-in");
    assert_eq!(refused.await.status, 409);
}

#[tokio::test]
async fn asking_for_challenges_is_limited() {
    let world = world().await;
    let mut client = world.client();
    client.address = Some("192.0.2.7".parse().unwrap());
    let path = "/api/v1/passkeys/log-in";
    for _ in 0..30 {
        assert_eq!(client.call(Method::POST, path).await.status, 200);
    }
    let limited = client.call(Method::POST, path).await;
    assert_eq!(limited.problem(), "too-many-requests");
    assert_eq!(limited.header("retry-after"), "2");
}
