use std::time::Duration;

use cell::{CellState, Feed, Reader};
use http::Method;
use model::{BusRole, SecretHash};
use serde_json::{Value, json};

use crate::testing::{Client, World};

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
    world.ambient.advance(Duration::from_secs(1));
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

/// Makes a credential and returns its id and its secret.
async fn made(client: &Client, path: &str, body: Value) -> (String, String) {
    let made = client.post(path, body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let text = |field: &str| made.json()[field].as_str().unwrap().to_owned();
    (text("credential_id"), text("secret"))
}

/// What the gateway knows of the cell.
async fn gateway_state(world: &World) -> CellState {
    let batch = world.app.link.feed().next(Reader::Gateway, None).await;
    let mut state = CellState::default();
    state.apply(batch.unwrap());
    state
}

/// What a list of credentials says of `id`.
async fn listed(client: &Client, path: &str, id: &str) -> Value {
    let all = client.get(path).await.json();
    let found = all["credentials"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["credential_id"] == id)
        .cloned();
    found.unwrap_or(Value::Null)
}

#[tokio::test]
async fn what_cannot_be_says_which_field_and_why() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/credentials");
    let past = world.app.now().to_rfc3339();
    let package = |senders: Value| json!({"role": "package", "package": "p", "senders": senders});
    let too_many: Vec<String> = (0..21).map(|n| format!("service/x{n}")).collect();
    for (field, change) in [
        ("kind", json!({"kind": "runtime"})),
        ("role", json!({"role": "runtime"})),
        ("not_after", json!({"not_after": past})),
        ("not_after", json!({"not_after": "tomorrow"})),
        ("user", json!({"user": "anna"})),
        ("user", json!({"role": "viewer", "user": "an_na"})),
        ("user", json!({"role": "viewer", "name": "寝室"})),
        ("user", json!({"role": "viewer", "user": "usr-abc"})),
        ("senders", json!({"senders": ["service/x"]})),
        ("package", json!({"role": "viewer", "package": "p"})),
        (
            "package",
            json!({"role": "package", "senders": ["service/x"]}),
        ),
        (
            "user",
            json!({"role": "package", "user": "anna", "package": "p", "senders": ["service/x"]}),
        ),
        ("senders", package(json!([]))),
        ("senders", package(json!(too_many))),
        ("senders", package(json!(["service/#"]))),
        ("senders", package(json!(["gui/anna_1"]))),
        ("senders", package(json!(["system/watchdog-p-0123456789"]))),
        ("senders", package(json!(["controller/hub"]))),
        (
            "package",
            json!({"role": "package", "package": "egeoffrey-controller", "senders": ["service/x"]}),
        ),
    ] {
        let mut body = wanted();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let refused = client.post(&path, body).await;
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (422, "invalid"),
            "{change}: {}",
            refused.text
        );
        assert_eq!(refused.json()["field"], field, "{change}");
    }
    let mut chosen = wanted();
    chosen["secret"] = "my own passcode".into();
    assert_eq!(client.post(&path, chosen).await.problem(), "malformed");
}

#[tokio::test]
async fn credentials_of_every_role_reach_the_gateway_with_their_binding() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/credentials");
    let end = world.app.now().after(Duration::from_hours(1)).to_rfc3339();
    let wishes = [
        json!({"role": "package", "name": "Zigbee", "package": "egeoffrey-service-zigbee2mqtt",
            "senders": ["service/zigbee2mqtt", "service/zigbee2mqtt"]}),
        json!({"role": "admin", "name": "Anna's tablet"}),
        json!({"role": "resident", "name": "Kitchen", "user": "kitchen-1"}),
        json!({"role": "viewer", "name": "Hall", "not_after": end}),
    ];
    for mut wish in wishes {
        wish["kind"] = json!("secret");
        let (id, _secret) = made(&client, &path, wish.clone()).await;
        let one = listed(&client, &path, &id).await;
        assert_eq!(one["role"], wish["role"]);
        assert_eq!(one["created_by"], "Anna");
        assert_eq!(one["not_after"], wish["not_after"]);
        let state = gateway_state(&world).await;
        let spec = state
            .houses()
            .find(|(_, spec)| spec.house == house)
            .unwrap();
        let sent = spec.1.credentials.iter().find(|c| c.id.to_string() == id);
        let sent = sent.unwrap();
        assert!(sent.binding.fits(sent.role));
        match sent.role {
            BusRole::Package => {
                assert_eq!(one["senders"], json!(["service/zigbee2mqtt"]));
                assert_eq!(one["package"], "egeoffrey-service-zigbee2mqtt");
            }
            BusRole::Admin => assert_eq!(one["user"], "anna-s-tablet"),
            BusRole::Resident => assert_eq!(one["user"], "kitchen-1"),
            _ => assert_eq!(one["user"], "hall"),
        }
    }
    // At home the controllers are a package like others.
    let hut = client
        .post(
            &format!("/api/v1/tenants/{}/houses", anna.tenant),
            json!({"name": "Hut", "timezone": "Europe/Berlin", "hosting": "on-premise"}),
        )
        .await;
    if hut.status == 201 {
        let hut = hut.json()["house_id"].as_str().unwrap().to_owned();
        let wish = json!({"kind": "secret", "role": "package", "name": "Controller",
            "package": "egeoffrey-controller", "senders": ["controller/hub"]});
        made(&client, &format!("/api/v1/houses/{hut}/credentials"), wish).await;
    }
}

