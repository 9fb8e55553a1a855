//! `cargo xtask bench …`: figures of the product, kept over time.
//!
//! | module | subject |
//! |---|---|
//! | [`start`] | how long a start takes and what it costs |
//! | [`houses`] | the same with many hosted houses in the store |
//! | [`portal`] | how fast the portal is with many tenants, on both engines |
//! | [`load`] | requests at a fixed rate |
//! | [`postgres`] | a PostgreSQL server while something is measured |
//! | [`service`] | the product while it is measured |
//! | [`http`], [`mqtt`] | as much of each as it takes to fill a store |
//! | [`figures`] | medians, units, the present |
//! | [`history`] | the figures of earlier runs, one row per run |
//! | [`plot`] | their picture |

mod figures;
mod history;
mod houses;
mod http;
mod load;
mod mqtt;
mod plot;
mod portal;
mod postgres;
mod service;
mod start;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

/// What to measure.
#[derive(Subcommand)]
pub enum BenchCommand {
    /// Time to ready and resident memory, on an empty folder and with a thousand
    /// hosted houses in the store.
    Start(start::StartArguments),
    /// Latency of the portal with ten thousand tenants, on SQLite and PostgreSQL.
    Portal(portal::PortalArguments),
}

/// Measures, prints and keeps.
pub fn run(command: &BenchCommand) -> Result<ExitCode> {
    match command {
        BenchCommand::Start(arguments) => start::run(arguments)?,
        BenchCommand::Portal(arguments) => portal::run(arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}
