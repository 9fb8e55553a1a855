//! The commands of `controller/db`.

use model::Timestamp;
use serde_json::json;

use super::answer::{Asked, Pending};
use super::query::Query;
use super::save::SaveRequest;
use crate::brain::House;
use crate::config::MAX_ID_BYTES;
use crate::hub::format::{cut, text};
use crate::statistics::{Grid, Statistic};
use crate::store::{
    Derive, Point, PointValue, ReadLimit, Scope, Select, Series, StoreAnswer, StoreOp,
};
use crate::turns::{Draft, Waiting};
use crate::wire::{DB, Message};

/// Most characters of an alert or log line.
const MAX_LINE: usize = 2_000;

/// The severities that alerts and logs have.
const SEVERITIES: [&str; 6] = ["debug", "info", "warning", "error", "alert", "value"];

impl House {
    /// `SAVE/<sensor>`: one value, straight into the history.
    pub(crate) fn save_value(&mut self, now: Timestamp, message: &Message<'_>, draft: &mut Draft) {
        let local_now = now.as_secs().saturating_add(self.files.offset_secs());
        match SaveRequest::read(message.topic.args, message.data(), local_now) {
            Ok(save) => {
                self.save(now, save, message.topic.from, Vec::new(), draft);
            }
            Err(why) => {
                let (args, from) = (message.topic.args, message.topic.from);
                let line = format!("SAVE/{args} from {from} not done: {why}");
                draft.say.extend(self.wire.warning(DB, line));
            }
        }
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
        let live = self.live_answer(name, &query, message.topic.command);
        let (asked, op) = operation(message.topic.command, name, &query, offset);
        let pending = Pending {
            asked,
            style: query.style,
            offset,
            now,
            reply: message.reply_to(message.topic.command),
        };
        match live {
            Some(point) => {
                let answer = StoreAnswer::Points(vec![vec![point]]);
                draft.say.push(pending.answer(answer));
            }
            None => draft.wait = Some((op, Waiting::Answer(pending))),
        }
    }

    /// The newest value, if that is asked for and is one that is not kept.
    fn live_answer(&self, name: &str, query: &Query, command: &str) -> Option<Point> {
        let newest = Select::Positions { start: -1, end: -1 };
        let is_asked_for =
            query.scope == Scope::Sensors && query.select == newest && command != "GET_COUNT";
        let live = self.live.newest(&Series::sensor(name));
        live.filter(|_| is_asked_for).cloned()
    }

    /// `SAVE_ALERT/<severity>` and `SAVE_LOG/<severity>`: one line, now.
    pub(crate) fn save_text(&mut self, now: Timestamp, message: &Message<'_>, draft: &mut Draft) {
        let severity = message.topic.args;
        if !SEVERITIES.contains(&severity) || message.envelope.is_none() {
            return;
        }
        if let Some(why) = self.why_not_kept(now) {
            self.not_kept(now, why, &message.topic.from.to_string(), draft);
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
        self.room.wrote(line.len());
        let point = Point {
            at: now.as_secs(),
            value: PointValue::Text(line),
        };
        let op = StoreOp::Append(series, point);
        draft.wait = Some((op, Waiting::Say(Vec::new())));
    }
}

fn operation(command: &str, name: &str, query: &Query, offset: i64) -> (Asked, StoreOp) {
    let asked = match command {
        "GET_COUNT" => Asked::Count,
        "GET_TIMESTAMP" => Asked::Timestamp,
        "GET_ELAPSED" => Asked::Elapsed,
        _ if name.ends_with("/range") => Asked::Range,
        _ => Asked::Values,
    };
    let limit = match asked {
        Asked::Timestamp | Asked::Elapsed => ReadLimit {
            points: 1,
            ..query.limit
        },
        _ => query.limit,
    };
    let of_sensor = Statistic::of_series(name).filter(|_| query.scope == Scope::Sensors);
    if let Some((sensor, grain, statistics)) = of_sensor {
        let derive = Derive {
            sensor: sensor.to_owned(),
            statistics,
            grain,
            grid: Grid::Offset(offset),
            select: query.select,
            limit,
        };
        return (asked, StoreOp::Derive(derive));
    }
    let series = |name: &str| Series {
        scope: query.scope,
        name: name.to_owned(),
    };
    let select = query.select;
    let op = match (asked, name.strip_suffix("/range")) {
        (Asked::Count, _) => StoreOp::Count {
            series: series(name),
            select,
        },
        (Asked::Range, Some(bucket)) => StoreOp::Read {
            series: ["min", "max"]
                .map(|one| series(&format!("{bucket}/{one}")))
                .to_vec(),
            select,
            limit,
        },
        _ => StoreOp::Read {
            series: vec![series(name)],
            select,
            limit,
        },
    };
    (asked, op)
}
