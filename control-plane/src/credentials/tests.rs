use std::time::Duration;

use http::Method;
use model::SecretHash;
use serde_json::{Value, json};

use crate::testing::World;

fn wanted() -> Value {
    json!({"kind": "secret", "role": "house", "name": "Weather station"})
}

#[tokio::test]
async fn a_secret_is_shown_once_kept_as_hash_and_revoked() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/credentials");
    let made = client.post(&path, wanted()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    let id = made.json()["credential_id"].as_str().unwrap().to_owned();

    let listed = client.get(&path).await;
    assert!(!listed.text.contains(&secret));
    let names: Vec<Value> = listed.json()["credentials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    assert_eq!(names, ["Main passcode", "Weather station"]);
    let mut work = world.app.store.begin_read().await.unwrap();
    let key = work
        .houses()
        .find(anna.tenant, &house)
        .await
        .unwrap()
        .unwrap()
        .key;
    let kept = work.credentials().find(key, id.parse().unwrap()).await;
    let hash = SecretHash::of(secret.as_bytes());
    assert_eq!(kept.unwrap().unwrap().secret_hash, hash);
    drop(work);

    let one = format!("{path}/{id}");
    assert_eq!(client.call(Method::DELETE, &one).await.status, 204);
    assert_eq!(
        client.call(Method::DELETE, &one).await.problem(),
        "not-found"
    );
    let left = client.get(&path).await.json();
    assert_eq!(left["credentials"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn people_make_only_secrets_of_the_house() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/credentials");
    let past = world.app.now().to_rfc3339();
    for (field, value) in [
        ("kind", json!("runtime")),
        ("role", json!("runtime")),
        ("role", json!("admin")),
        ("role", json!("viewer")),
        ("not_after", json!(past)),
        ("not_after", json!("tomorrow")),
    ] {
        let mut body = wanted();
        body[field] = value;
        let refused = client.post(&path, body).await;
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (422, "invalid")
        );
        assert_eq!(refused.json()["field"], field);
    }
    let mut chosen = wanted();
    chosen["secret"] = "my own passcode".into();
    assert_eq!(client.post(&path, chosen).await.problem(), "malformed");
    let mut limited = wanted();
    let end = world.app.now().after(Duration::from_hours(1)).to_rfc3339();
    limited["not_after"] = json!(end);
    assert_eq!(client.post(&path, limited).await.status, 201);
}

#[tokio::test]
async fn a_credential_of_another_house_is_not_there() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let (one, other) = (
        world.house(&anna, "One").await,
        world.house(&anna, "Other").await,
    );
    let client = world.program(&anna).await;
    let made = client
        .post(&format!("/api/v1/houses/{one}/credentials"), wanted())
        .await
        .json();
    let id = made["credential_id"].as_str().unwrap();
    let swapped = format!("/api/v1/houses/{other}/credentials/{id}");
    assert_eq!(
        client.call(Method::DELETE, &swapped).await.problem(),
        "not-found"
    );
    let odd = format!("/api/v1/houses/{one}/credentials/crd_x");
    assert_eq!(
        client.call(Method::DELETE, &odd).await.problem(),
        "not-found"
    );
}
