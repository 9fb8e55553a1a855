//! What all measurements need: the middle of values, units, the present.

use anyhow::{Context, Result, ensure};

use crate::{process, workspace};

/// The middle of the values; 0 when there are none.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let upper = values.get(values.len() / 2).copied().unwrap_or_default();
    let lower = values
        .get(values.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or_default();
    f64::midpoint(lower, upper)
}

/// KiB in MiB.
pub fn mib(kib: u64) -> f64 {
    u32::try_from(kib).map_or(f64::INFINITY, |kib| f64::from(kib) / 1024.0)
}

/// The day, UTC.
pub fn today() -> Result<String> {
    printed("date", &["-u", "+%Y-%m-%d"])
}

/// UTC seconds since the Unix epoch.
pub fn now() -> Result<i64> {
    let text = printed("date", &["-u", "+%s"])?;
    text.parse().context("date printed no number")
}

/// The commit that is measured.
pub fn commit() -> Result<String> {
    printed("git", &["describe", "--always", "--dirty", "--abbrev=10"])
}

/// Cores of the machine.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn printed(program: &str, arguments: &[&str]) -> Result<String> {
    let mut command = std::process::Command::new(program);
    command.current_dir(workspace::root()).args(arguments);
    let finished = process::run(&mut command, |stream, _| stream == process::Stream::Out)?;
    ensure!(
        finished.status.success(),
        "{} failed",
        process::described(&command)
    );
    Ok(finished.output.trim().to_owned())
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
}
