//! `config check` and `config show`.

use platform::Settings;

use crate::cli::ConfigCommand;
use crate::failure::Failure;

/// Runs the command; that the settings could be loaded is the check.
pub fn run(command: ConfigCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        ConfigCommand::Check => println!("The configuration is right."),
        ConfigCommand::Show => {
            print!("{}", toml::to_string(settings).map_err(Failure::internal)?);
        }
    }
    Ok(())
}
