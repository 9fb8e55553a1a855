//! PUBLISH: rights, quotas, exchanges, properties.

use std::time::Duration;

use ::model::{BusRole, Hosting, Plan, RefusalReason};
use bus::QoS::{AtLeastOnce, AtMostOnce, ExactlyOnce};
use proptest::prelude::*;

use super::stage::*;
use crate::core::codec::acknowledge::{Acknowledge, Step};
use crate::core::codec::client::Said;
use crate::core::codec::{Connect, Reason, Version};
use crate::core::{Action, CloseReason, ConnId, RetainedChange};

fn refused_with(stage: &mut Stage, conn: u64, step: Step, reason: Reason) {
    let said = stage.said(conn);
    let [Said::Acknowledge(given, Some(_words))] = &said[..] else {
        panic!("{said:?}")
    };
    assert_eq!((given.step, given.reason), (step, reason));
}

#[test]
fn a_foreign_topic_reaches_nobody() {
    let mut stage = Stage::hosted();
    stage.join(1, Version::V311);
    stage.join(2, Version::V5);
    stage.join(9, Version::V311);
    stage.subscribe(9, &topic("#"), ExactlyOnce);
    for foreign in [
        "egeoffrey/v2/other-aaaaaa/service/a/controller/hub/IN/x".to_owned(),
        "egeoffrey/v2/other-aaaaaa/controller/config/*/*/CONF/1/house".to_owned(),
        "$SYS/x".to_owned(),
        topic("controller/config/*/*/CONF/1/house"),
    ] {
        stage.publish(1, &foreign, "x", AtMostOnce, 0);
        stage.publish(1, &foreign, "x", AtLeastOnce, 1);
        stage.publish_with(1, &foreign, "x", (ExactlyOnce, 2), |p| p.retain = true);
        assert_eq!(
            stage.said(1),
            [acked(Step::PubAck, 1), acked(Step::PubRec, 2)],
            "3.x is told that all is well"
        );
        stage.acknowledge(1, Step::PubRel, 2);
        assert_eq!(stage.said(1), [acked(Step::PubComp, 2)]);
        stage.publish(2, &foreign, "x", AtLeastOnce, 1);
        refused_with(&mut stage, 2, Step::PubAck, Reason::NotAuthorised);
        stage.publish(2, &foreign, "x", ExactlyOnce, 1);
        refused_with(&mut stage, 2, Step::PubRec, Reason::NotAuthorised);
        let refusals = stage.refusals();
        assert_eq!(refusals.len(), 5);
        assert!(refusals.iter().all(|r| r.0 == RefusalReason::Permission));
    }
    assert_eq!((stage.said(9), stage.router.retained_bytes()), (vec![], 0));
}

#[test]
fn people_publish_only_what_their_role_may() {
    let mut stage = Stage::hosted();
    stage.join_as(1, Version::V5, BusRole::Viewer);
    stage.publish(
        1,
        &topic("gui/anna_1/controller/db/GET/x"),
        "",
        AtLeastOnce,
        1,
    );
    assert_eq!(stage.said(1), [acked(Step::PubAck, 1)]);
    for forbidden in [
        "gui/anna_1/controller/hub/SET/x",
        "gui/anna_2/controller/db/GET/x",
    ] {
        stage.publish(1, &topic(forbidden), "", AtLeastOnce, 1);
        refused_with(&mut stage, 1, Step::PubAck, Reason::NotAuthorised);
    }
    let own = topic("gui/anna_1/controller/db/GET/x");
    stage.publish_with(1, &own, "x", (AtLeastOnce, 1), |p| p.retain = true);
    refused_with(&mut stage, 1, Step::PubAck, Reason::NotAuthorised);
}

#[test]
fn twenty_exchanges_at_once_and_each_message_once() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    stage.join(9, Version::V311);
    stage.subscribe(9, &topic("#"), AtMostOnce);
    for id in 1..=50 {
        stage.publish(1, &topic("a"), &id.to_string(), ExactlyOnce, id);
        stage.publish_with(1, &topic("a"), &id.to_string(), (ExactlyOnce, id), |p| {
            p.dup = true;
        });
    }
    let recs: Vec<Said> = (1..=50)
        .flat_map(|id| [acked(Step::PubRec, id), acked(Step::PubRec, id)])
        .collect();
    assert_eq!(stage.said(1), recs);
    for id in 1..=50 {
        stage.acknowledge(1, Step::PubRel, id);
    }
    assert_eq!(stage.said(1).len(), 50);
    let wanted: Vec<String> = (1..=50).map(|id| id.to_string()).collect();
    assert_eq!(stage.payloads(9), wanted);
    stage.acknowledge(1, Step::PubRel, 7);
    let not_found = Acknowledge {
        step: Step::PubComp,
        packet_id: 7,
        reason: Reason::PacketIdNotFound,
    };
    assert_eq!(stage.said(1), [acked(Step::PubComp, 7)], "3.x has no words");
    stage.join(2, Version::V5);
    stage.acknowledge(2, Step::PubRel, 7);
    assert_eq!(stage.said(2), [Said::Acknowledge(not_found, None)]);
}

