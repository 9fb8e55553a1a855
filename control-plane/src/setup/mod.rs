//! The first admin: by a one-time link that the service prints at its start,
//! or from the command line.

mod create_admin;
mod service;

pub use create_admin::{AdminMade, CreateAdminError, NewAdmin, create_admin};
pub use service::{check_link, first_admin, one_time_link};
