//! Refusals: "why was I stopped?", as the API tells it.

mod handlers;
#[cfg(test)]
mod tests;

pub use handlers::{Asked, page, routes};

/// Refusals on one page of a list.
pub const PAGE: u32 = 100;
