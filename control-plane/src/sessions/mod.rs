//! Log-ins: the check of address and password, and browsers' sessions.

mod log_in;
mod service;

pub(crate) use log_in::{Attempt, check_password};
pub(crate) use service::log_in;
pub use service::{LASTS, Started, end, start};
