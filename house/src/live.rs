//! Newest values that are not kept: what `GET` answers while a house may keep
//! nothing new. Only in memory, for the residents who look now.

use std::collections::BTreeMap;

use crate::reference_store::value_text;
use crate::store::{Point, PointValue, Series};

/// Most values; those measured longest ago go first.
const MAX_VALUES: usize = 10_000;

/// Most bytes of text of all values together: images, mostly.
const MAX_TEXT_BYTES: usize = 4 << 20;

/// The newest value of each series since the house keeps nothing.
#[derive(Debug, Default)]
pub(crate) struct Live {
    values: BTreeMap<Series, Point>,
    text_bytes: usize,
}

impl Live {
    /// Takes a value. `false` when it says nothing new: the same at the same
    /// second, or, with `new_only`, one that is not newer.
    pub(crate) fn take(&mut self, series: Series, point: Point, new_only: bool) -> bool {
        if let Some(there) = self.values.get(&series) {
            let is_same =
                there.at == point.at && value_text(&there.value) == value_text(&point.value);
            if is_same || (new_only && there.at >= point.at) {
                return false;
            }
            // An older one is said, and is not the newest.
            if there.at > point.at {
                return true;
            }
        }
        self.forget(&series);
        self.text_bytes = self.text_bytes.saturating_add(text_bytes(&point));
        self.values.insert(series, point);
        while self.values.len() > MAX_VALUES || self.text_bytes > MAX_TEXT_BYTES {
            let oldest = self.values.iter().min_by_key(|(_, point)| point.at);
            let Some(oldest) = oldest.map(|(series, _)| series.clone()) else {
                break;
            };
            self.forget(&oldest);
        }
        true
    }

    /// The newest value of `series`, if it is one that is not kept.
    pub(crate) fn newest(&self, series: &Series) -> Option<&Point> {
        self.values.get(series)
    }

    /// A value of `series` measured at `at` is kept: what is not newer is
    /// forgotten.
    pub(crate) fn superseded(&mut self, series: &Series, at: i64) {
        if self.values.get(series).is_some_and(|there| there.at <= at) {
            self.forget(series);
        }
    }

    pub(crate) fn forget(&mut self, series: &Series) {
        if let Some(gone) = self.values.remove(series) {
            self.text_bytes = self.text_bytes.saturating_sub(text_bytes(&gone));
        }
    }
}

fn text_bytes(point: &Point) -> usize {
    match &point.value {
        PointValue::Text(text) => text.len(),
        PointValue::Int(_) | PointValue::Real(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at: i64, value: &str) -> Point {
        Point {
            at,
            value: PointValue::Text(value.to_owned()),
        }
    }

    #[test]
    fn the_newest_is_remembered_and_repeats_say_nothing() {
        let mut live = Live::default();
        let series = Series::sensor("a");
        assert!(live.take(series.clone(), point(5, "x"), false));
        assert!(!live.take(series.clone(), point(5, "x"), false));
        assert!(live.take(series.clone(), point(5, "y"), false));
        assert!(live.take(series.clone(), point(4, "z"), false), "said");
        assert!(!live.take(series.clone(), point(4, "z"), true));
        assert_eq!(live.newest(&series), Some(&point(5, "y")));
        live.superseded(&series, 4);
        assert!(live.newest(&series).is_some());
        live.superseded(&series, 5);
        assert_eq!(live.newest(&series), None);
        assert_eq!(live.text_bytes, 0);
    }

    #[test]
    fn many_large_values_cost_bounded_memory() {
        let mut live = Live::default();
        let image = "x".repeat(1 << 20);
        for n in 0..10 {
            live.take(Series::sensor(format!("cam/{n}")), point(n, &image), false);
        }
        assert!(live.text_bytes <= MAX_TEXT_BYTES);
        assert!(live.newest(&Series::sensor("cam/9")).is_some());
        assert!(live.newest(&Series::sensor("cam/0")).is_none());
    }
}
