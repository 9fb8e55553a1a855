//! When a house wakes up, and whether somebody has set the clock.

use std::cell::Cell;
use std::time::Duration;

use model::{Ambient, Timestamp};
use tokio::sync::Notify;

use crate::core::clock::ClockWatch;

/// The shortest time until a router is woken: moments are whole milliseconds.
const SHORTEST_SLEEP: Duration = Duration::from_millis(1);

/// The timekeeper of one house.
pub(super) struct Timekeeper {
    /// When it means to wake up.
    planned: Cell<Option<Timestamp>>,
    replan: Notify,
    clock: Cell<ClockWatch>,
}

impl Timekeeper {
    pub(super) fn new(ambient: &dyn Ambient) -> Self {
        Self {
            planned: Cell::new(None),
            replan: Notify::new(),
            clock: Cell::new(ClockWatch::new(ambient.now(), ambient.elapsed())),
        }
    }

    /// The moment now, and by how many milliseconds the clock was set since the
    /// last call.
    pub(super) fn look(&self, ambient: &dyn Ambient) -> (Timestamp, i64) {
        let now = ambient.now();
        let mut clock = self.clock.get();
        let set_by = clock.observe(now, ambient.elapsed());
        if set_by != 0 {
            self.clock.set(clock);
        }
        (now, set_by)
    }

    /// The house wants to be woken at `next`.
    pub(super) fn plan(&self, next: Option<Timestamp>) {
        let sooner = match (next, self.planned.get()) {
            (Some(next), Some(planned)) => next < planned,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if sooner {
            self.replan.notify_one();
        }
    }

    /// Sleeps until `next`, no longer than `rest`; whether that is over. It is
    /// not when the house wants to be woken earlier by now.
    pub(super) async fn sleep(
        &self,
        now: Timestamp,
        next: Option<Timestamp>,
        rest: Duration,
    ) -> bool {
        self.planned.set(next);
        let sleep = next.map_or(rest, |next| next.since(now).max(SHORTEST_SLEEP).min(rest));
        tokio::select! {
            () = tokio::time::sleep(sleep) => true,
            () = self.replan.notified() => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use model::time::ManualAmbient;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_sleeps_until_it_is_time_or_earlier_if_asked() {
        let ambient = ManualAmbient::at(Timestamp(1_000));
        let time = Timekeeper::new(&ambient);
        let rest = Duration::from_secs(30);
        assert!(
            time.sleep(Timestamp(1_000), Some(Timestamp(5_000)), rest)
                .await
        );
        time.plan(Some(Timestamp(6_000)));
        assert!(
            time.sleep(Timestamp(5_000), None, rest).await,
            "later is no news"
        );
        let (slept, ()) = tokio::join!(
            time.sleep(Timestamp(5_000), Some(Timestamp(9_000)), rest),
            async { time.plan(Some(Timestamp(8_000))) },
        );
        assert!(!slept);
    }

    #[test]
    fn it_says_once_that_the_clock_was_set() {
        let ambient = ManualAmbient::at(Timestamp(10_000_000));
        let time = Timekeeper::new(&ambient);
        ambient.advance(Duration::from_secs(5));
        assert_eq!(time.look(&ambient), (Timestamp(10_005_000), 0));
        ambient.set(Timestamp(6_405_000));
        assert_eq!(time.look(&ambient), (Timestamp(6_405_000), -3_600_000));
        assert_eq!(time.look(&ambient), (Timestamp(6_405_000), 0));
    }
}
