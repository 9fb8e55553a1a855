//! Sessions of browsers.

use std::net::IpAddr;
use std::time::Duration;

use model::{AccountId, AuditAction, Secret, SecretHash, SessionId};

use super::coming_back::{Farewell, enter};
use super::log_in::{self, Attempt, check_password};
use crate::app::App;
use crate::audit::Note;
use crate::http::caller::Person;
use crate::http::client_device::ClientDevice;
use crate::http::problem::Problem;
use crate::sign_up::approval;
use crate::store::{Account, LinkKind, OneTimeLink, Session};
use crate::two_factor;

/// How long a session lasts at most.
pub const LASTS: Duration = Duration::from_hours(30 * 24);

/// A session that has just begun.
#[derive(Debug)]
pub struct Started {
    /// What goes into the cookie.
    pub secret: Secret,
    /// Whose it is.
    pub account: Account,
}

/// What came of a proof that was right.
#[derive(Debug)]
pub enum Step {
    /// It is all that is asked for.
    In(Started),
    /// A code is asked for as well; the secret stands for the first step.
    CodeNeeded(Secret),
    /// The account is being deleted: nobody is logged in, but it can be kept.
    BeingDeleted(Farewell),
}

/// How long the second step may take.
const TICKET_LASTS: Duration = Duration::from_mins(10);

/// Logs in. The session always gets a new random secret; the one that the
/// browser brought along, if any, ends, so that a planted one is worth nothing.
#[tracing::instrument(name = "session.start", skip_all)]
pub async fn log_in(
    app: &App,
    attempt: Attempt<'_>,
    on: ClientDevice,
    brought: Option<&str>,
) -> Result<Step, Problem> {
    let account = check_password(app, attempt).await?;
    let mut work = app.store.begin_read().await?;
    let asks = two_factor::is_on(&mut work, account.id).await?;
    drop(work);
    if asks {
        return ticket(app, account.id).await.map(Step::CodeNeeded);
    }
    enter(app, account, on, brought).await
}

/// A secret that stands for a right password, until the code is there.
async fn ticket(app: &App, account: AccountId) -> Result<Secret, Problem> {
    let secret = Secret::generate(app.ambient.as_ref());
    let now = app.now();
    let link = OneTimeLink {
        hash: secret.hash(),
        kind: LinkKind::LogInCode,
        account: Some(account),
        email: None,
        created_at: now,
        expires_at: now.after(TICKET_LASTS),
    };
    let mut work = app.store.begin_write().await?;
    work.links().insert(&link).await?;
    work.commit().await?;
    Ok(secret)
}

/// The second step: the code that belongs to the account of `ticket`. A wrong
/// one leaves the ticket working.
#[tracing::instrument(name = "session.second_step", skip_all)]
pub async fn second_step(
    app: &App,
    from: IpAddr,
    ticket: &str,
    code: &str,
    on: ClientDevice,
    brought: Option<&str>,
) -> Result<Step, Problem> {
    const DEAD: Problem = Problem::DeadLink {
        remedy: "Log in again.",
    };
    app.limits.address(from)?;
    let now = app.now();
    let hash = SecretHash::of(ticket.as_bytes());
    let mut work = app.store.begin_read().await?;
    let link = work.links().find(LinkKind::LogInCode, &hash, now).await?;
    let account = link.and_then(|link| link.account).ok_or(DEAD)?;
    let account = work.accounts().find(account).await?.ok_or(DEAD)?;
    drop(work);
    app.limits.code(account.id)?;
    let mut work = app.store.begin_write().await?;
    if work
        .links()
        .take(LinkKind::LogInCode, &hash, now)
        .await?
        .is_none()
    {
        return Err(DEAD);
    }
    if !two_factor::redeem(&mut work, account.id, code, now).await? {
        // Not committed: the ticket stays for another try.
        drop(work);
        log_in::refused(Some(account.id), from)
            .with("at", "second step")
            .write_alone(app)
            .await?;
        return Err(Problem::WrongCode);
    }
    work.commit().await?;
    two_factor::told_of_recovery(app, &account, code)?;
    enter(app, account, on, brought).await
}

/// Starts a session for somebody who has just proven who they are.
pub async fn start(
    app: &App,
    account: Account,
    on: ClientDevice,
    brought: Option<&str>,
) -> Result<Started, Problem> {
    let secret = Secret::generate(app.ambient.as_ref());
    let now = app.now();
    let session = Session {
        id: SessionId::generate(app.ambient.as_ref()),
        hash: secret.hash(),
        account: account.id,
        device: on.device,
        address: on.address,
        created_at: now,
        last_seen_at: now,
        expires_at: now.after(LASTS),
    };
    let mut work = app.store.begin_write().await?;
    // However the person proved who they are: there is no session before that.
    approval::refuse_waiting(&mut work, account.id).await?;
    if let Some(brought) = brought {
        let hash = SecretHash::of(brought.as_bytes());
        if let Some(old) = work.sessions().find(&hash, now).await? {
            work.sessions().delete(old.account, old.id).await?;
        }
    }
    work.sessions().insert(&session).await?;
    Note::by_account(account.id, AuditAction::LoggedIn)
        .by_log_in(&session.address, session.id)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    tracing::info!(account.id = %account.id, "Account {} logged in", account.id);
    Ok(Started { secret, account })
}

/// The caller's sessions, the newest first.
pub async fn list(app: &App, caller: &Person) -> Result<Vec<Session>, Problem> {
    let mut work = app.store.begin_read().await?;
    let account = caller.account().id;
    Ok(work.sessions().list(account, app.now()).await?)
}
