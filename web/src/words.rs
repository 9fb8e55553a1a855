//! Numbers, sizes and spans as people read them, each by the customs of the
//! reader's language.

use std::time::Duration;

use model::Quota;
use model::quotas::Unit;

use crate::text::{Language, Text};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A count with its thousands apart: `200,000` or `200.000`.
#[must_use]
pub const fn count(number: u64) -> Text {
    Text::count(number)
}

/// `number` with its thousands apart as `language` does it.
pub(crate) fn grouped(number: u64, language: Language) -> String {
    let apart = match language {
        Language::English => ',',
        Language::German => '.',
    };
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(apart);
        }
        text.push(digit);
    }
    text
}

/// `tenths` as a number with one decimal: 15 is `1.5` or `1,5`.
pub(crate) fn decimal(tenths: u128, language: Language) -> String {
    let point = match language {
        Language::English => '.',
        Language::German => ',',
    };
    format!("{}{point}{}", tenths / 10, tenths % 10)
}

/// A measured value with the decimal sign of `language`, if it is a number.
pub(crate) fn measured(value: &str, language: Language) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match (language, value.split_once('.')) {
        (Language::German, Some((whole, part)))
            if digits(whole.trim_start_matches('-')) && digits(part) =>
        {
            format!("{whole},{part}")
        }
        _ => value.to_owned(),
    }
}

/// A count whose millions are told in words when nothing is lost by it:
/// `2 million`, but `2,500,000`.
#[must_use]
pub fn rounded(number: u64) -> Text {
    const MILLION: u64 = 1_000_000;
    if number >= MILLION && number.is_multiple_of(MILLION) {
        Text::new("words-millions").with("count", number / MILLION)
    } else {
        count(number)
    }
}

/// A quota's value with its unit: `25`, `2 million`, `1 MiB`, `30 days`,
/// `unlimited`.
#[must_use]
pub fn quota(quota: &Quota, value: u64) -> Text {
    if quota.is_unlimited(value) {
        return Text::new("words-unlimited");
    }
    match quota.unit {
        Unit::Count => rounded(value),
        Unit::Bytes => bytes(value),
        Unit::Days => Text::new("words-days").with("count", value),
    }
}

/// How much is used of a quota, with its unit and to the last one: `140,212`,
/// `3 MiB`.
#[must_use]
pub fn used(quota: &Quota, amount: u64) -> Text {
    match quota.unit {
        Unit::Bytes => bytes(amount),
        Unit::Count | Unit::Days => count(amount),
    }
}

/// A size in the largest binary unit that gives at least 1: `1.5 MiB`, `64
/// KiB`, `10 GiB`. One decimal below 10, none above.
#[must_use]
pub fn bytes(size: u64) -> Text {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if size < 1024 {
        return Text::new("words-bytes").with("count", Text::plain(size.to_string()));
    }
    let mut unit = UNITS[0];
    // Tenths of the unit, so that no float is needed.
    let mut tenths = u128::from(size) * 10 / 1024;
    for larger in &UNITS[1..] {
        if tenths < 10 * 1024 {
            break;
        }
        tenths /= 1024;
        unit = larger;
    }
    let amount = if tenths < 100 && tenths % 10 != 0 {
        Text::tenths(tenths)
    } else {
        Text::plain((tenths / 10).to_string())
    };
    Text::joined([amount, Text::plain(unit)], " ")
}

/// How long ago, in the words that the scripts use as well: `just now`, `12 s
/// ago`, `3 min ago`, `5 h ago`, `2 days ago`.
#[must_use]
pub fn age(span: Duration) -> Text {
    match span.as_secs() {
        0..=4 => Text::new("script-age-now"),
        secs @ 5..MINUTE => Text::new("script-age-seconds").with("count", secs),
        secs @ MINUTE..HOUR => Text::new("script-age-minutes").with("count", secs / MINUTE),
        secs @ HOUR..DAY => Text::new("script-age-hours").with("count", secs / HOUR),
        secs if secs < 2 * DAY => Text::new("script-age-day"),
        secs => Text::new("script-age-days").with("count", secs / DAY),
    }
}

