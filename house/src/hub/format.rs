//! The formats of values, and their text.

use serde_json::{Number, Value};

/// Why a value does not fit its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not a number")]
pub(crate) struct NotNumeric;

/// Brings `value` into `format`: numbers are cut (`int`) or rounded half to
/// even on the binary value (`float_1`, `float_2`); images, calendars,
/// positions and tasks stay as they are; all else becomes text. The text
/// `None` always stays.
pub(crate) fn normalise(format: &str, value: &Value) -> Result<Value, NotNumeric> {
    if value.as_str() == Some("None") {
        return Ok(value.clone());
    }
    match format {
        "int" => numeric(value).map(whole),
        "float_1" => numeric(value).and_then(|number| rounded(number, 1)),
        "float_2" => numeric(value).and_then(|number| rounded(number, 2)),
        _ if is_opaque(format) => Ok(value.clone()),
        _ => Ok(Value::String(text(value))),
    }
}

/// Formats whose values are documents, not measurements.
pub(crate) fn is_opaque(format: &str) -> bool {
    matches!(format, "image" | "calendar" | "position" | "tasks")
}

/// Reads a number, a truth value or a numeric text. Never infinite or NaN.
pub(crate) fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

/// The text of a value, as it stands in `SAVED`: numbers of a fraction always
/// with a point, nothing as `None`, documents as JSON.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// The first `most` characters of a text, with `...` if there are more.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn numeric(value: &Value) -> Result<f64, NotNumeric> {
    number(value).ok_or(NotNumeric)
}

fn whole(number: f64) -> Value {
    // Exact for every finite number; those beyond 64 bits stay floats.
    let digits = format!("{:.0}", number.trunc());
    match digits.parse::<i64>() {
        Ok(whole) => whole.into(),
        Err(_) => Number::from_f64(number.trunc()).map_or(Value::Null, Value::Number),
    }
}

fn rounded(number: f64, decimals: usize) -> Result<Value, NotNumeric> {
    // Rust prints the exact binary value, rounded half to even. Adding zero
    // makes -0.0 a plain zero.
    let rounded = format!("{number:.decimals$}").parse::<f64>();
    rounded
        .ok()
        .and_then(|number| Number::from_f64(number + 0.0))
        .map(Value::Number)
        .ok_or(NotNumeric)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn values_come_out_in_their_format() {
        for (format, given, expected) in [
            ("float_1", json!("21.46"), json!(21.5)),
            ("float_1", json!(28.25), json!(28.2)),
            ("float_2", json!("0.125"), json!(0.12)),
            ("float_1", json!(35), json!(35.0)),
            ("float_1", json!(-0.04), json!(0.0)),
            ("int", json!("21.9"), json!(21)),
            ("int", json!(-21.9), json!(-21)),
            ("int", json!(true), json!(1)),
            (
                "int",
                json!(9_007_199_254_740_993_i64),
                json!(9_007_199_254_740_992_i64),
            ),
            ("int", json!("None"), json!("None")),
            ("string", json!(12), json!("12")),
            ("string", json!(35.0), json!("35.0")),
            ("string", json!(true), json!("True")),
            ("string", json!({"a": 1}), json!("{\"a\":1}")),
            ("unheard_of", json!("x"), json!("x")),
            ("position", json!({"latitude": 1}), json!({"latitude": 1})),
        ] {
            assert_eq!(normalise(format, &given), Ok(expected), "{format} {given}");
        }
        for (format, given) in [
            ("int", json!("")),
            ("float_1", json!("warm")),
            ("float_2", json!("nan")),
            ("float_2", json!("inf")),
            ("int", json!([1])),
            ("int", json!(null)),
        ] {
            assert_eq!(
                normalise(format, &given),
                Err(NotNumeric),
                "{format} {given}"
            );
        }
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("äöü", 2), "äö...");
    }

    proptest! {
        #[test]
        fn once_normalised_stays_normalised(number in prop::num::f64::NORMAL) {
            for format in ["int", "float_1", "float_2", "string"] {
                let once = normalise(format, &json!(number)).unwrap();
                prop_assert_eq!(normalise(format, &once), Ok(once.clone()));
            }
        }

        #[test]
        fn rounding_moves_by_at_most_half_a_step(number in -1e9..1e9_f64) {
            for (format, step) in [("float_1", 0.1), ("float_2", 0.01)] {
                let rounded = normalise(format, &json!(number)).unwrap().as_f64().unwrap();
                prop_assert!((rounded - number).abs() <= step / 2.0 + 1e-6);
            }
            let whole = normalise("int", &json!(number)).unwrap().as_f64().unwrap();
            prop_assert!(whole.abs() <= number.abs() && (number - whole).abs() < 1.0);
        }

        #[test]
        fn no_text_panics(given in "\\PC{0,60}", format in "[a-z_0-9]{0,9}") {
            let _ = normalise(&format, &json!(given));
            prop_assert!(cut(&given, 5).chars().count() <= 8);
        }
    }
}
