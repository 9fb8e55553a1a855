//! The cell link: the one idea that makes every shape the same.
//!
//! The control plane never dials into a cell; a cell connects out to it. Three
//! verbs, each a trait; in one process they are direct calls:
//!
//! | verb | direction | module |
//! |---|---|---|
//! | feed | down: what should be, level-triggered, complete documents | [`feed`] |
//! | report | up: what was seen | [`report`] |
//! | ask | down and answered: one question to a house's bus | [`ask`] |
//!
//! [`bus_session`] is the port through which a tenant runtime sits on its
//! house's bus, in process or over MQTT. This crate knows neither SQL nor MQTT
//! packets nor pages.

pub mod ask;
pub mod bus_session;
pub mod feed;
pub mod report;

pub use ask::{Ask, AskError, AskReply, Asker, BusMessage, Until};
pub use bus_session::{
    BusCommand, BusConnector, BusSession, Delivery, DeliveryId, Keeping, OutgoingMessage,
};
pub use feed::{
    CellSpec, CellState, CredentialSpec, Feed, FeedBatch, HouseSpec, Reader, Revision, Revoked,
    SigningKey, TenantSpec,
};
pub use report::{ClientPresence, CredentialUse, Kept, Presence, Report, ReportSink, Usage};

/// Why the other end of the link could not be reached.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct LinkError(pub String);