#[test]
fn beyond_the_receive_maximum_a_5_0_client_is_closed() {
    let mut stage = Stage::new();
    stage.join(1, Version::V5);
    for id in 1..=100 {
        stage.publish(1, &topic("a"), "", ExactlyOnce, id);
    }
    assert_eq!(stage.said(1).len(), 100);
    stage.publish(1, &topic("a"), "", AtMostOnce, 0);
    stage.publish(1, &topic("a"), "", ExactlyOnce, 101);
    assert!(matches!(stage.said(1)[..], [Said::Disconnect(0x93, _)]));
}

#[test]
fn aliases_stand_for_topics() {
    let mut stage = Stage::new();
    stage.join(1, Version::V5);
    stage.join(9, Version::V311);
    stage.subscribe(9, &topic("#"), AtMostOnce);
    for (name, text) in [
        (topic("a"), "1"),
        (String::new(), "2"),
        (topic("b"), "3"),
        (String::new(), "4"),
    ] {
        stage.publish_with(1, &name, text, (AtMostOnce, 0), |p| p.alias = Some(32));
    }
    let received: Vec<_> = stage.received(9).into_iter().map(|r| r.topic).collect();
    assert_eq!(received, [topic("a"), topic("a"), topic("b"), topic("b")]);
    stage.publish_with(1, "", "5", (AtMostOnce, 0), |p| p.alias = Some(1));
    assert!(matches!(stage.said(1)[..], [Said::Disconnect(0x94, _)]));
    stage.join(2, Version::V5);
    stage.publish_with(2, &topic("a"), "5", (AtMostOnce, 0), |p| p.alias = Some(33));
    assert!(matches!(stage.said(2)[..], [Said::Disconnect(0x94, _)]));
}

#[test]
fn properties_travel_and_expiry_counts_down() {
    let mut stage = Stage::new();
    for conn in [1, 8] {
        stage.join(conn, Version::V5);
    }
    stage.join(9, Version::V311);
    stage.subscribe(8, &topic("#"), AtMostOnce);
    stage.subscribe(9, &topic("#"), AtMostOnce);
    let user = vec![
        3, 0, 1, b't', 38, 0, 1, b'k', 0, 1, b'v', 38, 0, 1, b'k', 0, 1, b'w',
    ];
    let carried = user.clone();
    stage.publish_with(1, &topic("a"), "x", (AtMostOnce, 0), |p| {
        p.carried.properties = carried;
        p.carried.expiry_secs = Some(10);
        p.retain = true;
    });
    let received = stage.received(8);
    assert_eq!(
        (&received[0].properties, received[0].expiry_secs),
        (&user, Some(10))
    );
    assert_eq!(stage.payloads(9), ["x"]);
    stage.pass(Duration::from_millis(3_500));
    stage.subscribe(8, &topic("a"), AtMostOnce);
    let replayed = stage.received(8);
    assert_eq!(
        (&replayed[0].properties, replayed[0].expiry_secs),
        (&user, Some(7))
    );
    stage.quick_disk = false;
    stage.pass(Duration::from_millis(6_500));
    stage.subscribe(8, &topic("a"), AtMostOnce);
    assert_eq!(stage.received(8), []);
    let cleared = RetainedChange::Clear { topic: topic("a") };
    assert_eq!(stage.to_persist[0].1, cleared, "the disk forgets it too");
}

#[test]
fn what_expired_in_the_queue_is_not_sent() {
    let mut stage = Stage::new();
    stage.join(1, Version::V5);
    let narrow = Connect {
        receive_maximum: Some(1),
        ..connect(Version::V5, "narrow")
    };
    stage.connect_as(9, &narrow, identity(BusRole::House, 1));
    stage.joined(9);
    stage.subscribe(9, &topic("#"), AtLeastOnce);
    for (text, seconds) in [("first", None), ("short", Some(5)), ("long", Some(50))] {
        stage.publish_with(1, &topic("a"), text, (AtLeastOnce, 1), |p| {
            p.carried.expiry_secs = seconds;
        });
    }
    assert_eq!(stage.payloads(9), ["first"]);
    stage.pass(Duration::from_secs(6));
    stage.acknowledge(9, Step::PubAck, 1);
    assert_eq!(stage.payloads(9), ["long"]);
}

