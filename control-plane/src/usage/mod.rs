//! What tenants use of their quotas, over time, and notices before it is all.
//!
//! | module | subject |
//! |---|---|
//! | [`counted`] | what the database knows of a tenant's use now |
//! | [`notices`] | which quotas are nearly or fully used: decided |
//! | [`telling`] | the same, written down once and mailed to the owner |
//! | [`history`] | what was sent by the hour and the day |
//! | [`chore`] | looking at tenants whose use changed; old hours become days |
//! | `mail` | what the owner is told |
//! | `handlers` | `/api/v1/tenants/{tenant}/usage/history` |
//!
//! A day is a UTC day: it has no daylight saving and always 24 hours.

pub mod chore;
pub mod counted;
mod handlers;
pub mod history;
mod mail;
pub mod notices;
pub mod telling;
#[cfg(test)]
mod tests;

pub use counted::{Counted, HouseCount, Use};
pub use handlers::routes;
pub use telling::current;
