//! `/api/v1/tenants`.

use axum::extract::State;
use model::{Plan, Standing, TenantId, TenantRole};
use serde::Serialize;

use super::usage::{self, QuotaUse};
use crate::app::App;
use crate::http::acting::{Acting, Guest};
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::{Tenant, TenantAccess};

/// Owns `/api/v1/tenants` and `/api/v1/tenants/{tenant}/usage`.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/tenants", Guard::LoggedIn, list),
        Route::get(
            "/api/v1/tenants/{tenant}/usage",
            Guard::Tenant(TenantRole::Guest),
            usage,
        ),
    ]
}

#[derive(Serialize)]
struct TenantView {
    tenant_id: TenantId,
    slug: String,
    name: String,
    plan: Plan,
    standing: Standing,
    /// The caller's role.
    role: TenantRole,
    created_at: String,
}

impl From<TenantAccess> for TenantView {
    fn from(access: TenantAccess) -> Self {
        let tenant = access.tenant;
        Self {
            tenant_id: tenant.id,
            slug: tenant.slug.to_string(),
            name: tenant.name.to_string(),
            plan: tenant.plan,
            standing: tenant.standing,
            role: access.role,
            created_at: tenant.created_at.to_rfc3339(),
        }
    }
}

#[derive(Serialize)]
struct Tenants {
    tenants: Vec<TenantView>,
}

async fn list(State(app): State<App>, caller: Caller) -> Result<axum::Json<Tenants>, Problem> {
    let mut work = app.store.begin_read().await?;
    let tenants = work.tenants().list_for(caller.account().id).await?;
    let tenants = tenants.into_iter().map(TenantView::from).collect();
    Ok(axum::Json(Tenants { tenants }))
}

#[derive(Serialize)]
struct Usage {
    tenant_id: TenantId,
    plan: Plan,
    quotas: Vec<QuotaUse>,
}

async fn usage(
    State(app): State<App>,
    acting: Acting<Guest, Tenant>,
) -> Result<axum::Json<Usage>, Problem> {
    let quotas = usage::usage(&app, &acting).await?;
    Ok(axum::Json(Usage {
        tenant_id: acting.tenant().id,
        plan: acting.tenant().plan,
        quotas,
    }))
}
