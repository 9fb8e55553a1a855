//! `/api/v1/tenants`.

use std::collections::BTreeMap;

use axum::extract::State;
use model::{PlanName, Quotas, Standing, TenantId, TenantRole, Timestamp};
use serde::Serialize;

use super::usage::{self, NoticeView, QuotaUse};
use crate::app::App;
use crate::http::acting::{Acting, Guest};
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::plans::Value;
use crate::store::{QuotaException, Sent, Span, Tenant, TenantAccess, TenantState};

/// Owns `/api/v1/tenants` and `/api/v1/tenants/{tenant}/usage`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/tenants", Guard::LoggedIn, list),
        Route::get(
            "/api/v1/tenants/{tenant}/usage",
            Guard::Tenant(TenantRole::Guest),
            usage,
        ),
    ]
}

/// What keeps running for a tenant, as the API shows it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct StateView {
    standing: Standing,
    #[serde(skip_serializing_if = "String::is_empty")]
    standing_reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing_since: Option<String>,
    /// When the tenant is erased, if it is being deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    erase_after: Option<String>,
}

impl From<&TenantState> for StateView {
    fn from(state: &TenantState) -> Self {
        Self {
            standing: state.in_force(),
            standing_reason: state.reason.clone(),
            standing_since: state.since.map(Timestamp::to_rfc3339),
            erase_after: state.erase_after.map(Timestamp::to_rfc3339),
        }
    }
}

/// An exception from the plan, as the API shows it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ExceptionView {
    quota: &'static str,
    value: Value,
    reason: String,
    since: String,
    until: Option<String>,
}

impl From<&QuotaException> for ExceptionView {
    fn from(exception: &QuotaException) -> Self {
        Self {
            quota: exception.quota.name,
            value: Value::of(exception.quota, exception.value),
            reason: exception.reason.clone(),
            since: exception.since.to_rfc3339(),
            until: exception.until.map(Timestamp::to_rfc3339),
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
struct TenantView {
    tenant_id: TenantId,
    slug: String,
    name: String,
    plan: PlanName,
    #[serde(flatten)]
    state: StateView,
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
            state: StateView::from(&tenant.state),
            role: access.role,
            created_at: tenant.created_at.to_rfc3339(),
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
struct Tenants {
    tenants: Vec<TenantView>,
}

async fn list(State(app): State<App>, caller: Caller) -> Result<axum::Json<Tenants>, Problem> {
    let mut work = app.store.begin_read().await?;
    let tenants = work
        .tenants()
        .list_for(caller.account().id, app.now())
        .await?;
    let tenants = tenants.into_iter().map(TenantView::from).collect();
    Ok(axum::Json(Tenants { tenants }))
}

#[derive(Serialize, schemars::JsonSchema)]
struct Usage {
    tenant_id: TenantId,
    plan: PlanName,
    #[serde(flatten)]
    state: StateView,
    /// The limits in force: the plan's with the exceptions.
    limits: BTreeMap<&'static str, Value>,
    exceptions: Vec<ExceptionView>,
    quotas: Vec<QuotaUse>,
    /// Quotas that are nearly or fully used.
    notices: Vec<NoticeView>,
    /// What was sent this UTC day and month.
    today: SentView,
    this_month: SentView,
}

#[derive(Serialize, schemars::JsonSchema)]
struct SentView {
    from: String,
    to: String,
    messages: u64,
    bytes: u64,
}

impl From<(Span, Sent)> for SentView {
    fn from((span, sent): (Span, Sent)) -> Self {
        Self {
            from: span.from.to_rfc3339(),
            to: span.to.to_rfc3339(),
            messages: sent.messages,
            bytes: sent.bytes,
        }
    }
}

async fn usage(
    State(app): State<App>,
    acting: Acting<Guest, Tenant>,
) -> Result<axum::Json<Usage>, Problem> {
    let usage = usage::usage(&app, &acting).await?;
    Ok(axum::Json(Usage {
        tenant_id: acting.tenant().id,
        plan: usage.entitlement.plan.name.clone(),
        state: StateView::from(&acting.tenant().state),
        limits: limits(&usage.entitlement.quotas()),
        exceptions: usage
            .entitlement
            .exceptions
            .iter()
            .map(ExceptionView::from)
            .collect(),
        quotas: usage.quotas,
        notices: usage.notices.iter().map(NoticeView::from).collect(),
        today: usage.today.into(),
        this_month: usage.month.into(),
    }))
}

fn limits(quotas: &Quotas) -> BTreeMap<&'static str, Value> {
    let all = quotas.list();
    all.map(|(quota, number)| (quota.name, Value::of(quota, number)))
        .collect()
}
