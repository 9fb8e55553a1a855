use model::TenantRole;
use serde_json::json;

use crate::testing::{World, claims};

#[tokio::test]
async fn a_token_names_person_house_role_and_the_one_sender() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let browser = world.browser(&anna).await;
    let path = format!("/api/v1/houses/{house}/bus-token");
    let answer = browser.call(http::Method::POST, &path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    let claims = claims(body["token"].as_str().unwrap());
    assert_eq!(body["ws_url"], "ws://gateway.test:8083/mqtt");
    assert_eq!(body["expires_in"], 600);
    assert_eq!(claims["sub"], json!(anna.account));
    assert_eq!(claims["house"], json!(house));
    assert_eq!(claims["role"], "admin");
    assert_eq!(claims["sender"], body["sender"]);
    assert_eq!(claims["exp"], world.app.now().as_secs() + 600);
    let sender = body["sender"].as_str().unwrap();
    let (user, number) = sender
        .strip_prefix("gui/")
        .unwrap()
        .split_once('_')
        .unwrap();
    assert!(user.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    assert!((1..=6).contains(&number.len()) && number.parse::<u32>().is_ok());
    let topic = format!("egeoffrey/v2/{house}/{sender}/controller/db/PING/null");
    assert_eq!(bus::Topic::parse(&topic).unwrap().from.to_string(), sender);
}

#[tokio::test]
async fn a_guest_gets_a_viewer_and_no_more() {
    let world = World::open().await;
    let (anna, guest) = (world.person("Anna").await, world.person("Guest").await);
    let house = world.house(&anna, "Villa").await;
    world.join(&guest, anna.tenant, TenantRole::Guest).await;
    let client = world.program(&guest).await;
    let path = format!("/api/v1/houses/{house}/bus-token");
    let own = client.post(&path, json!({})).await.json();
    assert_eq!(claims(own["token"].as_str().unwrap())["role"], "viewer");
    for role in ["resident", "admin", "house", "runtime"] {
        let refused = client.post(&path, json!({ "role": role })).await;
        assert_eq!(refused.problem(), "forbidden", "{role}");
    }
    let odd = client.post(&path, json!({"sender": "controller/db"})).await;
    assert_eq!(odd.problem(), "malformed");
}
