//! The last step of every log-in: a session, or the offer to keep an account
//! that is being deleted.

use std::net::IpAddr;
use std::time::Duration;

use model::{AuditAction, Secret, SecretHash, Timestamp};
use web::mail::AccountStaysMail;

use super::service::{Started, Step, start};
use crate::app::App;
use crate::audit::Note;
use crate::http::client_device::ClientDevice;
use crate::http::problem::Problem;
use crate::mails;
use crate::store::{Account, LinkKind, OneTimeLink};

/// How long the offer stands.
const TICKET_LASTS: Duration = Duration::from_mins(10);

/// Somebody has proven who they are, and their account is being deleted.
#[derive(Debug)]
pub struct Farewell {
    /// Stands for the proof, so that it is not asked for again.
    pub ticket: Secret,
    /// When the account is erased.
    pub erase_after: Timestamp,
}

/// Lets somebody in who has just proven who they are.
pub async fn enter(
    app: &App,
    account: Account,
    on: ClientDevice,
    brought: Option<&str>,
) -> Result<Step, Problem> {
    let Some(erase_after) = account.erase_after else {
        return start(app, account, on, brought).await.map(Step::In);
    };
    let ticket = Secret::generate(app.ambient.as_ref());
    let now = app.now();
    let link = OneTimeLink {
        hash: ticket.hash(),
        kind: LinkKind::KeepAccount,
        account: Some(account.id),
        email: None,
        created_at: now,
        expires_at: now.after(TICKET_LASTS),
    };
    let mut work = app.store.begin_write().await?;
    work.links().insert(&link).await?;
    work.commit().await?;
    Ok(Step::BeingDeleted(Farewell {
        ticket,
        erase_after,
    }))
}

/// Takes the deletion of an account back, with the tenants that went with it,
/// and logs its owner in. API tokens do not come back.
#[tracing::instrument(name = "account.keep", skip_all)]
pub async fn keep_account(
    app: &App,
    from: IpAddr,
    ticket: &str,
    on: ClientDevice,
    brought: Option<&str>,
) -> Result<Started, Problem> {
    const DEAD: Problem = Problem::DeadLink {
        remedy: "Log in again.",
    };
    app.limits.address(from)?;
    let now = app.now();
    let hash = SecretHash::of(ticket.as_bytes());
    let mut work = app.store.begin_write().await?;
    let link = work.links().take(LinkKind::KeepAccount, &hash, now).await?;
    let id = link.and_then(|link| link.account).ok_or(DEAD)?;
    work.leaving().keep_account(id).await?;
    let tenants = work.leaving().keep_tenants_of(id).await?;
    let account = work.accounts().find(id).await?.ok_or(DEAD)?;
    Note::by_account(id, AuditAction::AccountKept)
        .from_address(from)
        .write(app, &mut work)
        .await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!(account.id = %id, "Account {id} stays, with {} tenants", tenants.len());
    let text = AccountStaysMail {
        name: account.name.to_string(),
    };
    app.send_mail(mails::to(&account, &text)?);
    start(app, account, on, brought).await
}
