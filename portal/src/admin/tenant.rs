//! `/admin/tenants/{tenant}` and the forms on it.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{PlanName, Quota, Standing, TenantRole, Timestamp};
use serde::Deserialize;
use web::page::admin::{HouseRow, MemberRow, PlanOption, QuotaRow, StandingSign, TenantPage};
use web::page::quota_title;
use web::{Section, Text, words};

use super::{Clock, shell};
use crate::render;
use control_plane::admin::{Details, OverTenant, details};
use control_plane::app::App;
use control_plane::http::extract::{Form, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::plans::service::{self, Grounds};
use control_plane::plans::{self, Value};
use control_plane::standing;
use control_plane::store::{Entitlement, House, HousePresence, Reach};

pub(super) fn routes() -> Vec<Route> {
    let admin = Guard::ServiceAdmin;
    vec![
        Page::get("/admin/tenants/{tenant}", admin, show),
        Page::post("/admin/tenants/{tenant}/plan", admin, assign),
        Page::post("/admin/tenants/{tenant}/quotas", admin, except),
        Page::post("/admin/tenants/{tenant}/standing", admin, stand),
        Page::post("/admin/tenants/{tenant}/delete", admin, delete),
        Page::post("/admin/tenants/{tenant}/undelete", admin, undelete),
    ]
}

async fn show(
    State(app): State<App>,
    over: OverTenant,
    Query(arrival): Query<render::Arrival>,
) -> Result<Response, Problem> {
    let clock = Clock::of(&app)?;
    let details = details(&app, &over).await?;
    let all = plans::service::list(&app, over.admin()).await?;
    let (tenant, entitlement) = (&details.tenant, &details.entitlement);
    let state = &tenant.state;
    let quotas = Quota::ALL.iter();
    let houses = details.houses.iter();
    render::page(&TenantPage {
        shell: shell(over.admin(), Section::AdminTenants, &arrival),
        id: tenant.id.to_string(),
        slug: tenant.slug.to_string(),
        name: tenant.name.to_string(),
        standing: StandingSign::new(state.standing, state.erase_after.is_some()),
        active: state.standing == Standing::Active,
        reason: state.reason.clone(),
        erased_at: state.erase_after.map(|at| clock.told(at)),
        created: clock.moment(tenant.created_at),
        last_seen: details.last_seen().map(|at| clock.moment(at)),
        plans: all
            .iter()
            .map(|(plan, _)| PlanOption {
                name: plan.name.to_string(),
                title: plan.title.to_string(),
                chosen: plan.name == tenant.plan,
            })
            .collect(),
        quotas: quotas
            .map(|quota| row(&clock, &details, entitlement, quota))
            .collect(),
        days: crate::usage::columns_of_days(&details.history),
        month: words::count(details.month.messages),
        houses: houses
            .map(|(house, presence)| house_row(&clock, house, presence.as_ref()))
            .collect(),
        members: details
            .members
            .iter()
            .map(|member| MemberRow {
                name: member.name.to_string(),
                email: member.email.to_string(),
                role: roles(&member.reach),
            })
            .collect(),
    })
}

/// What somebody may do, each role once.
fn roles(reach: &Reach) -> Text {
    let roles: BTreeSet<TenantRole> = reach.roles().collect();
    let words = roles
        .into_iter()
        .map(|role| Text::one_of("role", role.as_str()));
    Text::joined(words, ", ")
}

fn row(
    clock: &Clock,
    details: &Details,
    entitlement: &Entitlement,
    quota: &'static Quota,
) -> QuotaRow {
    let exception = entitlement.exception(quota);
    let allowed = entitlement.quotas().get(quota);
    let used = details.used(quota);
    let planned = words::quota(quota, entitlement.plan.quotas.get(quota));
    QuotaRow {
        name: quota.name,
        title: quota_title(quota.name),
        allowed: words::quota(quota, allowed),
        used: used
            .map(|used| words::used(quota, used))
            .unwrap_or_default(),
        over: used.is_some_and(|used| used > allowed),
        instead_of: exception.map(|_| planned),
        reason: exception.map_or(String::new(), |one| one.reason.clone()),
        until: exception
            .and_then(|one| one.until)
            .map(|at| clock.told(at))
            .unwrap_or_default(),
    }
}

fn house_row(clock: &Clock, house: &House, presence: Option<&HousePresence>) -> HouseRow {
    let clients = presence.map_or(0, |presence| presence.clients.len() as u64);
    let last_seen = presence.and_then(|presence| presence.last_seen);
    HouseRow {
        id: house.id.to_string(),
        name: house.name.to_string(),
        hosting: Text::one_of("hosting", house.hosting.as_str()),
        clients: words::count(clients),
        last_seen: last_seen.map(|at| clock.moment(at)),
    }
}

fn back(over: &OverTenant) -> Response {
    let page = web::routes::admin_tenant(&over.tenant().id.to_string());
    Redirect::to(&format!("{page}?done=saved")).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChosenPlan {
    plan: String,
}

async fn assign(
    State(app): State<App>,
    over: OverTenant,
    Form(chosen): Form<ChosenPlan>,
) -> Result<Response, Problem> {
    let plan: PlanName = chosen.plan.parse().map_err(|_| Problem::Invalid {
        field: "plan",
        why: "is none of this service".to_owned(),
    })?;
    service::assign(&app, &over, &plan).await?;
    Ok(back(&over))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TypedException {
    quota: String,
    value: String,
    until: String,
    reason: String,
    r#do: String,
}

impl TypedException {
    /// The value to allow; `None` ends the exception.
    fn value(&self) -> Result<Option<Value>, Problem> {
        if self.r#do == "end" {
            return Ok(None);
        }
        let value = Value::from_typed(&self.value).ok_or_else(|| Problem::Invalid {
            field: "value",
            why: "must be a whole number, or unlimited".to_owned(),
        })?;
        Ok(Some(value))
    }

    /// The beginning, in UTC, of the day that was typed; `None` for none.
    fn until(&self) -> Result<Option<Timestamp>, Problem> {
        if self.until.is_empty() {
            return Ok(None);
        }
        Timestamp::from_rfc3339(&format!("{}T00:00:00Z", self.until))
            .map(Some)
            .ok_or_else(|| Problem::Invalid {
                field: "until",
                why: "must be a day as in 2027-01-31".to_owned(),
            })
    }
}

async fn except(
    State(app): State<App>,
    over: OverTenant,
    Form(typed): Form<TypedException>,
) -> Result<Response, Problem> {
    let grounds = Grounds {
        until: typed.until()?,
        reason: typed.reason.clone(),
    };
    let wanted = BTreeMap::from([(typed.quota.clone(), typed.value()?)]);
    service::except(&app, &over, &wanted, grounds).await?;
    Ok(back(&over))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChosenStanding {
    standing: Standing,
    #[serde(default)]
    reason: String,
}

async fn stand(
    State(app): State<App>,
    over: OverTenant,
    Form(chosen): Form<ChosenStanding>,
) -> Result<Response, Problem> {
    // The reason of what is over says nothing any more.
    let reason = match chosen.standing {
        Standing::Active => "",
        Standing::ReadOnly | Standing::Suspended => &chosen.reason,
    };
    standing::service::put(&app, &over, chosen.standing, reason).await?;
    Ok(back(&over))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Confirmed {
    confirm: String,
}

async fn delete(
    State(app): State<App>,
    over: OverTenant,
    Form(typed): Form<Confirmed>,
) -> Result<Response, Problem> {
    let slug = over.tenant().slug.as_str();
    if typed.confirm.trim() != slug {
        return Err(Problem::Invalid {
            field: "confirm",
            why: format!("must be {slug}: type it to delete the tenant"),
        });
    }
    standing::service::delete(&app, &over).await?;
    Ok(back(&over))
}

async fn undelete(State(app): State<App>, over: OverTenant) -> Result<Response, Problem> {
    standing::service::undelete(&app, &over).await?;
    Ok(back(&over))
}
