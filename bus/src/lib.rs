//! The eGeoffrey bus protocol, without any I/O: how topics are built and read,
//! what an envelope is, and the one table of who may do what.
//!
//! Compatible with protocol `v1` and `v2`. This crate must never learn of
//! sockets, tasks or storage; the gateway, the house's brain and the control
//! plane share it so that there is one reading of the protocol.
//!
//! | module | subject |
//! |---|---|
//! | [`topic`] | `egeoffrey/v2/<house>/<from>/<to>/<COMMAND>/<args>` |
//! | [`filter`] | MQTT topic filters: validity and matching |
//! | [`envelope`] | `{"request_id": …, "data": …}` |
//! | [`access`] | role × command × configuration id |
//!
//! ```
//! use bus::Topic;
//! let topic = Topic::parse("egeoffrey/v2/villa-7k3q9x/service/fake/controller/hub/IN/lab/temp")?;
//! assert_eq!((topic.command, topic.args), ("IN", "lab/temp"));
//! assert_eq!(topic.from.to_string(), "service/fake");
//! # Ok::<(), bus::topic::BadTopic>(())
//! ```

pub mod access;
pub mod envelope;
pub mod filter;
pub mod topic;

pub use access::{Denied, Grant, View, Voice};
pub use envelope::Envelope;
pub use topic::{Module, ProtocolVersion, Recipient, Topic};

use serde::{Deserialize, Serialize};

/// MQTT's quality of service.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(into = "u8", try_from = "u8")]
pub enum QoS {
    /// At most once.
    #[default]
    AtMostOnce,
    /// At least once.
    AtLeastOnce,
    /// Exactly once.
    ExactlyOnce,
}

impl From<QoS> for u8 {
    fn from(qos: QoS) -> Self {
        match qos {
            QoS::AtMostOnce => 0,
            QoS::AtLeastOnce => 1,
            QoS::ExactlyOnce => 2,
        }
    }
}

/// A number that is not a quality of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("quality of service must be 0, 1 or 2, not {0}")]
pub struct BadQoS(pub u8);

impl TryFrom<u8> for QoS {
    type Error = BadQoS;

    fn try_from(number: u8) -> Result<Self, BadQoS> {
        match number {
            0 => Ok(Self::AtMostOnce),
            1 => Ok(Self::AtLeastOnce),
            2 => Ok(Self::ExactlyOnce),
            other => Err(BadQoS(other)),
        }
    }
}
