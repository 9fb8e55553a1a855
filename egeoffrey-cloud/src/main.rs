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
    if let Some(Command::Doctor(args)) = &cli.command {
        return doctor::run(args, cli.settings());
    }
    if let Some(Command::Simulate(args)) = &cli.command {
        return simulate::run(args);
    }
    if let Some(Command::Admin(command)) = &cli.command
        && !command.is_local()
    {
        return admin::over_http(command);
    }
    let settings = cli.settings()?;
    match cli.command.unwrap_or_default() {
        Command::Serve(args) => serve::run(&args.apply(settings), &args),
        Command::Config(command) => config::run(command, &settings),
        Command::Admin(command) => admin::run(&command, &settings),
        Command::Simulate(args) => simulate::run(&args),
    }
}
