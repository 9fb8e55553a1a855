//! The audit log: what was done, by whom, in one chain per tenant and one of
//! the service, and what makes tampering with it show.
//!
//! | module | subject |
//! |---|---|
//! | [`note`] | one line at the place where something changes |
//! | [`service`] | reading a chain, page by page, with names |
//! | [`heads`] | where all chains end, signed: the document |
//! | [`export`] | writing that document, daily and when asked |
//! | [`check`] | holding chains and documents against each other |
//! | `handlers` | `/api/v1/tenants/{tenant}/audit`, `/api/v1/admin/audit` |
//!
//! Rows are kept for [`AUDIT_KEPT`](crate::store::AUDIT_KEPT). A file of heads
//! is kept as long when it is of the first day of a month, and [`heads::DAILY`]
//! days otherwise. Whoever can write the database and the data folder can also
//! sign: what is to withstand that person is a copy of any file of heads kept
//! elsewhere.

pub mod check;
pub mod export;
mod handlers;
pub mod heads;
pub mod note;
pub mod service;
#[cfg(test)]
mod tests;

pub use handlers::{Asked, routes};
pub use note::{Audited, Note};
