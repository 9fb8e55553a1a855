//! Bus tokens: ten minutes on a house's bus for a browser or a program, signed
//! so that the gateway needs nobody to check them.

mod handlers;
mod service;
#[cfg(test)]
mod tests;

pub use handlers::routes;
pub use service::{Granted, LASTS, bus_user, grant};
