//! Sensors: what a house measures and does, asked on its bus.
//!
//! The control plane stores no configuration and no value of a house: all of
//! this goes through `ask`, for hosted and on-premise houses alike.
//!
//! | module | subject |
//! |---|---|
//! | [`question`] | questions to a house's modules |
//! | [`sensor`] | what a sensor is, read from and written to the bus |
//! | [`change`] | what can be changed about one |
//! | [`history`] | past values, page by page |
//! | [`service`] | listing, adding, changing, removing, setting |

pub mod change;
mod handlers;
pub mod history;
pub mod question;
pub mod sensor;
pub mod service;
#[cfg(test)]
mod tests;

pub use question::Person;
pub use sensor::{Sensor, SensorId};
pub use service::{Latest, Offer, Snapshot, latest, list, offers, snapshot};

use crate::http::route::Route;

/// Owns `/api/v1/houses/{house}/sensors`, what is below it, and
/// `/api/v1/houses/{house}/history`.
pub fn routes() -> Vec<Route> {
    let mut routes = handlers::routes();
    routes.extend(history::routes());
    routes
}
