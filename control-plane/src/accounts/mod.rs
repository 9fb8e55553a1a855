//! Accounts: signing up, and proving that an e-mail address is one's own.
//!
//! Nothing here tells whether an address has an account: the answer, its time
//! and the number of mails are the same.

mod details;
mod handlers;
mod people;
mod service;
#[cfg(test)]
mod tests;

pub use details::{Details, Faults, NewAccount};
pub(crate) use handlers::routes;
pub(crate) use people::{NewPerson, insert_person};
pub use service::{LINK_LASTS, SignedUp, sign_up, verify};
