//! What a tenant's houses sent by the hour and the day.

use std::time::Duration;

use model::{HouseId, TenantId, Timestamp};

use crate::app::App;
use crate::http::problem::Problem;
use crate::store::{DAYS_KEPT, Grain, HOURS_KEPT, Sent, SentPoint, Span};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// One house alone.
    pub house: Option<HouseId>,
    /// From when; `None` for 31 days or 48 hours back.
    pub from: Option<Timestamp>,
    /// Until before when; `None` for now.
    pub to: Option<Timestamp>,
    /// How finely.
    pub grain: Grain,
}

impl Asked {
    /// The last 31 days or 48 hours of all houses.
    #[must_use]
    pub const fn lately(grain: Grain) -> Self {
        Self {
            house: None,
            from: None,
            to: None,
            grain,
        }
    }
}

/// What was sent in a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// What was looked at: what was asked for, to full hours or days.
    pub span: Span,
    /// By house and hour or day, oldest first; where nothing was sent there is
    /// no point.
    pub points: Vec<SentPoint>,
}

impl History {
    /// All of it together.
    #[must_use]
    pub fn total(&self) -> Sent {
        let mut total = Sent::default();
        for point in &self.points {
            total.messages = total.messages.saturating_add(point.sent.messages);
            total.bytes = total.bytes.saturating_add(point.sent.bytes);
        }
        total
    }

    /// By hour or day, all houses together and without a gap, as charts show it.
    #[must_use]
    pub fn together(&self, grain: Grain) -> Vec<(Timestamp, Sent)> {
        let step = step(grain);
        let mut all = Vec::new();
        let (mut at, mut points) = (self.span.from, self.points.iter().peekable());
        while at < self.span.to {
            let mut sent = Sent::default();
            while let Some(point) = points.next_if(|point| point.at <= at) {
                sent.messages = sent.messages.saturating_add(point.sent.messages);
                sent.bytes = sent.bytes.saturating_add(point.sent.bytes);
            }
            all.push((at, sent));
            at = at.after(step);
        }
        all
    }
}

/// Reads the history of a tenant; a house that is not its own is not found.
pub async fn read(app: &App, tenant: TenantId, asked: &Asked) -> Result<History, Problem> {
    let span = span(asked, app.now())?;
    let mut work = app.store.begin_read().await?;
    let house = match &asked.house {
        None => None,
        Some(id) => {
            let found = work.houses().find(tenant, id).await?;
            Some(found.ok_or(Problem::NotFound { what: "house" })?.key)
        }
    };
    let points = work
        .usage()
        .history(tenant, house, span, asked.grain)
        .await?;
    Ok(History { span, points })
}

const fn step(grain: Grain) -> Duration {
    match grain {
        Grain::Hour => Duration::from_hours(1),
        Grain::Day => Duration::from_hours(24),
    }
}

const fn start_of(grain: Grain, at: Timestamp) -> Timestamp {
    match grain {
        Grain::Hour => at.start_of_hour(),
        Grain::Day => at.start_of_day(),
    }
}

/// The span to look at, to full hours or days: no more than is kept.
fn span(asked: &Asked, now: Timestamp) -> Result<Span, Problem> {
    let grain = asked.grain;
    let (usual, most, words) = match grain {
        Grain::Hour => (Duration::from_hours(47), HOURS_KEPT, "45 days"),
        Grain::Day => (Duration::from_hours(30 * 24), DAYS_KEPT, "761 days"),
    };
    let before = |at: Timestamp, span: Duration| {
        let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        Timestamp(at.0.saturating_sub(span))
    };
    let last = asked.to.map_or(now, |to| Timestamp(to.0.saturating_sub(1)));
    let from = start_of(grain, asked.from.unwrap_or_else(|| before(last, usual)));
    let to = start_of(grain, last).after(step(grain));
    if from >= to {
        return Err(Problem::Invalid {
            field: "from",
            why: "must be before \"to\", or before now where there is no \"to\"".to_owned(),
        });
    }
    if to.since(from) > most {
        let word = match grain {
            Grain::Hour => "hours; ask for days",
            Grain::Day => "days",
        };
        return Err(Problem::Invalid {
            field: "from",
            why: format!("may be at most {words} before \"to\" for {word}"),
        });
    }
    Ok(Span { from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_rfc3339(text).unwrap()
    }

    fn asked(from: Option<&str>, to: Option<&str>, grain: Grain) -> Asked {
        Asked {
            house: None,
            from: from.map(at),
            to: to.map(at),
            grain,
        }
    }

    #[test]
    fn spans_are_full_hours_and_days_over_the_end_of_a_leap_february() {
        let now = at("2028-03-01T10:30:00Z");
        let told = |asked: Asked| {
            let span = span(&asked, now).unwrap();
            (span.from, span.to)
        };
        assert_eq!(
            told(asked(None, None, Grain::Day)),
            (at("2028-01-31T00:00:00Z"), at("2028-03-02T00:00:00Z"))
        );
        assert_eq!(
            told(asked(None, None, Grain::Hour)),
            (at("2028-02-28T11:00:00Z"), at("2028-03-01T11:00:00Z"))
        );
        assert_eq!(
            told(asked(
                Some("2028-02-01T00:00:00Z"),
                Some("2028-03-01T00:00:00Z"),
                Grain::Day
            )),
            (at("2028-02-01T00:00:00Z"), at("2028-03-01T00:00:00Z")),
            "a month asked for by its ends is that month"
        );
        let days = span(
            &asked(
                Some("2028-02-01T00:00:00Z"),
                Some("2028-03-01T00:00:00Z"),
                Grain::Day,
            ),
            now,
        );
        let history = History {
            span: days.unwrap(),
            points: Vec::new(),
        };
        assert_eq!(history.together(Grain::Day).len(), 29);
    }

    #[test]
    fn what_is_too_much_or_backwards_is_refused() {
        let now = at("2028-03-01T10:30:00Z");
        for odd in [
            asked(Some("2028-03-02T00:00:00Z"), None, Grain::Day),
            asked(Some("2028-01-01T00:00:00Z"), None, Grain::Hour),
            asked(Some("2020-01-01T00:00:00Z"), None, Grain::Day),
            asked(
                Some("2028-01-02T00:00:00Z"),
                Some("2028-01-01T00:00:00Z"),
                Grain::Hour,
            ),
            Asked {
                from: Some(Timestamp(i64::MIN)),
                to: Some(Timestamp(i64::MAX)),
                ..asked(None, None, Grain::Day)
            },
        ] {
            assert!(
                matches!(span(&odd, now), Err(Problem::Invalid { field: "from", .. })),
                "{odd:?}"
            );
        }
    }

    #[test]
    fn charts_have_no_gaps_and_add_houses_up() {
        let point = |house: &str, hour: i64, messages| SentPoint {
            house: house.parse().unwrap(),
            at: Timestamp(hour * 3_600_000),
            sent: Sent {
                messages,
                bytes: 10 * messages,
            },
        };
        let history = History {
            span: Span {
                from: Timestamp(0),
                to: Timestamp(4 * 3_600_000),
            },
            points: vec![
                point("a-aaaaaa", 1, 2),
                point("b-aaaaaa", 1, 3),
                point("a-aaaaaa", 3, 7),
            ],
        };
        let messages: Vec<u64> = history
            .together(Grain::Hour)
            .iter()
            .map(|(_, sent)| sent.messages)
            .collect();
        assert_eq!(messages, [0, 5, 0, 7]);
        assert_eq!(
            history.total(),
            Sent {
                messages: 12,
                bytes: 120
            }
        );
    }
}
