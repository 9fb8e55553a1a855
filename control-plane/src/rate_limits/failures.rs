//! How often log-ins from one address may fail, whichever accounts they try.
//!
//! The limit per address has to let an office in that logs in on Monday
//! morning; this one does not, because people who know their password do not
//! fail. It is what stops one password from being tried on many accounts.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Failed log-ins from one address: this many at once …
const BURST: u32 = 20;
/// … and then one more in this time: 1,440 a day, for all accounts together.
const EVERY: Duration = Duration::from_mins(1);

/// Who failed how often, as the moment from when on nothing is held against
/// them (generic cell rate algorithm). Moments are spans since the Unix epoch.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<HashMap<IpAddr, Duration>>);

impl Failures {
    /// How long `address` has to wait; `None` when it may try.
    pub(super) fn wait(&self, address: IpAddr, now: Duration) -> Option<Duration> {
        let forgiven = *self.lock().get(&address)?;
        let wait = forgiven
            .saturating_sub(EVERY * (BURST - 1))
            .saturating_sub(now);
        (!wait.is_zero()).then_some(wait)
    }

    /// One more failure of `address`.
    pub(super) fn add(&self, address: IpAddr, now: Duration) {
        let mut all = self.lock();
        let forgiven = all.entry(address).or_insert(now);
        *forgiven = now.max(*forgiven) + EVERY;
    }

    /// Forgets those against whom nothing is held.
    pub(super) fn forget(&self, now: Duration) {
        let mut all = self.lock();
        all.retain(|_, forgiven| *forgiven > now);
        all.shrink_to_fit();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Duration>> {
        // Each change is one write, so a panic elsewhere left nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_burst_one_failure_a_minute_is_heard() {
        let failures = Failures::default();
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let mut now = Duration::from_hours(400_000);
        for _ in 0..BURST {
            assert_eq!(failures.wait(one, now), None);
            failures.add(one, now);
        }
        assert_eq!(failures.wait(one, now), Some(EVERY));
        assert_eq!(failures.wait(other, now), None);
        now += EVERY;
        assert_eq!(failures.wait(one, now), None);
        failures.add(one, now);
        assert_eq!(failures.wait(one, now), Some(EVERY));
        failures.forget(now);
        assert!(failures.wait(one, now).is_some(), "not forgotten too early");
        now += EVERY * BURST;
        failures.forget(now);
        assert!(failures.lock().is_empty());
    }
}
