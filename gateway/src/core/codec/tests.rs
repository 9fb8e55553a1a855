//! What clients write is read back, bad packets are told apart, and no bytes
//! panic.

use bus::QoS;
use bytes::{Bytes, BytesMut};
use proptest::prelude::*;

use super::acknowledge::{Acknowledge, Step};
use super::outgoing::{Head, HeadProperties};
use super::publish::{Carried, Publish};
use super::subscribe::{Replay, Request, Subscribe, Unsubscribe};
use super::*;

fn versions() -> impl Strategy<Value = Version> {
    prop::sample::select(vec![Version::V3, Version::V311, Version::V5])
}

fn qualities() -> impl Strategy<Value = QoS> {
    prop::sample::select(vec![QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce])
}

/// Content type "a", response topic "r", correlation data, two user
/// properties with the same name: the order is kept.
fn carried_bytes() -> Vec<u8> {
    let mut bytes = vec![1, 1, 3, 0, 1, b'a', 8, 0, 1, b'r', 9, 0, 2, 0, 255];
    for value in *b"xy" {
        bytes.extend_from_slice(&[38, 0, 1, b'k', 0, 1, value]);
    }
    bytes
}

fn plain_connect(version: Version) -> Connect {
    Connect {
        version,
        bridge: false,
        client_id: "c".into(),
        clean_start: true,
        keep_alive: 60,
        user_name: None,
        password: None,
        will: None,
        receive_maximum: None,
        maximum_packet: None,
        wants_reasons: true,
        authentication_method: None,
    }
}

prop_compose! {
    fn connects()(
        version in versions(), bridge: bool, client_id in "\\PC{0,20}", clean_start: bool,
        keep_alive: u16, user_name in prop::option::of("[a-z]{0,9}"),
        password in prop::option::of(prop::collection::vec(any::<u8>(), 0..20)),
        will in prop::option::of(("[a-z/*]{1,9}", qualities(), any::<bool>(), any::<Option<u32>>())),
        receive_maximum in prop::option::of(1u16..), maximum_packet in prop::option::of(1u32..),
        wants_reasons: bool, method in prop::option::of("[A-Z]{1,9}"),
    ) -> Connect {
        let v5 = version == Version::V5;
        Connect {
            version,
            bridge: bridge && !v5,
            client_id,
            clean_start,
            keep_alive,
            // 3.1.1 has no password without a user name.
            user_name: user_name.or_else(|| password.as_ref().map(|_| "u".to_owned())),
            password: password.map(Bytes::from),
            will: will.map(|(topic, qos, retain, expiry_secs)| Will {
                topic,
                payload: Bytes::from_static(b"gone"),
                qos,
                retain,
                expiry_secs: expiry_secs.filter(|_| v5),
                properties: if v5 { carried_bytes().into() } else { Bytes::new() },
            }),
            receive_maximum: receive_maximum.filter(|_| v5),
            maximum_packet: maximum_packet.filter(|_| v5),
            wants_reasons: wants_reasons || !v5,
            authentication_method: method.filter(|_| v5),
        }
    }
}

