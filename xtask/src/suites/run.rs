//! How each suite runs.

use std::process::Command;

use anyhow::{Context, Result};

use super::{Outcome, Suite};
use crate::build::{Built, TestExecutable};
use crate::process::{self, Stream};
use crate::progress::Progress;
use crate::tally::Tally;
use crate::{check, tools, workspace};

/// The package of the suites that run from outside.
const BLACK_BOX: &str = "tests";

/// The store's tests on PostgreSQL: a suite of their own, as they need it.
const STORE_ON_POSTGRES: (&str, &str) = ("control-plane", "store_postgres");

/// Tells the black-box suites which executable to test.
const PRODUCT_VARIABLE: &str = "EGEOFFREY_CLOUD_BIN";

/// Runs one suite.
pub fn suite(suite: Suite, built: &Built, progress: &mut Progress) -> Result<Outcome> {
    match suite {
        Suite::Check => check::everything(),
        Suite::Unit => unit(built, progress),
        Suite::Postgres => {
            let (package, target) = STORE_ON_POSTGRES;
            named(built, package, target, progress)
        }
        Suite::Journeys | Suite::Isolation | Suite::Mosquitto => {
            named(built, BLACK_BOX, suite.name(), progress)
        }
        Suite::Browser => browser(built, progress),
    }
}

fn unit(built: &Built, progress: &mut Progress) -> Result<Outcome> {
    let is_unit = |test: &&TestExecutable| {
        test.package != BLACK_BOX
            && (test.package.as_str(), test.target.as_str()) != STORE_ON_POSTGRES
    };
    let mut sum = Outcome {
        tally: Tally::default(),
        complaints: String::new(),
    };
    for test in built.tests.iter().filter(is_unit) {
        let label = format!("{} {}", test.package, test.target);
        add(
            &mut sum,
            &rust_tests(&mut test.command(), &label, progress)?,
        );
    }
    let mut examples = workspace::cargo();
    examples.args(["test", "--workspace", "--doc"]);
    add(
        &mut sum,
        &rust_tests(&mut examples, "examples in the documentation", progress)?,
    );
    Ok(sum)
}

fn named(built: &Built, package: &str, target: &str, progress: &mut Progress) -> Result<Outcome> {
    let test = built
        .tests
        .iter()
        .find(|test| test.package == package && test.target == target)
        .with_context(|| format!("the package {package} has no test target {target}"))?;
    let mut command = test.command();
    if let Some(product) = &built.product {
        command.env(PRODUCT_VARIABLE, product);
    }
    rust_tests(&mut command, target, progress)
}

fn browser(built: &Built, progress: &mut Progress) -> Result<Outcome> {
    let product = built
        .product
        .as_ref()
        .context("the build made no egeoffrey-cloud")?;
    let folder = workspace::root().join("tests/browser");
    tools::node_packages(&folder, progress)?;
    let gallery = gallery(progress)?;
    let mut command = Command::new("node");
    command
        .current_dir(&folder)
        .args(["--test", "--test-reporter=tap", "--test-concurrency=1"])
        .args(browser_tests(&folder)?)
        .env(PRODUCT_VARIABLE, product)
        .env("CHROMIUM", tools::chromium()?)
        .env("GALLERY", gallery)
        .env("SCREENSHOTS", workspace::root().join("target/screenshots"));
    let finished = process::run(&mut command, |_, line| {
        if let Some(title) = line.trim_start().strip_prefix("# Subtest: ") {
            progress.now_at(title);
        }
        true
    })?;
    let tally = Tally::of_node(&finished.output).with_status(finished.status.success());
    Ok(Outcome {
        tally,
        complaints: finished.output,
    })
}

/// Every sample of every page, one folder per language.
fn gallery(progress: &mut Progress) -> Result<std::path::PathBuf> {
    let folder = workspace::root().join("target/gallery");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("the gallery of before cannot be removed")?;
    }
    for language in ["en", "de"] {
        progress.now_at(&format!("the gallery of pages in {language}"));
        let mut command = workspace::cargo();
        command
            .args(["run", "--quiet", "-p", "web", "--example", "gallery", "--"])
            .arg(folder.join(language))
            .arg(language);
        tools::succeed(&mut command)?;
    }
    Ok(folder)
}

/// The files of the browser's tests, in order: `*.test.mjs`.
fn browser_tests(folder: &std::path::Path) -> Result<Vec<std::path::PathBuf>> {
    let files = workspace::files(folder)?;
    let tests: Vec<_> = files
        .into_iter()
        .filter(|file| file.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    anyhow::ensure!(
        !tests.is_empty(),
        "there is no *.test.mjs in {}",
        workspace::shown(folder)
    );
    Ok(tests)
}

fn rust_tests(command: &mut Command, label: &str, progress: &mut Progress) -> Result<Outcome> {
    let mut done = 0_u32;
    progress.now_at(label);
    let finished = process::run(command, |stream, line| {
        let is_result =
            stream == Stream::Out && line.starts_with("test ") && line.contains(" ... ");
        if is_result {
            done += 1;
            progress.now_at(&format!("{label}: {done} tests done"));
        }
        // Among failures, what went well is noise.
        !(is_result && line.ends_with(" ... ok"))
    })?;
    let has_succeeded = finished.status.success();
    let tally = Tally::of_rust(&finished.output).with_status(has_succeeded);
    let complaints = if has_succeeded {
        String::new()
    } else {
        format!("{label}:\n{}", finished.output)
    };
    Ok(Outcome { tally, complaints })
}

fn add(sum: &mut Outcome, part: &Outcome) {
    sum.tally += part.tally;
    sum.complaints.push_str(&part.complaints);
}
