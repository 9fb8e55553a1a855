//! One build of everything, and the executables that came out.
//!
//! Tests run from these executables rather than through `cargo test` once per
//! suite: cargo would pick other dependency features for each selection of
//! packages and compile the world again.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::process::{self, Stream};
use crate::progress::Progress;
use crate::workspace;

/// The product's package and executable.
const PRODUCT: &str = "egeoffrey-cloud";

/// An executable made of a package's tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestExecutable {
    /// The package.
    pub package: String,
    /// The target: the package's library or binary, or a file of `tests/`.
    pub target: String,
    /// The file to run.
    pub file: PathBuf,
    /// Where cargo would run it: the package's folder.
    pub folder: PathBuf,
}

impl TestExecutable {
    /// A command that runs it as cargo would.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.file);
        command
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder);
        // Snapshots that differ are a failure here, not new files.
        command.env("INSTA_UPDATE", "no");
        // A failure says where and what; how it got there is for whoever runs
        // that one test.
        command.env("RUST_BACKTRACE", "0");
        command
    }
}

/// What the build made.
#[derive(Debug, Default)]
pub struct Built {
    /// Every test executable, in the order of their names.
    pub tests: Vec<TestExecutable>,
    /// The product itself.
    pub product: Option<PathBuf>,
}

/// Why there is nothing to run.
#[derive(Debug)]
pub struct BuildFailed {
    /// What the compiler said.
    pub complaints: String,
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    manifest_path: PathBuf,
    target: Option<Target>,
    profile: Option<Profile>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

/// Builds the workspace with all its tests in the development profile.
pub fn everything() -> Result<Result<Built, BuildFailed>> {
    let mut progress = Progress::start("build");
    let mut command = workspace::cargo();
    command.args([
        "build",
        "--workspace",
        "--all-targets",
        "--message-format=json-render-diagnostics",
    ]);
    let mut built = Built::default();
    let mut units = 0_u32;
    let finished = process::run(&mut command, |stream, line| {
        if stream == Stream::Err {
            if let Some(crate_name) = line.trim_start().strip_prefix("Compiling ") {
                progress.now_at(&format!("{units} done, now {crate_name}"));
                return false;
            }
            return true;
        }
        // Lines that are no message of cargo's belong to build scripts.
        if let Ok(message) = serde_json::from_str::<Message>(line)
            && message.reason == "compiler-artifact"
        {
            units += 1;
            built.take(message);
        }
        false
    })?;
    if !finished.status.success() {
        progress.finish("FAILED");
        return Ok(Err(BuildFailed {
            complaints: finished.output,
        }));
    }
    progress.finish(&format!(
        "{units} units, {} test executables",
        built.tests.len()
    ));
    built
        .tests
        .sort_by(|a, b| (&a.package, &a.target).cmp(&(&b.package, &b.target)));
    Ok(Ok(built))
}

/// Builds the product as people get it, and says where it is.
pub fn release(target_folder: Option<&std::path::Path>) -> Result<PathBuf> {
    let mut progress = Progress::start("build");
    let mut command = workspace::cargo();
    command.args([
        "build",
        "--release",
        "--package",
        PRODUCT,
        "--message-format=json-render-diagnostics",
    ]);
    if let Some(folder) = target_folder {
        command.arg("--target-dir").arg(folder);
    }
    let mut built = Built::default();
    let finished = process::run(&mut command, |stream, line| {
        if stream == Stream::Err {
            progress.now_at(line.trim());
            return true;
        }
        if let Ok(message) = serde_json::from_str::<Message>(line) {
            built.take(message);
        }
        false
    })?;
    anyhow::ensure!(
        finished.status.success(),
        "the release build failed:\n{}",
        finished.output
    );
    progress.finish("release");
    built
        .product
        .context("the release build made no executable")
}

impl Built {
    fn take(&mut self, message: Message) {
        let (Some(target), Some(profile), Some(file)) =
            (message.target, message.profile, message.executable)
        else {
            return;
        };
        let folder = message
            .manifest_path
            .parent()
            .map(PathBuf::from)
            .unwrap_or_default();
        let package = folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if profile.test {
            self.tests.push(TestExecutable {
                package,
                target: target.name,
                file,
                folder,
            });
        } else if target.name == PRODUCT && target.kind.iter().any(|kind| kind == "bin") {
            self.product = Some(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(test: bool, name: &str, kind: &str) -> Message {
        let text = format!(
            r#"{{"reason":"compiler-artifact","manifest_path":"/w/{name}/Cargo.toml","target":{{"name":"{name}","kind":["{kind}"]}},"profile":{{"test":{test}}},"executable":"/w/target/debug/{name}"}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_product_and_its_tests_are_told_apart() {
        let mut built = Built::default();
        built.take(message(false, PRODUCT, "bin"));
        built.take(message(true, PRODUCT, "bin"));
        built.take(message(false, "xtask", "bin"));
        assert_eq!(
            built.product,
            Some(PathBuf::from("/w/target/debug/egeoffrey-cloud"))
        );
        assert_eq!(built.tests.len(), 1);
        assert_eq!(built.tests[0].package, PRODUCT);
        assert_eq!(built.tests[0].folder, PathBuf::from("/w/egeoffrey-cloud"));
    }
}
