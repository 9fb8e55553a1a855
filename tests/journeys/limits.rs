//! How much a house may send: what is slowed, what is kept, who reads why.

use anyhow::Result;
use serde_json::{Value, json};
use tests::{House, Module, Person, QoS, Server, wait};

/// The newest row about a reason in what the owner reads.
async fn refusal(anna: &Person, house: &House, reason: &str) -> Result<Value> {
    wait::until(&format!("a refusal because of {reason}"), async || {
        let rows = anna.refusals(house).await?;
        Ok(rows.into_iter().find(|row| row["reason"] == reason))
    })
    .await
}

async fn quotas(admin: &Person, of: &Person, quotas: Value) -> Result<()> {
    let path = format!("/api/v1/admin/tenants/{}/quotas", of.tenant);
    admin.api.put(&path, &quotas).await?.expect(200).map(drop)
}

/// Over the day's messages a hosted house is live and keeps nothing, and its
/// owner reads why and until when; with a larger plan it keeps again at once,
/// on the same connection.
#[tokio::test]
async fn a_house_over_its_day_is_live_and_keeps_nothing_until_the_plan_is_larger() -> Result<()> {
    let server = Server::start_with(&[]).await?;
    let ada = Person::first_admin(&server).await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("lab/temp", "push").await?;
    lab.listen("controller/db/*/*/SAVED/#").await?;
    lab.report_at("lab/temp", &json!(20), 0).await?;
    lab.heard("controller/db/*/*/SAVED/lab/temp").await?;
    let before = lab.history("lab/temp").await?;
    assert_eq!(before, [json!(20.0)]);

    quotas(&ada, &anna, json!({"messages_per_day": 1})).await?;
    for (second, value) in [(60, 21), (61, 22)] {
        lab.report_at("lab/temp", &json!(value), second).await?;
        let saved = lab.heard("controller/db/*/*/SAVED/lab/temp").await?;
        assert_eq!(saved.data()["value"], json!(format!("{value}.0")));
    }
    assert_eq!(lab.history("lab/temp").await?, before);
    let row = refusal(&anna, &villa, "messages-per-day").await?;
    assert_eq!(
        (&row["allowed"], &row["window"]),
        (&json!(1), &json!(86_400))
    );
    assert!(row["seen"].as_u64().is_some_and(|seen| seen >= 1), "{row}");
    let clears = row["clears_at"].as_str().unwrap_or_default();
    assert!(clears.ends_with("T00:00:00.000Z"), "{row}");

    quotas(&ada, &anna, json!({"messages_per_day": null})).await?;
    lab.report_at("lab/temp", &json!(23), 120).await?;
    lab.heard("controller/db/*/*/SAVED/lab/temp").await?;
    let kept = [json!(20.0), json!(23.0)];
    wait::until("values to be kept again", async || {
        Ok((lab.history("lab/temp").await? == kept).then_some(()))
    })
    .await
}

/// A client that is too fast loses nothing above quality 0; another house does
/// not notice, and another person does not read of it.
#[tokio::test]
async fn a_house_that_is_too_fast_is_slowed_and_another_is_not() -> Result<()> {
    let server = Server::start_with(&[]).await?;
    let ada = Person::first_admin(&server).await?;
    let (anna, bob) = (server.person("anna").await?, server.person("bob").await?);
    let (villa, cabin) = (anna.house("Villa").await?, bob.house("Cabin").await?);
    let limits = json!({"messages_burst": 5, "messages_per_second": 5});
    quotas(&ada, &anna, limits).await?;
    let noisy = villa.dial(&server, "noisy").connect().await?;
    let mut listener = villa.dial(&server, "listener").connect().await?;
    let topic = villa.topic("service/noisy/*/*/TELL/it");
    listener.subscribe(&topic).await?;
    let quiet = cabin.dial(&server, "quiet").connect().await?;
    let theirs = cabin.topic("service/quiet/*/*/TELL/it");
    for number in 0..20 {
        let payload = number.to_string();
        noisy
            .publish(&topic, payload.as_bytes(), QoS::One, false)
            .await?;
        quiet.publish(&theirs, b"x", QoS::One, false).await?;
        assert_eq!(listener.on(&topic).await?.payload, payload.as_bytes());
    }
    let row = refusal(&anna, &villa, "message-rate").await?;
    assert_eq!(
        (
            &row["client"],
            &row["limit"],
            &row["allowed"],
            &row["window"]
        ),
        (
            &json!("noisy"),
            &json!("messages_per_second"),
            &json!(5),
            &json!(1)
        )
    );
    assert!(
        row["clears_at"].is_string() && row["remedy"].is_string(),
        "{row}"
    );
    assert!(bob.refusals(&cabin).await?.is_empty());
    let path = format!("/api/v1/houses/{}/refusals", villa.id);
    bob.api.get(&path).await?.problem(404)?;
    Ok(())
}
