//! What was refused is listed for its own tenant, and for nobody else.

use anyhow::Result;
use serde_json::{Value, json};
use tests::{Dial, House, Person, QoS, Version, wait};

use crate::neighbours::Neighbours;

async fn listed(owner: &Person, house: &House, reason: &str, client: &str) -> Result<Value> {
    wait::until(&format!("a refusal of {client} for {reason}"), async || {
        let all = owner.refusals(house).await?;
        Ok(all
            .into_iter()
            .find(|row| row["reason"] == json!(reason) && row["client"] == json!(client)))
    })
    .await
}

fn check(refusal: &Value) {
    for field in [
        "at",
        "reason",
        "limit",
        "window",
        "allowed",
        "seen",
        "client",
        "count",
        "clears_at",
        "remedy",
    ] {
        assert!(refusal.get(field).is_some(), "no {field}: {refusal}");
    }
    assert!(
        refusal["at"].as_str().is_some_and(|at| at.ends_with('Z')),
        "{refusal}"
    );
    assert!(
        refusal["count"].as_u64().is_some_and(|count| count > 0),
        "{refusal}"
    );
    assert!(
        refusal["remedy"]
            .as_str()
            .is_some_and(|remedy| remedy.len() > 20),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_foreign_topic_is_listed_for_the_one_who_tried() -> Result<()> {
    let all = Neighbours::move_in().await?;
    for version in Version::ALL {
        let client = format!("intruder-{version:?}");
        let intruder = all
            .cabin
            .dial(&all.server, &client)
            .version(version)
            .connect()
            .await?;
        let topic = all.villa.topic("service/x/controller/hub/IN/lab/secret");
        for _ in 0..3 {
            // 5.0 says no, 3.1.1 cannot; both are recorded.
            let answer = intruder
                .try_publish(&topic, b"boo", QoS::One, false)
                .await?;
            assert_eq!(answer.is_err(), version == Version::V5);
        }
        assert!(
            intruder
                .try_subscribe(&all.villa.topic("#"))
                .await?
                .is_err()
        );
        check(&listed(&all.mallory, &all.cabin, "permission", &client).await?);
    }
    let annas = all.anna.refusals(&all.villa).await?;
    assert!(
        annas.iter().all(|row| row["reason"] != json!("permission")),
        "{annas:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_wrong_passcode_is_listed_for_the_house_it_was_tried_at() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let tried = Dial::new(&all.server, &all.villa.id, &all.cabin.passcode, "burglar")
        .try_connect()
        .await?;
    assert!(tried.is_err());
    let refusal = listed(&all.anna, &all.villa, "authentication", "burglar").await?;
    check(&refusal);
    assert!(
        !refusal.to_string().contains(&all.cabin.passcode),
        "{refusal}"
    );
    let theirs = all.mallory.refusals(&all.cabin).await?;
    assert!(theirs.is_empty(), "{theirs:?}");
    Ok(())
}
