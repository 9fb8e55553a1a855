//! A sensor and its newest value, as the live page prints them.

use model::{TimeZoneName, Timestamp};
use serde_json::Value;
use web::Moment;
use web::page::{Choice, Control, Reading, Spark};

use control_plane::sensors::sensor::printed;
use control_plane::sensors::{Latest, Sensor};

/// After how many seconds a measured number counts as stale. Slow sensors
/// send every quarter of an hour; four missed values are not an accident.
const STALE_AFTER_SECS: u64 = 3_600;

/// Prints a sensor for somebody at `now` by the clock of `zone`.
pub(super) fn reading(
    sensor: &Sensor,
    latest: Option<&Latest>,
    spark: Option<Spark>,
    now: Timestamp,
    zone: &TimeZoneName,
) -> Reading {
    let decimals = decimals(&sensor.format());
    let value = latest
        .map(|latest| print(&latest.value, decimals))
        .filter(|text| !text.is_empty());
    let stale_after_secs = if decimals.is_some() && !sensor.is_actuator() {
        STALE_AFTER_SECS
    } else {
        0
    };
    let is_old = |latest: &Latest| now.since(latest.at).as_secs() > stale_after_secs;
    Reading {
        id: sensor.id.to_string(),
        name: name(sensor),
        unit: sensor.unit(),
        decimals,
        at: latest.map(|latest| Moment::new(latest.at, now, zone)),
        stale_after_secs,
        stale: stale_after_secs > 0 && latest.is_some_and(is_old),
        spark,
        control: control(sensor, value.as_deref().unwrap_or_default(), decimals),
        value,
    }
}

/// The description, or the id when there is none.
pub(super) fn name(sensor: &Sensor) -> String {
    let description = sensor.description();
    if description.trim().is_empty() {
        sensor.id.to_string()
    } else {
        description
    }
}

/// Digits behind the point that a format keeps; `None` for text.
pub(super) fn decimals(format: &str) -> Option<u8> {
    match format {
        "int" => Some(0),
        "float_1" => Some(1),
        "float_2" => Some(2),
        _ => None,
    }
}

/// A value with the digits of its format. Whole numbers among texts lose the
/// point that the wire gave them.
pub(super) fn print(value: &Value, decimals: Option<u8>) -> String {
    match (value.as_f64(), decimals) {
        (Some(number), Some(digits)) => format!("{number:.*}", usize::from(digits)),
        (Some(number), None) if number.fract() == 0.0 => format!("{number:.0}"),
        _ => printed(value),
    }
}

/// How people change the sensor: words to choose from, a switch, a number.
fn control(sensor: &Sensor, value: &str, decimals: Option<u8>) -> Control {
    if !sensor.is_actuator() {
        return Control::None;
    }
    let words = sensor.allowed_values();
    if let Some((on_value, off_value)) = switch_words(sensor, &words, value) {
        return Control::Switch {
            on: value == on_value,
            on_value,
            off_value,
        };
    }
    match decimals {
        _ if !words.is_empty() => Control::Choice(
            words
                .into_iter()
                .map(|word| Choice {
                    chosen: word == value,
                    value: word,
                })
                .collect(),
        ),
        Some(digits) => Control::Number {
            min: sensor.text("min_value"),
            max: sensor.text("max_value"),
            step: match digits {
                0 => "1",
                1 => "0.1",
                _ => "0.01",
            }
            .to_owned(),
        },
        None => Control::None,
    }
}

/// The values of on and off, for a sensor that has just these two: two allowed
/// values of a known pair, or 1 and 0 for a whole number that is one of them
/// and has no wider limits.
fn switch_words(sensor: &Sensor, words: &[String], value: &str) -> Option<(String, String)> {
    const PAIRS: [(&str, &str); 6] = [
        ("1", "0"),
        ("on", "off"),
        ("ON", "OFF"),
        ("On", "Off"),
        ("true", "false"),
        ("open", "closed"),
    ];
    let pair = |on: &str, off: &str| Some((on.to_owned(), off.to_owned()));
    if let [one, other] = words {
        return PAIRS
            .into_iter()
            .find(|(on, off)| (one == on && other == off) || (one == off && other == on))
            .and_then(|(on, off)| pair(on, off));
    }
    let limits = (sensor.text("min_value"), sensor.text("max_value"));
    let narrow = matches!((limits.0.as_str(), limits.1.as_str()), ("" | "0", "" | "1"));
    let is_bit = sensor.format() == "int" && narrow && matches!(value, "" | "0" | "1");
    if words.is_empty() && is_bit {
        return pair("1", "0");
    }
    None
}

#[cfg(test)]
mod tests {
    use cell::BusMessage;
    use serde_json::json;

    use super::*;

    fn sensor(configuration: Value) -> Sensor {
        Sensor::from_message(&BusMessage {
            command: "CONF".into(),
            args: "1/sensors/hall/light".into(),
            data: Some(configuration),
        })
        .unwrap()
    }

    fn shown(configuration: Value, value: Value) -> Reading {
        let latest = Latest {
            value,
            at: Timestamp::from_secs(1_000_000),
        };
        let zone = "Europe/Berlin".parse().unwrap();
        let now = Timestamp::from_secs(1_000_000 + 4_000);
        reading(&sensor(configuration), Some(&latest), None, now, &zone)
    }

    #[test]
    fn values_keep_the_digits_of_their_format() {
        for (format, value, printed) in [
            ("int", json!(21.0), "21"),
            ("float_1", json!(21), "21.0"),
            ("float_2", json!(-0.5), "-0.50"),
            ("string", json!(12.0), "12"),
            ("string", json!("open"), "open"),
        ] {
            let reading = shown(json!({ "format": format }), value);
            assert_eq!(reading.value.as_deref(), Some(printed), "{format}");
        }
        assert_eq!(shown(json!({"format": "int"}), Value::Null).value, None);
    }

    #[test]
    fn a_measured_number_goes_stale_and_a_text_does_not() {
        assert!(shown(json!({"format": "int"}), json!(1)).stale);
        assert!(!shown(json!({"format": "string"}), json!("x")).stale);
    }

    #[test]
    fn an_actuator_gets_the_control_that_fits() {
        let actuator = |mut configuration: Value, value| {
            configuration["service"] = json!({"name": "x", "mode": "actuator"});
            shown(configuration, value).control
        };
        let switch = |on, on_value: &str, off_value: &str| Control::Switch {
            on,
            on_value: on_value.into(),
            off_value: off_value.into(),
        };
        assert_eq!(
            actuator(json!({"format": "int"}), json!(1)),
            switch(true, "1", "0")
        );
        assert_eq!(
            actuator(
                json!({"format": "string", "allowed_values": "OFF, ON"}),
                json!("OFF")
            ),
            switch(false, "ON", "OFF")
        );
        assert!(matches!(
            actuator(json!({"format": "int", "max_value": 100}), json!(1)),
            Control::Number { .. }
        ));
        assert!(matches!(
            actuator(json!({"format": "string", "allowed_values": "a,b,c"}), json!("b")),
            Control::Choice(choices) if choices[1].chosen && choices.len() == 3
        ));
        assert_eq!(
            shown(json!({"format": "int"}), json!(1)).control,
            Control::None
        );
    }
}
