//! Use beside quotas.

use askama::Template;
use model::{Quota, TimeZoneName, Timestamp};

use super::refusals::{RefusalRow, quota_title};
use super::{Page, sample};
use crate::{Section, Shell, Text, moment, words};

/// `GET /tenants/{tenant}/usage`.
#[derive(Clone, Debug, Template)]
#[template(path = "usage.html")]
pub struct UsagePage {
    /// What surrounds the page.
    pub shell: Shell,
    /// What the tenant is called.
    pub tenant: String,
    /// What its plan is called.
    pub plan: String,
    /// Every quota that is counted.
    pub bars: Vec<QuotaBar>,
    /// Messages per day, all houses together, oldest first.
    pub days: Columns,
    /// The same per hour.
    pub hours: Columns,
    /// Messages this month.
    pub month: Text,
    /// What each house sent in the days above, most first; empty for one house.
    pub houses: Vec<HouseSent>,
    /// What was stopped in the last day: what, how often, where it is listed.
    pub stopped: Vec<Stopped>,
    /// The newest refusals.
    pub newest: Vec<RefusalRow>,
    /// Address of all refusals.
    pub refusals: String,
}

/// One quota beside its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaBar {
    /// The quota's name in the API.
    pub name: &'static str,
    /// What it is called.
    pub title: Text,
    /// How much is used, in words: `140,212 of 200,000 messages today`.
    pub told: Text,
    /// More about it: when it begins anew, the fullest house, an exception.
    pub notes: Vec<Text>,
    /// How full, 0 to 100; `None` when there is nothing to draw.
    pub percent: Option<u8>,
    /// How it looks: empty, `warn` or `bad`.
    pub class: &'static str,
}

/// What a bar tells.
#[derive(Clone, Copy, Debug)]
pub struct Used<'a> {
    /// Which quota.
    pub quota: &'static Quota,
    /// How much; `None` while it is not known.
    pub used: Option<u64>,
    /// How much is allowed.
    pub allowed: u64,
    /// The house that uses most, for a quota per house, when there are several.
    pub house: Option<&'a str>,
    /// When counting begins anew, and by which clock that is told.
    pub resets: Option<(Timestamp, &'a TimeZoneName)>,
    /// What the plan says and until when that does not count, for an exception.
    pub exception: Option<(u64, Option<Timestamp>)>,
}

impl QuotaBar {
    /// Tells one quota.
    #[must_use]
    pub fn new(it: &Used<'_>) -> Self {
        let quota = it.quota;
        let limited = !quota.is_unlimited(it.allowed);
        let allowed = words::quota(quota, it.allowed);
        let percent = it
            .used
            .filter(|_| limited)
            .map(|used| percent(used, it.allowed));
        let mut notes = Vec::new();
        if let Some((at, zone)) = it.resets {
            notes.push(
                Text::new("usage-resets")
                    .with("time", moment::time(at, zone))
                    .with("zone", zone.as_str()),
            );
        }
        if let Some(house) = it.house {
            notes.push(Text::new("usage-fullest").with("house", house));
        }
        notes.extend(it.exception.map(|(plan, until)| {
            let plan = words::quota(quota, plan);
            match until {
                None => Text::new("usage-exception").with("plan", plan),
                Some(until) => Text::new("usage-exception-until")
                    .with("plan", plan)
                    .with("time", crate::Moment::in_utc(until, until).clock),
            }
        }));
        Self {
            name: quota.name,
            title: quota_title(quota.name),
            told: told(quota, it.used, limited, allowed),
            notes,
            class: class(it, percent),
            percent,
        }
    }
}

