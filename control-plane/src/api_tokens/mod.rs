//! API tokens: made by a person for a program of theirs, with a name, scopes
//! and an end.
//!
//! A token acts as its person, with the roles the person has at that moment,
//! cut to its scopes: who leaves a tenant takes their tokens along. It never
//! reaches the account itself (password, sessions, other tokens) nor the
//! administration of the service.

mod handlers;
mod scope;
mod service;

pub use handlers::routes;
pub use scope::{Scope, Scopes};
pub use service::{Made, NewToken, PREFIX, list, make, revoke};
