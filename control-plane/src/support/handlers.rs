//! `/api/v1/tenants/{tenant}/support-access`, and what admins of the service
//! see and ask.

use axum::extract::State;
use http::StatusCode;
use model::{SupportId, SupportLevel, TenantId, TenantRole, Timestamp};
use serde::{Deserialize, Serialize};

use super::service::{self, Terms};
use crate::admin::OverTenant;
use crate::app::App;
use crate::http::acting::{Acting, Admin};
use crate::http::caller::ServiceAdmin;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::{SupportAccess, Tenant};

/// Owns `…/support-access` of tenants and admins.
pub fn routes() -> Vec<Route> {
    let (tenant, admin) = (Guard::Tenant(TenantRole::Admin), Guard::ServiceAdmin);
    let own = "/api/v1/tenants/{tenant}/support-access";
    let over = "/api/v1/admin/tenants/{tenant}/support-access";
    vec![
        Route::get(own, tenant, list),
        Route::post(own, tenant, offer),
        Route::post(
            "/api/v1/tenants/{tenant}/support-access/{access}/grant",
            tenant,
            grant,
        ),
        Route::delete(
            "/api/v1/tenants/{tenant}/support-access/{access}",
            tenant,
            end,
        ),
        Route::get("/api/v1/admin/support-access", admin, all),
        Route::get(over, admin, list_over),
        Route::post(over, admin, ask),
        Route::delete(
            "/api/v1/admin/tenants/{tenant}/support-access/{access}",
            admin,
            leave,
        ),
    ]
}

/// The id in the path, beside the tenant's.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
pub struct Which {
    /// Which one.
    pub access: SupportId,
}

#[derive(Serialize, schemars::JsonSchema)]
struct AccessView {
    access_id: SupportId,
    tenant_id: TenantId,
    /// `asked`, `active` or `over`.
    state: &'static str,
    level: SupportLevel,
    hours: i64,
    reason: String,
    /// Whether an admin of the service asked; otherwise it was offered.
    asked: bool,
    created_at: String,
    granted_at: Option<String>,
    ends_at: String,
    ended_at: Option<String>,
}

impl AccessView {
    fn of(access: &SupportAccess, now: Timestamp) -> Self {
        let state = if access.is_active(now) {
            "active"
        } else if access.is_asked(now) {
            "asked"
        } else {
            "over"
        };
        Self {
            access_id: access.id,
            tenant_id: access.tenant,
            state,
            level: access.level,
            hours: access.hours,
            reason: access.reason.clone(),
            asked: access.asked_by.is_some(),
            created_at: access.created_at.to_rfc3339(),
            granted_at: access.granted_at.map(Timestamp::to_rfc3339),
            ends_at: access.ends_at.to_rfc3339(),
            ended_at: access.ended_at.map(Timestamp::to_rfc3339),
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "SupportAccesses")]
struct Listed {
    support_access: Vec<AccessView>,
}

fn listed<'a>(app: &App, all: impl Iterator<Item = &'a SupportAccess>) -> axum::Json<Listed> {
    let now = app.now();
    axum::Json(Listed {
        support_access: all.map(|one| AccessView::of(one, now)).collect(),
    })
}

async fn list(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
) -> Result<axum::Json<Listed>, Problem> {
    let all = service::list(&app, &acting).await?;
    Ok(listed(&app, all.iter()))
}

async fn list_over(
    State(app): State<App>,
    over: OverTenant,
) -> Result<axum::Json<Listed>, Problem> {
    let all = service::list_over(&app, &over).await?;
    Ok(listed(&app, all.iter()))
}

async fn all(State(app): State<App>, admin: ServiceAdmin) -> Result<axum::Json<Listed>, Problem> {
    let all = service::all_active(&app, &admin).await?;
    Ok(listed(&app, all.iter().map(|(access, _)| access)))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewSupportAccess")]
struct Wanted {
    level: SupportLevel,
    hours: i64,
    #[serde(default)]
    reason: String,
}

impl From<Wanted> for Terms {
    fn from(wanted: Wanted) -> Self {
        Self {
            level: wanted.level,
            hours: wanted.hours,
            reason: wanted.reason,
        }
    }
}

async fn offer(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Json(wanted): Json<Wanted>,
) -> Result<(StatusCode, axum::Json<AccessView>), Problem> {
    let granted = service::offer(&app, &acting, &wanted.into()).await?;
    let view = AccessView::of(&granted, app.now());
    Ok((StatusCode::CREATED, axum::Json(view)))
}

async fn ask(
    State(app): State<App>,
    over: OverTenant,
    Json(wanted): Json<Wanted>,
) -> Result<(StatusCode, axum::Json<AccessView>), Problem> {
    let asked = service::ask(&app, &over, &wanted.into()).await?;
    let view = AccessView::of(&asked, app.now());
    Ok((StatusCode::CREATED, axum::Json(view)))
}

/// What of the question is granted; all of it where nothing is said.
#[derive(Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Granted {
    level: Option<SupportLevel>,
    hours: Option<i64>,
}

async fn grant(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path(Which { access }): Path<Which>,
    granted: Option<Json<Granted>>,
) -> Result<axum::Json<AccessView>, Problem> {
    let Granted { level, hours } = granted.map(|Json(granted)| granted).unwrap_or_default();
    let granted = service::grant(&app, &acting, access, level, hours).await?;
    Ok(axum::Json(AccessView::of(&granted, app.now())))
}

async fn end(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path(Which { access }): Path<Which>,
) -> Result<StatusCode, Problem> {
    service::end(&app, &acting, access).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn leave(
    State(app): State<App>,
    over: OverTenant,
    Path(Which { access }): Path<Which>,
) -> Result<StatusCode, Problem> {
    service::leave(&app, &over, access).await?;
    Ok(StatusCode::NO_CONTENT)
}
