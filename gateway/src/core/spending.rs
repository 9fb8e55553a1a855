//! How many messages a tenant has sent on which UTC day, shared by all its
//! houses on all threads.
//!
//! A house takes hold of a day once and then only adds to a number: there is
//! no lock on the way of a message. Each day has one number however often the
//! clock comes by, so setting it back and forth gives nobody a second
//! allowance.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::Timestamp;

/// Days remembered of a tenant: enough for a clock that is wrong by a week.
pub const DAYS: usize = 8;

/// The messages of one tenant on one UTC day.
#[derive(Debug)]
pub struct Day {
    start: Timestamp,
    messages: AtomicU64,
}

impl Day {
    /// When it began.
    #[must_use]
    pub const fn start(&self) -> Timestamp {
        self.start
    }

    /// Adds messages and returns how many there are with them. Of any number
    /// of callers at the same time each gets a total of its own, so exactly
    /// those that fit into a limit are within it.
    pub fn add(&self, messages: u64) -> u64 {
        // Nothing else is ordered by this number.
        let before = self.messages.fetch_add(messages, Ordering::Relaxed);
        before.saturating_add(messages)
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.messages.load(Ordering::Relaxed)
    }
}

/// All days of one tenant.
#[derive(Debug, Default)]
pub struct Spending {
    days: Mutex<BTreeMap<Timestamp, Arc<Day>>>,
}

impl Spending {
    /// A tenant of whom `totals` are known, by the start of the day.
    #[must_use]
    pub fn restored(totals: impl IntoIterator<Item = (Timestamp, u64)>) -> Self {
        let spending = Self::default();
        for (day, total) in totals {
            spending.day(day).add(total);
        }
        spending
    }

    /// The day that `moment` is in. To be held on to: this locks.
    #[must_use]
    pub fn day(&self, moment: Timestamp) -> Arc<Day> {
        let start = moment.start_of_day();
        let mut days = self.lock();
        let day = days.entry(start).or_insert_with(|| {
            Arc::new(Day {
                start,
                messages: AtomicU64::new(0),
            })
        });
        let day = Arc::clone(day);
        while days.len() > DAYS {
            // The oldest goes, unless the clock stands there.
            let oldest = days.keys().copied().find(|other| *other != start);
            oldest.and_then(|oldest| days.remove(&oldest));
        }
        day
    }

    /// The total of the day that began at `start`; `None` for one that is not
    /// remembered.
    #[must_use]
    pub fn total(&self, start: Timestamp) -> Option<u64> {
        self.lock().get(&start).map(|day| day.total())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Timestamp, Arc<Day>>> {
        self.days.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn of_all_who_race_for_the_last_message_one_gets_it() {
        const LIMIT: u64 = 1_000;
        for round in 0..20 {
            let spending = Spending::restored([(Timestamp(0), LIMIT - 1)]);
            let line = std::sync::Barrier::new(8);
            let within = AtomicU64::new(0);
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        let day = spending.day(Timestamp(round));
                        line.wait();
                        if day.add(1) <= LIMIT {
                            within.fetch_add(1, Ordering::Relaxed);
                        }
                    });
                }
            });
            assert_eq!(within.into_inner(), 1);
            assert_eq!(spending.total(Timestamp(0)), Some(LIMIT + 7));
        }
    }

    #[test]
    fn a_day_counts_on_whenever_the_clock_comes_by() {
        let spending = Spending::default();
        let today = Timestamp::from_rfc3339("2026-11-30T23:59:59.999Z").unwrap();
        assert_eq!(spending.day(today).add(5), 5);
        assert_eq!(
            spending.day(today.after(Duration::from_millis(1))).add(1),
            1
        );
        assert_eq!(spending.day(today).add(1), 6);
        // A year ahead and back again.
        spending.day(today.after(DAY * 365)).add(9);
        for ahead in 1..100 {
            spending.day(today).add(1);
            spending.day(today.after(DAY * ahead)).add(1);
            spending.day(today).add(1);
            assert!(spending.lock().len() <= DAYS);
            if ahead < 6 {
                let expected = 6 + u64::from(ahead) * 2;
                assert_eq!(spending.day(today).total(), expected);
            }
        }
    }
}
