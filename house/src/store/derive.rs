//! Questions about quarters, hours and days.

use std::collections::BTreeMap;

use super::{Point, PointValue, ReadLimit, Select, Series};
use crate::reference_store::chosen;
use crate::statistics::{Bucket, Grain, Grid, Statistic, Summary};

/// A question about hours or days of a sensor. Points that a module stored
/// under the name of a statistic (`<sensor>/<grain>/<statistic>`) stand before
/// those computed for the same time.
#[derive(Clone, Debug, PartialEq)]
pub struct Derive {
    /// The sensor.
    pub sensor: String,
    /// One list of points for each.
    pub statistics: Vec<Statistic>,
    /// Hours or days.
    pub grain: Grain,
    /// Where they begin.
    pub grid: Grid,
    /// Which; a bucket is named by its first second.
    pub select: Select,
    /// At most so many of each.
    pub limit: ReadLimit,
}

impl Derive {
    /// The series in which modules store `statistic`.
    #[must_use]
    pub fn stored(&self, statistic: Statistic) -> Series {
        let (sensor, grain) = (&self.sensor, self.grain.as_str());
        Series::sensor(format!("{sensor}/{grain}/{}", statistic.as_str()))
    }

    /// How many of the newest buckets, or stored points, answer this; `None`
    /// for all.
    #[must_use]
    pub fn needed(&self) -> Option<usize> {
        match self.select {
            Select::Between { .. } => Some(self.limit.points),
            Select::Positions { start, end } if start < 0 && end < 0 => {
                let whole = |count: i64| usize::try_from(count).unwrap_or(usize::MAX);
                let skipped = whole((-1_i64).saturating_sub(end));
                Some(whole(start.saturating_neg()).min(skipped.saturating_add(self.limit.points)))
            }
            Select::Positions { .. } => None,
        }
    }

    /// Whether a bucket may be among those asked for, as far as its time tells.
    #[must_use]
    pub fn may_select(&self, bucket: Bucket) -> bool {
        match self.select {
            Select::Between { from, to } => (from..=to).contains(&bucket.from),
            Select::Positions { .. } => true,
        }
    }

    /// The answer for one statistic: the selected among what was computed and what
    /// was `stored` under its name, which stands before it; oldest first.
    #[must_use]
    pub fn join(
        &self,
        statistic: Statistic,
        computed: &[(Bucket, Summary)],
        stored: &[Point],
    ) -> Vec<Point> {
        let computed = computed
            .iter()
            .filter_map(|(bucket, summary)| Some((bucket.from, statistic.of(summary)?)));
        let stored = stored.iter().map(|point| (point.at, point.value.clone()));
        let joined: BTreeMap<i64, PointValue> = computed.chain(stored).collect();
        let points: Vec<Point> = joined
            .into_iter()
            .map(|(at, value)| Point { at, value })
            .collect();
        let selected = chosen(&points, self.select);
        let excess = selected.len().saturating_sub(self.limit.points);
        selected.get(excess..).unwrap_or_default().to_vec()
    }
}

/// A question about what sensors come to, on the residents' clock: for charts.
/// What modules stored under the names of statistics does not count.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// One list of buckets for each.
    pub sensors: Vec<String>,
    /// Quarters, hours or days.
    pub grain: Grain,
    /// Where they begin.
    pub grid: Grid,
    /// Buckets that begin from this second on, UTC.
    pub from: i64,
    /// Buckets that begin up to this second.
    pub to: i64,
    /// At most so many of each sensor, the newest.
    pub most: usize,
}

impl Overview {
    /// The question about one of its sensors.
    #[must_use]
    pub fn of(&self, sensor: &str) -> Derive {
        Derive {
            sensor: sensor.to_owned(),
            statistics: Vec::new(),
            grain: self.grain,
            grid: self.grid.clone(),
            select: Select::Between {
                from: self.from,
                to: self.to,
            },
            limit: ReadLimit {
                points: self.most,
                text_bytes: 0,
            },
        }
    }
}
