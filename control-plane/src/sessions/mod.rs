//! Log-ins: the check of address and password, and browsers' sessions.

mod ending;
mod log_in;
mod service;

pub(crate) use ending::end_all;
pub(crate) use log_in::{Attempt, check_password, confirm_password};
pub(crate) use service::log_in;
pub use service::{LASTS, Started, end, start};
