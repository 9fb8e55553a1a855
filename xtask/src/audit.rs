//! `cargo xtask audit`: known vulnerabilities of our dependencies.
//!
//! The database of advisories lives on a host of its own, which a builder or
//! an air-gapped network may not reach. So this is not part of `test`: it
//! takes a copy of the database from a folder that is named.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use clap::Args;
use tempfile::TempDir;

use crate::process;
use crate::workspace;

/// Names the folder where `--database` is not given.
const DATABASE_VARIABLE: &str = "EGEOFFREY_ADVISORY_DB";

/// What cargo-deny calls its copy of the database: the name with a hash of
/// the address it was cloned from.
const COPY: &str = "advisory-db-3157b0e258782691";

/// What to look in.
#[derive(Args)]
pub struct AuditArguments {
    /// A git clone of the RustSec advisory database.
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
                "no advisory database: clone https://github.com/rustsec/advisory-db and name the \
                 clone with --database DIR or {DATABASE_VARIABLE}=DIR"
            )
        })?;
    ensure!(
        database.join("crates").is_dir() && database.join(".git").exists(),
        "{} is no clone of the advisory database: it has no folder \"crates\" or no \".git\"",
        database.display()
    );
    let folder = with_database(&database)?;
    let mut command = Command::new(cargo_deny()?);
    command
        .current_dir(workspace::root())
        .args(["--offline", "--config"])
        .arg(folder.path().join("deny.toml"))
        .args(["check", "advisories"]);
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

/// A folder with our rules, and with the database where they say it is.
fn with_database(database: &Path) -> Result<TempDir> {
    let folder = tempfile::tempdir().context("make a folder for cargo-deny's rules")?;
    let clone = database
        .canonicalize()
        .context("look at the advisory database")?;
    std::os::unix::fs::symlink(&clone, folder.path().join(COPY))
        .context("point to the advisory database")?;
    let rules = workspace::root().join("deny.toml");
    let text =
        std::fs::read_to_string(&rules).with_context(|| format!("read {}", rules.display()))?;
    let heading = "[advisories]\n";
    ensure!(
        text.contains(heading),
        "deny.toml has no section [advisories]"
    );
    let place = serde_json::to_string(folder.path()).context("name the folder")?;
    let text = text.replacen(heading, &format!("{heading}db-path = {place}\n"), 1);
    std::fs::write(folder.path().join("deny.toml"), text).context("write cargo-deny's rules")?;
    Ok(folder)
}

fn cargo_deny() -> Result<OsString> {
    let ours = workspace::cache()?.join("tools/bin/cargo-deny");
    Ok(if ours.is_file() {
        ours.into_os_string()
    } else {
        OsString::from("cargo-deny")
    })
}
