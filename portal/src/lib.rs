//! The portal's pages: handlers that fill the structs of `web` by the services
//! of the control plane, as the API does. Every form works without JavaScript:
//! POST, redirect, GET; a form with a fault comes back with what was typed and
//! a sentence at the field.
//!
//! It must never know SQL, and decide nothing: what is allowed is said by the
//! services.
//!
//! | module | addresses |
//! |---|---|
//! | [`landing`] | `/` |
//! | [`api`] | `/api` |
//! | [`setup`] | `/setup` |
//! | [`sign_up`] | `/sign-up`, `/verify` |
//! | [`log_in`] | `/log-in`, `/log-out` |
//! | [`password_reset`] | `/forgot-password`, `/reset-password` |
//! | [`overview`] | `/houses` |
//! | [`houses`] | `/houses/new` |
//! | [`history`] | sparklines, days, what a span of a sensor comes to |
//! | [`house`] | `/houses/{house}`, adding a sensor that it offers |
//! | [`connect`] | `/houses/{house}/connect` |
//! | [`credentials`] | the forms for credentials on it |
//! | [`sensor`] | `/houses/{house}/sensors/{*sensor}` |
//! | [`refusals`] | `/houses/{house}/refusals` |
//! | [`usage`] | `/tenants/{tenant}/usage`, `/tenants/{tenant}/refusals` |
//! | [`members`] | `/tenants/{tenant}/members` and the forms on it |
//! | [`invitation`] | `/invitation` |
//! | [`account`] | `/account`, `/confirm-address` |
//! | [`passkeys`] | `/account/passkeys`, `/log-in/passkey` |
//! | [`leaving`] | `/account/export`, `/account/delete`, `/tenants/{tenant}/delete`, `/log-in/keep` |
//! | [`sessions`] | `/account/sessions` |
//! | [`admin`] | `/admin/tenants`, `/admin/plans`, `/admin/health`, `/admin/deletions` |
//! | [`audit`] | `/tenants/{tenant}/audit`, `/admin/audit` |
//! | [`support`] | `/tenants/{tenant}/support`, `/admin/tenants/{tenant}/support` |
//! | [`two_factor`] | `/account/two-factor` |
//! | [`api_tokens`] | `/account/tokens` |
//! | [`assets`] | `/static/…` |
//! | [`problem`] | any address that failed |

mod account;
mod admin;
mod api;
mod api_tokens;
mod assets;
mod audit;
mod connect;
mod credentials;
mod history;
mod house;
mod houses;
mod invitation;
mod landing;
mod leaving;
mod log_in;
mod members;
mod overview;
mod passkeys;
mod password_reset;
mod problem;
mod reading;
mod refusals;
mod render;
mod sensor;
mod sessions;
mod setup;
mod sign_up;
mod support;
#[cfg(test)]
mod tests;
mod two_factor;
mod usage;

use control_plane::Pages;
use control_plane::http::route::Route;

/// The pages, as the control plane takes them.
#[must_use]
pub const fn pages() -> Pages {
    Pages {
        routes,
        problem: problem::render,
    }
}

/// Every page.
fn routes() -> Vec<Route> {
    [
        landing::routes(),
        api::routes(),
        setup::routes(),
        sign_up::routes(),
        log_in::routes(),
        password_reset::routes(),
        overview::routes(),
        houses::routes(),
        house::routes(),
        connect::routes(),
        credentials::routes(),
        sensor::routes(),
        refusals::routes(),
        usage::routes(),
        members::routes(),
        invitation::routes(),
        account::routes(),
        passkeys::routes(),
        leaving::routes(),
        sessions::routes(),
        api_tokens::routes(),
        admin::routes(),
        audit::routes(),
        support::routes(),
        two_factor::routes(),
        assets::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
