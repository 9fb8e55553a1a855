//! What a store must do, in its simplest form: in memory, without an index,
//! forgetting everything at its end.
//!
//! It is the definition that real stores are compared with, and the store of
//! the tests of this crate.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::hub::format::text;
use crate::store::{
    FileChange, Point, PointValue, REPEATS, ReadLimit, SavePoint, Select, Series, Snapshot,
    StoreAnswer, StoreOp,
};

/// The store of one house.
#[derive(Clone, Debug, Default)]
pub struct ReferenceStore {
    snapshot: Snapshot,
    series: BTreeMap<Series, Vec<Point>>,
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

impl ReferenceStore {
    /// What a house that wakes finds.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot.clone()
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
            StoreOp::DeleteSeries(gone) => self.series.retain(|series, _| !gone.contains(series)),
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

    fn save(&mut self, save: SavePoint) -> bool {
        let points = self.series.entry(save.series).or_default();
        let newest = points.last().map(|point| point.at);
        if save.new_only && newest.is_some_and(|newest| newest >= save.point.at) {
            return false;
        }
        if let Ok(place) = points.binary_search_by_key(&save.point.at, |point| point.at) {
            let Some(there) = points.get_mut(place) else {
                return false;
            };
            if value_text(&there.value) == value_text(&save.point.value) {
                return false;
            }
            *there = save.point;
        } else {
            if let Some(keep) = save.keep_newest {
                let keep = usize::try_from(keep.saturating_sub(1)).unwrap_or(usize::MAX);
                let excess = points.len().saturating_sub(keep);
                points.drain(..excess);
            }
            let place = points.partition_point(|point| point.at < save.point.at);
            points.insert(place, save.point);
        }
        if let Some((series, point)) = save.also {
            self.append(series, point);
        }
        true
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

    fn forget_offers(&mut self, sensors: &[String]) {
        let offers = &mut self.snapshot.offers;
        offers.retain(|offer| !sensors.contains(&offer.sensor));
    }
}
