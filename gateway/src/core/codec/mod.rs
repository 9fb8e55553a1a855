//! MQTT packets: 3.1 (`MQIsdp`, level 3), 3.1.1 (level 4) and 5.0 (level 5).
//!
//! Decoding borrows from the frame and never allocates for the payload;
//! encoding writes what a server sends. This module knows the grammar of one
//! packet, not the state of a connection.
//!
//! | module | subject |
//! |---|---|
//! | [`frame`](mod@frame) | where a packet ends, before it is read |
//! | [`version`] | the three versions |
//! | [`reason`] | MQTT 5.0's reason codes, and [`Fault`]: what is wrong with a packet |
//! | [`packet`] | which packet it is |
//! | [`connect`], [`connack`], [`publish`], [`acknowledge`], [`subscribe`], [`disconnect`], [`outgoing`] | one packet, or a family, each |

pub mod acknowledge;
pub mod connack;
pub mod connect;
pub mod disconnect;
pub mod frame;
pub mod outgoing;
pub mod packet;
mod property;
pub mod publish;
mod reader;
pub mod reason;
pub mod subscribe;
pub mod version;
mod writer;

#[cfg(test)]
pub(super) mod client;
#[cfg(test)]
mod tests;

pub use connack::refuse_connect;
pub use connect::{BadConnect, Connect, Will, decode_connect};
pub use frame::{Frame, frame};
pub use packet::{Packet, decode};
pub use reason::{Fault, Reason};
pub use version::Version;
