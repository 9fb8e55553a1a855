//! SUBSCRIBE, UNSUBSCRIBE and what is seen.

use ::model::{BusRole, Hosting, Plan, RefusalReason};
use bus::QoS::{AtLeastOnce, AtMostOnce, ExactlyOnce};
use bus::{Envelope, QoS};
use serde_json::json;

use super::stage::*;
use crate::core::CloseReason;
use crate::core::codec::client::Said;
use crate::core::codec::subscribe::{Replay, Request};
use crate::core::codec::{Connect, Version};

#[test]
fn filters_that_are_refused() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    stage.join(2, Version::V5);
    let foreign = "egeoffrey/v2/other-aaaaaa/#";
    let deep = topic(&"a/".repeat(130));
    let long = topic(&"a".repeat(1_024));
    for (filter, in_3, in_5) in [
        (foreign, 0x80, 0x87),
        ("#", 0x80, 0x87),
        ("egeoffrey/v2/+/#", 0x80, 0x87),
        ("$SYS/#", 0x80, 0x87),
        ("$share/g/egeoffrey/v2/villa-7k3q9x/#", 0x80, 0x9E),
        ("egeoffrey/v2/villa-7k3q9x/#/a", 0x80, 0x8F),
        ("", 0x80, 0x8F),
        (&deep, 0x80, 0x8F),
        (&long, 0x80, 0x8F),
    ] {
        for (conn, code) in [(1, in_3), (2, in_5)] {
            stage.subscribe_with(
                conn,
                None,
                &[
                    request(filter, ExactlyOnce),
                    request(&topic("x/#"), ExactlyOnce),
                ],
            );
            assert_eq!(
                stage.said(conn),
                [Said::SubAck(1, vec![code, 2])],
                "{filter}"
            );
        }
    }
    let refusals = stage.refusals();
    assert_eq!(
        refusals
            .iter()
            .filter(|r| r.0 == RefusalReason::Permission)
            .count(),
        9
    );
    assert_eq!(refusals.len(), 18);
}

#[test]
fn the_plan_bounds_filters_of_a_connection() {
    let mut quotas = Plan::Free.quotas();
    quotas.subscriptions_per_connection = 2;
    let mut stage = Stage::with(Hosting::OnPremise, quotas);
    for (conn, version, code) in [(1, Version::V311, 0x80), (2, Version::V5, 0x97)] {
        stage.join(conn, version);
        let names = [topic("a"), topic("b"), topic("a"), topic("c")];
        let filters: Vec<Request<'_>> = names
            .iter()
            .map(|name| request(name, AtLeastOnce))
            .collect();
        stage.subscribe_with(conn, None, &filters);
        assert_eq!(stage.said(conn), [Said::SubAck(1, vec![1, 1, 1, code])]);
        stage.unsubscribe(conn, &topic("a"));
        stage.said(conn);
        stage.subscribe(conn, &topic("c"), AtLeastOnce);
    }
    let limit = stage.refusals()[0].2.clone().unwrap();
    assert_eq!(
        (&*limit.name, limit.allowed, limit.seen),
        ("subscriptions_per_connection", 2, 3)
    );
}

#[test]
fn overlapping_filters_give_one_copy_at_the_highest_quality() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    stage.join(2, Version::V5);
    stage.subscribe_with(2, Some(7), &[request(&topic("#"), AtMostOnce)]);
    stage.subscribe_with(2, Some(8), &[request(&topic("a/+"), ExactlyOnce)]);
    stage.subscribe_with(2, None, &[request(&topic("+/b"), AtLeastOnce)]);
    stage.said(2);
    stage.publish(1, &topic("a/b"), "x", ExactlyOnce, 1);
    let received = stage.received(2);
    assert_eq!((received.len(), received[0].qos), (1, ExactlyOnce));
    let mut identifiers = received[0].identifiers.clone();
    identifiers.sort_unstable();
    assert_eq!(identifiers, [7, 8]);
    stage.publish(1, &topic("a/b"), "x", AtLeastOnce, 2);
    assert_eq!(
        stage.received(2)[0].qos,
        AtLeastOnce,
        "never above what it was published at"
    );
}

#[test]
fn retained_messages_are_replayed_at_every_subscribe() {
    let mut stage = Stage::new();
    for (conn, version) in [(1, Version::V3), (2, Version::V5)] {
        stage.join(conn, version);
    }
    stage.retain(1, &topic("b"), "2");
    stage.retain(1, &topic("a"), "1");
    stage.retain(1, &topic("a"), "one");
    stage.retain(1, &topic("gone"), "x");
    stage.retain(1, &topic("gone"), "");
    for conn in [1, 2, 1, 2] {
        stage.subscribe(conn, &topic("#"), AtLeastOnce);
        let received = stage.received(conn);
        assert!(received.iter().all(|r| r.retain));
        let payloads: Vec<_> = received.into_iter().map(|r| r.payload).collect();
        assert_eq!(payloads, [b"one".to_vec(), b"2".to_vec()]);
    }
    stage.retain(1, &topic("a"), "live");
    assert!(!stage.received(2)[0].retain, "a live message is not marked");
}

#[test]
fn one_packet_that_repeats_a_filter_gets_its_retained_messages_once() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    for n in 0..3 {
        stage.retain(1, &topic(&format!("a/{n}")), "x");
    }
    let filter = topic("#");
    stage.subscribe_with(1, None, &[request(&filter, AtMostOnce); 100]);
    let said = stage.said(1);
    assert_eq!(said[0], Said::SubAck(1, vec![0; 100]));
    assert_eq!(said.len(), 1 + 3);
}

