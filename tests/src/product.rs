//! The executable under test.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow, ensure};

/// Names the executable; without it cargo is asked to build one.
const VARIABLE: &str = "EGEOFFREY_CLOUD_BIN";

/// Where the executable is. The first call of a process may build it.
pub fn executable() -> Result<&'static PathBuf> {
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let found = FOUND.get_or_init(|| find().map_err(|error| format!("{error:#}")));
    found.as_ref().map_err(|error| anyhow!("{error}"))
}

/// A command of the product that reads nothing and inherits no settings.
pub fn command() -> Result<Command> {
    let mut command = Command::new(executable()?);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("EGEOFFREY_CLOUD__") {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    Ok(command)
}

fn find() -> Result<PathBuf> {
    if let Some(file) = std::env::var_os(VARIABLE) {
        let file = PathBuf::from(file);
        ensure!(
            file.is_file(),
            "{VARIABLE} names {}, which is no file",
            file.display()
        );
        return Ok(file);
    }
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "egeoffrey-cloud"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .context("run cargo build")?;
    ensure!(built.success(), "egeoffrey-cloud does not build");
    // Test executables are in <target>/<profile>/deps.
    let own = std::env::current_exe().context("look at our own executable")?;
    let profile = own
        .ancestors()
        .nth(2)
        .context("our own executable is not in a target folder")?;
    let file = profile.join("egeoffrey-cloud");
    ensure!(file.is_file(), "cargo build left no {}", file.display());
    Ok(file)
}
