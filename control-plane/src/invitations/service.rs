//! Inviting to a tenant, and what its admins do with open invitations.

use std::time::Duration;

use model::{AccountId, AuditAction, EmailAddress, InvitationId, Secret, TenantId, Timestamp};

use super::mails;
use crate::app::App;
use crate::audit::Audited;
use crate::http::acting::{Acting, Admin};
use crate::http::problem::Problem;
use crate::members::{self, Wish, rules};
use crate::store::{Account, Invitation, InvitedTo, Member, StoreError, Tenant, Work};
use crate::{plans, refusals};

/// How long an invitation works after it was sent.
pub const LASTS: Duration = Duration::from_hours(7 * 24);

/// Whom to invite to what.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// The address: only an account that has it can accept.
    pub email: EmailAddress,
    /// The membership that accepting makes.
    pub wish: Wish,
}

const GONE: Problem = Problem::NotFound { what: "invitation" };

/// All that were neither accepted nor withdrawn, newest first; expired ones
/// too, which can be sent again.
pub async fn list(app: &App, acting: &Acting<Admin, Tenant>) -> Result<Vec<Invitation>, Problem> {
    let mut work = app.store.begin_read().await?;
    Ok(work.invitations().list(Some(acting.tenant().id)).await?)
}

/// Invites somebody and mails them a link. Whether the address has an account
/// is told to nobody.
#[tracing::instrument(name = "invitation.make", skip_all, fields(tenant.id = %acting.tenant().id))]
pub async fn invite(
    app: &App,
    acting: &Acting<Admin, Tenant>,
    new: NewInvitation,
) -> Result<Invitation, Problem> {
    let (tenant, now) = (acting.tenant(), app.now());
    let wish = new.wish;
    rules::possible(&wish.reach, wish.until, now)?;
    rules::may_manage(acting.role(), &wish.reach)?;
    allow_mail(app, tenant.id, &new.email)?;
    let token = Secret::generate(app.ambient.as_ref());
    let invitation = Invitation {
        id: InvitationId::generate(app.ambient.as_ref()),
        to: InvitedTo::Tenant {
            tenant: tenant.id,
            reach: wish.reach,
            until: wish.until,
        },
        email: new.email,
        invited_by: acting.account().id,
        inviter: acting.account().name.clone(),
        inviter_email: acting.account().email.clone(),
        created_at: now,
        sent_at: now,
        expires_at: now.after(LASTS),
    };
    let mut work = app.store.begin_write().await?;
    check(&mut work, acting, &invitation, now).await?;
    refuse_member(&mut work, tenant.id, &invitation.email, now).await?;
    if let Err(problem) = room(&mut work, tenant.id, now).await {
        drop(work);
        // Without the address: who was not invited is nobody's business later.
        return Err(refusals::noted(app, tenant, acting.account().id, "", problem).await);
    }
    let inserted = work.invitations().insert(&invitation, &token.hash()).await;
    inserted.map_err(|error| match error {
        StoreError::Conflict => Problem::Conflict(
            "This address has an open invitation already. Send it again, or withdraw it first.",
        ),
        other => other.into(),
    })?;
    acting
        .did(AuditAction::MemberInvited, invitation.id)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    app.send_mail(mails::to_tenant(app, tenant, &invitation, &token)?);
    tracing::info!(invitation.id = %invitation.id, "Somebody was invited");
    Ok(invitation)
}

/// How often a tenant may send an invitation, and a mailbox get one.
fn allow_mail(app: &App, tenant: TenantId, email: &EmailAddress) -> Result<(), Problem> {
    app.limits.invitation(tenant)?;
    app.limits.mail(&email.canonical())
}

/// Whether the actor may give, at this moment of the write transaction, what
/// the invitation gives.
async fn check(
    work: &mut Work,
    acting: &Acting<Admin, Tenant>,
    invitation: &Invitation,
    now: Timestamp,
) -> Result<(), Problem> {
    let InvitedTo::Tenant { tenant, reach, .. } = &invitation.to else {
        return Err(GONE);
    };
    let own = members::authority(work, *tenant, acting.account().id, now).await?;
    rules::may_manage(own, reach)?;
    members::known_houses(work, *tenant, reach).await
}

/// Somebody who is a member is not invited: their role is changed.
async fn refuse_member(
    work: &mut Work,
    tenant: TenantId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<(), Problem> {
    let Some(Account { id, .. }) = work.accounts().find_by_email(email).await? else {
        return Ok(());
    };
    match member(work, tenant, id, now).await? {
        Some(_) => Err(Problem::Conflict(
            "This person is a member already. Change their role instead.",
        )),
        None => Ok(()),
    }
}

pub(super) async fn member(
    work: &mut Work,
    tenant: TenantId,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<Member>, Problem> {
    Ok(work.members().find(tenant, account, now).await?)
}

/// Whether one more member or invitation fits the tenant's quota.
async fn room(work: &mut Work, tenant: TenantId, now: Timestamp) -> Result<(), Problem> {
    let members = work.members().count(tenant, now).await?;
    let open = work.invitations().count(tenant, now).await?;
    let quotas = plans::quotas(work, tenant, now).await?;
    rules::room(quotas.members, members.saturating_add(open))
}

/// Mails a fresh link and lets the invitation work for its whole time again;
/// the link that was mailed before stops working.
#[tracing::instrument(name = "invitation.resend", skip_all, fields(invitation.id = %id))]
pub async fn resend(
    app: &App,
    acting: &Acting<Admin, Tenant>,
    id: InvitationId,
) -> Result<Invitation, Problem> {
    let (tenant, now) = (acting.tenant(), app.now());
    let token = Secret::generate(app.ambient.as_ref());
    let mut work = app.store.begin_write().await?;
    let found = work.invitations().find(Some(tenant.id), id).await?;
    let mut invitation = found.ok_or(GONE)?;
    check(&mut work, acting, &invitation, now).await?;
    refuse_member(&mut work, tenant.id, &invitation.email, now).await?;
    if invitation.expires_at <= now {
        room(&mut work, tenant.id, now).await?;
    }
    allow_mail(app, tenant.id, &invitation.email)?;
    (invitation.sent_at, invitation.expires_at) = (now, now.after(LASTS));
    let (hash, end) = (token.hash(), invitation.expires_at);
    let invitations = work.invitations();
    let renewed = invitations.renew(Some(tenant.id), id, &hash, now, end);
    if !renewed.await? {
        return Err(GONE);
    }
    acting
        .did(AuditAction::MemberInvited, id)
        .with("again", true)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    app.send_mail(mails::to_tenant(app, tenant, &invitation, &token)?);
    Ok(invitation)
}

/// Withdraws an invitation: its link stops working.
#[tracing::instrument(name = "invitation.withdraw", skip_all, fields(invitation.id = %id))]
pub async fn withdraw(
    app: &App,
    acting: &Acting<Admin, Tenant>,
    id: InvitationId,
) -> Result<(), Problem> {
    let (tenant, now) = (acting.tenant().id, app.now());
    let mut work = app.store.begin_write().await?;
    let found = work.invitations().find(Some(tenant), id).await?;
    let InvitedTo::Tenant { reach, .. } = found.ok_or(GONE)?.to else {
        return Err(GONE);
    };
    let own = members::authority(&mut work, tenant, acting.account().id, now).await?;
    rules::may_manage(own, &reach)?;
    work.invitations().remove(Some(tenant), id).await?;
    acting
        .did(AuditAction::InvitationEnded, id)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    Ok(())
}
