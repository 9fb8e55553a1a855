//! Sessions of browsers.

use std::time::Duration;

use model::{Secret, SecretHash, SessionId};

use super::log_in::{Attempt, check_password};
use crate::app::App;
use crate::http::caller::Caller;
use crate::http::client_device::ClientDevice;
use crate::http::problem::Problem;
use crate::store::{Account, Session};

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

/// Logs in. The session always gets a new random secret; the one that the
/// browser brought along, if any, ends, so that a planted one is worth nothing.
#[tracing::instrument(name = "session.start", skip_all)]
pub(crate) async fn log_in(
    app: &App,
    attempt: Attempt<'_>,
    on: ClientDevice,
    brought: Option<&str>,
) -> Result<Started, Problem> {
    let account = check_password(app, attempt).await?;
    start(app, account, on, brought).await
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
    if let Some(brought) = brought {
        let hash = SecretHash::of(brought.as_bytes());
        if let Some(old) = work.sessions().find(&hash, now).await? {
            work.sessions().delete(old.account, old.id).await?;
        }
    }
    work.sessions().insert(&session).await?;
    work.commit().await?;
    tracing::info!(account.id = %account.id, "Account {} logged in", account.id);
    Ok(Started { secret, account })
}

/// The caller's sessions, the newest first.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Session>, Problem> {
    let mut work = app.store.begin_read().await?;
    let account = caller.account().id;
    Ok(work.sessions().list(account, app.now()).await?)
}
