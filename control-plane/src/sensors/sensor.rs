//! What a sensor is: read from the house's configuration, and written to it.
//!
//! What a house says is untrusted: whatever does not read as expected is left
//! out, never an error.

use std::fmt;
use std::str::FromStr;

use cell::BusMessage;
use serde::Serialize;
use serde_json::{Map, Value};

/// The id of a sensor: 1 to 128 characters, levels separated by `/`, such as
/// `kitchen/temp`. No wildcard, no control character, no empty level and no
/// `..`, so that it can only ever name itself in a topic or path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub struct SensorId(String);

/// A text that is not the id of a sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an id such as kitchen/temp: 1 to 128 characters, without + # and empty levels")]
pub struct BadSensorId;

impl FromStr for SensorId {
    type Err = BadSensorId;

    fn from_str(text: &str) -> Result<Self, BadSensorId> {
        let sane = |c: char| !c.is_control() && c != '+' && c != '#';
        let levels = || text.split('/');
        let fits = (1..=128).contains(&text.chars().count())
            && text.chars().all(sane)
            && levels().all(|level| !level.is_empty() && level != "." && level != "..");
        fits.then(|| Self(text.to_owned())).ok_or(BadSensorId)
    }
}

impl fmt::Display for SensorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl SensorId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A sensor as its house has configured it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensor {
    /// Its id.
    pub id: SensorId,
    pub(super) configuration: Map<String, Value>,
}

impl Sensor {
    /// Reads a `CONF/<version>/sensors/<id>` message; `None` when it is
    /// something else or says that the sensor is gone.
    #[must_use]
    pub fn from_message(message: &BusMessage) -> Option<Self> {
        if message.command != "CONF" {
            return None;
        }
        let (_version, file) = message.args.split_once('/')?;
        let id = file.strip_prefix("sensors/")?.parse().ok()?;
        let configuration = message.data.as_ref()?.as_object()?.clone();
        Some(Self { id, configuration })
    }

    /// A sensor that is not configured yet.
    #[must_use]
    pub fn new(id: SensorId) -> Self {
        Self {
            id,
            configuration: Map::new(),
        }
    }

    /// Its configuration, as it goes onto the bus.
    #[must_use]
    pub fn configuration(&self) -> Value {
        Value::Object(self.configuration.clone())
    }

    /// What people call it; empty when nobody said.
    #[must_use]
    pub fn description(&self) -> String {
        self.text("description")
    }

    /// Its unit; may be empty.
    #[must_use]
    pub fn unit(&self) -> String {
        self.text("unit")
    }

    /// Its format, such as `float_1`.
    #[must_use]
    pub fn format(&self) -> String {
        self.text("format")
    }

    /// A setting as text; empty when absent. Numbers are printed.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.configuration.get(key).map(printed).unwrap_or_default()
    }

    /// The texts it may have; empty for any.
    #[must_use]
    pub fn allowed_values(&self) -> Vec<String> {
        let list = self.text("allowed_values");
        let words = list.split(',').map(str::trim);
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The name of the service it belongs to, without `service/`; may be empty.
    #[must_use]
    pub fn sender(&self) -> String {
        self.service("name")
    }

    /// `push`, `pull` or `actuator`; may be empty.
    #[must_use]
    pub fn mode(&self) -> String {
        self.service("mode")
    }

    /// Whether people can set it.
    #[must_use]
    pub fn is_actuator(&self) -> bool {
        self.mode() == "actuator"
    }

    fn service(&self, key: &str) -> String {
        let service = self.configuration.get("service");
        let value = service.and_then(|service| service.get(key));
        value.map(printed).unwrap_or_default()
    }
}

/// A value as text: strings as they are, numbers printed, the rest as JSON.
#[must_use]
pub fn printed(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn conf(args: &str, data: Value) -> BusMessage {
        BusMessage {
            command: "CONF".into(),
            args: args.into(),
            data: Some(data),
        }
    }

    #[test]
    fn ids_name_only_themselves() {
        for good in ["temp", "kitchen/temp", "küche/über uns", "a.b/c-d_e"] {
            assert!(good.parse::<SensorId>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "/",
            "a/",
            "a//b",
            "+",
            "a/#",
            "a+b",
            "../x",
            "a/./b",
            "a\nb",
            &"x".repeat(129),
        ] {
            assert!(bad.parse::<SensorId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_no_sensor_is_left_out() {
        for odd in [
            conf("1/house", json!({})),
            conf("1/sensors/a#", json!({})),
            conf("1/sensors/a", json!([])),
            BusMessage {
                data: None,
                ..conf("1/sensors/a", json!({}))
            },
            BusMessage {
                command: "SUBSCRIBE_ACK".into(),
                ..conf("1/sensors/a", json!({}))
            },
        ] {
            assert_eq!(Sensor::from_message(&odd), None, "{odd:?}");
        }
    }
}
