//! Storing one value, and what is said about it.

use bus::Module;
use model::Timestamp;
use serde_json::{Map, Value};

use super::Report;

use crate::brain::House;
use crate::config::is_path;
use crate::hub::format::{cut, number, text};
use crate::hub::local_seconds;
use crate::hub::{is_summarised, sensor_notice};
use crate::input::Effect;
use crate::statistics::{Grain, Grid, Operations};
use crate::store::{Aggregate, Point, PointValue, SavePoint, Scope, Series, StoreOp};
use crate::turns::{self, Draft, Waiting};
use crate::wire::{DB, HUB};

/// How many characters of a value `SAVED` carries.
const SHOWN: usize = 50;

/// Why a value cannot be stored. For the log of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadSave {
    #[error("the name of the sensor or of its statistics is not a valid id")]
    Name,
    #[error("the message has no \"value\"")]
    NoValue,
    #[error("its timestamp is not a time in seconds between 1970 and 9999")]
    Timestamp,
}

/// A value to be stored, as the hub or a module asks for it.
pub(crate) struct SaveRequest {
    sensor: String,
    statistics: Option<String>,
    value: Value,
    /// Local seconds.
    at: i64,
    keep_newest: Option<u64>,
    new_only: bool,
    operations: Operations,
}

impl SaveRequest {
    /// Reads `{value, timestamp?, retain?, calculate?, statistics?}`; the
    /// timestamp is local, `now` stands in for it.
    pub(crate) fn read(sensor: &str, data: &Value, now: i64) -> Result<Self, BadSave> {
        let value = data.get("value").ok_or(BadSave::NoValue)?.clone();
        let at = match data.get("timestamp") {
            None | Some(Value::Null) => now,
            Some(given) => local_seconds(given).ok_or(BadSave::Timestamp)?,
        };
        let statistics = data.get("statistics").filter(|named| !named.is_null());
        let statistics = statistics.map(text);
        let series_fits = statistics.as_deref().is_none_or(is_path);
        if !is_path(sensor) || !series_fits {
            return Err(BadSave::Name);
        }
        let retain = data.get("retain");
        let policy = |name| retain.and_then(|retain| retain.get(name));
        let count = policy("count")
            .and_then(number)
            .filter(|count| *count >= 1.0);
        Ok(Self {
            sensor: sensor.to_owned(),
            statistics,
            value,
            at,
            keep_newest: count.and_then(|count| format!("{:.0}", count.trunc()).parse().ok()),
            new_only: policy("new_only").and_then(Value::as_bool) == Some(true),
            operations: Operations::read(data.get("calculate")),
        })
    }

    fn series(&self) -> Series {
        Series::sensor(match &self.statistics {
            Some(statistics) => format!("{}/{statistics}", self.sensor),
            None => self.sensor.clone(),
        })
    }
}

/// The form in which a value is stored.
pub(super) fn point_value(value: Value) -> PointValue {
    match value {
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => PointValue::Int(whole),
            (None, Some(real)) => PointValue::Real(real),
            (None, None) => PointValue::Text(number.to_string()),
        },
        Value::String(text) => PointValue::Text(text),
        other => PointValue::Text(text(&other)),
    }
}

/// How much text a value is; numbers are none.
fn text_bytes(value: &Value) -> usize {
    match value {
        Value::Number(_) | Value::Bool(_) | Value::Null => 0,
        Value::String(text) => text.len(),
        Value::Array(_) | Value::Object(_) => text(value).len(),
    }
}

