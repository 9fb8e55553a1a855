//! The runtime's link, the Promise and held messages.

use std::time::Duration;

use ::model::{Hosting, Plan, RefusalReason};
use bus::QoS;
use bus::QoS::{AtLeastOnce, AtMostOnce, ExactlyOnce};
use bytes::Bytes;
use cell::{BusCommand, Delivery, OutgoingMessage};

use super::stage::*;
use crate::core::codec::Version;
use crate::core::codec::acknowledge::Step;

fn outgoing(topic: &str, payload: &'static str) -> OutgoingMessage {
    OutgoingMessage {
        topic: topic.into(),
        payload: Bytes::from_static(payload.as_bytes()),
        qos: ExactlyOnce,
        retain: false,
        hold_for_listener: None,
    }
}

fn hub_filter() -> BusCommand {
    BusCommand::Subscribe(vec![topic("+/+/controller/hub/#")])
}

/// A hosted house whose runtime listens as hub.
fn with_hub() -> Stage {
    let mut stage = Stage::with(Hosting::Hosted, Plan::Free.quotas());
    stage.open_link();
    stage.link(hub_filter());
    stage.join(1, Version::V311);
    stage
}

fn measure(stage: &mut Stage, payload: &str, qos: QoS, packet_id: u16) {
    stage.publish(
        1,
        &topic("service/a/controller/hub/IN/x"),
        payload,
        qos,
        packet_id,
    );
}

fn pulled(stage: &mut Stage) -> Vec<Delivery> {
    std::iter::from_fn(|| stage.delivery()).collect()
}

fn texts(deliveries: &[Delivery]) -> Vec<&str> {
    deliveries
        .iter()
        .map(|d| std::str::from_utf8(&d.payload).unwrap())
        .collect()
}

#[test]
fn the_publisher_waits_for_the_runtime() {
    let mut stage = with_hub();
    measure(&mut stage, "0", AtMostOnce, 0);
    measure(&mut stage, "1", AtLeastOnce, 1);
    measure(&mut stage, "2", ExactlyOnce, 2);
    stage.publish(1, &topic("service/a/service/b/RUN/x"), "3", AtLeastOnce, 3);
    assert_eq!(stage.said(1), []);
    let deliveries = pulled(&mut stage);
    assert_eq!(texts(&deliveries), ["0", "1", "2"]);
    assert_eq!(deliveries[2].qos, ExactlyOnce);
    stage.link(BusCommand::Acknowledge(deliveries[2].id));
    assert_eq!(stage.said(1), [], "the first is not done");
    stage.link(BusCommand::Acknowledge(deliveries[1].id));
    let all = [
        acked(Step::PubAck, 1),
        acked(Step::PubRec, 2),
        acked(Step::PubAck, 3),
    ];
    assert_eq!(stage.said(1), all);
    stage.link(BusCommand::Acknowledge(deliveries[1].id));
    assert_eq!(stage.said(1), []);
}

#[test]
fn a_new_session_gets_what_the_last_one_did_not_acknowledge() {
    let mut stage = with_hub();
    for (payload, id) in [("1", 1), ("2", 2), ("3", 3)] {
        measure(&mut stage, payload, AtLeastOnce, id);
    }
    let first = stage.delivery().unwrap();
    let second = stage.delivery().unwrap();
    stage.link(BusCommand::Acknowledge(second.id));
    stage.close_link();
    measure(&mut stage, "4", AtLeastOnce, 4);
    measure(&mut stage, "lost", AtMostOnce, 0);
    stage.open_link();
    stage.link(hub_filter());
    let again = pulled(&mut stage);
    assert_eq!(texts(&again), ["1", "3", "4"]);
    assert_eq!(again[0].id, first.id);
    assert_eq!(stage.said(1), []);
    for delivery in &again {
        stage.link(BusCommand::Acknowledge(delivery.id));
    }
    assert_eq!(stage.said(1).len(), 4);
}