#[tokio::test]
async fn an_exchanged_secret_works_for_a_while_beside_its_successor() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/credentials");
    let wish = json!({"kind": "secret", "role": "viewer", "name": "Hall"});
    let (old, secret) = made(&client, &path, wish).await;
    let rotate = format!("{path}/{old}/rotate");
    for seconds in [json!(30 * 86_400 + 1), json!(-1), json!("1 day")] {
        let refused = client
            .post(&rotate, json!({"overlap_seconds": seconds}))
            .await;
        assert!(
            refused.status == 422 || refused.status == 400,
            "{}",
            refused.text
        );
    }
    let (new, fresh) = made(&client, &rotate, json!({})).await;
    assert_ne!((&new, &fresh), (&old, &secret));
    let day_later = world.app.now().after(Duration::from_hours(24));
    let before = listed(&client, &path, &old).await;
    assert_eq!(before["not_after"], day_later.to_rfc3339());
    assert_eq!(before["replaced_by"], new);
    let after = listed(&client, &path, &new).await;
    assert_eq!(
        (&after["role"], &after["user"]),
        (&json!("viewer"), &json!("hall"))
    );
    assert_eq!(after["not_after"], Value::Null);
    let again = client.post(&rotate, json!({})).await;
    assert_eq!((again.status, again.problem().as_str()), (409, "conflict"));

    // The second in line belongs to the same holder as the first.
    let (third, _) = made(
        &client,
        &format!("{path}/{new}/rotate"),
        json!({"overlap_seconds": 0}),
    )
    .await;
    let state = gateway_state(&world).await;
    let spec = state
        .houses()
        .find(|(_, spec)| spec.house == house)
        .unwrap()
        .1;
    let sent = |id: &str| {
        spec.credentials
            .iter()
            .find(|c| c.id.to_string() == id)
            .unwrap()
    };
    assert_eq!(sent(&third).line.unwrap().to_string(), old);
    assert_eq!(sent(&new).not_after, Some(world.app.now()), "ended at once");
    let ended = client
        .post(&format!("{path}/{new}/rotate"), json!({}))
        .await;
    assert_eq!(ended.problem(), "conflict");
}

#[tokio::test]
async fn a_successor_lives_as_long_as_was_meant() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/credentials");
    let month = Duration::from_hours(30 * 24);
    let mut wish = wanted();
    wish["not_after"] = json!(world.app.now().after(month).to_rfc3339());
    let (id, _) = made(&client, &path, wish).await;
    world
        .ambient
        .advance(month.checked_sub(Duration::from_mins(1)).unwrap());
    let client = world.program(&anna).await;
    let (new, _) = made(&client, &format!("{path}/{id}/rotate"), json!({})).await;
    let end = world.app.now().after(month).to_rfc3339();
    assert_eq!(listed(&client, &path, &new).await["not_after"], end);
    let old = world.app.now().after(Duration::from_mins(1)).to_rfc3339();
    assert_eq!(
        listed(&client, &path, &id).await["not_after"],
        old,
        "not prolonged"
    );
}

#[tokio::test]
async fn a_house_has_at_most_a_hundred() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/credentials");
    let mut id = String::new();
    for _ in 1..super::MOST {
        (id, _) = made(&client, &path, wanted()).await;
    }
    for path in [path.clone(), format!("{path}/{id}/rotate")] {
        let body = if path.ends_with("rotate") {
            json!({})
        } else {
            wanted()
        };
        let refused = client.post(&path, body).await;
        assert_eq!(refused.problem(), "over-quota");
        let said = refused.json();
        assert_eq!(
            (&said["limit"], &said["allowed"], &said["seen"]),
            (&json!("credentials_per_house"), &json!(100), &json!(100))
        );
    }
    let one = format!("{path}/{id}");
    assert_eq!(client.call(Method::DELETE, &one).await.status, 204);
    made(&client, &path, wanted()).await;
}

#[tokio::test]
async fn where_a_credential_was_used_last_is_told() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/credentials");
    let (id, _) = made(&client, &path, wanted()).await;
    let now = world.app.now();
    world
        .report(cell::Report {
            uses: vec![cell::CredentialUse {
                house: house.clone(),
                credential: id.parse().unwrap(),
                at: now.after(Duration::from_hours(9)),
                address: "2001:db8::7".parse().ok(),
            }],
            ..cell::Report::default()
        })
        .await;
    let one = listed(&client, &path, &id).await;
    assert_eq!(one["last_used_at"], now.to_rfc3339(), "never in the future");
    assert_eq!(one["last_used_from"], "2001:db8::7");
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
    let rotated = client.post(&format!("{swapped}/rotate"), json!({})).await;
    assert_eq!(rotated.problem(), "not-found");
    let bob = world.person("Bob").await;
    let stranger = world.program(&bob).await;
    let rotate = format!("/api/v1/houses/{one}/credentials/{id}/rotate");
    let refused = stranger.post(&rotate, json!({})).await;
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (404, "not-found")
    );
    let odd = format!("/api/v1/houses/{one}/credentials/crd_x");
    assert_eq!(
        client.call(Method::DELETE, &odd).await.problem(),
        "not-found"
    );
}
