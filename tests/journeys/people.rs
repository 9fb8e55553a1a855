//! From the admin's one-time link to a live value, over HTTP and MQTT.

use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::json;
use tests::person::PASSWORD;
use tests::{Module, Person, Server, api, mail, product, wait};

#[tokio::test]
async fn the_first_admin_decides_who_may_sign_up() -> Result<()> {
    let mut server = Server::start_with(&[]).await?;
    let account = json!({"email": "anna@example.org", "password": PASSWORD, "name": "Anna"});

    // Nobody may sign up before an admin has said so.
    let refused = server.api()?.post("/api/v1/accounts", &account).await?;
    assert_eq!(refused.problem(403)?, "sign-up-refused");

    let link = server
        .ready
        .admin_setup
        .clone()
        .context("no link for the first admin")?;
    let (_, token) = link
        .split_once("token=")
        .context("a link without a token")?;
    let form = [
        ("token", token),
        ("email", "admin@example.org"),
        ("name", "Ada"),
        ("password", PASSWORD),
        ("policy", "open"),
    ];
    let done = server.api()?.form("/setup", &form).await?;
    assert!(
        done.status.is_redirection(),
        "{} {}",
        done.status,
        done.body
    );
    let again = server.api()?.form("/setup", &form).await?;
    assert!(
        again.status.is_client_error(),
        "the link worked twice: {}",
        again.status
    );
    Person::log_in(&server, "admin@example.org", PASSWORD).await?;
    assert!(!server.log().contains(token), "the link is in the log");

    server.person("anna").await?;
    server.kill()?;
    server.restart().await?;
    assert_eq!(
        server.ready.admin_setup, None,
        "there is an admin, and still a link for the first one"
    );
    Ok(())
}

