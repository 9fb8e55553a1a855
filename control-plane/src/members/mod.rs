//! Members: who has which role in a tenant or in single houses of it, changing
//! that, leaving, and memberships that end by themselves.

pub mod chore;
mod handlers;
mod overview;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use handlers::routes;
pub use overview::{Overview, overview};
pub(crate) use service::known_houses;
pub use service::{
    HouseMember, Wish, authority, change, find, hand_over, leave, leave_house, list, of_house,
    remove,
};
pub use view::{MemberView, ReachView, Wanted};
