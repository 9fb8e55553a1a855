//! A token is good for what it was given for.

use anyhow::{Context, Result};
use tests::{Dial, Path, QoS, api};

use crate::neighbours::{Neighbours, SECRET};

#[tokio::test]
async fn a65_a_token_of_one_house_opens_no_other() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let token = api::text(&all.mallory.bus_token(&all.cabin).await?, "token")?;
    for path in [Path::Tcp, Path::WebSocket] {
        let at_villa = Dial::new(&all.server, &all.villa.id, &token, "x")
            .path(path)
            .try_connect()
            .await?;
        assert!(
            at_villa.is_err(),
            "a token of the cabin opens the villa by {path:?}"
        );
        let at_home = Dial::new(&all.server, &all.cabin.id, &token, "x")
            .path(path)
            .try_connect()
            .await?;
        assert!(at_home.is_ok(), "and does not open the cabin");
    }
    Ok(())
}

#[tokio::test]
async fn a65_passcodes_and_account_tokens_open_no_other_house() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let (_, credential) = all.mallory.credential(&all.cabin, "x").await?;
    for password in [
        &all.cabin.passcode,
        &credential,
        &all.mallory.token,
        &all.anna.token,
    ] {
        let refused = Dial::new(&all.server, &all.villa.id, password, "x")
            .try_connect()
            .await?;
        assert!(refused.is_err(), "opened the villa");
    }
    let refused = Dial::new(&all.server, &all.cabin.id, &all.mallory.token, "x")
        .try_connect()
        .await?;
    assert!(refused.is_err(), "an account's token is no bus token");
    Ok(())
}

#[tokio::test]
async fn a65_a_changed_token_is_no_token() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let token = api::text(&all.mallory.bus_token(&all.cabin).await?, "token")?;
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("not three parts")
    };
    let other = api::text(&all.anna.bus_token(&all.villa).await?, "token")?;
    let others_claims = other.split('.').nth(1).context("no claims")?;
    // `{"alg":"none","typ":"JWT"}`, as base64url.
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    for (what, forged) in [
        (
            "other claims",
            format!("{header}.{others_claims}.{signature}"),
        ),
        ("no signature", format!("{header}.{others_claims}.")),
        ("algorithm none", format!("{none}.{others_claims}.")),
        (
            "algorithm none with a signature",
            format!("{none}.{others_claims}.{signature}"),
        ),
        (
            "a cut signature",
            format!("{header}.{claims}.{}", &signature[..signature.len() - 2]),
        ),
        ("two dots only", "..".to_owned()),
    ] {
        for house in [&all.villa.id, &all.cabin.id] {
            let refused = Dial::new(&all.server, house, &forged, "x")
                .try_connect()
                .await?;
            assert!(refused.is_err(), "{what} opened {house}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a65_a_bus_token_is_no_key_to_the_api() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let token = api::text(&all.anna.bus_token(&all.villa).await?, "token")?;
    for secret in [&token, &all.villa.passcode] {
        let api = all.server.api()?.with_token(secret);
        assert_eq!(
            api.get("/api/v1/tenants").await?.problem(401)?,
            "unauthenticated"
        );
        assert_eq!(
            api.get(&format!("/api/v1/houses/{}", all.villa.id))
                .await?
                .problem(401)?,
            "unauthenticated"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a65_a_token_reads_and_writes_only_in_its_house() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let mut lab = all.furnish().await?;
    let answer = all.mallory.bus_token(&all.cabin).await?;
    let (token, sender) = (api::text(&answer, "token")?, api::text(&answer, "sender")?);
    let mut browser = Dial::new(&all.server, &all.cabin.id, &token, "x")
        .path(Path::WebSocket)
        .connect()
        .await?;
    for filter in [
        all.villa.topic("#"),
        "egeoffrey/v2/+/controller/db/*/*/SAVED/#".to_owned(),
    ] {
        assert!(browser.try_subscribe(&filter).await?.is_err(), "{filter}");
    }
    let topic = all
        .villa
        .topic(&format!("{sender}/controller/db/GET/lab/secret"));
    assert!(
        browser
            .try_publish(&topic, br#"{"request_id":1,"data":{}}"#, QoS::One, false)
            .await?
            .is_err()
    );
    lab.report("lab/secret", &serde_json::json!(format!("{SECRET} again")))
        .await?;
    browser.settle_as(&all.cabin.id, &sender).await?;
    assert_eq!(browser.arrived(), []);
    Ok(())
}