#[test]
fn retained_bytes_are_bounded_by_the_plan() {
    let mut quotas = Plan::Free.quotas();
    quotas.retained_bytes = u64::try_from(topic("a").len()).unwrap() + 10;
    let mut stage = Stage::with(Hosting::OnPremise, quotas);
    stage.join(1, Version::V311);
    stage.join(2, Version::V5);
    stage.retain(1, &topic("a"), "0123456789");
    stage.publish_with(2, &topic("b"), "x", (AtLeastOnce, 1), |p| p.retain = true);
    refused_with(&mut stage, 2, Step::PubAck, Reason::QuotaExceeded);
    stage.publish_with(1, &topic("b"), "x", (AtLeastOnce, 1), |p| p.retain = true);
    assert_eq!(stage.said(1), [acked(Step::PubAck, 1)]);
    let limit = stage.refusals()[1].2.clone().unwrap();
    assert_eq!(
        (&*limit.name, limit.allowed, limit.seen),
        (
            "retained_bytes",
            quotas.retained_bytes,
            quotas.retained_bytes + 1 + limit_topic()
        )
    );
    stage.retain(1, &topic("a"), "");
    assert_eq!(stage.router.retained_bytes(), 0);
    stage.retain(1, &topic("b"), "x");
    assert!(stage.router.retained_bytes() > 0 && stage.refusals().is_empty());
}

fn limit_topic() -> u64 {
    u64::try_from(topic("b").len()).unwrap()
}

#[test]
fn a_retained_publish_is_acknowledged_when_it_is_on_disk() {
    let mut stage = Stage::new();
    stage.quick_disk = false;
    for (conn, version) in [(1, Version::V311), (2, Version::V5), (3, Version::V311)] {
        stage.join(conn, version);
    }
    stage.publish_with(1, &topic("a"), "x", (ExactlyOnce, 1), |p| p.retain = true);
    stage.publish(1, &topic("a"), "y", AtLeastOnce, 2);
    assert_eq!(stage.said(1), [], "the second waits for its turn");
    let (ticket, change) = stage.to_persist.remove(0);
    assert!(
        matches!(change, RetainedChange::Store(kept) if kept.topic == topic("a") && kept.payload == "x")
    );
    stage.router.durable(ticket);
    stage.settle();
    assert_eq!(
        stage.said(1),
        [acked(Step::PubRec, 1), acked(Step::PubAck, 2)]
    );
    // A full disk.
    stage.publish_with(2, &topic("b"), "x", (AtLeastOnce, 1), |p| p.retain = true);
    stage.publish_with(3, &topic("c"), "x", (AtLeastOnce, 1), |p| p.retain = true);
    for (ticket, _) in std::mem::take(&mut stage.to_persist) {
        stage.router.not_durable(stage.now, ticket);
    }
    stage.settle();
    refused_with(&mut stage, 2, Step::PubAck, Reason::Unspecified);
    assert_eq!(
        (stage.said(3), stage.closed[&3]),
        (vec![], CloseReason::Unavailable)
    );
    assert_eq!(stage.refusals().len(), 2);
}

#[test]
fn clearing_what_is_being_cleared_waits_for_the_disk_as_well() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    stage.retain(1, &topic("a"), "x");
    stage.quick_disk = false;
    for id in [1, 2] {
        stage.publish_with(1, &topic("a"), "", (AtLeastOnce, id), |p| p.retain = true);
    }
    assert_eq!(stage.said(1), []);
    for (ticket, _) in std::mem::take(&mut stage.to_persist) {
        stage.router.durable(ticket);
    }
    stage.settle();
    assert_eq!(stage.said(1).len(), 2);
    stage.publish_with(1, &topic("a"), "", (AtLeastOnce, 3), |p| p.retain = true);
    assert_eq!(
        stage.said(1),
        [acked(Step::PubAck, 3)],
        "nothing to clear, nothing to wait for"
    );
}

