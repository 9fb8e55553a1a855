//! What a store must do, in its simplest form: in memory, without an index,
//! forgetting everything at its end.
//!
//! It is the definition that real stores are compared with, and the store of
//! the tests of this crate.

mod aggregates;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::hub::format::text;
use crate::statistics::{Bucket, Buckets, Summary, end_of_chunk, quarter_of};
use crate::store::{
    Derive, FileChange, Point, PointValue, Purge, REPEATS, ReadLimit, SavePoint, Select, Series,
    SeriesStats, Snapshot, StoreAnswer, StoreOp, StoreStats,
};
use aggregates::Rows;

/// The store of one house.
#[derive(Clone, Debug, Default)]
pub struct ReferenceStore {
    snapshot: Snapshot,
    series: BTreeMap<Series, Vec<Point>>,
    summaries: BTreeMap<Series, Rows>,
    changes: Vec<(String, FileChange)>,
}

/// The text by which two values are compared: as it stands on the bus.
#[must_use]
pub fn value_text(value: &PointValue) -> String {
    match value {
        PointValue::Int(whole) => whole.to_string(),
        PointValue::Real(real) => text(&Value::from(*real)),
        PointValue::Text(text) => text.clone(),
    }
}

/// The half-open range of places that `select` means among `count` points by
/// position; empty when it selects none. Positions count from 0 at the oldest
/// or from -1 at the newest.
#[must_use]
pub fn places(start: i64, end: i64, count: u64) -> (u64, u64) {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let place = |position: i64| {
        if position < 0 {
            position.saturating_add(count)
        } else {
            position
        }
    };
    let first = place(start).max(0);
    let after = place(end).saturating_add(1).min(count);
    if first >= after {
        return (0, 0);
    }
    (first.unsigned_abs(), after.unsigned_abs())
}

/// The selected among `points`, which are in order of time.
pub(crate) fn chosen(points: &[Point], select: Select) -> &[Point] {
    let (first, after) = match select {
        Select::Positions { start, end } => {
            let count = u64::try_from(points.len()).unwrap_or(u64::MAX);
            let (first, after) = places(start, end, count);
            let index = |place| usize::try_from(place).unwrap_or(usize::MAX);
            (index(first), index(after))
        }
        Select::Between { from, to } => (
            points.partition_point(|point| point.at < from),
            points.partition_point(|point| point.at <= to),
        ),
    };
    points.get(first..after).unwrap_or_default()
}

