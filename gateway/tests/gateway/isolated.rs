//! Two houses of two tenants, with the same client ids and the same topics
//! below their names, never meet.

use std::time::Duration;

use cell::{Ask, AskError, Asker, Until};
use model::BusRole;

use crate::client::{Connect, V5, V311};
use crate::world::{Home, World, until};

const SAVED: &str = "controller/db/*/*/SAVED/lab/temp";

fn both(world: &World) -> [(&Home, &Home); 2] {
    [(&world.villa, &world.hut), (&world.hut, &world.villa)]
}

#[tokio::test]
async fn not_by_topic() {
    let world = World::new().await;
    for (home, other) in both(&world) {
        let mut victim = world.client(other, "c").await;
        victim.subscribe(&other.topic("controller/#")).await;
        let intruder = format!("intruder from {}", home.id);
        let mut client = world
            .connected(&Connect::new(home, &intruder).level(V5))
            .await;
        for topic in [
            other.topic(SAVED),
            format!("egeoffrey/v1/{}/{SAVED}", other.id),
            format!("egeoffrey/v2/{}/../{}/{SAVED}", home.id, other.id),
            "$SYS/broker".to_owned(),
        ] {
            for retain in [false, true] {
                let reason = client.publish(&topic, "intruder", 1, retain).await;
                let harmless = topic.starts_with(&home.topic(""));
                assert!(reason == 0x87 || harmless, "{topic}: {reason:#x}");
            }
        }
        let mut old = world.client(home, "y").await;
        old.publish(&other.topic(SAVED), "intruder", 1, false).await;
        victim.expect_nothing().await;
        let foreign = || {
            let rows = world.control.refusals(&home.id);
            rows.into_iter()
                .find(|row| row.subject.contains(other.id.as_str()))
        };
        until("the refusal in the house of the intruder", foreign).await;
        let of_victim = world.control.refusals(&other.id);
        assert!(of_victim.iter().all(|row| row.client != intruder));
    }
}

#[tokio::test]
async fn not_by_wildcard() {
    let world = World::new().await;
    for (home, other) in both(&world) {
        let mut victim = world.client(other, "v").await;
        victim
            .publish(&other.topic(SAVED), "kept secret", 1, true)
            .await;
        for (level, refused) in [(V311, 0x80), (V5, 0x87)] {
            let mut client = world.connected(&Connect::new(home, "c").level(level)).await;
            for filter in [
                "#",
                "+/#",
                "+/+/+/#",
                "egeoffrey/#",
                "egeoffrey/v2/#",
                "egeoffrey/v2/+/#",
                "egeoffrey/+/+/controller/#",
                "/#",
                "$SYS/#",
                &other.topic("#"),
                &format!("$share/g/{}", other.topic("#")),
                "$share/g/#",
            ] {
                let code = client.subscribe(filter).await;
                assert!(code == refused || code >= 0x80, "{filter}: {code:#x}");
            }
            victim
                .publish(&other.topic(SAVED), "secret", 2, false)
                .await;
            client.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn not_by_client_id_nor_retained_value() {
    let world = World::new().await;
    let mut villa = world.client(&world.villa, "same").await;
    let mut hut = world.client(&world.hut, "same").await;
    for (client, home) in [(&mut villa, &world.villa), (&mut hut, &world.hut)] {
        client
            .publish(&home.topic(SAVED), home.id.as_str(), 1, true)
            .await;
    }
    for (client, home) in [(&mut villa, &world.villa), (&mut hut, &world.hut)] {
        client.subscribe(&home.topic("#")).await;
        assert_eq!(client.message().await.payload, home.id.as_str());
        client.expect_nothing().await;
    }
    // Clearing one leaves the other.
    let mut relative = world.client(&world.villa, "relative").await;
    let topic = world.villa.topic(SAVED);
    relative.publish(&topic, "", 1, true).await;
    hut.subscribe(&world.hut.topic("controller/#")).await;
    assert_eq!(hut.message().await.payload, world.hut.id.as_str());
}

#[tokio::test]
async fn not_by_last_will() {
    let world = World::new().await;
    for (home, other) in both(&world) {
        let mut victim = world.client(other, "v").await;
        victim.subscribe(&other.topic("#")).await;
        let mut relative = world.client(home, "r").await;
        relative.subscribe(&home.topic("#")).await;
        for (level, code) in [(V311, 5), (V5, 0x87)] {
            let foreign = Connect::new(home, "c")
                .level(level)
                .will(&other.topic(SAVED), "dead");
            let mut client = world.dial().await;
            assert_eq!(client.knock(&foreign).await, code);
        }
        let own = Connect::new(home, "c").will(&home.topic(SAVED), "dead");
        drop(world.connected(&own).await);
        assert_eq!(relative.message().await.payload, "dead");
        victim.expect_nothing().await;
    }
}

#[tokio::test]
async fn not_by_question() {
    let world = World::new().await;
    let mut neighbour = world.client(&world.hut, "c").await;
    neighbour.subscribe(&world.hut.topic("#")).await;
    let question = |house: &Home, to: &str| Ask {
        house: house.id.clone(),
        role: BusRole::Admin,
        user: "anna".into(),
        to: to.into(),
        command: "GET".into(),
        args: "lab/temp".into(),
        data: None,
        until: Until::Reply,
        deadline: Duration::from_millis(100),
    };
    let unanswered = world
        .gateway
        .ask(question(&world.villa, "controller/db"))
        .await;
    assert!(matches!(unanswered, Err(AskError::Unreachable { .. })));
    let way_out = format!("../{}/controller/db", world.hut.id);
    let denied = world.gateway.ask(question(&world.villa, &way_out)).await;
    assert!(denied.is_err());
    let nobody = Home {
        id: "nobody-aaaaaa".parse().unwrap(),
        passcode: world.villa.passcode.clone(),
    };
    let unknown = world.gateway.ask(question(&nobody, "controller/db")).await;
    assert_eq!(unknown, Err(AskError::Unreachable { last_seen: None }));
    neighbour.expect_nothing().await;
}
