//! Time and chance, which nobody takes from thin air.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

const HOUR_MILLIS: i64 = 60 * 60 * 1_000;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;

/// A moment: milliseconds since the Unix epoch, UTC.
///
/// As text (API, logs) it is RFC 3339 in UTC with milliseconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// A moment given in whole seconds since the Unix epoch.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000))
    }

    /// Whole seconds since the Unix epoch, rounded down.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// This moment and `span` later; saturates at the end of time.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// How long after `earlier` this is; zero when it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The start of the UTC hour that this moment is in.
    #[must_use]
    pub const fn start_of_hour(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(HOUR_MILLIS)))
    }

    /// The start of the UTC day that this moment is in. UTC has no daylight
    /// saving, and Unix time no leap seconds: every day is as long.
    #[must_use]
    pub const fn start_of_day(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(DAY_MILLIS)))
    }

    /// The start of the UTC month that this moment is in. Moments outside the
    /// years -9999 to 9999 are clamped to them.
    #[must_use]
    pub fn start_of_month(self) -> Self {
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        let day = moment.to_zoned(jiff::tz::TimeZone::UTC).day();
        let earlier = i64::from(day - 1) * DAY_MILLIS;
        Self(moment.as_millisecond() - earlier).start_of_day()
    }

    /// The next midnight UTC, always later than this moment.
    #[must_use]
    pub const fn next_midnight(self) -> Self {
        Self(self.start_of_day().0.saturating_add(DAY_MILLIS))
    }

    /// RFC 3339, UTC, milliseconds: `2026-11-21T14:02:00.000Z`.
    ///
    /// Moments outside the years -9999 to 9999 are clamped to them.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        format!("{moment:.3}")
    }

    /// Reads RFC 3339 with any offset. `None` when `text` is not that.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>()
            .ok()
            .map(|moment| Self(moment.as_millisecond()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// Where a component gets its time and its randomness from.
///
/// `platform::SystemAmbient` is the real one; tests bring a clock they turn
/// by hand and a fixed source of chance.
pub trait Ambient: Send + Sync {
    /// The current moment, as the wall shows it. Somebody may set that clock,
    /// forward or back.
    fn now(&self) -> Timestamp;

    /// How long this source has been running: never goes back and knows
    /// nothing of the time of day. Differences of two calls measure spans.
    fn elapsed(&self) -> Duration;

    /// Fills `buffer` with random bytes fit for secrets.
    fn fill_random(&self, buffer: &mut [u8]);
}

/// A clock turned by hand and a reproducible source of bytes, for tests.
///
/// Not fit for secrets.
#[derive(Debug)]
pub struct ManualAmbient {
    state: std::sync::Mutex<(Timestamp, u64, Duration)>,
}

impl ManualAmbient {
    /// Starts at `now` with a fixed seed.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self {
            state: std::sync::Mutex::new((now, 0x9e37_79b9_7f4a_7c15, Duration::ZERO)),
        }
    }

    /// Lets time pass.
    pub fn advance(&self, span: Duration) {
        let mut state = self.lock();
        state.0 = state.0.after(span);
        state.2 += span;
    }

    /// Sets the clock on the wall, as a person or a time server does: no time
    /// passes.
    pub fn set(&self, now: Timestamp) {
        self.lock().0 = now;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (Timestamp, u64, Duration)> {
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Ambient for ManualAmbient {
    fn now(&self) -> Timestamp {
        self.lock().0
    }

    fn elapsed(&self) -> Duration {
        self.lock().2
    }

    fn fill_random(&self, buffer: &mut [u8]) {
        let mut state = self.lock();
        for byte in buffer {
            // xorshift64*: reproducible, spread well enough for ids in tests.
            state.1 ^= state.1 >> 12;
            state.1 ^= state.1 << 25;
            state.1 ^= state.1 >> 27;
            *byte = state.1.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()[0];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_round_trips() {
        let moment = Timestamp(1_795_264_686_123);
        assert_eq!(moment.to_rfc3339(), "2026-11-21T12:38:06.123Z");
        assert_eq!(Timestamp::from_rfc3339(&moment.to_rfc3339()), Some(moment));
        assert_eq!(
            Timestamp::from_rfc3339("2026-11-21T13:38:06.123+01:00"),
            Some(moment)
        );
        assert_eq!(Timestamp::from_rfc3339("yesterday"), None);
    }

    #[test]
    fn months_begin_on_their_first_also_in_leap_years() {
        let at = |text| Timestamp::from_rfc3339(text).unwrap();
        for (moment, month) in [
            ("2028-02-29T23:59:59.999Z", "2028-02-01T00:00:00Z"),
            ("2028-03-01T00:00:00Z", "2028-03-01T00:00:00Z"),
            ("2026-12-31T12:00:00Z", "2026-12-01T00:00:00Z"),
            ("1969-12-31T12:00:00Z", "1969-12-01T00:00:00Z"),
        ] {
            assert_eq!(at(moment).start_of_month(), at(month));
        }
        for odd in [i64::MIN, i64::MAX] {
            assert!(Timestamp(odd).start_of_month().0.unsigned_abs() < 1 << 60);
        }
    }

    #[test]
    fn hours_and_days_begin_where_utc_says() {
        let at = |text| Timestamp::from_rfc3339(text).unwrap();
        // A month's end, a leap day, and a night when Berlin sets its clocks.
        for (moment, hour, midnight) in [
            (
                "2026-11-30T23:59:59.999Z",
                "2026-11-30T23:00:00Z",
                "2026-12-01T00:00:00Z",
            ),
            (
                "2028-02-28T12:30:00Z",
                "2028-02-28T12:00:00Z",
                "2028-02-29T00:00:00Z",
            ),
            (
                "2026-10-25T01:30:00Z",
                "2026-10-25T01:00:00Z",
                "2026-10-26T00:00:00Z",
            ),
            (
                "2026-12-01T00:00:00Z",
                "2026-12-01T00:00:00Z",
                "2026-12-02T00:00:00Z",
            ),
            (
                "1969-12-31T23:30:00Z",
                "1969-12-31T23:00:00Z",
                "1970-01-01T00:00:00Z",
            ),
        ] {
            let moment = at(moment);
            assert_eq!(moment.start_of_hour(), at(hour));
            assert_eq!(moment.next_midnight(), at(midnight));
            assert_eq!(
                moment.start_of_day().after(Duration::from_hours(24)),
                at(midnight)
            );
        }
    }

    #[test]
    fn setting_the_clock_is_not_passing_of_time() {
        let ambient = ManualAmbient::at(Timestamp(5_000));
        ambient.advance(Duration::from_secs(1));
        ambient.set(Timestamp(0));
        ambient.advance(Duration::from_secs(2));
        assert_eq!(
            (ambient.now(), ambient.elapsed()),
            (Timestamp(2_000), Duration::from_secs(3))
        );
    }

    #[test]
    fn spans_never_go_negative() {
        assert_eq!(Timestamp(5).since(Timestamp(10)), Duration::ZERO);
        assert_eq!(Timestamp(1_999).as_secs(), 1);
        assert_eq!(Timestamp(-1).as_secs(), -1);
    }
}
