//! The second step of a log-in: codes of an authenticator app (RFC 6238), and
//! recovery codes for when the phone is gone.
//!
//! A code works once: the time step of an accepted one is noted, and no code of
//! that step or an earlier one is accepted again. Recovery codes are kept as
//! hashes. The shared secret has to be kept as it is, because we compute with
//! it; it is shown until the first code has confirmed it, and never after.

mod codes;
mod recovery;
mod service;

#[cfg(any(test, feature = "testing"))]
pub use codes::code_at;
pub use service::{
    Enrolment, State, begin, confirm, enrolment, new_recovery_codes, state, turn_off,
};
pub use service::{is_on, redeem, require, told_of_recovery};
