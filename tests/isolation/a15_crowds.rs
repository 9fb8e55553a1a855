//! Many who say nothing, or say it slowly.

use anyhow::Result;
use tests::packet::{self, Wire};

use crate::neighbours::Neighbours;

#[tokio::test]
async fn a15_silent_and_slow_sockets_are_closed_and_keep_nobody_out() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let mut crowd = Vec::new();
    for number in 0..200 {
        let mut wire = Wire::open(&all.server.ready.mqtt).await?;
        let connect = packet::connect("slow", &all.cabin.id, &all.cabin.passcode);
        // None, one, two … bytes of a CONNECT, never all of them.
        let part = connect
            .get(..number % (connect.len() - 1))
            .unwrap_or_default();
        wire.send(part).await?;
        crowd.push(wire);
    }
    let mut annas = all.villa.dial(&all.server, "anna").connect().await?;
    annas.settle(&all.villa.id).await?;
    for mut wire in crowd {
        while wire.next().await?.is_some() {}
    }
    annas.settle(&all.villa.id).await
}

#[tokio::test]
async fn a15_a_huge_length_is_refused_before_it_is_read() -> Result<()> {
    let all = Neighbours::move_in().await?;
    // 256 MiB are announced; nothing of it is sent, and nobody waits for it.
    for bytes in [
        vec![0x10, 0xff, 0xff, 0xff, 0x7f],
        [
            packet::connect("huge", &all.cabin.id, &all.cabin.passcode),
            vec![0x30, 0xff, 0xff, 0xff, 0x7f],
        ]
        .concat(),
    ] {
        let mut wire = Wire::open(&all.server.ready.mqtt).await?;
        wire.send(&bytes).await?;
        while wire.next().await?.is_some() {}
    }
    Ok(())
}
