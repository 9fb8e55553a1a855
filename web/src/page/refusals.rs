//! "Why was I stopped?"

use askama::Template;
use model::{Limit, RefusalReason, Refused, TimeZoneName, Timestamp};

use super::{Page, sample};
use crate::{Moment, Section, Shell, Text, moment, words};

/// `GET /houses/{house}/refusals` and `GET /tenants/{tenant}/refusals`.
#[derive(Clone, Debug, Template)]
#[template(path = "refusals.html")]
pub struct RefusalsPage {
    /// What surrounds the page; its `house` is set on the page of a house.
    pub shell: Shell,
    /// Address of the page, for the form that chooses.
    pub action: String,
    /// The reasons to choose from.
    pub reasons: Vec<ReasonOption>,
    /// The client that was chosen; empty for all.
    pub client: String,
    /// Whether anything was chosen, so that there may be more than is shown.
    pub chosen: bool,
    /// The refusals, newest first.
    pub rows: Vec<RefusalRow>,
    /// Address of older ones; `None` when there are none.
    pub older: Option<String>,
}

/// One reason to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonOption {
    /// The reason's word in the API.
    pub word: &'static str,
    /// In a word or two.
    pub title: Text,
    /// Whether it is the chosen one.
    pub chosen: bool,
}

impl ReasonOption {
    /// All of them, with the one that was chosen.
    #[must_use]
    pub fn all(chosen: Option<RefusalReason>) -> Vec<Self> {
        let option = |reason: &RefusalReason| Self {
            word: reason.as_str(),
            title: Text::one_of("refusal-short", reason.as_str()),
            chosen: chosen == Some(*reason),
        };
        RefusalReason::ALL.iter().map(option).collect()
    }
}

