//! `cargo xtask test`: the suites, what each needs and how it runs.

mod run;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::build::{self, Built};
use crate::progress::{Progress, minutes};
use crate::tally::Tally;
use crate::tools::{self, Tool};

/// What to test.
#[derive(Args)]
pub struct TestArguments {
    /// Only what needs nothing beyond Rust: check, unit, journeys, isolation.
    #[arg(long)]
    quick: bool,
    /// Only this suite; may be given more than once.
    #[arg(long = "suite", value_name = "NAME")]
    suites: Vec<Suite>,
}

/// One suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Suite {
    /// Reads the sources: layers, sizes, names, migrations, vendored files.
    Check,
    /// Unit, property, wire, store, HTTP and page tests, and the examples in the documentation.
    Unit,
    /// The store on a PostgreSQL that the test starts itself.
    Postgres,
    /// From outside against the built product, with a Rust MQTT client.
    Journeys,
    /// A second tenant tries to reach what is not its own.
    Isolation,
    /// The real mosquitto clients against the built product.
    Mosquitto,
    /// A person's way through the portal in a real browser.
    Browser,
}

impl Suite {
    const ALL: [Self; 7] = [
        Self::Check,
        Self::Unit,
        Self::Postgres,
        Self::Journeys,
        Self::Isolation,
        Self::Mosquitto,
        Self::Browser,
    ];
    const QUICK: [Self; 4] = [Self::Check, Self::Unit, Self::Journeys, Self::Isolation];

    /// The name, as typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Unit => "unit",
            Self::Postgres => "postgres",
            Self::Journeys => "journeys",
            Self::Isolation => "isolation",
            Self::Mosquitto => "mosquitto",
            Self::Browser => "browser",
        }
    }

    /// The programs it cannot do without.
    const fn tools(self) -> &'static [Tool] {
        match self {
            Self::Check | Self::Unit | Self::Journeys | Self::Isolation => &[],
            Self::Postgres => &[Tool::Postgres],
            Self::Mosquitto => &[Tool::MosquittoClients],
            Self::Browser => &[Tool::Chromium, Tool::Node, Tool::Npm],
        }
    }
}

/// What a suite came to.
pub struct Outcome {
    /// The counts.
    pub tally: Tally,
    /// What a person needs to read when it did not go well.
    pub complaints: String,
}

impl Outcome {
    /// A suite that could not run.
    fn broken(complaints: String) -> Self {
        Self {
            tally: Tally::FAILURE,
            complaints,
        }
    }

    /// Adds a line for people.
    pub fn complain(&mut self, line: &str) {
        self.complaints.push_str(line);
        self.complaints.push('\n');
    }

    /// The same, where no test at all, or one left out, is a failure too.
    fn without_gaps(mut self, suite: Suite) -> Self {
        let Tally {
            passed,
            failed,
            ignored,
        } = self.tally;
        if passed + failed == 0 {
            self.tally.failed += 1;
            self.complain(&format!("the suite {} ran no test at all", suite.name()));
        }
        if ignored > 0 {
            self.tally.failed += ignored;
            self.complain(&format!("{ignored} tests of the suite {} are marked to be left out; nothing is skipped here", suite.name()));
        }
        self
    }
}

/// Runs the chosen suites and prints the result, `N passed, N failed` last.
pub fn test(arguments: &TestArguments) -> Result<ExitCode> {
    let started = Instant::now();
    let suites = chosen(arguments);
    let mut total = Tally::default();

    let needs_build = suites.iter().any(|suite| *suite != Suite::Check);
    let built = if needs_build {
        match build::everything()? {
            Ok(built) => built,
            Err(failed) => {
                println!("{}", failed.complaints);
                println!("0 passed, 1 failed");
                return Ok(ExitCode::FAILURE);
            }
        }
    } else {
        Built::default()
    };
    for suite in suites {
        let mut progress = Progress::start(suite.name());
        let outcome = attempt(suite, &built, &mut progress).without_gaps(suite);
        let Tally { passed, failed, .. } = outcome.tally;
        progress.finish(&format!("{passed} passed, {failed} failed"));
        if failed > 0 {
            println!("\n---- {} ----\n{}", suite.name(), outcome.complaints);
        }
        total.passed += passed;
        total.failed += failed;
    }
    println!("{:<10} {:>10}", "total", minutes(started.elapsed()));
    println!("{} passed, {} failed", total.passed, total.failed);
    let is_good = total.failed == 0 && total.passed > 0;
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn attempt(suite: Suite, built: &Built, progress: &mut Progress) -> Outcome {
    let ran =
        tools::ensure(suite.tools(), progress).and_then(|()| run::suite(suite, built, progress));
    ran.unwrap_or_else(|error| Outcome::broken(format!("{error:#}\n")))
}

fn chosen(arguments: &TestArguments) -> Vec<Suite> {
    let mut suites = match (arguments.quick, arguments.suites.as_slice()) {
        (true, []) => Suite::QUICK.to_vec(),
        (false, []) => Suite::ALL.to_vec(),
        (true, named) => named
            .iter()
            .copied()
            .filter(|suite| Suite::QUICK.contains(suite))
            .collect(),
        (false, named) => named.to_vec(),
    };
    suites.sort_unstable();
    suites.dedup();
    suites
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(quick: bool, suites: &[Suite]) -> Vec<&'static str> {
        let arguments = TestArguments {
            quick,
            suites: suites.to_vec(),
        };
        chosen(&arguments).into_iter().map(Suite::name).collect()
    }

    #[test]
    fn quick_needs_no_tool_and_all_means_all() {
        assert_eq!(names(true, &[]), ["check", "unit", "journeys", "isolation"]);
        assert!(Suite::QUICK.iter().all(|suite| suite.tools().is_empty()));
        assert_eq!(names(false, &[]).len(), Suite::ALL.len());
    }

    #[test]
    fn named_suites_run_once_and_in_order() {
        assert_eq!(
            names(false, &[Suite::Browser, Suite::Check, Suite::Browser]),
            ["check", "browser"]
        );
    }

    #[test]
    fn a_suite_without_tests_and_tests_left_out_fail() {
        let nothing = Outcome {
            tally: Tally::default(),
            complaints: String::new(),
        };
        assert_eq!(nothing.without_gaps(Suite::Unit).tally.failed, 1);
        let gap = Outcome {
            tally: Tally {
                passed: 4,
                failed: 0,
                ignored: 2,
            },
            complaints: String::new(),
        };
        let gap = gap.without_gaps(Suite::Unit);
        assert_eq!(gap.tally.failed, 2);
        assert!(gap.complaints.contains("left out"));
    }
}
