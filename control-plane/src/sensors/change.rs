//! What can be changed about a sensor, and what comes of it.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::sensor::Sensor;

/// What can be said about a sensor. Absent parts stay as they are.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SensorChange {
    /// `int`, `float_1`, `float_2`, `string`, …: needed for a new sensor.
    pub format: Option<String>,
    /// What people call it.
    pub description: Option<String>,
    /// Its unit.
    pub unit: Option<String>,
    /// Values below are ignored; null for no limit.
    pub min_value: Bound,
    /// Values above are ignored; null for no limit.
    pub max_value: Bound,
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

/// What becomes of a limit. In JSON: absent, null, or a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(from = "Option<f64>")]
pub enum Bound {
    /// It stays.
    #[default]
    Keep,
    /// There is none any more.
    Remove,
    /// It is this.
    At(f64),
}

impl From<Option<f64>> for Bound {
    fn from(given: Option<f64>) -> Self {
        given.map_or(Self::Remove, Self::At)
    }
}

/// How values come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
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
        if let (Bound::At(min), Bound::At(max)) = (self.min_value, self.max_value)
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

impl Sensor {
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
        for (key, bound) in [
            ("min_value", change.min_value),
            ("max_value", change.max_value),
        ] {
            match bound {
                Bound::Keep => {}
                Bound::Remove => put(&mut self.configuration, key, None),
                Bound::At(number) => put(&mut self.configuration, key, Some(number.into())),
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

#[cfg(test)]
mod tests {
    use cell::BusMessage;
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
    fn a_change_keeps_what_it_does_not_name() {
        let message = conf(
            "1/sensors/lab/temp",
            json!({"format": "int", "icon": "star", "unit": "K", "min_value": 3,
                   "service": {"name": "x", "mode": "pull", "configuration": {"k": 1}}}),
        );
        let mut sensor = Sensor::from_message(&message).unwrap();
        let change = SensorChange {
            unit: Some(String::new()),
            min_value: Bound::Remove,
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
    fn faults_name_their_field() {
        let change = SensorChange::default();
        assert_eq!(change.fault(true).unwrap().0, "format");
        assert_eq!(change.fault(false), None);
        let limits = SensorChange {
            min_value: Bound::At(5.0),
            max_value: Bound::At(1.0),
            ..SensorChange::default()
        };
        assert_eq!(limits.fault(false).unwrap().0, "max_value");
        let null: SensorChange = serde_json::from_value(json!({"min_value": null})).unwrap();
        assert_eq!(null.min_value, Bound::Remove);
    }
}
