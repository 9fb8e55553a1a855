//! Settings: compiled defaults, then a TOML file, then the environment
//! (`EGEOFFREY_CLOUD__SECTION__KEY`). Unknown keys are refused, and all faults
//! are reported at once.

mod sections;
mod sources;

pub use sections::{
    DatabaseSettings, GatewaySettings, HousesSettings, HttpSettings, LogFormat, LogSettings,
    MailSettings, SecretText, Settings, SignUpPolicy, SignUpSettings, SmtpEncryption, SmtpSettings,
};
pub use sources::{BadSettings, Fault, load};

/// What environment variables that are settings begin with.
pub const ENVIRONMENT_PREFIX: &str = "EGEOFFREY_CLOUD__";
