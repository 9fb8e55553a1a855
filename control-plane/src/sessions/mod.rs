//! Log-ins: the check of address and password, browsers' sessions, and how
//! they end.

mod ending;
mod handlers;
mod log_in;
mod service;
#[cfg(test)]
mod tests;

pub use ending::{end, end_everywhere, end_one};
pub(crate) use ending::{end_all, end_bus_tokens};
pub(crate) use handlers::routes;
pub(crate) use log_in::{Attempt, check_password, confirm_password};
pub(crate) use service::{FirstStep, log_in, second_step};
pub use service::{LASTS, Started, list, start};
