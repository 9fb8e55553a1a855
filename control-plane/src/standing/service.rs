//! Suspending, resuming, deleting and taking that back.

use std::time::Duration;

use model::{AuditAction, Standing, Timestamp};

use crate::admin::OverTenant;
use crate::app::App;
use crate::audit::Audited;
use crate::http::problem::Problem;
use crate::plans::service::reason;
use crate::store::Committed;

/// How long a deleted tenant can come back.
pub const GRACE: Duration = Duration::from_hours(30 * 24);

/// Gives the tenant a standing; what is connected feels it within a second.
#[tracing::instrument(name = "tenant.standing", skip_all, fields(tenant.id = %over.tenant().id, standing = %standing))]
pub async fn put(
    app: &App,
    over: &OverTenant,
    standing: Standing,
    why: &str,
) -> Result<(), Problem> {
    let why = reason("reason", why)?;
    if standing != Standing::Active && why.is_empty() {
        return Err(Problem::Invalid {
            field: "reason",
            why: "is missing; the tenant is shown it".to_owned(),
        });
    }
    let (tenant, now) = (over.tenant(), app.now());
    let mut work = app.store.begin_write().await?;
    let tenants = work.tenants();
    if !tenants.set_standing(tenant.id, standing, &why, now).await? {
        return Err(Problem::NotFound { what: "tenant" });
    }
    over.did(AuditAction::TenantStanding, tenant.id)
        .with("standing", standing.as_str())
        .write(app, &mut work)
        .await?;
    applied(app, work.commit().await?).await;
    tracing::info!("Tenant {} is {standing} now", tenant.slug);
    Ok(())
}

/// Stops everything and erases the tenant after [`GRACE`]; returns when. Asked
/// again it changes nothing.
#[tracing::instrument(name = "tenant.delete", skip_all, fields(tenant.id = %over.tenant().id))]
pub async fn delete(app: &App, over: &OverTenant) -> Result<Timestamp, Problem> {
    let grace = i64::try_from(GRACE.as_millis()).unwrap_or(i64::MAX);
    let at = Timestamp(app.now().0.saturating_add(grace));
    let tenant = over.tenant();
    let mut work = app.store.begin_write().await?;
    if work.tenants().erase_after(tenant.id, at).await? {
        over.did(AuditAction::TenantDeleted, tenant.id)
            .with("erase_after", at.to_rfc3339())
            .write(app, &mut work)
            .await?;
        applied(app, work.commit().await?).await;
        tracing::info!(
            "Tenant {} will be erased at {}",
            tenant.slug,
            at.to_rfc3339()
        );
        return Ok(at);
    }
    let found = work.tenants().find(tenant.id).await?;
    let noted = found.and_then(|found| found.state.erase_after);
    noted.ok_or(Problem::NotFound { what: "tenant" })
}

/// Takes a deletion back; everything is as it was.
#[tracing::instrument(name = "tenant.undelete", skip_all, fields(tenant.id = %over.tenant().id))]
pub async fn undelete(app: &App, over: &OverTenant) -> Result<(), Problem> {
    let tenant = over.tenant();
    let mut work = app.store.begin_write().await?;
    if !work.tenants().keep(tenant.id).await? {
        return Err(Problem::Conflict("This tenant is not being deleted."));
    }
    over.did(AuditAction::TenantKept, tenant.id)
        .write(app, &mut work)
        .await?;
    applied(app, work.commit().await?).await;
    tracing::info!("Tenant {} stays", tenant.slug);
    Ok(())
}

async fn applied(app: &App, committed: Committed) {
    app.until_the_gateway_knows(&committed).await;
}
