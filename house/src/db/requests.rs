//! The commands of `controller/db`.

use model::Timestamp;
use serde_json::json;

use super::answer::{Asked, Pending};
use super::query::Query;
use super::save::SaveRequest;
use crate::brain::House;
use crate::config::{MAX_ID_BYTES, is_path};
use crate::hub::format::{cut, text};
use crate::store::{Point, PointValue, ReadLimit, Scope, Series, StoreOp};
use crate::turns::{Draft, Waiting};
use crate::wire::{DB, Message};

/// Most characters of an alert or log line.
const MAX_LINE: usize = 2_000;

/// The severities that alerts and logs have.
const SEVERITIES: [&str; 6] = ["debug", "info", "warning", "error", "alert", "value"];

const STATISTICS: [&str; 7] = ["min", "avg", "max", "rate", "sum", "count", "count_unique"];

impl House {
    /// `SAVE/<sensor>`: one value, straight into the history.
    pub(crate) fn save_value(&mut self, now: Timestamp, message: &Message<'_>, draft: &mut Draft) {
        let local_now = now.as_secs().saturating_add(self.files.offset_secs());
        match SaveRequest::read(message.topic.args, message.data(), local_now) {
            Ok(save) => {
                let (op, say) = self.save(now, save);
                draft.wait = Some((op, Waiting::SayIfStored(say, Vec::new())));
            }
            Err(why) => {
                let (args, from) = (message.topic.args, message.topic.from);
                let line = format!("SAVE/{args} from {from} not done: {why}");
                draft.say.extend(self.wire.warning(DB, line));
            }
        }
    }

    /// `DELETE_SENSOR/<sensor>`: its values and all its statistics.
    pub(crate) fn delete_sensor(&mut self, message: &Message<'_>, draft: &mut Draft) {
        let sensor = message.topic.args;
        if !is_path(sensor) {
            return;
        }
        let statistics = ["hour", "day"].into_iter().flat_map(|group| {
            STATISTICS.map(|statistic| Series::sensor(format!("{sensor}/{group}/{statistic}")))
        });
        let series = [Series::sensor(sensor)].into_iter().chain(statistics);
        self.duplicates.forget(sensor);
        let op = StoreOp::DeleteSeries(series.collect());
        draft.wait = Some((op, Waiting::Say(Vec::new())));
    }

    /// `GET/<series>`, `GET_TIMESTAMP`, `GET_ELAPSED`, `GET_COUNT`.
    pub(crate) fn question(&mut self, now: Timestamp, message: &Message<'_>, draft: &mut Draft) {
        let (now, offset) = (now.as_secs(), self.files.offset_secs());
        let name = message.topic.args;
        let query = Query::read(message.data(), now, offset);
        // Room for the statistics behind the longest sensor id.
        let query = query.filter(|_| !name.is_empty() && name.len() <= 2 * MAX_ID_BYTES);
        let Some(query) = query else {
            draft.say.push(message.reply(json!({"data": []})));
            return;
        };
        let (asked, op) = operation(message.topic.command, name, &query);
        let pending = Pending {
            asked,
            style: query.style,
            offset,
            now,
            reply: message.reply_to(message.topic.command),
        };
        draft.wait = Some((op, Waiting::Answer(pending)));
    }
}

/// `SAVE_ALERT/<severity>` and `SAVE_LOG/<severity>`: one line, now.
pub(crate) fn save_text(now: Timestamp, message: &Message<'_>, draft: &mut Draft) {
    let severity = message.topic.args;
    if !SEVERITIES.contains(&severity) || message.envelope.is_none() {
        return;
    }
    let scope = match message.topic.command {
        "SAVE_LOG" => Scope::Logs,
        _ => Scope::Alerts,
    };
    let series = Series {
        scope,
        name: severity.to_owned(),
    };
    let line = cut(&text(message.data()), MAX_LINE);
    let point = Point {
        at: now.as_secs(),
        value: PointValue::Text(line),
    };
    let op = StoreOp::Append(series, point);
    draft.wait = Some((op, Waiting::Say(Vec::new())));
}

fn operation(command: &str, name: &str, query: &Query) -> (Asked, StoreOp) {
    let series = |name: &str| Series {
        scope: query.scope,
        name: name.to_owned(),
    };
    let read = |series, points| StoreOp::Read {
        series,
        select: query.select,
        limit: ReadLimit {
            points,
            ..query.limit
        },
    };
    match command {
        "GET_COUNT" => (
            Asked::Count,
            StoreOp::Count {
                series: series(name),
                select: query.select,
            },
        ),
        "GET_TIMESTAMP" => (Asked::Timestamp, read(vec![series(name)], 1)),
        "GET_ELAPSED" => (Asked::Elapsed, read(vec![series(name)], 1)),
        _ => match name.strip_suffix("/range") {
            Some(bucket) => {
                let both = ["min", "max"].map(|statistic| series(&format!("{bucket}/{statistic}")));
                (Asked::Range, read(both.to_vec(), query.limit.points))
            }
            None => (Asked::Values, read(vec![series(name)], query.limit.points)),
        },
    }
}
