//! Log-ins: the check of address and password, browsers' sessions, and how
//! they end.

mod coming_back;
mod confirmation;
mod ending;
mod handlers;
mod log_in;
mod rotation;
mod service;

pub use coming_back::{Farewell, enter, keep_account};
pub use confirmation::{Confirmation, confirm};
pub use ending::{end, end_everywhere, end_one};
pub use ending::{end_all, end_bus_tokens};
pub use handlers::routes;
pub use log_in::{Attempt, check_password, confirm_password};
pub use rotation::{CookieHeader, cookie, rotate};
pub use service::{LASTS, Started, list, start};
pub use service::{Step, log_in, second_step};
