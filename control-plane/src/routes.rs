//! The table of all routes. What is not in it does not exist.

use crate::http::route::Route;
use crate::{
    accounts, admin, api_tokens, bus_tokens, credentials, health, houses, pages, password_reset,
    plans, refusals, sensors, sessions, sign_up, standing, tenants, tokens,
};

/// Every route of the control plane.
pub(crate) fn all() -> Vec<Route> {
    [
        accounts::routes(),
        password_reset::routes(),
        tokens::routes(),
        sessions::routes(),
        api_tokens::routes(),
        tenants::routes(),
        houses::routes(),
        credentials::routes(),
        bus_tokens::routes(),
        sensors::routes(),
        refusals::routes(),
        sign_up::routes(),
        admin::routes(),
        plans::routes(),
        standing::routes(),
        health::routes(),
        pages::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests;
