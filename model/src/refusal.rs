//! "Why was I stopped?": every refusal says which limit, over which window,
//! allowed and seen, who, how often, when it clears and what to do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::name::HouseId;
use crate::role::{UnknownWord, word_enum};
use crate::time::Timestamp;

word_enum! {
    /// Why something was refused.
    RefusalReason {
        /// Wrong passcode, unknown, expired or revoked credential or token.
        Authentication = "authentication",
        /// A topic, sender or command the credential may not use.
        Permission = "permission",
        /// A packet larger than the plan allows.
        MessageSize = "message-size",
        /// More connections at one time than the plan allows.
        Connections = "connections",
        /// More topic filters on one connection than the plan allows.
        Subscriptions = "subscriptions",
        /// More retained bytes than the plan allows.
        RetainedBytes = "retained-bytes",
        /// More messages at once or per second than the plan allows.
        MessageRate = "message-rate",
        /// More messages in a UTC day than the plan allows.
        MessagesPerDay = "messages-per-day",
        /// More houses than the plan allows.
        Houses = "houses",
        /// More members than the plan allows.
        Members = "members",
        /// More credentials in a house than can be.
        Credentials = "credentials",
        /// More sensors in a house than the plan allows.
        Sensors = "sensors",
        /// More rules in a house than the plan allows.
        Rules = "rules",
        /// More stored history of a house than the plan allows.
        HistoryBytes = "history-bytes",
        /// A packet that breaks the MQTT specification.
        Protocol = "protocol",
        /// The tenant's standing does not allow it.
        Standing = "standing",
        /// The service itself could not take it (disk full, stopping).
        Unavailable = "unavailable",
    }
}

impl RefusalReason {
    /// What the resident can do about it.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Authentication => {
                "Check the house id and the passcode on the device, or make a new credential on the Connect page."
            }
            Self::Permission => {
                "The credential may only use topics of its own house and what its role allows. Check the topic, or use a credential with another role."
            }
            Self::MessageSize => {
                "Send smaller messages (images: reduce the resolution) or choose a larger plan."
            }
            Self::Connections => {
                "Stop packages you do not need, look for one that reconnects in a loop, or choose a larger plan."
            }
            Self::Subscriptions => {
                "Use wildcard filters instead of one filter per sensor, or choose a larger plan."
            }
            Self::RetainedBytes => {
                "Clear retained messages you do not need (publish an empty retained message), or choose a larger plan."
            }
            Self::MessageRate => {
                "Let the device send less often or only changes, or choose a larger plan. Nothing to do for a single burst."
            }
            Self::MessagesPerDay => {
                "Live values keep flowing; keeping them begins again at midnight UTC. Send less often, or choose a larger plan."
            }
            Self::Houses => "Delete a house you do not need, or choose a larger plan.",
            Self::Members => "Remove somebody or take an invitation back, or choose a larger plan.",
            Self::Credentials => "Revoke a credential that nothing uses any more.",
            Self::Sensors => "Delete sensors you do not need, or choose a larger plan.",
            Self::Rules => "Delete rules you do not need, or choose a larger plan.",
            Self::HistoryBytes => {
                "Keep fewer values (retention of the sensor) or no images, or choose a larger plan."
            }
            Self::Protocol => {
                "The client broke the MQTT specification. Update it; its log names the packet."
            }
            Self::Standing => {
                "The owner of the account finds the reason and what to do in the portal."
            }
            Self::Unavailable => {
                "Nothing to do: the service keeps trying. The operator has been told."
            }
        }
    }
}

/// The limit that a refusal is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Limit {
    /// The quota's name as in the API, such as `connections_per_house`.
    pub name: String,
    /// Over how many seconds it counts; `None` for a limit at one moment.
    pub window_secs: Option<u64>,
    /// How much is allowed.
    pub allowed: u64,
    /// How much was seen.
    pub seen: u64,
}

/// One kind of refusal to one client, counted over one minute, whatever it was
/// refused by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Refused {
    /// Start of the UTC minute it is counted in.
    pub at: Timestamp,
    /// Why.
    pub reason: RefusalReason,
    /// The limit, where there is one.
    pub limit: Option<Limit>,
    /// Who: a client id of the bus, or a person's name. Untrusted text, at
    /// most 128 characters.
    pub client: String,
    /// What was refused: a topic, a filter, an address, a name. Untrusted
    /// text, at most 256 characters.
    pub subject: String,
    /// How many times in that minute.
    pub count: u64,
    /// When it clears by itself; `None` when somebody has to act.
    pub clears_at: Option<Timestamp>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self {
            at: refusal.at,
            reason: refusal.reason,
            limit: refusal.limit,
            client: refusal.client,
            subject: refusal.subject,
            count: refusal.count,
            clears_at: refusal.clears_at,
        }
    }
}

/// One kind of refusal to one client of one house, counted over one minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Refusal {
    /// The house, as far as the client named one that exists.
    pub house: HouseId,
    /// Start of the UTC minute it is counted in.
    pub at: Timestamp,
    /// Why.
    pub reason: RefusalReason,
    /// The limit, where there is one.
    pub limit: Option<Limit>,
    /// The client id, as far as known. Untrusted text, at most 128 characters.
    pub client: String,
    /// What was refused: a topic, a filter, an address. Untrusted text, at
    /// most 256 characters.
    pub subject: String,
    /// How many times in that minute.
    pub count: u64,
    /// When it clears by itself; `None` when somebody has to act.
    pub clears_at: Option<Timestamp>,
}
