//! `admin …`: making an admin in the database, and everything an admin does in
//! the console, through the API of a running service.
//!
//! | module | subject |
//! |---|---|
//! | [`args`] | the words of the command line |
//! | [`create`] | `create-admin`, beside the service or without it |
//! | [`remote`] | one request to the API, and its problems in words |
//! | [`log_in`] | a token for the others |
//! | [`tenants`], [`plans`], [`sign_up`], [`audit`] | the commands |
//! | [`table`] | answers for people |

pub mod args;
mod audit;
mod create;
mod log_in;
mod plans;
pub mod remote;
mod sign_up;
mod table;
mod tenants;

use platform::Settings;

pub use args::AdminCommand;

use crate::failure::Failure;

impl AdminCommand {
    /// Whether it works on the database and needs the settings.
    pub const fn is_local(&self) -> bool {
        matches!(self, Self::CreateAdmin(_))
    }
}

/// Runs a command that works on the database.
pub fn run(command: &AdminCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        AdminCommand::CreateAdmin(args) => create::run(args, settings),
        other => over_http(other),
    }
}

/// Runs a command that asks a running service.
pub fn over_http(command: &AdminCommand) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::internal)?;
    runtime.block_on(async {
        match command {
            AdminCommand::CreateAdmin(_) => {
                Err(Failure::Internal("create-admin asks no service".to_owned()))
            }
            AdminCommand::Login(args) => log_in::run(args).await,
            AdminCommand::Tenants { remote, command } => tenants::run(remote, command).await,
            AdminCommand::Quotas { remote, command } => tenants::quotas(remote, command).await,
            AdminCommand::Plans { remote, command } => plans::run(remote, command).await,
            AdminCommand::SignUp { remote, command } => sign_up::run(remote, command).await,
            AdminCommand::Audit { remote, command } => audit::run(remote, command).await,
        }
    })
}
