use http::Method;
use model::{AccountId, Plan};
use platform::settings::SignUpPolicy;
use serde_json::json;

use crate::testing::{Answer, PASSWORD, World, token_in};

const PATH: &str = "/api/v1/admin/settings/sign-up";

#[tokio::test]
async fn an_admin_opens_and_closes_the_door_and_nobody_else() {
    let world = World::with(None, "http://portal.test").await;
    let admin = world.person_on("Ada", Plan::Pro, true).await;
    let anna = world.person("Anna").await;
    let (ada, other) = (world.program(&admin).await, world.program(&anna).await);
    assert_eq!(ada.get(PATH).await.json(), json!({"policy": "closed"}));
    let open = json!({"policy": "open"});
    let refused = other.json(Method::PUT, PATH, open.clone()).await;
    assert_eq!(refused.problem(), "not-found");
    assert_eq!(other.get(PATH).await.problem(), "not-found");
    assert_eq!(ada.json(Method::PUT, PATH, open).await.status, 204);
    assert_eq!(ada.get(PATH).await.json(), json!({"policy": "open"}));
    for policy in ["invite", "approve", "closed"] {
        let chosen = json!({"policy": policy});
        let done = ada.json(Method::PUT, PATH, chosen.clone()).await;
        assert_eq!(done.status, 204, "{policy}");
        assert_eq!(ada.get(PATH).await.json(), chosen);
    }
    let odd = ada.json(Method::PUT, PATH, json!({"policy": "x"})).await;
    assert_eq!(odd.json()["field"], "policy");
}

#[tokio::test]
async fn what_the_configuration_sets_is_changed_there() {
    let world = World::with(Some(SignUpPolicy::Closed), "http://portal.test").await;
    let admin = world.person_on("Ada", Plan::Pro, true).await;
    let ada = world.program(&admin).await;
    let refused = ada.json(Method::PUT, PATH, json!({"policy": "open"})).await;
    assert_eq!(refused.problem(), "conflict");
    assert!(refused.text.contains("sign_up.policy"));
}

/// Signs up and proves the address; returns the account.
async fn signed_up(world: &World, email: &str) -> AccountId {
    let body = json!({"email": email, "password": PASSWORD, "name": "Kim"});
    let made = world.client().post("/api/v1/accounts", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let mail = world.mails_to(email, 1).await.pop().unwrap();
    let proof = json!({"token": token_in(&mail)});
    let proven = world.client().post("/api/v1/accounts/verify", proof).await;
    assert_eq!(proven.status, 204, "{}", proven.text);
    made.json()["account_id"].as_str().unwrap().parse().unwrap()
}

async fn log_in(world: &World, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    world.client().post("/api/v1/tokens", body).await
}

#[tokio::test]
async fn whoever_waits_can_do_nothing_until_an_admin_agrees() {
    let world = World::with(Some(SignUpPolicy::Approve), "http://portal.test").await;
    let admin = world.person_on("Ada", Plan::Pro, true).await;
    let (ada, other) = (
        world.program(&admin).await,
        world.program(&world.person("Anna").await).await,
    );
    let kim = signed_up(&world, "kim@example.org").await;
    let lee = signed_up(&world, "lee@example.org").await;
    let waits = log_in(&world, "kim@example.org", PASSWORD).await;
    assert_eq!(waits.problem(), "waiting");
    assert_eq!(waits.status, 403);
    // Who does not know the password is told what strangers are told.
    let wrong = log_in(&world, "kim@example.org", "not the password").await;
    let nobody = log_in(&world, "nobody@example.org", "not the password").await;
    assert_eq!(wrong.json()["detail"], nobody.json()["detail"]);

    let all = "/api/v1/admin/sign-ups";
    let listed = ada.get(all).await.json();
    assert_eq!(listed["total"], 2);
    assert_eq!(listed["waiting"][0]["email"], "kim@example.org");
    let approve = format!("{all}/{kim}/approve");
    for path in [
        all.to_owned(),
        approve.clone(),
        format!("{all}/{lee}/decline"),
    ] {
        let method = if path == all {
            Method::GET
        } else {
            Method::POST
        };
        assert_eq!(other.call(method, &path).await.status, 404, "{path}");
    }
    assert_eq!(ada.post(&approve, json!({})).await.status, 204);
    assert_eq!(ada.post(&approve, json!({})).await.problem(), "not-found");
    let mails = world.mails_to("kim@example.org", 2).await;
    assert!(mails[1].text.contains("/log-in"), "{}", mails[1].text);
    assert_eq!(
        log_in(&world, "kim@example.org", PASSWORD).await.status,
        200
    );

    let decline = format!("{all}/{lee}/decline");
    assert_eq!(ada.post(&decline, json!({})).await.status, 204);
    world.mails_to("lee@example.org", 2).await;
    let gone = log_in(&world, "lee@example.org", PASSWORD).await;
    assert_eq!(gone.problem(), "wrong-log-in");
    assert_eq!(ada.get(all).await.json()["total"], 0);
    // The address is free again, and nothing is left of the tenant.
    let again = signed_up_again(&world, "lee@example.org").await;
    assert_eq!(again, 201);
    let found = ada
        .get("/api/v1/admin/tenants?query=lee@example.org")
        .await
        .json();
    assert_eq!(found["tenants"].as_array().unwrap().len(), 1, "{found}");
}

async fn signed_up_again(world: &World, email: &str) -> u16 {
    let body = json!({"email": email, "password": PASSWORD, "name": "Lee"});
    world.client().post("/api/v1/accounts", body).await.status
}

#[tokio::test]
async fn an_address_that_was_not_proven_does_not_wait_in_anybodys_way() {
    let world = World::with(Some(SignUpPolicy::Approve), "http://portal.test").await;
    let admin = world.person_on("Ada", Plan::Pro, true).await;
    let ada = world.program(&admin).await;
    let body = json!({"email": "kim@example.org", "password": PASSWORD, "name": "Kim"});
    let made = world.client().post("/api/v1/accounts", body).await.json();
    let listed = ada.get("/api/v1/admin/sign-ups").await.json();
    assert_eq!(listed["total"], 0);
    let id = made["account_id"].as_str().unwrap();
    let approve = format!("/api/v1/admin/sign-ups/{id}/approve");
    assert_eq!(ada.post(&approve, json!({})).await.status, 404);
    let early = log_in(&world, "kim@example.org", PASSWORD).await;
    assert_eq!(early.problem(), "unverified");
}
