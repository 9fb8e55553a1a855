//! A sensor's past as its pages print it: sparklines, days, what a span comes
//! to.

use std::collections::BTreeMap;

use model::{Hosting, TimeZoneName, Timestamp};
use serde_json::Value;
use web::page::{ChartRange, DayRow, HistoryRow, Spark, Summary};
use web::{Moment, Text, words};

use super::reading;
use control_plane::app::App;
use control_plane::http::problem::Problem;
use control_plane::sensors::history::{self, Bucket, Part, Resolution, Span};
use control_plane::sensors::{Latest, Person, Sensor, SensorId};
use control_plane::store::House;

/// Values in the table.
const ROWS: usize = 48;

/// Days in the table.
const DAYS: usize = 92;

/// Most days that what a span comes to is read from: thirteen years.
const MOST_DAYS: usize = history::MOST_PER_PAGE;

const DAY: i64 = 86_400;

/// Half of a quarter of an hour, in which its mean is drawn.
const HALF_A_QUARTER: i64 = 450;

/// The last day of each sensor as a line, where it is numbers. A house that
/// does not answer in time has none: its page does not wait for lines.
pub(super) async fn sparks<'a>(
    app: &App,
    person: &Person,
    house: &House,
    sensors: impl Iterator<Item = &'a Sensor>,
) -> BTreeMap<SensorId, Spark> {
    let numeric: Vec<SensorId> = sensors
        .filter(|sensor| reading::decimals(&sensor.format()).is_some() && !sensor.is_actuator())
        .map(|sensor| sensor.id.clone())
        .collect();
    if numeric.is_empty() {
        return BTreeMap::new();
    }
    let days = history::last_day(app, person, house, &numeric).await;
    let days = days.unwrap_or_else(|problem| {
        tracing::debug!(house.id = %house.id, %problem, "No lines for the sensors of a house");
        BTreeMap::new()
    });
    let now = app.now().as_secs();
    days.into_iter()
        .filter_map(|(id, buckets)| Some((id, spark(&buckets, now)?)))
        .collect()
}

/// The line of the day until `now`.
fn spark(buckets: &[Bucket], now: i64) -> Option<Spark> {
    let place = |at: Timestamp| {
        let since = at.as_secs() + HALF_A_QUARTER - (now - DAY);
        Some(f64::from(i32::try_from(since).ok()?) / f64::from(86_400))
    };
    let points: Vec<(f64, f64)> = buckets
        .iter()
        .filter_map(|bucket| Some((place(bucket.at)?, bucket.avg.as_f64()?)))
        .collect();
    // Sensors that send once an hour are one line; behind three hours of
    // nothing it begins anew.
    Spark::draw(&points, 0.125)
}

/// What a span of a sensor has to show.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) summary: Option<Summary>,
    pub(super) rows: Vec<HistoryRow>,
    pub(super) further: u64,
    pub(super) days: Vec<DayRow>,
}

/// Reads what the page of `sensor` shows of the span that ends now.
pub(super) async fn shown(
    app: &App,
    person: &Person,
    house: &House,
    sensor: &Sensor,
    range: ChartRange,
) -> Result<Shown, Problem> {
    let now = app.now();
    let start = |secs| now.as_secs().saturating_sub_unsigned(secs);
    let span = Span {
        from: Timestamp::from_secs(range.secs().map_or(0, start)),
        to: now,
    };
    let decimals = reading::decimals(&sensor.format());
    let newest = Part::newest(span, history::DEFAULT_PAGE);
    let page = history::page(app, person, &house.id, &sensor.id, newest).await?;
    // A day by its quarters is a day but for a few minutes; an hour is not an
    // hour.
    let resolution = match (range, house.hosting) {
        (ChartRange::Hour, _) => None,
        (ChartRange::Day, Hosting::Hosted) => Some(Resolution::Quarter),
        (ChartRange::Day | ChartRange::Week, _) => Some(Resolution::Hour),
        (ChartRange::Month | ChartRange::Year | ChartRange::All, _) => Some(Resolution::Day),
    };
    let mut buckets = Vec::new();
    if let (Some(_), Some(resolution)) = (decimals, resolution) {
        let of = (&sensor.id, resolution);
        let page =
            history::bucket_page(app, person, house, of, Part::newest(span, MOST_DAYS)).await?;
        buckets = page.buckets;
    }
    let days = match (decimals, range) {
        (Some(_), ChartRange::Week) => {
            let of = (&sensor.id, Resolution::Day);
            history::bucket_page(app, person, house, of, Part::newest(span, DAYS))
                .await?
                .buckets
        }
        (Some(_), ChartRange::Month | ChartRange::Year | ChartRange::All) => buckets.clone(),
        _ => Vec::new(),
    };
    let zone = &house.timezone;
    let newest_days = days.iter().rev().take(DAYS);
    Ok(Shown {
        summary: summary(&page, &buckets, decimals, |at| Moment::new(at, now, zone)),
        rows: rows(&page, decimals, now, zone),
        further: further(&page, &buckets),
        days: newest_days
            .map(|day| day_row(day, decimals, zone))
            .collect(),
    })
}

