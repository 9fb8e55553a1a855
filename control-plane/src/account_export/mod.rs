//! All that is kept about a person, for that person: one JSON document. Never a
//! secret, and never the hash of one.
//!
//! What belongs to a tenant (houses, values, refusals) is exported with the
//! tenant's houses; here stands only which tenants the person is in. Mails are
//! not kept once they are sent.

mod acts;
mod gather;
mod handlers;

pub use gather::{AccountExport, FORMAT, gather};
pub use handlers::routes;