#[test]
fn a_slow_receiver_slows_publishers_and_a_hopeless_one_is_closed() {
    let mut quotas = Plan::Free.quotas();
    quotas.offline_messages = 4;
    let mut stage = Stage::with(Hosting::OnPremise, quotas);
    stage.join(1, Version::V311);
    let narrow = Connect {
        receive_maximum: Some(1),
        ..connect(Version::V5, "narrow")
    };
    stage.connect_as(9, &narrow, identity(BusRole::House, 1));
    stage.joined(9);
    stage.subscribe(9, &topic("#"), AtLeastOnce);
    for id in 1..=6 {
        stage.publish(1, &topic("a"), &id.to_string(), AtLeastOnce, id);
    }
    assert_eq!(
        stage.said(1).len(),
        5,
        "one is sent, four wait, the sixth is too much"
    );
    stage.publish(1, &topic("a"), "dropped", AtMostOnce, 0);
    for id in 1..=3 {
        stage.acknowledge(9, Step::PubAck, id);
    }
    assert_eq!(stage.said(1), [acked(Step::PubAck, 6)], "only two wait");
    assert_eq!(stage.payloads(9), ["1", "2", "3", "4"]);
    for id in 7..=30 {
        stage.publish(1, &topic("a"), &id.to_string(), AtLeastOnce, id);
    }
    assert_eq!(stage.closed[&9], CloseReason::TooSlow);
    assert_eq!(stage.said(1).len(), 24, "nobody waits for who is gone");
}

/// Whoever never acknowledges and never gets more than its publishers dare to
/// send is not hopeless by count; it is by time.
#[test]
fn nobody_waits_for_ever_for_a_slow_receiver() {
    let mut quotas = Plan::Free.quotas();
    quotas.offline_messages = 4;
    let mut stage = Stage::with(Hosting::OnPremise, quotas);
    stage.join(1, Version::V311);
    let narrow = Connect {
        receive_maximum: Some(1),
        ..connect(Version::V5, "narrow")
    };
    stage.connect_as(9, &narrow, identity(BusRole::House, 1));
    stage.joined(9);
    stage.subscribe(9, &topic("#"), AtLeastOnce);
    for id in 1..=6 {
        stage.publish(1, &topic("a"), &id.to_string(), AtLeastOnce, id);
    }
    stage.said(1);
    stage.pass(Duration::from_secs(59));
    for conn in [1, 9] {
        stage.frame(conn, &[0xC0, 0]);
    }
    assert_eq!(stage.said(1), [Said::PingResp]);
    stage.pass(Duration::from_secs(1));
    assert_eq!(stage.closed.get(&9), Some(&CloseReason::TooSlow));
    assert_eq!(stage.said(1), [acked(Step::PubAck, 6)]);
    assert!(matches!(
        stage.said(9).last(),
        Some(Said::Disconnect(0x97, _))
    ));
}

#[test]
fn who_catches_up_in_time_stays() {
    let mut quotas = Plan::Free.quotas();
    quotas.offline_messages = 4;
    let mut stage = Stage::with(Hosting::OnPremise, quotas);
    stage.join(1, Version::V311);
    let narrow = Connect {
        receive_maximum: Some(1),
        keep_alive: 600,
        ..connect(Version::V5, "narrow")
    };
    stage.connect_as(9, &narrow, identity(BusRole::House, 1));
    stage.joined(9);
    stage.subscribe(9, &topic("#"), AtLeastOnce);
    for id in 1..=6 {
        stage.publish(1, &topic("a"), &id.to_string(), AtLeastOnce, id);
    }
    stage.pass(Duration::from_secs(50));
    for id in 1..=3 {
        stage.acknowledge(9, Step::PubAck, id);
    }
    stage.pass(Duration::from_secs(30));
    assert_eq!(stage.closed.get(&9), None);
}

/// What piled up while a client did not read leaves in portions, so that the
/// shell can say between them that it is enough.
#[test]
fn what_waited_leaves_in_portions() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    stage.join(9, Version::V311);
    stage.subscribe(9, &topic("#"), AtLeastOnce);
    stage.router.congested(stage.now, ConnId(9), true);
    for id in 1..=20 {
        stage.publish(1, &topic("a"), &"x".repeat(50_000), AtLeastOnce, id);
    }
    stage.router.congested(stage.now, ConnId(9), false);
    let actions: Vec<Action> = stage.router.drain_actions().collect();
    let sent: usize = actions
        .iter()
        .map(|action| match action {
            Action::Send { bytes, .. } => bytes.len(),
            _ => 0,
        })
        .sum();
    assert!((50_000..200_000).contains(&sent), "{sent}");
    stage.router.congested(stage.now, ConnId(9), true);
    stage.settle();
    assert_eq!(stage.received(9), []);
    stage.router.congested(stage.now, ConnId(9), false);
    stage.settle();
    assert!(stage.received(9).len() > 15, "and the rest comes by itself");
}

