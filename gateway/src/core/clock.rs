//! Notices that somebody has set the clock.
//!
//! The core measures spans (keep-alive, deadlines, the rate) as differences of
//! moments on the wall's clock. When that clock is set, all that is measured
//! has to move with it: else everybody would be cut off at once, or nobody for
//! an hour.

use std::time::Duration;

use model::Timestamp;

/// What the wall's clock may differ from the time that has passed before it
/// counts as set. Time servers that steer it slowly stay below.
const TOLERANCE_MILLIS: i64 = 1_000;

/// Compares the clock on the wall with one that nobody can set.
#[derive(Clone, Copy, Debug)]
pub struct ClockWatch {
    wall: Timestamp,
    elapsed: Duration,
}

impl ClockWatch {
    /// Begins with what both clocks show now.
    #[must_use]
    pub const fn new(wall: Timestamp, elapsed: Duration) -> Self {
        Self { wall, elapsed }
    }

    /// By how many milliseconds the wall's clock was set since the last call
    /// that said so: negative for back, 0 for not at all.
    pub fn observe(&mut self, wall: Timestamp, elapsed: Duration) -> i64 {
        let passed = elapsed.saturating_sub(self.elapsed);
        let expected = self.wall.after(passed);
        let set_by = wall.0.saturating_sub(expected.0);
        if set_by.saturating_abs() < TOLERANCE_MILLIS {
            return 0;
        }
        *self = Self::new(wall, elapsed);
        set_by
    }
}

/// A moment that moves with the clock.
pub(super) const fn moved(moment: Timestamp, by: i64) -> Timestamp {
    Timestamp(moment.0.saturating_add(by))
}

#[cfg(test)]
mod tests {
    use model::Ambient;
    use model::time::ManualAmbient;

    use super::*;

    #[test]
    fn only_a_clock_that_is_set_is_noticed_and_once() {
        let ambient = ManualAmbient::at(Timestamp::from_secs(10_000));
        let mut watch = ClockWatch::new(ambient.now(), ambient.elapsed());
        let mut observe = || watch.observe(ambient.now(), ambient.elapsed());
        ambient.advance(Duration::from_hours(30));
        assert_eq!(observe(), 0);
        ambient.set(Timestamp(ambient.now().0 - 3_600_000));
        ambient.advance(Duration::from_secs(5));
        assert_eq!((observe(), observe()), (-3_600_000, 0));
        ambient.set(ambient.now().after(Duration::from_hours(24)));
        assert_eq!((observe(), observe()), (86_400_000, 0));
        ambient.set(Timestamp(ambient.now().0 - 999));
        assert_eq!(observe(), 0);
    }
}
