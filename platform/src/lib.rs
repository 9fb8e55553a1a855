//! What every shell needs and no decision depends on: the real clock, settings,
//! telemetry, the life of tasks, health, mail, the data folder.
//!
//! This crate must never learn of tenants, houses or MQTT.
//!
//! | module | subject |
//! |---|---|
//! | [`clock`] | [`SystemAmbient`]: the one place that reads clock and entropy |
//! | [`data_dir`] | the folder that holds everything, and its lock |
//! | [`disk`] | room on the disk, and saying so before it is gone |
//! | [`health`] | what `/readyz` says |
//! | [`lifecycle`] | tasks with a name, an owner and two ways to stop |
//! | [`mail`] | mail by SMTP or into files |
//! | [`network`] | networks by address and prefix; who is behind a reverse proxy |
//! | [`settings`] | defaults, TOML file, environment; all faults at once |
//! | [`telemetry`] | log lines and metrics |

pub mod clock;
pub mod data_dir;
pub mod disk;
pub mod health;
pub mod lifecycle;
pub mod mail;
pub mod network;
pub mod settings;
pub mod telemetry;

pub use clock::SystemAmbient;
pub use data_dir::DataDir;
pub use health::Health;
pub use lifecycle::Lifecycle;
pub use settings::Settings;
