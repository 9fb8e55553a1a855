//! Passkeys (WebAuthn): logging in with a fingerprint, a face or a security key
//! instead of a password.
//!
//! | module | subject |
//! |---|---|
//! | `relying_party` | whether passkeys work at the portal's address, and why not |
//! | `ceremony` | challenges that wait for their answer |
//! | `register` | making, listing and removing them |
//! | `answer` | logging in with one, confirming with one |
//!
//! The authenticator always asks for the person (user verification), so that a
//! passkey counts as two factors: something one has, and a finger or a PIN. A
//! challenge is answered once, within five minutes, by the browser that asked:
//! its secret is in a cookie of that browser and nowhere else.
//!
//! Challenges are drawn by the library from the operating system and not from
//! `Ambient`: it takes no other source.

mod answer;
mod ceremony;
mod handlers;
mod register;
mod relying_party;

pub use answer::{begin_confirmation, begin_log_in, confirm, log_in};
pub use ceremony::{Asked, LASTS};
pub use handlers::routes;
pub use register::{MOST, begin, finish, list, remove};
pub use relying_party::{Impossible, RelyingParty};
