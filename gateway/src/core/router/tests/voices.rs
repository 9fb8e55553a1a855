//! What a credential with a voice of its own may, from CONNECT to replay.

use std::time::Duration;

use ::model::{Binding, BusRole, RefusalReason};
use bus::{QoS, Voice};

use super::stage::{Stage, connect, credential, identity, topic, will};
use crate::core::action::CloseReason;
use crate::core::codec::Version;
use crate::core::codec::client::Said;
use crate::core::{Identity, Principal};

/// Somebody with a secret of their own, as stock clients connect.
fn holder(role: BusRole, number: u8, binding: &Binding) -> Identity {
    let mut identity = identity(role, number);
    identity.grant.voice = Voice::from(binding);
    identity.principal = Principal::Credential {
        id: credential(number),
        line: credential(number),
    };
    identity
}

fn anna(role: BusRole) -> Identity {
    let user = "anna".parse().unwrap();
    holder(role, 7, &Binding::Person { user })
}

fn package() -> Identity {
    let binding = Binding::Package {
        package: "egeoffrey-service-mqtt".parse().unwrap(),
        senders: vec!["service/mqtt".parse().unwrap()],
    };
    holder(BusRole::Package, 8, &binding)
}

/// A house where connection 9 hears everything.
fn stage_with(conn: u64, identity: Identity) -> Stage {
    let mut stage = Stage::new();
    stage.join(9, Version::V311);
    stage.subscribe(9, &topic("#"), QoS::AtMostOnce);
    let client_id = format!("egeoffrey-villa-7k3q9x-{conn}");
    stage.connect_as(conn, &connect(Version::V311, &client_id), identity);
    stage.joined(conn);
    stage
}

#[test]
fn what_is_published_in_another_s_name_reaches_nobody_and_is_recorded() {
    for (identity, own, foreign) in [
        (
            anna(BusRole::Admin),
            "gui/anna_61839/controller/hub/SET/lab/x",
            "gui/bob_1/controller/hub/SET/lab/x",
        ),
        (
            package(),
            "service/mqtt/controller/hub/IN/lab/x",
            "service/other/controller/hub/IN/lab/x",
        ),
    ] {
        let mut stage = stage_with(1, identity);
        stage.publish(1, &topic(foreign), "no", QoS::AtMostOnce, 0);
        stage.publish(1, &topic(own), "yes", QoS::AtMostOnce, 0);
        assert_eq!(stage.payloads(9), ["yes"], "{foreign}");
        let refusals = stage.refusals();
        assert_eq!(refusals.len(), 1);
        assert_eq!(refusals[0].0, RefusalReason::Permission);
    }
}

#[test]
fn a_will_in_another_s_name_opens_no_connection() {
    let mut stage = Stage::new();
    let mut asked = connect(Version::V5, "a");
    asked.will = Some(will(&topic("gui/bob_1/*/*/STATUS/0")));
    stage.connect_as(1, &asked, anna(BusRole::Admin));
    assert_eq!(stage.said(1), [Said::ConnAck(0x87, vec![], None)]);
    assert_eq!(stage.closed[&1], CloseReason::Refused);
}

#[test]
fn a_viewer_hears_live_and_replayed_only_what_is_for_viewers() {
    let mut stage = stage_with(1, anna(BusRole::Viewer));
    let secret = "controller/config/*/*/CONF/1/notification/smtp";
    let page = "controller/config/*/*/CONF/1/gui/settings";
    stage.open_link();
    for (about, payload) in [(secret, "secret"), (page, "page")] {
        stage.retain(9, &topic(about), payload);
    }
    stage.said(9);
    stage.subscribe(1, &topic("#"), QoS::AtMostOnce);
    assert_eq!(stage.payloads(1), ["page"], "replayed");
    for (about, payload) in [
        (secret, "secret"),
        (page, "page"),
        ("controller/db/gui/anna_3/GET/lab/x", "for anna"),
        ("controller/db/gui/bob_3/GET/lab/x", "for bob"),
        ("service/a/controller/logger/LOG/info", "log"),
        ("controller/db/*/*/SAVED/lab/x", "saved"),
    ] {
        stage.publish(9, &topic(about), payload, QoS::AtMostOnce, 0);
    }
    assert_eq!(stage.payloads(1), ["page", "for anna", "saved"], "live");
}

#[test]
fn the_successor_of_a_credential_takes_over_its_client_ids_and_others_do_not() {
    let mut stage = stage_with(1, package());
    let client_id = "egeoffrey-villa-7k3q9x-1";
    let mut successor = package();
    successor.principal = Principal::Credential {
        id: credential(9),
        line: credential(8),
    };
    stage.connect_as(2, &connect(Version::V311, client_id), successor);
    stage.joined(2);
    assert_eq!(stage.closed[&1], CloseReason::TakenOver);
    let mut stranger = package();
    stranger.principal = Principal::Credential {
        id: credential(10),
        line: credential(10),
    };
    stage.connect_as(3, &connect(Version::V311, client_id), stranger);
    assert_eq!(stage.said(3), [Said::ConnAck(5, vec![], None)]);
}

#[test]
fn a_secret_that_ends_ends_its_connection() {
    let mut stage = Stage::new();
    let mut ending = package();
    ending.expires_at = Some(stage.now.after(Duration::from_secs(30)));
    stage.connect_as(1, &connect(Version::V5, "a"), ending);
    stage.joined(1);
    stage.pass(Duration::from_millis(29_999));
    assert!(stage.closed.is_empty());
    stage.pass(Duration::from_millis(1));
    assert_eq!(stage.closed[&1], CloseReason::Expired);
}

#[test]
fn only_parts_of_the_house_say_that_it_is_alive() {
    let mut stage = Stage::new();
    stage.connect_as(1, &connect(Version::V311, "gui"), anna(BusRole::Admin));
    stage.joined(1);
    let presence = stage.router.presence(stage.now);
    assert_eq!(presence.last_seen, None);
    assert!(!presence.clients[0].is_of_the_house());
    stage.connect_as(2, &connect(Version::V311, "p"), package());
    stage.joined(2);
    let presence = stage.router.presence(stage.now);
    assert_eq!(presence.last_seen, Some(stage.now));
    assert!(presence.clients[1].is_of_the_house());
}
