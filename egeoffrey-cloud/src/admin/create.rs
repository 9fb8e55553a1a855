//! `admin create-admin`: works beside a running service as well as without one.

use std::fs;
use std::sync::Arc;

use control_plane::cell_link;
use control_plane::setup::{self, CreateAdminError, NewAdmin};
use model::Ambient;
use platform::{Settings, SystemAmbient};

use super::args::CreateAdminArgs;
use crate::database;
use crate::failure::Failure;

/// Runs the command.
pub fn run(args: &CreateAdminArgs, settings: &Settings) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::internal)?;
    runtime.block_on(create_admin(args, settings))
}

async fn create_admin(args: &CreateAdminArgs, settings: &Settings) -> Result<(), Failure> {
    let password = args
        .password_file
        .as_ref()
        .map(fs::read_to_string)
        .transpose()
        .map_err(|cause| {
            Failure::usage(format!("cannot read the file of --password-file: {cause}"))
        })?;
    let password = password
        .as_deref()
        .map(|text| text.lines().next().unwrap_or_default());
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let data_dir = args.data_dir.as_ref().unwrap_or(&settings.data_dir);
    platform::data_dir::create_private(data_dir).map_err(|cause| {
        Failure::usage(format!(
            "cannot use the data folder {}: {cause}",
            data_dir.display()
        ))
    })?;
    let store = database::open(settings, data_dir, &*ambient).await?;
    let link = cell_link::establish(&store, Arc::clone(&ambient)).await;
    let cell = link.map_err(Failure::internal)?.cell();
    let new = NewAdmin {
        email: args.email.as_str(),
        password,
    };
    let made = setup::create_admin(&store, cell, ambient, new).await;
    store.close().await;
    let made = made.map_err(|error| match error {
        CreateAdminError::Failed(_) => Failure::internal(error),
        mendable => Failure::usage(mendable),
    })?;
    println!("{} is an admin now and can log in.", args.email);
    if let Some(password) = made.drawn {
        println!("The password, shown this once: {}", password.expose());
    }
    Ok(())
}
