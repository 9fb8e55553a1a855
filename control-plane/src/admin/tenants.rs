//! `GET /api/v1/admin/tenants`: every tenant, found by anything.

use axum::extract::State;
use model::{TenantId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::http::caller::ServiceAdmin;
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::{SEARCH_WORDS, Search, TenantSummary};
use crate::tenants::StateView;

/// Tenants on one page.
const PAGE: u32 = 50;

/// Owns `/api/v1/admin/tenants`.
pub(super) fn routes() -> Vec<Route> {
    let path = "/api/v1/admin/tenants";
    vec![Route::get(path, Guard::ServiceAdmin, list)]
}

/// What is looked for, and where the list continues.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Words that begin something the tenant is known by.
    #[serde(default)]
    pub query: String,
    cursor: Option<String>,
}

/// One page of tenants.
pub struct Found {
    /// The tenants, newest first.
    pub tenants: Vec<TenantSummary>,
    /// Where the list continues, if it does.
    pub next: Option<TenantId>,
}

/// One page of what is looked for.
pub async fn find(app: &App, _admin: &ServiceAdmin, asked: &Asked) -> Result<Found, Problem> {
    let search = Search::of(&asked.query).ok_or_else(|| Problem::Invalid {
        field: "query",
        why: format!("has more than {SEARCH_WORDS} words"),
    })?;
    let after = asked.cursor.as_deref().map(str::parse).transpose();
    let after: Option<TenantId> = after.map_err(|_| {
        Problem::Malformed(
            "The cursor is none; use the one from `next` of the page before.".to_owned(),
        )
    })?;
    let mut work = app.store.begin_read().await?;
    // One more than shown tells whether there is another page.
    let limit = PAGE + 1;
    let mut tenants = work
        .directory()
        .page(&search, after, limit, app.now())
        .await?;
    let shown = PAGE as usize;
    let more = tenants.len() > shown;
    tenants.truncate(shown);
    let next = tenants.last().filter(|_| more).map(|last| last.tenant.id);
    Ok(Found { tenants, next })
}

#[derive(Serialize, schemars::JsonSchema)]
struct SummaryView {
    tenant_id: TenantId,
    slug: String,
    name: String,
    owner: String,
    plan: String,
    #[serde(flatten)]
    state: StateView,
    houses: u64,
    /// How many quotas are not as the plan says.
    exceptions: u64,
    last_seen: Option<String>,
    created_at: String,
}

impl From<&TenantSummary> for SummaryView {
    fn from(summary: &TenantSummary) -> Self {
        let tenant = &summary.tenant;
        Self {
            tenant_id: tenant.id,
            slug: tenant.slug.to_string(),
            name: tenant.name.to_string(),
            owner: summary.owner.to_string(),
            plan: tenant.plan.to_string(),
            state: StateView::from(&tenant.state),
            houses: summary.houses,
            exceptions: summary.exceptions,
            last_seen: summary.last_seen.map(Timestamp::to_rfc3339),
            created_at: tenant.created_at.to_rfc3339(),
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
struct Tenants {
    tenants: Vec<SummaryView>,
    next: Option<String>,
}

async fn list(
    State(app): State<App>,
    admin: ServiceAdmin,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Tenants>, Problem> {
    let found = find(&app, &admin, &asked).await?;
    Ok(axum::Json(Tenants {
        tenants: found.tenants.iter().map(SummaryView::from).collect(),
        next: found.next.map(|id| id.to_string()),
    }))
}
