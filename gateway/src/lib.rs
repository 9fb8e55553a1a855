//! The door of the bus: MQTT over TCP and WebSocket for many houses that know
//! nothing of each other.
//!
//! A connection says its house and its secret, is admitted, and from then on
//! belongs to the router of that house: there is no topic, no client id and no
//! retained message outside one. Whom to admit comes over the cell link's feed
//! and is kept on disk, so a control plane that is away stops nobody.
//!
//! This crate must never learn of accounts, SQL of the control plane, or what
//! a house does with its messages.
//!
//! | module | subject |
//! |---|---|
//! | [`core`] | MQTT and the life of one house's bus, without I/O |
//! | [`gateway`] | starting, using and stopping: [`Gateway`] |
//! | [`config`] | addresses, threads and bounds |
//! | [`directory`] | who may connect, arranged for looking up |
//! | [`admission`] | the decision over one CONNECT, and over live connections |
//! | [`attempts`] | how long refusals are held back |
//! | [`store`] | what survives a restart: the cell's state, retained messages |
//! | [`metering`] | what houses have sent, over restarts |
//! | [`reports`] | presence and refusals on their way up |
//! | `door`, `waiting_room` | from an open socket to an admitted client |
//! | `listener`, `websocket`, `stream` | TCP and WebSocket |
//! | `shards` | the threads that serve houses |
//! | `feed_reader` | follows the feed |

pub mod admission;
pub mod attempts;
pub mod config;
pub mod core;
pub mod directory;
mod door;
mod feed_reader;
pub mod gateway;
mod listener;
pub mod metering;
pub mod reports;
mod shards;
pub mod store;
mod stream;
mod waiting_room;
mod websocket;

pub use config::{GatewayConfig, Limits};
pub use gateway::{Gateway, StartError};
