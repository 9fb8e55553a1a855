//! How long a start takes and what it costs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::figures::{self, median, mib};
use super::history::{self, HousesRow, Row};
use super::houses::{self, Cost};
use super::service::Service;
use crate::build;
use crate::progress::{Progress, minutes};
use crate::workspace;

/// How often the product is started.
const STARTS: usize = 10;
/// What we promise for a start, in milliseconds.
const READY_GOAL_MS: f64 = 300.0;
/// What we promise for memory with no house, in MiB.
const RESIDENT_GOAL_MIB: f64 = 40.0;
/// What we promise for a first build, in minutes.
const BUILD_GOAL_MIN: f64 = 10.0;

/// How to measure.
#[derive(Args)]
pub struct StartArguments {
    /// Also measures a first build: `cargo build --release` in a fresh target
    /// folder outside the repository. Takes minutes.
    #[arg(long)]
    cold: bool,
    /// How many hosted houses to measure with, besides none. 0 leaves that out;
    /// a thousand take some minutes to make.
    #[arg(long, default_value_t = 1_000, value_name = "COUNT")]
    houses: usize,
    /// Measures this executable instead of building one. Its figures are kept
    /// only if `--commit` says what it was built from.
    #[arg(long, value_name = "FILE", conflicts_with = "cold")]
    executable: Option<PathBuf>,
    /// The commit that the executable was built from.
    #[arg(long, value_name = "COMMIT", requires = "executable")]
    commit: Option<String>,
}

/// Measures, prints a table, and keeps the figures under `docs/bench/`.
pub fn run(arguments: &StartArguments) -> Result<()> {
    let cold_build = if arguments.cold {
        Some(cold_build()?)
    } else {
        None
    };
    let product = match &arguments.executable {
        Some(file) => {
            ensure!(file.is_file(), "{} is no file", file.display());
            std::path::absolute(file).context("find the executable")?
        }
        None => build::release(None)?,
    };
    let mut row = measure(&product, cold_build)?;
    if let Some(commit) = &arguments.commit {
        row.commit.clone_from(commit);
    }
    print_table(&row);
    let keep = arguments.executable.is_none() || arguments.commit.is_some();
    let folder = workspace::root().join("docs/bench");
    if keep {
        history::add(&folder, &row)?;
    }
    if arguments.houses > 0 {
        let cost = houses::measure(&product, arguments.houses)?;
        let row = HousesRow {
            date: row.date,
            commit: row.commit,
            cores: row.cores,
            cost,
        };
        print_cost(&row.cost);
        if keep {
            history::add(&folder, &row)?;
        }
    }
    Ok(())
}

fn measure(product: &Path, cold_build: Option<Duration>) -> Result<Row> {
    let mut progress = Progress::start("start");
    let (mut ready, mut resident) = (Vec::new(), Vec::new());
    for number in 1..=STARTS {
        progress.now_at(&format!("{number} of {STARTS}"));
        let folder = tempfile::tempdir().context("make an empty folder")?;
        let service = Service::start(product, &folder.path().join("data"))?;
        ready.push(service.after.as_secs_f64() * 1e3);
        resident.push(mib(service.resident_kib()?));
    }
    progress.finish(&format!("{STARTS} starts"));
    Ok(Row {
        date: figures::today()?,
        commit: figures::commit()?,
        cores: figures::cores(),
        ready_p50_ms: median(ready.iter().copied()),
        ready_max_ms: ready.iter().copied().fold(0.0, f64::max),
        resident_mib: median(resident.into_iter()),
        cold_build_min: cold_build.map(|span| span.as_secs_f64() / 60.0),
    })
}

fn cold_build() -> Result<Duration> {
    let folder = tempfile::tempdir().context("make a folder for a first build")?;
    let started = std::time::Instant::now();
    build::release(Some(folder.path()))?;
    let span = started.elapsed();
    println!("first build: {}", minutes(span));
    Ok(span)
}

fn print_table(row: &Row) {
    println!("\n{:<34} {:>10} {:>10}", "", "measured", "goal");
    println!(
        "{:<34} {:>7.0} ms {:>7.0} ms",
        format!("ready, median of {STARTS}"),
        row.ready_p50_ms,
        READY_GOAL_MS
    );
    println!("{:<34} {:>7.0} ms", "ready, slowest", row.ready_max_ms);
    println!(
        "{:<34} {:>6.1} MiB {:>6.1} MiB",
        "resident with no house, median", row.resident_mib, RESIDENT_GOAL_MIB
    );
    if let Some(build) = row.cold_build_min {
        println!(
            "{:<34} {build:>6.1} min {BUILD_GOAL_MIN:>6.1} min",
            "first build"
        );
    }
}

fn print_cost(cost: &Cost) {
    println!(
        "\n{:<34} {:>10} {:>10}",
        format!("with {} hosted houses", cost.houses),
        "measured",
        "goal"
    );
    println!(
        "{:<34} {:>7.0} ms {:>7.0} ms",
        "ready, median",
        cost.ready_p50_ms,
        history::HOUSES_READY_GOAL_MS
    );
    println!("{:<34} {:>7.0} ms", "ready, slowest", cost.ready_max_ms);
    println!("{:<34} {:>6.1} MiB", "resident, median", cost.resident_mib);
    println!(
        "{:<34} {:>6.1} KiB {:>6.1} KiB",
        "each idle house",
        cost.idle_kib,
        history::HOUSE_GOAL_KIB
    );
    println!(
        "{:<34} {:>6.1} KiB",
        "each house that is awake", cost.awake_kib
    );
    println!(
        "{:<34} {:>6.1} KiB {:>6.1} KiB",
        "each that fell asleep again",
        cost.asleep_kib,
        history::HOUSE_GOAL_KIB
    );
}
