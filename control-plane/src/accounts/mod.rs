//! Accounts: signing up, proving that an e-mail address is one's own, and
//! changing address and password.
//!
//! Nothing here tells whether an address has an account: the answer, its time
//! and the number of mails are the same.

mod address;
mod details;
pub mod erase;
mod handlers;
mod language;
mod leaving;
mod own_handlers;
mod password;
mod people;
mod service;
#[cfg(test)]
mod tests;

pub use address::{ask_for_address, confirm_address};
pub use details::{Details, Faults, NewAccount};
pub use handlers::routes;
pub use language::{parse_language, set_language};
pub use leaving::{Consequences, GRACE, consequences, delete};
pub use password::{NewPassword, change_password};
pub use people::{NewPerson, insert_account, insert_person};
pub use service::{LINK_LASTS, Proven, SignedUp, send_link_again, sign_up, verify};