/// Thirty-two filters that all select each of fifty retained messages.
#[test]
fn one_packet_cannot_multiply_the_retained_messages_without_end() {
    let mut quotas = Plan::Free.quotas();
    quotas.offline_messages = 10;
    let mut stage = Stage::with(Hosting::OnPremise, quotas);
    stage.join(1, Version::V311);
    stage.join(2, Version::V311);
    for n in 0..50 {
        stage.retain(1, &topic(&format!("a/b/c/d/{n}")), "x");
    }
    let filters: Vec<String> = (0..16)
        .map(|bits| {
            let level = |bit: u8, name| if bits & 1 << bit == 0 { name } else { "+" };
            let levels = [level(0, "a"), level(1, "b"), level(2, "c"), level(3, "d")];
            topic(&format!("{}/+", levels.join("/")))
        })
        .collect();
    let requests: Vec<Request<'_>> = filters.iter().map(|f| request(f, AtMostOnce)).collect();
    stage.subscribe_with(2, None, &requests[..2]);
    assert_eq!(stage.said(2).len(), 1 + 2 * 50, "twice is no trouble");
    stage.subscribe_with(2, None, &requests);
    assert_eq!(stage.closed.get(&2), Some(&CloseReason::TooSlow));
    assert!(stage.said(2).len() < 200);
}

#[test]
fn retain_handling_and_retain_as_published() {
    let mut stage = Stage::new();
    stage.join(1, Version::V5);
    stage.retain(1, &topic("a"), "1");
    let filter = topic("#");
    let with = |replay| Request {
        replay,
        retain_as_published: true,
        ..request(&filter, AtMostOnce)
    };
    for (replay, count) in [
        (Replay::Never, 0),
        (Replay::IfNew, 0),
        (Replay::Always, 1),
        (Replay::IfNew, 0),
    ] {
        stage.subscribe_with(1, None, &[with(replay)]);
        assert_eq!(stage.said(1).len() - 1, count, "{replay:?}");
    }
    stage.retain(1, &topic("a"), "2");
    assert!(stage.received(1)[0].retain);
    stage.unsubscribe(1, &filter);
    stage.subscribe_with(1, None, &[with(Replay::IfNew)]);
    assert_eq!(stage.said(1).len(), 3, "UNSUBACK, SUBACK and the message");
}

#[test]
fn no_local_and_a_bridge_hear_no_echo() {
    let mut stage = Stage::new();
    stage.join(1, Version::V5);
    let filter = topic("#");
    stage.subscribe_with(
        1,
        None,
        &[Request {
            no_local: true,
            ..request(&filter, AtMostOnce)
        }],
    );
    let bridge = Connect {
        bridge: true,
        ..connect(Version::V311, "bridge")
    };
    stage.connect_as(2, &bridge, identity(BusRole::House, 1));
    stage.subscribe_with(2, None, &[request(&filter, AtMostOnce)]);
    stage.said(1);
    stage.said(2);
    stage.retain(1, &topic("a"), "from 1");
    stage.retain(2, &topic("a"), "from 2");
    assert_eq!(stage.payloads(1), ["from 2"]);
    let received = stage.received(2);
    assert_eq!(
        (received.len(), received[0].retain),
        (1, true),
        "and sees the flag"
    );
}

#[test]
fn unsubscribing_from_what_one_never_had_is_answered() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    stage.join(2, Version::V5);
    stage.unsubscribe(1, &topic("a"));
    stage.unsubscribe(2, &topic("a"));
    assert_eq!(stage.said(1), [Said::UnsubAck(1, vec![])]);
    assert_eq!(stage.said(2), [Said::UnsubAck(1, vec![0x11])]);
    stage.subscribe(2, &topic("a"), QoS::AtMostOnce);
    stage.unsubscribe(2, &topic("a"));
    assert_eq!(stage.said(2), [Said::UnsubAck(1, vec![0])]);
    stage.publish(1, &topic("a"), "x", AtMostOnce, 0);
    assert_eq!(stage.said(2), []);
}

#[test]
fn asterisks_and_at_signs_are_ordinary() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    stage.subscribe(1, &topic("controller/db/*/*/SAVED/#"), AtMostOnce);
    stage.publish(1, &topic("controller/db/*/*/SAVED/a@b"), "1", AtMostOnce, 0);
    stage.publish(1, &topic("controller/db/gui/x/SAVED/a"), "2", AtMostOnce, 0);
    assert_eq!(stage.payloads(1), ["1"]);
}

/// What a viewer must not see is cut or kept from it, live and retained.
#[test]
fn a_viewer_is_shown_only_what_its_role_may_see() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    stage.join_as(2, Version::V5, BusRole::Viewer);
    let sensor = Envelope::new(
        1,
        json!({"service": {"name": "x", "configuration": {"key": "hush"}}}),
    );
    let sensor = String::from_utf8(sensor.to_bytes()).unwrap();
    stage.subscribe(2, &topic("#"), AtMostOnce);
    for _ in 0..2 {
        stage.retain(
            1,
            &topic("controller/config/*/*/CONF/1/notification/smtp"),
            "hush",
        );
        stage.retain(1, &topic("controller/config/*/*/CONF/1/sensors/a"), &sensor);
        stage.retain(1, &topic("service/a/controller/logger/LOG/info"), "hush");
        stage.retain(1, &topic("controller/db/gui/bob_1/GET/x"), "hush");
        let seen = stage.received(2);
        assert_eq!(seen.len(), 1, "{seen:?}");
        let text = String::from_utf8(seen[0].payload.clone()).unwrap();
        assert!(
            seen[0].topic.ends_with("sensors/a") && !text.contains("hush"),
            "{text}"
        );
        stage.subscribe(2, &topic("#"), AtMostOnce);
        let replayed = stage.payloads(2);
        assert!(
            replayed.len() == 1 && !replayed[0].contains("hush"),
            "{replayed:?}"
        );
    }
}
