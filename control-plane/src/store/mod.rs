//! The control plane's store: one SQL text over two engines, SQLite and
//! PostgreSQL, behind repositories that never mention either.
//!
//! | module | subject |
//! |---|---|
//! | [`entities`] | what is kept |
//! | [`repositories`] | one small trait per aggregate |
//!
//! [`Store::open`] opens and migrates a database. [`Store::begin_read`] and
//! [`Store::begin_write`] give a [`Work`], one open transaction that hands out
//! the repositories; dropping it rolls back, [`Work::commit`] alone keeps it.
//! Write transactions run one at a time on both engines, so what was read in
//! one is still true when it commits.
//!
//! Whatever a cell should see raises the cell's revision in the same
//! transaction: the statements that change it can be run in no other way.

pub mod entities;
pub mod repositories;

pub use entities::*;
pub use repositories::*;

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique name is taken, or a row this one depends on is not there.
    #[error("another change won the race; reload and retry")]
    Conflict,
    /// Stored data does not decode.
    #[error("row {row} of {table} does not decode")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// Its key, or the column at fault.
        row: String,
    },
    /// The database failed.
    #[error("the database refused or could not be reached")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}