/// A window of time: `10 s`, `1 minute`, `24 hours`, `30 days`. Whole units
/// only: 90 s stay `90 s`.
#[must_use]
pub fn window(secs: u64) -> Text {
    match secs {
        _ if secs >= 2 * DAY && secs.is_multiple_of(DAY) => {
            Text::new("words-days").with("count", secs / DAY)
        }
        _ if secs >= HOUR && secs.is_multiple_of(HOUR) => {
            Text::new("words-hours").with("count", secs / HOUR)
        }
        _ if secs >= MINUTE && secs.is_multiple_of(MINUTE) => {
            Text::new("words-minutes").with("count", secs / MINUTE)
        }
        _ => Text::new("words-seconds").with("count", secs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let printed: Vec<String> = [0, 999, 1_000, 200_000, 50_000_000]
            .into_iter()
            .map(|number| count(number).to_string())
            .collect();
        assert_eq!(printed, ["0", "999", "1,000", "200,000", "50,000,000"]);
    }

    #[test]
    fn whole_millions_are_words() {
        let printed =
            [200_000, 2_000_000, 2_500_000, 50_000_000].map(|number| rounded(number).to_string());
        assert_eq!(printed, ["200,000", "2 million", "2,500,000", "50 million"]);
    }

    #[test]
    fn a_quota_is_told_with_its_unit() {
        let told = |name, value| quota(Quota::by_name(name).unwrap(), value).to_string();
        assert_eq!(told("houses", 25), "25");
        assert_eq!(told("message_bytes", 1 << 20), "1 MiB");
        assert_eq!(told("history_days", 1), "1 day");
        assert_eq!(told("history_days", 1_825), "1,825 days");
        assert_eq!(told("houses", model::quotas::UNLIMITED), "unlimited");
    }

    #[test]
    fn sizes_take_the_largest_unit() {
        let printed: Vec<String> = [
            0,
            1_023,
            1_024,
            1_536,
            1 << 20,
            100 << 20,
            10 << 30,
            u64::MAX,
        ]
        .into_iter()
        .map(|size| bytes(size).to_string())
        .collect();
        assert_eq!(
            printed,
            [
                "0 bytes",
                "1023 bytes",
                "1 KiB",
                "1.5 KiB",
                "1 MiB",
                "100 MiB",
                "10 GiB",
                "16777215 TiB"
            ]
        );
    }

    #[test]
    fn ages_round_down_and_never_lie_young() {
        let printed: Vec<String> = [0, 4, 5, 59, 60, 3_599, 3_600, 86_399, 86_400, 172_800]
            .into_iter()
            .map(|secs| age(Duration::from_secs(secs)).to_string())
            .collect();
        assert_eq!(
            printed,
            [
                "just now",
                "just now",
                "5 s ago",
                "59 s ago",
                "1 min ago",
                "59 min ago",
                "1 h ago",
                "23 h ago",
                "1 day ago",
                "2 days ago"
            ]
        );
    }

    #[test]
    fn windows_are_whole() {
        let printed: Vec<String> = [1, 10, 60, 90, 3_600, 86_400, 2_592_000]
            .into_iter()
            .map(|secs| window(secs).to_string())
            .collect();
        assert_eq!(
            printed,
            [
                "1 s", "10 s", "1 minute", "90 s", "1 hour", "24 hours", "30 days"
            ]
        );
    }

    #[test]
    fn only_numbers_get_another_decimal_sign() {
        for (value, told) in [
            ("21.4", "21,4"),
            ("-0.05", "-0,05"),
            ("21", "21"),
            ("1.2.3", "1.2.3"),
            ("v1.2", "v1.2"),
            ("a.b", "a.b"),
            (".5", ".5"),
        ] {
            assert_eq!(measured(value, Language::German), told);
            assert_eq!(measured(value, Language::English), value);
        }
    }

    #[test]
    fn german_has_customs_of_its_own() {
        let told: Vec<String> = [
            count(50_000_000),
            rounded(2_000_000),
            rounded(1_000_000),
            bytes(1_536),
            bytes(7),
            window(86_400),
            window(3_600),
            age(Duration::from_secs(90)),
            age(Duration::from_hours(24)),
            age(Duration::from_hours(48)),
        ]
        .iter()
        .map(|text| text.told_in(Language::German))
        .collect();
        assert_eq!(
            told,
            [
                "50.000.000",
                "2 Millionen",
                "1 Million",
                "1,5 KiB",
                "7 Byte",
                "24 Stunden",
                "1 Stunde",
                "vor 1 min",
                "vor 1 Tag",
                "vor 2 Tagen"
            ]
        );
    }
}
