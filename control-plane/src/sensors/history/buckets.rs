//! What quarters, hours and days come to.
//!
//! Our own runtime answers with buckets on the residents' clock. A controller
//! at home knows only the series that `calculate` of the sensor made it keep,
//! by hours and days of its wire's clock.

use std::collections::BTreeMap;
use std::time::Duration;

use model::{Hosting, Timestamp};
use serde_json::{Value, json};

use super::span::{Cursor, Part, Resolution, Span};
use crate::app::App;
use crate::http::problem::Problem;
use crate::sensors::question::{Person, Question, rows};
use crate::sensors::sensor::SensorId;
use crate::sensors::service::{offset_hours, point, to_wire};
use crate::store::House;

/// Sensors of one question: what a house answers at once.
const SENSORS_AT_ONCE: usize = 100;

/// Quarters of a day, with one more for the one that is not over.
const QUARTERS_OF_A_DAY: usize = 97;

/// What some values come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Bucket {
    /// Its first moment.
    pub at: Timestamp,
    /// The least number.
    pub min: Option<f64>,
    /// The mean; of texts the most frequent one, where that is known.
    pub avg: Value,
    /// The greatest number.
    pub max: Option<f64>,
    /// How many values there are; `None` where a house at home does not count.
    pub count: Option<u64>,
}

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub struct BucketPage {
    /// The buckets that have values, oldest first.
    pub buckets: Vec<Bucket>,
    /// Where older ones are; `None` when there are none in the span.
    pub next: Option<Cursor>,
}

/// One page of buckets: the newest that begin in the span, or those before the
/// cursor.
pub async fn page(
    app: &App,
    person: &Person,
    house: &House,
    (sensor, resolution): (&SensorId, Resolution),
    part: Part,
) -> Result<BucketPage, Problem> {
    let (span, most) = (part.span.before(part.cursor), part.most);
    let buckets = newest(app, person, house, (sensor, resolution), span, most).await?;
    let oldest = buckets.first().filter(|_| buckets.len() >= most);
    let next = oldest.and_then(|oldest| span.behind(oldest.at));
    Ok(BucketPage { buckets, next })
}

/// The newest buckets that begin in the span, oldest first.
pub(super) async fn newest(
    app: &App,
    person: &Person,
    house: &House,
    (sensor, resolution): (&SensorId, Resolution),
    span: Span,
    most: usize,
) -> Result<Vec<Bucket>, Problem> {
    match house.hosting {
        Hosting::Hosted => {
            let sensors = std::slice::from_ref(sensor);
            let mut found =
                of_sensors(app, person, house, (sensors, resolution), span, most).await?;
            Ok(found.remove(sensor).unwrap_or_default())
        }
        Hosting::OnPremise => at_home(app, person, house, (sensor, resolution), span, most).await,
    }
}

/// The quarters of the last day of each of the sensors, by id. Sensors without
/// values are left out, and so are all of a house whose controller is at home:
/// it knows no quarters.
pub async fn last_day(
    app: &App,
    person: &Person,
    house: &House,
    sensors: &[SensorId],
) -> Result<BTreeMap<SensorId, Vec<Bucket>>, Problem> {
    let mut all = BTreeMap::new();
    if house.hosting == Hosting::OnPremise {
        return Ok(all);
    }
    let to = app.now();
    let day = i64::try_from(Duration::from_hours(24).as_millis()).unwrap_or(i64::MAX);
    let span = Span {
        from: Timestamp(to.0.saturating_sub(day)),
        to,
    };
    for some in sensors.chunks(SENSORS_AT_ONCE) {
        let asked = (some, Resolution::Quarter);
        all.extend(of_sensors(app, person, house, asked, span, QUARTERS_OF_A_DAY).await?);
    }
    all.retain(|_, buckets| !buckets.is_empty());
    Ok(all)
}

