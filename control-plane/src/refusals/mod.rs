//! Refusals: "why was I stopped?", as the API tells it.

mod handlers;
#[cfg(test)]
mod tests;

pub(crate) use handlers::{Asked, page, routes};

/// Refusals on one page of a list.
pub(crate) const PAGE: u32 = 100;
