use http::Method;
use platform::settings::SignUpPolicy;
use serde_json::{Value, json};

use crate::testing::{Client, PASSWORD, World, token_in};

fn anna() -> Value {
    json!({"email": "Anna@example.org", "password": PASSWORD, "name": "Anna Berg"})
}

async fn log_in(client: &Client) -> crate::testing::Answer {
    let body = json!({"email": "anna@example.org", "password": PASSWORD});
    client.post("/api/v1/tokens", body).await
}

#[tokio::test]
async fn a_person_signs_up_confirms_by_the_mailed_link_and_has_a_tenant() {
    let world = World::open().await;
    let mut client = world.client();
    let made = client.post("/api/v1/accounts", anna()).await;
    assert_eq!(made.status, 201, "{}", made.text);

    let refused = log_in(&client).await;
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (403, "unverified")
    );

    let mails = world.mails_to("Anna@example.org", 1).await;
    assert!(mails[0].text.contains("http://portal.test/verify?token="));
    let token = json!({"token": token_in(&mails[0])});
    let verified = client.post("/api/v1/accounts/verify", token.clone()).await;
    assert_eq!(verified.status, 204);
    let again = client.post("/api/v1/accounts/verify", token).await;
    assert_eq!((again.status, again.problem().as_str()), (410, "dead-link"));

    let tokens = log_in(&client).await.json();
    client.bearer = Some(tokens["access_token"].as_str().unwrap().to_owned());
    let tenants = client.get("/api/v1/tenants").await.json();
    assert_eq!(tenants["tenants"][0]["tenant_id"], made.json()["tenant_id"]);
    assert_eq!(tenants["tenants"][0]["role"], "owner");
    assert_eq!(tenants["tenants"][0]["slug"], "anna-berg");
}

#[tokio::test]
async fn a_known_address_gets_the_same_answer_and_another_mail() {
    let world = World::open().await;
    let person = world.person("Anna").await;
    let client = world.client();
    let body = json!({"email": person.email, "password": "another password", "name": "Eve"});
    let known = client.post("/api/v1/accounts", body.clone()).await;
    let mut other = body;
    other["email"] = "nobody@example.org".into();
    let fresh = client.post("/api/v1/accounts", other).await;
    assert_eq!((known.status, fresh.status), (201, 201));
    let keys = |answer: &crate::testing::Answer| -> Vec<String> {
        answer.json().as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(keys(&known), keys(&fresh));
    assert_ne!(known.json()["account_id"], json!(person.account));
    assert_ne!(known.json()["tenant_id"], json!(person.tenant));
    let mails = world.mails_to(&person.email, 1).await;
    assert!(!mails[0].text.contains("token="), "{}", mails[0].text);
    // The password of the account is still its own.
    world.program(&person).await;
}

#[tokio::test]
async fn signing_up_again_before_confirming_replaces_the_link() {
    let world = World::open().await;
    let client = world.client();
    for _ in 0..2 {
        assert_eq!(client.post("/api/v1/accounts", anna()).await.status, 201);
    }
    let mails = world.mails_to("Anna@example.org", 2).await;
    let mut statuses = Vec::new();
    for mail in &mails {
        let token = json!({"token": token_in(mail)});
        statuses.push(client.post("/api/v1/accounts/verify", token).await.status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 410]);
}

#[tokio::test]
async fn a_link_dies_after_a_day() {
    let world = World::open().await;
    let client = world.client();
    client.post("/api/v1/accounts", anna()).await;
    let mails = world.mails_to("Anna@example.org", 1).await;
    world.ambient.advance(super::LINK_LASTS);
    let token = json!({"token": token_in(&mails[0])});
    let late = client.post("/api/v1/accounts/verify", token).await;
    assert_eq!(late.status, 410);
}

#[tokio::test]
async fn a_closed_service_says_so_and_makes_nothing() {
    for (policy, says) in [
        (None, "takes no new accounts"),
        (Some(SignUpPolicy::Closed), "takes no new accounts"),
        (Some(SignUpPolicy::Invite), "by invitation only"),
    ] {
        let world = World::with(policy, "http://portal.test").await;
        let refused = world.client().post("/api/v1/accounts", anna()).await;
        assert_eq!(refused.problem(), "sign-up-refused");
        assert!(refused.text.contains(says), "{}", refused.text);
        let mut work = world.app.store.begin_read().await.unwrap();
        let email = "anna@example.org".parse().unwrap();
        assert_eq!(work.accounts().find_by_email(&email).await.unwrap(), None);
    }
}

#[tokio::test]
async fn nobody_assigns_themselves_more_than_they_are_asked() {
    let world = World::open().await;
    let client = world.client();
    for (field, value) in [
        ("role", json!("owner")),
        ("admin", json!(true)),
        ("plan", json!("pro")),
        ("tenant", json!("ten_x")),
        ("verified", json!(true)),
        ("verified_at", json!(0)),
        ("balance", json!(1)),
    ] {
        let mut body = anna();
        body[field] = value;
        let refused = client.post("/api/v1/accounts", body).await;
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (400, "malformed")
        );
        assert!(refused.text.contains(field), "{}", refused.text);
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_the_field() {
    let world = World::open().await;
    let client = world.client();
    for (field, value) in [
        ("email", json!("anna")),
        ("email", json!("a@b\r\nBcc: x@y")),
        ("name", json!(" ")),
        ("password", json!("short")),
    ] {
        let mut body = anna();
        body[field] = value;
        let refused = client.post("/api/v1/accounts", body).await;
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (422, "invalid")
        );
        assert_eq!(refused.json()["field"], field);
    }
    let mut long = anna();
    long["name"] = "x".repeat(crate::http::BODY_LIMIT_BYTES).into();
    let refused = client.post("/api/v1/accounts", long).await;
    assert_eq!(refused.problem(), "too-large");
    let plain = client.call(Method::POST, "/api/v1/accounts").await;
    assert_eq!(plain.problem(), "unsupported-media-type");
}

#[tokio::test]
async fn two_people_of_one_name_get_two_slugs() {
    let world = World::open().await;
    let mut slugs = Vec::new();
    for plus in ["one", "two"] {
        let client = world.client();
        let email = format!("{plus}@example.org");
        let body = json!({"email": email, "password": PASSWORD, "name": "Anna Berg"});
        let made = client.post("/api/v1/accounts", body).await.json();
        let id = made["tenant_id"].as_str().unwrap().parse().unwrap();
        let mut work = world.app.store.begin_read().await.unwrap();
        slugs.push(work.tenants().find(id).await.unwrap().unwrap().slug);
    }
    assert_eq!(slugs[0].as_str(), "anna-berg");
    assert!(slugs[1].as_str().starts_with("anna-berg-"), "{}", slugs[1]);
}

#[tokio::test]
async fn guessing_links_from_one_address_is_slowed() {
    let world = World::open().await;
    let mut client = world.client();
    let guess = json!({"token": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"});
    let path = "/api/v1/accounts/verify";
    client.address = Some("192.0.2.7".parse().unwrap());
    for _ in 0..30 {
        assert_eq!(
            client.post(path, guess.clone()).await.problem(),
            "dead-link"
        );
    }
    let limited = client.post(path, guess.clone()).await;
    assert_eq!(limited.problem(), "too-many-requests");
    assert_eq!(limited.header("retry-after"), "2");
    client.address = Some("192.0.2.8".parse().unwrap());
    assert_eq!(client.post(path, guess).await.problem(), "dead-link");
}