impl House {
    /// Stores a value. Once it is stored is said: one `SAVED` for the value, one
    /// for its hour and one for its day if statistics are wanted, and for a
    /// configured sensor a notice.
    ///
    /// While nothing is kept, all but hours and days is said at once. `client`
    /// sent it; `always` is said in any case.
    pub(crate) fn save(
        &mut self,
        now: Timestamp,
        save: SaveRequest,
        client: Module<'_>,
        always: Vec<Effect>,
        draft: &mut Draft,
    ) {
        let offset = self.files.offset_secs();
        let shown = cut(&text(&save.value), SHOWN);
        let notice = sensor_notice(&self.files, &save.sensor, &shown);
        let mut data = Map::from_iter([
            ("from_save".to_owned(), true.into()),
            ("timestamp".to_owned(), save.at.into()),
            ("value".to_owned(), shown.into()),
        ]);
        if let Some(statistics) = &save.statistics {
            let group = statistics.split('/').next().unwrap_or_default();
            data.insert("group_by".to_owned(), group.into());
            data.insert("statistics".to_owned(), statistics.clone().into());
        }
        let data = Value::Object(data);
        let saved = self.wire.broadcast(DB, "SAVED", &save.sensor, data);
        let notices = notice.as_ref().map_or_else(Vec::new, |notice| {
            let args = format!("value/{}", save.sensor);
            let text = notice.clone().into();
            self.wire.broadcast(HUB, "NOTIFY", &args, text).to_vec()
        });
        let at = save.at.saturating_sub(offset);
        if let Some(why) = self.why_not_kept(now) {
            let point = Point {
                at,
                value: point_value(save.value.clone()),
            };
            if self.live.take(save.series(), point, save.new_only) {
                self.not_kept(now, why, &client.to_string(), draft);
                draft.say.extend(saved);
                draft.say.extend(notices);
            }
            draft.say.extend(always);
            return;
        }
        self.kept_again(now, draft);
        self.live.superseded(&save.series(), at);
        let (aggregate, report) = self.statistics(&save, at, offset);
        self.room.wrote(text_bytes(&save.value));
        let also = notice.map(|notice| {
            let series = Series {
                scope: Scope::Alerts,
                name: "value".to_owned(),
            };
            let point = Point {
                at: now.as_secs(),
                value: PointValue::Text(notice),
            };
            (series, point)
        });
        let op = StoreOp::Save(SavePoint {
            series: save.series(),
            point: Point {
                at,
                value: point_value(save.value),
            },
            keep_newest: save.keep_newest,
            new_only: save.new_only,
            also,
            aggregate,
        });
        let value = turns::Value {
            saved: saved.to_vec(),
            report,
            notices,
            always,
        };
        draft.wait = Some((op, Waiting::Value(value)));
    }

    /// How the value at `at` (UTC) is summarised, and what is said of that.
    fn statistics(
        &self,
        save: &SaveRequest,
        at: i64,
        offset: i64,
    ) -> (Option<Aggregate>, Option<Report>) {
        let (sensor, operations) = (&save.sensor, &save.operations);
        let keeps_few = save.keep_newest.is_some();
        let with_tally = is_summarised(&self.files, sensor, operations, keeps_few);
        let Some(with_tally) = with_tally.filter(|_| save.statistics.is_none()) else {
            return (None, None);
        };
        let wire = Grid::Offset(offset);
        let buckets = if operations.is_empty() {
            Vec::new()
        } else {
            [Grain::Hour, Grain::Day]
                .map(|grain| (grain, wire.bucket(grain, at)))
                .to_vec()
        };
        let aggregate = Aggregate {
            with_tally,
            report: buckets.clone(),
        };
        let report = Report {
            sensor: sensor.clone(),
            operations: operations.clone(),
            offset,
            buckets,
        };
        (Some(aggregate), Some(report))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn policies_are_read_leniently() {
        let read = |data| SaveRequest::read("lab/temp", &data, 7).unwrap();
        let save = read(json!({"value": 1, "retain": {"count": "2", "new_only": true}}));
        assert_eq!(
            (save.keep_newest, save.new_only, save.at),
            (Some(2), true, 7)
        );
        let save = read(json!({"value": 1, "retain": {"count": 0}, "timestamp": 9}));
        assert_eq!((save.keep_newest, save.new_only, save.at), (None, false, 9));
        let save = read(json!({"value": 1, "statistics": "day/min"}));
        assert_eq!(save.series(), Series::sensor("lab/temp/day/min"));
    }

    #[test]
    fn what_cannot_be_stored_says_why() {
        let refused = |sensor, data| SaveRequest::read(sensor, &data, 7).err();
        assert_eq!(refused("a", json!({})), Some(BadSave::NoValue));
        assert_eq!(refused("a/../b", json!({"value": 1})), Some(BadSave::Name));
        assert_eq!(
            refused("a", json!({"value": 1, "statistics": "../b"})),
            Some(BadSave::Name)
        );
        assert_eq!(
            refused("a", json!({"value": 1, "timestamp": "now"})),
            Some(BadSave::Timestamp)
        );
    }
}
