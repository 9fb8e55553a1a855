//! `/api/v1/tenants/{tenant}/deletion`: an owner deletes their own tenant.

use axum::extract::State;
use http::{HeaderMap, StatusCode};
use model::TenantRole;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::own::{self, Owned};
use crate::app::App;
use crate::http::client_address::ClientAddress;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::sessions::Confirmation;

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/v1/tenants/{tenant}/deletion";
    let owner = Guard::Tenant(TenantRole::Owner);
    vec![
        Route::post(path, owner, delete),
        Route::delete(path, owner, keep),
    ]
}

/// The tenant's name, typed, and the password or a passkey's answer.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Typed {
    name: String,
    #[serde(default)]
    password: String,
    passkey: Option<Value>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Deleted {
    erase_after: String,
}

async fn delete(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    own: Owned,
    Json(typed): Json<Typed>,
) -> Result<(StatusCode, axum::Json<Deleted>), Problem> {
    let ceremony = app.cookie.read_ceremony(&headers);
    let passkey = typed.passkey.as_ref().map(Value::to_string);
    let proof = Confirmation {
        password: &typed.password,
        passkey: passkey.as_deref().unwrap_or_default(),
        ceremony: ceremony.as_deref(),
    };
    let at = own::delete(&app, from, &own, &typed.name, proof).await?;
    let answer = Deleted {
        erase_after: at.to_rfc3339(),
    };
    Ok((StatusCode::ACCEPTED, axum::Json(answer)))
}

async fn keep(State(app): State<App>, own: Owned) -> Result<StatusCode, Problem> {
    own::keep(&app, &own).await?;
    Ok(StatusCode::NO_CONTENT)
}
