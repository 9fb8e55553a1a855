//! "Why was I stopped?"

use askama::Template;
use model::{Refusal, RefusalReason, TimeZoneName, Timestamp};

use super::{Page, sample};
use crate::{Moment, Section, Shell, moment, words};

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
    pub what: String,
    /// Who: the client id; `an unknown client` when there is none.
    pub client: String,
    /// What was refused, such as a topic; may be empty.
    pub subject: String,
    /// The limit in words; empty when none applied.
    pub limit: String,
    /// What the limit allows; empty when none applied.
    pub allowed: String,
    /// What was seen; empty when no limit applied.
    pub seen: String,
    /// How often, such as `12 times`.
    pub count: String,
    /// Since when: the minute it was counted in.
    pub since: Moment,
    /// Until when, by the clock of the house; empty when somebody has to act.
    pub until: String,
    /// Whether it is over by now.
    pub cleared: bool,
    /// What to do.
    pub remedy: String,
}

impl RefusalRow {
    /// Tells `refusal` as seen at `now` by somebody in `zone`.
    #[must_use]
    pub fn new(refusal: &Refusal, now: Timestamp, zone: &TimeZoneName) -> Self {
        let (limit, allowed, seen) = refusal.limit.as_ref().map_or_else(
            || (String::new(), String::new(), String::new()),
            |limit| {
                let amount = |number| {
                    if limit.name.ends_with("bytes") {
                        words::bytes(number)
                    } else {
                        words::count(number)
                    }
                };
                let window = limit
                    .window_secs
                    .map(|secs| format!(" in {}", words::window(secs)))
                    .unwrap_or_default();
                (
                    format!("{}{window}", limit.name.replace('_', " ")),
                    amount(limit.allowed),
                    amount(limit.seen),
                )
            },
        );
        Self {
            what: what(refusal.reason).to_owned(),
            client: if refusal.client.is_empty() {
                "an unknown client".to_owned()
            } else {
                refusal.client.clone()
            },
            subject: refusal.subject.clone(),
            limit,
            allowed,
            seen,
            count: match refusal.count {
                0 | 1 => "once".to_owned(),
                2 => "twice".to_owned(),
                more => format!("{} times", words::count(more)),
            },
            since: Moment::new(refusal.at, now, zone),
            until: refusal
                .clears_at
                .map(|at| moment::clock(at, zone))
                .unwrap_or_default(),
            cleared: refusal.clears_at.is_some_and(|at| at <= now),
            remedy: refusal.reason.remedy().to_owned(),
        }
    }
}

/// What happened, as a sentence.
const fn what(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::Authentication => "A connection showed a wrong or ended passcode.",
        RefusalReason::Permission => "A client used a topic that its credential may not use.",
        RefusalReason::MessageSize => "A message was larger than your plan allows.",
        RefusalReason::Connections => "There were more connections than your plan allows.",
        RefusalReason::Subscriptions => "A client subscribed to more topics than your plan allows.",
        RefusalReason::RetainedBytes => "There was no room for a further retained message.",
        RefusalReason::MessageRate => "Messages came faster than your plan allows.",
        RefusalReason::MessagesPerDay => "More messages came today than your plan allows.",
        RefusalReason::Houses => "There was no room for a further house.",
        RefusalReason::Members => "There was no room for a further member.",
        RefusalReason::Sensors => "There was no room for a further sensor.",
        RefusalReason::Rules => "There was no room for a further rule.",
        RefusalReason::HistoryBytes => "There was no room for further history.",
        RefusalReason::Protocol => "A client broke the rules of MQTT and was disconnected.",
        RefusalReason::Standing => "The account does not allow this at the moment.",
        RefusalReason::Unavailable => "The service could not take a message.",
    }
}

impl Page for RefusalsPage {
    const NAME: &'static str = "refusals";

    fn samples() -> Vec<(&'static str, Self)> {
        let connections = RefusalRow {
            what: what(RefusalReason::Connections).to_owned(),
            client: "egeoffrey-villa-sonnenhang-7k3q9x-service-mysensors".to_owned(),
            subject: String::new(),
            limit: "connections per house".to_owned(),
            allowed: "25".to_owned(),
            seen: "26".to_owned(),
            count: "12 times".to_owned(),
            since: sample::moment("3 min ago"),
            until: "21 Nov 2026, 14:03:00".to_owned(),
            cleared: true,
            remedy: RefusalReason::Connections.remedy().to_owned(),
        };
        let passcode = RefusalRow {
            what: what(RefusalReason::Authentication).to_owned(),
            client: "egeoffrey-villa-sonnenhang-7k3q9x-system-watchdog".to_owned(),
            subject: "203.0.113.7".to_owned(),
            limit: String::new(),
            allowed: String::new(),
            seen: String::new(),
            count: "84 times".to_owned(),
            until: String::new(),
            cleared: false,
            remedy: RefusalReason::Authentication.remedy().to_owned(),
            ..connections.clone()
        };
        let hostile = RefusalRow {
            client: sample::HOSTILE.to_owned(),
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
        assert_eq!(row.limit, "message bytes in 1 minute");
        assert_eq!(
            (row.allowed.as_str(), row.seen.as_str()),
            ("1 MiB", "3 MiB")
        );
        assert_eq!(
            (row.client.as_str(), row.count.as_str()),
            ("an unknown client", "twice")
        );
        assert_eq!(row.until, "1 Jan 1970, 00:01:00");
        assert!(!row.cleared);
    }

    #[test]
    fn every_reason_is_told_and_says_what_to_do() {
        let zone = "UTC".parse().unwrap();
        for reason in RefusalReason::ALL {
            let row = RefusalRow::new(&refusal(*reason, None), Timestamp(60_000), &zone);
            assert!(
                row.what.ends_with('.') && !row.remedy.is_empty(),
                "{reason}"
            );
            assert!(row.cleared);
        }
    }
}
