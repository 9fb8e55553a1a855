//! What can happen to a house, and what it wants done.

use std::time::Duration;

use bytes::Bytes;
use model::{Limit, RefusalReason, Timestamp};

use crate::identity::Identity;
use crate::store::{StoreAnswer, StoreOp};
use crate::terms::Terms;

/// Names a delivered message until it is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryRef {
    /// Which bus session delivered it; the shell counts them.
    pub session: u64,
    /// Its number within the session.
    pub number: u64,
}

/// Names a store operation until it is answered. Tickets of one house rise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input<'a> {
    /// A message of the bus.
    Delivered {
        /// Comes back in exactly one [`Effect::Acknowledge`].
        delivery: DeliveryRef,
        /// The topic name.
        topic: &'a str,
        /// The payload.
        payload: &'a [u8],
        /// Whether it is an old retained message, replayed on subscription.
        retained: bool,
    },
    /// The store did what was asked, durably.
    Stored {
        /// The operation.
        ticket: Ticket,
        /// What it found.
        answer: StoreAnswer,
    },
    /// It is time to see what is too old: [`crate::House::rest`] says when.
    Tick,
    /// The portal gave the house another name or time zone.
    Described(Identity),
    /// Standing, daily messages or plan became these.
    Agreed(Terms),
}

/// One thing to do. Effects are done in order; store operations of one house
/// are executed in the order in which they were issued.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Say something on the bus.
    Publish(Publication),
    /// Ask the store; the answer comes back as [`Input::Stored`].
    Store(Ticket, StoreOp),
    /// What the message caused is on disk and said.
    Acknowledge(DeliveryRef),
    /// Record that something was refused.
    Refused(Refused),
}

/// Something that was refused: who wanted it and what stood in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub reason: RefusalReason,
    /// The limit, where there is one.
    pub limit: Option<Limit>,
    /// The module that wanted it, `scope/name`. Untrusted text.
    pub client: String,
    /// The topic, or `history` for values that are live and not kept.
    pub subject: String,
    /// How many times.
    pub count: u64,
    /// When it clears by itself.
    pub clears_at: Option<Timestamp>,
}

impl Refused {
    /// Once, by whom and what is still to be said.
    pub(crate) fn one(
        reason: RefusalReason,
        limit: Option<Limit>,
        clears_at: Option<Timestamp>,
    ) -> Self {
        Self {
            reason,
            limit,
            client: String::new(),
            subject: String::new(),
            count: 1,
            clears_at,
        }
    }
}

/// One message of the controller, at quality of service 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The topic name.
    pub topic: String,
    /// The payload; empty for a null message.
    pub payload: Bytes,
    /// Whether the bus keeps it for later subscribers.
    pub retain: bool,
    /// How long the bus keeps it for a recipient that does not listen yet;
    /// `None` to publish to whoever listens now.
    pub hold_for_listener: Option<Duration>,
}
