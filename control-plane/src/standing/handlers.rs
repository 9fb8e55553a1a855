//! An admin's word on what keeps running for a tenant.

use axum::extract::State;
use http::StatusCode;
use model::Standing;
use serde::Deserialize;

use super::service;
use crate::admin::{OverTenant, TenantView};
use crate::app::App;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};

/// Owns what changes the standing below `/api/v1/admin/tenants/{tenant}`.
pub fn routes() -> Vec<Route> {
    let admin = Guard::ServiceAdmin;
    let mut routes = super::own_handlers::routes();
    routes.extend([
        Route::post("/api/v1/admin/tenants/{tenant}/suspend", admin, suspend),
        Route::post("/api/v1/admin/tenants/{tenant}/read-only", admin, read_only),
        Route::post("/api/v1/admin/tenants/{tenant}/resume", admin, resume),
        Route::delete("/api/v1/admin/tenants/{tenant}", admin, delete),
        Route::post("/api/v1/admin/tenants/{tenant}/undelete", admin, undelete),
    ]);
    routes
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Because {
    reason: String,
}

#[derive(Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

async fn stand(
    app: &App,
    over: &OverTenant,
    standing: Standing,
    reason: &str,
) -> Result<axum::Json<TenantView>, Problem> {
    service::put(app, over, standing, reason).await?;
    TenantView::fresh(app, over).await.map(axum::Json)
}

async fn suspend(
    State(app): State<App>,
    over: OverTenant,
    Json(because): Json<Because>,
) -> Result<axum::Json<TenantView>, Problem> {
    stand(&app, &over, Standing::Suspended, &because.reason).await
}

async fn read_only(
    State(app): State<App>,
    over: OverTenant,
    Json(because): Json<Because>,
) -> Result<axum::Json<TenantView>, Problem> {
    stand(&app, &over, Standing::ReadOnly, &because.reason).await
}

async fn resume(
    State(app): State<App>,
    over: OverTenant,
    _nothing: Option<Json<Nothing>>,
) -> Result<axum::Json<TenantView>, Problem> {
    stand(&app, &over, Standing::Active, "").await
}

async fn delete(
    State(app): State<App>,
    over: OverTenant,
) -> Result<(StatusCode, axum::Json<TenantView>), Problem> {
    service::delete(&app, &over).await?;
    let view = TenantView::fresh(&app, &over).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(view)))
}

async fn undelete(
    State(app): State<App>,
    over: OverTenant,
    _nothing: Option<Json<Nothing>>,
) -> Result<axum::Json<TenantView>, Problem> {
    service::undelete(&app, &over).await?;
    TenantView::fresh(&app, &over).await.map(axum::Json)
}
