//! The project's own commands: `cargo xtask test | bench | audit`.
//!
//! It knows the workspace from outside: by `cargo metadata`, by files, and by
//! running what cargo built. It must never link one of our crates, so that it
//! builds in seconds and can still say what is wrong when they do not compile.
//!
//! | module | subject |
//! |---|---|
//! | [`suites`] | `test`: the suites, what each needs and how it runs |
//! | [`check`] | the suite that reads the sources: layers, sizes, names, migrations, vendored files |
//! | [`build`] | one build of everything, and the executables that came out |
//! | [`tally`] | counting what test runners print |
//! | [`tools`] | programs from outside: found, installed, or named with the line to type |
//! | [`bench`] | `bench start`: figures, their history and its picture |
//! | [`audit`] | `audit`: known vulnerabilities of our dependencies |
//! | [`process`] | running programs and reading what they print |
//! | [`progress`] | a moving line on a terminal, plain lines elsewhere |
//! | [`workspace`] | where things are |

mod audit;
mod bench;
mod build;
mod check;
mod process;
mod progress;
mod suites;
mod tally;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the test suites; closes with `N passed, N failed`.
    Test(suites::TestArguments),
    /// Measures the product and keeps the figures under docs/bench/.
    #[command(subcommand)]
    Bench(bench::BenchCommand),
    /// Looks for known vulnerabilities in our dependencies.
    Audit(audit::AuditArguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Test(arguments) => suites::test(&arguments),
        Command::Bench(command) => bench::run(&command),
        Command::Audit(arguments) => audit::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}
