//! `/api/v1/accounts/password-reset`.

use axum::extract::State;
use http::StatusCode;
use model::EmailAddress;
use serde::Deserialize;

use super::service;
use crate::app::App;
use crate::http::client_address::ClientAddress;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};

/// Owns `/api/v1/accounts/password-reset` and what is below.
pub fn routes() -> Vec<Route> {
    let path = "/api/v1/accounts/password-reset";
    let confirm = "/api/v1/accounts/password-reset/confirm";
    vec![
        Route::post(path, Guard::Public, request),
        Route::post(confirm, Guard::Public, choose),
    ]
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Forgotten {
    email: String,
}

async fn request(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<Forgotten>,
) -> Result<StatusCode, Problem> {
    let email: EmailAddress = body.email.parse().map_err(|bad| Problem::email(&bad))?;
    service::request(&app, from, &email).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChosenPassword")]
struct Chosen {
    token: String,
    password: String,
    /// Whether API tokens end as well; they do when nothing is said.
    #[serde(default = "yes")]
    revoke_api_tokens: bool,
}

const fn yes() -> bool {
    true
}

async fn choose(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<Chosen>,
) -> Result<StatusCode, Problem> {
    service::choose(
        &app,
        from,
        &body.token,
        &body.password,
        body.revoke_api_tokens,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
