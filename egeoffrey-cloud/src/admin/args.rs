//! The words of `admin …` on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::EmailAddress;
use url::Url;

#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Make an admin of the service, confirmed and ready to log in.
    CreateAdmin(CreateAdminArgs),
    /// Log in to a running service and keep a token for the other commands.
    Login(LoginArgs),
    /// See tenants, suspend, resume, delete and take that back.
    Tenants {
        #[command(flatten)]
        remote: Remote,
        #[command(subcommand)]
        command: TenantsCommand,
    },
    /// Make exceptions from a tenant's plan, and end them.
    Quotas {
        #[command(flatten)]
        remote: Remote,
        #[command(subcommand)]
        command: QuotasCommand,
    },
    /// See plans and change them.
    Plans {
        #[command(flatten)]
        remote: Remote,
        #[command(subcommand)]
        command: PlansCommand,
    },
    /// See and choose who may sign up.
    SignUp {
        #[command(flatten)]
        remote: Remote,
        #[command(subcommand)]
        command: SignUpCommand,
    },
    /// Read the audit log, and write its signed heads now.
    Audit {
        #[command(flatten)]
        remote: Remote,
        #[command(subcommand)]
        command: AuditCommand,
    },
}

#[derive(Debug, Args)]
pub struct CreateAdminArgs {
    /// The folder of the service [default: ./data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// The address to log in with
    #[arg(long)]
    pub email: EmailAddress,
    /// A file whose first line is the password; without it one is drawn and
    /// shown once
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

/// Which service is asked, and by whom.
#[derive(Clone, Debug, Args)]
pub struct Remote {
    /// Where the service is
    #[arg(
        long,
        global = true,
        env = "EGEOFFREY_CLOUD_URL",
        default_value = "http://localhost:8080"
    )]
    pub url: Url,
    /// A file whose first line is an API token with the scope "admin"; `admin
    /// login` writes one
    #[arg(long, global = true, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// The token itself, from the environment alone: a command line is no place
    /// for secrets
    #[arg(
        long = "token-from-environment",
        env = "EGEOFFREY_CLOUD_TOKEN",
        hide = true,
        hide_env_values = true,
        global = true
    )]
    pub token: Option<String>,
    /// Answer with the API's JSON
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Where the service is
    #[arg(
        long,
        env = "EGEOFFREY_CLOUD_URL",
        default_value = "http://localhost:8080"
    )]
    pub url: Url,
    /// The file that gets the token; only you can read it
    #[arg(long, value_name = "FILE")]
    pub token_file: PathBuf,
    /// The address to log in with
    #[arg(long)]
    pub email: EmailAddress,
    /// A file whose first line is the password; without it you are asked
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// After how many days the token ends, 1 to 90
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=90))]
    pub days: u32,
}

#[derive(Debug, Subcommand)]
pub enum TenantsCommand {
    /// All tenants, newest first.
    List {
        /// Words that begin a name, address, slug or house id
        #[arg(long, default_value = "")]
        query: String,
        /// At most this many
        #[arg(long, default_value_t = 1_000)]
        limit: usize,
    },
    /// All that is known of one.
    Show {
        /// Its id or short name
        tenant: String,
    },
    /// Stop everything of it; its data is kept.
    Suspend {
        /// Its id or short name
        tenant: String,
        /// Why; the tenant is shown it
        #[arg(long)]
        reason: String,
    },
    /// Let its homes run, and nothing be changed.
    ReadOnly {
        /// Its id or short name
        tenant: String,
        /// Why; the tenant is shown it
        #[arg(long)]
        reason: String,
    },
    /// Let everything run again.
    Resume {
        /// Its id or short name
        tenant: String,
    },
    /// Put it on another plan.
    Plan {
        /// Its id or short name
        tenant: String,
        /// The plan's name
        plan: String,
    },
    /// Stop everything, and erase it after thirty days.
    Delete {
        /// Its id or short name
        tenant: String,
        /// Do it
        #[arg(long)]
        yes: bool,
    },
    /// Take the deletion back.
    Undelete {
        /// Its id
        tenant: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum QuotasCommand {
    /// Allow a tenant more or less than its plan.
    Set {
        /// Its id or short name
        tenant: String,
        /// As in `houses=5`; `unlimited` where the quota knows it
        #[arg(required = true, value_name = "QUOTA=VALUE")]
        quotas: Vec<String>,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
        /// When it ends by itself, as in 2027-01-31T00:00:00Z
        #[arg(long)]
        until: Option<String>,
    },
    /// Give a tenant what its plan says.
    Clear {
        /// Its id or short name
        tenant: String,
        /// As in `houses`
        #[arg(required = true, value_name = "QUOTA")]
        quotas: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum PlansCommand {
    /// All plans.
    List,
    /// Change a plan, or add one; all its tenants feel it at once.
    Set {
        /// The plan's name
        plan: String,
        /// What people call it
        #[arg(long)]
        title: Option<String>,
        /// As in `houses=5`; a new plan names every quota
        #[arg(value_name = "QUOTA=VALUE")]
        quotas: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum SignUpCommand {
    /// Who may sign up.
    Show,
    /// Choose who may.
    Set {
        /// Such as `open` or `closed`
        policy: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// What was done, newest first.
    List {
        /// Only this action, such as `tenant.standing_set`
        #[arg(long)]
        action: Option<String>,
        /// Only by this one, such as `admin:usr_…`
        #[arg(long)]
        actor: Option<String>,
        /// Only from this day or moment on
        #[arg(long)]
        from: Option<String>,
        /// Only up to this day or moment
        #[arg(long)]
        to: Option<String>,
        /// At most this many
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Sign where all chains end, and write it to the data folder and here.
    Heads,
}
