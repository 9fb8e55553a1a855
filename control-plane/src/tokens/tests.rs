use std::time::Duration;

use http::Method;
use serde_json::json;

use super::ACCESS_LASTS;
use crate::testing::{PASSWORD, World};

const PATH: &str = "/api/v1/tokens";

#[tokio::test]
async fn an_access_token_is_renewed_and_a_refresh_token_works_once() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let mut client = world.client();
    let body = json!({"email": anna.email, "password": PASSWORD});
    let first = client.post(PATH, body).await.json();
    assert_eq!(first["expires_in"], 3600);
    client.bearer = Some(first["access_token"].as_str().unwrap().to_owned());
    assert_eq!(client.get("/api/v1/tenants").await.status, 200);

    world.ambient.advance(ACCESS_LASTS);
    let expired = client.get("/api/v1/tenants").await;
    assert_eq!(
        (expired.status, expired.problem().as_str()),
        (401, "unauthenticated")
    );

    let renew = json!({"refresh_token": first["refresh_token"]});
    client.bearer = None;
    let second = client.post(PATH, renew.clone()).await.json();
    client.bearer = Some(second["access_token"].as_str().unwrap().to_owned());
    assert_eq!(client.get("/api/v1/tenants").await.status, 200);

    // The same refresh token again: somebody has a copy, all of them end.
    assert_eq!(client.post(PATH, renew).await.status, 401);
    assert_eq!(client.get("/api/v1/tenants").await.status, 401);
    let last = json!({"refresh_token": second["refresh_token"]});
    assert_eq!(client.post(PATH, last).await.status, 401);
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_look_the_same() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let client = world.client();
    let mut answers = Vec::new();
    for email in [anna.email.as_str(), "nobody@example.org", "no address"] {
        let body = json!({"email": email, "password": "wrong password"});
        let refused = client.post(PATH, body).await;
        assert_eq!(refused.problem(), "wrong-log-in");
        let mut body = refused.json();
        body.as_object_mut().unwrap().remove("request_id");
        answers.push((refused.status, body));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test]
async fn spraying_one_account_is_slowed_and_says_how_long() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let client = world.client();
    let right = json!({"email": anna.email, "password": PASSWORD});
    for _ in 0..10 {
        let body = json!({"email": anna.email.to_uppercase(), "password": "wrong password"});
        assert_eq!(client.post(PATH, body).await.status, 401);
    }
    let limited = client.post(PATH, right.clone()).await;
    assert_eq!(
        (limited.status, limited.problem().as_str()),
        (429, "too-many-requests")
    );
    assert_eq!(limited.header("retry-after"), "20");
    let bob = world.person("Bob").await;
    world.program(&bob).await;
    world.ambient.advance(Duration::from_secs(20));
    assert_eq!(client.post(PATH, right).await.status, 200);
}

#[tokio::test]
async fn only_one_of_the_two_forms_is_taken_and_nothing_else() {
    let world = World::open().await;
    let client = world.client();
    for body in [
        json!({}),
        json!({"email": "a@b"}),
        json!({"email": "a@b", "password": "x", "refresh_token": "y"}),
        json!({"email": "a@b", "password": "x", "role": "owner"}),
        json!({"refresh_token": "y", "expires_in": 1e9}),
    ] {
        let refused = client.post(PATH, body.clone()).await;
        assert_eq!(refused.status, 400, "{body}");
    }
}

#[tokio::test]
async fn a_bad_token_is_not_forgiven_for_a_good_cookie() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let mut browser = world.browser(&anna).await;
    assert_eq!(browser.get("/api/v1/tenants").await.status, 200);
    browser.bearer = Some("wrong".into());
    let refused = browser.call(Method::GET, "/api/v1/tenants").await;
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").starts_with("Bearer"));
}

#[tokio::test]
async fn either_token_ends_its_log_in_and_no_other() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let other = world.program(&anna).await;
    let nobody = world.client();
    let path = "/api/v1/tokens/revoke";
    for kind in ["access_token", "refresh_token"] {
        let mut client = world.client();
        let body = json!({"email": anna.email, "password": PASSWORD});
        let issued = client.post(PATH, body).await.json();
        client.bearer = Some(issued["access_token"].as_str().unwrap().to_owned());
        let bus = format!("/api/v1/houses/{house}/bus-token");
        let granted = client.post(&bus, json!({})).await.json();
        let log_in = crate::testing::claims(granted["token"].as_str().unwrap());
        let body = json!({"token": issued[kind], "token_type_hint": kind});
        assert_eq!(nobody.post(path, body.clone()).await.status, 204);
        assert_eq!(
            nobody.post(path, body).await.status,
            204,
            "once more is no fault"
        );
        assert_eq!(client.get("/api/v1/tenants").await.status, 401);
        let renew = json!({"refresh_token": issued["refresh_token"]});
        assert_eq!(nobody.post(PATH, renew).await.status, 401);
        let mut work = world.app.store.begin_read().await.unwrap();
        let cell = world.app.link.cell();
        let since = cell::Revision(0);
        let now = world.app.now();
        let feed = work.feeds().tenants_since(cell, since, now).await.unwrap();
        let refused = &feed[0].houses[0].revoked;
        assert!(
            refused
                .iter()
                .any(|one| log_in["jti"] == one.subject.as_str())
        );
    }
    assert_eq!(
        nobody.post(path, json!({"token": "unknown"})).await.status,
        204
    );
    assert_eq!(other.get("/api/v1/tenants").await.status, 200);
}
