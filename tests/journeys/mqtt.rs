//! MQTT as clients rely on it: versions, paths, qualities, order.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tests::module::moment;
use tests::packet::{self, Wire};
use tests::{House, Module, Path, QoS, Server, Version};

async fn villa(server: &Server) -> Result<House> {
    server.person("anna").await?.house("Villa").await
}

#[tokio::test]
async fn every_version_path_and_quality_delivers() -> Result<()> {
    let server = Server::start().await?;
    let villa = villa(&server).await?;
    for path in [Path::Tcp, Path::WebSocket] {
        for version in Version::ALL {
            let name = format!("{version:?}-{path:?}");
            let mut reader = villa
                .dial(&server, &format!("reader-{name}"))
                .version(version)
                .path(path)
                .connect()
                .await?;
            let writer = villa
                .dial(&server, &format!("writer-{name}"))
                .version(version)
                .path(path)
                .connect()
                .await?;
            reader
                .subscribe(&villa.topic("service/writer/*/*/#"))
                .await?;
            for qos in QoS::ALL {
                let topic = villa.topic(&format!("service/writer/*/*/TELL/{name}/{qos:?}"));
                writer.publish(&topic, topic.as_bytes(), qos, false).await?;
                let heard = reader.on(&topic).await?;
                assert_eq!(heard.payload, topic.as_bytes());
                assert_eq!(
                    u32::from(heard.qos),
                    [0, 1, 2][qos as usize],
                    "the quality it was published with"
                );
            }
            writer.disconnect().await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_retained_message_is_kept_replayed_replaced_and_cleared() -> Result<()> {
    let server = Server::start().await?;
    let villa = villa(&server).await?;
    let topic = villa.topic("service/lab/*/*/MANIFEST/lab");
    let writer = villa.dial(&server, "writer").connect().await?;
    for (payload, qos) in [(b"one", QoS::Zero), (b"two", QoS::One), (b"tri", QoS::Two)] {
        writer.publish(&topic, payload, qos, true).await?;
        let mut reader = villa.dial(&server, "reader").connect().await?;
        // QoS 0 has no acknowledgement to wait for: ask until it is there.
        if qos == QoS::Zero {
            reader.subscribe(&topic).await?;
            assert_eq!(reader.on(&topic).await?.payload, payload);
            reader.disconnect().await?;
            continue;
        }
        for _ in 0..2 {
            reader.subscribe(&topic).await?;
            let kept = reader.on(&topic).await?;
            assert!(kept.retained);
            assert_eq!(kept.payload, payload);
        }
        reader.disconnect().await?;
    }
    writer.publish(&topic, b"", QoS::One, true).await?;
    let mut reader = villa.dial(&server, "reader").connect().await?;
    reader.subscribe(&topic).await?;
    reader.settle(&villa.id).await?;
    assert_eq!(reader.arrived(), []);
    Ok(())
}

#[tokio::test]
async fn overlapping_filters_deliver_one_copy_in_order() -> Result<()> {
    let server = Server::start().await?;
    let villa = villa(&server).await?;
    let mut reader = villa.dial(&server, "reader").connect().await?;
    for filter in ["#", "+/+/*/*/#", "service/writer/*/*/COUNT/#"] {
        reader.subscribe(&villa.topic(filter)).await?;
    }
    let writer = villa.dial(&server, "writer").connect().await?;
    for number in 0..100 {
        let topic = villa.topic(&format!("service/writer/*/*/COUNT/{number}"));
        let qos = if number % 2 == 0 { QoS::One } else { QoS::Two };
        writer.publish(&topic, b"x", qos, false).await?;
    }
    reader.settle(&villa.id).await?;
    let heard: Vec<String> = reader
        .arrived()
        .into_iter()
        .filter_map(|message| Some(message.topic.split_once("/COUNT/")?.1.to_owned()))
        .collect();
    let sent: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    assert_eq!(heard, sent);
    Ok(())
}

#[tokio::test]
async fn a_will_is_published_when_the_link_is_cut_and_not_on_farewell() -> Result<()> {
    let server = Server::start().await?;
    let villa = villa(&server).await?;
    let topic = villa.topic("service/frail/*/*/STATUS/0");
    let mut reader = villa.dial(&server, "reader").connect().await?;
    reader.subscribe(&topic).await?;
    for version in Version::ALL {
        let polite = villa
            .dial(&server, "frail")
            .version(version)
            .will(&topic, b"polite", false)
            .connect()
            .await?;
        polite.disconnect().await?;
        let cut = villa
            .dial(&server, "frail")
            .version(version)
            .will(&topic, b"cut", false)
            .connect()
            .await?;
        drop(cut);
        assert_eq!(reader.on(&topic).await?.payload, b"cut", "{version:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_second_connection_with_the_same_client_id_takes_over() -> Result<()> {
    let server = Server::start().await?;
    let villa = villa(&server).await?;
    let mut first = villa.dial(&server, "twin").connect().await?;
    let mut second = villa.dial(&server, "twin").connect().await?;
    let why = first.ended().await?;
    assert!(why.contains("SessionTakenOver"), "{why}");
    second.settle(&villa.id).await
}

#[tokio::test]
async fn packets_pipelined_behind_connect_are_handled() -> Result<()> {
    let server = Server::start().await?;
    let villa = villa(&server).await?;
    let topic = villa.topic("service/eager/service/eager/ECHO/null");
    let mut wire = Wire::open(&server.ready.mqtt).await?;
    let mut bytes = packet::connect("eager", &villa.id, &villa.passcode);
    bytes.extend(packet::subscribe(1, topic.as_bytes()));
    for packet_id in 2..=21 {
        bytes.extend(packet::publish(
            packet_id,
            topic.as_bytes(),
            &packet_id.to_be_bytes(),
        ));
    }
    wire.send(&bytes).await?;
    let (first, connack) = wire.next().await?.context("closed in place of CONNACK")?;
    assert_eq!((first, connack.as_slice()), (0x20, [0, 0].as_slice()));
    let mut echoes = Vec::new();
    let mut acknowledged = Vec::new();
    while echoes.len() < 20 || acknowledged.len() < 20 {
        let (first, body) = wire
            .next()
            .await?
            .context("closed before everything came back")?;
        match first >> 4 {
            3 => {
                let payload = body
                    .split_at_checked(body.len() - 2)
                    .context("a short PUBLISH")?
                    .1;
                echoes.push(u16::from_be_bytes([payload[0], payload[1]]));
                if first & 0b110 == 0b010 {
                    let id = body
                        .get(2 + topic.len()..4 + topic.len())
                        .context("no packet id")?;
                    wire.send(&packet::packet(0x40, id)).await?;
                }
            }
            4 => acknowledged.push(u16::from_be_bytes([body[0], body[1]])),
            9 => assert_eq!(body, [0, 1, 2], "SUBACK at QoS 2"),
            other => ensure!(false, "an unexpected packet of kind {other}"),
        }
    }
    let expected: Vec<u16> = (2..=21).collect();
    assert_eq!(echoes, expected, "in the order they were sent");
    assert_eq!(acknowledged, expected);
    Ok(())
}

#[tokio::test]
async fn the_old_protocol_and_a_bridge_are_let_in() -> Result<()> {
    let server = Server::start().await?;
    let villa = villa(&server).await?;
    // 3.1, which browsers fall back to, and what bridges set in the level.
    for (protocol, level) in [
        (b"MQIsdp".as_slice(), 3),
        (b"MQTT", 0x84),
        (b"MQIsdp", 0x83),
    ] {
        let mut wire = Wire::open(&server.ready.mqtt).await?;
        wire.send(&packet::connect_as(
            protocol,
            level,
            "old",
            &villa.id,
            &villa.passcode,
        ))
        .await?;
        let answer = wire
            .next_of(2)
            .await?
            .context("closed in place of CONNACK")?;
        assert_eq!(answer, [0, 0], "level {level:#x}");
    }
    Ok(())
}

#[tokio::test]
async fn twenty_values_may_be_on_their_way_at_once() -> Result<()> {
    let server = Server::start().await?;
    let villa = villa(&server).await?;
    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("lab/temp", "push").await?;
    let mut wire = Wire::open(&server.ready.mqtt).await?;
    let topic = villa.topic("service/lab/controller/hub/IN/lab/temp");
    let mut bytes = packet::connect("burst", &villa.id, &villa.passcode);
    for number in 1..=100_u16 {
        let value = json!({"request_id": number, "data": {"value": number, "timestamp": moment(i64::from(number))}});
        bytes.extend(packet::publish(
            number,
            topic.as_bytes(),
            &serde_json::to_vec(&value)?,
        ));
    }
    wire.send(&bytes).await?;
    for number in 1..=100_u16 {
        let acknowledged = wire
            .next_of(4)
            .await?
            .context("closed before every PUBACK")?;
        assert_eq!(
            acknowledged,
            number.to_be_bytes(),
            "acknowledgements stay in order"
        );
    }
    let count = lab
        .ask(
            "controller/db",
            "GET_COUNT/lab/temp",
            &json!({"start": 0, "end": -2}),
        )
        .await?;
    assert_eq!(
        count.data()["data"],
        json!([99]),
        "all of them, but the last, are there"
    );
    Ok(())
}

#[tokio::test]
async fn rubbish_ends_the_connection_and_nothing_else() -> Result<()> {
    let server = Server::start().await?;
    let villa = villa(&server).await?;
    let mut good = villa.dial(&server, "good").connect().await?;
    let connect = packet::connect("bad", &villa.id, &villa.passcode);
    let after = |bytes: &[u8]| [connect.as_slice(), bytes].concat();
    let rubbish: [(&str, Vec<u8>); 7] = [
        ("not MQTT", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec()),
        ("a huge CONNECT", vec![0x10, 0xff, 0xff, 0xff, 0x7f]),
        ("a packet before CONNECT", packet::publish(1, b"x", b"y")),
        ("CONNECT twice", after(&connect)),
        (
            "a publish on a wildcard",
            after(&packet::publish(1, villa.topic("#").as_bytes(), b"")),
        ),
        (
            "a topic that is not UTF-8",
            after(&packet::publish(1, &[0xff, 0xfe], b"")),
        ),
        ("reserved packet type 0", after(&[0, 0])),
    ];
    for (what, bytes) in rubbish {
        let mut wire = Wire::open(&server.ready.mqtt).await?;
        wire.send(&bytes).await?;
        while let Some((first, _)) = wire.next().await? {
            ensure!(
                matches!(first >> 4, 2 | 14),
                "{what} was answered with {first:#x}"
            );
        }
    }
    good.settle(&villa.id).await
}
