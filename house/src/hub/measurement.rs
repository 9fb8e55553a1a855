//! From what a module sent to what is stored.

use serde_json::{Map, Value, json};

use super::format::{normalise, number, text};
use super::processors::convert;
use super::sensor::Sensor;

/// The latest second that can be measured: the end of the year 9999. Beyond
/// it are milliseconds, sent by mistake.
const LAST_SECOND: i64 = 253_402_300_799;

/// No offset from UTC is longer.
const DAY: i64 = 86_400;

/// A measurement on its way into the store: what the sender wrote, with value
/// and local time in their final form.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measurement {
    /// All keys, `value` and `timestamp` among them.
    pub(crate) data: Map<String, Value>,
    /// Local seconds.
    pub(crate) at: i64,
}

/// Why a measurement is not taken. For the log of the house.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotTaken {
    #[error("the message carries nothing")]
    Empty,
    #[error(
        "its timestamp is not a UTC time in seconds between 1970 and 9999 (milliseconds, perhaps?)"
    )]
    Timestamp,
    #[error("{0}")]
    Value(String),
}

impl Measurement {
    /// Reads `{value, timestamp?, …}` or a bare value. `timestamp` is UTC and
    /// becomes local; without one it is now.
    pub(crate) fn read(data: &Value, now: i64, offset: i64) -> Result<Self, NotTaken> {
        let mut map = match data {
            Value::Null => return Err(NotTaken::Empty),
            Value::Object(map) if map.contains_key("value") => map.clone(),
            bare => Map::from_iter([("value".to_owned(), bare.clone())]),
        };
        let at = match map.get("timestamp") {
            None | Some(Value::Null) => now,
            Some(given) => seconds(given).ok_or(NotTaken::Timestamp)?,
        };
        let at = at.saturating_add(offset);
        map.insert("timestamp".to_owned(), json!(at));
        Ok(Self { data: map, at })
    }

    pub(crate) fn value(&self) -> &Value {
        self.data.get("value").unwrap_or(&Value::Null)
    }

    /// The value's text.
    pub(crate) fn text(&self) -> String {
        text(self.value())
    }

    /// Converts and normalises the value.
    pub(crate) fn bring_into_form(&mut self, sensor: &Sensor<'_>) -> Result<(), NotTaken> {
        let refuse = |why: &dyn std::fmt::Display| NotTaken::Value(why.to_string());
        if let Some(processor) = sensor.word("post_processor") {
            let converted = convert(processor, self.value()).map_err(|why| refuse(&why))?;
            self.set("value", converted);
        }
        let value = normalise(sensor.format(), self.value()).map_err(|why| refuse(&why))?;
        self.set("value", value);
        Ok(())
    }

    /// Attaches what the hub's tables say about the sensor.
    pub(crate) fn attach_policies(&mut self, sensor: &Sensor<'_>) {
        for (key, entry) in [
            ("retain", sensor.policies()),
            ("calculate", sensor.operations()),
        ] {
            if let Some(entry) = entry {
                self.set(key, entry.clone());
            }
        }
    }

    /// What an actuator is told: this, with the service's own configuration
    /// over it.
    pub(crate) fn for_actuator(&self, sensor: &Sensor<'_>) -> Result<Value, NotTaken> {
        let mut told = self.data.clone();
        if let Some(processor) = sensor.word("pre_processor") {
            let converted = convert(processor, self.value());
            let converted = converted.map_err(|why| NotTaken::Value(why.to_string()))?;
            told.insert("value".to_owned(), converted);
        }
        told.extend(sensor.service_configuration().cloned().unwrap_or_default());
        Ok(Value::Object(told))
    }

    fn set(&mut self, key: &str, value: Value) {
        self.data.insert(key.to_owned(), value);
    }
}

/// The seconds of a wire timestamp in UTC.
fn seconds(value: &Value) -> Option<i64> {
    whole(value).filter(|secs| (0..=LAST_SECOND).contains(secs))
}

/// The seconds of a wire timestamp in local time: a day more on either side.
pub(crate) fn local_seconds(value: &Value) -> Option<i64> {
    whole(value).filter(|secs| (-DAY..=LAST_SECOND + DAY).contains(secs))
}

fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = number(value)?.trunc();
        format!("{number:.0}").parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_value_is_measured_now() {
        for bare in [json!("1"), json!(2.5), json!({"a": 1}), json!([1])] {
            let read = Measurement::read(&bare, 100, 3_600).unwrap();
            assert_eq!((read.value(), read.at), (&bare, 3_700));
        }
    }

    #[test]
    fn utc_becomes_local_and_other_keys_stay() {
        let data = json!({"value": 1, "timestamp": 1_795_264_686.9, "statistics": "day/min"});
        let read = Measurement::read(&data, 5, 3_600).unwrap();
        assert_eq!(read.at, 1_795_268_286);
        assert_eq!(read.data["timestamp"], json!(1_795_268_286));
        assert_eq!(read.data["statistics"], "day/min");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for odd in [
            json!(1_795_264_686_000_i64),
            json!("noon"),
            json!(-1),
            json!([]),
        ] {
            let data = json!({"value": 1, "timestamp": odd});
            assert_eq!(Measurement::read(&data, 5, 0), Err(NotTaken::Timestamp));
        }
        assert_eq!(Measurement::read(&Value::Null, 5, 0), Err(NotTaken::Empty));
    }
}