#[test]
fn a_later_session_ends_the_earlier_one() {
    let mut stage = with_hub();
    let old = stage.router.link_open();
    let new = stage.router.link_open();
    stage
        .router
        .link_command(stage.now, old, BusCommand::Subscribe(vec![topic("#")]));
    stage.router.link_command(stage.now, new, hub_filter());
    measure(&mut stage, "1", AtLeastOnce, 1);
    assert_eq!(stage.router.link_next(stage.now, old), None);
    stage.router.link_closed(old);
    assert!(stage.router.link_next(stage.now, new).is_some());
}

#[test]
fn before_the_runtime_has_ever_listened_everything_is_kept_for_it() {
    let mut stage = Stage::with(Hosting::Hosted, Plan::Free.quotas());
    stage.join(1, Version::V311);
    measure(&mut stage, "1", ExactlyOnce, 1);
    stage.publish(1, &topic("service/a/service/b/RUN/x"), "2", AtLeastOnce, 2);
    stage.pass(Duration::from_secs(10));
    assert_eq!(stage.said(1), []);
    stage.open_link();
    stage.link(hub_filter());
    let deliveries = pulled(&mut stage);
    assert_eq!(texts(&deliveries), ["1"], "what it does not want is let go");
    stage.link(BusCommand::Acknowledge(deliveries[0].id));
    assert_eq!(
        stage.said(1),
        [acked(Step::PubRec, 1), acked(Step::PubAck, 2)]
    );
}

#[test]
fn a_house_with_its_controller_at_home_waits_for_nobody() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    measure(&mut stage, "1", AtLeastOnce, 1);
    assert_eq!(stage.said(1), [acked(Step::PubAck, 1)]);
    // One that was hosted until now lets go of what waited.
    let mut moved = with_hub();
    measure(&mut moved, "1", AtLeastOnce, 1);
    let keep = |identity: &crate::core::Identity| crate::core::Verdict::Keep(identity.clone());
    moved
        .router
        .revise(moved.now, Hosting::OnPremise, Plan::Free.quotas(), keep);
    moved.settle();
    assert_eq!(moved.said(1), [acked(Step::PubAck, 1)]);
}

#[test]
fn the_runtime_speaks_to_clients_but_not_to_itself_nor_to_other_houses() {
    let mut stage = with_hub();
    stage.subscribe(1, &topic("controller/db/*/*/SAVED/#"), AtLeastOnce);
    stage.link(BusCommand::Publish(outgoing(
        &topic("controller/db/*/*/SAVED/x"),
        "1",
    )));
    stage.link(BusCommand::Publish(outgoing(
        &topic("controller/db/controller/hub/SAVED/x"),
        "2",
    )));
    let received = stage.received(1);
    assert_eq!((received.len(), received[0].qos), (1, AtLeastOnce));
    assert_eq!(stage.delivery(), None);
    for foreign in [
        "egeoffrey/v2/other-aaaaaa/controller/db/*/*/SAVED/x",
        "egeoffrey/v2/villa-7k3q9x/+/x",
        "x",
    ] {
        stage.link(BusCommand::Publish(outgoing(foreign, "3")));
        assert_eq!(stage.refusals().len(), 1, "{foreign}");
    }
    stage.link(BusCommand::Subscribe(vec![
        "egeoffrey/v2/other-aaaaaa/#".into(),
    ]));
    assert_eq!(stage.refusals()[0].0, RefusalReason::Permission);
}