impl ReferenceStore {
    /// What a house that wakes finds.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            bytes: self.stats().bytes,
            ..self.snapshot.clone()
        }
    }

    /// Every change of a file so far, with its author, oldest first.
    #[must_use]
    pub fn changes(&self) -> &[(String, FileChange)] {
        &self.changes
    }

    /// Does `op`.
    pub fn apply(&mut self, op: StoreOp) -> StoreAnswer {
        match op {
            StoreOp::ChangeFiles {
                author,
                changes,
                identity,
                ..
            } => {
                self.change_files(&author, changes);
                self.snapshot.announced = false;
                self.snapshot.identity = identity.or(self.snapshot.identity.take());
            }
            StoreOp::MarkAnnounced => self.snapshot.announced = true,
            StoreOp::Save(save) => return StoreAnswer::Saved(self.save(save)),
            StoreOp::Append(series, point) => self.append(series, point),
            StoreOp::Read {
                series,
                select,
                limit,
            } => {
                let read = series.iter().map(|series| self.read(series, select, limit));
                return StoreAnswer::Points(read.collect());
            }
            StoreOp::Count { series, select } => {
                let count = self.selected(&series, select).len();
                return StoreAnswer::Count(u64::try_from(count).unwrap_or(u64::MAX));
            }
            StoreOp::Summarise { series, buckets } => {
                let rows = self.summaries.entry(series).or_default();
                let buckets = buckets.into_iter();
                let summaries = buckets.map(|(grain, bucket)| rows.summarise(bucket, grain));
                return StoreAnswer::Summaries(summaries.collect());
            }
            StoreOp::Derive(asked) => return StoreAnswer::Points(self.derive(&asked)),
            StoreOp::Overview(asked) => {
                let lists = asked.sensors.iter().map(|sensor| {
                    let mut buckets = self.newest_buckets(&asked.of(sensor));
                    buckets.reverse();
                    buckets
                });
                return StoreAnswer::Overview(lists.collect());
            }
            StoreOp::DeleteSeries(gone) => {
                self.series.retain(|series, _| !gone.contains(series));
                self.summaries.retain(|series, _| !gone.contains(series));
            }
            StoreOp::Rename(names) => {
                for (from, to) in names {
                    self.rename(&from, to);
                }
            }
            StoreOp::Purge(purge) => {
                let more = self.purge(&purge);
                return StoreAnswer::Purged { more };
            }
            StoreOp::Sweep(_) => return StoreAnswer::Purged { more: false },
            StoreOp::MarkTidied(at) => self.snapshot.tidied = Some(at),
            StoreOp::Stats => return StoreAnswer::Stats(self.stats()),
            StoreOp::ListSeries => {
                let there = self.series.iter().filter(|(_, points)| !points.is_empty());
                return StoreAnswer::Series(there.map(|(series, _)| series.clone()).collect());
            }
            StoreOp::Measure => return StoreAnswer::Size(self.stats().bytes),
            StoreOp::PutOffer(offer) => {
                self.forget_offers(std::slice::from_ref(&offer.sensor));
                self.snapshot.offers.push(offer);
            }
            StoreOp::RemoveOffers(sensors) => self.forget_offers(&sensors),
        }
        StoreAnswer::Done
    }

    fn change_files(&mut self, author: &str, changes: Vec<FileChange>) {
        for change in changes {
            let files = &mut self.snapshot.files;
            let same = files.contains(&change);
            files.retain(|file| file.id != change.id);
            if change.content.is_some() {
                files.push(change.clone());
            }
            if !same {
                self.changes.push((author.to_owned(), change));
            }
        }
    }

    fn save(&mut self, save: SavePoint) -> Option<Vec<Summary>> {
        let points = self.series.entry(save.series.clone()).or_default();
        let rows = self.summaries.entry(save.series).or_default();
        let at = save.point.at;
        let newest = points.last().map(|point| point.at);
        if save.new_only && newest.is_some_and(|newest| newest >= save.point.at) {
            return None;
        }
        if let Ok(place) = points.binary_search_by_key(&save.point.at, |point| point.at) {
            let there = points.get_mut(place)?;
            if value_text(&there.value) == value_text(&save.point.value) {
                return None;
            }
            *there = save.point;
        } else {
            if let Some(keep) = save.keep_newest {
                let keep = usize::try_from(keep.saturating_sub(1)).unwrap_or(usize::MAX);
                let excess = points.len().saturating_sub(keep);
                if let Some(last) = excess.checked_sub(1).and_then(|last| points.get(last)) {
                    rows.settle(points, last.at.saturating_add(1));
                }
                points.drain(..excess);
            }
            let place = points.partition_point(|point| point.at < save.point.at);
            points.insert(place, save.point);
        }
        let mut summaries = Vec::new();
        if let Some(aggregate) = save.aggregate {
            rows.refresh(points, at, aggregate.with_tally);
            let report = aggregate.report.iter();
            summaries.extend(report.map(|(grain, bucket)| rows.summarise(*bucket, *grain)));
        } else {
            rows.keep_right(points, at);
        }
        if let Some((series, point)) = save.also {
            self.append(series, point);
        }
        Some(summaries)
    }

    fn newest_buckets(&self, asked: &Derive) -> Vec<(Bucket, Summary)> {
        let sensor = Series::sensor(asked.sensor.clone());
        let rows = self.summaries.get(&sensor);
        let rows = rows
            .into_iter()
            .flat_map(|rows| rows.rows(asked.grain).rev());
        Buckets::new(rows, &asked.grid, asked.grain)
            .filter(|(bucket, _)| asked.may_select(*bucket))
            .take(asked.needed().unwrap_or(usize::MAX))
            .collect()
    }

    fn derive(&self, asked: &Derive) -> Vec<Vec<Point>> {
        let buckets = self.newest_buckets(asked);
        let lists = asked.statistics.iter().map(|statistic| {
            let stored = self.series.get(&asked.stored(*statistic));
            asked.join(*statistic, &buckets, stored.map_or(&[][..], Vec::as_slice))
        });
        lists.collect()
    }

    fn rename(&mut self, from: &Series, to: Series) {
        if *from == to {
            return;
        }
        let Some(points) = self.series.remove(from) else {
            return;
        };
        let Some(joined) = self.series.get_mut(&to) else {
            let rows = self.summaries.remove(from).unwrap_or_default();
            self.summaries.insert(to.clone(), rows);
            self.series.insert(to, points);
            return;
        };
        for point in points {
            if let Err(place) = joined.binary_search_by_key(&point.at, |point| point.at) {
                joined.insert(place, point);
            }
        }
        let rows = self.summaries.remove(from).unwrap_or_default();
        self.summaries.entry(to).or_default().join(rows, joined);
    }

    fn purge(&mut self, purge: &Purge) -> bool {
        for (series, before) in &purge.stored {
            if let Some(points) = self.series.get_mut(series) {
                let rows = self.summaries.entry(series.clone()).or_default();
                rows.settle(points, *before);
                points.retain(|point| point.at >= *before);
            }
        }
        let Some(points) = self.series.get_mut(&purge.series) else {
            return false;
        };
        let rows = self.summaries.entry(purge.series.clone()).or_default();
        let mut more = false;
        if let Some(end) = purge.raw_before.map(quarter_of) {
            let newest = points.last().filter(|_| purge.keep_newest);
            let end = newest.map_or(end, |newest| end.min(quarter_of(newest.at)));
            let old = points.partition_point(|point| point.at < end);
            let (first, next) = (points.first(), points.get(purge.most));
            let end = match (first, next) {
                (Some(first), Some(next)) if old > purge.most => {
                    more = true;
                    end_of_chunk(first.at, next.at)
                }
                _ => end,
            };
            rows.settle(points, end);
            points.retain(|point| point.at >= end);
        }
        if let Some(before) = purge.hours_before {
            if let Some(days_before) = purge.days_before {
                rows.forget(before.min(days_before));
            }
            more |= rows.coarsen(before, &purge.days, purge.most);
        }
        more
    }

    fn stats(&self) -> StoreStats {
        let series = self.series.iter().filter_map(|(series, points)| {
            let bytes: usize = points
                .iter()
                .map(|point| value_text(&point.value).len())
                .sum();
            Some(SeriesStats {
                series: series.clone(),
                points: u64::try_from(points.len()).ok()?,
                bytes: u64::try_from(bytes).ok()?,
                oldest: points.first()?.at,
                newest: points.last()?.clone(),
            })
        });
        let series: Vec<SeriesStats> = series.collect();
        StoreStats {
            bytes: series.iter().map(|one| one.bytes).sum(),
            series,
            engine: ("memory".to_owned(), String::new()),
        }
    }

    fn append(&mut self, series: Series, point: Point) {
        let points = self.series.entry(series).or_default();
        let place = points.partition_point(|there| there.at <= point.at);
        let same_second = points.iter().take(place).rev();
        let mut same_second = same_second.take_while(|there| there.at == point.at);
        if !same_second
            .by_ref()
            .take(REPEATS)
            .any(|there| *there == point)
        {
            points.insert(place, point);
        }
    }

    fn read(&self, series: &Series, select: Select, limit: ReadLimit) -> Vec<Point> {
        let mut bytes = 0;
        let mut read: Vec<Point> = self
            .selected(series, select)
            .iter()
            .rev()
            .take(limit.points)
            .take_while(|point| {
                let fits = bytes < limit.text_bytes;
                if let PointValue::Text(text) = &point.value {
                    bytes += text.len();
                }
                fits
            })
            .cloned()
            .collect();
        read.reverse();
        read
    }

    fn selected(&self, series: &Series, select: Select) -> &[Point] {
        let points = self.series.get(series).map_or(&[][..], Vec::as_slice);
        chosen(points, select)
    }

    fn forget_offers(&mut self, sensors: &[String]) {
        let offers = &mut self.snapshot.offers;
        offers.retain(|offer| !sensors.contains(&offer.sensor));
    }
}
