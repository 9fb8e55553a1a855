//! Values as they were measured.

use model::HouseId;
use serde_json::json;

use super::span::{Cursor, Part, Span};
use crate::app::App;
use crate::http::problem::Problem;
use crate::sensors::question::{Person, Question, rows};
use crate::sensors::sensor::SensorId;
use crate::sensors::service::{Latest, offset_hours, point, to_wire};

/// A house breaks an answer off behind 2 MiB of texts, images mostly. One with
/// half as much may have been broken off.
const MUCH_TEXT: usize = 1 << 20;

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The values, oldest first.
    pub points: Vec<Latest>,
    /// Where older ones are; `None` when there are none in the span.
    pub next: Option<Cursor>,
}

/// One page of values: the newest of the span, or those before the cursor.
pub async fn page(
    app: &App,
    person: &Person,
    house: &HouseId,
    sensor: &SensorId,
    part: Part,
) -> Result<Page, Problem> {
    let offset = offset_hours(app, person, house).await?;
    let span = part.span.before(part.cursor);
    let (points, full) = newest(app, person, house, (sensor, offset), span, part.most).await?;
    let oldest = points.first().filter(|_| full);
    let next = oldest.and_then(|oldest| span.behind(oldest.at));
    Ok(Page { points, next })
}

/// The newest values of the span, oldest first, and whether there may be older
/// ones. `offset` are the hours by which the house's wire is ahead of UTC.
pub(super) async fn newest(
    app: &App,
    person: &Person,
    house: &HouseId,
    (sensor, offset): (&SensorId, i32),
    span: Span,
    most: usize,
) -> Result<(Vec<Latest>, bool), Problem> {
    let selection = json!({
        "start": to_wire(span.from, offset),
        "end": to_wire(span.to, offset),
        "withscores": true,
        "max_items": most,
    });
    let question = Question::values(sensor, selection);
    let answer = question.ask(app, person, house).await?;
    let found = rows(&answer);
    let points: Vec<Latest> = found.iter().filter_map(|row| point(row, offset)).collect();
    let texts = points.iter().filter_map(|point| point.value.as_str());
    let full = found.len() >= most || texts.map(str::len).sum::<usize>() >= MUCH_TEXT;
    Ok((points, full))
}
