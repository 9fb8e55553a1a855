use serde_json::json;

use control_plane::password_reset::LINK_LASTS;
use control_plane::testing::{Answer, Client, PASSWORD, token_in};

const REQUEST: &str = "/api/v1/accounts/password-reset";
const CONFIRM: &str = "/api/v1/accounts/password-reset/confirm";
const NEW: &str = "four ships at anchor";

async fn ask(client: &Client, email: &str) -> Answer {
    client.post(REQUEST, json!({ "email": email })).await
}

async fn choose(client: &Client, token: &str, password: &str) -> Answer {
    let body = json!({"token": token, "password": password});
    client.post(CONFIRM, body).await
}

#[tokio::test]
async fn a_mailed_link_lets_one_choose_a_password_once_and_ends_every_log_in() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let (browser, program) = (world.browser(&anna).await, world.program(&anna).await);
    let client = world.client();
    assert_eq!(ask(&client, "ANNA@example.org").await.status, 202);
    let mails = world.mails_to(&anna.email, 1).await;
    assert!(
        mails[0]
            .text
            .contains("http://portal.test/reset-password?token=")
    );
    let token = token_in(&mails[0]);

    let weak = choose(&client, &token, "short").await;
    assert_eq!(
        (weak.status, weak.json()["field"].as_str()),
        (422, Some("password"))
    );
    assert_eq!(choose(&client, &token, NEW).await.status, 204);
    let again = choose(&client, &token, "another password").await;
    assert_eq!((again.status, again.problem().as_str()), (410, "dead-link"));

    assert_eq!(browser.visit("/houses").await.status, 303);
    assert_eq!(program.get("/api/v1/tenants").await.status, 401);
    for (password, status) in [(PASSWORD, 401), (NEW, 200)] {
        let body = json!({"email": anna.email, "password": password});
        assert_eq!(client.post("/api/v1/tokens", body).await.status, status);
    }
    let mails = world.mails_to(&anna.email, 2).await;
    assert!(
        mails[1].text.contains("/forgot-password"),
        "{}",
        mails[1].text
    );
    assert!(!mails[1].text.contains("token="));
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_answer_the_same_work_and_no_mail() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let client = world.client();
    for _ in 0..3 {
        let known = ask(&client, &anna.email).await;
        let unknown = ask(&client, "nobody@example.org").await;
        assert_eq!((known.status, &known.text), (unknown.status, &unknown.text));
    }
    // Both are limited alike, and told when to try again.
    let known = ask(&client, &anna.email).await;
    let unknown = ask(&client, "nobody@example.org").await;
    assert_eq!((known.status, unknown.status), (429, 429));
    assert_eq!(known.header("retry-after"), unknown.header("retry-after"));
    assert_eq!(known.header("retry-after"), "300");
    world.mails_to(&anna.email, 3).await;
    assert!(world.mails_now("nobody@example.org").is_empty());
    let odd = ask(&client, "no address").await;
    assert_eq!(odd.json()["field"], "email");
}

#[tokio::test]
async fn a_newer_link_replaces_the_older_and_none_lasts_longer_than_an_hour() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let client = world.client();
    ask(&client, &anna.email).await;
    let first = token_in(&world.mails_to(&anna.email, 1).await[0]);
    ask(&client, &anna.email).await;
    let second = token_in(&world.mails_to(&anna.email, 2).await[1]);
    assert_eq!(choose(&client, &first, NEW).await.status, 410);
    world.ambient.advance(LINK_LASTS);
    assert_eq!(choose(&client, &second, NEW).await.status, 410);
    // It is no link of another kind either.
    let verify = json!({"token": second});
    let refused = client.post("/api/v1/accounts/verify", verify).await;
    assert_eq!(refused.status, 410);
}

#[tokio::test]
async fn the_forms_work_and_looking_at_the_link_does_not_use_it() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let mut browser = world.client();
    assert!(
        browser
            .visit("/log-in")
            .await
            .text
            .contains("/forgot-password")
    );
    let odd = browser
        .submit("/forgot-password", &[("email", "anna@")])
        .await;
    assert_eq!(odd.status, 422);
    assert!(odd.text.contains("anna@"));
    let sent = browser
        .submit("/forgot-password", &[("email", &anna.email)])
        .await;
    let unknown = browser
        .submit("/forgot-password", &[("email", "x@example.org")])
        .await;
    assert_eq!((sent.status, unknown.status), (200, 200));
    assert_eq!(
        sent.text.replace(&anna.email, "x@example.org"),
        unknown.text
    );
    let token = token_in(&world.mails_to(&anna.email, 1).await[0]);
    for _ in 0..2 {
        let page = browser
            .visit(&format!("/reset-password?token={token}"))
            .await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains(&token));
    }
    let weak = [("token", token.as_str()), ("password", "short")];
    let back = browser.submit("/reset-password", &weak).await;
    assert_eq!(back.status, 422);
    assert!(back.text.contains("at least 10 characters") && back.text.contains(&token));
    let good = [("token", token.as_str()), ("password", NEW)];
    let done = browser.submit("/reset-password", &good).await;
    assert_eq!((done.status, done.location()), (303, "/log-in?reset=yes"));
    assert!(
        browser
            .visit("/log-in?reset=yes")
            .await
            .text
            .contains("new password")
    );
    let again = browser.submit("/reset-password", &good).await;
    assert_eq!(again.status, 410);
    assert!(again.text.contains("/forgot-password"));
}
