//! The table of all routes of API and probes. What is neither in it nor among
//! the pages does not exist.

use crate::http::route::Route;
use crate::openapi;
use crate::{
    account_export, accounts, admin, api_tokens, audit, bus_tokens, credentials, health, houses,
    invitations, members, passkeys, password_reset, plans, refusals, sensors, sessions, sign_up,
    standing, support, tenants, tokens, usage,
};

/// Every route but the pages.
pub fn all() -> Vec<Route> {
    [
        accounts::routes(),
        password_reset::routes(),
        passkeys::routes(),
        account_export::routes(),
        tokens::routes(),
        sessions::routes(),
        api_tokens::routes(),
        tenants::routes(),
        usage::routes(),
        houses::routes(),
        members::routes(),
        invitations::routes(),
        credentials::routes(),
        bus_tokens::routes(),
        sensors::routes(),
        refusals::routes(),
        sign_up::routes(),
        admin::routes(),
        plans::routes(),
        standing::routes(),
        audit::routes(),
        support::routes(),
        health::routes(),
        openapi::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
