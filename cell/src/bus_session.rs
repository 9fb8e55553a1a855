//! The port through which a tenant runtime sits on its house's bus: two
//! channels, so that an in-process link and an MQTT client look the same.

use std::time::Duration;

use async_trait::async_trait;
use bus::QoS;
use bytes::Bytes;
use model::{HouseId, Timestamp};
use tokio::sync::{mpsc, watch};

use crate::LinkError;

/// Names one delivery within its session until it is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(pub u64);

/// One message for the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// To be given back in [`BusCommand::Acknowledge`]: for QoS 1 and 2 the
    /// publisher's own acknowledgement waits for it.
    pub id: DeliveryId,
    /// The topic name.
    pub topic: String,
    /// The payload.
    pub payload: Bytes,
    /// At which quality it was published.
    pub qos: QoS,
    /// Whether it is a retained message replayed on subscription.
    pub retained: bool,
}

/// One message of the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMessage {
    /// The topic name.
    pub topic: String,
    /// The payload; empty clears a retained message.
    pub payload: Bytes,
    /// The quality of service.
    pub qos: QoS,
    /// Whether the bus keeps it for later subscribers.
    pub retain: bool,
    /// When nobody subscribes to the topic yet, keep the message this long for
    /// the first who does, then drop it. Messages held for the same
    /// subscriber keep their order. Modules of protocol v2 ask for their
    /// configuration before they listen for it; this is what makes the answer
    /// reach them. `None`: publish now, to whoever listens.
    pub hold_for_listener: Option<Duration>,
}

/// What a runtime tells the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusCommand {
    /// Subscribe to these filters at QoS 2; retained messages are replayed.
    Subscribe(Vec<String>),
    /// Publish a message.
    Publish(OutgoingMessage),
    /// The effects of a delivery are on disk.
    Acknowledge(DeliveryId),
}

/// What the tenant's daily messages leave room for, as the gateway counts them
/// over all houses of the tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keeping {
    /// Within the day's messages: everything is as the standing says.
    #[default]
    Kept,
    /// More messages were sent in this UTC day than the plan allows: the house
    /// behaves as `read_only` until then. Values are live and not kept.
    NotKept {
        /// The next midnight UTC, or earlier if the quota is raised, which is
        /// said by the next value.
        until: Timestamp,
    },
}

/// A session on the bus of one house. Dropping it ends it; deliveries that
/// were not acknowledged come again in the next session.
#[derive(Debug)]
pub struct BusSession {
    /// What the house says, in order.
    pub deliveries: mpsc::Receiver<Delivery>,
    /// What the runtime says, in order.
    pub commands: mpsc::Sender<BusCommand>,
    /// Whether the day's messages are used up: the state now, and each change
    /// of it.
    pub allowance: watch::Receiver<Keeping>,
}

/// Opens bus sessions with the rights of the house's tenant runtime.
#[async_trait]
pub trait BusConnector: Send + Sync {
    /// Opens the one session of the house's runtime; an earlier one ends.
    async fn connect(&self, house: &HouseId) -> Result<BusSession, LinkError>;
}
