//! The real mosquitto clients, as a resident would try them by hand.

mod client;

use anyhow::Result;
use serde_json::json;
use tests::{House, Module, Person, Server};

use crate::client::{Client, VERSIONS};

#[tokio::test]
async fn a_value_published_with_mosquitto_pub_is_kept() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("lab/temp", "push").await?;
    let mut expected = Vec::new();
    let mut second = 0;
    for version in VERSIONS {
        for qos in ["0", "1", "2"] {
            second += 1;
            let value = f64::from(second) + 0.5;
            let data = json!({"value": value, "timestamp": tests::module::moment(second.into())});
            let payload = json!({"request_id": second, "data": data}).to_string();
            let topic = villa.topic("service/lab/controller/hub/IN/lab/temp");
            Client::of(&server, &villa, version)
                .publish(&topic, &payload, &["-q", qos])
                .await?;
            expected.push(json!(value));
        }
    }
    // QoS 0 is not acknowledged: the last value may still be on its way.
    tests::wait::until("every value", async || {
        Ok((lab.history("lab/temp").await? == expected).then_some(()))
    })
    .await
}

#[tokio::test]
async fn mosquitto_sub_hears_what_mosquitto_pub_says() -> Result<()> {
    let server = Server::start().await?;
    let villa = server.person("anna").await?.house("Villa").await?;
    let topic = villa.topic("service/lab/*/*/TELL/lab");
    for version in VERSIONS {
        for qos in ["0", "1", "2"] {
            let client = Client::of(&server, &villa, version);
            let hearing = client.hear(&topic, &["-q", qos]).await?;
            client
                .publish(&topic, &format!("hello {version} {qos}"), &["-q", qos])
                .await?;
            assert_eq!(hearing.line().await?, format!("hello {version} {qos}"));
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_retained_message_waits_for_mosquitto_sub() -> Result<()> {
    let server = Server::start().await?;
    let villa = server.person("anna").await?.house("Villa").await?;
    for version in VERSIONS {
        let topic = villa.topic(&format!("service/lab/*/*/MANIFEST/{version}"));
        let client = Client::of(&server, &villa, version);
        client.publish(&topic, "kept", &["-r", "-q", "1"]).await?;
        let hearing = client.hear(&topic, &["-q", "1"]).await?;
        assert_eq!(hearing.line().await?, "kept");
    }
    Ok(())
}

#[tokio::test]
async fn the_will_of_a_killed_mosquitto_sub_is_heard() -> Result<()> {
    let server = Server::start().await?;
    let villa = server.person("anna").await?.house("Villa").await?;
    for version in VERSIONS {
        let topic = villa.topic(&format!("service/frail/*/*/STATUS/{version}"));
        let client = Client::of(&server, &villa, version);
        let hearing = client.hear(&topic, &["-q", "1"]).await?;
        let will = [
            "--will-topic",
            &topic,
            "--will-payload",
            "gone",
            "--will-qos",
            "1",
        ];
        let mut frail = client.hear(&villa.topic("service/frail/#"), &will).await?;
        frail.kill()?;
        assert_eq!(hearing.line().await?, "gone");
    }
    Ok(())
}

/// mosquitto_pub has twenty publishes open at one time, as stock modules do.
#[tokio::test]
async fn a_flood_of_mosquitto_pub_is_slowed_and_arrives_whole() -> Result<()> {
    let server = Server::start_with(&[]).await?;
    let ada = Person::first_admin(&server).await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let path = format!("/api/v1/admin/tenants/{}/quotas", anna.tenant);
    let quotas = json!({"messages_burst": 10, "messages_per_second": 20});
    ada.api.put(&path, &quotas).await?.expect(200)?;
    for version in VERSIONS {
        let client = Client::of(&server, &villa, version);
        for qos in ["1", "2"] {
            let topic = villa.topic(&format!("service/lab/*/*/TELL/{qos}"));
            let hearing = client.hear(&topic, &["-q", "0"]).await?;
            client
                .publish(&topic, "x", &["-q", qos, "--repeat", "30"])
                .await?;
            for number in 0..30 {
                assert_eq!(hearing.line().await?, "x", "{version} {qos} {number}");
            }
        }
    }
    tests::wait::until("the record of it", async || {
        let rows = anna.refusals(&villa).await?;
        Ok(rows.into_iter().find(|row| row["reason"] == "message-rate"))
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_wrong_passcode_and_a_foreign_topic_are_refused() -> Result<()> {
    let server = Server::start().await?;
    let villa = server.person("anna").await?.house("Villa").await?;
    let cabin = server.person("mallory").await?.house("Cabin").await?;
    for version in VERSIONS {
        let mut burglar = villa.clone();
        burglar.passcode = cabin.passcode.clone();
        let refused = Client::of(&server, &burglar, version)
            .try_publish(&villa.topic("a/b/*/*/C/d"), "x", &["-q", "1"])
            .await?;
        assert!(
            !refused.status.success(),
            "{version}: a wrong passcode got in"
        );
        let words = String::from_utf8_lossy(&refused.stderr).to_lowercase();
        assert!(
            words.contains("refused") || words.contains("authori") || words.contains("password"),
            "{words}"
        );

        let intruder = Client::of(&server, &cabin, version);
        let denied = intruder.try_hear_once(&villa.topic("#")).await?;
        let words = String::from_utf8_lossy(&denied.stderr).to_lowercase();
        assert!(
            words.contains("denied") || words.contains("authori") || !denied.status.success(),
            "{version}: {words}"
        );
        assert!(denied.stdout.is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn a_viewer_with_mosquitto_pub_moves_nothing_and_the_house_hears_of_it() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let path = format!("/api/v1/houses/{}/credentials", villa.id);
    let wish = json!({"kind": "secret", "role": "viewer", "name": "Hall"});
    let made = anna.api.post(&path, &wish).await?.expect(201)?;
    let hall = House {
        passcode: tests::api::text(&made, "secret")?,
        ..villa.clone()
    };
    let topic = |command: &str| villa.topic(&format!("gui/hall_61839/controller/hub/{command}"));
    for version in VERSIONS {
        let owner = Client::of(&server, &villa, version);
        let viewer = Client::of(&server, &hall, version);
        let hearing = owner
            .hear(&villa.topic("gui/+/+/+/#"), &["-q", "1"])
            .await?;
        viewer
            .try_publish(&topic("SET/lab/lamp"), "on", &["-q", "1"])
            .await?;
        viewer
            .publish(&topic("PING/null"), version, &["-q", "1"])
            .await?;
        assert_eq!(
            hearing.line().await?,
            version,
            "the first that gets through"
        );
    }
    let refusal = tests::wait::until("the refusal to be listed", async || {
        let all = anna.refusals(&villa).await?;
        let subject = |one: &serde_json::Value| one["subject"].as_str().map(str::to_owned);
        Ok(all
            .iter()
            .filter_map(subject)
            .find(|text| text.contains("SET/lab/lamp")))
    })
    .await?;
    assert!(refusal.contains("viewer"), "{refusal}");
    Ok(())
}
