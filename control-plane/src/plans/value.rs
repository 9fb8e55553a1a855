//! A quota's value as people and programs write it: a number, or "unlimited".

use model::Quota;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::http::problem::Problem;

/// The word for "no limit".
const UNLIMITED: &str = "unlimited";

/// A quota's value as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// This much.
    Number(u64),
    /// No limit.
    Unlimited,
}

impl schemars::JsonSchema for Value {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "QuotaValue".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"anyOf": [
            {"type": "integer", "minimum": 0},
            {"type": "string", "const": UNLIMITED},
        ]})
    }
}

impl Value {
    /// How `number` of `quota` is written.
    #[must_use]
    pub const fn of(quota: &Quota, number: u64) -> Self {
        if quota.is_unlimited(number) {
            Self::Unlimited
        } else {
            Self::Number(number)
        }
    }

    /// Reads what a person typed: digits, with blanks, commas or underscores
    /// between them, or "unlimited".
    #[must_use]
    pub fn from_typed(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case(UNLIMITED) {
            return Some(Self::Unlimited);
        }
        let digits: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | ',' | '_' | '\u{a0}' | '\u{202f}'))
            .collect();
        digits.parse().ok().map(Self::Number)
    }

    /// The number it stands for in `quota`, if that can be.
    pub fn check(self, quota: &Quota) -> Result<u64, Problem> {
        let number = match self {
            Self::Number(number) => number,
            Self::Unlimited => quota.most,
        };
        quota.check(number).map_err(|bad| Problem::Invalid {
            field: quota.name,
            why: bad.to_string(),
        })
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Unlimited => serializer.serialize_str(UNLIMITED),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        match (value.as_u64(), value.as_str()) {
            (Some(number), _) => Ok(Self::Number(number)),
            (None, Some(UNLIMITED)) => Ok(Self::Unlimited),
            (None, _) => Err(D::Error::custom(
                "a quota is a whole number or \"unlimited\"",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_numbers_in_many_ways() {
        for (typed, read) in [
            ("200,000", Some(Value::Number(200_000))),
            (" 2 000 ", Some(Value::Number(2_000))),
            ("Unlimited", Some(Value::Unlimited)),
            ("-1", None),
            ("1.5", None),
            ("", None),
            ("many", None),
        ] {
            assert_eq!(Value::from_typed(typed), read, "{typed}");
        }
    }

    #[test]
    fn programs_write_whole_numbers_or_the_word() {
        let read = |text| serde_json::from_str::<Value>(text).ok();
        assert_eq!(read("5"), Some(Value::Number(5)));
        assert_eq!(read("\"unlimited\""), Some(Value::Unlimited));
        for odd in ["-5", "5.5", "\"5\"", "null", "[]", "true", "1e99"] {
            assert_eq!(read(odd), None, "{odd}");
        }
        let quota = Quota::by_name("houses").unwrap();
        assert!(Value::Number(0).check(quota).is_err());
        let most = Value::Unlimited.check(quota).unwrap();
        assert_eq!(Value::of(quota, most), Value::Unlimited);
        assert_eq!(serde_json::to_value(Value::Unlimited).unwrap(), "unlimited");
    }
}
