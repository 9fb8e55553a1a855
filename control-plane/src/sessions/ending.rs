//! Ending log-ins: this one, another one, all of them.

use model::{AccountId, AuditAction, SessionId, Timestamp};

use crate::app::App;
use crate::audit::Audited;
use crate::bus_tokens;
use crate::http::caller::Person;
use crate::http::problem::Problem;
use crate::store::{LinkKind, Work};

/// Logs out: the cookie is worth nothing afterwards, wherever it is kept, and
/// live pages are cut off.
#[tracing::instrument(name = "session.end", skip_all)]
pub async fn end(app: &App, caller: &Person) -> Result<(), Problem> {
    match caller.session() {
        Some(session) => end_one(app, caller, session).await,
        None => Ok(()),
    }
}

/// Ends one session of the caller's own.
#[tracing::instrument(name = "session.end_one", skip_all, fields(session.id = %session))]
pub async fn end_one(app: &App, caller: &Person, session: SessionId) -> Result<(), Problem> {
    let account = caller.account().id;
    let mut work = app.store.begin_write().await?;
    if !work.sessions().delete(account, session).await? {
        return Err(Problem::NotFound { what: "session" });
    }
    caller
        .did(AuditAction::LoggedOut, session)
        .write(app, &mut work)
        .await?;
    end_bus_tokens(&mut work, account, &session.to_string(), app.now()).await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    Ok(())
}

/// Logs the caller out everywhere, here as well.
#[tracing::instrument(name = "session.end_everywhere", skip_all)]
pub async fn end_everywhere(app: &App, caller: &Person) -> Result<(), Problem> {
    let account = caller.account().id;
    let mut work = app.store.begin_write().await?;
    end_all(&mut work, account, None, app.now()).await?;
    caller
        .did(AuditAction::LoggedOutEverywhere, account)
        .write(app, &mut work)
        .await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!(account.id = %account, "Account {account} logged out everywhere");
    Ok(())
}

/// Has the bus tokens refused that were granted to `subject`, an account or
/// one log-in of it.
pub async fn end_bus_tokens(
    work: &mut Work,
    account: AccountId,
    subject: &str,
    now: Timestamp,
) -> Result<(), Problem> {
    let until = now.after(bus_tokens::LASTS);
    let houses = work.houses();
    Ok(houses.revoke_bus_tokens_of(account, subject, until).await?)
}

/// Ends every log-in of the account, in browsers and programs, but the session
/// `keep`; and with them what hangs on them: bus tokens, and the links that
/// would open the account. API tokens stay: they have names, and a page of
/// their own to revoke them.
pub async fn end_all(
    work: &mut Work,
    account: AccountId,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<(), Problem> {
    match keep {
        Some(keep) => work.sessions().delete_others(account, keep).await?,
        None => work.sessions().delete_all(account).await?,
    };
    work.tokens().revoke_all(account, now).await?;
    for kind in [
        LinkKind::ResetPassword,
        LinkKind::ChangeEmail,
        LinkKind::LogInCode,
    ] {
        work.links().remove_all(kind, Some(account)).await?;
    }
    end_bus_tokens(work, account, &account.to_string(), now).await
}
