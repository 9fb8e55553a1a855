//! What `doctor` says of a service that is well, that runs, that is stopped,
//! and whose audit log somebody has tampered with.

use std::path::{Path, PathBuf};
use std::process::Output;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tests::product;
use tests::server::Server;
use tests::wait;

fn doctor(server: &Server, more: &[&str]) -> Result<Output> {
    let port = |address: &str| {
        let port = address.rsplit(':').next().unwrap_or_default();
        format!("127.0.0.1:{}", port.trim_end_matches('/'))
    };
    product::command()?
        .args(["doctor", "--data-dir"])
        .arg(server.data_dir())
        .args(more)
        .env("EGEOFFREY_CLOUD__HTTP__LISTEN", port(&server.ready.http))
        .env("EGEOFFREY_CLOUD__GATEWAY__MQTT_LISTEN", &server.ready.mqtt)
        .output()
        .context("run doctor")
}

/// The lines, when it ended with this code.
fn said(output: &Output, code: i32) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let faults = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{text}{faults}");
    text
}

fn has(text: &str, line: &str) {
    let found = text.lines().any(|one| one.starts_with(line));
    assert!(found, "no line begins with {line:?}:\n{text}");
}

/// The newest file of signed heads, once the service has written it.
async fn heads(server: &Server) -> Result<PathBuf> {
    let folder = server.data_dir().join("audit/heads");
    wait::until("signed heads of the audit log", async || {
        let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = files
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect();
        files.sort();
        Ok(files.pop())
    })
    .await
}

/// Runs SQL in the service's database as somebody would who broke in.
fn tamper(server: &Server, sql: &str) -> Result<()> {
    let database = rusqlite::Connection::open(server.data_dir().join("control-plane.db"))?;
    database.execute_batch(sql)?;
    Ok(())
}

fn forge(file: &Path) -> Result<Vec<u8>> {
    let was = std::fs::read(file)?;
    let mut document: Value = serde_json::from_slice(&was)?;
    let head = document.pointer_mut("/heads/0/seq").context("no head")?;
    *head = json!(1);
    std::fs::write(file, document.to_string())?;
    Ok(was)
}

#[tokio::test]
async fn a_service_that_is_well_is_told_so_running_and_stopped() -> Result<()> {
    let mut server = Server::start().await?;
    let anna = server.person("anna").await?;
    anna.house("Villa").await?;
    heads(&server).await?;
    let running = said(&doctor(&server, &[])?, 0);
    for line in [
        "ok   configuration",
        "ok   data folder",
        "ok   service: is running",
        "ok   database",
        "ok   audit log",
        "ok   clock",
        "ok   port of portal and API",
        "ok   port of MQTT",
        "warn mail: no server",
        "ok   houses' files: 1 of 1",
    ] {
        has(&running, line);
    }
    server.kill()?;
    let stopped = said(&doctor(&server, &[])?, 0);
    has(&stopped, "ok   service: is stopped");
    has(&stopped, "ok   audit log");
    let json: Value = serde_json::from_str(&said(&doctor(&server, &["--json"])?, 0))?;
    assert_eq!(json["healthy"], true, "{json}");
    assert!(json["findings"].as_array().is_some_and(|all| all.len() > 8));

    // A house's file that is none, and a folder that is open to all.
    let houses = server.data_dir().join("houses");
    std::fs::write(houses.join("ghost-aaaaaa.db"), "nothing of the kind")?;
    let ill = said(&doctor(&server, &[])?, 1);
    has(
        &ill,
        "FAIL houses' files: 1 of 2 cannot be read: ghost-aaaaaa.db",
    );
    Ok(())
}

#[tokio::test]
async fn a_service_that_was_never_started_is_told_what_to_do() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let output = product::command()?
        .args(["doctor", "--data-dir"])
        .arg(folder.path().join("nowhere"))
        .env("EGEOFFREY_CLOUD__HTTP__LISTEN", "127.0.0.1:0")
        .env("EGEOFFREY_CLOUD__GATEWAY__MQTT_LISTEN", "127.0.0.1:0")
        .output()?;
    let text = said(&output, 1);
    has(&text, "FAIL data folder");
    has(&text, "FAIL database: there is no database yet");
    assert!(!folder.path().join("nowhere").exists(), "it made something");
    let output = product::command()?
        .arg("doctor")
        .env("EGEOFFREY_CLOUD__HTTP__LISTN", "127.0.0.1:1")
        .output()?;
    has(&said(&output, 1), "FAIL configuration");
    Ok(())
}

#[tokio::test]
async fn whatever_is_done_to_the_audit_log_is_found() -> Result<()> {
    let mut server = Server::start().await?;
    let first = heads(&server).await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    // The house has begun its file once it has kept something.
    let mut lab = tests::Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("lab/temp", "push").await?;
    // As of the next day: the heads of now, which know all that was done.
    std::fs::remove_file(&first)?;
    server.kill()?;
    server.restart().await?;
    let file = heads(&server).await?;
    server.kill()?;
    has(&said(&doctor(&server, &[])?, 0), "ok   audit log");

    let was = forge(&file)?;
    has(&said(&doctor(&server, &[])?, 1), "FAIL audit log: 2");
    std::fs::write(&file, was)?;
    has(&said(&doctor(&server, &[])?, 0), "ok   audit log");

    let alter = "UPDATE audit_entries SET subject = 'elsewhere' WHERE action = 'house.created'";
    let kept = "CREATE TABLE kept AS SELECT * FROM audit_entries";
    let restore = "DELETE FROM audit_entries; INSERT INTO audit_entries SELECT * FROM kept";
    tamper(&server, kept)?;
    for (done, told) in [
        (alter, "was altered"),
        (
            "DELETE FROM audit_entries WHERE action = 'tenant.created'",
            "row 1 is missing",
        ),
        (
            "UPDATE audit_entries SET seq = -seq WHERE seq <= 2;
             UPDATE audit_entries SET seq = 3 + seq WHERE seq < 0",
            "was altered or put in another row's place",
        ),
    ] {
        tamper(&server, done)?;
        let text = said(&doctor(&server, &[])?, 1);
        assert!(text.contains(told), "{done}:\n{text}");
        tamper(&server, restore)?;
        has(&said(&doctor(&server, &[])?, 0), "ok   audit log");
    }
    // The tail cut, and the note of the end with it: only the file knows.
    let cut = "DELETE FROM audit_entries WHERE seq > 1;
        UPDATE audit_chains SET seq = 1, hash = (SELECT hash FROM audit_entries e
            WHERE e.tenant = audit_chains.tenant AND e.seq = 1)";
    tamper(&server, cut)?;
    let text = said(&doctor(&server, &[])?, 1);
    assert!(text.contains("its tail was cut"), "{text}");
    // A copy kept elsewhere finds it as well when the file is gone.
    let copy = tempfile::tempdir()?;
    std::fs::copy(&file, copy.path().join("2026-11-21.json"))?;
    std::fs::remove_file(&file)?;
    let elsewhere = copy.path().to_string_lossy().into_owned();
    let text = said(&doctor(&server, &["--heads", &elsewhere])?, 1);
    assert!(text.contains("its tail was cut"), "{text}");
    Ok(())
}
