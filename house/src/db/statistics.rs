//! Hours and days of a sensor on the bus: what is said after a value was
//! stored, and `CALC_HOUR_STATS` and `CALC_DAY_STATS`.

use model::Timestamp;
use serde_json::json;

use crate::brain::House;
use crate::config::is_path;
use crate::input::Effect;
use crate::statistics::{Bucket, Grain, Grid, Operations, Summary};
use crate::store::{Series, StoreOp};
use crate::turns::{Draft, Waiting};
use crate::wire::{DB, Message, Wire};

/// Hours and days whose summaries are on their way, to be said to everybody.
pub(crate) struct Report {
    pub(crate) sensor: String,
    pub(crate) operations: Operations,
    /// Seconds from UTC to local time.
    pub(crate) offset: i64,
    pub(crate) buckets: Vec<(Grain, Bucket)>,
}

impl Report {
    /// `SAVED` for each bucket.
    pub(crate) fn say(self, wire: &mut Wire, summaries: &[Summary]) -> Vec<Effect> {
        let mut say = Vec::new();
        for ((grain, bucket), summary) in self.buckets.iter().zip(summaries) {
            let data = json!({
                "group_by": grain.as_str(),
                "timestamp": bucket.from.saturating_add(self.offset),
                "value": self.operations.sentence(summary),
            });
            say.extend(wire.broadcast(DB, "SAVED", &self.sensor, data));
        }
        say
    }
}

impl House {
    /// `CALC_HOUR_STATS/<sensor>` and `CALC_DAY_STATS/<sensor>` with a list of
    /// operations: the last full hour or day is said. Nothing is stored, as
    /// statistics are always computed from what is there.
    pub(crate) fn report(
        &mut self,
        now: Timestamp,
        grain: Grain,
        message: &Message<'_>,
        draft: &mut Draft,
    ) {
        let sensor = message.topic.args;
        let operations = Operations::read(Some(message.data()));
        if !is_path(sensor) || operations.is_empty() {
            return;
        }
        let offset = self.files.offset_secs();
        let wire = Grid::Offset(offset);
        let present = wire.bucket(grain, now.as_secs());
        let last = wire.bucket(grain, present.from.saturating_sub(1));
        let buckets = vec![(grain, last)];
        let op = StoreOp::Summarise {
            series: Series::sensor(sensor),
            buckets: buckets.clone(),
        };
        let report = Report {
            sensor: sensor.to_owned(),
            operations,
            offset,
            buckets,
        };
        draft.wait = Some((op, Waiting::Report(report)));
    }
}
