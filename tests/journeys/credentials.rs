//! Further credentials, their end, and a browser's short-lived token.

use anyhow::Result;
use serde_json::json;
use tests::{Dial, Path, QoS, Server, api, wait};

#[tokio::test]
async fn a_revoked_credential_drops_its_live_connection_and_no_other() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let (id, secret) = anna.credential(&villa, "Garden").await?;
    let mut garden = Dial::new(&server, &villa.id, &secret, "garden")
        .connect()
        .await?;
    garden.settle(&villa.id).await?;
    let mut other = villa.dial(&server, "other").connect().await?;

    let path = format!("/api/v1/houses/{}/credentials", villa.id);
    let listed = anna.api.get(&path).await?.expect(200)?;
    assert!(
        listed.to_string().contains("Garden") && !listed.to_string().contains(&secret),
        "{listed}"
    );
    anna.api
        .delete(&format!("{path}/{id}"))
        .await?
        .expect(204)?;
    let why = garden.ended().await?;
    assert!(
        why.contains("NotAuthorized") || why.contains("Administrative"),
        "{why}"
    );
    let again = Dial::new(&server, &villa.id, &secret, "garden")
        .try_connect()
        .await?;
    assert!(again.is_err(), "a revoked credential connects");
    other.settle(&villa.id).await?;
    assert!(!other.has_ended());
    assert_eq!(
        anna.api
            .delete(&format!("{path}/{id}"))
            .await?
            .problem(404)?,
        "not-found"
    );
    Ok(())
}

#[tokio::test]
async fn a_browser_gets_a_token_and_follows_its_house() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut lab = tests::Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("lab/temp", "push").await?;
    let answer = anna.bus_token(&villa).await?;
    let (token, sender) = (api::text(&answer, "token")?, api::text(&answer, "sender")?);
    assert!(sender.starts_with("gui/"), "{sender}");
    assert!(
        answer["expires_in"]
            .as_u64()
            .is_some_and(|secs| (1..=600).contains(&secs)),
        "{answer}"
    );
    assert!(api::text(&answer, "ws_url")?.ends_with("/mqtt"));

    let client_id = format!("egeoffrey-{}-{}", villa.id, sender.replace('/', "-"));
    let mut browser = Dial::new(&server, &villa.id, &token, &client_id)
        .path(Path::WebSocket)
        .connect()
        .await?;
    browser
        .subscribe(&villa.topic(&format!("+/+/{sender}/+/#")))
        .await?;
    browser
        .subscribe(&villa.topic("controller/db/*/*/SAVED/#"))
        .await?;
    lab.report("lab/temp", &json!(19.5)).await?;
    let saved = browser
        .on(&villa.topic("controller/db/*/*/SAVED/lab/temp"))
        .await?;
    assert_eq!(saved.data()["value"], json!("19.5"));

    let question = serde_json::to_vec(&json!({"request_id": 5, "data": {}}))?;
    browser
        .publish(
            &villa.topic(&format!("{sender}/controller/db/GET/lab/temp")),
            &question,
            QoS::One,
            false,
        )
        .await?;
    let answered = browser
        .on(&villa.topic(&format!("controller/db/{sender}/GET/lab/temp")))
        .await?;
    assert_eq!(answered.data()["data"], json!([19.5]));

    // It speaks as itself, and keeps nothing on the bus.
    let other = villa.topic("gui/somebody_1/controller/db/GET/lab/temp");
    assert!(
        browser
            .try_publish(&other, &question, QoS::One, false)
            .await?
            .is_err()
    );
    let kept = villa.topic(&format!("{sender}/*/*/STATUS/1"));
    assert!(
        browser
            .try_publish(&kept, b"x", QoS::One, true)
            .await?
            .is_err()
    );
    Ok(())
}

#[tokio::test]
async fn a_person_who_looks_on_is_not_the_house() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let path = format!("/api/v1/houses/{}", villa.id);
    let online = async || {
        let seen = anna.api.get(&path).await?.expect(200)?;
        Ok((seen["online"] == json!(true)).then_some(()))
    };
    let offline = async || {
        let seen = anna.api.get(&path).await?.expect(200)?;
        Ok((seen["online"] == json!(false)).then_some(()))
    };
    let token = api::text(&anna.bus_token(&villa).await?, "token")?;
    let browser = Dial::new(&server, &villa.id, &token, "browser")
        .path(Path::WebSocket)
        .connect()
        .await?;
    let lab = villa.dial(&server, "lab").connect().await?;
    wait::until("the house to be online", online).await?;
    lab.disconnect().await?;
    wait::until("the house to be offline while its owner looks on", offline).await?;
    browser.disconnect().await
}

#[tokio::test]
async fn wrong_credentials_are_refused_and_listed_with_what_to_do() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    for version in tests::Version::ALL {
        for (user, password) in [
            (villa.id.as_str(), "wrong"),
            (&villa.id, ""),
            ("nobody-aaaaaa", &villa.passcode),
        ] {
            let refused = Dial::new(&server, user, password, "burglar")
                .version(version)
                .try_connect()
                .await?;
            let Err(code) = refused else {
                panic!("{user} with {password:?} got in")
            };
            assert!(
                code.contains("BadUserNamePassword") || code.contains("NotAuthorized"),
                "{code}"
            );
        }
    }
    let refusal = wait::until("the refusal to be listed", async || {
        Ok(anna
            .refusals(&villa)
            .await?
            .into_iter()
            .find(|refusal| refusal["reason"] == json!("authentication")))
    })
    .await?;
    assert_eq!(refusal["client"], json!("burglar"), "{refusal}");
    assert!(
        refusal["count"].as_u64().is_some_and(|count| count >= 1),
        "{refusal}"
    );
    assert!(
        refusal["at"].as_str().is_some_and(|at| at.ends_with('Z')),
        "{refusal}"
    );
    assert!(
        refusal["remedy"]
            .as_str()
            .is_some_and(|remedy| remedy.contains("passcode")),
        "{refusal}"
    );
    for field in ["limit", "window", "allowed", "seen", "clears_at"] {
        assert!(refusal.get(field).is_some(), "no {field}: {refusal}");
    }
    Ok(())
}
