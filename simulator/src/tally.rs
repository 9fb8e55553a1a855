//! What was accepted and refused, and how long it took.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hdrhistogram::{CreationError, Histogram};
use serde::Serialize;

/// The longest acknowledgement that is told apart, in microseconds: a minute.
const LONGEST_US: u64 = 60_000_000;

/// Counts of all sessions together.
#[derive(Debug)]
pub struct Tally(Mutex<Counts>);

#[derive(Debug)]
struct Counts {
    accepted: u64,
    refused: BTreeMap<String, u64>,
    unanswered: u64,
    connected: u64,
    lost: BTreeMap<String, u64>,
    told: u64,
    micros: Histogram<u64>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Messages that the gateway acknowledged.
    pub accepted: u64,
    /// Messages it refused, by its reason.
    pub refused: BTreeMap<String, u64>,
    /// Messages whose acknowledgement never came: the connection ended first.
    pub unanswered: u64,
    /// Connections that were accepted.
    pub connected: u64,
    /// Connections that were refused or ended, by what was said.
    pub lost: BTreeMap<String, u64>,
    /// Messages that modules were told, such as `OUT` to a switch.
    pub told: u64,
    /// From sending to acknowledgement, in microseconds: half of them.
    pub p50_us: u64,
    /// 99 of 100.
    pub p99_us: u64,
    /// The slowest.
    pub max_us: u64,
}

impl Tally {
    /// Nothing yet. Fails only if the scale of the latencies were impossible.
    pub fn new() -> Result<Self, CreationError> {
        Ok(Self(Mutex::new(Counts {
            accepted: 0,
            refused: BTreeMap::new(),
            unanswered: 0,
            connected: 0,
            lost: BTreeMap::new(),
            told: 0,
            micros: Histogram::new_with_bounds(1, LONGEST_US, 3)?,
        })))
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn connected(&self) {
        self.counts().connected += 1;
    }

    pub(crate) fn lost(&self, why: &str) {
        *self.counts().lost.entry(why.to_owned()).or_default() += 1;
    }

    pub(crate) fn told(&self) {
        self.counts().told += 1;
    }

    pub(crate) fn accepted(&self, after: Duration) {
        let mut counts = self.counts();
        counts.accepted += 1;
        let micros = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        counts.micros.saturating_record(micros);
    }

    pub(crate) fn refused(&self, why: &str) {
        *self.counts().refused.entry(why.to_owned()).or_default() += 1;
    }

    pub(crate) fn unanswered(&self) {
        self.counts().unanswered += 1;
    }

    /// What came of it so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let counts = self.counts();
        Summary {
            accepted: counts.accepted,
            refused: counts.refused.clone(),
            unanswered: counts.unanswered,
            connected: counts.connected,
            lost: counts.lost.clone(),
            told: counts.told,
            p50_us: counts.micros.value_at_quantile(0.5),
            p99_us: counts.micros.value_at_quantile(0.99),
            max_us: counts.micros.max(),
        }
    }
}

impl Summary {
    /// All refused messages.
    #[must_use]
    pub fn refused_in_all(&self) -> u64 {
        self.refused.values().sum()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |micros: u64| format!("{}.{:01} ms", micros / 1_000, micros % 1_000 / 100);
        writeln!(f, "connections accepted  {}", self.connected)?;
        for (why, count) in &self.lost {
            writeln!(f, "connections ended     {count}: {why}")?;
        }
        writeln!(f, "messages accepted     {}", self.accepted)?;
        writeln!(f, "messages refused      {}", self.refused_in_all())?;
        for (why, count) in &self.refused {
            writeln!(f, "                      {count}: {why}")?;
        }
        if self.unanswered > 0 {
            writeln!(f, "messages unanswered   {}", self.unanswered)?;
        }
        write!(
            f,
            "acknowledged after    p50 {}, p99 {}, max {}",
            millis(self.p50_us),
            millis(self.p99_us),
            millis(self.max_us)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_counted_once() {
        let tally = Tally::new().unwrap();
        tally.connected();
        for millis in 1..=100 {
            tally.accepted(Duration::from_millis(millis));
        }
        tally.refused("QuotaExceeded");
        tally.refused("QuotaExceeded");
        tally.lost("NotAuthorized");
        let summary = tally.summary();
        assert_eq!((summary.accepted, summary.refused_in_all()), (100, 2));
        assert!(
            (49_000..51_500).contains(&summary.p50_us),
            "{}",
            summary.p50_us
        );
        assert!(
            (98_500..100_500).contains(&summary.p99_us),
            "{}",
            summary.p99_us
        );
        let told = summary.to_string();
        assert!(
            told.contains("2: QuotaExceeded") && told.contains("1: NotAuthorized"),
            "{told}"
        );
    }

    #[test]
    fn a_wait_longer_than_the_scale_is_the_longest() {
        let tally = Tally::new().unwrap();
        tally.accepted(Duration::from_hours(1));
        assert!(tally.summary().max_us >= 60_000_000);
    }
}