/// A limit of a few things is no alarm when it is reached: one house of one is
/// what most people want.
fn class(it: &Used<'_>, percent: Option<u8>) -> &'static str {
    const FEW: u64 = 5;
    let over = it.used.is_some_and(|used| used > it.allowed);
    match percent {
        Some(_) if over => "bad",
        Some(_) if it.allowed < FEW => "",
        Some(100) => "bad",
        Some(80..) => "warn",
        _ => "",
    }
}

fn told(quota: &Quota, used: Option<u64>, limited: bool, allowed: Text) -> Text {
    let Some(used) = used else {
        return Text::new("usage-unknown").with("allowed", allowed);
    };
    let used = words::used(quota, used);
    match (quota.name, limited) {
        ("messages_per_day", true) => Text::new("usage-today")
            .with("used", used)
            .with("allowed", allowed),
        ("messages_per_day", false) => Text::new("usage-today-unlimited").with("used", used),
        (_, true) => Text::new("usage-of")
            .with("used", used)
            .with("allowed", allowed),
        (_, false) => Text::new("usage-unlimited").with("used", used),
    }
}

/// `used` in percent of `allowed`, at most 100, rounded down: full is only
/// what is full.
fn percent(used: u64, allowed: u64) -> u8 {
    let percent = u128::from(used) * 100 / u128::from(allowed.max(1));
    u8::try_from(percent.min(100)).unwrap_or(100)
}

/// What can be done about a quota that is nearly used.
#[must_use]
pub fn quota_remedy(quota: &Quota) -> Text {
    Text::one_of("quota-remedy", quota.name)
}

/// Bars over time. Drawn without a script: a rectangle each, in a picture that
/// is as wide as there are bars and a hundred high.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Oldest first.
    pub columns: Vec<Column>,
    /// How many messages the highest stands for.
    pub most: Text,
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// How far from the left.
    pub x: usize,
    /// How far from the top.
    pub y: u64,
    /// How high, 0 to 100; what is not nothing is at least 1.
    pub height: u64,
    /// When: a day or an hour, in UTC.
    pub when: Text,
    /// How many messages.
    pub messages: Text,
    /// How many bytes.
    pub bytes: Text,
    /// Whether there was anything.
    pub any: bool,
}

impl Columns {
    /// Draws what was sent: when, messages, bytes.
    #[must_use]
    pub fn new(sent: impl IntoIterator<Item = (Text, u64, u64)>) -> Self {
        let sent: Vec<_> = sent.into_iter().collect();
        let most = sent.iter().map(|(_, messages, _)| *messages).max();
        let highest = words::count(most.unwrap_or(0));
        let most = u128::from(most.unwrap_or(0).max(1));
        let column = |(x, (when, messages, bytes)): (usize, (Text, u64, u64))| {
            let share = u128::from(messages) * 100 / most;
            let height = u64::try_from(share).unwrap_or(100).max(messages.min(1));
            Column {
                x,
                y: 100 - height.min(100),
                height,
                when,
                messages: words::count(messages),
                bytes: words::bytes(bytes),
                any: messages > 0,
            }
        };
        Self {
            columns: sent.into_iter().enumerate().map(column).collect(),
            most: highest,
        }
    }

    /// The first one's time; empty when there is none.
    #[must_use]
    pub fn first(&self) -> Text {
        let first = self.columns.first();
        first.map(|column| column.when.clone()).unwrap_or_default()
    }

    /// The last one's time; empty when there is none.
    #[must_use]
    pub fn last(&self) -> Text {
        let last = self.columns.last();
        last.map(|column| column.when.clone()).unwrap_or_default()
    }

    /// How wide the picture is.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.columns.len()
    }

    /// Whether anything was sent at all.
    #[must_use]
    pub fn any(&self) -> bool {
        self.columns.iter().any(|column| column.any)
    }
}

/// What one house sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseSent {
    /// What it is called, or its id when it is deleted.
    pub name: String,
    /// How many messages.
    pub messages: Text,
    /// How many bytes.
    pub bytes: Text,
}

/// One reason of refusals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// What happened.
    pub what: Text,
    /// How often.
    pub times: Text,
    /// Where they are listed.
    pub href: String,
}

/// A bar for samples.
fn sample_bar(
    name: &str,
    used: Option<u64>,
    allowed: u64,
    house: Option<&str>,
) -> Option<QuotaBar> {
    let zone: Option<TimeZoneName> = "Europe/Berlin".parse().ok();
    let now = Timestamp(1_795_264_686_000);
    Quota::by_name(name).map(|quota| {
        QuotaBar::new(&Used {
            quota,
            used,
            allowed,
            house,
            resets: zone
                .as_ref()
                .filter(|_| name == "messages_per_day")
                .map(|zone| (now.next_midnight(), zone)),
            exception: (name == "members").then_some((3, Some(now))),
        })
    })
}

