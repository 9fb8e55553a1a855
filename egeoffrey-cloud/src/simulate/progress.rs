//! What is said while it runs.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use simulator::{Summary, Tally};
use tokio::time::interval;

/// How often a terminal is told, and anything else.
const EVERY: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(10)];

/// Says how it goes, for ever; nothing when `quiet`.
pub async fn tell(tally: &Tally, houses: usize, quiet: bool) {
    if quiet {
        return std::future::pending().await;
    }
    let on_terminal = io::stderr().is_terminal();
    let every = if on_terminal { EVERY[0] } else { EVERY[1] };
    let mut ticks = interval(every);
    ticks.tick().await;
    let mut before = 0;
    loop {
        ticks.tick().await;
        let now = tally.summary();
        let rate = (now.accepted - before) / every.as_secs().max(1);
        before = now.accepted;
        let line = line(&now, houses, rate);
        let mut out = io::stderr().lock();
        // Progress that cannot be written is not worth stopping for.
        let _ = if on_terminal {
            write!(out, "\r{line}\x1b[K")
        } else {
            writeln!(out, "{line}")
        };
        let _ = out.flush();
    }
}

fn line(now: &Summary, houses: usize, rate: u64) -> String {
    format!(
        "{houses} houses, {} connections, {} accepted ({rate}/s), {} refused, p99 {} ms",
        now.connected,
        now.accepted,
        now.refused_in_all(),
        now.p99_us / 1_000
    )
}
