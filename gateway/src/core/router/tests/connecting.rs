//! CONNECT, take-over and the end of it.

use ::model::{BusRole, Plan, RefusalReason};
use bus::QoS;

use super::stage::*;
use crate::core::codec::client::Said;
use crate::core::codec::{Connect, Version};
use crate::core::{CloseReason, ConnId, Identity};

#[test]
fn a_5_0_client_is_told_what_it_may() {
    let mut stage = Stage::new();
    let asked = Connect {
        keep_alive: 0,
        ..connect(Version::V5, "")
    };
    stage.connect_as(1, &asked, identity(BusRole::House, 1));
    let said = stage.said(1);
    let [Said::ConnAck(0, numbers, Some(assigned))] = &said[..] else {
        panic!("{said:?}")
    };
    assert_eq!(assigned, "assigned-1");
    let message_bytes = u32::try_from(Plan::Free.quotas().message_bytes).unwrap();
    assert_eq!(
        numbers[..],
        [
            (17, 0),
            (33, 100),
            (39, message_bytes),
            (34, 32),
            (42, 0),
            (19, 1_200)
        ]
    );
}

#[test]
fn only_a_clean_session_may_leave_its_name_to_us() {
    let mut stage = Stage::new();
    for (conn, version, clean_start, code) in [
        (1, Version::V311, true, 0),
        (2, Version::V311, false, 2),
        (3, Version::V3, true, 2),
    ] {
        let asked = Connect {
            clean_start,
            ..connect(version, "")
        };
        stage.connect_as(conn, &asked, identity(BusRole::House, 1));
        assert_eq!(
            stage.said(conn),
            [Said::ConnAck(code, vec![], None)],
            "{version}"
        );
    }
    let long = connect(Version::V5, &"x".repeat(257));
    stage.connect_as(4, &long, identity(BusRole::House, 1));
    assert_eq!(stage.said(4), [Said::ConnAck(0x85, vec![], None)]);
}

#[test]
fn the_same_credential_takes_over_and_the_old_connection_hears_why() {
    let mut stage = Stage::new();
    stage.join(9, Version::V311);
    stage.subscribe(9, &topic("#"), QoS::AtMostOnce);
    let mut first = connect(Version::V5, "a");
    first.will = Some(will(&topic("service/a/*/*/STATUS/0")));
    stage.connect_as(1, &first, identity(BusRole::House, 1));
    stage.joined(1);
    stage.connect_as(2, &connect(Version::V311, "a"), identity(BusRole::House, 1));
    stage.joined(2);
    let heard = stage.said(1);
    assert!(
        matches!(&heard[..], [Said::Disconnect(0x8E, Some(_))]),
        "{heard:?}"
    );
    assert_eq!(stage.closed[&1], CloseReason::TakenOver);
    assert_eq!(stage.payloads(9), ["gone"], "its will is published");
    stage.lose(1);
    assert_eq!(
        stage.router.connections(),
        2,
        "the end of the old socket changes nothing"
    );
}

#[test]
fn another_credential_does_not_take_over() {
    let mut stage = Stage::new();
    stage.connect_as(1, &connect(Version::V311, "a"), identity(BusRole::House, 1));
    stage.joined(1);
    for (conn, version, code, identity) in [
        (2, Version::V5, 0x87, identity(BusRole::House, 2)),
        (3, Version::V311, 5, identity(BusRole::House, 2)),
        (4, Version::V311, 5, identity(BusRole::Admin, 1)),
    ] {
        stage.connect_as(conn, &connect(version, "a"), identity);
        assert_eq!(stage.said(conn), [Said::ConnAck(code, vec![], None)]);
        assert_eq!(stage.closed[&conn], CloseReason::Refused);
    }
    let refusals = stage.refusals();
    assert!(
        refusals
            .iter()
            .all(|r| (r.0, &*r.1) == (RefusalReason::Permission, "a"))
    );
    assert_eq!((refusals.len(), stage.closed.contains_key(&1)), (3, false));
}

#[test]
fn a_name_is_free_again_when_its_connection_is_gone() {
    let mut stage = Stage::new();
    stage.connect_as(1, &connect(Version::V311, "a"), identity(BusRole::House, 1));
    stage.joined(1);
    stage.lose(1);
    stage.connect_as(2, &connect(Version::V311, "a"), identity(BusRole::House, 2));
    stage.joined(2);
}

#[test]
fn tokens_of_one_account_are_one_principal() {
    let mut stage = Stage::new();
    let one = identity(BusRole::Viewer, 1);
    let renewed = Identity {
        principal: crate::core::Principal::Token {
            subject: "usr_1".into(),
            token: "new".into(),
        },
        ..one.clone()
    };
    stage.connect_as(1, &connect(Version::V311, "browser"), one);
    stage.connect_as(2, &connect(Version::V311, "browser"), renewed);
    assert_eq!(stage.said(2), [Said::ConnAck(0, vec![], None)]);
    stage.connect_as(
        3,
        &connect(Version::V311, "browser"),
        identity(BusRole::Viewer, 2),
    );
    assert_eq!(stage.said(3), [Said::ConnAck(5, vec![], None)]);
}

#[test]
fn a_credential_of_another_house_opens_nothing() {
    let mut stage = Stage::new();
    let mut stranger = identity(BusRole::House, 1);
    stranger.grant.house = "other-aaaaaa".parse().unwrap();
    stage.connect_as(1, &connect(Version::V5, "a"), stranger);
    assert_eq!(stage.said(1), [Said::ConnAck(0x87, vec![], None)]);
    assert_eq!(stage.router.connections(), 0);
    assert_eq!(stage.refusals()[0].0, RefusalReason::Authentication);
}

