//! Who may sign up: what the settings say, else what an admin chose, else
//! nobody.

mod handlers;
mod policy;
#[cfg(test)]
mod tests;

pub use handlers::routes;
pub use policy::{OFFERED, allowed, choose, current};
pub use policy::{parse_offered, store, word};
