//! Numbers, sizes and spans as people read them.

use std::time::Duration;

use model::Quota;
use model::quotas::Unit;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A count with its thousands apart: `200,000`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count whose millions are told in words when nothing is lost by it:
/// `2 million`, but `2,500,000`.
#[must_use]
pub fn rounded(number: u64) -> String {
    const MILLION: u64 = 1_000_000;
    if number >= MILLION && number.is_multiple_of(MILLION) {
        format!("{} million", count(number / MILLION))
    } else {
        count(number)
    }
}

/// A quota's value with its unit: `25`, `2 million`, `1 MiB`, `30 days`,
/// `unlimited`.
#[must_use]
pub fn quota(quota: &Quota, value: u64) -> String {
    if quota.is_unlimited(value) {
        return "unlimited".to_owned();
    }
    match quota.unit {
        Unit::Count => rounded(value),
        Unit::Bytes => bytes(value),
        Unit::Days if value == 1 => "1 day".to_owned(),
        Unit::Days => format!("{} days", count(value)),
    }
}

/// A size in the largest binary unit that gives at least 1: `1.5 MiB`, `64
/// KiB`, `10 GiB`. One decimal below 10, none above.
#[must_use]
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if size < 1024 {
        return format!("{size} bytes");
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
    if tenths < 100 && tenths % 10 != 0 {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    } else {
        format!("{} {unit}", tenths / 10)
    }
}

/// How long ago, in the words that the scripts use as well: `just now`, `12 s
/// ago`, `3 min ago`, `5 h ago`, `2 days ago`.
#[must_use]
pub fn age(span: Duration) -> String {
    match span.as_secs() {
        0..=4 => "just now".to_owned(),
        secs @ 5..MINUTE => format!("{secs} s ago"),
        secs @ MINUTE..HOUR => format!("{} min ago", secs / MINUTE),
        secs @ HOUR..DAY => format!("{} h ago", secs / HOUR),
        secs if secs < 2 * DAY => "1 day ago".to_owned(),
        secs => format!("{} days ago", count(secs / DAY)),
    }
}

/// A window of time: `10 s`, `1 minute`, `24 hours`, `30 days`. Whole units
/// only: 90 s stay `90 s`.
#[must_use]
pub fn window(secs: u64) -> String {
    let (amount, unit) = match secs {
        _ if secs >= 2 * DAY && secs.is_multiple_of(DAY) => (secs / DAY, "day"),
        _ if secs >= HOUR && secs.is_multiple_of(HOUR) => (secs / HOUR, "hour"),
        _ if secs >= MINUTE && secs.is_multiple_of(MINUTE) => (secs / MINUTE, "minute"),
        _ => return format!("{secs} s"),
    };
    let plural = if amount == 1 { "" } else { "s" };
    format!("{amount} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let printed: Vec<String> = [0, 999, 1_000, 200_000, 50_000_000]
            .into_iter()
            .map(count)
            .collect();
        assert_eq!(printed, ["0", "999", "1,000", "200,000", "50,000,000"]);
    }

    #[test]
    fn whole_millions_are_words() {
        let printed = [200_000, 2_000_000, 2_500_000, 50_000_000].map(rounded);
        assert_eq!(printed, ["200,000", "2 million", "2,500,000", "50 million"]);
    }

    #[test]
    fn a_quota_is_told_with_its_unit() {
        let told = |name, value| quota(Quota::by_name(name).unwrap(), value);
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
        .map(bytes)
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
            .map(|secs| age(Duration::from_secs(secs)))
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
            .map(window)
            .collect();
        assert_eq!(
            printed,
            [
                "1 s", "10 s", "1 minute", "90 s", "1 hour", "24 hours", "30 days"
            ]
        );
    }
}
