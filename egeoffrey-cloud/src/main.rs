//! `egeoffrey-cloud`: many eGeoffrey houses, one service.
//!
//! One file per subcommand; [`serve`] is the only place that names every part.

mod addresses;
mod admin;
mod behind_proxies;
mod cli;
mod config;
mod database;
mod demo;
mod doctor;
mod failure;
mod ready;
mod serve;
mod simulate;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("egeoffrey-cloud: {failure}");
            failure.exit_code()
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    // Commands that ask a service elsewhere need no settings that are right.
    let settings = cli.settings();
    match cli.command.unwrap_or_default() {
        Command::Serve(args) => serve::run(&args.apply(settings?), &args),
        Command::Config(command) => config::run(command, &settings?),
        Command::Doctor(args) => doctor::run(&args, settings),
        Command::Simulate(args) => simulate::run(&args),
        Command::Admin(command) if command.is_local() => admin::run(&command, &settings?),
        Command::Admin(command) => admin::over_http(&command),
    }
}
