//! What the service counts is what a client outside counted, over restarts.

use anyhow::Result;
use serde_json::{Value, json};
use tests::{Bus, House, Person, QoS, Server, wait};

/// Messages of one run of the service, counted and reported before it is killed.
const PER_RUN: u64 = 1_000;
/// Messages right before the kill: what was not written down by then is lost.
const LAST_MOMENT: u64 = 3;
/// A payload that counts as two messages: one byte over 64 KiB.
const LARGE: usize = 64 * 1_024 + 1;

/// One row of the tenant's usage.
fn row<'a>(usage: &'a Value, quota: &str) -> Option<&'a Value> {
    let rows = usage["quotas"].as_array()?;
    rows.iter().find(|row| row["quota"] == json!(quota))
}

async fn usage(person: &Person) -> Result<Value> {
    let path = format!("/api/v1/tenants/{}/usage", person.tenant);
    person.api.get(&path).await?.expect(200)
}

/// What the service has counted, once it is at least `least`.
async fn counted(person: &Person, least: u64) -> Result<u64> {
    wait::until(&format!("{least} messages to be counted"), async || {
        let usage = usage(person).await?;
        let used = usage
            .pointer("/this_month/messages")
            .and_then(Value::as_u64);
        Ok(used.filter(|used| *used >= least))
    })
    .await
}

/// Sends `count` messages and returns how many the service has to count: those
/// it has acknowledged.
async fn send(bus: &Bus, house: &House, count: u64) -> Result<u64> {
    // Nobody listens: what is sent is counted all the same.
    let topic = house.topic("service/meter/*/*/TELL/meter");
    let large = vec![b' '; LARGE];
    let mut expected = 0;
    for number in 0..count {
        let text = number.to_string();
        let (payload, worth) = if number % 100 == 99 {
            (large.as_slice(), 2)
        } else {
            (text.as_bytes(), 1)
        };
        bus.publish(&topic, payload, QoS::One, false).await?;
        expected += worth;
    }
    Ok(expected)
}

/// Lets the tenant send as fast as a test does.
async fn unhurried(server: &Server, person: &Person) -> Result<()> {
    let admin = Person::first_admin(server).await?;
    let path = format!("/api/v1/admin/tenants/{}/quotas", person.tenant);
    let quotas = json!({"messages_per_second": "unlimited", "messages_burst": "unlimited"});
    admin.api.put(&path, &quotas).await?.expect(200)?;
    Ok(())
}

#[tokio::test]
async fn what_is_metered_is_what_was_sent_within_one_percent_over_kills() -> Result<()> {
    let mut server = Server::start().await?;
    let (anna, bob) = (server.person("anna").await?, server.person("bob").await?);
    let (villa, cabin) = (anna.house("Villa").await?, bob.house("Cabin").await?);
    unhurried(&server, &anna).await?;
    let other = cabin.dial(&server, "other").connect().await?;
    send(&other, &cabin, 3).await?;
    counted(&bob, 3).await?;
    let mut sent = 0;
    for run in 0..3 {
        let bus = villa.dial(&server, "meter").connect().await?;
        sent += send(&bus, &villa, PER_RUN).await?;
        counted(&anna, sent - sent / 100).await?;
        if run < 2 {
            sent += send(&bus, &villa, LAST_MOMENT).await?;
            server.kill()?;
            server.restart().await?;
        }
    }
    let seen = counted(&anna, sent - sent / 100).await?;
    assert!(
        seen <= sent + sent / 100,
        "{seen} were counted, {sent} were sent"
    );
    // Nothing is added later, by a line that is repeated or comes late.
    let bus = villa.dial(&server, "meter").connect().await?;
    let after = seen + send(&bus, &villa, 1).await?;
    let total = counted(&anna, after).await?;
    assert!(total <= sent + 1 + sent / 100, "{total} after {seen}");
    let theirs = counted(&bob, 3).await?;
    assert_eq!(theirs, 3, "what another tenant sends is its own");
    Ok(())
}

#[tokio::test]
async fn what_houses_keep_stands_beside_their_quotas() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut lab = tests::Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("lab/one", "push").await?;
    lab.add_sensor("lab/two", "push").await?;
    let topic = villa.topic("service/lab/*/*/MANIFEST/lab");
    lab.bus
        .publish(&topic, &[b'x'; 5_000], QoS::One, true)
        .await?;
    wait::until("what is kept to be reported", async || {
        let usage = usage(&anna).await?;
        let used = |quota| row(&usage, quota).and_then(|row| row["used"].as_u64());
        let whole = used("sensors_per_house") == Some(2)
            && used("retained_bytes").is_some_and(|bytes| bytes >= 5_000)
            && used("history_bytes").is_some_and(|bytes| bytes > 0)
            && used("rules_per_house").is_some()
            && used("connections_per_house") == Some(1);
        Ok(whole.then_some(()))
    })
    .await
}
