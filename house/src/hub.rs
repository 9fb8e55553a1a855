//! `controller/hub`: from a measurement to a stored value.
//!
//! Deviations from the stock hub, all for the better: processors are native
//! conversions and never a shell; a sensor without `service` takes values; a
//! value for a sensor nobody configured is offered to the residents.

mod duplicates;
pub(crate) mod format;
mod measurement;
mod offers;
pub(crate) mod processors;
mod requests;
mod sensor;

pub(crate) use duplicates::Duplicates;
pub(crate) use measurement::local_seconds;
pub(crate) use offers::Offers;
pub(crate) use sensor::{ages as sensor_ages, is_summarised, notice as sensor_notice};
