//! What a sensor is: read from the house's configuration, and written to it.
//!
//! What a house says is untrusted: whatever does not read as expected is left
//! out, never an error.

use std::fmt;
use std::str::FromStr;

use cell::BusMessage;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The id of a sensor: 1 to 128 characters, levels separated by `/`, such as
/// `kitchen/temp`. No wildcard, no control character, no empty level and no
/// `..`, so that it can only ever name itself in a topic or path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
    configuration: Map<String, Value>,
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

    /// Applies a change. What it does not name stays, also what we do not
    /// know; an empty text or a null removes.
    pub fn apply(&mut self, change: &SensorChange) {
        let texts = [
            ("format", &change.format),
            ("description", &change.description),
            ("unit", &change.unit),
            ("allowed_values", &change.allowed_values),
            ("calculate", &change.calculate),
            ("retain", &change.retain),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                put(&mut self.configuration, key, Some(Value::from(text.trim())));
            }
        }
        for (key, number) in [
            ("min_value", change.min_value),
            ("max_value", change.max_value),
        ] {
            if let Some(number) = number {
                put(&mut self.configuration, key, number.map(Value::from));
            }
        }
        self.apply_service(change);
    }

    fn apply_service(&mut self, change: &SensorChange) {
        if change.sender.is_none() && change.mode.is_none() {
            return;
        }
        let service = self
            .configuration
            .entry("service")
            .or_insert_with(|| Value::Object(Map::new()));
        if !service.is_object() {
            *service = Value::Object(Map::new());
        }
        if let Some(service) = service.as_object_mut() {
            if let Some(sender) = &change.sender {
                let name = sender.strip_prefix("service/").unwrap_or(sender);
                put(service, "name", Some(Value::from(name)));
            }
            let mode = change.mode.map(|mode| Value::from(mode.word()));
            if let Some(mode) = mode {
                put(service, "mode", Some(mode));
            } else if !service.contains_key("mode") {
                put(service, "mode", Some(Value::from(Mode::Push.word())));
            }
        }
    }
}

fn put(object: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    match value {
        Some(value) if value != "" => object.insert(key.to_owned(), value),
        Some(_) | None => object.remove(key),
    };
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

/// What can be said about a sensor. Absent parts stay as they are.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SensorChange {
    /// `int`, `float_1`, `float_2`, `string`, …: needed for a new sensor.
    pub format: Option<String>,
    /// What people call it.
    pub description: Option<String>,
    /// Its unit.
    pub unit: Option<String>,
    /// Values below are ignored; null for no limit.
    #[serde(deserialize_with = "present")]
    pub min_value: Option<Option<f64>>,
    /// Values above are ignored; null for no limit.
    #[serde(deserialize_with = "present")]
    pub max_value: Option<Option<f64>>,
    /// The texts it may have, separated by commas.
    pub allowed_values: Option<String>,
    /// Which statistics the house keeps, a key of its hub's table.
    pub calculate: Option<String>,
    /// How long the house keeps values, a key of its hub's table.
    pub retain: Option<String>,
    /// The module that sends it, such as `service/zigbee2mqtt`.
    pub sender: Option<String>,
    /// Who begins: the module, the house, or people.
    pub mode: Option<Mode>,
}

/// Tells "null" from "absent".
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<f64>>, D::Error> {
    Option::<f64>::deserialize(from).map(Some)
}

/// How values come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The module sends them.
    Push,
    /// The house asks for them.
    Pull,
    /// People and rules set them.
    Actuator,
}

impl Mode {
    const fn word(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Pull => "pull",
            Self::Actuator => "actuator",
        }
    }
}

/// Formats of the bus.
const FORMATS: [&str; 8] = [
    "int", "float_1", "float_2", "string", "calendar", "image", "position", "tasks",
];

/// Longest text of a sensor's configuration, in characters.
const LONGEST: usize = 200;

impl SensorChange {
    /// What is wrong with it, as field and what continues the field's name.
    /// `is_new`: whether the sensor has no configuration to fall back to.
    pub fn fault(&self, is_new: bool) -> Option<(&'static str, String)> {
        match &self.format {
            None if is_new => return Some(("format", needed_format())),
            Some(format) if !FORMATS.contains(&format.as_str()) => {
                return Some(("format", needed_format()));
            }
            _ => {}
        }
        let texts = [
            ("description", &self.description),
            ("unit", &self.unit),
            ("allowed_values", &self.allowed_values),
            ("calculate", &self.calculate),
            ("retain", &self.retain),
            ("sender", &self.sender),
        ];
        for (field, text) in texts {
            let too_long = |text: &String| {
                text.chars().count() > LONGEST || text.chars().any(char::is_control)
            };
            if text.as_ref().is_some_and(too_long) {
                let why = format!("must have at most {LONGEST} characters and no line breaks");
                return Some((field, why));
            }
        }
        if let (Some(Some(min)), Some(Some(max))) = (self.min_value, self.max_value)
            && min > max
        {
            return Some(("max_value", "must not be below min_value".to_owned()));
        }
        None
    }
}

fn needed_format() -> String {
    format!("must be one of {}", FORMATS.join(", "))
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
    fn a_change_keeps_what_it_does_not_name() {
        let message = conf(
            "1/sensors/lab/temp",
            json!({"format": "int", "icon": "star", "unit": "K", "min_value": 3,
                   "service": {"name": "x", "mode": "pull", "configuration": {"k": 1}}}),
        );
        let mut sensor = Sensor::from_message(&message).unwrap();
        let change = SensorChange {
            unit: Some(String::new()),
            min_value: Some(None),
            description: Some("Lab".into()),
            sender: Some("service/y".into()),
            ..SensorChange::default()
        };
        sensor.apply(&change);
        assert_eq!(
            sensor.configuration(),
            json!({"format": "int", "icon": "star", "description": "Lab",
                   "service": {"name": "y", "mode": "pull", "configuration": {"k": 1}}})
        );
    }

    #[test]
    fn an_added_sensor_is_pushed_by_its_sender() {
        let mut sensor = Sensor::new("lab/temp".parse().unwrap());
        sensor.apply(&SensorChange {
            format: Some("float_1".into()),
            sender: Some("service/fake".into()),
            ..SensorChange::default()
        });
        assert_eq!(
            sensor.configuration(),
            json!({"format": "float_1", "service": {"name": "fake", "mode": "push"}})
        );
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

    #[test]
    fn faults_name_their_field() {
        let change = SensorChange::default();
        assert_eq!(change.fault(true).unwrap().0, "format");
        assert_eq!(change.fault(false), None);
        let limits = SensorChange {
            min_value: Some(Some(5.0)),
            max_value: Some(Some(1.0)),
            ..SensorChange::default()
        };
        assert_eq!(limits.fault(false).unwrap().0, "max_value");
        let null: SensorChange = serde_json::from_value(json!({"min_value": null})).unwrap();
        assert_eq!(null.min_value, Some(None));
    }
}
