//! `controller/db`: the history of a house.
//!
//! Inside, time is UTC; the bus speaks of local seconds (UTC and the house's
//! whole hours).
//!
//! Deviations from the stock database, all for the better: the minimum,
//! maximum and number of a day are those of its values, not of its hours'
//! means; where there was nothing, nothing is stored; hours and days are there
//! for every number, whether a `calculate` names them or not, which only
//! decides what is said when a value was stored; counts are purged with the
//! rest.

mod answer;
mod overview;
mod query;
mod requests;
mod save;
mod statistics;
mod upkeep;

pub(crate) use answer::Pending;
pub(crate) use overview::Overviews;
pub(crate) use save::SaveRequest;
pub(crate) use statistics::Report;
pub(crate) use upkeep::{ALERTS, LOGS, stats_answer, stored_statistics};
