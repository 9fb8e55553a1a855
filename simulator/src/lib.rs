//! Houses that are played: real MQTT sessions, one per module, with values
//! that could be true.
//!
//! It is a client like any module at home: it knows the bus and a passcode,
//! and must never know the insides of gateway, runtime or control plane.
//!
//! | module | subject |
//! |---|---|
//! | [`day`] | what a sensor measures at a moment: pure |
//! | [`home`] | the sensors and modules of a played house: pure |
//! | [`house`] | one house: its sensors made known, its past, its modules |
//! | [`session`] | one module's connection |
//! | [`tally`] | what was accepted and refused, and how long it took |

pub mod day;
pub mod home;
pub mod house;
pub mod session;
pub mod tally;

pub use house::{House, Pace};
pub use session::Dial;
pub use tally::{Summary, Tally};
