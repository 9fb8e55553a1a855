//! A sensor's file, read for what the hub needs.

use serde_json::{Map, Value};

use super::format::{is_opaque, number, text};
use crate::config::Files;
use crate::retention::Ages;
use crate::statistics::Operations;

/// What the hub knows of a sensor.
pub(crate) struct Sensor<'a> {
    file: &'a Map<String, Value>,
    files: &'a Files,
}

impl<'a> Sensor<'a> {
    /// The sensor `id`, if it has a file.
    pub(crate) fn find(files: &'a Files, id: &str) -> Option<Self> {
        let file = files.sensor(id)?;
        Some(Self { file, files })
    }

    pub(crate) fn is_disabled(&self) -> bool {
        self.file.get("disabled").and_then(Value::as_bool) == Some(true)
    }

    /// The format; text if the file does not say.
    pub(crate) fn format(&self) -> &'a str {
        self.word("format").unwrap_or("string")
    }

    /// A setting that names something.
    pub(crate) fn word(&self, key: &str) -> Option<&'a str> {
        let word = self.file.get(key).and_then(Value::as_str);
        word.filter(|word| !word.is_empty())
    }

    /// `pull`, `push` or `actuator`; empty without a service.
    pub(crate) fn mode(&self) -> &'a str {
        let mode = self.service().and_then(|service| service.get("mode"));
        mode.and_then(Value::as_str).unwrap_or_default()
    }

    /// The name of the service that measures or acts.
    pub(crate) fn service_name(&self) -> Option<&'a str> {
        self.service()?.get("name")?.as_str()
    }

    /// What the service is told; opaque to the hub.
    pub(crate) fn service_configuration(&self) -> Option<&'a Map<String, Value>> {
        self.service()?.get("configuration")?.as_object()
    }

    /// Whether a normalised value is within the limits of the sensor.
    pub(crate) fn allows(&self, value: &Value) -> bool {
        if let Some(measured) = value.as_f64() {
            let limit = |key| self.file.get(key).and_then(number);
            if limit("min_value").is_some_and(|least| measured < least)
                || limit("max_value").is_some_and(|most| measured > most)
            {
                return false;
            }
        }
        let allowed = self
            .file
            .get("allowed_values")
            .filter(|allowed| !allowed.is_null());
        let allowed = allowed
            .map(text)
            .filter(|allowed| !allowed.trim().is_empty());
        let value = text(value);
        allowed.is_none_or(|list| list.split(',').any(|one| one.trim() == value))
    }

    /// The policies of the retain entry that the sensor names.
    pub(crate) fn policies(&self) -> Option<&'a Value> {
        self.files
            .hub_entry("retain", self.word("retain")?)?
            .get("policies")
    }

    /// The operations of the calculate entry that the sensor names.
    pub(crate) fn operations(&self) -> Option<&'a Value> {
        self.files
            .hub_entry("calculate", self.word("calculate")?)?
            .get("operations")
    }

    /// What residents read when a value was stored:
    /// `<description>: <value><unit>`. Documents are named, not shown.
    pub(crate) fn notice(&self, id: &str, value: &str) -> String {
        let name = self.word("description").unwrap_or(id);
        let unit = self.file.get("unit").map(text).unwrap_or_default();
        if is_opaque(self.format()) {
            format!("{name}: <{}>", self.format())
        } else {
            format!("{name}: {value}{unit}")
        }
    }

    fn service(&self) -> Option<&'a Value> {
        self.file.get("service")
    }
}

/// The notice for a stored value of `id`; `None` when the sensor is not
/// configured or disabled.
pub(crate) fn notice(files: &Files, id: &str, value: &str) -> Option<String> {
    let sensor = Sensor::find(files, id).filter(|sensor| !sensor.is_disabled())?;
    Some(sensor.notice(id, value))
}

/// For how long the values of a sensor are kept; for ever when it says nothing.
pub(crate) fn ages(files: &Files, id: &str) -> Ages {
    let policies = Sensor::find(files, id).and_then(|sensor| sensor.policies());
    policies.map_or_else(Ages::default, Ages::of_policies)
}

/// Whether values of a sensor are summarised: all for which statistics are
/// wanted, except documents, and numbers of which more than a few are kept.
/// With it, whether to record how often each value occurred.
pub(crate) fn is_summarised(
    files: &Files,
    id: &str,
    operations: &Operations,
    keeps_few: bool,
) -> Option<bool> {
    let format = Sensor::find(files, id).map(|sensor| sensor.format());
    let is_number = matches!(format, Some("int" | "float_1" | "float_2"));
    if format.is_some_and(is_opaque) || (operations.is_empty() && (keeps_few || !is_number)) {
        return None;
    }
    Some(!is_number || operations.has("count_unique"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::FileChange;

    fn with(sensor: Value, check: impl FnOnce(Sensor<'_>)) {
        let files = Files::new(vec![FileChange {
            id: "sensors/a".to_owned(),
            version: 1,
            content: Some(sensor),
        }]);
        check(Sensor::find(&files, "a").unwrap());
    }

    #[test]
    fn limits_are_for_numbers_and_allowed_values_for_texts() {
        with(json!({"min_value": 0, "max_value": "40"}), |sensor| {
            assert!(sensor.allows(&json!(40.0)));
            assert!(!sensor.allows(&json!(-0.1)));
            assert!(!sensor.allows(&json!(41)));
            assert!(sensor.allows(&json!("None")));
        });
        with(json!({"allowed_values": "on, off"}), |sensor| {
            assert!(sensor.allows(&json!("off")));
            assert!(!sensor.allows(&json!("")));
        });
        with(json!({"allowed_values": 5}), |sensor| {
            assert!(sensor.allows(&json!(5)));
            assert!(!sensor.allows(&json!(6)));
        });
    }

    #[test]
    fn documents_are_not_shown_in_notices() {
        with(json!({"description": "Door", "unit": "C"}), |sensor| {
            assert_eq!(sensor.notice("a", "1"), "Door: 1C");
        });
        with(json!({"format": "image"}), |sensor| {
            assert_eq!(sensor.notice("a", "base64"), "a: <image>");
        });
    }
}
