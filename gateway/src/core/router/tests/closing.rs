//! Wills, silences, time-outs and revision.

use std::time::Duration;

use ::model::{BusRole, Hosting, Plan, RefusalReason};
use bus::QoS::{AtLeastOnce, AtMostOnce};

use super::stage::*;
use crate::core::codec::client::Said;
use crate::core::codec::{Connect, Reason, Version};
use crate::core::{CloseReason, ConnId, Identity, Verdict};

fn watched() -> Stage {
    let mut stage = Stage::new();
    stage.join(9, Version::V311);
    stage.subscribe(9, "egeoffrey/+/villa-7k3q9x/#", AtMostOnce);
    stage
}

fn with_will(stage: &mut Stage, conn: u64, version: Version) {
    let mut asked = connect(version, "mortal");
    asked.will = Some(will(&topic("service/a/*/*/LOST/0")));
    stage.connect_as(conn, &asked, identity(BusRole::House, 1));
    stage.joined(conn);
}

#[test]
fn a_will_is_published_when_the_connection_dies_and_only_then() {
    let mut stage = watched();
    with_will(&mut stage, 1, Version::V311);
    stage.leave(1, Reason::Success);
    assert_eq!(
        (stage.payloads(9), stage.closed[&1]),
        (vec![], CloseReason::Disconnected)
    );
    with_will(&mut stage, 2, Version::V311);
    stage.lose(2);
    assert_eq!(stage.payloads(9), ["gone"]);
    with_will(&mut stage, 3, Version::V5);
    stage.leave(3, Reason::DisconnectWithWill);
    assert_eq!(stage.payloads(9), ["gone"]);
    with_will(&mut stage, 4, Version::V5);
    stage.frame(4, &[0xF0, 0]);
    assert_eq!(
        stage.payloads(9),
        ["gone"],
        "also when the client broke the rules"
    );
}

#[test]
fn a_will_may_be_retained_and_is_persisted() {
    let mut stage = watched();
    let mut asked = connect(Version::V5, "mortal");
    asked.will = Some(will(&topic("service/a/*/*/LOST/0")));
    asked.will.as_mut().unwrap().retain = true;
    stage.connect_as(1, &asked, identity(BusRole::House, 1));
    stage.quick_disk = false;
    stage.lose(1);
    assert_eq!(stage.to_persist.len(), 1);
    stage.said(9);
    stage.subscribe(9, &topic("service/#"), AtMostOnce);
    assert_eq!(stage.payloads(9), ["gone"]);
}

#[test]
fn silence_beyond_the_keep_alive_closes() {
    let mut stage = watched();
    for (conn, version) in [(1, Version::V311), (2, Version::V5)] {
        let asked = Connect {
            keep_alive: 10,
            ..connect(version, &format!("{conn}"))
        };
        stage.connect_as(conn, &asked, identity(BusRole::House, 1));
    }
    let asked = Connect {
        keep_alive: 0,
        ..connect(Version::V311, "patient")
    };
    stage.connect_as(3, &asked, identity(BusRole::House, 1));
    for conn in 1..=3 {
        stage.joined(conn);
    }
    stage.pass(Duration::from_secs(8));
    stage.frame(2, &[0xC0, 0]);
    assert_eq!(stage.said(2), [Said::PingResp]);
    stage.pass(Duration::from_millis(6_999));
    assert!(stage.closed.is_empty());
    stage.pass(Duration::from_millis(1));
    assert_eq!(
        stage.closed.iter().collect::<Vec<_>>(),
        [(&1, &CloseReason::KeepAlive)]
    );
    stage.pass(Duration::from_secs(8));
    assert!(matches!(stage.said(2)[..], [Said::Disconnect(0x8D, _)]));
    stage.pass(Duration::from_secs(1_000_000));
    assert!(!stage.closed.contains_key(&3));
    stage.router.tick(stage.now);
    assert_eq!(stage.router.next_wake(), None);
}

/// A picture over a slow line takes longer than the keep-alive, and a client
/// cannot send a PINGREQ in the middle of it.
#[test]
fn part_of_a_packet_is_a_sign_of_life() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    for _ in 0..3 {
        stage.pass(Duration::from_secs(80));
        stage.router.heard(stage.now, ConnId(1));
    }
    assert_eq!(stage.closed.get(&1), None);
    stage.pass(Duration::from_secs(90));
    assert_eq!(stage.closed.get(&1), Some(&CloseReason::KeepAlive));
}

