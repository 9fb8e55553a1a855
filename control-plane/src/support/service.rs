//! Asking, offering, granting, declining and ending support access.

use std::time::Duration;

use model::{AuditAction, SupportId, SupportLevel, TenantId, Timestamp};

use super::mails;
use crate::admin::OverTenant;
use crate::app::App;
use crate::audit::Audited;
use crate::http::acting::{Acting, Admin};
use crate::http::caller::{Caller, ServiceAdmin};
use crate::http::problem::Problem;
use crate::plans::service::reason;
use crate::store::{House, SupportAccess, Tenant, Work};

/// How long access may be granted for, in hours: one hour to seven days.
pub const HOURS: std::ops::RangeInclusive<i64> = 1..=7 * 24;

/// How long a question waits for an answer.
pub const ASKED_FOR: Duration = Duration::from_hours(7 * 24);

/// Most entries of one list.
const LISTED: u32 = 50;

/// How far support is to go, for how long, and why.
#[derive(Clone, Debug)]
pub struct Terms {
    /// How far.
    pub level: SupportLevel,
    /// For how many hours from the grant on.
    pub hours: i64,
    /// Why; whoever asks has to say.
    pub reason: String,
}

impl Terms {
    fn check(&self) -> Result<String, Problem> {
        check_hours(self.hours)?;
        reason("reason", &self.reason)
    }
}

fn check_hours(hours: i64) -> Result<(), Problem> {
    if HOURS.contains(&hours) {
        return Ok(());
    }
    Err(Problem::Invalid {
        field: "hours",
        why: "must be between 1 and 168, which is seven days".to_owned(),
    })
}

fn hours_after(now: Timestamp, hours: i64) -> Timestamp {
    now.after(Duration::from_hours(u64::try_from(hours).unwrap_or(0)))
}

fn fresh(app: &App, tenant: TenantId, terms: &Terms, reason: String) -> SupportAccess {
    let now = app.now();
    SupportAccess {
        id: SupportId::generate(app.ambient.as_ref()),
        tenant,
        asked_by: None,
        reason,
        level: terms.level,
        hours: terms.hours,
        created_at: now,
        granted_by: None,
        granted_at: None,
        ends_at: now.after(ASKED_FOR),
        ended_at: None,
    }
}

/// An admin of the service asks to be let in; the owner gets a mail. One
/// question at a time.
#[tracing::instrument(name = "support.ask", skip_all, fields(tenant.id = %over.tenant().id))]
pub async fn ask(app: &App, over: &OverTenant, terms: &Terms) -> Result<SupportAccess, Problem> {
    let why = terms.check()?;
    if why.is_empty() {
        return Err(Problem::Invalid {
            field: "reason",
            why: "is missing; the account is shown it".to_owned(),
        });
    }
    let tenant = over.tenant();
    let now = app.now();
    let mut work = app.store.begin_write().await?;
    let known = work.support().list(tenant.id, LISTED).await?;
    if known.iter().any(|one| one.is_asked(now)) {
        return Err(Problem::Conflict(
            "This account has been asked already and has not answered. Take that question back \
             first.",
        ));
    }
    let asked = SupportAccess {
        asked_by: Some(over.admin().caller().account().id),
        ..fresh(app, tenant.id, terms, why)
    };
    work.support().insert(&asked).await?;
    over.did(AuditAction::SupportAsked, asked.id)
        .with("level", asked.level.as_str())
        .with("hours", asked.hours)
        .write(app, &mut work)
        .await?;
    let owner = work.accounts().find(tenant.owner).await?;
    work.commit().await?;
    if let Some(owner) = owner {
        app.send_mail(mails::asked(app, tenant, &owner, &asked)?);
    }
    tracing::info!("Tenant {} was asked for support access", tenant.slug);
    Ok(asked)
}

/// The tenant lets support in without being asked.
#[tracing::instrument(name = "support.offer", skip_all, fields(tenant.id = %acting.tenant().id))]
pub async fn offer(
    app: &App,
    acting: &Acting<Admin, Tenant>,
    terms: &Terms,
) -> Result<SupportAccess, Problem> {
    own(acting)?;
    let why = terms.check()?;
    let now = app.now();
    let granted = SupportAccess {
        granted_by: Some(acting.account().id),
        granted_at: Some(now),
        ends_at: hours_after(now, terms.hours),
        ..fresh(app, acting.tenant().id, terms, why)
    };
    let mut work = app.store.begin_write().await?;
    work.support().insert(&granted).await?;
    granted_note(app, &mut work, acting, &granted).await?;
    work.commit().await?;
    Ok(granted)
}

