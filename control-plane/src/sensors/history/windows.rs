//! The order in which a long span is read from its start.
//!
//! A house tells the newest so many points of a span. To read from the oldest
//! on, a span is cut into windows: one that has more points than an answer
//! holds is asked for again, smaller; behind sparse ones they grow, so that
//! years of nothing take a handful of questions.

use model::Timestamp;

use super::span::Span;

/// How windows grow and shrink.
const GROWTH: i64 = 4;

/// The windows of a span, one after the other. All times are whole seconds.
#[derive(Clone, Debug)]
pub(super) struct Windows {
    next: i64,
    end: i64,
    width: i64,
}

impl Windows {
    /// Those of `span`, the first of them `width` seconds wide.
    pub(super) fn new(span: Span, width: i64) -> Self {
        // The first second that begins in the span.
        let start = span.from.0.div_euclid(1_000);
        let part = i64::from(span.from.0.rem_euclid(1_000) > 0);
        Self {
            next: start.saturating_add(part),
            end: span.to.as_secs(),
            width: width.max(1),
        }
    }

    /// The window to ask for; `None` at the end of the span.
    pub(super) fn current(&self) -> Option<Span> {
        (self.next <= self.end).then(|| Span {
            from: Timestamp::from_secs(self.next),
            to: Timestamp::from_secs(self.last()),
        })
    }

    fn last(&self) -> i64 {
        self.next.saturating_add(self.width - 1).min(self.end)
    }

    /// Takes note of how many points there were, whether there may have been
    /// more, and how many an answer holds. Returns whether these are all: else
    /// the next window is the same with a later end cut off.
    pub(super) fn answered(&mut self, count: usize, full: bool, most: usize) -> bool {
        let asked = self.last().saturating_sub(self.next).saturating_add(1);
        if full && asked > 1 {
            self.width = (asked / 2).max(1);
            return false;
        }
        self.next = self.last().saturating_add(1);
        if count < most / 4 {
            self.width = self.width.saturating_mul(GROWTH);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads all of `points` through windows; how many questions it took.
    fn read(points: &[i64], span: Span, width: i64, most: usize) -> (Vec<i64>, usize) {
        let mut windows = Windows::new(span, width);
        let (mut found, mut questions) = (Vec::new(), 0);
        while let Some(window) = windows.current() {
            questions += 1;
            assert!(questions < 100_000);
            let inside = |at: &&i64| (window.from.as_secs()..=window.to.as_secs()).contains(*at);
            let all: Vec<i64> = points.iter().filter(inside).copied().collect();
            let newest = &all[all.len().saturating_sub(most)..];
            if windows.answered(newest.len(), newest.len() >= most, most) {
                found.extend(newest);
            }
        }
        (found, questions)
    }

    #[test]
    fn years_of_nothing_take_a_handful_of_questions() {
        let span = Span {
            from: Timestamp(0),
            to: Timestamp::from_secs(1_795_264_686),
        };
        let (found, questions) = read(&[], span, 86_400, 5_000);
        assert!(found.is_empty());
        assert!(questions < 12, "{questions}");
        // A value a second for a day, half a century later.
        let day: Vec<i64> = (1_795_000_000..1_795_086_400).collect();
        let (found, questions) = read(&day, span, 86_400, 5_000);
        assert_eq!(found, day);
        assert!(questions < 100, "{questions}");
    }

    #[test]
    fn parts_of_a_second_at_the_start_do_not_count() {
        let span = Span {
            from: Timestamp(1_001),
            to: Timestamp(2_999),
        };
        assert_eq!(read(&[1, 2], span, 10, 10).0, [2]);
        let empty = Span {
            from: Timestamp(1_001),
            to: Timestamp(1_999),
        };
        assert!(Windows::new(empty, 10).current().is_none());
    }

    proptest! {
        #[test]
        fn nothing_is_left_out_or_doubled(
            points in prop::collection::btree_set(-500..500_i64, 0..200),
            from in -600..600_i64, length in 0..1_200_i64,
            width in 1..400_i64, most in 2..40_usize,
        ) {
            let points: Vec<i64> = points.into_iter().collect();
            let span = Span {
                from: Timestamp::from_secs(from),
                to: Timestamp::from_secs(from + length),
            };
            let expected: Vec<i64> = points
                .iter()
                .filter(|at| (from..=from + length).contains(*at))
                .copied()
                .collect();
            prop_assert_eq!(read(&points, span, width, most).0, expected);
        }

        #[test]
        fn no_span_panics(from: i64, to: i64, width: i64, count: usize, full: bool) {
            let span = Span { from: Timestamp(from), to: Timestamp(to) };
            let mut windows = Windows::new(span, width);
            for _ in 0..5 {
                if windows.current().is_none() {
                    break;
                }
                windows.answered(count, full, 5_000);
            }
        }
    }
}
