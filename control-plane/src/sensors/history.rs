//! Past values, page by page.
//!
//! A house can be asked for the newest so many values of a span, so the first
//! page holds the newest ones and each further page older ones; within a page
//! time runs forward.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use model::{HouseId, Timestamp};
use serde_json::json;

use super::question::{Person, Question, rows};
use super::sensor::SensorId;
use super::service::{Latest, offset_hours, point, to_wire};
use crate::app::App;
use crate::http::problem::Problem;

/// Most values on one page.
pub const PAGE: usize = 1_000;

/// The span when no start is given.
pub const DEFAULT_SPAN: Duration = Duration::from_hours(24);

/// A span of time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its start.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
}

/// Where the next page ends. Opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(Timestamp);

/// Text that is no cursor of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The cursor is not one of ours; use the one from `next` of the page before.")]
pub struct BadCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0.as_secs().to_be_bytes()))
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes());
        let bytes = bytes.map_err(|_| BadCursor)?.try_into();
        let seconds = i64::from_be_bytes(bytes.map_err(|_| BadCursor)?);
        Ok(Self(Timestamp::from_secs(seconds)))
    }
}

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The values, oldest first.
    pub points: Vec<Latest>,
    /// Where older ones are; `None` when there are none in the span.
    pub next: Option<Cursor>,
}

/// The newest values of the span, or those before `cursor`.
pub async fn page(
    app: &App,
    person: &Person,
    house: &HouseId,
    sensor: &SensorId,
    span: Span,
    cursor: Option<Cursor>,
) -> Result<Page, Problem> {
    let offset = offset_hours(app, person, house).await?;
    let to = cursor.map_or(span.to, |cursor| cursor.0.min(span.to));
    let selection = json!({
        "start": to_wire(span.from, offset),
        "end": to_wire(to, offset),
        "withscores": true,
        "max_items": PAGE,
    });
    let question = Question::values(sensor, selection);
    let answer = question.ask(app, person, house).await?;
    let found = rows(&answer);
    let points: Vec<Latest> = found.iter().filter_map(|row| point(row, offset)).collect();
    let full = found.len() >= PAGE;
    // The house keeps one value per second, so none is lost between pages.
    let next = points
        .first()
        .filter(|oldest| full && oldest.at > span.from)
        .map(|oldest| Cursor(Timestamp::from_secs(oldest.at.as_secs() - 1)));
    Ok(Page { points, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_round_trip_and_others_are_refused() {
        let cursor = Cursor(Timestamp::from_secs(1_795_264_686));
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for odd in ["", "abc", "1795264686", "AAAAAAAAAAAAAA"] {
            assert_eq!(odd.parse::<Cursor>(), Err(BadCursor), "{odd}");
        }
    }
}
