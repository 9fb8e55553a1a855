//! A day of a sensor in one small line.

use std::fmt::Write as _;

/// The size of the drawing, in its own units.
const WIDTH: f64 = 200.0;
const HEIGHT: f64 = 40.0;
/// Room above and below the line, for its width.
const MARGIN: f64 = 3.0;

/// A line across a fixed span of time, as an SVG path in a box of 200 by 40.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spark {
    /// The `d` of the path; it pauses where there was nothing for a while.
    pub path: String,
}

impl Spark {
    /// Draws points: each a place in the span, from 0 (its start) to 1 (its end),
    /// and a number, in order. Behind a step of more than `pause` the line begins
    /// anew. `None` when there are fewer than two points or one is no number.
    #[must_use]
    pub fn draw(points: &[(f64, f64)], pause: f64) -> Option<Self> {
        let usable = |(at, value): &(f64, f64)| at.is_finite() && value.is_finite();
        if points.len() < 2 || !points.iter().all(usable) {
            return None;
        }
        let values = || points.iter().map(|(_, value)| *value);
        let low = values().reduce(f64::min)?;
        let high = values().reduce(f64::max)?;
        let room = HEIGHT - 2.0 * MARGIN;
        let height = |value: f64| {
            let share = (value - low) / (high - low);
            // One value over and over runs through the middle.
            let share = if share.is_finite() { share } else { 0.5 };
            HEIGHT - MARGIN - share * room
        };
        let mut path = String::new();
        let mut before: Option<f64> = None;
        for (at, value) in points {
            let begins = before.is_none_or(|before| at - before > pause);
            let letter = if begins { 'M' } else { 'L' };
            let x = at.clamp(0.0, 1.0) * WIDTH;
            // Writing to a string cannot fail.
            let _ = write!(path, "{letter}{x:.1} {:.1}", height(*value));
            before = Some(*at);
        }
        Some(Self { path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_fills_its_box_and_pauses() {
        let drawn = Spark::draw(&[(0.0, 10.0), (0.1, 20.0), (0.9, 15.0), (1.0, 15.0)], 0.2);
        assert_eq!(
            drawn.unwrap().path,
            "M0.0 37.0L20.0 3.0M180.0 20.0L200.0 20.0"
        );
    }

    #[test]
    fn what_is_no_line_is_not_drawn() {
        assert_eq!(Spark::draw(&[], 1.0), None);
        assert_eq!(Spark::draw(&[(0.5, 1.0)], 1.0), None);
        assert_eq!(Spark::draw(&[(0.0, 1.0), (1.0, f64::NAN)], 1.0), None);
        let flat = Spark::draw(&[(0.0, 7.0), (1.0, 7.0)], 1.0).unwrap();
        assert_eq!(flat.path, "M0.0 20.0L200.0 20.0");
        let huge = Spark::draw(&[(0.0, f64::MIN), (1.0, f64::MAX)], 1.0).unwrap();
        assert!(!huge.path.contains("NaN") && !huge.path.contains("inf"));
    }
}