#[test]
fn a_token_ends_its_connection_at_its_expiry() {
    let mut stage = Stage::new();
    let browser = Identity {
        expires_at: Some(stage.now.after(Duration::from_secs(30))),
        ..identity(BusRole::Admin, 1)
    };
    stage.connect_as(1, &connect(Version::V5, "browser"), browser);
    stage.joined(1);
    stage.pass(Duration::from_millis(29_999));
    assert!(stage.closed.is_empty());
    stage.pass(Duration::from_millis(1));
    assert!(matches!(stage.said(1)[..], [Said::Disconnect(0xA0, _)]));
    assert_eq!(stage.closed[&1], CloseReason::Expired);
}

const STATUS: &str = "service/a/*/*/STATUS/0";

fn speak(stage: &mut Stage, conn: u64, text: &str) {
    stage.publish(conn, &topic(text), "", AtMostOnce, 0);
    stage.said(9);
}

#[test]
fn modules_of_a_dead_connection_are_said_to_have_stopped() {
    let mut stage = watched();
    stage.join(1, Version::V311);
    speak(&mut stage, 1, "service/a/controller/hub/IN/x");
    speak(&mut stage, 1, "service/b/controller/hub/IN/x");
    speak(&mut stage, 1, "service/b/*/*/STATUS/0");
    let v1 = "egeoffrey/v1/villa-7k3q9x/service/a/*/*/STATUS/1";
    stage.publish(1, v1, "", AtMostOnce, 0);
    stage.said(9);
    stage.lose(1);
    stage.pass(Duration::from_millis(14_999));
    stage.frame(9, &[0xC0, 0]);
    assert_eq!(stage.said(9), [Said::PingResp]);
    stage.pass(Duration::from_millis(1));
    let said: Vec<String> = stage.received(9).into_iter().map(|r| r.topic).collect();
    assert_eq!(
        said,
        [
            topic(STATUS),
            "egeoffrey/v1/villa-7k3q9x/service/a/*/*/STATUS/0".to_owned()
        ]
    );
    stage.pass(Duration::from_secs(30));
    assert_eq!(stage.said(9), [], "once");
}

#[test]
fn who_comes_back_in_time_or_lives_elsewhere_has_not_stopped() {
    let mut stage = watched();
    stage.join(1, Version::V311);
    speak(&mut stage, 1, "service/a/controller/hub/IN/x");
    stage.lose(1);
    stage.connect_as(
        2,
        &connect(Version::V311, "client-1"),
        identity(BusRole::House, 1),
    );
    stage.pass(Duration::from_secs(16));
    assert_eq!(stage.said(9), []);
    speak(&mut stage, 2, "service/a/controller/hub/IN/x");
    stage.join(3, Version::V311);
    speak(&mut stage, 3, "service/a/controller/hub/IN/x");
    stage.lose(2);
    stage.pass(Duration::from_secs(16));
    assert_eq!(stage.said(9), []);
}

/// Names are as long as their sender likes, and connections come and go.
#[test]
fn the_memory_of_dead_modules_is_bounded() {
    let mut stage = watched();
    for conn in 10..40 {
        stage.join(conn, Version::V311);
        let long = format!("service/{}/controller/hub/IN/x", "l".repeat(5_000));
        speak(&mut stage, conn, &long);
        for n in 0..70 {
            speak(
                &mut stage,
                conn,
                &format!("service/m{conn}x{n}/controller/hub/IN/x"),
            );
        }
        stage.lose(conn);
    }
    stage.pass(Duration::from_secs(16));
    let said = stage.received(9);
    assert_eq!(said.len(), 1_024);
    assert!(said.iter().all(|r| r.topic.len() < 200));
}

#[test]
fn take_over_and_our_own_stop_are_no_silence() {
    let mut stage = watched();
    stage.join(1, Version::V5);
    speak(&mut stage, 1, "service/a/controller/hub/IN/x");
    stage.connect_as(
        2,
        &connect(Version::V311, "client-1"),
        identity(BusRole::House, 1),
    );
    stage.leave(2, Reason::Success);
    stage.pass(Duration::from_secs(20));
    assert_eq!(stage.said(9), []);
    with_will(&mut stage, 3, Version::V5);
    speak(&mut stage, 3, "service/a/controller/hub/IN/x");
    stage.router.stop(stage.now);
    stage.settle();
    assert!(matches!(stage.said(3)[..], [Said::Disconnect(0x8B, _)]));
    assert_eq!(
        (stage.said(9), stage.closed[&9]),
        (vec![], CloseReason::Stopping)
    );
    assert!(
        stage
            .router
            .is_idle(stage.now.after(Duration::from_millis(1)))
    );
}

