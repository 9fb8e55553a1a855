//! Retained values: neither read, nor written, nor cleared.

use anyhow::Result;
use tests::QoS;

use crate::neighbours::{Neighbours, SECRET, heard_nothing};

#[tokio::test]
async fn a06_a_retained_value_is_neither_read_nor_replaced_nor_cleared() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let topic = all.villa.topic("service/lab/*/*/MANIFEST/lab");
    let annas = all.villa.dial(&all.server, "writer").connect().await?;
    annas
        .publish(&topic, SECRET.as_bytes(), QoS::One, true)
        .await?;

    let mut intruder = all.intruder().await?;
    for filter in [
        &topic,
        "#",
        "egeoffrey/#",
        "egeoffrey/v2/+/service/lab/*/*/MANIFEST/#",
    ] {
        assert!(intruder.try_subscribe(filter).await?.is_err(), "{filter}");
    }
    intruder.subscribe(&all.cabin.topic("#")).await?;
    for payload in [b"mine now".as_slice(), b""] {
        assert!(
            intruder
                .try_publish(&topic, payload, QoS::One, true)
                .await?
                .is_err()
        );
    }
    heard_nothing(&mut intruder, &all.cabin, &all.villa).await?;

    let mut reader = all.villa.dial(&all.server, "reader").connect().await?;
    reader.subscribe(&topic).await?;
    assert_eq!(reader.on(&topic).await?.payload, SECRET.as_bytes());
    Ok(())
}
