//! Opening the control plane's database, for every command that needs it.

use std::path::Path;

use control_plane::store::{OpenError, Store};
use model::Ambient;
use platform::Settings;

use crate::failure::Failure;

/// The file of the control plane in the data folder.
const FILE: &str = "control-plane.db";

/// Where the database is that the settings name, or the one in `data_dir`. May
/// hold a password.
pub fn url(settings: &Settings, data_dir: &Path) -> String {
    match &settings.database.url {
        Some(url) => url.expose().to_owned(),
        None => format!("sqlite:{}", data_dir.join(FILE).display()),
    }
}

/// Opens the database that the settings name, or the one in `data_dir`.
pub async fn open(
    settings: &Settings,
    data_dir: &Path,
    ambient: &dyn Ambient,
) -> Result<Store, Failure> {
    Store::open(&url(settings, data_dir), ambient)
        .await
        .map_err(|error| match error {
            OpenError::Migrate { .. } => Failure::internal(error),
            mendable => Failure::usage(format!("{:#}", anyhow::Error::from(mendable))),
        })
}
