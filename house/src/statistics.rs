//! What many values come to: summaries of quarters of an hour, and from them
//! of hours and days, on the wire's clock or on the residents'.
//!
//! Knows neither stores nor the bus. A [`Summary`] of a quarter is computed
//! from its values; summaries of hours and days only ever from those of
//! quarters, whose borders all clocks in use share: offsets from UTC are
//! multiples of 15 minutes.

mod ageing;
mod grid;
mod operations;
mod summary;

pub use ageing::{day_part, day_start, end_of_chunk};
pub use grid::{Bucket, Buckets, Grain, Grid, QUARTER, quarter_of};
pub(crate) use operations::Operations;
pub use operations::Statistic;
pub use summary::{Summary, Tally};
