//! The first admin: by a one-time link that the service prints at its start,
//! or from the command line. And a
//! demonstration, with somebody of every role.

mod create_admin;
mod demo;
mod service;

pub use create_admin::{AdminMade, CreateAdminError, NewAdmin, create_admin};
pub use demo::{Demo, NoDemo, demo};
pub use service::{check_link, first_admin, one_time_link};
