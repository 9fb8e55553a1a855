//! Names that mean something to somebody else.

use anyhow::{Context, Result};
use serde_json::json;
use tests::packet::{self, Wire};

use crate::neighbours::{Neighbours, heard_nothing};

#[tokio::test]
async fn a01_no_user_name_but_a_house_id_gets_in() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let villa = &all.villa.id;
    let names = [
        "+".to_owned(),
        "#".to_owned(),
        "*".to_owned(),
        String::new(),
        "gui".to_owned(),
        "system".to_owned(),
        "$SYS".to_owned(),
        format!("{villa}/"),
        format!("{villa}/#"),
        format!(" {villa}"),
        format!("{villa}\0"),
        villa.to_uppercase(),
        villa.replace('a', "\u{0430}"),
        format!("{villa},{}", all.cabin.id),
        "x".repeat(60_000),
    ];
    for name in names {
        let mut wire = Wire::open(&all.server.ready.mqtt).await?;
        wire.send(&packet::connect("intruder", &name, &all.cabin.passcode))
            .await?;
        if let Some((first, body)) = wire.next().await? {
            assert_eq!(first >> 4, 2, "{name:?}");
            assert_ne!(body.get(1), Some(&0), "{name:?} got in");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a01_no_client_id_reaches_another_house() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let mut ear = all.ear().await?;
    for id in [
        "#",
        "+",
        "../ear",
        "ear\0",
        &format!("egeoffrey-{}-service-lab", all.villa.id),
    ] {
        let mut wire = Wire::open(&all.server.ready.mqtt).await?;
        wire.send(&packet::connect(id, &all.cabin.id, &all.cabin.passcode))
            .await?;
        wire.send(&packet::publish(
            1,
            all.villa.topic("service/x/*/*/HELLO/1").as_bytes(),
            b"boo",
        ))
        .await?;
        // Whatever the answer is, it comes before the next packet is read.
        while let Some((first, _)) = wire.next().await? {
            if first >> 4 == 4 {
                break;
            }
        }
    }
    ear.settle(&all.villa.id).await?;
    let heard: Vec<_> = ear
        .arrived()
        .into_iter()
        .filter(|message| message.topic.contains("HELLO"))
        .collect();
    assert!(heard.is_empty(), "{heard:?}");
    assert!(!ear.has_ended());
    Ok(())
}

#[tokio::test]
async fn a01_names_of_houses_and_people_are_only_text() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let hostile = [
        "<script>alert(1)</script>",
        "+",
        "#",
        "../..",
        "$SYS",
        "a/b",
        "\u{202e}evil",
        "'; DROP TABLE house; --",
    ];
    for (number, name) in hostile.into_iter().enumerate() {
        let eve = all.server.person(&format!("eve{number}")).await?;
        let body = json!({"name": name, "timezone": "Europe/Berlin", "hosting": "hosted"});
        let made = eve
            .api
            .post(&format!("/api/v1/tenants/{}/houses", eve.tenant), &body)
            .await?;
        assert!(
            matches!(made.status.as_u16(), 201 | 422),
            "{name}: {} {}",
            made.status,
            made.body
        );
        if let Some(id) = made.body["house_id"].as_str() {
            let is_plain = id
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            assert!(is_plain && id.len() <= 63, "{name} became {id}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a02_a_house_called_as_something_reserved_is_a_house_like_any_other() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let mut ear = all.ear().await?;
    for (number, name) in ["gui", "system", "admin", "controller"]
        .into_iter()
        .enumerate()
    {
        let eve = all.server.person(&format!("eve{number}")).await?;
        let house = eve
            .house(name)
            .await
            .with_context(|| format!("a house called {name}"))?;
        assert_ne!(house.id, name);
        let mut bus = house.dial(&all.server, "x").connect().await?;
        for topic in [
            "egeoffrey/v2/*/system/x/*/*/MANIFEST/x".to_owned(),
            all.villa.topic("system/x/*/*/MANIFEST/x"),
        ] {
            assert!(
                bus.try_publish(&topic, b"x", tests::QoS::One, true)
                    .await?
                    .is_err(),
                "{topic}"
            );
        }
        assert!(
            bus.try_subscribe("egeoffrey/v2/*/+/+/+/+/MANIFEST/#")
                .await?
                .is_err()
        );
        heard_nothing(&mut bus, &house, &all.villa).await?;
    }
    ear.settle(&all.villa.id).await?;
    assert!(
        ear.arrived()
            .iter()
            .all(|message| !message.topic.contains("MANIFEST/x"))
    );
    Ok(())
}
