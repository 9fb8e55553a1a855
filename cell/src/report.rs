//! The report: what a cell saw. Idempotent batches; strings in them come from
//! houses and are untrusted text.

use async_trait::async_trait;
use model::{BusRole, CredentialId, HouseId, Refusal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::LinkError;

/// One batch of observations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Presence of houses that changed since the last batch: the newest state,
    /// not a difference.
    pub presence: Vec<Presence>,
    /// Refusals, aggregated by (house, client, reason, subject, minute). A
    /// repeated row replaces the earlier one: its count is the total so far.
    pub refusals: Vec<Refusal>,
}

/// Who of a house is connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The house.
    pub house: HouseId,
    /// When this was so.
    pub at: Timestamp,
    /// Every MQTT client connected, without our own runtime.
    pub clients: Vec<ClientPresence>,
    /// When a client with a credential of the house last sent anything; `None`
    /// for never since the gateway started.
    pub last_seen: Option<Timestamp>,
}

/// One connected client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientPresence {
    /// Its client id. Untrusted text.
    pub client: String,
    /// The credential it connected with; `None` for a signed token.
    pub credential: Option<CredentialId>,
    /// What it is on the bus.
    pub role: BusRole,
    /// `MQTT 3.1`, `MQTT 3.1.1` or `MQTT 5.0`.
    pub protocol: String,
    /// Since when.
    pub connected_at: Timestamp,
}

impl ClientPresence {
    /// Whether this is a part of the house rather than somebody who looks on
    /// with a signed token: only the former make a house "online".
    #[must_use]
    pub const fn is_of_the_house(&self) -> bool {
        self.credential.is_some()
    }
}

/// Where a cell's reports go.
#[async_trait]
pub trait ReportSink: Send + Sync {
    /// Takes one batch; an error means that it must be sent again.
    async fn report(&self, report: Report) -> Result<(), LinkError>;
}
