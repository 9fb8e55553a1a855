//! The words of the bus for statistics.

use serde_json::{Value, json};

use super::{Grain, Summary};
use crate::hub::format::{normalise, text};
use crate::store::PointValue;

/// One number (or text) that a summary gives, as series are named after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The mean, or the most frequent text.
    Avg,
    /// The least number.
    Min,
    /// The greatest number.
    Max,
    /// The sum of the numbers.
    Sum,
    /// How many values.
    Count,
    /// How many different ones.
    CountUnique,
}

impl Statistic {
    const ALL: [Self; 6] = [
        Self::Avg,
        Self::Min,
        Self::Max,
        Self::Sum,
        Self::Count,
        Self::CountUnique,
    ];

    /// The word for it on the bus.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::Sum => "sum",
            Self::Count => "count",
            Self::CountUnique => "count_unique",
        }
    }

    /// Takes `<sensor>/<hour|day>/<statistic>` apart; `range` stands for the
    /// least and the greatest.
    pub(crate) fn of_series(name: &str) -> Option<(&str, Grain, Vec<Self>)> {
        let (rest, word) = name.rsplit_once('/')?;
        let (sensor, grain) = rest.rsplit_once('/')?;
        let known = |grain: &Grain| *grain != Grain::Quarter && !sensor.is_empty();
        let grain = Grain::parse(grain).filter(known)?;
        let statistics = match word {
            "range" => vec![Self::Min, Self::Max],
            word => vec![Self::ALL.into_iter().find(|one| one.as_str() == word)?],
        };
        Some((sensor, grain, statistics))
    }

    /// Its value as the bus has it: means and sums with one decimal. `None`
    /// where there is nothing to say.
    pub fn of(self, summary: &Summary) -> Option<PointValue> {
        if summary.count == 0 {
            return None;
        }
        match self {
            Self::Avg => match summary.average()? {
                PointValue::Real(mean) => one_decimal(mean),
                other => Some(other),
            },
            Self::Min => summary.min().map(PointValue::Real),
            Self::Max => summary.max().map(PointValue::Real),
            Self::Sum if summary.numbers == 0 => Some(PointValue::Int(0)),
            Self::Sum => one_decimal(summary.sum),
            Self::Count => i64::try_from(summary.count).ok().map(PointValue::Int),
            Self::CountUnique => {
                let distinct = i64::try_from(summary.distinct()?).ok()?;
                Some(PointValue::Int(distinct))
            }
        }
    }
}

fn one_decimal(number: f64) -> Option<PointValue> {
    let rounded = normalise("float_1", &json!(number)).ok()?;
    rounded.as_f64().map(PointValue::Real)
}

/// Which statistics a sensor's `calculate` names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Operations(Vec<String>);

impl Operations {
    /// Reads the list; words that are none are ignored.
    pub(crate) fn read(list: Option<&Value>) -> Self {
        let words = list.and_then(Value::as_array).into_iter().flatten();
        let known = ["avg", "min_max", "rate", "sum", "count", "count_unique"];
        let words = words.filter_map(Value::as_str);
        let words = words.filter(|word| known.contains(word));
        Self(words.map(str::to_owned).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        self.0.iter().any(|one| one == word)
    }

    /// `min,avg,max,rate,sum,count,count_unique`: `-` for what is not named
    /// here, `None` for what there is nothing to say about. Nobody defines a
    /// rate.
    pub(crate) fn sentence(&self, summary: &Summary) -> String {
        let said = |operation: &str, statistic: Option<Statistic>| {
            if !self.has(operation) {
                return "-".to_owned();
            }
            match statistic.and_then(|statistic| statistic.of(summary)) {
                Some(PointValue::Int(whole)) => whole.to_string(),
                Some(PointValue::Real(real)) => text(&json!(real)),
                Some(PointValue::Text(text)) => text,
                None => "None".to_owned(),
            }
        };
        [
            said("min_max", Some(Statistic::Min)),
            said("avg", Some(Statistic::Avg)),
            said("min_max", Some(Statistic::Max)),
            said("rate", None),
            said("sum", Some(Statistic::Sum)),
            said("count", Some(Statistic::Count)),
            said("count_unique", Some(Statistic::CountUnique)),
        ]
        .join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Point;

    fn summary(values: &[f64]) -> Summary {
        let points: Vec<Point> = (0..)
            .zip(values)
            .map(|(at, value)| Point {
                at,
                value: PointValue::Real(*value),
            })
            .collect();
        Summary::of(&points, true)
    }

    /// As recorded on a stock house.
    #[test]
    fn sentences_name_what_was_asked_for() {
        let read = |list: Value| Operations::read(Some(&list));
        let warm = read(json!(["avg", "min_max"]));
        assert_eq!(
            warm.sentence(&summary(&[21.5, 35.0])),
            "21.5,28.2,35.0,-,-,-,-"
        );
        assert_eq!(warm.sentence(&Summary::default()), "None,None,None,-,-,-,-");
        let rain = read(json!(["avg", "sum", "unheard of", 7]));
        assert_eq!(rain.sentence(&summary(&[2.5, 3.5])), "-,3.0,-,-,6.0,-,-");
        let counts = read(json!(["count", "rate", "count_unique"]));
        assert_eq!(counts.sentence(&summary(&[1.0, 1.0])), "-,-,-,None,-,2,1");
        assert!(read(json!("avg")).is_empty());
        assert!(Operations::read(None).is_empty());
    }

    #[test]
    fn series_of_statistics_are_told_from_sensors() {
        let (sensor, grain, statistics) = Statistic::of_series("lab/temp/hour/range").unwrap();
        assert_eq!((sensor, grain), ("lab/temp", Grain::Hour));
        assert_eq!(statistics, [Statistic::Min, Statistic::Max]);
        for sensor in [
            "lab/temp",
            "hour/avg",
            "/day/avg",
            "a/week/avg",
            "a/quarter/avg",
            "a/day/rate",
        ] {
            assert!(Statistic::of_series(sensor).is_none(), "{sensor}");
        }
    }
}
