//! How full the house's file is: measured now and then, guessed in between.

use model::Limit;

/// Bytes that one value costs besides its text: its row, its summary, its
/// index pages.
const PER_VALUE: u64 = 64;

/// The file is measured again after so many bytes were written by our guess.
const MEASURE_EACH: u64 = 256 << 10;

/// So near the limit it is measured after at least so many.
const PAGE: u64 = 4_096;

/// It is measured again after so many seconds in which anything was written.
const MEASURE_SECS: i64 = 60;

/// What is known of the size of the house's file.
#[derive(Debug)]
pub(crate) struct Room {
    allowed: u64,
    used: u64,
    /// Guessed growth since it was measured.
    since: u64,
    measured: i64,
    under_way: bool,
    full: bool,
}

impl Room {
    /// For a file that has `used` bytes at `now`, UTC seconds.
    pub(crate) fn new(now: i64, used: u64, allowed: u64) -> Self {
        Self {
            allowed,
            used,
            since: 0,
            measured: now,
            under_way: false,
            full: used >= allowed,
        }
    }

    /// Bytes at the last measurement.
    pub(crate) fn used(&self) -> u64 {
        self.used
    }

    /// Whether no more history fits.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    /// The limit, as a refusal names it.
    pub(crate) fn limit(&self) -> Limit {
        Limit {
            name: "history_bytes".to_owned(),
            window_secs: None,
            allowed: self.allowed,
            seen: self.used,
        }
    }

    /// The plan has another limit.
    pub(crate) fn allow(&mut self, allowed: u64) {
        self.allowed = allowed;
        self.judge();
    }

    /// Something with `bytes` of text was written.
    pub(crate) fn wrote(&mut self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.since = self.since.saturating_add(bytes).saturating_add(PER_VALUE);
    }

    /// Whether the file is to be measured now; then it is under way.
    pub(crate) fn is_to_be_measured(&mut self, now: i64) -> bool {
        let left = self.allowed.saturating_sub(self.used);
        let enough = left.clamp(PAGE, MEASURE_EACH);
        let is_time = now.abs_diff(self.measured) >= MEASURE_SECS.unsigned_abs();
        let wanted = self.since >= enough || (self.since > 0 && is_time);
        wanted && self.measure()
    }

    /// The file may have become smaller. Whether it is to be measured now.
    pub(crate) fn measure(&mut self) -> bool {
        !std::mem::replace(&mut self.under_way, true)
    }

    /// Whether a measurement is under way.
    pub(crate) fn is_under_way(&self) -> bool {
        self.under_way
    }

    /// It was measured.
    pub(crate) fn is(&mut self, now: i64, used: u64) {
        self.used = used;
        self.since = 0;
        self.measured = now;
        self.under_way = false;
        self.judge();
    }

    /// Full at the limit; no longer full once a hundredth of it is free, so
    /// that a house does not change its mind with every page.
    fn judge(&mut self) {
        let spare = if self.full { self.allowed / 100 } else { 0 };
        self.full = self.used >= self.allowed.saturating_sub(spare);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_measured_after_enough_was_written_or_a_minute() {
        let mut room = Room::new(0, 0, 100 << 20);
        assert!(!room.is_to_be_measured(1_000), "nothing was written");
        room.wrote(10);
        assert!(!room.is_to_be_measured(59));
        assert!(room.is_to_be_measured(60));
        assert!(!room.is_to_be_measured(61), "it is under way");
        room.is(61, 8_192);
        assert_eq!(room.used(), 8_192);
        room.wrote(300 << 10);
        assert!(room.is_to_be_measured(61));
    }

    #[test]
    fn near_the_limit_it_is_measured_often() {
        let mut room = Room::new(0, 96_000, 100_000);
        room.wrote(4_200);
        assert!(room.is_to_be_measured(0));
        room.is(0, 100_000);
        assert!(room.is_full());
    }

    #[test]
    fn a_full_file_needs_some_room_before_it_is_not() {
        let mut room = Room::new(0, 100_000, 100_000);
        assert!(room.is_full());
        room.is(0, 99_500);
        assert!(room.is_full());
        room.is(0, 98_900);
        assert!(!room.is_full());
        room.is(0, 99_999);
        assert!(!room.is_full());
        room.allow(50_000);
        assert!(room.is_full());
        assert_eq!((room.limit().allowed, room.limit().seen), (50_000, 99_999));
        room.allow(1_000_000);
        assert!(!room.is_full());
    }
}
