//! `/api/v1/admin/settings/sign-up`.

use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::policy;
use crate::app::App;
use crate::http::caller::ServiceAdmin;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};

/// Owns `/api/v1/admin/settings/sign-up`.
pub fn routes() -> Vec<Route> {
    const PATH: &str = "/api/v1/admin/settings/sign-up";
    vec![
        Route::get(PATH, Guard::ServiceAdmin, read),
        Route::put(PATH, Guard::ServiceAdmin, write),
    ]
}

#[derive(Serialize, schemars::JsonSchema)]
struct Setting {
    policy: &'static str,
}

async fn read(
    State(app): State<App>,
    _admin: ServiceAdmin,
) -> Result<axum::Json<Setting>, Problem> {
    let mut work = app.store.begin_read().await?;
    let policy = policy::word(policy::current(&app, &mut work).await?);
    Ok(axum::Json(Setting { policy }))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SignUpPolicy")]
struct Chosen {
    policy: String,
}

async fn write(
    State(app): State<App>,
    admin: ServiceAdmin,
    Json(chosen): Json<Chosen>,
) -> Result<StatusCode, Problem> {
    let policy = policy::parse_chosen(&chosen.policy)?;
    policy::choose(&app, &admin, policy).await?;
    Ok(StatusCode::NO_CONTENT)
}
