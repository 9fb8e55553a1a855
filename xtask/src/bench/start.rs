//! How long a start takes and what it costs.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::history::{self, Row};
use crate::build;
use crate::progress::{Progress, minutes};
use crate::{process, workspace};

/// How often the product is started.
const STARTS: usize = 10;
/// A start that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);
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
}

/// One start.
struct Start {
    ready: Duration,
    resident_kib: u64,
}

/// Measures, prints a table, and keeps the figures under `docs/bench/`.
pub fn run(arguments: &StartArguments) -> Result<()> {
    let cold_build = if arguments.cold {
        Some(cold_build()?)
    } else {
        None
    };
    let product = build::release(None)?;
    let mut progress = Progress::start("start");
    let mut starts = Vec::with_capacity(STARTS);
    for number in 1..=STARTS {
        progress.now_at(&format!("{number} of {STARTS}"));
        starts.push(one_start(&product)?);
    }
    progress.finish(&format!("{STARTS} starts"));
    let row = Row {
        date: printed("date", &["-u", "+%Y-%m-%d"])?,
        commit: printed("git", &["describe", "--always", "--dirty", "--abbrev=10"])?,
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        ready_p50_ms: median(starts.iter().map(|start| start.ready.as_secs_f64() * 1e3)),
        ready_max_ms: starts
            .iter()
            .map(|start| start.ready.as_secs_f64() * 1e3)
            .fold(0.0, f64::max),
        resident_mib: median(starts.iter().map(|start| mib(start.resident_kib))),
        cold_build_min: cold_build.map(|span| span.as_secs_f64() / 60.0),
    };
    print_table(&row);
    history::add(&workspace::root().join("docs/bench"), &row)
}

fn one_start(product: &Path) -> Result<Start> {
    let folder = tempfile::tempdir().context("make an empty folder")?;
    let ready_file = folder.path().join("ready.json");
    let mut command = Command::new(product);
    command
        .arg("serve")
        .arg("--data-dir")
        .arg(folder.path().join("data"))
        .args(["--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"])
        .arg("--ready-file")
        .arg(&ready_file)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut child = Running(
        command
            .spawn()
            .with_context(|| format!("start {}", product.display()))?,
    );
    while !is_ready(&ready_file) {
        if let Some(status) = child.0.try_wait().context("look at the product")? {
            bail!("the product ended before it was ready: {status}");
        }
        if started.elapsed() > PATIENCE {
            bail!("the product was not ready after {} s", PATIENCE.as_secs());
        }
        // Looks again a thousand times a second, and leaves the cores to the product.
        std::thread::park_timeout(Duration::from_millis(1));
    }
    let ready = started.elapsed();
    Ok(Start {
        ready,
        resident_kib: resident_kib(child.0.id())?,
    })
}

/// Ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether the ready file is there, in whole.
fn is_ready(file: &Path) -> bool {
    std::fs::read(file)
        .is_ok_and(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).is_ok())
}

fn resident_kib(process: u32) -> Result<u64> {
    let file = format!("/proc/{process}/status");
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("read {file}: memory is measured on Linux only"))?;
    resident_in(&text).with_context(|| format!("{file} has no VmRSS"))
}

fn resident_in(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn cold_build() -> Result<Duration> {
    let folder = tempfile::tempdir().context("make a folder for a first build")?;
    let started = Instant::now();
    build::release(Some(folder.path()))?;
    let span = started.elapsed();
    println!("first build: {}", minutes(span));
    Ok(span)
}

fn printed(program: &str, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(program);
    command.current_dir(workspace::root()).args(arguments);
    let finished = process::run(&mut command, |stream, _| stream == process::Stream::Out)?;
    anyhow::ensure!(
        finished.status.success(),
        "{} failed",
        process::described(&command)
    );
    Ok(finished.output.trim().to_owned())
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

/// The middle of the values; 0 when there are none.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let upper = values.get(values.len() / 2).copied().unwrap_or_default();
    let lower = values
        .get(values.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or_default();
    f64::midpoint(lower, upper)
}

fn mib(kib: u64) -> f64 {
    u32::try_from(kib).map_or(f64::INFINITY, |kib| f64::from(kib) / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        for (values, middle) in [
            (vec![3.0, 1.0, 2.0], 2.0),
            (vec![4.0, 1.0, 2.0, 3.0], 2.5),
            (vec![], 0.0),
        ] {
            assert!((median(values.into_iter()) - middle).abs() < 1e-9);
        }
    }

    #[test]
    fn resident_memory_is_read_from_the_status() {
        assert_eq!(
            resident_in("Name:\tx\nVmRSS:\t   12345 kB\nThreads: 1\n"),
            Some(12_345)
        );
        assert_eq!(resident_in("Name:\tx\n"), None);
    }
}