proptest! {
    #[test]
    fn a_connect_is_read_as_it_was_written(connect in connects()) {
        prop_assume!(!connect.client_id.contains('\0'));
        let frame = client::connect(&connect);
        let read = decode_connect(&frame);
        prop_assert_eq!(read, Ok(connect));
        for cut in 0..frame.len() {
            prop_assert!(decode_connect(&frame[..cut]).is_err());
        }
    }

    #[test]
    fn a_publish_is_read_as_it_was_written(
        version in versions(), qos in qualities(), dup: bool, retain: bool, topic in "[a-z/*@]{1,40}",
        packet_id in 1u16.., alias in prop::option::of(1u16..), expiry_secs: Option<u32>,
        payload in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let v5 = version == Version::V5;
        let publish = Publish {
            dup: dup && qos > QoS::AtMostOnce,
            qos,
            retain,
            topic: &topic,
            packet_id: if qos == QoS::AtMostOnce { 0 } else { packet_id },
            alias: alias.filter(|_| v5),
            carried: Carried {
                expiry_secs: expiry_secs.filter(|_| v5),
                properties: if v5 { carried_bytes() } else { vec![] },
            },
            payload: &payload,
        };
        let frame = client::publish(version, &publish);
        prop_assert_eq!(super::frame(&frame, frame.len()), Frame::Complete { len: frame.len() });
        prop_assert_eq!(decode(version, &frame), Ok(Packet::Publish(publish)));
    }

    #[test]
    fn filters_are_read_as_they_were_written(
        version in versions(), packet_id in 1u16.., identifier in prop::option::of(1u32..268_435_456),
        filters in prop::collection::vec(("[a-z/+#]{1,20}", qualities(), any::<(bool, bool)>(), 0usize..3), 1..5),
    ) {
        let v5 = version == Version::V5;
        let subscribe = Subscribe {
            packet_id,
            identifier: identifier.filter(|_| v5),
            filters: filters.iter().map(|(filter, qos, (no_local, as_published), replay)| Request {
                filter,
                qos: *qos,
                no_local: *no_local && v5,
                retain_as_published: *as_published && v5,
                replay: [Replay::Always, Replay::IfNew, Replay::Never][if v5 { *replay } else { 0 }],
            }).collect(),
        };
        let frame = client::subscribe(version, &subscribe);
        prop_assert_eq!(decode(version, &frame), Ok(Packet::Subscribe(subscribe)));
        let unsubscribe = Unsubscribe { packet_id, filters: filters.iter().map(|f| &*f.0).collect() };
        let frame = client::unsubscribe(version, &unsubscribe);
        prop_assert_eq!(decode(version, &frame), Ok(Packet::Unsubscribe(unsubscribe)));
    }

    #[test]
    fn what_the_server_publishes_has_the_size_it_says(
        version in versions(), qos in qualities(), retain: bool, topic in "[a-z/]{1,200}", packet_id in 1u16..,
        identifiers in prop::collection::vec(1u32..268_435_456, 0..4), expiry_secs: Option<u32>,
        payload in prop::collection::vec(any::<u8>(), 0..20_000),
    ) {
        let v5 = version == Version::V5;
        let carried = carried_bytes();
        let head = Head {
            topic: &topic, qos, retain, packet_id, payload_len: payload.len(),
            properties: v5.then_some(HeadProperties { expiry_secs, identifiers: &identifiers, carried: &carried }),
        };
        let mut out = BytesMut::new();
        head.write(&mut out);
        out.extend_from_slice(&payload);
        prop_assert_eq!(out.len(), head.packet_len());
        let client::Said::Publish(received) = client::read(version, &out) else { panic!("no publish") };
        prop_assert_eq!(received, client::Received {
            topic, payload, qos, retain,
            packet_id: if qos == QoS::AtMostOnce { 0 } else { packet_id },
            identifiers: if v5 { identifiers } else { vec![] },
            expiry_secs: expiry_secs.filter(|_| v5),
            properties: if v5 { carried } else { vec![] },
        });
    }

    #[test]
    fn no_bytes_panic(version in versions(), bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = frame(&bytes, 60);
        let _ = decode_connect(&bytes);
        let _ = decode(version, &bytes);
    }

    /// The same with frames whose size is right, so that bodies are reached.
    #[test]
    fn no_body_panics(
        version in versions(), first: u8, body in prop::collection::vec(any::<u8>(), 0..80),
        connect in connects(), at: prop::sample::Index, with: u8,
    ) {
        let whole = writer::packet(first, &body);
        let _ = decode(version, &whole);
        let _ = decode_connect(&whole);
        let mut bent = client::connect(&connect);
        let at = at.index(bent.len());
        bent[at] = with;
        let _ = decode_connect(&bent);
    }
}

#[test]
fn steps_carry_their_reason_only_in_5() {
    for step in [Step::PubAck, Step::PubRec, Step::PubRel, Step::PubComp] {
        for version in [Version::V3, Version::V311, Version::V5] {
            let given = Acknowledge {
                step,
                packet_id: 7,
                reason: Reason::Success,
            };
            let frame = given.encode(version, None);
            assert_eq!(frame.len(), 4);
            assert_eq!(decode(version, &frame), Ok(Packet::Acknowledge(given)));
        }
    }
    let refused = Acknowledge {
        step: Step::PubRec,
        packet_id: 7,
        reason: Reason::NotAuthorised,
    };
    let frame = refused.encode(Version::V5, Some("no"));
    assert_eq!(
        decode(Version::V5, &frame),
        Ok(Packet::Acknowledge(refused))
    );
    assert_eq!(
        refused.encode(Version::V311, Some("no")),
        [0x50, 2, 0, 7][..]
    );
}

fn fault(version: Version, frame: &[u8]) -> Reason {
    decode(version, frame).expect_err("a fault").reason
}