#[test]
fn retained_messages_are_replayed_to_the_runtime_and_kept_by_it() {
    let mut stage = Stage::hosted();
    stage.join(1, Version::V311);
    stage.retain(1, &topic("service/a/*/*/MANIFEST/a"), "m");
    stage.link(BusCommand::Subscribe(vec![
        topic("+/+/*/*/MANIFEST/#"),
        topic("service/#"),
    ]));
    let deliveries = pulled(&mut stage);
    assert_eq!(deliveries.len(), 1, "once, though two filters select it");
    assert!(deliveries[0].retained);
    let conf = topic("controller/config/*/*/CONF/1/house");
    stage.quick_disk = false;
    stage.link(BusCommand::Publish(OutgoingMessage {
        retain: true,
        ..outgoing(&conf, "c")
    }));
    assert_eq!(stage.to_persist.len(), 1);
    stage.subscribe(1, &conf, AtMostOnce);
    assert_eq!(stage.payloads(1), ["c"]);
}

#[test]
fn overlapping_filters_of_the_runtime_replay_each_message_once() {
    let mut stage = Stage::with(Hosting::Hosted, Plan::Free.quotas());
    stage.join(1, Version::V311);
    for name in ["a", "b", "c"] {
        stage.retain(1, &topic(&format!("service/{name}/*/*/MANIFEST/x")), name);
    }
    stage.open_link();
    let filters = ["+/a/*/*/MANIFEST/#", "+/+/*/*/MANIFEST/#", "#"];
    stage.link(BusCommand::Subscribe(filters.map(topic).to_vec()));
    assert_eq!(texts(&pulled(&mut stage)), ["a", "b", "c"]);
}

#[test]
fn the_runtime_beyond_its_retained_bytes_still_speaks() {
    let mut quotas = Plan::Free.quotas();
    quotas.retained_bytes = 1;
    let mut stage = Stage::with(Hosting::Hosted, quotas);
    stage.open_link();
    stage.join(1, Version::V311);
    stage.subscribe(1, &topic("#"), AtMostOnce);
    let conf = topic("controller/config/*/*/CONF/1/house");
    stage.link(BusCommand::Publish(OutgoingMessage {
        retain: true,
        ..outgoing(&conf, "c")
    }));
    assert_eq!(stage.payloads(1), ["c"]);
    assert_eq!(stage.refusals()[0].0, RefusalReason::RetainedBytes);
    assert_eq!(stage.router.retained_bytes(), 0);
}

const CONF: &str = "controller/config/service/a/CONF/1/house";
const ACK: &str = "controller/config/service/a/SUBSCRIBE_ACK/null";

fn held(stage: &mut Stage, rest: &str, payload: &'static str) {
    let message = OutgoingMessage {
        hold_for_listener: Some(Duration::from_secs(10)),
        ..outgoing(&topic(rest), payload)
    };
    stage.link(BusCommand::Publish(message));
}

#[test]
fn an_answer_waits_until_the_module_listens() {
    let mut stage = Stage::hosted();
    stage.join(1, Version::V311);
    stage.join(9, Version::V311);
    stage.subscribe(9, &topic("#"), AtMostOnce);
    held(&mut stage, CONF, "conf");
    held(&mut stage, ACK, "ack");
    assert_eq!(
        stage.said(9),
        [],
        "who watches the house is not whom it waits for"
    );
    stage.pass(Duration::from_secs(9));
    stage.subscribe(1, &topic("+/+/service/b/+/#"), AtMostOnce);
    assert_eq!(stage.said(1), []);
    stage.subscribe(1, &topic("+/+/service/a/+/#"), AtMostOnce);
    assert_eq!(stage.payloads(1), ["conf", "ack"]);
    assert_eq!(stage.payloads(9), ["conf", "ack"]);
    held(&mut stage, CONF, "now");
    assert_eq!(stage.payloads(1), ["now"], "it listens already");
}

#[test]
fn an_answer_is_dropped_when_nobody_comes() {
    let mut stage = Stage::hosted();
    held(&mut stage, CONF, "conf");
    stage.pass(Duration::from_secs(10));
    assert_eq!(stage.router.counters().dropped, 1);
    stage.join(1, Version::V311);
    stage.subscribe(1, &topic("+/+/service/a/+/#"), AtMostOnce);
    assert_eq!(stage.said(1), []);
    assert_eq!(stage.router.counters().messages_out, 0);
}
