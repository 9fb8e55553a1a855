//! `controller/db`: the history of a house.
//!
//! Inside, time is UTC; the bus speaks of local seconds (UTC and the house's
//! whole hours). Aggregates per hour and day will hang on the moment a value
//! was stored, in `save`; a `calculate` in a request is understood and kept on
//! the wire, but nothing half-made is said about it.

mod answer;
mod query;
mod requests;
mod save;

pub(crate) use answer::Pending;
pub(crate) use requests::save_text;
pub(crate) use save::SaveRequest;
