//! Houses: making, describing and removing them, and who of them is connected.

pub mod flash;
mod handlers;
pub mod overview;
mod service;
#[cfg(test)]
mod tests;
mod view;

pub use handlers::routes;
pub use service::{Changes, Made, NewHouse, change, create, delete, room};
pub use view::{ClientView, GatewayView, HouseView, presence, view};
