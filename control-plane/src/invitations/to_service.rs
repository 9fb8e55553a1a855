//! Invitations to the service, by its admins: whoever accepts gets an account
//! with a tenant of their own, whoever else may sign up.

use model::{EmailAddress, InvitationId, Secret};

use super::mails;
use super::service::LASTS;
use crate::app::App;
use crate::http::caller::ServiceAdmin;
use crate::http::problem::Problem;
use crate::store::{Invitation, InvitedTo, StoreError};

const GONE: Problem = Problem::NotFound { what: "invitation" };

/// All that were neither accepted nor withdrawn, newest first.
pub async fn list(app: &App, _admin: &ServiceAdmin) -> Result<Vec<Invitation>, Problem> {
    let mut work = app.store.begin_read().await?;
    Ok(work.invitations().list(None).await?)
}

/// Invites somebody to the service. Admins see every account, so they are told
/// when the address has one.
#[tracing::instrument(name = "invitation.to_service", skip_all)]
pub async fn invite(
    app: &App,
    admin: &ServiceAdmin,
    email: EmailAddress,
) -> Result<Invitation, Problem> {
    let now = app.now();
    app.limits.mail(&email.canonical())?;
    let token = Secret::generate(app.ambient.as_ref());
    let account = admin.caller().account();
    let invitation = Invitation {
        id: InvitationId::generate(app.ambient.as_ref()),
        to: InvitedTo::Service,
        email,
        invited_by: account.id,
        inviter: account.name.clone(),
        inviter_email: account.email.clone(),
        created_at: now,
        sent_at: now,
        expires_at: now.after(LASTS),
    };
    let mut work = app.store.begin_write().await?;
    let holder = work.accounts().find_by_email(&invitation.email).await?;
    if holder.is_some_and(|holder| holder.verified_at.is_some()) {
        return Err(Problem::Conflict("This address has an account already."));
    }
    let inserted = work.invitations().insert(&invitation, &token.hash()).await;
    inserted.map_err(|error| match error {
        StoreError::Conflict => Problem::Conflict(
            "This address has an open invitation already. Send it again, or withdraw it first.",
        ),
        other => other.into(),
    })?;
    work.commit().await?;
    app.send_mail(mails::to_service(app, &invitation, &token)?);
    tracing::info!(invitation.id = %invitation.id, "Somebody was invited to the service");
    Ok(invitation)
}

/// Mails a fresh link; the one before stops working.
pub async fn resend(
    app: &App,
    _admin: &ServiceAdmin,
    id: InvitationId,
) -> Result<Invitation, Problem> {
    let now = app.now();
    let token = Secret::generate(app.ambient.as_ref());
    let mut work = app.store.begin_write().await?;
    let mut invitation = work.invitations().find(None, id).await?.ok_or(GONE)?;
    app.limits.mail(&invitation.email.canonical())?;
    (invitation.sent_at, invitation.expires_at) = (now, now.after(LASTS));
    let (hash, end) = (token.hash(), invitation.expires_at);
    if !work.invitations().renew(None, id, &hash, now, end).await? {
        return Err(GONE);
    }
    work.commit().await?;
    app.send_mail(mails::to_service(app, &invitation, &token)?);
    Ok(invitation)
}

/// Withdraws it: its link stops working.
pub async fn withdraw(app: &App, _admin: &ServiceAdmin, id: InvitationId) -> Result<(), Problem> {
    let mut work = app.store.begin_write().await?;
    if !work.invitations().remove(None, id).await? {
        return Err(GONE);
    }
    work.commit().await?;
    Ok(())
}
