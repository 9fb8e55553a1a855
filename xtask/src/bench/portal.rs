//! How fast the portal is with many tenants, on both engines.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use super::figures::{self, mib};
use super::history::{self, PortalRow};
use super::http::{Api, text};
use super::load::{self, Latencies, Request};
use super::postgres::Postgres;
use super::service::Service;
use crate::build;
use crate::process::{self, Stream};
use crate::progress::Progress;
use crate::workspace;

/// Requests a second for the dashboard, as promised, and for the search.
const DASHBOARD_RATE: u32 = 200;
const SEARCH_RATE: u32 = 20;

/// How long each is asked for.
const SPAN: Duration = Duration::from_secs(20);

/// How many people look at their houses: logging in is limited, and not what
/// is measured.
const PEOPLE: usize = 8;

/// How to measure.
#[derive(Args)]
pub struct PortalArguments {
    /// How many tenants there are.
    #[arg(long, default_value_t = 10_000, value_name = "COUNT")]
    tenants: usize,
}

/// What the filled database says of itself.
#[derive(Debug, Deserialize)]
struct Filled {
    password: String,
    admin: String,
    people: Vec<String>,
    words: Vec<String>,
}

/// What was found on one engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// How many tenants there were.
    pub tenants: usize,
    /// The overview of houses.
    pub dashboard: Latencies,
    /// The search of admins.
    pub search: Latencies,
    /// Resident memory afterwards, in MiB.
    pub resident_mib: f64,
}

/// Measures on SQLite and PostgreSQL, prints a table, and keeps the figures
/// under `docs/bench/`.
pub fn run(arguments: &PortalArguments) -> Result<()> {
    let product = build::release(None)?;
    let filler = filler()?;
    let folder = tempfile::tempdir().context("make an empty folder")?;
    let data = folder.path().join("sqlite");
    std::fs::create_dir(&data).context("make the data folder")?;
    let url = format!("sqlite:{}", data.join("control-plane.db").display());
    let filled = fill(&filler, &url, arguments.tenants)?;
    let sqlite = measure(&product, &data, &filled, "sqlite", arguments.tenants, &[])?;

    let server = Postgres::start()?;
    let filled = fill(&filler, &server.url(), arguments.tenants)?;
    let data = folder.path().join("postgres");
    let secret = folder.path().join("database-url");
    std::fs::write(&secret, server.url()).context("write the database's address")?;
    let secret = secret.display().to_string();
    let settings = [("EGEOFFREY_CLOUD__DATABASE__URL_FILE", secret.as_str())];
    let postgres = measure(
        &product,
        &data,
        &filled,
        "postgres",
        arguments.tenants,
        &settings,
    )?;
    let folder = workspace::root().join("docs/bench");
    for found in [sqlite, postgres] {
        print_table(&found);
        let row = PortalRow {
            date: figures::today()?,
            commit: figures::commit()?,
            cores: figures::cores(),
            found,
        };
        history::add(&folder, &row)?;
    }
    Ok(())
}

/// Builds what fills a database.
fn filler() -> Result<PathBuf> {
    const NAME: &str = "many_tenants";
    let mut progress = Progress::start("build");
    let mut command = workspace::cargo();
    command.args([
        "build",
        "--release",
        "--package",
        "control-plane",
        "--example",
        NAME,
    ]);
    let finished = process::run(&mut command, |stream, line| {
        progress.now_at(line.trim());
        stream == Stream::Err
    })?;
    ensure!(
        finished.status.success(),
        "the build of {NAME} failed:\n{}",
        finished.output
    );
    progress.finish(NAME);
    // Where cargo puts it, wherever the target folder is.
    let mut command = workspace::cargo();
    command.args(["metadata", "--no-deps", "--format-version=1"]);
    let finished = process::run(&mut command, |stream, _| stream == Stream::Out)?;
    let metadata: Value = serde_json::from_str(&finished.output).context("read the metadata")?;
    let target = text(&metadata, "target_directory")?;
    Ok(Path::new(&target).join("release/examples").join(NAME))
}

