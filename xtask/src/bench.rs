//! `cargo xtask bench …`: figures of the product, kept over time.
//!
//! | module | subject |
//! |---|---|
//! | [`start`] | how long a start takes and what it costs |
//! | [`history`] | the figures of earlier runs, one row per run |
//! | [`plot`] | their picture |

mod history;
mod plot;
mod start;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

/// What to measure.
#[derive(Subcommand)]
pub enum BenchCommand {
    /// Time to ready on an empty folder, and resident memory with no house.
    Start(start::StartArguments),
}

/// Measures, prints and keeps.
pub fn run(command: &BenchCommand) -> Result<ExitCode> {
    match command {
        BenchCommand::Start(arguments) => start::run(arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}
