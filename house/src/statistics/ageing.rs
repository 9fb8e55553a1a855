//! Where what ages may be cut.

use super::{Grain, Grid, QUARTER, quarter_of};

/// The end of a chunk of points that go: whole quarters, at least the first,
/// and not the quarter in which the `next` point is.
#[must_use]
pub fn end_of_chunk(first: i64, next: i64) -> i64 {
    let least = quarter_of(first).saturating_add(QUARTER);
    quarter_of(next).max(least)
}

/// The last moment not after `before` at which a day begins on one of the
/// clocks and before which no other is in the middle of one.
#[must_use]
pub fn day_start(before: i64, days: &[Grid]) -> i64 {
    let starts = days.iter().map(|days| days.bucket(Grain::Day, before).from);
    starts.min().unwrap_or(before)
}

/// The first second of the part of a day, on all clocks the same day, in which
/// `at` is.
#[must_use]
pub fn day_part(at: i64, days: &[Grid]) -> i64 {
    let starts = days.iter().map(|days| days.bucket(Grain::Day, at).from);
    starts.max().unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_end_between_quarters_and_make_headway() {
        assert_eq!(end_of_chunk(10, 2_000), 1_800);
        assert_eq!(end_of_chunk(10, 20), 900, "a quarter with very many points");
        assert_eq!(end_of_chunk(-10, 2_000), 1_800);
    }

    /// 23:00 UTC and 18:30 UTC: a day of either clock has two parts.
    #[test]
    fn days_are_parted_where_either_clock_begins_one() {
        let days = [Grid::Offset(3_600), Grid::Offset(19_800)];
        let day = 86_400;
        let (wire, wall) = (day - 3_600, day - 19_800);
        assert_eq!(day_part(wall, &days), wall);
        assert_eq!(day_part(wire - 1, &days), wall);
        assert_eq!(day_part(wire, &days), wire);
        assert_eq!(day_start(wire + 5, &days), wall);
        assert_eq!(day_start(wire - 5, &days), wire - day);
        assert_eq!((day_part(7, &[]), day_start(7, &[])), (7, 7));
    }
}
