//! The conversions that a sensor may name as its `post_processor` (before a
//! value is stored) or `pre_processor` (before it goes to an actuator).
//!
//! The stock hub runs shell commands here. Ours are these ten functions; an
//! entry of the hub's table with another name converts nothing, and a value
//! that needs it is refused rather than stored in the wrong unit.

use serde_json::{Value, json};

use super::format::{number, text};

type Conversion = fn(f64) -> f64;

/// Name, meaning as shown in the hub's file, function.
const CONVERSIONS: [(&str, &str, Conversion); 9] = [
    ("celsius_to_fahrenheit", "value * 1.8 + 32", |x| {
        x * 1.8 + 32.0
    }),
    ("fahrenheit_to_celsius", "(value - 32) / 1.8", |x| {
        (x - 32.0) / 1.8
    }),
    ("inhg_to_hpa", "value * 33.86", |x| x * 33.86),
    ("in_to_mm", "value * 25.4", |x| x * 25.4),
    ("km_to_mi", "value / 1.609", |x| x / 1.609),
    ("hpa_to_inhg", "value / 33.86", |x| x / 33.86),
    ("divide_by_1000", "value / 1000", |x| x / 1_000.0),
    ("mi_to_km", "value * 1.609", |x| x * 1.609),
    ("mm_to_in", "value / 25.4", |x| x / 25.4),
];

const ON_OFF: (&str, &str) = ("one_to_on", "1 becomes ON, anything else OFF");

/// Why a value was not converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotConverted {
    #[error(
        "the processor \"{0}\" is not known here; known are {known}",
        known = all().map(|(name, _)| name).collect::<Vec<_>>().join(", ")
    )]
    Unknown(String),
    #[error("its processor needs a number")]
    NotNumeric,
}

/// Every conversion with its meaning.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    CONVERSIONS
        .iter()
        .map(|(name, meaning, _)| (*name, *meaning))
        .chain([ON_OFF])
}

/// Converts `value`. The text `None` stays.
pub(crate) fn convert(name: &str, value: &Value) -> Result<Value, NotConverted> {
    if value.as_str() == Some("None") {
        return Ok(value.clone());
    }
    if name == ON_OFF.0 {
        let on = matches!(text(value).trim(), "1" | "1.0");
        return Ok(json!(if on { "ON" } else { "OFF" }));
    }
    let known = CONVERSIONS.iter().find(|(known, _, _)| *known == name);
    let (_, _, conversion) = known.ok_or_else(|| NotConverted::Unknown(name.to_owned()))?;
    let converted = number(value).map(conversion);
    converted
        .and_then(serde_json::Number::from_f64)
        .map(Value::Number)
        .ok_or(NotConverted::NotNumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_conversion_converts() {
        for (name, given, expected) in [
            ("celsius_to_fahrenheit", "100", 212.0),
            ("fahrenheit_to_celsius", "212", 100.0),
            ("inhg_to_hpa", "1", 33.86),
            ("in_to_mm", "2", 50.8),
            ("km_to_mi", "1.609", 1.0),
            ("hpa_to_inhg", "33.86", 1.0),
            ("divide_by_1000", "1500", 1.5),
            ("mi_to_km", "1", 1.609),
            ("mm_to_in", "25.4", 1.0),
        ] {
            let found = convert(name, &json!(given)).unwrap().as_f64().unwrap();
            assert!((found - expected).abs() < 1e-9, "{name}: {found}");
        }
        assert_eq!(convert("one_to_on", &json!("1")), Ok(json!("ON")));
        assert_eq!(convert("one_to_on", &json!(1.0)), Ok(json!("ON")));
        assert_eq!(convert("one_to_on", &json!("up")), Ok(json!("OFF")));
        assert_eq!(all().count(), 10);
        assert!(all().all(|(name, _)| convert(name, &json!(1)).is_ok()));
    }

    #[test]
    fn nothing_is_ever_run() {
        let refused = convert("python -c 'print %value%'", &json!(1)).unwrap_err();
        assert!(refused.to_string().contains("celsius_to_fahrenheit"));
        assert_eq!(
            convert("in_to_mm", &json!("wet")),
            Err(NotConverted::NotNumeric)
        );
        assert_eq!(convert("in_to_mm", &json!("None")), Ok(json!("None")));
    }
}
