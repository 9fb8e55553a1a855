use http::Method;
use serde_json::json;

use control_plane::testing::{PASSWORD, token_in};

const NEW: &str = "four ships at anchor";

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_logs_the_others_out() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let mut mine = world.browser(&anna).await;
    let (other, program) = (world.browser(&anna).await, world.program(&anna).await);
    for (current, new, fault) in [
        ("wrong password", NEW, "is not your password"),
        (PASSWORD, "tiny one", "at least 10 characters"),
    ] {
        let typed = [("current", current), ("new", new)];
        let back = mine.submit("/account/password", &typed).await;
        assert_eq!(back.status, 422);
        assert!(back.text.contains(fault), "{}", back.text);
        assert!(
            !back.text.contains(new),
            "no password is sent back: {}",
            back.text
        );
    }
    assert_eq!(other.visit("/houses").await.status, 200, "nothing happened");
    let typed = [("current", PASSWORD), ("new", NEW)];
    let done = mine.submit("/account/password", &typed).await;
    assert_eq!(
        (done.status, done.location()),
        (303, "/account?done=password")
    );
    assert_eq!(mine.visit("/account").await.status, 200);
    assert_eq!(other.visit("/houses").await.status, 303);
    assert_eq!(program.get("/api/v1/tenants").await.status, 401);
    let mails = world.mails_to(&anna.email, 1).await;
    assert!(
        mails[0].subject.contains("password"),
        "{}",
        mails[0].subject
    );
}

#[tokio::test]
async fn guessing_the_password_of_a_borrowed_browser_is_limited() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let client = world.program(&anna).await;
    let body = json!({"current": "wrong password", "new": NEW});
    let path = "/api/v1/account/password";
    for _ in 0..9 {
        let refused = client.json(Method::PUT, path, body.clone()).await;
        assert_eq!(refused.json()["field"], "current");
    }
    let limited = client.json(Method::PUT, path, body).await;
    assert_eq!(limited.status, 429);
    assert_eq!(limited.header("retry-after"), "20");
}

#[tokio::test]
async fn an_address_is_proven_at_the_new_one_and_told_to_the_old_one() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let mut browser = world.browser(&anna).await;
    // A link from before the change must not work after it.
    let forgot = json!({"email": anna.email});
    browser
        .post("/api/v1/accounts/password-reset", forgot)
        .await;
    let reset = token_in(&world.mails_to(&anna.email, 1).await[0]);

    let wrong = [("email", "new@example.org"), ("password", "wrong password")];
    let back = browser.submit("/account/email", &wrong).await;
    assert_eq!(back.status, 422);
    assert!(back.text.contains("new@example.org") && back.text.contains("is not your password"));
    let right = [("email", "new@example.org"), ("password", PASSWORD)];
    let sent = browser.submit("/account/email", &right).await;
    assert_eq!(
        (sent.status, sent.location()),
        (303, "/account?done=address-asked")
    );
    assert!(
        browser.visit("/account").await.text.contains(&anna.email),
        "not yet"
    );

    let token = token_in(&world.mails_to("new@example.org", 1).await[0]);
    let looked = world
        .client()
        .visit(&format!("/confirm-address?token={token}"))
        .await;
    assert!(looked.text.contains(&token));
    let mut elsewhere = world.client();
    let done = elsewhere
        .submit("/confirm-address", &[("token", &token)])
        .await;
    assert_eq!(
        (done.status, done.location()),
        (303, "/log-in?confirmed=yes")
    );
    let again = elsewhere
        .submit("/confirm-address", &[("token", &token)])
        .await;
    assert_eq!(again.status, 410);
    assert!(
        browser
            .visit("/account")
            .await
            .text
            .contains("new@example.org")
    );
    let told = world.mails_to(&anna.email, 2).await;
    assert!(told[1].text.contains("new@example.org"), "{}", told[1].text);

    let body = json!({"token": reset, "password": NEW});
    let late = elsewhere
        .post("/api/v1/accounts/password-reset/confirm", body)
        .await;
    assert_eq!(late.status, 410, "reset links die with the address");
    for (email, status) in [(anna.email.as_str(), 401), ("new@example.org", 200)] {
        let body = json!({"email": email, "password": PASSWORD});
        assert_eq!(elsewhere.post("/api/v1/tokens", body).await.status, status);
    }
}

#[tokio::test]
async fn an_address_with_an_account_is_not_given_away_and_not_taken() {
    let world = crate::tests::open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    let client = world.program(&anna).await;
    let path = "/api/v1/account/email";
    let taken = json!({"email": bob.email, "password": PASSWORD});
    let free = json!({"email": "free@example.org", "password": PASSWORD});
    let taken = client.json(Method::PUT, path, taken).await;
    let free = client.json(Method::PUT, path, free).await;
    assert_eq!((taken.status, &taken.text), (202, &free.text));
    assert_eq!(free.status, 202);
    let mails = world.mails_to(&bob.email, 1).await;
    assert!(!mails[0].text.contains("token="), "{}", mails[0].text);

    // Somebody else signs up with the address while the link is under way.
    let sign_up = json!({"email": "free@example.org", "password": NEW, "name": "Eve"});
    let made = world.client().post("/api/v1/accounts", sign_up).await;
    assert_eq!(made.status, 201);
    let token = token_in(&world.mails_to("free@example.org", 1).await[0]);
    let confirm = "/api/v1/accounts/email/confirm";
    let late = client.post(confirm, json!({ "token": token })).await;
    assert_eq!((late.status, late.problem().as_str()), (409, "conflict"));
}
