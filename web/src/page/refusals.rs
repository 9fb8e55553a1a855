//! "Why was I stopped?"

use askama::Template;
use model::{Limit, Refusal, RefusalReason, TimeZoneName, Timestamp};

use super::{Page, sample};
use crate::{Moment, Section, Shell, Text, moment, words};

/// `GET /houses/{house}/refusals`.
#[derive(Clone, Debug, Template)]
#[template(path = "refusals.html")]
pub struct RefusalsPage {
    /// What surrounds the page; its `house` is set.
    pub shell: Shell,
    /// The refusals, newest first.
    pub rows: Vec<RefusalRow>,
    /// Address of older ones; `None` when there are none.
    pub older: Option<String>,
}

/// One refusal in people's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRow {
    /// What happened: `A message was too large.`
    pub what: Text,
    /// Who: the client id; `an unknown client` when there is none.
    pub client: Text,
    /// What was refused, such as a topic; may be empty.
    pub subject: String,
    /// The limit in words; empty when none applied.
    pub limit: Text,
    /// What the limit allows; empty when none applied.
    pub allowed: Text,
    /// What was seen; empty when no limit applied.
    pub seen: Text,
    /// How often, such as `12 times`.
    pub count: Text,
    /// Since when: the minute it was counted in.
    pub since: Moment,
    /// Until when, by the clock of the house; empty when somebody has to act.
    pub until: Text,
    /// Whether it is over by now.
    pub cleared: bool,
    /// What to do.
    pub remedy: Text,
}

impl RefusalRow {
    /// Tells `refusal` as seen at `now` by somebody in `zone`.
    #[must_use]
    pub fn new(refusal: &Refusal, now: Timestamp, zone: &TimeZoneName) -> Self {
        let limit = refusal.limit.as_ref();
        Self {
            what: what(refusal.reason),
            client: if refusal.client.is_empty() {
                Text::new("refusals-unknown-client")
            } else {
                Text::plain(&refusal.client)
            },
            subject: refusal.subject.clone(),
            limit: limit.map(limit_in_words).unwrap_or_default(),
            allowed: limit
                .map(|limit| amount(limit, limit.allowed))
                .unwrap_or_default(),
            seen: limit
                .map(|limit| amount(limit, limit.seen))
                .unwrap_or_default(),
            count: Text::new("refusals-times").with("count", refusal.count.max(1)),
            since: Moment::new(refusal.at, now, zone),
            until: refusal
                .clears_at
                .map(|at| moment::clock(at, zone))
                .unwrap_or_default(),
            cleared: refusal.clears_at.is_some_and(|at| at <= now),
            remedy: remedy(refusal.reason),
        }
    }
}

/// What happened, as a sentence.
fn what(reason: RefusalReason) -> Text {
    Text::one_of("refusal-what", reason.as_str())
}

/// What to do about a refusal: in English the words of
/// [`RefusalReason::remedy`].
#[must_use]
pub fn remedy(reason: RefusalReason) -> Text {
    Text::one_of("refusal-remedy", reason.as_str())
}

/// What a quota is called, by its name in the API; a name that no quota has
/// is told as it is.
#[must_use]
pub fn quota_title(name: &str) -> Text {
    if model::Quota::by_name(name).is_some() {
        Text::one_of("quota", name)
    } else {
        Text::plain(name.replace('_', " "))
    }
}

fn limit_in_words(limit: &Limit) -> Text {
    let title = quota_title(&limit.name);
    match limit.window_secs {
        Some(secs) => Text::new("refusals-limit-within")
            .with("limit", title)
            .with("window", words::window(secs)),
        None => title,
    }
}

fn amount(limit: &Limit, number: u64) -> Text {
    if limit.name.ends_with("bytes") {
        words::bytes(number)
    } else {
        words::count(number)
    }
}

impl Page for RefusalsPage {
    const NAME: &'static str = "refusals";

    fn samples() -> Vec<(&'static str, Self)> {
        let connections = RefusalRow {
            what: what(RefusalReason::Connections),
            client: "egeoffrey-villa-sonnenhang-7k3q9x-service-mysensors".into(),
            subject: String::new(),
            limit: quota_title("connections_per_house"),
            allowed: words::count(25),
            seen: words::count(26),
            count: Text::new("refusals-times").with("count", 12_u64),
            since: sample::moment("3 min ago"),
            until: sample::moment("just now").clock,
            cleared: true,
            remedy: remedy(RefusalReason::Connections),
        };
        let passcode = RefusalRow {
            what: what(RefusalReason::Authentication),
            client: "egeoffrey-villa-sonnenhang-7k3q9x-system-watchdog".into(),
            subject: "203.0.113.7".to_owned(),
            limit: Text::default(),
            allowed: Text::default(),
            seen: Text::default(),
            count: Text::new("refusals-times").with("count", 84_u64),
            until: Text::default(),
            cleared: false,
            remedy: remedy(RefusalReason::Authentication),
            ..connections.clone()
        };
        let hostile = RefusalRow {
            client: sample::HOSTILE.into(),
            subject: sample::HOSTILE.to_owned(),
            ..passcode.clone()
        };
        vec![
            (
                "empty",
                Self {
                    shell: sample::house_shell(Section::Refusals),
                    rows: Vec::new(),
                    older: None,
                },
            ),
            (
                "full",
                Self {
                    shell: sample::house_shell(Section::Refusals),
                    rows: vec![passcode, connections],
                    older: Some("/houses/villa-sonnenhang-7k3q9x/refusals?before=17".to_owned()),
                },
            ),
            (
                "hostile",
                Self {
                    shell: sample::hostile_shell(Section::Refusals),
                    rows: vec![hostile],
                    older: None,
                },
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use model::Limit;

    use super::*;

    fn refusal(reason: RefusalReason, limit: Option<Limit>) -> Refusal {
        Refusal {
            house: "villa-7k3q9x".parse().unwrap(),
            at: Timestamp(0),
            reason,
            limit,
            client: String::new(),
            subject: String::new(),
            count: 2,
            clears_at: Some(Timestamp(60_000)),
        }
    }

    #[test]
    fn a_limit_is_told_with_what_was_allowed_and_seen() {
        let zone = "UTC".parse().unwrap();
        let row = RefusalRow::new(
            &refusal(
                RefusalReason::MessageSize,
                Some(Limit {
                    name: "message_bytes".to_owned(),
                    window_secs: Some(60),
                    allowed: 1 << 20,
                    seen: 3 << 20,
                }),
            ),
            Timestamp(30_000),
            &zone,
        );
        assert_eq!(row.limit.to_string(), "Largest message in 1 minute");
        assert_eq!(
            (row.allowed.to_string(), row.seen.to_string()),
            ("1 MiB".to_owned(), "3 MiB".to_owned())
        );
        assert_eq!(
            (row.client.to_string(), row.count.to_string()),
            ("an unknown client".to_owned(), "twice".to_owned())
        );
        assert_eq!(row.until.to_string(), "1 Jan 1970, 00:01:00");
        assert!(!row.cleared);
    }

    #[test]
    fn every_reason_is_told_and_says_what_to_do() {
        let zone = "UTC".parse().unwrap();
        for reason in RefusalReason::ALL {
            let row = RefusalRow::new(&refusal(*reason, None), Timestamp(60_000), &zone);
            assert!(row.what.to_string().ends_with('.'), "{reason}");
            assert_eq!(row.remedy.to_string(), reason.remedy());
            assert!(row.cleared);
        }
        for quota in model::Quota::ALL {
            assert_eq!(quota_title(quota.name).to_string(), quota.title);
        }
    }
}
