//! Quarters, hours and days, on the wire's clock or on the residents'.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Summary;

/// The seconds of a quarter of an hour.
pub const QUARTER: i64 = 900;

/// Quarters of hours, hours or days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// Quarters of hours: the same on every clock. No series of a stock house
    /// is named after them.
    Quarter,
    /// Hours.
    Hour,
    /// Days.
    Day,
}

impl Grain {
    /// The word for it on the bus.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quarter => "quarter",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Quarter, Self::Hour, Self::Day]
            .into_iter()
            .find(|grain| grain.as_str() == word)
    }

    const fn secs(self) -> i64 {
        match self {
            Self::Quarter => QUARTER,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }
}

/// One hour or day: UTC seconds, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket {
    /// Its first second.
    pub from: i64,
    /// The second after its last.
    pub until: i64,
}

/// Where hours and days begin.
#[derive(Clone, Debug, PartialEq)]
pub enum Grid {
    /// On a clock that is always so many seconds ahead of UTC: the wire's.
    Offset(i64),
    /// On the clock on the wall: days of 23 or 25 hours, offsets of half hours.
    Zone(TimeZone),
}

impl Grid {
    /// The hour or day that contains the second `at`.
    #[must_use]
    pub fn bucket(&self, grain: Grain, at: i64) -> Bucket {
        match (self, Timestamp::from_second(at)) {
            _ if grain == Grain::Quarter => regular(grain, 0, at),
            (Self::Zone(zone), Ok(moment)) => {
                let found = match grain {
                    Grain::Quarter => None,
                    Grain::Hour => Some(wall_hour(zone, moment)),
                    Grain::Day => wall_day(zone, moment),
                };
                found.unwrap_or_else(|| regular(grain, 0, at))
            }
            (Self::Zone(_), Err(_)) => regular(grain, 0, at),
            (Self::Offset(offset), _) => regular(grain, *offset, at),
        }
    }
}

/// The first second of the quarter that contains `at`.
#[must_use]
pub const fn quarter_of(at: i64) -> i64 {
    at.saturating_sub(at.rem_euclid(QUARTER))
}

/// The hours or days that have values, from the summaries of quarters in
/// either order of time, each quarter named by its first second. Their order is
/// kept; no more quarters are asked for than it takes.
///
/// ```
/// use house::statistics::{Buckets, Grain, Grid, Summary};
/// use house::store::{Point, PointValue};
///
/// let quarter = |at| {
///     let value = PointValue::Real(21.5);
///     (at, Summary::of(&[Point { at, value }], false))
/// };
/// // 11:30 and 12:15 UTC are one hour on a clock in Delhi.
/// let zone = "Asia/Kolkata".parse::<model::TimeZoneName>()?.zone();
/// let quarters = [quarter(1_795_260_600), quarter(1_795_263_300)];
/// let hours: Vec<_> = Buckets::new(quarters, &Grid::Zone(zone), Grain::Hour).collect();
/// assert_eq!(hours.len(), 1);
/// # Ok::<(), model::name::BadName>(())
/// ```
pub struct Buckets<'a, Quarters> {
    quarters: Quarters,
    grid: &'a Grid,
    grain: Grain,
    begun: Option<(Bucket, Summary)>,
}

impl<'a, Quarters: Iterator<Item = (i64, Summary)>> Buckets<'a, Quarters> {
    /// Groups `quarters` into the hours or days of `grid`.
    pub fn new(
        quarters: impl IntoIterator<IntoIter = Quarters>,
        grid: &'a Grid,
        grain: Grain,
    ) -> Self {
        Self {
            quarters: quarters.into_iter(),
            grid,
            grain,
            begun: None,
        }
    }
}

impl<Quarters: Iterator<Item = (i64, Summary)>> Iterator for Buckets<'_, Quarters> {
    type Item = (Bucket, Summary);

    fn next(&mut self) -> Option<Self::Item> {
        for (at, quarter) in self.quarters.by_ref().filter(|(_, one)| one.count > 0) {
            match &mut self.begun {
                Some((bucket, summary)) if (bucket.from..bucket.until).contains(&at) => {
                    summary.merge(&quarter);
                }
                begun => {
                    let bucket = self.grid.bucket(self.grain, at);
                    if let Some(ended) = begun.replace((bucket, quarter)) {
                        return Some(ended);
                    }
                }
            }
        }
        self.begun.take()
    }
}

fn regular(grain: Grain, offset: i64, at: i64) -> Bucket {
    let local = at.saturating_add(offset);
    let from = at.saturating_sub(local.rem_euclid(grain.secs()));
    let until = from.saturating_add(grain.secs());
    Bucket { from, until }
}