#[test]
fn the_plan_bounds_connections_but_not_take_over() {
    let mut quotas = Plan::Free.quotas();
    quotas.connections_per_house = 2;
    let mut stage = Stage::with(::model::Hosting::OnPremise, quotas);
    stage.join(1, Version::V311);
    stage.join_as(2, Version::V311, BusRole::Runtime);
    stage.join(3, Version::V311);
    for (conn, version, code) in [(4, Version::V5, 0x97), (5, Version::V311, 3)] {
        stage.connect_as(conn, &connect(version, "more"), identity(BusRole::House, 1));
        assert_eq!(stage.said(conn), [Said::ConnAck(code, vec![], None)]);
    }
    let refusals = stage.refusals();
    let limit = refusals[0].2.clone().unwrap();
    assert_eq!(refusals[0].0, RefusalReason::Connections);
    assert_eq!(
        (&*limit.name, limit.allowed, limit.seen),
        ("connections_per_house", 2, 3)
    );
    stage.connect_as(
        6,
        &connect(Version::V311, "client-3"),
        identity(BusRole::House, 1),
    );
    stage.joined(6);
}

#[test]
fn a_will_is_authorised_before_the_client_is_let_in() {
    let mut stage = Stage::hosted();
    for (conn, version, code, forbidden) in [
        (
            1,
            Version::V5,
            0x87,
            "egeoffrey/v2/other-aaaaaa/service/a/*/*/STATUS/0".to_owned(),
        ),
        (2, Version::V311, 5, topic("controller/hub/*/*/STATUS/0")),
    ] {
        let mut asked = connect(version, "a");
        asked.will = Some(will(&forbidden));
        stage.connect_as(conn, &asked, identity(BusRole::House, 1));
        assert_eq!(stage.said(conn), [Said::ConnAck(code, vec![], None)]);
    }
    assert!(
        stage
            .refusals()
            .iter()
            .all(|r| r.0 == RefusalReason::Permission)
    );
    let mut bridge = Connect {
        bridge: true,
        ..connect(Version::V311, "bridge")
    };
    bridge.will = Some(will("$SYS/broker/connection/bridge/state"));
    stage.connect_as(3, &bridge, identity(BusRole::House, 1));
    stage.joined(3);
    assert_eq!(stage.refusals().len(), 1, "a bridge goes without");
}

#[test]
fn extended_authentication_is_refused() {
    let mut stage = Stage::new();
    let mut asked = connect(Version::V5, "a");
    asked.authentication_method = Some("SCRAM".into());
    stage.connect_as(1, &asked, identity(BusRole::House, 1));
    assert_eq!(stage.said(1), [Said::ConnAck(0x8C, vec![], None)]);
    stage.join(2, Version::V5);
    stage.frame(2, &[0xF0, 0]);
    assert!(matches!(stage.said(2)[..], [Said::Disconnect(0x82, _)]));
}

#[test]
fn who_looks_on_is_no_sign_of_life_of_the_house() {
    let mut stage = Stage::new();
    stage.join_as(1, Version::V5, BusRole::Viewer);
    stage.frame(1, &[0xC0, 0]);
    assert_eq!(stage.router.presence(stage.now).last_seen, None);
    stage.join(2, Version::V5);
    let joined = stage.now;
    assert_eq!(stage.router.presence(stage.now).last_seen, Some(joined));
}

#[test]
fn presence_names_clients_but_not_our_runtime() {
    let mut stage = Stage::new();
    stage.join(1, Version::V5);
    stage.join_as(2, Version::V311, BusRole::Viewer);
    stage.join_as(3, Version::V311, BusRole::Runtime);
    let presence = stage.router.presence(stage.now);
    let clients: Vec<_> = presence
        .clients
        .iter()
        .map(|c| (&*c.client, c.credential, c.role, &*c.protocol))
        .collect();
    assert_eq!(
        clients,
        [
            ("client-1", Some(credential(1)), BusRole::House, "MQTT 5.0"),
            ("client-2", None, BusRole::Viewer, "MQTT 3.1.1"),
        ]
    );
    assert_eq!(presence.last_seen, Some(stage.now));
    stage.lose(1);
    assert_eq!(stage.router.presence(stage.now).clients.len(), 1);
}

#[test]
fn what_cannot_be_read_closes_with_a_reason() {
    let mut stage = Stage::new();
    for (conn, version) in [(1, Version::V311), (2, Version::V5)] {
        stage.join(conn, version);
        stage.frame(conn, &[0x36, 3, 0, 1, b'a']);
        assert_eq!(stage.closed[&conn], CloseReason::Protocol);
    }
    assert_eq!(stage.said(1), []);
    assert!(matches!(
        stage.said(2)[..],
        [Said::Disconnect(0x81, Some(_))]
    ));
    stage.join(3, Version::V5);
    stage.router.oversized(stage.now, ConnId(3), 2_000_000);
    stage.settle();
    assert!(matches!(
        stage.said(3)[..],
        [Said::Disconnect(0x95, Some(_))]
    ));
    let size = stage.refusals().pop().unwrap();
    assert_eq!(
        (size.0, size.2.unwrap().seen),
        (RefusalReason::MessageSize, 2_000_000)
    );
    stage.join(4, Version::V5);
    stage.router.malformed(stage.now, ConnId(4));
    stage.settle();
    assert!(matches!(stage.said(4)[..], [Said::Disconnect(0x81, _)]));
}
