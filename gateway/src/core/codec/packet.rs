//! Which packet a frame is.

use super::acknowledge::{Acknowledge, Step};
use super::disconnect;
use super::frame;
use super::publish::Publish;
use super::reason::{Fault, Reason};
use super::subscribe::{Subscribe, Unsubscribe};
use super::version::Version;

/// A packet that a client may send behind its CONNECT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// A message.
    Publish(Publish<'a>),
    /// A step of an exchange.
    Acknowledge(Acknowledge),
    /// New filters.
    Subscribe(Subscribe<'a>),
    /// Filters no longer wanted.
    Unsubscribe(Unsubscribe<'a>),
    /// Are you there?
    PingReq,
    /// The client leaves, for a reason.
    Disconnect(Reason),
    /// Extended authentication, 5.0 only.
    Auth,
}

/// Reads one whole frame of a connection that speaks `version`.
pub fn decode(version: Version, frame: &[u8]) -> Result<Packet<'_>, Fault> {
    let (first, body) = frame::split(frame).ok_or(Fault::malformed("not one whole packet"))?;
    let flags = first & 0x0F;
    let flags_fit = match first >> 4 {
        3 => true,
        // MQTT 3.1 lets these carry DUP.
        6 | 8 | 10 if version == Version::V3 => flags & 0x07 == 2,
        6 | 8 | 10 => flags == 2,
        _ => flags == 0,
    };
    if !flags_fit {
        return Err(Fault::malformed("the flags do not fit the packet"));
    }
    let acknowledge = |step| Acknowledge::read(step, body, version).map(Packet::Acknowledge);
    match first >> 4 {
        1 => Err(Fault::protocol("a second CONNECT")),
        3 => Publish::read(first, body, version).map(Packet::Publish),
        4 => acknowledge(Step::PubAck),
        5 => acknowledge(Step::PubRec),
        6 => acknowledge(Step::PubRel),
        7 => acknowledge(Step::PubComp),
        8 => Subscribe::read(body, version).map(Packet::Subscribe),
        10 => Unsubscribe::read(body, version).map(Packet::Unsubscribe),
        12 if body.is_empty() => Ok(Packet::PingReq),
        12 => Err(Fault::malformed("PINGREQ with a body")),
        14 => disconnect::read(body, version).map(Packet::Disconnect),
        15 if version.has_properties() => disconnect::check_auth(body).map(|()| Packet::Auth),
        2 | 9 | 11 | 13 => Err(Fault::protocol("a packet that only servers send")),
        _ => Err(Fault::malformed("an unknown kind of packet")),
    }
}
