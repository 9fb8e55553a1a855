//! Client ids and sessions belong to a house.

use anyhow::{Context, Result};
use tests::packet::{self, Wire};
use tests::{QoS, Version};

use crate::neighbours::{Neighbours, heard_nothing};

#[tokio::test]
async fn a03_the_same_client_id_in_two_tenants_neither_takes_over_nor_kicks() -> Result<()> {
    let all = Neighbours::move_in().await?;
    for version in Version::ALL {
        let mut annas = all
            .villa
            .dial(&all.server, "twin")
            .version(version)
            .connect()
            .await?;
        annas.subscribe(&all.villa.topic("#")).await?;
        let mut theirs = all
            .cabin
            .dial(&all.server, "twin")
            .version(version)
            .connect()
            .await?;
        annas
            .publish(
                &all.villa.topic("service/x/*/*/HELLO/1"),
                b"hello",
                QoS::Two,
                false,
            )
            .await?;
        assert_eq!(
            annas
                .on(&all.villa.topic("service/x/*/*/HELLO/1"))
                .await?
                .payload,
            b"hello"
        );
        heard_nothing(&mut theirs, &all.cabin, &all.villa).await?;
        annas.settle(&all.villa.id).await?;
        assert!(!annas.has_ended() && !theirs.has_ended(), "{version:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a04_a_session_of_another_tenant_is_not_picked_up() -> Result<()> {
    let all = Neighbours::move_in().await?;
    // As `packet::connect`, but asking for the session that was there.
    let resume = |user: &str, password: &str| {
        let mut bytes = packet::connect("sleeper", user, password);
        // Fixed header, protocol name and level come first; then the flags.
        if let Some(flags) = bytes.iter().position(|byte| *byte == 0b1100_0010) {
            bytes[flags] = 0b1100_0000;
        }
        bytes
    };
    let topic = all.villa.topic("service/x/*/*/HELLO/1");
    let mut sleeper = Wire::open(&all.server.ready.mqtt).await?;
    sleeper
        .send(&resume(&all.villa.id, &all.villa.passcode))
        .await?;
    sleeper.next_of(2).await?.context("no CONNACK")?;
    sleeper
        .send(&packet::subscribe(1, topic.as_bytes()))
        .await?;
    sleeper.next_of(9).await?.context("no SUBACK")?;
    drop(sleeper);
    let annas = all.villa.dial(&all.server, "writer").connect().await?;
    annas
        .publish(&topic, b"for the sleeper", QoS::One, false)
        .await?;

    let mut thief = Wire::open(&all.server.ready.mqtt).await?;
    thief
        .send(&resume(&all.cabin.id, &all.cabin.passcode))
        .await?;
    let connack = thief.next_of(2).await?.context("no CONNACK")?;
    assert_eq!(connack, [0, 0], "no session of anybody else is present");
    thief.send(&packet::packet(0xc0, &[])).await?;
    let (first, _) = thief.next().await?.context("closed in place of PINGRESP")?;
    assert_eq!(first >> 4, 13, "something came before PINGRESP");
    Ok(())
}
