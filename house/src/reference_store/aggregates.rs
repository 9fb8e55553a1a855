//! Summaries of quarters in the reference store.

use std::collections::BTreeMap;

use crate::statistics::{Bucket, Grain, Grid, QUARTER, Summary, day_part, day_start, quarter_of};
use crate::store::{Part, Point};

/// The rows of one series, by quarter.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows(BTreeMap<(i64, Part), Summary>);

impl Rows {
    /// Makes the live row of the quarter of `at` anew.
    pub(super) fn refresh(&mut self, points: &[Point], at: i64, with_tally: bool) {
        let quarter = quarter_of(at);
        let until = quarter.saturating_add(QUARTER);
        let live = Summary::of(between(points, quarter, until), with_tally);
        self.set(quarter, Part::Live, live);
    }

    /// Makes the live row of the quarter of `at` anew, if there is one.
    pub(super) fn keep_right(&mut self, points: &[Point], at: i64) {
        if let Some(live) = self.0.get(&(quarter_of(at), Part::Live)) {
            self.refresh(points, at, live.tally.is_some());
        }
    }

    /// Settles what is summarised of the points before `end`, which go.
    pub(super) fn settle(&mut self, points: &[Point], end: i64) {
        let last = quarter_of(end);
        for ((quarter, _), live) in self.take(|at, part| part == Part::Live && at < last) {
            self.add(quarter, Part::Settled, &live);
        }
        if let Some(live) = self.0.get(&(last, Part::Live)) {
            let with_tally = live.tally.is_some();
            let gone = Summary::of(between(points, last, end), with_tally);
            self.add(last, Part::Settled, &gone);
            let until = last.saturating_add(QUARTER);
            let rest = Summary::of(between(points, end, until), with_tally);
            self.set(last, Part::Live, rest);
        }
    }

    /// Merges settled quarters of whole days before `before`: at most so many,
    /// oldest first. Returns whether there were so many.
    pub(super) fn coarsen(&mut self, before: i64, days: &[Grid], most: usize) -> bool {
        let before = day_start(before, days);
        let mut left = most;
        let rows = self.take(|at, part| {
            let chosen = part == Part::Settled && at < before && left > 0;
            left -= usize::from(chosen);
            chosen
        });
        for ((at, _), row) in rows {
            self.add(day_part(at, days), Part::Coarse, &row);
        }
        left == 0
    }

    /// Removes what tells of purged points before `before`.
    pub(super) fn forget(&mut self, before: i64) {
        self.take(|at, part| part != Part::Live && at < before);
    }

    pub(super) fn summarise(&self, bucket: Bucket, grain: Grain) -> Summary {
        let mut found = Summary::default();
        for (at, summary) in self.rows(grain) {
            if (bucket.from..bucket.until).contains(&at) {
                found.merge(&summary);
            }
        }
        found
    }

    /// What counts in `grain`, oldest first.
    pub(super) fn rows(&self, grain: Grain) -> impl DoubleEndedIterator<Item = (i64, Summary)> {
        self.0
            .iter()
            .filter(move |((_, part), _)| part.counts_in(grain))
            .map(|((at, _), summary)| (*at, summary.clone()))
    }

    /// Takes in the rows of another series that was joined with this one and
    /// whose points are among `points` by now.
    pub(super) fn join(&mut self, others: Self, points: &[Point]) {
        let own: Vec<(i64, Part)> = self.0.keys().copied().collect();
        for (at, _) in own {
            self.keep_right(points, at);
        }
        for ((at, part), other) in others.0 {
            if part == Part::Live {
                let own = self.0.get(&(at, part));
                let with_tally = own.is_some_and(|own| own.tally.is_some());
                self.refresh(points, at, with_tally || other.tally.is_some());
            } else {
                self.add(at, part, &other);
            }
        }
    }

    fn add(&mut self, at: i64, part: Part, more: &Summary) {
        let mut row = self.0.remove(&(at, part)).unwrap_or_default();
        row.merge(more);
        self.set(at, part, row);
    }

    fn set(&mut self, at: i64, part: Part, row: Summary) {
        if row.count == 0 {
            self.0.remove(&(at, part));
        } else {
            self.0.insert((at, part), row);
        }
    }

    fn take(
        &mut self,
        mut chosen: impl FnMut(i64, Part) -> bool,
    ) -> BTreeMap<(i64, Part), Summary> {
        let all = std::mem::take(&mut self.0);
        let (taken, kept) = all
            .into_iter()
            .partition(|((at, part), _)| chosen(*at, *part));
        self.0 = kept;
        taken
    }
}

fn between(points: &[Point], from: i64, until: i64) -> impl Iterator<Item = &Point> {
    points
        .iter()
        .filter(move |point| (from..until).contains(&point.at))
}
