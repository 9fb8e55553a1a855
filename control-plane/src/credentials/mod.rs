//! Credentials: the secrets with which things and people of a house connect.

mod handlers;
mod service;
#[cfg(test)]
mod tests;
mod wish;

pub use handlers::routes;
pub use service::{Listed, MOST, Made, ROLES, create, list, list_if_allowed, revoke, rotate};
pub use wish::{LONGEST_OVERLAP, NewCredential, OVERLAP, Rotation};
