//! A sensor that turned up by itself, offered to be added.

use crate::Moment;

/// A sensor that sent a value and is not configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The sensor id.
    pub id: String,
    /// The module that sent it: `service/zigbee2mqtt`.
    pub sender: String,
    /// The value it sent.
    pub value: String,
    /// When.
    pub at: Moment,
    /// What to call it, made from the id.
    pub description: String,
    /// The format that fits the value: `int`, `float_1`, `float_2`, `string`.
    pub format: String,
}

impl Offer {
    /// An offer with description and format guessed from id and value.
    #[must_use]
    pub fn new(id: &str, sender: &str, value: &str, at: Moment) -> Self {
        Self {
            id: id.to_owned(),
            sender: sender.to_owned(),
            value: value.to_owned(),
            at,
            description: describe(id),
            format: guess_format(value).to_owned(),
        }
    }
}

/// What people may call a sensor with this id: `kitchen/air_temp` becomes
/// `Kitchen air temp`.
fn describe(id: &str) -> String {
    let words = id.replace(['/', '_', '-'], " ");
    let mut letters = words.trim().chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The format that loses nothing of `value`.
fn guess_format(value: &str) -> &'static str {
    let value = value.trim();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = value.strip_prefix('-').unwrap_or(value);
    match unsigned.split_once('.') {
        None if digits(unsigned) => "int",
        Some((whole, part)) if digits(whole) && digits(part) => {
            if part.len() == 1 {
                "float_1"
            } else {
                "float_2"
            }
        }
        _ => "string",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_guesses_what_loses_nothing() {
        let guessed = [
            "5", "-5", "21.4", "21.46", "21.465", "open", "", "1e3", "1.", ".5", "NaN",
        ]
        .map(guess_format);
        assert_eq!(
            guessed,
            [
                "int", "int", "float_1", "float_2", "float_2", "string", "string", "string",
                "string", "string", "string"
            ]
        );
    }

    #[test]
    fn a_description_reads_like_words() {
        assert_eq!(describe("kitchen/air_temp"), "Kitchen air temp");
        assert_eq!(describe("élan"), "Élan");
        assert_eq!(describe("//"), "");
    }
}
