//! Log-ins: the check of address and password, browsers' sessions, and how
//! they end.

mod ending;
mod handlers;
mod log_in;
mod service;
#[cfg(test)]
mod tests;

pub use ending::{end, end_everywhere, end_one};
pub use ending::{end_all, end_bus_tokens};
pub use handlers::routes;
pub use log_in::{Attempt, check_password, confirm_password};
pub use service::{FirstStep, log_in, second_step};
pub use service::{LASTS, Started, list, start};
