//! `/api/v1/admin/plans`, and a tenant's plan and exceptions.

use std::collections::BTreeMap;

use axum::extract::State;
use http::StatusCode;
use model::{DisplayName, PlanName, Timestamp};
use serde::{Deserialize, Serialize};

use super::service::{self, Grounds, PlanChange};
use super::value::Value;
use crate::admin::{OverTenant, TenantView};
use crate::app::App;
use crate::http::caller::ServiceAdmin;
use crate::http::extract::{Json, Path, Query};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::PlanRecord;

/// Owns `/api/v1/admin/plans`, `/api/v1/admin/tenants/{tenant}/quotas` and
/// `/api/v1/admin/tenants/{tenant}/plan`.
pub fn routes() -> Vec<Route> {
    let admin = Guard::ServiceAdmin;
    vec![
        Route::get("/api/v1/admin/plans", admin, list),
        Route::put("/api/v1/admin/plans/{plan}", admin, put),
        Route::put("/api/v1/admin/tenants/{tenant}/plan", admin, assign),
        Route::put("/api/v1/admin/tenants/{tenant}/quotas", admin, except),
    ]
}

/// A plan as the API shows it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct PlanView {
    plan: PlanName,
    title: String,
    quotas: BTreeMap<&'static str, Value>,
    /// When an admin last changed it; absent for one that is as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_at: Option<String>,
}

impl PlanView {
    pub fn new(plan: &PlanRecord) -> Self {
        let quotas = plan.quotas.list();
        Self {
            plan: plan.name.clone(),
            title: plan.title.to_string(),
            quotas: quotas
                .map(|(quota, number)| (quota.name, Value::of(quota, number)))
                .collect(),
            changed_at: (plan.changed_at.0 > 0).then(|| plan.changed_at.to_rfc3339()),
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
struct Counted {
    #[serde(flatten)]
    plan: PlanView,
    /// How many tenants are on it.
    tenants: u64,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Plans {
    plans: Vec<Counted>,
}

async fn list(State(app): State<App>, admin: ServiceAdmin) -> Result<axum::Json<Plans>, Problem> {
    let plans = service::list(&app, &admin).await?;
    let counted = |(plan, tenants): &(PlanRecord, u64)| Counted {
        plan: PlanView::new(plan),
        tenants: *tenants,
    };
    Ok(axum::Json(Plans {
        plans: plans.iter().map(counted).collect(),
    }))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    title: Option<DisplayName>,
    #[serde(default)]
    quotas: BTreeMap<String, Value>,
}

async fn put(
    State(app): State<App>,
    admin: ServiceAdmin,
    Path(name): Path<PlanName>,
    Json(written): Json<Written>,
) -> Result<(StatusCode, axum::Json<PlanView>), Problem> {
    let change = PlanChange {
        title: written.title,
        quotas: written.quotas,
    };
    let (plan, is_new) = service::put(&app, &admin, name, change).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, axum::Json(PlanView::new(&plan))))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChosenPlan")]
struct Chosen {
    plan: PlanName,
}

async fn assign(
    State(app): State<App>,
    over: OverTenant,
    Json(chosen): Json<Chosen>,
) -> Result<axum::Json<TenantView>, Problem> {
    service::assign(&app, &over, &chosen.plan).await?;
    TenantView::fresh(&app, &over).await.map(axum::Json)
}

/// Why and until when, beside the quotas of the body.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Beside {
    #[serde(default)]
    reason: String,
    until: Option<String>,
}

async fn except(
    State(app): State<App>,
    over: OverTenant,
    Query(beside): Query<Beside>,
    Json(wanted): Json<BTreeMap<String, Option<Value>>>,
) -> Result<axum::Json<TenantView>, Problem> {
    let until = beside.until.as_deref().map(moment).transpose()?;
    let grounds = Grounds {
        reason: beside.reason,
        until,
    };
    service::except(&app, &over, &wanted, grounds).await?;
    TenantView::fresh(&app, &over).await.map(axum::Json)
}

fn moment(text: &str) -> Result<Timestamp, Problem> {
    Timestamp::from_rfc3339(text).ok_or_else(|| Problem::Invalid {
        field: "until",
        why: "must be a date and time as in 2027-01-31T00:00:00Z".to_owned(),
    })
}
