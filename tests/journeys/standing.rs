//! A tenant that may keep nothing new, or no more: what keeps a home running
//! runs, and everybody concerned reads why the rest does not.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};
use tests::{House, Module, Person, Server, wait};

/// Within which everything that an admin changes takes effect.
const AT_ONCE: Duration = Duration::from_secs(10);

async fn newest(module: &mut Module) -> Result<Value> {
    let answer = module
        .ask("controller/db", "GET/lab/temp", &json!({}))
        .await?;
    Ok(answer.data())
}

/// Reports a value and waits until the house has said it to everybody.
async fn live(module: &mut Module, value: i32, second: i64) -> Result<()> {
    module.report_at("lab/temp", &json!(value), second).await?;
    let saved = module.heard("controller/db/*/*/SAVED/lab/temp").await?;
    let said = saved.data().get("value").cloned();
    assert_eq!(said, Some(json!(format!("{value}.0"))));
    Ok(())
}

/// The row about `reason` and `subject` in what the owner reads.
async fn refusal(anna: &Person, house: &House, reason: &str, subject: &str) -> Result<Value> {
    wait::until(&format!("a refusal because of {reason}"), async || {
        let rows = anna.refusals(house).await?;
        Ok(rows
            .into_iter()
            .find(|row| row["reason"] == reason && row["subject"] == subject))
    })
    .await
}

#[tokio::test]
async fn a_read_only_house_is_live_and_keeps_nothing_until_it_is_resumed() -> Result<()> {
    let server = Server::start_with(&[]).await?;
    let ada = Person::first_admin(&server).await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("lab/temp", "push").await?;
    lab.listen("controller/db/*/*/SAVED/#").await?;
    live(&mut lab, 20, 0).await?;

    let over = |verb: &str| format!("/api/v1/admin/tenants/{}/{verb}", anna.tenant);
    let why = json!({"reason": "The bill of October is open"});
    ada.api.post(&over("read-only"), &why).await?.expect(200)?;

    // No connection is closed: the next value is live, and soon not kept.
    let began = Instant::now();
    let mut second = 60;
    let mut value = 30;
    while anna.refusals(&villa).await?.is_empty() {
        assert!(began.elapsed() < AT_ONCE, "values are kept all the same");
        live(&mut lab, value, second).await?;
        (value, second) = (value + 1, second + 1);
    }
    live(&mut lab, 7, second).await?;
    let latest = json!({"data": [7.0]});
    assert_eq!(newest(&mut lab).await?, latest, "the latest moves");
    let before = lab.history("lab/temp").await?;
    live(&mut lab, 8, second + 1).await?;
    assert_eq!(lab.history("lab/temp").await?, before, "history does not");
    assert!(before.contains(&json!(20.0)), "{before:?}");
    let row = refusal(&anna, &villa, "standing", "history").await?;
    assert_eq!(row["client"], json!("service/lab"));

    // A change of configuration is refused and does not happen.
    let sensor = json!({"format": "int"});
    lab.send("controller/config", "SAVE/1/sensors/new", &sensor)
        .await?;
    let subject = lab.topic("service/lab/controller/config/SAVE/1/sensors/new");
    let row = refusal(&anna, &villa, "standing", &subject).await?;
    assert_eq!(row["count"], json!(1));
    assert!(row["remedy"].as_str().is_some_and(|text| !text.is_empty()));
    let path = format!("/api/v1/houses/{}/sensors", villa.id);
    let sensors = anna.api.get(&path).await?.expect(200)?;
    assert!(!sensors.to_string().contains("\"new\""), "{sensors}");

    ada.api
        .post(&over("resume"), &json!({}))
        .await?
        .expect(200)?;
    let began = Instant::now();
    while lab.history("lab/temp").await? == before {
        assert!(began.elapsed() < AT_ONCE, "nothing is kept again");
        (value, second) = (value + 1, second + 60);
        live(&mut lab, value, second).await?;
    }
    lab.add_sensor("new", "push").await
}

#[tokio::test]
async fn a_smaller_plan_takes_nothing_away_and_allows_no_more() -> Result<()> {
    let server = Server::start_with(&[]).await?;
    let ada = Person::first_admin(&server).await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("one", "push").await?;
    lab.add_sensor("two", "push").await?;
    let quotas = format!("/api/v1/admin/tenants/{}/quotas", anna.tenant);
    let less = json!({"sensors_per_house": 1});
    ada.api.put(&quotas, &less).await?.expect(200)?;
    let sensor = json!({"format": "int"});
    let row = wait::until("a refused sensor", async || {
        lab.send("controller/config", "SAVE/1/sensors/three", &sensor)
            .await?;
        let rows = anna.refusals(&villa).await?;
        let row = rows.into_iter().find(|row| row["reason"] == "sensors");
        if row.is_none() {
            lab.send("controller/config", "DELETE/1/sensors/three", &json!({}))
                .await?;
        }
        Ok(row)
    })
    .await?;
    assert_eq!(row["limit"], json!("sensors_per_house"));
    assert_eq!((&row["allowed"], &row["seen"]), (&json!(1), &json!(2)));
    let path = format!("/api/v1/houses/{}/sensors", villa.id);
    let sensors = anna.api.get(&path).await?.expect(200)?.to_string();
    assert!(sensors.contains("\"one\"") && sensors.contains("\"two\""));
    Ok(())
}
