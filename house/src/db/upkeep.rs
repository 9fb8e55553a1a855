//! `STATS`, `RENAME_SENSOR`, `DELETE_SENSOR` and the `PURGE_…` of
//! `controller/db`.

use model::Timestamp;
use serde_json::{Value, json};

use super::answer::point_json;
use crate::brain::House;
use crate::config::is_path;
use crate::hub::format::{cut, text};
use crate::retention::Ages;
use crate::store::{Scope, Series, StoreOp, StoreStats};
use crate::turns::{Draft, Waiting};
use crate::wire::{DB, LOGGER, Message};

/// The severities of alerts, and of logs.
pub(crate) const ALERTS: [&str; 4] = ["info", "warning", "alert", "value"];
pub(crate) const LOGS: [&str; 4] = ["debug", "info", "warning", "error"];

const STATISTICS: [&str; 7] = ["min", "avg", "max", "rate", "sum", "count", "count_unique"];

/// Most characters of a value in `STATS`.
const SHOWN: usize = 300;

/// The series in which statistics of `grain` of a sensor may be stored.
pub(crate) fn stored_statistics(sensor: &str, grain: &str) -> impl Iterator<Item = Series> {
    STATISTICS
        .into_iter()
        .map(move |statistic| Series::sensor(format!("{sensor}/{grain}/{statistic}")))
}

fn all_series(sensor: &str) -> Vec<Series> {
    let statistics = ["hour", "day"].into_iter();
    let statistics = statistics.flat_map(|grain| stored_statistics(sensor, grain));
    [Series::sensor(sensor)]
        .into_iter()
        .chain(statistics)
        .collect()
}

impl House {
    /// `DELETE_SENSOR/<sensor>`: its values and all its statistics.
    pub(crate) fn delete_sensor(
        &mut self,
        now: Timestamp,
        message: &Message<'_>,
        draft: &mut Draft,
    ) {
        let sensor = message.topic.args;
        if !is_path(sensor) || !self.may_change(now, message, draft) {
            return;
        }
        self.duplicates.forget(sensor);
        for series in all_series(sensor) {
            self.live.forget(&series);
        }
        self.retention.sweep();
        let op = StoreOp::DeleteSeries(all_series(sensor));
        draft.wait = Some((op, Waiting::Say(Vec::new())));
    }

    /// `RENAME_SENSOR/<sensor>` with the new id.
    pub(crate) fn rename_sensor(
        &mut self,
        now: Timestamp,
        message: &Message<'_>,
        draft: &mut Draft,
    ) {
        let (from, to) = (message.topic.args, message.data().as_str());
        let Some(to) = to.filter(|to| is_path(to) && is_path(from)) else {
            let why = "its data is the new id, and both are ids of sensors";
            let line = format!("RENAME_SENSOR/{from} not done: {why}");
            draft.say.extend(self.wire.warning(DB, line));
            return;
        };
        if to == from || !self.may_change(now, message, draft) {
            return;
        }
        for sensor in [from, to] {
            self.duplicates.forget(sensor);
            self.live.forget(&Series::sensor(sensor));
        }
        let names = all_series(from).into_iter().zip(all_series(to));
        let op = StoreOp::Rename(names.collect());
        draft.wait = Some((op, Waiting::Say(Vec::new())));
        let line = Value::from(format!("renaming sensor {from} into {to}"));
        let said = self.wire.send(DB, LOGGER, ("LOG", "info"), None, line);
        draft.say.extend(said);
    }

    /// `PURGE_SENSOR/<sensor>` with `{raw, hourly, daily}` in days: done bit by
    /// bit, behind what is more urgent.
    pub(crate) fn purge_sensor(
        &mut self,
        now: Timestamp,
        message: &Message<'_>,
        draft: &mut Draft,
    ) {
        let ages = Ages::of_policies(message.data());
        if is_path(message.topic.args) && self.may_change(now, message, draft) {
            self.retention.purge_sensor(now, message.topic.args, ages);
        }
    }

    /// `PURGE_ALERTS` and `PURGE_LOGS` with a number of days.
    pub(crate) fn purge_texts(
        &mut self,
        now: Timestamp,
        scope: Scope,
        message: &Message<'_>,
        draft: &mut Draft,
    ) {
        if !self.may_change(now, message, draft) {
            return;
        }
        let severities = if scope == Scope::Alerts { ALERTS } else { LOGS };
        let ages = Ages::of_days(message.data());
        for severity in severities {
            let name = severity.to_owned();
            self.retention.purge(now, Series { scope, name }, ages);
        }
    }

    /// `STATS`: every series with what it holds.
    pub(crate) fn stats(&self, message: &Message<'_>, draft: &mut Draft) {
        let reply = message.reply_to(message.topic.command);
        let offset = self.files.offset_secs();
        draft.wait = Some((StoreOp::Stats, Waiting::Stats(reply, offset)));
    }
}

/// What `STATS` answers: `[key, points, bytes, oldest, newest, value]` of each
/// series, in the order of their keys, with local times.
pub(crate) fn stats_answer(stats: StoreStats, offset: i64) -> Value {
    let mut keys: Vec<(String, Value)> = stats
        .series
        .into_iter()
        .map(|one| {
            let key = format!(
                "eGeoffrey/{}/{}",
                one.series.scope.as_str(),
                one.series.name
            );
            let local = |at: i64| at.saturating_add(offset);
            let value = cut(&text(&point_json(&one.newest)), SHOWN);
            let row = json!([
                key,
                one.points,
                one.bytes,
                local(one.oldest),
                local(one.newest.at),
                value,
            ]);
            (key, row)
        })
        .collect();
    keys.sort_by(|(a, _), (b, _)| a.cmp(b));
    let (engine, version) = stats.engine;
    json!({
        "keys": keys.into_iter().map(|(_, row)| row).collect::<Vec<_>>(),
        "database_size": stats.bytes,
        "database_type": engine,
        "database_version": version,
    })
}
