//! `cargo xtask audit`: known vulnerabilities of our dependencies.
//!
//! The database of advisories lives on a host of its own, which a builder or
//! an air-gapped network may not reach. So this is not part of `test`: it
//! takes a copy of the database from a folder that is named.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::process;
use crate::workspace;

/// Names the folder where `--database` is not given.
const DATABASE_VARIABLE: &str = "EGEOFFREY_ADVISORY_DB";

/// What to look in.
#[derive(Args)]
pub struct AuditArguments {
    /// A folder with a copy of the RustSec advisory database (a git clone of
    /// it inside a folder of its own, as cargo-deny keeps it).
    #[arg(long, value_name = "DIR")]
    database: Option<PathBuf>,
}

/// Asks cargo-deny about the advisories, offline.
pub fn run(arguments: &AuditArguments) -> Result<ExitCode> {
    let database = arguments
        .database
        .clone()
        .or_else(|| std::env::var_os(DATABASE_VARIABLE).map(PathBuf::from))
        .with_context(|| {
            format!(
                "no advisory database: clone https://github.com/rustsec/advisory-db into a folder and name that \
                 folder with --database DIR or {DATABASE_VARIABLE}=DIR"
            )
        })?;
    ensure!(
        database.is_dir(),
        "the advisory database {} is no folder",
        database.display()
    );
    let configuration = with_database(&database)?;
    let mut command = Command::new(cargo_deny()?);
    command
        .current_dir(workspace::root())
        .args(["--offline", "check", "--config"])
        .arg(configuration.path())
        .args(["--disable-fetch", "advisories"]);
    let finished = process::run(&mut command, |_, line| {
        println!("{line}");
        false
    })?;
    Ok(if finished.status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Our deny.toml with the database's place filled in.
fn with_database(database: &std::path::Path) -> Result<tempfile::NamedTempFile> {
    let rules = workspace::root().join("deny.toml");
    let text =
        std::fs::read_to_string(&rules).with_context(|| format!("read {}", rules.display()))?;
    let place = serde_json::to_string(
        &database
            .canonicalize()
            .context("look at the advisory database")?,
    )?;
    let heading = "[advisories]\n";
    ensure!(
        text.contains(heading),
        "deny.toml has no section [advisories]"
    );
    let file = tempfile::Builder::new()
        .suffix(".toml")
        .tempfile()
        .context("make a file for cargo-deny's rules")?;
    std::fs::write(
        file.path(),
        text.replacen(heading, &format!("{heading}db-path = {place}\n"), 1),
    )
    .context("write cargo-deny's rules")?;
    Ok(file)
}

fn cargo_deny() -> Result<OsString> {
    let ours = workspace::cache()?.join("tools/bin/cargo-deny");
    Ok(if ours.is_file() {
        ours.into_os_string()
    } else {
        OsString::from("cargo-deny")
    })
}