fn fill(filler: &Path, url: &str, tenants: usize) -> Result<Filled> {
    let mut progress = Progress::start("fill");
    let mut command = Command::new(filler);
    command.args([url, &tenants.to_string()]);
    let finished = process::run(&mut command, |stream, line| {
        if stream == Stream::Err {
            progress.now_at(line.trim());
        }
        true
    })?;
    ensure!(finished.status.success(), "{}", finished.output);
    progress.finish(&format!("{tenants} tenants"));
    let last = finished.output.lines().last().unwrap_or_default();
    serde_json::from_str(last).context("read whom to log in as")
}

fn measure(
    product: &Path,
    data: &Path,
    filled: &Filled,
    engine: &str,
    tenants: usize,
    settings: &[(&str, &str)],
) -> Result<Found> {
    let mut progress = Progress::start(engine);
    let service = Service::start_with(product, data, settings)?;
    let api = Api::new(&service.ready.http)?;
    let log_in = |email: &str| {
        let body = json!({"email": email, "password": filled.password});
        api.text("POST", "/api/v1/tokens", &body, "access_token")
    };
    let mut dashboards = Vec::new();
    for person in filled.people.iter().take(PEOPLE) {
        progress.now_at(&format!("log in as {person}"));
        let token = log_in(person)?;
        dashboards.push(Request {
            path: "/houses".to_owned(),
            headers: format!("Accept: text/html\r\nAuthorization: Bearer {token}\r\n"),
        });
    }
    let admin = log_in(&filled.admin)?;
    let searches = filled
        .words
        .iter()
        .enumerate()
        .map(|(number, word)| Request {
            // A name that hundreds have, and one that few have.
            path: format!("/api/v1/admin/tenants?query={word}%20{}", number * 7 % 10),
            headers: format!("Accept: application/json\r\nAuthorization: Bearer {admin}\r\n"),
        });
    let searches: Vec<Request> = searches.collect();
    let host = service.ready.http.strip_prefix("http://");
    let host = host.context("the portal has no plain address")?;
    let host = host.trim_end_matches('/');
    progress.now_at("warm up");
    load::run(
        host,
        &dashboards,
        DASHBOARD_RATE / 4,
        Duration::from_secs(2),
    )?;
    progress.now_at("dashboard");
    let dashboard = load::run(host, &dashboards, DASHBOARD_RATE, SPAN)?;
    progress.now_at("search");
    let search = load::run(host, &searches, SEARCH_RATE, SPAN)?;
    let resident_mib = mib(service.resident_kib()?);
    service.stop()?;
    progress.finish(&format!("{tenants} tenants on {engine}"));
    Ok(Found {
        engine: engine.to_owned(),
        tenants,
        dashboard,
        search,
        resident_mib,
    })
}

fn print_table(found: &Found) {
    let title = format!("{} tenants on {}", found.tenants, found.engine);
    println!(
        "\n{title:<34} {:>10} {:>10} {:>10} {:>10}",
        "p50", "p99", "max", "goal p99"
    );
    for (what, took, goal) in [
        (
            format!("dashboard, {DASHBOARD_RATE} a second"),
            found.dashboard,
            history::DASHBOARD_GOAL_MS,
        ),
        (
            format!("admin search, {SEARCH_RATE} a second"),
            found.search,
            history::SEARCH_GOAL_MS,
        ),
    ] {
        println!(
            "{what:<34} {:>7.1} ms {:>7.1} ms {:>7.1} ms {goal:>7.0} ms",
            took.p50, took.p99, took.max
        );
    }
    println!(
        "{:<34} {:>6.1} MiB, goal {:.0} MiB",
        "resident afterwards",
        found.resident_mib,
        history::PORTAL_GOAL_MIB
    );
}
