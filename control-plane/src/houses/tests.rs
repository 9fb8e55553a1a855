use cell::{ClientPresence, Presence, Report};
use http::Method;
use model::{BusRole, Plan};
use serde_json::{Value, json};

use crate::store::Store;
use crate::testing::World;

fn villa() -> Value {
    json!({"name": "Villa Sonnenhang", "timezone": "Europe/Berlin", "hosting": "hosted"})
}

#[tokio::test]
async fn a_house_comes_with_all_it_needs_to_connect_and_the_passcode_once() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/tenants/{}/houses", anna.tenant);
    let made = client.post(&path, villa()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let body = made.json();
    let id = body["house_id"].as_str().unwrap();
    assert!(id.starts_with("villa-sonnenhang-"), "{id}");
    assert_eq!(body["passcode"].as_str().unwrap().len(), 32);
    assert_eq!(
        body["gateway"],
        json!({"host": "gateway.test", "mqtt_port": 1883, "ws_url": "ws://gateway.test:8083/mqtt"})
    );
    let read = client.get(&format!("/api/v1/houses/{id}")).await;
    assert_eq!(read.status, 200);
    assert_eq!(read.json()["online"], false);
    assert!(!read.text.contains(body["passcode"].as_str().unwrap()));
    let listed = client.get(&path).await.json();
    assert_eq!(listed["houses"][0]["house_id"], *id);
}

#[tokio::test]
async fn the_gateway_knows_a_house_when_the_answer_is_out() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let mut work = world.app.store.begin_read().await.unwrap();
    let cell = world.app.link.cell();
    let now = work.cells().find(cell).await.unwrap().unwrap().revision;
    let known = work.feeds().acknowledged(cell, cell::Reader::Gateway).await;
    assert_eq!(known.unwrap(), now, "{house} is not known yet");
}

#[tokio::test]
async fn racing_creators_do_not_get_past_the_quota() {
    let world = World::open().await;
    let anna = world.person_on("Anna", Plan::Free, false).await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/tenants/{}/houses", anna.tenant);
    let attempts = (0..8).map(|_| client.post(&path, villa()));
    let answers = futures_util::future::join_all(attempts).await;
    let made = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(made.count(), 1);
    let refused = answers.iter().find(|answer| answer.status == 403).unwrap();
    assert_eq!(refused.problem(), "over-quota");
    let body = refused.json();
    assert_eq!(
        (&body["limit"], &body["allowed"], &body["seen"]),
        (&json!("houses"), &json!(1), &json!(1))
    );
    assert!(body["remedy"].as_str().unwrap().contains("larger plan"));
}

#[tokio::test]
async fn a_house_is_renamed_moved_to_another_zone_and_deleted() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}");
    let changes = json!({"name": "Lake <cabin>", "timezone": "America/New_York"});
    let changed = client.json(Method::PATCH, &path, changes).await.json();
    assert_eq!(changed["name"], "Lake <cabin>");
    assert_eq!(changed["house_id"], json!(house));
    let only_name = client
        .json(Method::PATCH, &path, json!({"name": "Lake"}))
        .await;
    assert_eq!(only_name.json()["timezone"], "America/New_York");

    assert_eq!(client.call(Method::DELETE, &path).await.status, 204);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(client.call(method, &path).await.problem(), "not-found");
    }
}

#[tokio::test]
async fn bodies_take_nothing_but_what_is_theirs() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let all = format!("/api/v1/tenants/{}/houses", anna.tenant);
    let one = format!("/api/v1/houses/{house}");
    for (field, value) in [
        ("tenant", json!("ten_x")),
        ("tenant_id", json!("ten_x")),
        ("house_id", json!("villa-aaaaaa")),
        ("passcode", json!("mine")),
        ("plan", json!("pro")),
        ("role", json!("owner")),
    ] {
        let mut new = villa();
        new[field] = value.clone();
        assert_eq!(
            client.post(&all, new).await.problem(),
            "malformed",
            "{field}"
        );
        let change = json!({ field: value });
        let refused = client.json(Method::PATCH, &one, change).await;
        assert_eq!(refused.problem(), "malformed", "{field}");
    }
    for odd in [
        json!({"name": "", "timezone": "Europe/Berlin", "hosting": "hosted"}),
        json!({"name": "x", "timezone": "Mars/Olympus", "hosting": "hosted"}),
        json!({"name": "x", "timezone": "Europe/Berlin", "hosting": "cellar"}),
        json!({"name": "x"}),
    ] {
        assert_eq!(client.post(&all, odd).await.status, 400);
    }
}

#[tokio::test]
async fn who_is_connected_is_shown() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let now = world.app.now();
    let presence = Presence {
        house: house.clone(),
        at: now,
        clients: vec![ClientPresence {
            client: "egeoffrey-villa-service-fake".into(),
            credential: Some(model::CredentialId::generate(world.ambient.as_ref())),
            role: BusRole::House,
            protocol: "MQTT 3.1.1".into(),
            connected_at: now,
            address: None,
        }],
        last_seen: Some(now),
    };
    let report = Report {
        presence: vec![presence],
        refusals: Vec::new(),
        ..Report::default()
    };
    world.report(report).await;
    let client = world.program(&anna).await;
    let body = client.get(&format!("/api/v1/houses/{house}")).await.json();
    assert_eq!(body["online"], true);
    assert_eq!(body["clients"][0]["client"], "egeoffrey-villa-service-fake");
    assert_eq!(body["clients"][0]["protocol"], "MQTT 3.1.1");
    assert_eq!(body["last_seen"], now.to_rfc3339());
}

#[tokio::test]
async fn the_store_outlives_the_process() {
    // A house made through one control plane is there for the next one.
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let url = world.database_url();
    let second = Store::open(&url, world.ambient.as_ref()).await.unwrap();
    let mut work = second.begin_read().await.unwrap();
    let found = work.houses().find(anna.tenant, &house).await.unwrap();
    assert_eq!(found.unwrap().name.as_str(), "Villa");
}
