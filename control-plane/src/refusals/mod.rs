//! Refusals: "why was I stopped?", as the API tells it.
//!
//! What houses are refused on their bus is reported by their cell. What people
//! and programs are refused here, a house too many or a change while the
//! account is read-only, is counted by [`noted`].

mod handlers;
mod service;

pub use handlers::{Asked, routes};
pub use service::{Of, Page, counts, noted, page};

/// Refusals on one page of a list.
pub const PAGE: u32 = 100;
