//! `GET_HISTORY`: quarters, hours and days of several sensors on the
//! residents' clock, for charts. Ours alone; stock houses do not know it.
//!
//! Asked with `{"sensors": ["lab/temp"], "grain": "quarter|hour|day", "zone":
//! "Europe/Berlin", "start": 1795219200, "end": 1795305600, "max_items": 96}`;
//! `start` and `end` are UTC seconds, both included, and select buckets by
//! their first second. Answered with `{"data": {"lab/temp": [[from, min, avg,
//! max, count], …]}}`, oldest first, the newest `max_items` of each; buckets
//! without values are left out, and numbers are null where values are texts.

use model::TimeZoneName;
use serde_json::{Map, Value, json};

use crate::brain::House;
use crate::config::is_path;
use crate::input::Effect;
use crate::statistics::{Bucket, Grain, Grid, Summary};
use crate::store::{Overview, PointValue, StoreOp};
use crate::turns::{Draft, Waiting};
use crate::wire::{Message, ReplyTo};

/// Most sensors of one question; further ones are not answered.
const MAX_SENSORS: usize = 200;

/// Most buckets of one answer, over all its sensors.
const MAX_BUCKETS: usize = 20_000;

/// A question whose buckets are on their way.
pub(crate) struct Overviews {
    sensors: Vec<String>,
    reply: ReplyTo,
}

impl House {
    /// `GET_HISTORY`. What cannot be read selects nothing.
    pub(crate) fn overview(message: &Message<'_>, draft: &mut Draft) {
        let Some(asked) = read(message.data()) else {
            draft.say.push(message.reply(json!({"data": {}})));
            return;
        };
        let overviews = Overviews {
            sensors: asked.sensors.clone(),
            reply: message.reply_to(message.topic.command),
        };
        draft.wait = Some((StoreOp::Overview(asked), Waiting::Overview(overviews)));
    }
}

fn read(data: &Value) -> Option<Overview> {
    let mut sensors: Vec<String> = Vec::new();
    for sensor in data.get("sensors")?.as_array()? {
        let sensor = sensor.as_str().filter(|sensor| is_path(sensor))?;
        if sensors.len() < MAX_SENSORS && !sensors.iter().any(|known| known == sensor) {
            sensors.push(sensor.to_owned());
        }
    }
    let zone: TimeZoneName = data.get("zone")?.as_str()?.parse().ok()?;
    let most = data.get("max_items").and_then(Value::as_u64);
    let most = most.and_then(|most| usize::try_from(most).ok());
    let share = MAX_BUCKETS.checked_div(sensors.len())?;
    Some(Overview {
        sensors,
        grain: Grain::parse(data.get("grain")?.as_str()?)?,
        grid: Grid::Zone(zone.zone()),
        from: data.get("start")?.as_i64()?,
        to: data.get("end")?.as_i64()?,
        most: most.unwrap_or(share).clamp(1, share),
    })
}

impl Overviews {
    /// The reply, once the store has answered.
    pub(crate) fn answer(self, lists: &[Vec<(Bucket, Summary)>]) -> Effect {
        let data: Map<String, Value> = self
            .sensors
            .into_iter()
            .zip(lists)
            .map(|(sensor, buckets)| (sensor, buckets.iter().map(row).collect()))
            .collect();
        self.reply.with(json!({ "data": data }))
    }
}

fn row((bucket, summary): &(Bucket, Summary)) -> Value {
    let average = match summary.average() {
        Some(PointValue::Int(whole)) => json!(whole),
        Some(PointValue::Real(real)) => json!(real),
        Some(PointValue::Text(text)) => json!(text),
        None => Value::Null,
    };
    json!([
        bucket.from,
        summary.min(),
        average,
        summary.max(),
        summary.count
    ])
}
