//! Ask: one question of the control plane to the bus of a house, for hosted
//! and on-premise houses alike. What passes is relayed, never stored.

use std::time::Duration;

use async_trait::async_trait;
use model::{BusRole, HouseId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A question to a module of a house.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// The house.
    pub house: HouseId,
    /// The role in whose name it is asked; the cell checks it again.
    pub role: BusRole,
    /// The person in whose name it is asked, as it stands in the sender
    /// (`gui/<user>_<n>`): letters, digits and dashes.
    pub user: String,
    /// The module asked, such as `controller/db`.
    pub to: String,
    /// The command, such as `GET`.
    pub command: String,
    /// Its arguments; empty for none.
    pub args: String,
    /// What the message carries; `None` for a null message.
    pub data: Option<Value>,
    /// When the answer is complete.
    pub until: Until,
    /// How long to wait for it.
    pub deadline: Duration,
}

/// When an answer is complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Until {
    /// At the first direct message with the question's command and request id.
    Reply,
    /// At the first direct message with this command; all direct messages
    /// before it belong to the answer.
    Command(String),
    /// At the first message to everybody with this sender, command and
    /// arguments, such as the `CONF` that follows a `SAVE`.
    Broadcast {
        /// `scope/name`.
        from: String,
        /// The command.
        command: String,
        /// The arguments.
        args: String,
    },
}

/// One message of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BusMessage {
    /// The command.
    pub command: String,
    /// The arguments; empty for none.
    pub args: String,
    /// The data; `None` for a null message.
    pub data: Option<Value>,
}

/// All messages of an answer, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AskReply {
    /// At least one, the last being the one that completed the answer.
    pub messages: Vec<BusMessage>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum AskError {
    /// Nobody answered by the deadline, or no cell serves the house now.
    #[error("the house did not answer in time")]
    Unreachable {
        /// When the house last sent anything, if known.
        last_seen: Option<Timestamp>,
    },
    /// The acting role does not allow the question.
    #[error("{0}")]
    Denied(String),
}

/// The part of a cell that can ask.
#[async_trait]
pub trait Asker: Send + Sync {
    /// Puts the question on the house's bus and collects the answer.
    async fn ask(&self, ask: Ask) -> Result<AskReply, AskError>;
}
