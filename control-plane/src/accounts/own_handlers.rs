//! `/api/v1/account`: the caller's own account.

use axum::extract::State;
use http::StatusCode;
use model::EmailAddress;
use serde::Deserialize;

use super::{address, password};
use crate::app::App;
use crate::http::caller::Person;
use crate::http::client_address::ClientAddress;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};

/// Owns `/api/v1/account` and `/api/v1/accounts/email`.
pub(super) fn routes() -> Vec<Route> {
    let confirm = "/api/v1/accounts/email/confirm";
    vec![
        Route::put("/api/v1/account/password", Guard::LoggedIn, change_password),
        Route::put("/api/v1/account/email", Guard::LoggedIn, ask_for_address),
        Route::post(confirm, Guard::Public, confirm_address),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Passwords {
    current: String,
    new: String,
}

async fn change_password(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    caller: Person,
    Json(body): Json<Passwords>,
) -> Result<StatusCode, Problem> {
    password::change_password(&app, from, &caller, &body.current, &body.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    email: String,
    password: String,
}

/// 202: it is the account's address once the mailed link was used.
async fn ask_for_address(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    caller: Person,
    Json(body): Json<Address>,
) -> Result<StatusCode, Problem> {
    let new: EmailAddress = body.email.parse().map_err(|bad| Problem::email(&bad))?;
    address::ask_for_address(&app, from, &caller, &new, &body.password).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    token: String,
}

async fn confirm_address(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<Link>,
) -> Result<StatusCode, Problem> {
    address::confirm_address(&app, from, &body.token).await?;
    Ok(StatusCode::NO_CONTENT)
}
