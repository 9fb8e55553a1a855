//! `/api/v1/tokens`.

use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::service;
use crate::app::App;
use crate::http::client_address::ClientAddress;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::sessions::Attempt;

/// Owns `/api/v1/tokens` and what is below.
pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/tokens", Guard::Public, issue),
        Route::post("/api/v1/tokens/revoke", Guard::Public, revoke),
    ]
}

/// `{email, password, totp?}` or `{refresh_token}`.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LogIn")]
struct Wanted {
    email: Option<String>,
    password: Option<String>,
    /// A code of the authenticator app, or a recovery code.
    totp: Option<String>,
    refresh_token: Option<String>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    refresh_token: String,
}

async fn issue(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Json(wanted): Json<Wanted>,
) -> Result<axum::Json<Tokens>, Problem> {
    let issued = match (&wanted.email, &wanted.password, &wanted.refresh_token) {
        (Some(email), Some(password), None) => {
            let attempt = Attempt {
                from,
                email,
                password,
            };
            service::issue(&app, attempt, wanted.totp.as_deref()).await?
        }
        (None, None, Some(refresh)) => service::renew(&app, from, refresh).await?,
        _ => {
            return Err(Problem::Malformed(
                "Send either \"email\" and \"password\", or \"refresh_token\".".to_owned(),
            ));
        }
    };
    Ok(axum::Json(Tokens {
        access_token: issued.access.expose().to_owned(),
        token_type: "Bearer",
        expires_in: service::ACCESS_LASTS.as_secs(),
        refresh_token: issued.refresh.expose().to_owned(),
    }))
}

/// Whoever has a token may end it: no log-in is asked for.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Unwanted {
    token: String,
    /// Read and not needed: both kinds are looked for.
    #[serde(rename = "token_type_hint")]
    _kind: Option<String>,
}

async fn revoke(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<Unwanted>,
) -> Result<StatusCode, Problem> {
    service::revoke(&app, from, &body.token).await?;
    Ok(StatusCode::NO_CONTENT)
}
