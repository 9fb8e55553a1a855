//! The summary of some values.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::hub::format::{cut, text};
use crate::store::{Point, PointValue};

/// How many characters of a text tell it from others; longer ones are cut.
const TOLD_APART: usize = 50;

/// How often each value occurred, by its text.
pub type Tally = BTreeMap<String, u64>;

/// What some values come to. The text `None` and what is not a number where
/// one is written (`nan`) are no values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// How many values there are.
    pub count: u64,
    /// How many of them are numbers, numeric texts among them.
    pub numbers: u64,
    /// The sum of the numbers; never infinite.
    pub sum: f64,
    /// The least and the greatest number.
    pub extremes: Option<(f64, f64)>,
    /// How often each value occurred; `None` where that was not recorded.
    pub tally: Option<Tally>,
}

/// A value as statistics see it.
enum Reading {
    Number(f64),
    Text,
    Nothing,
}

impl Summary {
    /// The summary of `points`, with a tally if wanted.
    pub fn of<'a>(points: impl IntoIterator<Item = &'a Point>, with_tally: bool) -> Self {
        let mut summary = Self::default();
        for point in points {
            summary.add(&point.value, with_tally);
        }
        summary
    }

    fn add(&mut self, value: &PointValue, with_tally: bool) {
        let mut one = Self {
            count: 1,
            ..Self::default()
        };
        match reading(value) {
            Reading::Nothing => return,
            Reading::Text => {}
            Reading::Number(number) => {
                one.numbers = 1;
                one.sum = number;
                one.extremes = Some((number, number));
            }
        }
        one.tally = with_tally.then(|| Tally::from([(name(value), 1)]));
        self.merge(&one);
    }

    /// Adds the values of `other`, which are none of these.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            self.clone_from(other);
            return;
        }
        self.count = self.count.saturating_add(other.count);
        self.numbers = self.numbers.saturating_add(other.numbers);
        self.sum = (self.sum + other.sum).clamp(f64::MIN, f64::MAX);
        self.extremes = match (self.extremes, other.extremes) {
            (Some((min, max)), Some((less, more))) => Some((min.min(less), max.max(more))),
            (one, other) => one.or(other),
        };
        self.tally = match (self.tally.take(), &other.tally) {
            (Some(mut tally), Some(more)) => {
                for (value, count) in more {
                    *tally.entry(value.clone()).or_default() += count;
                }
                Some(tally)
            }
            _ => None,
        };
    }

    /// The mean if all values are numbers, else the most frequent value (of
    /// equally frequent ones the first in the alphabet), if recorded.
    #[must_use]
    pub fn average(&self) -> Option<PointValue> {
        if self.numbers < self.count {
            let tally = self.tally.as_ref()?;
            let most = tally.values().max()?;
            let (mode, _) = tally.iter().find(|(_, count)| *count == most)?;
            return Some(PointValue::Text(mode.clone()));
        }
        // A second has one value, so 32 bits last for 136 years.
        let numbers = u32::try_from(self.numbers).unwrap_or(u32::MAX);
        (numbers > 0).then(|| PointValue::Real(self.sum / f64::from(numbers)))
    }

    /// The least number.
    #[must_use]
    pub fn min(&self) -> Option<f64> {
        self.extremes.map(|(min, _)| min)
    }

    /// The greatest number.
    #[must_use]
    pub fn max(&self) -> Option<f64> {
        self.extremes.map(|(_, max)| max)
    }

    /// How many different values there are, if recorded.
    #[must_use]
    pub fn distinct(&self) -> Option<u64> {
        let tally = self.tally.as_ref().filter(|_| self.count > 0)?;
        u64::try_from(tally.len()).ok()
    }
}

fn reading(value: &PointValue) -> Reading {
    let number = match value {
        PointValue::Int(whole) => Value::from(*whole).as_f64(),
        PointValue::Real(real) => Some(*real),
        PointValue::Text(text) => match text.trim().parse::<f64>() {
            Ok(number) => Some(number),
            Err(_) if text == "None" => None,
            Err(_) => return Reading::Text,
        },
    };
    number
        .filter(|number| number.is_finite())
        .map_or(Reading::Nothing, Reading::Number)
}

/// The text by which a value is told from others: 1 and 1.0 are the same.
fn name(value: &PointValue) -> String {
    match (reading(value), value) {
        (Reading::Number(number), _) => text(&Value::from(number + 0.0)),
        (_, PointValue::Text(text)) => cut(text, TOLD_APART),
        (_, other) => crate::reference_store::value_text(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(values: &[PointValue]) -> Summary {
        let points: Vec<Point> = (0..)
            .zip(values)
            .map(|(at, value)| Point {
                at,
                value: value.clone(),
            })
            .collect();
        Summary::of(&points, true)
    }

    fn text(text: &str) -> PointValue {
        PointValue::Text(text.to_owned())
    }

    #[test]
    fn numbers_have_a_mean_and_extremes() {
        let found = summary(&[
            PointValue::Int(21),
            text("21.0"),
            PointValue::Real(-0.5),
            text("None"),
            text("nan"),
        ]);
        assert_eq!((found.count, found.numbers), (3, 3));
        assert_eq!(found.average(), Some(PointValue::Real(41.5 / 3.0)));
        assert_eq!((found.min(), found.max()), (Some(-0.5), Some(21.0)));
        assert_eq!(found.distinct(), Some(2));
    }

    #[test]
    fn texts_have_a_most_frequent_one() {
        let found = summary(&[text("up"), text("down"), text("up"), PointValue::Int(3)]);
        assert_eq!((found.count, found.numbers), (4, 1));
        assert_eq!(found.average(), Some(text("up")));
        assert_eq!(found.extremes, Some((3.0, 3.0)));
        assert_eq!(
            summary(&[text("b"), text("a")]).average(),
            Some(text("a")),
            "of equals the first"
        );
    }

    #[test]
    fn nothing_comes_to_nothing() {
        let nothing = summary(&[text("None")]);
        assert_eq!(nothing, Summary::default());
        assert_eq!((nothing.average(), nothing.distinct()), (None, None));
    }

    #[test]
    fn the_greatest_numbers_do_not_become_infinite() {
        let (most, least) = (PointValue::Real(f64::MAX), PointValue::Real(f64::MIN));
        let found = summary(&[most.clone(), most.clone(), least.clone(), least]);
        assert!(found.sum.is_finite());
    }
}