#[tokio::test]
async fn from_sign_up_to_a_live_value() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa Sonnenhang").await?;
    for port in ["mqtt_port", "ws_url", "host"] {
        assert!(
            !villa.answer["gateway"][port].is_null(),
            "no gateway.{port}: {}",
            villa.answer
        );
    }
    let path = format!("/api/v1/houses/{}", villa.id);
    let seen = anna.api.get(&path).await?.expect(200)?;
    assert_eq!(seen["online"], json!(false));
    assert!(
        !seen.to_string().contains(&villa.passcode),
        "the passcode was shown twice"
    );

    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    wait::until("the house to be online", async || {
        let seen = anna.api.get(&path).await?.expect(200)?;
        Ok((seen["online"] == json!(true)).then_some(()))
    })
    .await?;
    let seen = anna.api.get(&path).await?.expect(200)?;
    assert!(
        seen["clients"].to_string().contains("service-lab"),
        "{seen}"
    );

    lab.add_sensor("lab/temp", "push").await?;
    lab.report("lab/temp", &json!(21.53)).await?;
    let sensors = anna
        .api
        .get(&format!("{path}/sensors"))
        .await?
        .expect(200)?;
    assert!(sensors.to_string().contains("lab/temp"), "{sensors}");
    assert!(sensors.to_string().contains("21.5"), "{sensors}");
    for history in [
        "history?sensor=lab/temp&resolution=raw",
        "sensors/lab%2Ftemp/history",
    ] {
        let points = anna
            .api
            .get(&format!("{path}/{history}"))
            .await?
            .expect(200)?;
        let points = api::list(&points["points"])?;
        assert_eq!(points.len(), 1, "{history}: {points:?}");
        assert_eq!(points[0]["value"].as_f64(), Some(21.5), "{points:?}");
        assert!(
            points[0]["at"].as_str().is_some_and(|at| at.ends_with('Z')),
            "{points:?}"
        );
    }

    lab.bus.disconnect().await?;
    wait::until("the house to be offline", async || {
        let seen = anna.api.get(&path).await?.expect(200)?;
        Ok((seen["online"] == json!(false) && seen["last_seen"].is_string()).then_some(()))
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn the_ready_file_is_for_its_owner_only() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start().await?;
    let file = server
        .data_dir()
        .parent()
        .context("no folder")?
        .join("ready.json");
    assert_eq!(std::fs::metadata(file)?.permissions().mode() & 0o777, 0o600);
    for folder in [server.data_dir(), server.data_dir().join("mail")] {
        if folder.exists() {
            assert_eq!(
                std::fs::metadata(&folder)?.permissions().mode() & 0o077,
                0,
                "{}",
                folder.display()
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_known_address_gets_the_same_answer_and_another_mail() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let account =
        json!({"email": "anna@example.org", "password": "another long password", "name": "Eve"});
    let answer = server
        .api()?
        .post("/api/v1/accounts", &account)
        .await?
        .expect(201)?;
    assert!(
        answer["account_id"].is_string() && answer["tenant_id"].is_string(),
        "{answer}"
    );
    assert_ne!(answer["tenant_id"], json!(anna.tenant));
    let folder = server.data_dir().join("mail");
    wait::until("a second mail", async || {
        Ok((mail::count(&folder, "anna@example.org") == 2).then_some(()))
    })
    .await?;
    // The password is still the first one.
    Person::log_in(&server, "anna@example.org", PASSWORD).await?;
    let stolen = json!({"email": "anna@example.org", "password": "another long password"});
    assert_eq!(
        server
            .api()?
            .post("/api/v1/tokens", &stolen)
            .await?
            .problem(401)?,
        "wrong-log-in"
    );
    Ok(())
}

#[tokio::test]
async fn an_address_counts_once_it_is_confirmed_and_a_link_works_once() -> Result<()> {
    let server = Server::start().await?;
    let account = json!({"email": "bob@example.org", "password": PASSWORD, "name": "Bob"});
    server
        .api()?
        .post("/api/v1/accounts", &account)
        .await?
        .expect(201)?;
    let credentials = json!({"email": "bob@example.org", "password": PASSWORD});
    assert_eq!(
        server
            .api()?
            .post("/api/v1/tokens", &credentials)
            .await?
            .problem(403)?,
        "unverified"
    );
    let token = json!({"token": server.mailed_token("bob@example.org").await?});
    server
        .api()?
        .post("/api/v1/accounts/verify", &token)
        .await?
        .expect(204)?;
    assert_eq!(
        server
            .api()?
            .post("/api/v1/accounts/verify", &token)
            .await?
            .problem(410)?,
        "dead-link"
    );
    server
        .api()?
        .post("/api/v1/tokens", &credentials)
        .await?
        .expect(200)?;
    Ok(())
}

#[tokio::test]
async fn bad_input_is_answered_with_what_to_do() -> Result<()> {
    let server = Server::start().await?;
    let api = server.api()?;
    for (body, field) in [
        (
            json!({"email": "no address", "password": PASSWORD, "name": "x"}),
            "email",
        ),
        (
            json!({"email": "a@example.org", "password": "short", "name": "x"}),
            "password",
        ),
        (
            json!({"email": "a@example.org", "password": PASSWORD, "name": ""}),
            "name",
        ),
    ] {
        let answer = api.post("/api/v1/accounts", &body).await?;
        assert_eq!(answer.body["field"], json!(field), "{}", answer.body);
        assert_eq!(answer.problem(422)?, "invalid");
    }
    let unknown =
        json!({"email": "a@example.org", "password": PASSWORD, "name": "x", "role": "admin"});
    assert!(
        api.post("/api/v1/accounts", &unknown)
            .await?
            .status
            .is_client_error()
    );
    assert_eq!(
        api.get("/api/v1/tenants").await?.problem(401)?,
        "unauthenticated"
    );
    assert_eq!(
        api.get("/api/v1/nothing/here").await?.problem(404)?,
        "not-found"
    );
    assert_eq!(api.get("/healthz").await?.status.as_u16(), 200);
    assert_eq!(api.get("/readyz").await?.status.as_u16(), 200);
    Ok(())
}

#[tokio::test]
async fn an_admin_made_on_the_command_line_logs_in() -> Result<()> {
    let mut server = Server::start().await?;
    server.kill()?;
    let folder = tempfile::tempdir()?;
    let password_file = folder.path().join("password");
    std::fs::write(&password_file, format!("{PASSWORD}\n"))?;
    let made = product::command()?
        .args([
            "admin",
            "create-admin",
            "--email",
            "root@example.org",
            "--data-dir",
        ])
        .arg(server.data_dir())
        .arg("--password-file")
        .arg(&password_file)
        .stdout(Stdio::piped())
        .output()?;
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    server.restart().await?;
    assert_eq!(server.ready.admin_setup, None);
    Person::log_in(&server, "root@example.org", PASSWORD).await?;
    Ok(())
}
