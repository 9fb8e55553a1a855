//! A right that has ended has ended now.

use anyhow::Result;
use tests::{Dial, QoS};

use crate::neighbours::Neighbours;

#[tokio::test]
async fn a14_a_revoked_credential_is_cut_and_gets_nothing_more() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let (id, secret) = all.anna.credential(&all.villa, "Lent").await?;
    let mut lent = Dial::new(&all.server, &all.villa.id, &secret, "lent")
        .connect()
        .await?;
    lent.subscribe(&all.villa.topic("#")).await?;
    let path = format!("/api/v1/houses/{}/credentials/{id}", all.villa.id);

    // The neighbour cannot do it.
    assert_eq!(
        all.mallory.api.delete(&path).await?.problem(404)?,
        "not-found"
    );
    lent.settle(&all.villa.id).await?;
    assert!(!lent.has_ended());

    all.anna.api.delete(&path).await?.expect(204)?;
    lent.ended().await?;
    let annas = all.villa.dial(&all.server, "writer").connect().await?;
    annas
        .publish(
            &all.villa.topic("service/x/*/*/HELLO/1"),
            b"after",
            QoS::Two,
            false,
        )
        .await?;
    assert!(
        lent.arrived()
            .iter()
            .all(|message| message.payload != b"after")
    );
    assert!(
        Dial::new(&all.server, &all.villa.id, &secret, "lent")
            .try_connect()
            .await?
            .is_err()
    );
    Ok(())
}
