//! What a question about history asks for.

use serde_json::Value;

use crate::hub::format::{number, text};
use crate::store::{ReadLimit, Scope, Select};

/// Most points of one answer, the newest. The stock browser says
/// `start: 0, end: -1` when it wants none, which means all.
pub(crate) const MAX_POINTS: usize = 10_000;

/// No further point is read once an answer has this many bytes of text:
/// images, mostly. One image of any size is always read.
const MAX_TEXT_BYTES: usize = 2 << 20;

/// `start` and `end` above this are times, not positions.
const FIRST_TIME: i64 = 1_000_000_000;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// A question, read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) scope: Scope,
    /// In UTC.
    pub(crate) select: Select,
    pub(crate) limit: ReadLimit,
    pub(crate) style: Style,
}

/// How the points of an answer are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) with_scores: bool,
    pub(crate) milliseconds: bool,
    pub(crate) format_date: bool,
    /// The format that values are brought into.
    pub(crate) formatter: Option<String>,
}

impl Query {
    /// Reads the data of a `GET`. Keys that are not known are ignored; what
    /// cannot be read counts as not given. `None` for a `timeframe` that is
    /// none: it selects nothing.
    pub(crate) fn read(data: &Value, now_utc: i64, offset: i64) -> Option<Self> {
        let flag = |key| data.get(key).is_some_and(is_true);
        let mut style = Style {
            with_scores: flag("withscores"),
            milliseconds: flag("milliseconds"),
            format_date: flag("format_date"),
            formatter: data
                .get("formatter")
                .and_then(Value::as_str)
                .map(str::to_owned),
        };
        let now = now_utc.saturating_add(offset);
        let timeframe = data.get("timeframe").filter(|frame| !frame.is_null());
        let local = match timeframe {
            Some(frame) => timeframe_of(&text(frame), now, &mut style)?,
            None => selection(data, now),
        };
        let select = match local {
            Select::Between { from, to } => Select::Between {
                from: from.saturating_sub(offset),
                to: to.saturating_sub(offset),
            },
            positions @ Select::Positions { .. } => positions,
        };
        let most = data.get("max_items").and_then(whole);
        let most = most.and_then(|most| usize::try_from(most).ok());
        Some(Self {
            scope: match data.get("scope").and_then(Value::as_str) {
                Some("alerts") => Scope::Alerts,
                Some("logs") => Scope::Logs,
                _ => Scope::Sensors,
            },
            select,
            limit: ReadLimit {
                points: most.unwrap_or(MAX_POINTS).clamp(1, MAX_POINTS),
                text_bytes: MAX_TEXT_BYTES,
            },
            style,
        })
    }
}

/// Positions, or a time range in local seconds.
fn selection(data: &Value, now: i64) -> Select {
    let given = |key| data.get(key).and_then(whole);
    let (start, end) = (given("start"), given("end"));
    let is_time = |bound: Option<i64>| bound.is_some_and(|bound| bound > FIRST_TIME);
    if is_time(start) || is_time(end) {
        Select::Between {
            from: start.unwrap_or(now.saturating_sub(DAY)),
            to: end.unwrap_or(now),
        }
    } else {
        Select::Positions {
            start: start.unwrap_or(-1),
            end: end.unwrap_or(-1),
        }
    }
}

/// `today`, `yesterday`, `last_<n>_<hours|days>`, `next_<n>_<hours|days>`.
fn timeframe_of(frame: &str, now: i64, style: &mut Style) -> Option<Select> {
    let midnight = now.saturating_sub(now.rem_euclid(DAY));
    let day = |from: i64| Select::Between {
        from,
        to: from.saturating_add(DAY - 1),
    };
    let select = match frame {
        "today" => day(midnight),
        "yesterday" => day(midnight.saturating_sub(DAY)),
        _ => {
            let mut words = frame.split('_');
            let (direction, count, unit) = (words.next()?, words.next()?, words.next()?);
            let count: i64 = count.parse().ok().filter(|count| *count >= 0)?;
            let span = match (unit, words.next()) {
                ("hours" | "hour", None) => count.saturating_mul(HOUR),
                ("days" | "day", None) => count.saturating_mul(DAY),
                _ => return None,
            };
            style.with_scores = true;
            style.milliseconds = true;
            return match direction {
                "last" => Some(Select::Between {
                    from: now.saturating_sub(span),
                    to: now,
                }),
                "next" => Some(Select::Between {
                    from: now,
                    to: now.saturating_add(span),
                }),
                _ => None,
            };
        }
    };
    style.with_scores = false;
    Some(select)
}

fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = number(value)?.trunc();
        format!("{number:.0}").parse().ok()
    })
}

fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| whole(value) == Some(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_795_264_690;
    const MIDNIGHT: i64 = 1_795_219_200;

    fn read(data: &Value) -> Query {
        Query::read(data, NOW, HOUR).unwrap()
    }

    #[test]
    fn positions_and_times() {
        for (data, select) in [
            (json!({}), Select::Positions { start: -1, end: -1 }),
            (json!(null), Select::Positions { start: -1, end: -1 }),
            (
                json!({"start": -10}),
                Select::Positions {
                    start: -10,
                    end: -1,
                },
            ),
            (
                json!({"start": 0, "end": "4"}),
                Select::Positions { start: 0, end: 4 },
            ),
            (
                json!({"start": 1_795_268_000}),
                Select::Between {
                    from: 1_795_264_400,
                    to: NOW,
                },
            ),
            (
                json!({"end": 1_795_268_000}),
                Select::Between {
                    from: NOW - DAY,
                    to: 1_795_264_400,
                },
            ),
            (
                json!({"timeframe": "today"}),
                Select::Between {
                    from: MIDNIGHT - HOUR,
                    to: MIDNIGHT - HOUR + DAY - 1,
                },
            ),
            (
                json!({"timeframe": "last_24_hours"}),
                Select::Between {
                    from: NOW - DAY,
                    to: NOW,
                },
            ),
            (
                json!({"timeframe": "next_2_days"}),
                Select::Between {
                    from: NOW,
                    to: NOW + 2 * DAY,
                },
            ),
        ] {
            assert_eq!(read(&data).select, select, "{data}");
        }
        assert_eq!(
            Query::read(&json!({"timeframe": "last_week"}), NOW, 0),
            None
        );
    }

    #[test]
    fn timeframes_decide_about_scores() {
        let today = read(&json!({"timeframe": "today", "withscores": true}));
        assert!(!today.style.with_scores);
        let hours = read(&json!({"timeframe": "last_1_hours"}));
        assert!(hours.style.with_scores && hours.style.milliseconds);
    }

    #[test]
    fn an_answer_is_never_too_long() {
        let most = |data| read(&data).limit.points;
        assert_eq!(most(json!({"start": 0, "end": -1})), MAX_POINTS);
        assert_eq!(most(json!({"max_items": 5})), 5);
        assert_eq!(most(json!({"max_items": 1_000_000})), MAX_POINTS);
        assert_eq!(most(json!({"max_items": -5})), MAX_POINTS);
    }

    proptest! {
        #[test]
        fn nothing_panics(start: i64, end: f64, now: i64, offset in -86_400..86_400_i64, frame in "[a-z_0-9]{0,20}") {
            let _ = Query::read(&json!({"start": start, "end": end}), now, offset);
            let _ = Query::read(&json!({"timeframe": frame}), now, offset);
            let _ = Query::read(&json!({"timeframe": format!("last_{start}_days")}), now, offset);
        }
    }
}
