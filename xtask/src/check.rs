//! The suite that reads the sources: what a compiler does not check and a
//! reviewer should not have to.
//!
//! | module | subject |
//! |---|---|
//! | [`layers`] | which crate may depend on which; what pure crates must not reach |
//! | [`sizes`] | how long files and crates may be |
//! | [`tidiness`] | names, headers, migration pairs, licences of vendored files |

mod layers;
mod sizes;
mod tidiness;

use anyhow::Result;

use crate::suites::Outcome;
use crate::tally::Tally;

/// One rule and what breaks it; no faults means that it holds.
pub struct Checked {
    rule: &'static str,
    faults: Vec<String>,
}

/// Runs every check; each counts as one test.
pub fn everything() -> Result<Outcome> {
    let mut all = layers::checks()?;
    all.extend(sizes::checks()?);
    all.extend(tidiness::checks()?);
    let mut outcome = Outcome {
        tally: Tally::default(),
        complaints: String::new(),
    };
    for checked in all {
        if checked.faults.is_empty() {
            outcome.tally.passed += 1;
            continue;
        }
        outcome.tally.failed += 1;
        outcome.complain(checked.rule);
        for fault in checked.faults {
            outcome.complain(&format!("  {fault}"));
        }
    }
    Ok(outcome)
}