/// The tenant grants what it was asked for, or less.
#[tracing::instrument(name = "support.grant", skip_all, fields(tenant.id = %acting.tenant().id))]
pub async fn grant(
    app: &App,
    acting: &Acting<Admin, Tenant>,
    id: SupportId,
    level: Option<SupportLevel>,
    hours: Option<i64>,
) -> Result<SupportAccess, Problem> {
    own(acting)?;
    let now = app.now();
    let mut work = app.store.begin_write().await?;
    let mut access = found(&mut work, acting.tenant().id, id).await?;
    access.level = level.unwrap_or(access.level);
    access.hours = hours.unwrap_or(access.hours);
    check_hours(access.hours)?;
    access.granted_by = Some(acting.account().id);
    access.granted_at = Some(now);
    access.ends_at = hours_after(now, access.hours);
    if !work.support().grant(&access).await? {
        return Err(Problem::Conflict(
            "This question was answered already, or nobody answered it for a week.",
        ));
    }
    granted_note(app, &mut work, acting, &access).await?;
    work.commit().await?;
    Ok(access)
}

async fn granted_note(
    app: &App,
    work: &mut Work,
    acting: &Acting<Admin, Tenant>,
    granted: &SupportAccess,
) -> Result<(), Problem> {
    let note = acting.did(AuditAction::SupportGranted, granted.id);
    note.with("level", granted.level.as_str())
        .with("until", granted.ends_at.to_rfc3339())
        .also_in_service()
        .write(app, work)
        .await?;
    Ok(())
}

/// The tenant declines, or ends what it granted: from then on nobody is let in.
#[tracing::instrument(name = "support.end", skip_all, fields(tenant.id = %acting.tenant().id))]
pub async fn end(app: &App, acting: &Acting<Admin, Tenant>, id: SupportId) -> Result<(), Problem> {
    own(acting)?;
    let tenant = acting.tenant().id;
    let mut work = app.store.begin_write().await?;
    let access = found(&mut work, tenant, id).await?;
    ended(app, &mut work, &access).await?;
    acting
        .did(end_of(&access), id)
        .also_in_service()
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    Ok(())
}

/// An admin takes a question back, or leaves before the time is over.
#[tracing::instrument(name = "support.leave", skip_all, fields(tenant.id = %over.tenant().id))]
pub async fn leave(app: &App, over: &OverTenant, id: SupportId) -> Result<(), Problem> {
    let mut work = app.store.begin_write().await?;
    let access = found(&mut work, over.tenant().id, id).await?;
    ended(app, &mut work, &access).await?;
    over.did(end_of(&access), id).write(app, &mut work).await?;
    work.commit().await?;
    Ok(())
}

const fn end_of(access: &SupportAccess) -> AuditAction {
    if access.granted_at.is_some() {
        AuditAction::SupportEnded
    } else {
        AuditAction::SupportDeclined
    }
}

async fn found(work: &mut Work, tenant: TenantId, id: SupportId) -> Result<SupportAccess, Problem> {
    let found = work.support().find(tenant, id).await?;
    found.ok_or(Problem::NotFound {
        what: "support access",
    })
}

async fn ended(app: &App, work: &mut Work, access: &SupportAccess) -> Result<(), Problem> {
    if work
        .support()
        .end(access.tenant, access.id, app.now())
        .await?
    {
        Ok(())
    } else {
        Err(Problem::Conflict("This has ended already."))
    }
}

/// Support does not let itself in.
fn own(acting: &Acting<Admin, Tenant>) -> Result<(), Problem> {
    if acting.support().is_none() {
        return Ok(());
    }
    Err(Problem::Forbidden(
        "Only a member of the account decides on support access.".into(),
    ))
}

/// What a tenant was asked for, and granted, newest first.
pub async fn list(
    app: &App,
    acting: &Acting<Admin, Tenant>,
) -> Result<Vec<SupportAccess>, Problem> {
    of(app, acting.tenant().id).await
}

/// The same for an admin of the service.
pub async fn list_over(app: &App, over: &OverTenant) -> Result<Vec<SupportAccess>, Problem> {
    of(app, over.tenant().id).await
}

async fn of(app: &App, tenant: TenantId) -> Result<Vec<SupportAccess>, Problem> {
    let mut work = app.store.begin_read().await?;
    Ok(work.support().list(tenant, LISTED).await?)
}

/// What lets support in now to tenants that the caller is a member of, those
/// that end first in front.
pub async fn let_in(app: &App, caller: &Caller) -> Result<Vec<SupportAccess>, Problem> {
    let mut work = app.store.begin_read().await?;
    let account = caller.account().id;
    Ok(work.support().active_for(account, app.now()).await?)
}

/// Where an admin may go in the tenant now: its houses, while they are let in.
pub async fn places(app: &App, over: &OverTenant) -> Result<Vec<House>, Problem> {
    let mut work = app.store.begin_read().await?;
    let tenant = over.tenant().id;
    let active = work.support().active(tenant, app.now()).await?;
    match active {
        Some(_) => Ok(work.houses().list(tenant).await?),
        None => Ok(Vec::new()),
    }
}

/// Every access that lets somebody in now, with its tenant; what ends first is
/// in front.
pub async fn all_active(
    app: &App,
    _admin: &ServiceAdmin,
) -> Result<Vec<(SupportAccess, Tenant)>, Problem> {
    let mut work = app.store.begin_read().await?;
    let mut all = Vec::new();
    for access in work.support().all_active(app.now(), LISTED).await? {
        if let Some(tenant) = work.tenants().find(access.tenant).await? {
            all.push((access, tenant));
        }
    }
    Ok(all)
}