async fn of_sensors(
    app: &App,
    person: &Person,
    house: &House,
    (sensors, resolution): (&[SensorId], Resolution),
    span: Span,
    most: usize,
) -> Result<BTreeMap<SensorId, Vec<Bucket>>, Problem> {
    let names: Vec<&str> = sensors.iter().map(SensorId::as_str).collect();
    let question = Question::history(json!({
        "sensors": names,
        "grain": resolution.as_str(),
        "zone": house.timezone.as_str(),
        "start": span.from.as_secs(),
        "end": span.to.as_secs(),
        "max_items": most,
    }));
    let answer = question.ask(app, person, &house.id).await?;
    let lists = answer
        .last()
        .and_then(|message| message.data.as_ref()?.get("data")?.as_object());
    let list_of = |sensor: &SensorId| {
        let rows = lists.and_then(|lists| lists.get(sensor.as_str())?.as_array());
        let buckets = rows.into_iter().flatten().filter_map(bucket).collect();
        (sensor.clone(), buckets)
    };
    Ok(sensors.iter().map(list_of).collect())
}

/// `[from, min, avg, max, count]`.
fn bucket(row: &Value) -> Option<Bucket> {
    Some(Bucket {
        at: Timestamp::from_secs(row.get(0)?.as_i64()?),
        min: row.get(1)?.as_f64(),
        avg: row.get(2)?.clone(),
        max: row.get(3)?.as_f64(),
        count: row.get(4)?.as_u64(),
    })
}

/// From the series that a stock controller keeps beside a sensor's own.
async fn at_home(
    app: &App,
    person: &Person,
    house: &House,
    (sensor, resolution): (&SensorId, Resolution),
    span: Span,
    most: usize,
) -> Result<Vec<Bucket>, Problem> {
    let grain = match resolution {
        Resolution::Hour | Resolution::Day => resolution.as_str(),
        Resolution::Raw | Resolution::Quarter => {
            return Err(Problem::Invalid {
                field: "resolution",
                why: "must be raw, hour or day: the controller of this house runs at home and keeps no quarters".to_owned(),
            });
        }
    };
    let offset = offset_hours(app, person, &house.id).await?;
    let selection = json!({
        "start": to_wire(span.from, offset),
        "end": to_wire(span.to, offset),
        "withscores": true,
        "max_items": most,
    });
    let series = |statistic: &str| {
        let question = Question::statistic(sensor, grain, statistic, selection.clone());
        async move {
            let answer = question.ask(app, person, &house.id).await?;
            let points = rows(&answer)
                .iter()
                .filter_map(|row| point(row, offset))
                .collect();
            Ok::<Vec<_>, Problem>(points)
        }
    };
    let (avg, min, max, count) =
        futures_util::future::join4(series("avg"), series("min"), series("max"), series("count"))
            .await;
    let mut all: BTreeMap<Timestamp, Bucket> = BTreeMap::new();
    let mut put = |points: Vec<_>, set: fn(&mut Bucket, Value)| {
        for point in points {
            let point: crate::sensors::Latest = point;
            let bucket = all.entry(point.at).or_insert_with(|| Bucket {
                at: point.at,
                min: None,
                avg: Value::Null,
                max: None,
                count: None,
            });
            set(bucket, point.value);
        }
    };
    put(avg?, |bucket, value| bucket.avg = value);
    put(min?, |bucket, value| bucket.min = value.as_f64());
    put(max?, |bucket, value| bucket.max = value.as_f64());
    put(count?, |bucket, value| bucket.count = counted(&value));
    // A stock controller stores "nothing" for hours in which nothing came.
    all.retain(|_, bucket| !bucket.avg.is_null() || bucket.min.is_some());
    let surplus = all.len().saturating_sub(most);
    Ok(all.into_values().skip(surplus).collect())
}

/// Counts come as floats from the wire.
fn counted(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| format!("{:.0}", value.as_f64()?).parse().ok())
}
