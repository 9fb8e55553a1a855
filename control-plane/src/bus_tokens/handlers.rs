//! `POST /api/v1/houses/{house}/bus-token`.

use axum::extract::State;
use model::{BusRole, TenantRole};
use serde::{Deserialize, Serialize};

use super::service;
use crate::app::App;
use crate::http::acting::{Acting, Guest};
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::House;

/// Owns `/api/v1/houses/{house}/bus-token`.
pub fn routes() -> Vec<Route> {
    let path = "/api/v1/houses/{house}/bus-token";
    vec![Route::post(path, Guard::House(TenantRole::Guest), grant)]
}

#[derive(Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewBusToken")]
struct Wanted {
    role: Option<BusRole>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Granted {
    token: String,
    sender: String,
    ws_url: String,
    expires_in: u64,
}

async fn grant(
    State(app): State<App>,
    acting: Acting<Guest, House>,
    wanted: Option<Json<Wanted>>,
) -> Result<axum::Json<Granted>, Problem> {
    let Json(wanted) = wanted.unwrap_or_default();
    let granted = service::grant(&app, &acting, wanted.role)?;
    Ok(axum::Json(Granted {
        token: granted.token,
        sender: granted.sender,
        ws_url: app.portal.gateway.ws_url.to_string(),
        expires_in: granted.lasts.as_secs(),
    }))
}
