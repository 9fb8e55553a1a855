//! `/api/v1/accounts`.

use axum::extract::State;
use http::StatusCode;
use model::{AccountId, EmailAddress, TenantId};
use serde::{Deserialize, Serialize};

use super::{details::Details, own_handlers, service};
use crate::app::App;
use crate::http::client_address::ClientAddress;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};

/// Owns `/api/v1/accounts` and what is below.
pub fn routes() -> Vec<Route> {
    let mut routes = own_handlers::routes();
    routes.extend([
        Route::post("/api/v1/accounts", Guard::Public, sign_up),
        Route::post("/api/v1/accounts/verify", Guard::Public, verify),
        Route::post(
            "/api/v1/accounts/verify/resend",
            Guard::Public,
            send_link_again,
        ),
    ]);
    routes
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct SignUp {
    email: String,
    password: String,
    name: String,
}

#[derive(Serialize, schemars::JsonSchema)]
struct SignedUp {
    account_id: AccountId,
    tenant_id: TenantId,
}

async fn sign_up(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<SignUp>,
) -> Result<(StatusCode, axum::Json<SignedUp>), Problem> {
    let details = Details {
        email: &body.email,
        name: &body.name,
        password: &body.password,
    };
    let made = service::sign_up(&app, from, details.check()?).await?;
    let answer = SignedUp {
        account_id: made.account,
        tenant_id: made.tenant,
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Verify {
    token: String,
}

async fn verify(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<Verify>,
) -> Result<StatusCode, Problem> {
    service::verify(&app, from, &body.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Again {
    email: String,
}

/// 202 whether or not there is anybody to mail it to.
async fn send_link_again(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<Again>,
) -> Result<StatusCode, Problem> {
    let email: EmailAddress = body.email.parse().map_err(|bad| Problem::email(&bad))?;
    service::send_link_again(&app, from, &email).await?;
    Ok(StatusCode::ACCEPTED)
}
