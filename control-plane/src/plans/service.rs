//! Reading and changing plans and exceptions.

use std::collections::BTreeMap;

use model::{AuditAction, DisplayName, PlanName, Quota, Quotas, TenantId, Timestamp};

use super::value::Value;
use crate::admin::OverTenant;
use crate::app::App;
use crate::audit::{Audited, Note};
use crate::http::caller::ServiceAdmin;
use crate::http::problem::Problem;
use crate::store::{Entitlement, PlanRecord, QuotaException, StoreError, Work};

/// Longest reason of an exception or a standing, in characters.
pub const REASON_CHARS: usize = 500;

/// What a tenant is allowed now: its plan, and exceptions from it.
pub async fn entitlement(
    work: &mut Work,
    tenant: TenantId,
    now: Timestamp,
) -> Result<Entitlement, Problem> {
    let found = work.plans().entitlement(tenant, now).await?;
    found.ok_or(Problem::NotFound { what: "tenant" })
}

/// The limits in force for a tenant now.
pub async fn quotas(work: &mut Work, tenant: TenantId, now: Timestamp) -> Result<Quotas, Problem> {
    Ok(entitlement(work, tenant, now).await?.quotas())
}

/// Every plan with the number of its tenants, by name.
pub async fn list(app: &App, _admin: &ServiceAdmin) -> Result<Vec<(PlanRecord, u64)>, Problem> {
    let mut work = app.store.begin_read().await?;
    Ok(work.plans().list().await?)
}

/// What becomes of a plan. For one that is there, absent parts stay; a new one
/// needs all of them.
#[derive(Clone, Debug, Default)]
pub struct PlanChange {
    /// What people call it; a new plan without one is called by its name.
    pub title: Option<DisplayName>,
    /// What it gives, by the quotas' names.
    pub quotas: BTreeMap<String, Value>,
}

/// Adds a plan or changes it; returns it, and whether it is new. All its
/// tenants feel a change within a second.
#[tracing::instrument(name = "plan.put", skip_all, fields(plan = %name))]
pub async fn put(
    app: &App,
    admin: &ServiceAdmin,
    name: PlanName,
    change: PlanChange,
) -> Result<(PlanRecord, bool), Problem> {
    let mut wanted = Vec::new();
    for (quota, value) in &change.quotas {
        let quota = known(quota)?;
        wanted.push((quota, value.check(quota)?));
    }
    let mut work = app.store.begin_write().await?;
    let now = app.now();
    let found = work.plans().find(&name).await?;
    let is_new = found.is_none();
    let mut plan = match found {
        Some(plan) => plan,
        None => fresh(name, &wanted, now)?,
    };
    plan.title = change.title.unwrap_or(plan.title);
    plan.changed_at = now;
    for (quota, value) in wanted {
        plan.quotas.set(quota, value);
    }
    work.plans().put(&plan).await?;
    admin
        .did(AuditAction::PlanChanged, &plan.name)
        .with("quotas", serde_json::json!(change.quotas))
        .write(app, &mut work)
        .await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!("Plan {} was changed", plan.name);
    Ok((plan, is_new))
}

fn fresh(name: PlanName, wanted: &[(&Quota, u64)], now: Timestamp) -> Result<PlanRecord, Problem> {
    let is_named = |quota: &Quota| wanted.iter().any(|(named, _)| *named == quota);
    if let Some(missing) = Quota::ALL.iter().find(|quota| !is_named(quota)) {
        return Err(Problem::Invalid {
            field: missing.name,
            why: "is missing; a new plan names every quota".to_owned(),
        });
    }
    Ok(PlanRecord {
        title: name.as_str().parse().map_err(Problem::internal)?,
        name,
        // Every one of them is set by the caller.
        quotas: model::Plan::Free.quotas(),
        changed_at: now,
    })
}

