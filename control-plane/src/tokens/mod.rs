//! Bearer tokens of programs: an access token for an hour, renewed with a
//! refresh token that works once.

mod handlers;
mod service;
#[cfg(test)]
mod tests;

pub use handlers::routes;
pub use service::{ACCESS_LASTS, Issued, REFRESH_LASTS};
