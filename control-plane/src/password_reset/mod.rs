//! A forgotten password: a mailed link that lets its reader choose another.
//!
//! Nothing here tells whether an address has an account: the answer, the work
//! behind it and its limits are the same; only the mail is not.

mod handlers;
mod service;

pub use handlers::routes;
pub use service::changed;
pub use service::{LINK_LASTS, choose, request};