/// The hour on the wall; where the clock is set within it, the part before or
/// after that.
fn wall_hour(zone: &TimeZone, moment: Timestamp) -> Bucket {
    let at = moment.as_second();
    let offset = i64::from(zone.to_offset(moment).seconds());
    let Bucket { from, until } = regular(Grain::Hour, offset, at);
    let next_second = Timestamp::from_second(at.saturating_add(1)).unwrap_or(moment);
    let set = |transition: Option<jiff::tz::TimeZoneTransition<'_>>| {
        transition.map(|transition| transition.timestamp().as_second())
    };
    let before = set(zone.preceding(next_second).next());
    let after = set(zone.following(moment).next());
    Bucket {
        from: before.map_or(from, |before| from.max(before)),
        until: after.map_or(until, |after| until.min(after)),
    }
}

fn wall_day(zone: &TimeZone, moment: Timestamp) -> Option<Bucket> {
    let here = moment.to_zoned(zone.clone());
    let from = here.start_of_day().ok()?;
    let until = here.tomorrow().ok()?.start_of_day().ok()?;
    Some(Bucket {
        from: from.timestamp().as_second(),
        until: until.timestamp().as_second(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> Grid {
        Grid::Zone(name.parse::<model::TimeZoneName>().unwrap().zone())
    }

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    fn bucket(grid: &Grid, grain: Grain, moment: &str) -> (String, i64) {
        let found = grid.bucket(grain, at(moment));
        let from = Timestamp::from_second(found.from).unwrap();
        (from.to_string(), found.until - found.from)
    }

    #[test]
    fn the_wires_hours_and_days_know_no_summer() {
        let wire = Grid::Offset(3_600);
        assert_eq!(
            bucket(&wire, Grain::Hour, "2026-11-21T12:38:06Z"),
            ("2026-11-21T12:00:00Z".to_owned(), 3_600)
        );
        assert_eq!(
            bucket(&wire, Grain::Day, "2026-07-21T22:30:00Z"),
            ("2026-07-20T23:00:00Z".to_owned(), 86_400)
        );
    }

    #[test]
    fn the_residents_days_have_23_or_25_hours_twice_a_year() {
        let berlin = zone("Europe/Berlin");
        for (moment, from, hours) in [
            ("2026-07-21T22:30:00Z", "2026-07-21T22:00:00Z", 24),
            ("2026-03-29T10:00:00Z", "2026-03-28T23:00:00Z", 23),
            ("2026-10-25T10:00:00Z", "2026-10-24T22:00:00Z", 25),
        ] {
            let found = bucket(&berlin, Grain::Day, moment);
            assert_eq!(found, (from.to_owned(), hours * 3_600), "{moment}");
        }
        // 2 to 3 o'clock comes twice.
        for moment in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
            let (from, secs) = bucket(&berlin, Grain::Hour, moment);
            assert_eq!((from, secs), (moment.replace("30:00", "00:00"), 3_600));
        }
    }

    #[test]
    fn half_hours_are_hours_of_their_own() {
        assert_eq!(
            bucket(&zone("Asia/Kolkata"), Grain::Hour, "2026-11-21T12:38:06Z"),
            ("2026-11-21T12:30:00Z".to_owned(), 3_600)
        );
        assert_eq!(
            bucket(&zone("Asia/Kathmandu"), Grain::Day, "2026-11-21T18:14:59Z"),
            ("2026-11-20T18:15:00Z".to_owned(), 86_400)
        );
        // Lord Howe sets its clocks by half an hour.
        let howe = zone("Australia/Lord_Howe");
        let day = bucket(&howe, Grain::Day, "2026-04-05T00:00:00Z");
        assert_eq!(day.1, 24 * 3_600 + 1_800);
        let second_half = bucket(&howe, Grain::Hour, "2026-04-04T15:10:00Z");
        assert_eq!(second_half, ("2026-04-04T15:00:00Z".to_owned(), 1_800));
    }

    proptest! {
        /// Buckets cover all time without gaps, and quarters do not straddle
        /// them.
        #[test]
        fn buckets_tile_time(
            at in -2_000_000_000..8_000_000_000_i64,
            name in prop::sample::select(vec![
                "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns",
                "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca", "Asia/Kathmandu",
            ]),
            offset in -24..=24_i64,
        ) {
            for grid in [zone(name), Grid::Offset(offset * 3_600)] {
                for grain in [Grain::Quarter, Grain::Hour, Grain::Day] {
                    let found = grid.bucket(grain, at);
                    prop_assert!(found.from <= at && at < found.until);
                    prop_assert_eq!(grid.bucket(grain, found.from), found);
                    prop_assert_eq!(grid.bucket(grain, found.until - 1), found);
                    prop_assert_eq!(grid.bucket(grain, found.until).from, found.until);
                    // Local mean times of long ago had odd offsets.
                    if at > 600_000_000 {
                        prop_assert_eq!(found.from % QUARTER, 0);
                    }
                }
            }
        }

        #[test]
        fn no_time_panics(at: i64, offset in -90_000..90_000_i64) {
            for grid in [zone("Europe/Berlin"), Grid::Offset(offset)] {
                for grain in [Grain::Hour, Grain::Day] {
                    let found = grid.bucket(grain, at);
                    prop_assert!(found.from <= at && at <= found.until);
                }
            }
            prop_assert!(quarter_of(at) <= at);
        }
    }
}
