//! Credentials: the secrets with which things of a house connect.

mod handlers;
mod service;
#[cfg(test)]
mod tests;

pub use handlers::routes;
pub use service::{Made, NewCredential, create, list, revoke};
