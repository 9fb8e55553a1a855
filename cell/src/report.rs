//! The report: what a cell saw. Idempotent batches; strings in them come from
//! houses and are untrusted text.

use std::net::IpAddr;

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
    /// What houses sent, by UTC hour. A repeated row replaces the earlier one
    /// if it is larger.
    pub usage: Vec<Usage>,
    /// What houses keep: the newest state, not a difference.
    pub kept: Vec<Kept>,
    /// Credentials that somebody connected with: of each the newest use, also
    /// of a connection that is over already.
    #[serde(default)]
    pub uses: Vec<CredentialUse>,
}

/// The newest use of a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialUse {
    /// The house.
    pub house: HouseId,
    /// The credential.
    pub credential: CredentialId,
    /// When a client was last seen connected with it.
    pub at: Timestamp,
    /// From where, if the gateway could see it.
    pub address: Option<IpAddr>,
}

/// What a house sent in one UTC hour, as one run of a gateway counted it.
///
/// The key is (epoch, house, hour): whoever adds up takes the largest row of a
/// key, so that repeats count once, and the sum over the epochs, so that a
/// restart counts everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Names the run of the gateway: when it started, in Unix milliseconds,
    /// raised above any epoch before it, also of the same run: a gateway whose
    /// clock was set far back begins another.
    pub epoch: i64,
    /// The house.
    pub house: HouseId,
    /// Start of the UTC hour.
    pub hour: Timestamp,
    /// Messages: each PUBLISH accepted from a client, one more for each 64 KiB
    /// of payload begun after the first.
    pub messages: u64,
    /// Bytes of the payloads of these messages.
    pub bytes: u64,
}

/// What a house keeps, as far as the reporting part of the cell knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The house.
    pub house: HouseId,
    /// When this was so.
    pub at: Timestamp,
    /// Topics and payloads of retained messages, in bytes. The gateway knows.
    pub retained_bytes: Option<u64>,
    /// Sensors. The runtime knows, like what follows.
    pub sensors: Option<u64>,
    /// Rules.
    pub rules: Option<u64>,
    /// Bytes of the house's file.
    pub history_bytes: Option<u64>,
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
    /// From where, as the gateway sees it: behind a proxy, the proxy's address.
    #[serde(default)]
    pub address: Option<IpAddr>,
}

impl ClientPresence {
    /// Whether this is a part of the house rather than somebody who looks at it
    /// or operates it: only the former make a house "online".
    #[must_use]
    pub const fn is_of_the_house(&self) -> bool {
        self.credential.is_some() && self.role.is_of_the_house()
    }
}

/// Where a cell's reports go.
#[async_trait]
pub trait ReportSink: Send + Sync {
    /// Takes one batch; an error means that it must be sent again.
    async fn report(&self, report: Report) -> Result<(), LinkError>;
}
