//! Being written.

pub mod cell_link;
pub mod store;