#[test]
fn revision_closes_what_is_revoked_or_suspended_and_narrows_the_rest() {
    let mut stage = watched();
    stage.connect_as(
        1,
        &connect(Version::V5, "revoked"),
        identity(BusRole::House, 2),
    );
    stage.connect_as(
        2,
        &connect(Version::V5, "suspended"),
        identity(BusRole::House, 3),
    );
    with_will(&mut stage, 3, Version::V5);
    stage.connect_as(
        4,
        &connect(Version::V5, "resident"),
        identity(BusRole::Admin, 4),
    );
    for conn in [1, 2, 4] {
        stage.joined(conn);
    }
    stage.subscribe(4, &topic("#"), AtMostOnce);
    let secret = topic("controller/config/*/*/CONF/1/notification/smtp");
    stage.publish(9, &secret, "hush", AtMostOnce, 0);
    assert_eq!(stage.payloads(4), ["hush"]);
    stage.said(9);
    stage.router.revise(
        stage.now,
        Hosting::OnPremise,
        Plan::Home.quotas(),
        |identity| match identity.principal.credential() {
            Some(id) if id == credential(2) => Verdict::Revoked,
            Some(id) if id == credential(3) => Verdict::Suspended,
            Some(_) => Verdict::Keep(identity.clone()),
            None => Verdict::Keep(super::stage::identity(BusRole::Viewer, 4)),
        },
    );
    stage.settle();
    assert!(matches!(stage.said(1)[..], [Said::Disconnect(0x87, _)]));
    assert!(matches!(stage.said(2)[..], [Said::Disconnect(0x98, _)]));
    assert_eq!(
        (stage.closed[&1], stage.closed[&2]),
        (CloseReason::Revoked, CloseReason::Suspended)
    );
    let reasons: Vec<_> = stage.refusals().into_iter().map(|r| r.0).collect();
    assert_eq!(
        reasons,
        [RefusalReason::Authentication, RefusalReason::Standing]
    );
    stage.publish(9, &secret, "hush", AtMostOnce, 0);
    stage.publish(
        4,
        &topic("gui/anna_4/controller/hub/SET/x"),
        "",
        AtLeastOnce,
        1,
    );
    let said = stage.said(4);
    assert!(
        matches!(&said[..], [Said::Acknowledge(a, _)] if a.reason == Reason::NotAuthorised),
        "{said:?}"
    );
    assert_eq!(
        u64::try_from(stage.router.packet_limit()).unwrap(),
        Plan::Home.quotas().message_bytes
    );
}

#[test]
fn a_will_that_may_no_longer_be_published_is_not() {
    let mut stage = watched();
    let mut asked = connect(Version::V5, "mortal");
    asked.will = Some(will(&topic("controller/hub/*/*/STATUS/0")));
    stage.connect_as(1, &asked, identity(BusRole::House, 1));
    stage.joined(1);
    // The house is hosted from now on: only the runtime speaks as controller.
    let hosted = |known: &Identity| {
        let mut known = known.clone();
        known.grant.hosting = Hosting::Hosted;
        Verdict::Keep(known)
    };
    stage
        .router
        .revise(stage.now, Hosting::Hosted, Plan::Free.quotas(), hosted);
    stage.settle();
    assert_eq!(stage.refusals()[0].0, RefusalReason::Permission);
    stage.lose(1);
    assert_eq!(stage.said(9), []);
}

#[test]
fn a_revoked_client_leaves_no_will() {
    let mut stage = watched();
    with_will(&mut stage, 1, Version::V5);
    let judge = |identity: &Identity| match identity.grant.role {
        BusRole::House => Verdict::Revoked,
        _ => Verdict::Keep(identity.clone()),
    };
    stage
        .router
        .revise(stage.now, Hosting::OnPremise, Plan::Free.quotas(), judge);
    stage.settle();
    assert_eq!(
        stage.said(9),
        [],
        "the watcher is revoked as well and hears nothing"
    );
    assert_eq!(stage.closed.len(), 2);
}
