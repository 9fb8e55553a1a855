//! Verbs and the few options that are not settings.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use platform::Settings;
use platform::settings::SignUpPolicy;

use crate::admin::AdminCommand;
use crate::failure::Failure;
use crate::simulate::SimulateArgs;

/// Many eGeoffrey houses, one service. Without a command: `serve`.
///
/// Settings come from defaults, then the file given with --config, then
/// environment variables such as EGEOFFREY_CLOUD__HTTP__LISTEN.
#[derive(Debug, Parser)]
#[command(name = "egeoffrey-cloud", version)]
pub struct Cli {
    /// A TOML file with settings; `config show` prints all of them.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run everything in this process: portal, API, MQTT, houses.
    Serve(ServeArgs),
    /// Check or show the settings.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Look at everything the service needs, change nothing, and say what is
    /// wrong and what to do; ends with 1 if something is.
    Doctor(DoctorArgs),
    /// Play houses: real MQTT sessions, one per module, with believable values.
    Simulate(SimulateArgs),
    /// Manage the service.
    #[command(subcommand)]
    Admin(AdminCommand),
}

impl Default for Command {
    fn default() -> Self {
        Self::Serve(ServeArgs::default())
    }
}

#[derive(Debug, Default, Args)]
pub struct ServeArgs {
    /// The folder for everything that is kept [default: ./data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Where portal, API and MQTT over WebSocket listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    http: Option<SocketAddr>,
    /// Where MQTT over TCP listens [default: 127.0.0.1:1883]
    #[arg(long, value_name = "ADDR")]
    mqtt: Option<SocketAddr>,
    /// Show what it can do: somebody of every role and a house that lives, in a
    /// folder that is gone afterwards unless --data-dir names one
    #[arg(long)]
    pub demo: bool,
    /// Write the addresses to this file once every listener accepts
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub enum ConfigCommand {
    /// Say whether the settings are right, and all that is wrong.
    Check,
    /// Print the settings in force, secrets hidden.
    Show,
}

/// What `doctor` is told beside the settings.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// The folder of the service [default: ./data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// A folder with signed heads of the audit log, such as a copy that is kept
    /// elsewhere [default: audit/heads in the data folder]
    #[arg(long, value_name = "DIR")]
    pub heads: Option<PathBuf>,
    /// Answer with JSON
    #[arg(long)]
    pub json: bool,
}

impl Cli {
    /// The settings that file and environment give.
    pub fn settings(&self) -> Result<Settings, Failure> {
        platform::settings::load(self.config.as_deref()).map_err(Failure::usage)
    }
}

impl ServeArgs {
    /// Whether what is kept goes with the process.
    pub const fn is_passing(&self) -> bool {
        self.demo && self.data_dir.is_none()
    }

    /// Options on the command line win over everything.
    pub fn apply(&self, mut settings: Settings) -> Settings {
        if self.demo {
            settings.sign_up.policy = Some(SignUpPolicy::Open);
        }
        if let Some(data_dir) = &self.data_dir {
            settings.data_dir.clone_from(data_dir);
        }
        if let Some(http) = self.http {
            settings.http.listen = http;
        }
        if let Some(mqtt) = self.mqtt {
            settings.gateway.mqtt_listen = mqtt;
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_win_over_settings() {
        let cli = Cli::parse_from(["egeoffrey-cloud", "serve", "--http", "127.0.0.1:0"]);
        let Some(Command::Serve(args)) = cli.command else {
            panic!("not serve")
        };
        let settings = args.apply(Settings::default());
        assert_eq!(settings.http.listen.port(), 0);
        assert_eq!(settings.gateway.mqtt_listen.port(), 1883);
    }
}
