//! `controller/config`: the files of a house, who asked for them, and how
//! they are published.
//!
//! A file has an id such as `sensors/lab/temp` and a schema version of one
//! digit. There is at most one file per id: saving another version replaces
//! it, which is what a module that upgrades its own file wants.

mod defaults;
mod files;
mod hub_schema;
mod id;
mod requests;
mod subscribers;

pub(crate) use files::Files;
pub(crate) use id::{MAX_ID_BYTES, is_path};
pub(crate) use subscribers::Subscribers;

/// The file with the house's name, offset and position.
pub(crate) const HOUSE: &str = "house";

/// The file with the hub's tables.
pub(crate) const HUB_FILE: &str = "controller/hub";

/// Where the files of sensors are.
pub(crate) const SENSORS: &str = "sensors/";

/// Where the files of rules are.
pub(crate) const RULES: &str = "rules/";
