//! Counting what test runners print.

use std::ops::AddAssign;

/// How many tests did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Ran and held.
    pub passed: u64,
    /// Ran and did not hold, or could not run.
    pub failed: u64,
    /// Were there and did not run: a gap that must not go unseen.
    pub ignored: u64,
}

impl Tally {
    /// One failure.
    pub const FAILURE: Self = Self {
        passed: 0,
        failed: 1,
        ignored: 0,
    };

    /// Adds up every closing line of Rust's test runner:
    /// `test result: ok. 5 passed; 0 failed; 1 ignored; …`.
    pub fn of_rust(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            let Some((_, counts)) = line
                .trim_start()
                .strip_prefix("test result: ")
                .and_then(|rest| rest.split_once(". "))
            else {
                continue;
            };
            for count in counts.split("; ") {
                match count
                    .split_once(' ')
                    .map(|(number, what)| (number.parse::<u64>(), what))
                {
                    Some((Ok(number), "passed")) => sum.passed += number,
                    Some((Ok(number), "failed")) => sum.failed += number,
                    Some((Ok(number), "ignored")) => sum.ignored += number,
                    _ => {}
                }
            }
        }
        sum
    }

    /// Reads the closing lines of Node's test runner in its TAP form:
    /// `# pass 5`, `# fail 0`, `# cancelled 0`, `# skipped 0`, `# todo 0`.
    pub fn of_node(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            let Some((what, number)) = line
                .strip_prefix("# ")
                .and_then(|rest| rest.split_once(' '))
            else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match what {
                "pass" => sum.passed += number,
                "fail" | "cancelled" => sum.failed += number,
                "skipped" | "todo" => sum.ignored += number,
                _ => {}
            }
        }
        sum
    }

    /// The same, with a failure added when the runner says it failed but no
    /// count tells why: it crashed, or its set-up did.
    pub fn with_status(mut self, has_succeeded: bool) -> Self {
        if !has_succeeded && self.failed == 0 {
            self.failed += 1;
        }
        self
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_results_are_summed() {
        let output = "running 2 tests\ntest a ... ok\n\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 7 filtered out; finished in 1.01s\n";
        assert_eq!(
            Tally::of_rust(output),
            Tally {
                passed: 5,
                failed: 1,
                ignored: 2
            }
        );
    }

    #[test]
    fn what_a_test_prints_is_not_counted() {
        let output = "the test result: 9 passed\n# pass nine\ntest result unknown. 4 passed; \n";
        assert_eq!(Tally::of_rust(output), Tally::default());
        assert_eq!(Tally::of_node(output), Tally::default());
    }

    #[test]
    fn node_results_are_read() {
        let output = "TAP version 13\nok 1 - a\n1..1\n# tests 4\n# pass 1\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n# duration_ms 12.5\n";
        assert_eq!(
            Tally::of_node(output),
            Tally {
                passed: 1,
                failed: 2,
                ignored: 1
            }
        );
    }

    #[test]
    fn a_crash_counts_even_when_no_line_says_so() {
        assert_eq!(Tally::default().with_status(false).failed, 1);
        assert_eq!(Tally::FAILURE.with_status(false).failed, 1);
    }
}