/// One refusal in people's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRow {
    /// What happened: `A message was too large.`
    pub what: Text,
    /// The same with who, when, what was allowed and seen, as one would say it.
    pub told: Text,
    /// The house it is about, name and address, in a list of several houses.
    pub house: Option<(String, String)>,
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
    pub fn new(refusal: &Refused, now: Timestamp, zone: &TimeZoneName) -> Self {
        let limit = refusal.limit.as_ref();
        Self {
            what: what(refusal.reason),
            told: told(refusal, now, zone),
            house: None,
            client: client(refusal),
            subject: refusal.subject.clone(),
            limit: limit.map(limit_in_words).unwrap_or_default(),
            allowed: limit
                .map(|limit| amount(limit, limit.allowed))
                .unwrap_or_default(),
            seen: limit
                .map(|limit| amount(limit, limit.seen))
                .unwrap_or_default(),
            count: times(refusal.count),
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

fn client(refusal: &Refused) -> Text {
    if refusal.client.is_empty() {
        Text::new("refusals-unknown-client")
    } else {
        Text::plain(&refusal.client)
    }
}

/// How often.
pub(super) fn times(count: u64) -> Text {
    Text::new("refusals-times").with("count", count.max(1))
}

/// What happened with all that is known of it. Without the limit a sentence
/// about one would have holes: then it is [`what`].
fn told(refusal: &Refused, now: Timestamp, zone: &TimeZoneName) -> Text {
    let reason = refusal.reason;
    let needs_limit = !matches!(
        reason,
        RefusalReason::Authentication
            | RefusalReason::Permission
            | RefusalReason::Protocol
            | RefusalReason::Standing
            | RefusalReason::Unavailable
    );
    let limit = refusal.limit.as_ref();
    let needs_subject = reason == RefusalReason::Permission;
    if needs_limit && limit.is_none() || needs_subject && refusal.subject.is_empty() {
        return what(reason);
    }
    let number = |of: fn(&Limit) -> u64| {
        limit
            .map(|limit| amount(limit, of(limit)))
            .unwrap_or_default()
    };
    let window = limit.and_then(|limit| limit.window_secs);
    Text::one_of("refusal-told", reason.as_str())
        .with("client", client(refusal))
        .with("subject", &refusal.subject)
        .with("time", moment::brief(refusal.at, now, zone))
        .with("allowed", number(|limit| limit.allowed))
        .with("seen", number(|limit| limit.seen))
        .with("window", words::window(window.unwrap_or(1)))
}

/// What happened, as a sentence.
#[must_use]
pub fn what(reason: RefusalReason) -> Text {
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

/// Rows that samples of several pages share: one that needs somebody, and one
/// that is over.
pub(super) fn sample_rows() -> Vec<RefusalRow> {
    let connections = RefusalRow {
        what: what(RefusalReason::Connections),
        client: "egeoffrey-villa-sonnenhang-7k3q9x-service-mysensors".into(),
        subject: String::new(),
        limit: quota_title("connections_per_house"),
        allowed: words::count(25),
        seen: words::count(26),
        count: times(12),
        told: Text::one_of("refusal-told", "connections")
            .with("client", "service/mysensors")
            .with("time", "14:02")
            .with("seen", words::count(26))
            .with("allowed", words::count(25)),
        house: None,
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
        count: times(84),
        told: what(RefusalReason::Authentication),
        until: Text::default(),
        cleared: false,
        remedy: remedy(RefusalReason::Authentication),
        ..connections.clone()
    };
    vec![passcode, connections]
}

impl Page for RefusalsPage {
    const NAME: &'static str = "refusals";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |shell, rows: Vec<RefusalRow>| Self {
            shell,
            action: "/houses/villa-sonnenhang-7k3q9x/refusals".to_owned(),
            reasons: ReasonOption::all(None),
            client: String::new(),
            chosen: false,
            rows,
            older: None,
        };
        let rows = sample_rows();
        let hostile = RefusalRow {
            client: sample::HOSTILE.into(),
            subject: sample::HOSTILE.to_owned(),
            told: Text::one_of("refusal-told", "permission")
                .with("client", sample::HOSTILE)
                .with("time", "14:02")
                .with("subject", sample::HOSTILE),
            house: Some((sample::HOSTILE.to_owned(), "/houses/x-aaaaaa".to_owned())),
            ..sample_rows().remove(0)
        };
        vec![
            (
                "empty",
                page(sample::house_shell(Section::Refusals), Vec::new()),
            ),
            (
                "full",
                Self {
                    older: Some("/houses/villa-sonnenhang-7k3q9x/refusals?cursor=17".to_owned()),
                    ..page(sample::house_shell(Section::Refusals), rows)
                },
            ),
            (
                "chosen",
                Self {
                    reasons: ReasonOption::all(Some(RefusalReason::Members)),
                    client: "Anna".to_owned(),
                    chosen: true,
                    ..page(sample::shell(Section::Usage), Vec::new())
                },
            ),
            (
                "hostile",
                Self {
                    client: sample::HOSTILE.to_owned(),
                    ..page(sample::hostile_shell(Section::Refusals), vec![hostile])
                },
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use model::Limit;

    use super::*;

    fn refusal(reason: RefusalReason, limit: Option<Limit>) -> Refused {
        Refused {
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
        assert_eq!(
            row.told.to_string(),
            "an unknown client sent a message of 3 MiB at 00:00; your plan allows 1 MiB. \
             It was not passed on."
        );
    }

    #[test]
    fn who_was_slowed_reads_that_nothing_was_lost() {
        let slowed = Refused {
            client: "service/mysensors".to_owned(),
            ..refusal(
                RefusalReason::MessageRate,
                Some(Limit {
                    name: "messages_per_second".to_owned(),
                    window_secs: Some(1),
                    allowed: 20,
                    seen: 143,
                }),
            )
        };
        let row = RefusalRow::new(&slowed, Timestamp(30_000), &"UTC".parse().unwrap());
        assert_eq!(
            row.told.to_string(),
            "service/mysensors was slowed at 00:00. It sent 143 messages in 1 s; \
             your plan allows 20. Nothing was lost."
        );
    }

    #[test]
    fn every_reason_is_told_and_says_what_to_do() {
        let zone = "UTC".parse().unwrap();
        for reason in RefusalReason::ALL {
            let row = RefusalRow::new(&refusal(*reason, None), Timestamp(60_000), &zone);
            assert!(row.what.to_string().ends_with('.'), "{reason}");
            assert!(row.told.to_string().ends_with('.'), "{reason}");
            assert_eq!(row.remedy.to_string(), reason.remedy());
            assert!(row.cleared);
        }
        for quota in model::Quota::ALL {
            assert_eq!(quota_title(quota.name).to_string(), quota.title);
        }
    }
}
