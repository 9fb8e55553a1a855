//! The portal's pages: handlers that fill the structs of `web`. Every form
//! works without JavaScript: POST, redirect, GET; a form with a fault comes
//! back with what was typed and a sentence at the field.
//!
//! | module | addresses |
//! |---|---|
//! | [`landing`] | `/` |
//! | [`setup`] | `/setup` |
//! | [`sign_up`] | `/sign-up`, `/verify` |
//! | [`log_in`] | `/log-in`, `/log-out` |
//! | [`password_reset`] | `/forgot-password`, `/reset-password` |
//! | [`houses`] | `/houses`, `/houses/new` |
//! | [`house`] | `/houses/{house}`, adding a sensor that it offers |
//! | [`connect`] | `/houses/{house}/connect`, credentials |
//! | [`sensor`] | `/houses/{house}/sensors/{*sensor}` |
//! | [`refusals`] | `/houses/{house}/refusals` |
//! | [`account`] | `/account`, `/confirm-address`, `/admin/sign-up` |
//! | [`sessions`] | `/account/sessions` |
//! | [`admin`] | `/admin/tenants`, `/admin/plans`, `/admin/health`, `/admin/deletions` |
//! | [`two_factor`] | `/account/two-factor` |
//! | [`api_tokens`] | `/account/tokens` |
//! | [`assets`] | `/static/…` |
//! | [`problem`] | any address that failed |

pub(crate) mod account;
mod admin;
pub(crate) mod api_tokens;
pub(crate) mod assets;
pub(crate) mod connect;
pub(crate) mod house;
pub(crate) mod houses;
pub(crate) mod landing;
pub(crate) mod log_in;
pub(crate) mod password_reset;
pub(crate) mod problem;
pub(crate) mod reading;
pub(crate) mod refusals;
pub(crate) mod render;
pub(crate) mod sensor;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod sign_up;
#[cfg(test)]
mod tests;
pub(crate) mod two_factor;

use crate::health;
use crate::http::route::Route;

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [
        landing::routes(),
        setup::routes(),
        sign_up::routes(),
        log_in::routes(),
        password_reset::routes(),
        houses::routes(),
        house::routes(),
        connect::routes(),
        sensor::routes(),
        refusals::routes(),
        account::routes(),
        sessions::routes(),
        api_tokens::routes(),
        admin::routes(),
        two_factor::routes(),
        assets::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether `path` is read by machines although it is not below `/api/`.
pub(crate) fn is_probe(path: &str) -> bool {
    health::PATHS.contains(&path)
}
