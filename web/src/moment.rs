//! Points in time as people read them.

use model::{TimeZoneName, Timestamp};

use crate::text::Text;
use crate::words;

/// A point in time, printed three ways: for machines, as an age, and by the
/// clock of the house. Scripts keep the age ticking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, UTC, for `<time datetime>`.
    pub iso: String,
    /// `12 s ago`.
    pub age: Text,
    /// By the clock of the house: `21 Nov 2026, 14:02:09`.
    pub clock: Text,
}

impl Moment {
    /// Prints `at` as seen at `now` by somebody in `zone`.
    #[must_use]
    pub fn new(at: Timestamp, now: Timestamp, zone: &TimeZoneName) -> Self {
        Self {
            iso: at.to_rfc3339(),
            age: words::age(now.since(at)),
            clock: clock(at, zone),
        }
    }

    /// Prints `at` as seen at `now`, on a page that belongs to no house: `21
    /// Nov 2026, 13:02:09 UTC`.
    #[must_use]
    pub fn in_utc(at: Timestamp, now: Timestamp) -> Self {
        Self {
            iso: at.to_rfc3339(),
            age: words::age(now.since(at)),
            clock: jiff::Timestamp::from_millisecond(at.0).map_or_else(
                |_| Text::plain(at.to_rfc3339()),
                |moment| {
                    let zoned = moment.to_zoned(jiff::tz::TimeZone::UTC);
                    Text::joined([date_and_time(&zoned), Text::plain("UTC")], " ")
                },
            ),
        }
    }
}

/// `at` by the clock of `zone`: `21 Nov 2026, 14:02:09`. Moments that the
/// calendar cannot hold are printed as RFC 3339.
#[must_use]
pub fn clock(at: Timestamp, zone: &TimeZoneName) -> Text {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(
        |_| Text::plain(at.to_rfc3339()),
        |moment| date_and_time(&moment.to_zoned(zone.zone())),
    )
}

/// `at` by the clock of `zone`, to the minute and without the day: `14:02`.
#[must_use]
pub fn time(at: Timestamp, zone: &TimeZoneName) -> Text {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(
        |_| Text::plain(at.to_rfc3339()),
        |moment| {
            let zoned = moment.to_zoned(zone.zone());
            Text::plain(zoned.strftime("%H:%M").to_string())
        },
    )
}

/// `at` by the clock of `zone`, as somebody says it at `now`: `14:02`, and on
/// another day `20 Nov 2026, 14:02`.
#[must_use]
pub fn brief(at: Timestamp, now: Timestamp, zone: &TimeZoneName) -> Text {
    let (then, today) = (day(at, zone), day(now, zone));
    if then == today {
        time(at, zone)
    } else {
        Text::joined([then, time(at, zone)], ", ")
    }
}

/// The day of `at` by the calendar of `zone`: `21 Nov 2026`. Moments that the
/// calendar cannot hold are printed as RFC 3339.
#[must_use]
pub fn day(at: Timestamp, zone: &TimeZoneName) -> Text {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(
        |_| Text::plain(at.to_rfc3339()),
        |moment| date(moment.to_zoned(zone.zone()).date()),
    )
}

/// The day of `at` in UTC: `21 Nov 2026`. Moments that the calendar cannot hold
/// are printed as RFC 3339.
#[must_use]
pub fn day_in_utc(at: Timestamp) -> Text {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(
        |_| Text::plain(at.to_rfc3339()),
        |moment| date(moment.to_zoned(jiff::tz::TimeZone::UTC).date()),
    )
}

/// A day: `21 Nov 2026`.
#[must_use]
pub fn date(date: jiff::civil::Date) -> Text {
    Text::new("moment-date")
        .with("day", Text::plain(date.day().to_string()))
        .with(
            "month",
            Text::one_of("moment-month", &date.month().to_string()),
        )
        .with("year", Text::plain(date.year().to_string()))
}

fn date_and_time(at: &jiff::Zoned) -> Text {
    let time = Text::plain(at.strftime("%H:%M:%S").to_string());
    Text::joined([date(at.date()), time], ", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_by_the_clock_of_the_house() {
        let zone: TimeZoneName = "Europe/Berlin".parse().unwrap();
        let at = Timestamp::from_rfc3339("2026-11-21T13:02:09Z").unwrap();
        let moment = Moment::new(at, Timestamp(at.0 + 12_000), &zone);
        assert_eq!(moment.iso, "2026-11-21T13:02:09.000Z");
        assert_eq!(moment.age.to_string(), "12 s ago");
        assert_eq!(moment.clock.to_string(), "21 Nov 2026, 14:02:09");
        let german = moment.clock.told_in(crate::text::Language::German);
        assert_eq!(german, "21. Nov. 2026, 14:02:09");
        let moment = Moment::in_utc(at, at);
        assert_eq!(moment.clock.to_string(), "21 Nov 2026, 13:02:09 UTC");
    }

    #[test]
    fn a_time_of_today_is_told_without_the_day() {
        let zone: TimeZoneName = "Europe/Berlin".parse().unwrap();
        let at = |text| Timestamp::from_rfc3339(text).unwrap();
        let (noon, night) = (at("2026-11-21T13:02:09Z"), at("2026-11-21T23:30:00Z"));
        assert_eq!(
            brief(noon, at("2026-11-21T22:59:00Z"), &zone).to_string(),
            "14:02"
        );
        // In Berlin that is the next day already.
        assert_eq!(brief(noon, night, &zone).to_string(), "21 Nov 2026, 14:02");
        assert!(!time(Timestamp(i64::MAX), &zone).is_empty());
    }

    #[test]
    fn no_moment_panics() {
        let zone: TimeZoneName = "Asia/Kathmandu".parse().unwrap();
        for at in [i64::MIN, -1, 0, i64::MAX] {
            assert!(
                !Moment::new(Timestamp(at), Timestamp(0), &zone)
                    .clock
                    .is_empty()
            );
        }
    }
}