#[test]
fn bad_packets_are_told_apart() {
    use Reason::{MalformedPacket, ProtocolError, TopicAliasInvalid, TopicNameInvalid};
    for (frame, reason) in [
        (&[0x36, 3, 0, 1, b'a'][..], MalformedPacket), // QoS 3
        (&[0x30, 3, 0, 9, b'a'], MalformedPacket),     // text too long
        (&[0x32, 5, 0, 1, b'a', 0, 0], ProtocolError), // packet id 0
        (&[0x30, 4, 0, 1, b'#', 0], TopicNameInvalid),
        (&[0x30, 3, 0, 0, 0], ProtocolError), // no topic
        (&[0x30, 6, 0, 0, 3, 35, 0, 0], TopicAliasInvalid),
        (&[0x30, 6, 0, 1, b'a', 2, 11, 1], ProtocolError), // subscription id of a client
        (&[0x30, 6, 0, 1, b'a', 2, 1, 2], ProtocolError),  // payload format 2
        (&[0x30, 6, 0, 1, b'a', 2, 0x50, 0], MalformedPacket), // unknown property
        (&[0x80, 6, 0, 1, 0, 0, 1, b'a'], MalformedPacket), // flags
        (&[0x82, 7, 0, 1, 0, 0, 1, b'a', 3], MalformedPacket), // QoS 3
        (&[0x82, 7, 0, 1, 0, 0, 1, b'a', 0x30], ProtocolError), // retain handling 3
        (&[0x82, 7, 0, 1, 0, 0, 1, b'a', 0x40], MalformedPacket), // reserved
        (&[0x82, 3, 0, 1, 0], ProtocolError),              // no filter
        (&[0x82, 9, 0, 1, 2, 11, 0, 0, 1, b'a', 0], ProtocolError), // id 0
        (&[0xA2, 3, 0, 1, 0], ProtocolError),
        (&[0x40, 3, 0, 1, 0x9E], ProtocolError), // not a reason of PUBACK
        (&[0x20, 3, 0, 0, 0], ProtocolError),    // servers only
        (&[0x00, 0], MalformedPacket),
        (&[0xC0, 1, 0], MalformedPacket),
        (&[0xE0, 1, 0x03], MalformedPacket),
        (&[0x10, 0], ProtocolError),
    ] {
        assert_eq!(fault(Version::V5, frame), reason, "{frame:?}");
    }
    let twice = [0x30, 14, 0, 1, b'a', 10, 2, 0, 0, 0, 1, 2, 0, 0, 0, 1];
    assert_eq!(fault(Version::V5, &twice), ProtocolError);
    assert_eq!(fault(Version::V311, &[0xF0, 0]), MalformedPacket);
    assert_eq!(
        fault(Version::V311, &[0x38, 3, 0, 1, b'a']),
        MalformedPacket,
        "DUP at QoS 0"
    );
    assert_eq!(
        fault(Version::V311, &[0x30, 4, 0, 2, 0xC3, 0x28]),
        MalformedPacket,
        "not UTF-8"
    );
    assert_eq!(
        fault(Version::V311, &[0x30, 3, 0, 1, 0]),
        MalformedPacket,
        "U+0000"
    );
    assert!(
        decode(Version::V3, &[0x8A, 6, 0, 1, 0, 1, b'a', 2]).is_ok(),
        "3.1 repeats with DUP"
    );
    assert!(
        decode(Version::V5, &[0xF0, 0]).is_ok(),
        "AUTH is read, and refused later"
    );
}

/// A packet of many megabytes has room for millions of filters.
#[test]
fn a_packet_has_so_many_filters_at_most() {
    for (version, head) in [(Version::V311, 2), (Version::V5, 3)] {
        for (first, filter) in [(0x82, &[0, 1, b'a', 0][..]), (0xA2, &[0, 1, b'a'][..])] {
            let packet = |count: usize| {
                let mut body = vec![0, 1, 0];
                body.truncate(head);
                body.extend(filter.repeat(count));
                writer::packet(first, &body)
            };
            assert!(decode(version, &packet(1_024)).is_ok());
            assert_eq!(fault(version, &packet(1_025)), Reason::QuotaExceeded);
        }
    }
}

#[test]
fn connects_that_cannot_be_accepted() {
    let good = client::connect(&plain_connect(Version::V311));
    let with = |at: usize, byte: u8| {
        let mut bent = good.clone();
        bent[at] = byte;
        decode_connect(&bent).expect_err("refused")
    };
    assert_eq!(with(8, 6), BadConnect::Unsupported(6));
    assert_eq!(with(8, 6).answer().unwrap(), [0x20, 3, 0, 0x84, 0][..]);
    assert_eq!(
        with(8, 3),
        BadConnect::Unsupported(3),
        "3.1 has another name"
    );
    assert_eq!(with(8, 2).answer().unwrap(), [0x20, 2, 0, 1][..]);
    assert!(matches!(
        with(9, 0x03),
        BadConnect::Faulty(Version::V311, _)
    ));
    assert!(
        matches!(with(9, 0x0A), BadConnect::Faulty(..)),
        "a will's QoS without a will"
    );
    assert!(
        matches!(with(9, 0x42), BadConnect::Faulty(..)),
        "a password without a user name"
    );
    assert_eq!(with(9, 0x03).answer(), None);
    assert!(matches!(with(4, b'X'), BadConnect::NotMqtt(_)));
    assert!(matches!(with(0, 0x30), BadConnect::NotMqtt(_)));
    let mut five = client::connect(&plain_connect(Version::V5));
    five[9] = 0x03;
    let answer = decode_connect(&five).expect_err("reserved flag").answer();
    let answer = answer.unwrap();
    assert_eq!((answer[0], answer[3]), (0x20, 0x81));
    assert!(answer.ends_with(b"the reserved connect flag is set"));
    let bridge = Connect {
        bridge: true,
        ..plain_connect(Version::V311)
    };
    assert_eq!(decode_connect(&client::connect(&bridge)), Ok(bridge));
}

#[test]
fn a_password_never_shows() {
    let connect = Connect {
        user_name: Some("villa-7k3q9x".into()),
        password: Some(Bytes::from_static(b"hush")),
        ..plain_connect(Version::V5)
    };
    let shown = format!("{connect:?}");
    assert!(shown.contains("villa-7k3q9x") && !shown.contains("hush") && !shown.contains("104"));
}