impl Page for UsagePage {
    const NAME: &'static str = "usage";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            shell: sample::shell(Section::Usage),
            tenant: "At home".to_owned(),
            plan: "Free".to_owned(),
            bars: [
                sample_bar("houses", Some(1), 1, None),
                sample_bar("members", Some(4), 10, None),
                sample_bar("messages_per_day", Some(170_212), 200_000, None),
                sample_bar("sensors_per_house", None, 100, Some("Villa Sonnenhang")),
                sample_bar("history_bytes", Some(3 << 20), 100 << 20, None),
            ]
            .into_iter()
            .flatten()
            .collect(),
            days: Columns::new((0..31_u64).map(|day| {
                let when = Text::plain(format!("{} Nov 2026", day + 1));
                (when, (day * 7_919) % 5_000, day * 100_000)
            })),
            hours: Columns::new((0..48_u64).map(|hour| {
                let when = Text::plain(format!("{:02}:00", hour % 24));
                (when, (hour * 31) % 400, hour * 1_000)
            })),
            month: words::count(71_234),
            houses: ["Villa Sonnenhang", "Cabin"]
                .map(|name| HouseSent {
                    name: name.to_owned(),
                    messages: words::count(35_617),
                    bytes: words::bytes(1 << 22),
                })
                .to_vec(),
            stopped: vec![Stopped {
                what: super::refusals::what(model::RefusalReason::Connections),
                times: super::refusals::times(12),
                href: "/tenants/ten_x/refusals?reason=connections".to_owned(),
            }],
            newest: super::refusals::sample_rows(),
            refusals: "/tenants/ten_x/refusals".to_owned(),
        };
        let empty = Self {
            bars: Vec::new(),
            days: Columns::default(),
            hours: Columns::default(),
            month: words::count(0),
            houses: Vec::new(),
            stopped: Vec::new(),
            newest: Vec::new(),
            ..full.clone()
        };
        let hostile = Self {
            shell: sample::hostile_shell(Section::Usage),
            tenant: sample::HOSTILE.to_owned(),
            plan: sample::HOSTILE.to_owned(),
            bars: sample_bar("sensors_per_house", Some(1), 2, Some(sample::HOSTILE))
                .into_iter()
                .collect(),
            houses: vec![
                HouseSent {
                    name: sample::HOSTILE.to_owned(),
                    messages: words::count(1),
                    bytes: words::bytes(1),
                };
                2
            ],
            ..empty.clone()
        };
        vec![("full", full), ("empty", empty), ("hostile", hostile)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(name: &str, used: Option<u64>, allowed: u64) -> QuotaBar {
        QuotaBar::new(&Used {
            quota: Quota::by_name(name).unwrap(),
            used,
            allowed,
            house: None,
            resets: None,
            exception: None,
        })
    }

    #[test]
    fn a_bar_tells_what_is_used_of_what_until_when() {
        let berlin = "Europe/Berlin".parse().unwrap();
        let midnight = Timestamp::from_rfc3339("2026-11-22T00:00:00Z").unwrap();
        let it = QuotaBar::new(&Used {
            quota: Quota::by_name("messages_per_day").unwrap(),
            used: Some(140_212),
            allowed: 200_000,
            house: None,
            resets: Some((midnight, &berlin)),
            exception: None,
        });
        assert_eq!(it.told.to_string(), "140,212 of 200,000 messages today");
        assert_eq!(it.notes[0].to_string(), "resets at 01:00 (Europe/Berlin)");
        assert_eq!((it.percent, it.class), (Some(70), ""));
    }

    #[test]
    fn full_is_only_what_is_full() {
        for (used, percent, class) in [
            (79, Some(79), ""),
            (80, Some(80), "warn"),
            (99, Some(99), "warn"),
            (100, Some(100), "bad"),
            (5_000, Some(100), "bad"),
        ] {
            let it = bar("sensors_per_house", Some(used), 100);
            assert_eq!((it.percent, it.class), (percent, class), "{used}");
        }
        let one_of_one = bar("houses", Some(1), 1);
        assert_eq!((one_of_one.percent, one_of_one.class), (Some(100), ""));
        assert_eq!(bar("houses", Some(2), 1).class, "bad");
        let unlimited = bar("houses", Some(3), model::quotas::UNLIMITED);
        assert_eq!((unlimited.percent, unlimited.class), (None, ""));
        assert_eq!(unlimited.told.to_string(), "3, no limit");
        let unknown = bar("history_bytes", None, 100 << 20);
        assert_eq!(unknown.told.to_string(), "not known yet; up to 100 MiB");
    }

    #[test]
    fn the_highest_column_fills_the_picture_and_one_message_is_seen() {
        let drawn = Columns::new([0, 1, 1_000_000].map(|n| (Text::default(), n, 0)));
        let heights: Vec<u64> = drawn.columns.iter().map(|column| column.height).collect();
        assert_eq!(heights, [0, 1, 100]);
        assert_eq!(drawn.columns[2].y, 0);
        assert!(drawn.any() && !Columns::default().any());
    }
}