/// A disk that is slower than the network must not be paid for in memory.
#[test]
fn what_the_disk_cannot_keep_up_with_is_refused() {
    let mut stage = Stage::new();
    stage.quick_disk = false;
    stage.join(1, Version::V311);
    stage.join(2, Version::V5);
    for _ in 0..200 {
        stage.retain(1, &topic("a"), &"x".repeat(500_000));
    }
    let waiting = stage.to_persist.len();
    assert!((1..=40).contains(&waiting), "{waiting}");
    stage.publish_with(2, &topic("a"), "x", (AtLeastOnce, 1), |p| p.retain = true);
    refused_with(&mut stage, 2, Step::PubAck, Reason::QuotaExceeded);
    stage.publish_with(1, &topic("a"), "x", (AtLeastOnce, 1), |p| p.retain = true);
    assert_eq!(
        stage.closed.get(&1),
        Some(&CloseReason::Unavailable),
        "3.x has no words, but sends again"
    );
    for (ticket, _) in std::mem::take(&mut stage.to_persist) {
        stage.router.durable(ticket);
    }
    stage.publish_with(2, &topic("a"), "x", (AtLeastOnce, 2), |p| p.retain = true);
    assert_eq!(stage.to_persist.len(), 1, "there is room again");
}

#[test]
fn a_publisher_gone_before_its_acknowledgement_is_no_trouble() {
    let mut stage = Stage::new();
    stage.quick_disk = false;
    stage.join(1, Version::V311);
    stage.publish_with(1, &topic("a"), "x", (AtLeastOnce, 1), |p| p.retain = true);
    stage.lose(1);
    let (ticket, _) = stage.to_persist.remove(0);
    stage.router.durable(ticket);
    stage.settle();
    assert_eq!(stage.said(1), []);
    assert!(
        stage
            .router
            .is_idle(stage.now.after(Duration::from_millis(1)))
    );
}

#[test]
fn congestion_holds_qos_1_and_drops_qos_0() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    stage.join(9, Version::V311);
    stage.subscribe(9, &topic("#"), AtLeastOnce);
    stage.router.congested(stage.now, ConnId(9), true);
    stage.publish(1, &topic("a"), "0", AtMostOnce, 0);
    stage.publish(1, &topic("a"), "1", AtLeastOnce, 1);
    assert_eq!(stage.received(9), []);
    stage.router.congested(stage.now, ConnId(9), false);
    stage.settle();
    assert_eq!(stage.payloads(9), ["1"]);
    assert_eq!(stage.router.counters().dropped, 1);
}

#[test]
fn who_takes_only_small_packets_is_spared_large_ones() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    let small = Connect {
        maximum_packet: Some(100),
        ..connect(Version::V5, "small")
    };
    stage.connect_as(9, &small, identity(BusRole::House, 1));
    stage.joined(9);
    stage.subscribe(9, &topic("#"), AtMostOnce);
    stage.publish(1, &topic("a"), &"x".repeat(100), AtMostOnce, 0);
    stage.publish(1, &topic("a"), "x", AtMostOnce, 0);
    assert_eq!(stage.payloads(9), ["x"]);
}

proptest! {
    /// Large and small payloads, shared or not, arrive whole at every kind of
    /// receiver.
    #[test]
    fn payloads_arrive_whole(sizes in prop::collection::vec(0usize..5_000, 1..6)) {
        let mut stage = Stage::new();
        stage.join(1, Version::V311);
        for (conn, version, qos) in [
            (2, Version::V311, AtMostOnce), (3, Version::V5, AtLeastOnce),
            (4, Version::V311, ExactlyOnce), (5, Version::V3, ExactlyOnce),
        ] {
            stage.join(conn, version);
            stage.subscribe(conn, &topic("#"), qos);
        }
        for size in &sizes {
            stage.publish(1, &topic("a"), &"x".repeat(*size), ExactlyOnce, 1);
            stage.acknowledge(1, Step::PubRel, 1);
        }
        for conn in 2..=5 {
            let received: Vec<usize> = stage.received(conn).iter().map(|r| r.payload.len()).collect();
            prop_assert_eq!(&received, &sizes);
        }
    }
}