fn rows(
    page: &history::Page,
    decimals: Option<u8>,
    now: Timestamp,
    zone: &TimeZoneName,
) -> Vec<HistoryRow> {
    let newest = page.points.iter().rev().take(ROWS);
    newest
        .map(|point| HistoryRow {
            at: Moment::new(point.at, now, zone),
            value: reading::print(&point.value, decimals),
        })
        .collect()
}

/// How many values of the span are not in the table, as far as is known.
fn further(page: &history::Page, buckets: &[Bucket]) -> u64 {
    let counted: u64 = buckets.iter().filter_map(|bucket| bucket.count).sum();
    let read = u64::try_from(page.points.len()).unwrap_or(u64::MAX);
    let shown = u64::try_from(page.points.len().min(ROWS)).unwrap_or(u64::MAX);
    counted.max(read).saturating_sub(shown)
}

fn day_row(day: &Bucket, decimals: Option<u8>, zone: &TimeZoneName) -> DayRow {
    let print = |number: Option<f64>| {
        number.map_or_else(
            || "–".to_owned(),
            |number| reading::print(&Value::from(number), decimals),
        )
    };
    DayRow {
        day: web::moment::day(day.at, zone),
        lowest: print(day.min),
        mean: print(day.avg.as_f64()),
        highest: print(day.max),
        count: day.count.map(words::count).unwrap_or_default(),
    }
}

/// Last, lowest, highest and how many: of what buckets tell where they tell
/// it, else of the values that were read.
fn summary(
    page: &history::Page,
    buckets: &[Bucket],
    decimals: Option<u8>,
    moment: impl Fn(Timestamp) -> Moment,
) -> Option<Summary> {
    let last = page.points.last()?;
    let number = |point: &Latest| point.value.as_f64();
    let numbers = || page.points.iter().filter_map(number);
    let print = |number: f64| reading::print(&Value::from(number), decimals);
    let least = buckets.iter().filter_map(|bucket| bucket.min);
    let greatest = buckets.iter().filter_map(|bucket| bucket.max);
    let counted: Option<u64> = buckets.iter().map(|bucket| bucket.count).sum();
    let counted = counted.filter(|_| !buckets.is_empty());
    let read = words::count(u64::try_from(page.points.len()).unwrap_or(u64::MAX));
    Some(Summary {
        last: print(number(last)?),
        last_at: moment(last.at),
        lowest: print(numbers().chain(least).reduce(f64::min)?),
        highest: print(numbers().chain(greatest).reduce(f64::max)?),
        count: match counted {
            Some(counted) => words::count(counted),
            None if page.next.is_some() => Text::new("sensor-more-than").with("count", read),
            None => read,
        },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_795_264_686;

    fn bucket(at: i64, value: f64, count: u64) -> Bucket {
        Bucket {
            at: Timestamp::from_secs(at),
            min: Some(value - 1.0),
            avg: json!(value),
            max: Some(value + 1.0),
            count: Some(count),
        }
    }

    #[test]
    fn a_line_ends_where_its_sensor_fell_silent() {
        let noon = NOW - DAY / 2;
        let morning: Vec<Bucket> = (0..4)
            .map(|n| bucket(noon - n * 900, 20.0, 3))
            .rev()
            .collect();
        let path = spark(&morning, NOW).unwrap().path;
        let end: f64 = path
            .rsplit('L')
            .next()
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert!((100.0..102.0).contains(&end), "{path}");
        assert_eq!(spark(&morning[..1], NOW), None);
    }

    #[test]
    fn a_long_span_is_told_by_its_days() {
        let page = history::Page {
            points: vec![Latest {
                value: json!(21.5),
                at: Timestamp::from_secs(NOW),
            }],
            next: None,
        };
        let days = [
            bucket(NOW - 9 * DAY, 3.0, 2_000),
            bucket(NOW - DAY, 25.0, 500),
        ];
        let zone = "Europe/Berlin".parse().unwrap();
        let moment = |at| Moment::new(at, Timestamp::from_secs(NOW), &zone);
        let told = summary(&page, &days, Some(1), moment).unwrap();
        assert_eq!(
            (
                told.last.as_str(),
                told.lowest.as_str(),
                told.highest.as_str()
            ),
            ("21.5", "2.0", "26.0")
        );
        assert_eq!(told.count, words::count(2_500));
        assert_eq!(further(&page, &days), 2_499);
        let row = day_row(&days[0], Some(1), &zone);
        assert_eq!((row.mean.as_str(), row.lowest.as_str()), ("3.0", "2.0"));
        assert_eq!(row.day.to_string(), "12 Nov 2026");
    }
}
