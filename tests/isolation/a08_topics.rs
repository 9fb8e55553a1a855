//! Topics and filters that could name another house.

use anyhow::{Context, Result};
use serde_json::json;
use tests::packet::{self, Wire};
use tests::{QoS, Version};

use crate::neighbours::{Neighbours, SECRET, heard_nothing};

#[tokio::test]
async fn a07_a_shared_subscription_does_not_reach_another_house() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let annas = all.villa.dial(&all.server, "writer").connect().await?;
    let mut intruder = all.intruder().await?;
    for filter in [
        "$share/g/#".to_owned(),
        format!("$share/g/{}", all.villa.topic("#")),
    ] {
        assert!(intruder.try_subscribe(&filter).await?.is_err(), "{filter}");
    }
    annas
        .publish(
            &all.villa.topic("service/x/*/*/HELLO/1"),
            SECRET.as_bytes(),
            QoS::One,
            false,
        )
        .await?;
    heard_nothing(&mut intruder, &all.cabin, &all.villa).await
}

#[tokio::test]
async fn a08_no_filter_selects_another_house() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let mut lab = all.furnish().await?;
    let villa = &all.villa.id;
    let filters = [
        "#".to_owned(),
        "+/#".to_owned(),
        "+/+/+/+/+/+/+/+/#".to_owned(),
        "egeoffrey/#".to_owned(),
        "egeoffrey/v2/#".to_owned(),
        "egeoffrey/v2/+/#".to_owned(),
        "egeoffrey/+/+/controller/db/*/*/SAVED/#".to_owned(),
        format!("egeoffrey/v1/{villa}/#"),
        format!("egeoffrey/v2/{villa}/#"),
        format!("egeoffrey/v3/{villa}/#"),
        format!("/egeoffrey/v2/{villa}/#"),
        format!("egeoffrey//v2/{villa}/#"),
        "$SYS/#".to_owned(),
        "$internal/#".to_owned(),
        "$queue/#".to_owned(),
    ];
    for version in Version::ALL {
        let mut intruder = all
            .cabin
            .dial(&all.server, "intruder")
            .version(version)
            .connect()
            .await?;
        for filter in &filters {
            assert!(
                intruder.try_subscribe(filter).await?.is_err(),
                "{version:?} {filter}"
            );
        }
        intruder.subscribe(&all.cabin.topic("#")).await?;
        lab.report("lab/secret", &json!(format!("{SECRET} {version:?}")))
            .await?;
        heard_nothing(&mut intruder, &all.cabin, &all.villa).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a08_no_topic_is_published_into_another_house() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let mut ear = all.ear().await?;
    let villa = &all.villa.id;
    let topics = [
        format!("egeoffrey/v1/{villa}/service/x/controller/hub/IN/lab/secret"),
        format!("egeoffrey/v2/{villa}/service/x/controller/hub/IN/lab/secret"),
        format!("egeoffrey/v2/{villa}/controller/config/*/*/CONF/1/house"),
        format!("egeoffrey/v2/*/service/x/{villa}/x/HELLO/1"),
        format!("/egeoffrey/v2/{villa}/service/x/*/*/HELLO/1"),
        "$SYS/broker/x".to_owned(),
        "zigbee2mqtt/lamp".to_owned(),
    ];
    let intruder = all.intruder().await?;
    for topic in &topics {
        for qos in [QoS::One, QoS::Two] {
            let refused = intruder.try_publish(topic, b"boo", qos, false).await?;
            assert_eq!(refused, Err("NotAuthorized".to_owned()), "{topic}");
        }
    }
    // 3.1.1 has no word for a refusal: acknowledged, dropped, and recorded.
    let old = all
        .cabin
        .dial(&all.server, "old")
        .version(Version::V311)
        .connect()
        .await?;
    for topic in &topics {
        old.publish(topic, b"boo", QoS::Two, false).await?;
    }
    ear.settle(villa).await?;
    let heard: Vec<_> = ear
        .arrived()
        .into_iter()
        .filter(|message| message.payload == b"boo")
        .collect();
    assert!(heard.is_empty(), "{heard:?}");
    Ok(())
}

#[tokio::test]
async fn a11_a_publish_on_a_wildcard_reaches_nobody() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let mut ear = all.ear().await?;
    for topic in [
        "egeoffrey/v2/+/service/x/*/*/HELLO/1",
        "#",
        "egeoffrey/v2/#",
    ] {
        let mut wire = Wire::open(&all.server.ready.mqtt).await?;
        wire.send(&packet::connect(
            "intruder",
            &all.cabin.id,
            &all.cabin.passcode,
        ))
        .await?;
        wire.next_of(2).await?.context("no CONNACK")?;
        wire.send(&packet::publish(1, topic.as_bytes(), b"boo"))
            .await?;
        assert_eq!(
            wire.next().await?,
            None,
            "{topic} was not the end of the connection"
        );
    }
    ear.settle(&all.villa.id).await?;
    assert!(
        ear.arrived()
            .iter()
            .all(|message| message.payload != b"boo")
    );
    Ok(())
}

#[tokio::test]
async fn a66_a_passcode_does_not_speak_as_the_controller_of_a_hosted_house() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let bus = all.villa.dial(&all.server, "impostor").connect().await?;
    for sender in [
        "controller/config",
        "controller/db",
        "controller/hub",
        "system/watchdog-egeoffrey-controller-0123456789",
    ] {
        for retain in [false, true] {
            let topic = all.villa.topic(&format!("{sender}/*/*/CONF/1/house"));
            let refused = bus.try_publish(&topic, b"{}", QoS::One, retain).await?;
            assert_eq!(refused, Err("NotAuthorized".to_owned()), "{topic}");
        }
    }
    // At home it may: there its own controller runs.
    let eve = all.server.person("eve").await?;
    let home = eve.house_with("Home", "on-premise").await?;
    let controller = home.dial(&all.server, "controller").connect().await?;
    controller
        .publish(
            &home.topic("controller/config/*/*/CONF/1/house"),
            b"{}",
            QoS::One,
            true,
        )
        .await
}
