//! Sharing a tenant: invited by mail, living in it, and gone again.

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::json;
use tests::mqtt::Dial;
use tests::person::PASSWORD;
use tests::{Person, Server, api, wait};

/// Invites `email` and accepts with the link from the mail, as somebody new.
async fn newcomer(
    server: &Server,
    host: &Person,
    email: &str,
    gives: serde_json::Value,
) -> Result<String> {
    let mut body = gives;
    if let Some(members) = body.as_object_mut() {
        members.insert("email".to_owned(), json!(email));
    }
    let path = format!("/api/v1/tenants/{}/invitations", host.tenant);
    host.api.post(&path, &body).await?.expect(201)?;
    let token = server.mailed_token(email).await?;
    let page = server
        .api()?
        .get(&format!("/invitation?token={token}"))
        .await?;
    let shown = page.body.to_string();
    assert!(shown.contains("anna"), "who invites: {shown}");
    let accept = json!({"token": token, "name": "Kim", "password": PASSWORD});
    let joined = server
        .api()?
        .post("/api/v1/invitations/accept", &accept)
        .await?;
    let account = api::text(&joined.expect(201)?, "account_id")?;
    let again = server
        .api()?
        .post("/api/v1/invitations/accept", &accept)
        .await?;
    assert_eq!(again.problem(410)?, "dead-link", "a link works once");
    Ok(account)
}

/// A moment soon, as the API takes it.
fn in_some_seconds() -> rusqlite::Result<String> {
    let sql = "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+20 seconds')";
    rusqlite::Connection::open_in_memory()?.query_row(sql, (), |row| row.get(0))
}

#[tokio::test]
async fn a_resident_is_invited_lives_there_and_is_cut_off_when_removed() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let gives = json!({"role": "resident"});
    let account = newcomer(&server, &anna, "kim@example.org", gives).await?;
    let kim = Person::log_in(&server, "kim@example.org", PASSWORD).await?;

    let house = format!("/api/v1/houses/{}", villa.id);
    let seen = kim.api.get(&house).await?.expect(200)?;
    assert_eq!(seen["role"], json!("resident"));
    for path in [
        format!("{house}/credentials"),
        format!("/api/v1/tenants/{}/members", anna.tenant),
    ] {
        let refused = kim.api.get(&path).await?;
        assert_eq!(refused.problem(403)?, "forbidden", "{path}");
    }

    let token = api::text(&kim.bus_token(&villa).await?, "token")?;
    let mut live = Dial::new(&server, &villa.id, &token, "kim")
        .connect()
        .await?;
    let member = format!("/api/v1/tenants/{}/members/{account}", anna.tenant);
    let removed = anna.api.delete(&member).await?;
    assert_eq!(removed.status.as_u16(), 204, "{}", removed.body);
    // The answer waited for the gateway: the connection is closed, and neither
    // the token nor the account opens the house again.
    live.ended().await?;
    let again = Dial::new(&server, &villa.id, &token, "kim")
        .try_connect()
        .await?;
    assert!(again.is_err(), "the token still opens the house");
    let gone = kim.api.get(&house).await?;
    assert_eq!(gone.problem(404)?, "not-found");
    Ok(())
}

#[tokio::test]
async fn a_guest_of_one_house_sees_no_other_and_goes_by_themselves() -> Result<()> {
    let server = Server::start_with(&[("EGEOFFREY_CLOUD__SIGN_UP__POLICY", "open")]).await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let gives = json!({"houses": {villa.id.clone(): "guest"}});
    let account = newcomer(&server, &anna, "gus@example.org", gives).await?;
    let log_in = json!({"email": "gus@example.org", "password": PASSWORD});
    let tokens = server.api()?.post("/api/v1/tokens", &log_in).await?;
    let token = api::text(&tokens.expect(200)?, "access_token")?;
    let gus = server.api()?.with_token(&token);

    let house = format!("/api/v1/houses/{}", villa.id);
    let seen = gus.get(&house).await?.expect(200)?;
    assert_eq!(seen["role"], json!("guest"));
    let tenants = gus.get("/api/v1/tenants").await?.expect(200)?;
    assert!(api::list(&tenants["tenants"])?.is_empty(), "{tenants}");
    let hidden = format!("/api/v1/tenants/{}/houses", anna.tenant);
    assert_eq!(gus.get(&hidden).await?.problem(404)?, "not-found");

    let member = format!("/api/v1/tenants/{}/members/{account}", anna.tenant);
    let until = json!({"until": in_some_seconds().context("what time it is")?});
    let set = anna.api.call(Method::PATCH, &member, Some(&until)).await?;
    set.expect(200)?;
    wait::until("the guest to be gone", async || {
        let answer = gus.get(&house).await?;
        Ok((answer.status.as_u16() == 404).then_some(()))
    })
    .await?;
    wait::until("the membership to be removed", async || {
        let answer = anna.api.get(&member).await?;
        Ok((answer.status.as_u16() == 404).then_some(()))
    })
    .await?;
    Ok(())
}
