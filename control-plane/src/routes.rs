//! The table of all routes of API and probes. What is neither in it nor among
//! the pages does not exist.

use crate::http::route::Route;
use crate::{
    accounts, admin, api_tokens, bus_tokens, credentials, health, houses, password_reset,
    plans, refusals, sensors, sessions, sign_up, standing, tenants, tokens,
};

/// Every route but the pages.
pub fn all() -> Vec<Route> {
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
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests;
