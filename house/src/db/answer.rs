//! How points become the answer to a question.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::query::Style;
use crate::hub::format::{normalise, number};
use crate::input::Effect;
use crate::store::{Point, PointValue, StoreAnswer};
use crate::wire::ReplyTo;

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Values.
    Values,
    /// Values of the minima and maxima of an hour or day, read as two series.
    Range,
    /// When the newest value was measured.
    Timestamp,
    /// How long ago that was.
    Elapsed,
    /// How many values there are.
    Count,
}

/// A question whose points are on their way.
pub(crate) struct Pending {
    pub(crate) asked: Asked,
    pub(crate) style: Style,
    /// Seconds from UTC to local time.
    pub(crate) offset: i64,
    /// UTC seconds.
    pub(crate) now: i64,
    pub(crate) reply: ReplyTo,
}

impl Pending {
    /// The reply, once the store has answered.
    pub(crate) fn answer(self, answer: StoreAnswer) -> Effect {
        let data = match answer {
            StoreAnswer::Count(count) => vec![json!(count)],
            StoreAnswer::Points(series) => self.points(&series),
            _ => Vec::new(),
        };
        self.reply.with(json!({ "data": data }))
    }

    fn points(&self, series: &[Vec<Point>]) -> Vec<Value> {
        let first = series.first().map_or(&[][..], Vec::as_slice);
        let newest = first.last().map(|point| point.at);
        match self.asked {
            Asked::Count => vec![json!(first.len())],
            Asked::Timestamp => newest.map(|at| self.local(at)).into_iter().collect(),
            Asked::Elapsed => newest
                .map(|at| json!(self.now.saturating_sub(at)))
                .into_iter()
                .collect(),
            Asked::Values if self.style.with_scores => first
                .iter()
                .map(|point| json!([self.score(point.at), self.value(point)]))
                .collect(),
            Asked::Values => first.iter().map(|point| self.value(point)).collect(),
            Asked::Range if self.style.with_scores => self.rows(series),
            Asked::Range => series
                .iter()
                .flatten()
                .map(|point| self.value(point))
                .collect(),
        }
    }

    /// `[time, min, max]` for each time that either series has.
    fn rows(&self, series: &[Vec<Point>]) -> Vec<Value> {
        let mut rows: BTreeMap<i64, [Value; 2]> = BTreeMap::new();
        for (column, points) in series.iter().take(2).enumerate() {
            for point in points {
                let row = rows.entry(point.at).or_default();
                if let Some(cell) = row.get_mut(column) {
                    *cell = self.value(point);
                }
            }
        }
        rows.into_iter()
            .map(|(at, [min, max])| json!([self.score(at), min, max]))
            .collect()
    }

    fn local(&self, at: i64) -> Value {
        json!(at.saturating_add(self.offset))
    }

    fn score(&self, at: i64) -> Value {
        if self.style.format_date {
            return date(at.saturating_add(self.offset)).into();
        }
        let scale = if self.style.milliseconds { 1_000 } else { 1 };
        json!(at.saturating_add(self.offset).saturating_mul(scale))
    }

    fn value(&self, point: &Point) -> Value {
        let value = point_json(point);
        let formatted = self.style.formatter.as_deref();
        let formatted = formatted.and_then(|format| normalise(format, &value).ok());
        formatted.unwrap_or_else(|| read_value(value))
    }
}

/// A stored value as JSON.
pub(super) fn point_json(point: &Point) -> Value {
    match &point.value {
        PointValue::Int(whole) => json!(whole),
        PointValue::Real(real) => json!(real),
        PointValue::Text(text) => json!(text),
    }
}

/// A stored value as the bus reads it: what looks like a number is a float,
/// nothing and what no JSON number can say are null.
fn read_value(value: Value) -> Value {
    if let Some(number) = number(&value) {
        return json!(number);
    }
    match &value {
        Value::String(text) if text == "None" || text.trim().parse::<f64>().is_ok() => Value::Null,
        _ => value,
    }
}

/// `YYYY-MM-DD HH:MM:SS` of local seconds.
fn date(local: i64) -> String {
    let moment = jiff::Timestamp::from_second(local).unwrap_or_default();
    moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_text_reads_as_what_it_looks_like() {
        for (stored, read) in [
            (json!(21), json!(21.0)),
            (json!("12"), json!(12.0)),
            (json!(" 1e3 "), json!(1000.0)),
            (json!("None"), json!(null)),
            (json!("nan"), json!(null)),
            (json!("inf"), json!(null)),
            (json!("up"), json!("up")),
            (json!(""), json!("")),
        ] {
            assert_eq!(read_value(stored.clone()), read, "{stored}");
        }
    }

    #[test]
    fn dates_are_local() {
        assert_eq!(date(1_795_268_286), "2026-11-21 13:38:06");
        assert_eq!(date(i64::MAX), "1970-01-01 00:00:00");
    }
}
