//! Who may sign up: what the settings say, else what an admin chose, else
//! nobody; and who waits for an admin after that.

pub mod approval;
mod approval_handlers;
mod handlers;
mod policy;
#[cfg(test)]
mod tests;

use crate::http::route::Route;

pub use policy::{allowed, choose, current};
pub use policy::{parse_chosen, store, word};

/// Owns `/api/v1/admin/settings/sign-up` and `/api/v1/admin/sign-ups`.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = handlers::routes();
    routes.extend(approval_handlers::routes());
    routes
}
