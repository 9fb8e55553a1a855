//! What the black-box suites share: the product started as people start it,
//! people who sign up, houses that connect.
//!
//! It knows the product only from outside: its command line, its HTTP and
//! MQTT. It must never link a part of it. Nothing here sleeps for a fixed
//! time: every wait is for a condition, with a deadline.
//!
//! | module | subject |
//! |---|---|
//! | [`product`] | the executable under test |
//! | [`server`] | a running service on free ports and a folder of its own; `kill -9` and back |
//! | [`person`] | somebody with an account: sign-up, mailed link, token, houses |
//! | [`api`] | calls over HTTP as a program makes them |
//! | [`mail`] | what was mailed |
//! | [`module`] | a module of a house on the bus |
//! | [`mqtt`] | MQTT clients of both versions, over TCP and WebSocket |
//! | [`packet`] | MQTT 3.1.1 packets byte by byte, where a client library is too polite |
//! | [`wait`] | waiting with a deadline |
//!
//! | suite | subject |
//! |---|---|
//! | `journeys/` | what a resident, a house and an operator do |
//! | `isolation/` | what a second tenant must not get |
//! | `mosquitto/` | the same house with mosquitto's own clients |
//! | `browser/` | the portal in a real browser (Node) |

pub mod api;
pub mod mail;
pub mod module;
pub mod mqtt;
pub mod packet;
pub mod person;
pub mod product;
pub mod server;
pub mod wait;

pub use api::{Answer, Api};
pub use module::{Module, Protocol};
pub use mqtt::{Bus, Dial, Message, Path, QoS, Version};
pub use person::{House, Person};
pub use server::Server;
