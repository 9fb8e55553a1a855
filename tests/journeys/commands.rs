//! How commands end that cannot do what was asked: one clear sentence that
//! says what to do, exit code 2.

use std::net::TcpListener;
use std::path::Path;
use std::process::Output;

use anyhow::{Context, Result};
use tests::product;

fn serve(data_dir: &Path, more: &[&str]) -> Result<Output> {
    product::command()?
        .args(["serve", "--data-dir"])
        .arg(data_dir)
        .args(["--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"])
        .args(more)
        .output()
        .context("run serve")
}

/// What the command said, behind its log lines, when it ended as one that the
/// caller can mend.
fn advice(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    let Some((_, advice)) = text.split_once("egeoffrey-cloud: ") else {
        panic!("says nothing: {text}");
    };
    advice.trim().to_owned()
}

#[test]
fn a_port_that_is_taken_is_named() -> Result<()> {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    for option in ["--http", "--mqtt"] {
        let folder = tempfile::tempdir()?;
        let output = product::command()?
            .args(["serve", "--data-dir"])
            .arg(folder.path())
            .args(if option == "--http" {
                ["--mqtt", "127.0.0.1:0"]
            } else {
                ["--http", "127.0.0.1:0"]
            })
            .args([option, &address])
            .output()?;
        let text = advice(&output);
        assert!(text.contains(&address), "{option}: {text}");
        assert!(
            text.contains(option),
            "does not say which option to change: {text}"
        );
        assert_eq!(text.lines().count(), 1, "more than a sentence: {text}");
    }
    Ok(())
}

#[test]
fn a_folder_that_cannot_be_written_is_named() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("a-file");
    std::fs::write(&file, "")?;
    // Below a file there are no folders, not even for root.
    let below = file.join("data");
    let text = advice(&serve(&below, &[])?);
    assert!(text.contains(&*below.to_string_lossy()), "{text}");
    assert_eq!(text.lines().count(), 1, "more than a sentence: {text}");
    Ok(())
}

#[test]
fn all_faults_of_a_configuration_are_shown_at_once() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("settings.toml");
    std::fs::write(
        &file,
        "colour = \"blue\"\n[http]\nlisten = \"nowhere\"\n[sign_up]\npolicy = \"sometimes\"\n",
    )?;
    let file = file.to_string_lossy().into_owned();
    for output in [
        serve(folder.path(), &["--config", &file])?,
        product::command()?
            .args(["config", "check", "--config", &file])
            .output()?,
    ] {
        let text = advice(&output);
        for fault in ["colour", "listen", "policy"] {
            assert!(text.contains(fault), "{fault} is missing: {text}");
        }
    }
    assert!(!folder.path().join("control-plane.sqlite").exists());
    Ok(())
}

#[test]
fn an_unknown_environment_variable_of_ours_is_refused() -> Result<()> {
    let output = product::command()?
        .args(["config", "check"])
        .env("EGEOFFREY_CLOUD__HTTP__LISTN", "127.0.0.1:1")
        .output()?;
    let text = advice(&output);
    assert!(text.to_lowercase().contains("listn"), "{text}");
    Ok(())
}

#[test]
fn a_missing_configuration_file_is_named() -> Result<()> {
    let output = product::command()?
        .args(["config", "check", "--config", "/no/such/file.toml"])
        .output()?;
    assert!(advice(&output).contains("/no/such/file.toml"));
    Ok(())
}

#[test]
fn the_settings_in_force_are_shown_without_secrets() -> Result<()> {
    let output = product::command()?
        .args(["config", "show"])
        .env("EGEOFFREY_CLOUD__HTTP__LISTEN", "127.0.0.1:4711")
        .env(
            "EGEOFFREY_CLOUD__DATABASE__URL",
            "postgres://eg:hunter2@db/eg",
        )
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(text.contains("4711"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    let checked = product::command()?.args(["config", "check"]).output()?;
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    Ok(())
}

#[test]
fn two_services_do_not_share_a_folder() -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let server = runtime.block_on(tests::Server::start())?;
    let text = advice(&serve(&server.data_dir(), &[])?);
    assert!(
        text.contains(&*server.data_dir().to_string_lossy()),
        "{text}"
    );
    Ok(())
}
