//! The control plane with its pages, as browsers and programs meet it.

mod account;
mod api_tokens;
mod audit;
mod forms;
mod guessing;
mod language;
mod leaving;
mod members;
mod passkeys;
mod password_reset;
mod refusals;
mod routes;
mod sessions;
mod standing;
mod two_factor;
mod usage;

use control_plane::testing::World;
use platform::settings::SignUpPolicy;

/// With sign-up open, on plain HTTP.
pub(crate) async fn open() -> World {
    with(Some(SignUpPolicy::Open), "http://portal.test").await
}

/// With this policy, at this address.
pub(crate) async fn with(policy: Option<SignUpPolicy>, public_url: &str) -> World {
    World::with_pages(policy, public_url, crate::pages()).await
}
