//! Programs from outside: found, installed where that is allowed, or named
//! with the exact line to type.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::process;
use crate::progress::Progress;
use crate::workspace;

/// The oldest Node that the browser tests run on.
const OLDEST_NODE: u32 = 18;

/// A program that a suite cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `mosquitto_pub` and `mosquitto_sub`.
    MosquittoClients,
    /// A PostgreSQL server that a test can start.
    Postgres,
    /// The browser.
    Chromium,
    /// What runs the browser's tests.
    Node,
    /// What installs their libraries.
    Npm,
}

impl Tool {
    /// The Debian and Ubuntu package.
    const fn package(self) -> &'static str {
        match self {
            Self::MosquittoClients => "mosquitto-clients",
            Self::Postgres => "postgresql",
            Self::Chromium => "chromium",
            Self::Node => "nodejs",
            Self::Npm => "npm",
        }
    }

    fn is_there(self) -> bool {
        match self {
            Self::MosquittoClients => {
                on_path("mosquitto_pub").is_some() && on_path("mosquitto_sub").is_some()
            }
            Self::Postgres => on_path("postgres").is_some() || has_debian_postgres(),
            Self::Chromium => chromium().is_ok(),
            Self::Node => on_path("node").is_some(),
            Self::Npm => on_path("npm").is_some(),
        }
    }
}

/// Makes sure that the tools are there, installing what is missing when this
/// is Debian or Ubuntu and we may.
pub fn ensure(tools: &[Tool], progress: &mut Progress) -> Result<()> {
    let missing: Vec<&str> = tools
        .iter()
        .filter(|tool| !tool.is_there())
        .map(|tool| tool.package())
        .collect();
    if !missing.is_empty() {
        install(&missing, progress)?;
        let still: Vec<&str> = tools
            .iter()
            .filter(|tool| !tool.is_there())
            .map(|tool| tool.package())
            .collect();
        ensure!(
            still.is_empty(),
            "installed, but not found on the path: {}",
            still.join(" ")
        );
    }
    if tools.contains(&Tool::Node) {
        check_node()?;
    }
    Ok(())
}

/// The browser's executable.
pub fn chromium() -> Result<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(on_path)
        .context("no Chromium on the path")
}

/// Installs the libraries of the browser's tests as their lock file says,
/// unless they are there already. Downloads are kept outside the repository.
pub fn node_packages(folder: &Path, progress: &mut Progress) -> Result<()> {
    let modified = |file: &str| {
        folder
            .join(file)
            .metadata()
            .and_then(|data| data.modified())
    };
    let locked =
        modified("package-lock.json").context("tests/browser/package-lock.json is missing")?;
    if modified("node_modules/.package-lock.json").is_ok_and(|installed| installed >= locked) {
        return Ok(());
    }
    progress.now_at("npm ci");
    let mut command = Command::new("npm");
    command
        .current_dir(folder)
        .args(["ci", "--no-audit", "--no-fund", "--cache"])
        .arg(workspace::cache()?.join("npm"));
    succeed(&mut command)
}

fn install(packages: &[&str], progress: &mut Progress) -> Result<()> {
    let line = format!("sudo apt-get install {}", packages.join(" "));
    let advice = format!("missing: {}. Type: {line}", packages.join(", "));
    if on_path("apt-get").is_none() {
        bail!("{advice} (or what does the same on this system)");
    }
    let sudo: &[&str] = match (may_directly(), may_by_sudo()) {
        (true, _) => &[],
        (false, true) => &["sudo", "--non-interactive"],
        (false, false) => bail!("{advice}"),
    };
    progress.now_at("apt-get update");
    apt(sudo, &["update", "--quiet"]).with_context(|| advice.clone())?;
    progress.now_at(&format!("apt-get install {}", packages.join(" ")));
    let arguments = [
        &["install", "--yes", "--quiet", "--no-install-recommends"],
        packages,
    ]
    .concat();
    apt(sudo, &arguments).with_context(|| advice)
}

fn apt(sudo: &[&str], arguments: &[&str]) -> Result<()> {
    let words = [
        sudo,
        &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"],
        arguments,
    ]
    .concat();
    let (program, rest) = words.split_first().context("no command")?;
    succeed(Command::new(program).args(rest))
}

/// Runs `command`, whose words are shown when it fails.
pub fn succeed(command: &mut Command) -> Result<()> {
    let finished = process::run(command, |_, _| true)?;
    ensure!(
        finished.status.success(),
        "{} failed:\n{}",
        process::described(command),
        finished.output
    );
    Ok(())
}

fn may_directly() -> bool {
    printed(Command::new("id").arg("-u")).as_deref() == Some("0")
}

fn may_by_sudo() -> bool {
    on_path("sudo").is_some()
        && printed(Command::new("sudo").args(["--non-interactive", "true"])).is_some()
}

fn check_node() -> Result<()> {
    let version = printed(Command::new("node").arg("--version")).context("node does not run")?;
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    ensure!(
        major.is_some_and(|major| major >= OLDEST_NODE),
        "node is {version}; the browser tests need {OLDEST_NODE} or later. Type: sudo apt-get install nodejs"
    );
    Ok(())
}

/// What a program printed; `None` when it failed or is not there.
fn printed(command: &mut Command) -> Option<String> {
    let finished = process::run(command, |stream, _| stream == process::Stream::Out).ok()?;
    finished
        .status
        .success()
        .then(|| finished.output.trim().to_owned())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Debian keeps the server off the path, one folder per version.
fn has_debian_postgres() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    versions
        .into_iter()
        .any(|version| version.path().join("bin/postgres").is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_name_and_their_absence_is_seen() {
        assert!(on_path("sh").is_some());
        assert!(on_path("no-such-program-here").is_none());
    }

    #[test]
    fn only_success_counts_as_printed() {
        assert_eq!(
            printed(Command::new("sh").args(["-c", "echo v20.1"])).as_deref(),
            Some("v20.1")
        );
        assert_eq!(
            printed(Command::new("sh").args(["-c", "echo no; exit 1"])),
            None
        );
    }
}