fn known(name: &str) -> Result<&'static Quota, Problem> {
    Quota::by_name(name).ok_or_else(|| {
        let names: Vec<&str> = Quota::ALL.iter().map(|quota| quota.name).collect();
        let shown: String = name.chars().take(40).collect();
        Problem::Invalid {
            field: "quota",
            why: format!("\"{shown}\" is not one; there are {}", names.join(", ")),
        }
    })
}

/// Puts a tenant on another plan.
#[tracing::instrument(name = "tenant.plan", skip_all, fields(tenant.id = %over.tenant().id, plan = %plan))]
pub async fn assign(app: &App, over: &OverTenant, plan: &PlanName) -> Result<(), Problem> {
    let mut work = app.store.begin_write().await?;
    if !work.tenants().set_plan(over.tenant().id, plan).await? {
        return Err(Problem::Invalid {
            field: "plan",
            why: "is none of this service; see the list of plans".to_owned(),
        });
    }
    over.did(AuditAction::TenantPlan, over.tenant().id)
        .with("plan", plan.as_str())
        .write(app, &mut work)
        .await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!("Tenant {} is on plan {plan} now", over.tenant().slug);
    Ok(())
}

/// Why exceptions are made, and when they end.
#[derive(Clone, Debug, Default)]
pub struct Grounds {
    /// Why, in an admin's words; may be empty.
    pub reason: String,
    /// When they end by themselves; `None` for never.
    pub until: Option<Timestamp>,
}

/// Makes exceptions (a value) and ends them (`None`), all or none.
#[tracing::instrument(name = "tenant.quotas", skip_all, fields(tenant.id = %over.tenant().id))]
pub async fn except(
    app: &App,
    over: &OverTenant,
    wanted: &BTreeMap<String, Option<Value>>,
    grounds: Grounds,
) -> Result<(), Problem> {
    let (tenant, now) = (over.tenant().id, app.now());
    let reason = reason("reason", &grounds.reason)?;
    if grounds.until.is_some_and(|until| until <= now) {
        return Err(Problem::Invalid {
            field: "until",
            why: "must be in the future, or absent for no end".to_owned(),
        });
    }
    let mut work = app.store.begin_write().await?;
    for (name, value) in wanted {
        let quota = known(name)?;
        match value {
            None => {
                work.plans().end_exception(tenant, quota).await?;
            }
            Some(value) => {
                let exception = QuotaException {
                    quota,
                    value: value.check(quota)?,
                    reason: reason.clone(),
                    until: grounds.until,
                    since: now,
                };
                work.plans().except(tenant, &exception).await?;
            }
        }
    }
    over.did(AuditAction::TenantQuotas, tenant)
        .with("quotas", serde_json::json!(wanted))
        .with("until", grounds.until.map(Timestamp::to_rfc3339))
        .write(app, &mut work)
        .await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!("Exceptions of tenant {} were changed", over.tenant().slug);
    Ok(())
}

/// Checks a text that admins write and tenants read.
pub fn reason(field: &'static str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.chars().count() > REASON_CHARS || text.chars().any(char::is_control) {
        return Err(Problem::Invalid {
            field,
            why: format!("must have at most {REASON_CHARS} characters and no line breaks"),
        });
    }
    Ok(text.to_owned())
}

/// Ends the exceptions whose time is over. Looks at what is there, so a run
/// that was missed costs nothing.
pub async fn end_outlived(app: &App) -> Result<(), StoreError> {
    let now = app.now();
    let mut work = app.store.begin_read().await?;
    let tenants = work.plans().outlived(now).await?;
    drop(work);
    if tenants.is_empty() {
        return Ok(());
    }
    let mut work = app.store.begin_write().await?;
    for tenant in tenants {
        if work.plans().end_outlived(tenant, now).await? {
            Note::by_service(AuditAction::TenantQuotas, tenant)
                .also_in(tenant)
                .with("ended", true)
                .write(app, &mut work)
                .await?;
            tracing::info!(tenant.id = %tenant, "An exception of tenant {tenant} has ended");
        }
    }
    work.commit().await?;
    Ok(())
}
