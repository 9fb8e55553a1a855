//! `kill -9`: what was acknowledged is there afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, Result};
use serde_json::json;
use tests::{Dial, Module, Person, QoS, Server, person, wait};
use tokio::task::JoinSet;

#[tokio::test]
async fn everything_is_there_after_a_kill() -> Result<()> {
    let mut server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let (revoked, old_secret) = anna.credential(&villa, "Old").await?;
    let (_, secret) = anna.credential(&villa, "Garden").await?;
    let credentials = format!("/api/v1/houses/{}/credentials", villa.id);
    anna.api
        .delete(&format!("{credentials}/{revoked}"))
        .await?
        .expect(204)?;
    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("lab/temp", "push").await?;
    lab.report_at("lab/temp", &json!(20.5), 1).await?;
    let kept = villa.topic("service/lab/*/*/MANIFEST/lab");
    lab.bus.publish(&kept, b"kept", QoS::One, true).await?;

    server.kill()?;
    lab.bus.ended().await?;
    server.restart().await?;

    Person::log_in(&server, &anna.email, person::PASSWORD).await?;
    let seen = anna
        .api
        .get(&format!("/api/v1/houses/{}", villa.id))
        .await?
        .expect(200)?;
    assert_eq!(
        seen["name"],
        json!("Villa"),
        "the access token and the house are there"
    );
    Dial::new(&server, &villa.id, &secret, "garden")
        .connect()
        .await?
        .disconnect()
        .await?;
    let old = Dial::new(&server, &villa.id, &old_secret, "old")
        .try_connect()
        .await?;
    assert!(
        old.is_err(),
        "a revoked credential works again after a restart"
    );

    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    assert_eq!(lab.history("lab/temp").await?, [json!(20.5)]);
    lab.send(
        "controller/config",
        "SUBSCRIBE/null",
        &json!("1/sensors/lab/temp"),
    )
    .await?;
    let sensor = lab
        .heard("controller/config/service/lab/CONF/1/sensors/lab/temp")
        .await?;
    assert_eq!(sensor.data()["description"], json!("lab/temp"));
    lab.bus.subscribe(&kept).await?;
    let replayed = lab.bus.on(&kept).await?;
    assert!(replayed.retained);
    assert_eq!(replayed.payload, b"kept");
    lab.report_at("lab/temp", &json!(21.5), 2).await?;
    assert_eq!(
        lab.history("lab/temp").await?,
        [json!(20.5), json!(21.5)],
        "and life goes on"
    );
    Ok(())
}

#[tokio::test]
async fn no_acknowledged_value_is_lost_when_killed_under_load() -> Result<()> {
    const PUBLISHERS: usize = 4;
    const BEFORE_THE_KILL: i64 = 40;
    let mut server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let acknowledged: Vec<Arc<AtomicI64>> = (0..PUBLISHERS).map(|_| Arc::default()).collect();
    let mut publishers = JoinSet::new();
    for (number, last) in acknowledged.iter().enumerate() {
        let mut module = Module::connect(&server, &villa, &format!("service/p{number}")).await?;
        let sensor = format!("load/s{number}");
        module.add_sensor(&sensor, "push").await?;
        let last = Arc::clone(last);
        publishers.spawn(async move {
            // Until the link is cut.
            for count in 1_i64.. {
                if module
                    .report_at(&sensor, &json!(count), count)
                    .await
                    .is_err()
                {
                    return;
                }
                last.store(count, Ordering::SeqCst);
            }
        });
    }
    wait::until("every publisher to be at work", async || {
        let all = acknowledged
            .iter()
            .all(|last| last.load(Ordering::SeqCst) >= BEFORE_THE_KILL);
        Ok(all.then_some(()))
    })
    .await?;
    server.kill()?;
    wait::within("the publishers to notice", publishers.join_all()).await?;
    server.restart().await?;

    let mut reader = Module::connect(&server, &villa, "gui/reader_1").await?;
    for (number, last) in acknowledged.iter().enumerate() {
        let last = last.load(Ordering::SeqCst);
        let history = reader.history(&format!("load/s{number}")).await?;
        let kept: Vec<i64> = history
            .iter()
            .filter_map(serde_json::Value::as_f64)
            .map(whole)
            .collect::<Result<_>>()?;
        let missing: Vec<i64> = (1..=last).filter(|count| !kept.contains(count)).collect();
        assert!(
            missing.is_empty(),
            "publisher {number}: acknowledged, but lost: {missing:?} of {last}"
        );
        assert!(
            kept.len() <= usize::try_from(last)? + 1,
            "publisher {number}: more than was sent"
        );
    }
    Ok(())
}

#[tokio::test]
async fn no_acknowledged_retained_message_is_lost_when_killed_under_load() -> Result<()> {
    let mut server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let writer = villa.dial(&server, "writer").connect().await?;
    let last = Arc::new(AtomicI64::new(0));
    let topic = villa.topic("service/lab/*/*/MANIFEST/lab");
    let mut publishers = JoinSet::new();
    let (count, to) = (Arc::clone(&last), topic.clone());
    publishers.spawn(async move {
        for number in 1_i64.. {
            if writer
                .publish(&to, number.to_string().as_bytes(), QoS::One, true)
                .await
                .is_err()
            {
                return;
            }
            count.store(number, Ordering::SeqCst);
        }
    });
    wait::until("thirty acknowledgements", async || {
        Ok((last.load(Ordering::SeqCst) >= 30).then_some(()))
    })
    .await?;
    server.kill()?;
    wait::within("the publisher to notice", publishers.join_all()).await?;
    server.restart().await?;
    let mut reader = villa.dial(&server, "reader").connect().await?;
    reader.subscribe(&topic).await?;
    let kept: i64 = String::from_utf8(reader.on(&topic).await?.payload)?.parse()?;
    let last = last.load(Ordering::SeqCst);
    assert!(
        kept == last || kept == last + 1,
        "{kept} is kept, {last} was acknowledged"
    );
    Ok(())
}

/// A stored count; the sensors keep one decimal.
fn whole(value: f64) -> Result<i64> {
    let text = format!("{value:.1}");
    let (whole, part) = text.split_once('.').context("no decimal")?;
    anyhow::ensure!(part == "0", "{value} was never sent");
    Ok(whole.parse()?)
}
