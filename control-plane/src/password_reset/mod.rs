//! A forgotten password: a mailed link that lets its reader choose another.
//!
//! Nothing here tells whether an address has an account: the answer, the work
//! behind it and its limits are the same; only the mail is not.

mod handlers;
mod service;
#[cfg(test)]
mod tests;

pub(crate) use handlers::routes;
pub(crate) use service::changed;
pub use service::{LINK_LASTS, choose, request};
