//! Publishing and subscribing within one house.

use model::RefusalReason;

use crate::client::{Connect, V3, V5, V311, packet, publish};
use crate::world::{World, until};

const SAVED: &str = "controller/db/*/*/SAVED/lab/temp";

#[tokio::test]
async fn every_version_and_quality_gets_through() {
    let world = World::new().await;
    let topic = world.villa.topic(SAVED);
    for level in [V3, V311, V5] {
        let listener = Connect::new(&world.villa, "listener").level(level);
        let mut listener = world.connected(&listener).await;
        assert_eq!(
            listener
                .subscribe(&world.villa.topic("+/+/+/+/SAVED/#"))
                .await,
            2
        );
        let speaker = Connect::new(&world.villa, "speaker").level(level);
        let mut speaker = world.connected(&speaker).await;
        for qos in [0, 1, 2] {
            assert!(speaker.publish(&topic, "21.5", qos, false).await < 0x80);
            let message = listener.message().await;
            assert_eq!((message.topic.as_str(), message.qos), (topic.as_str(), qos));
            assert_eq!(message.payload, "21.5");
        }
    }
}

#[tokio::test]
async fn packets_behind_connect_are_served_and_the_order_is_kept() {
    let world = World::new().await;
    let mut listener = world.client(&world.villa, "listener").await;
    listener.subscribe(&world.villa.topic("#")).await;
    let mut all_at_once = Connect::new(&world.villa, "hasty").bytes();
    for n in 1..=50_u16 {
        let payload = n.to_string();
        let topic = world.villa.topic(SAVED);
        all_at_once.extend(publish(V311, &topic, payload.as_bytes(), 1, false, n));
    }
    all_at_once.extend(packet(0xE0, &[]));
    let mut hasty = world.dial().await;
    hasty.send(&all_at_once).await;
    for n in 1..=50_u16 {
        assert_eq!(listener.message().await.payload, n.to_string());
    }
    let said = hasty.closed().await;
    assert_eq!(said.len(), 51, "CONNACK and every PUBACK before the end");
}

#[tokio::test]
async fn a_large_message_arrives_whole() {
    let world = World::new().await;
    let mut listener = world.client(&world.villa, "listener").await;
    listener.subscribe(&world.villa.topic("#")).await;
    let mut speaker = world.client(&world.villa, "speaker").await;
    let picture = "x".repeat(900_000);
    speaker
        .publish(&world.villa.topic(SAVED), &picture, 2, false)
        .await;
    assert_eq!(listener.message().await.payload, picture);
}

#[tokio::test]
async fn a_packet_larger_than_the_plan_allows_is_refused_and_recorded() {
    let world = World::new().await;
    world.control.change_tenant(&world.villa.id, |tenant| {
        tenant.quotas.message_bytes = 1_000;
    });
    let revision = Some(world.control.revision());
    until("the new quota", || {
        let acknowledged = world.control.acknowledged.lock().unwrap();
        acknowledged.contains(&revision).then_some(())
    })
    .await;
    let connect = Connect::new(&world.villa, "camera").level(V5);
    let mut camera = world.connected(&connect).await;
    let picture = vec![7; 2_000];
    let bytes = publish(V5, &world.villa.topic(SAVED), &picture, 1, false, 1);
    camera.try_send(&bytes).await;
    let said = camera.closed().await;
    assert_eq!((said[0].first, said[0].body[0]), (0xE0, 0x95));
    let refusal = until("the refusal", || {
        world.control.refusals(&world.villa.id).pop()
    })
    .await;
    assert_eq!(refusal.reason, RefusalReason::MessageSize);
    assert_eq!(refusal.limit.unwrap().allowed, 1_000);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off_and_its_neighbours_are_served() {
    let world = World::with(model::Hosting::OnPremise, |config| {
        config.limits.output_stall = std::time::Duration::from_millis(300);
    })
    .await;
    let mut deaf = world.client(&world.villa, "deaf").await;
    deaf.subscribe(&world.villa.topic("#")).await;
    let mut listener = world.client(&world.villa, "listener").await;
    listener.subscribe(&world.villa.topic("#")).await;
    let mut speaker = world.client(&world.villa, "speaker").await;
    let picture = "x".repeat(500_000);
    // More than the socket's own buffers hold.
    for _ in 0..24 {
        speaker
            .publish_only(&world.villa.topic(SAVED), &picture, 0, false)
            .await;
        listener.message().await;
    }
    until("the deaf one's end", || {
        let clients = world.control.clients(&world.villa.id)?;
        (!clients.contains(&"deaf".to_owned())).then_some(())
    })
    .await;
    let refusal = until("the refusal", || {
        world.control.refusals(&world.villa.id).pop()
    })
    .await;
    assert_eq!(
        (refusal.reason, refusal.client.as_str()),
        (RefusalReason::Unavailable, "deaf")
    );
    listener.expect_nothing().await;
}
