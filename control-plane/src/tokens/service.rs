//! Issuing and renewing.

use std::net::IpAddr;
use std::time::Duration;

use model::{AuditAction, Secret, SecretHash, TokenId};

use crate::app::App;
use crate::audit::Note;
use crate::http::client_device::shortened;
use crate::http::problem::Problem;
use crate::sessions::{self, Attempt, check_password};
use crate::store::{Rotation, Successor, TokenPair};
use crate::two_factor;

/// How long an access token works.
pub const ACCESS_LASTS: Duration = Duration::from_hours(1);
/// How long a refresh token works.
pub const REFRESH_LASTS: Duration = Duration::from_hours(30 * 24);

/// Two fresh secrets for a program.
#[derive(Debug)]
pub struct Issued {
    /// For `Authorization: Bearer`.
    pub access: Secret,
    /// For the next renewal.
    pub refresh: Secret,
}

/// Issues the first pair for an e-mail address, its password, and the code of
/// the second step where the account asks for one.
#[tracing::instrument(name = "token.issue", skip_all)]
pub async fn issue(app: &App, attempt: Attempt<'_>, code: Option<&str>) -> Result<Issued, Problem> {
    let from = attempt.from;
    let account = check_password(app, attempt).await?;
    two_factor::require(app, &account, code).await?;
    if let Some(at) = account.erase_after {
        return Err(Problem::BeingDeleted(at));
    }
    let (issued, successor) = draw(app);
    let pair = TokenPair {
        id: successor.id,
        family: successor.id,
        account: account.id,
        access_hash: successor.access_hash,
        access_expires_at: successor.access_expires_at,
        refresh_hash: successor.refresh_hash,
        refresh_expires_at: successor.refresh_expires_at,
        created_at: app.now(),
    };
    let mut work = app.store.begin_write().await?;
    work.tokens().insert(&pair).await?;
    Note::by_account(account.id, AuditAction::LoggedIn)
        .by_log_in(&shortened(from), pair.family)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    Ok(issued)
}

/// Trades a refresh token for a new pair. One that was traded before is in
/// two hands: all tokens of that log-in end.
#[tracing::instrument(name = "token.renew", skip_all)]
pub async fn renew(app: &App, from: IpAddr, refresh: &str) -> Result<Issued, Problem> {
    app.limits.address(from)?;
    let (issued, successor) = draw(app);
    let hash = SecretHash::of(refresh.as_bytes());
    let mut work = app.store.begin_write().await?;
    let rotation = work.tokens().rotate(&hash, &successor, app.now()).await?;
    // Also when refused: the revocation of a stolen family has to stand.
    work.commit().await?;
    match rotation {
        Rotation::Rotated(_) => Ok(issued),
        Rotation::Reused { account, family } => {
            tracing::warn!(
                account.id = %account,
                token.family = %family,
                "A refresh token was used twice; its log-in was ended"
            );
            Err(Problem::Unauthenticated)
        }
        Rotation::Refused => Err(Problem::Unauthenticated),
    }
}

/// Ends the log-in that a token belongs to, whichever of its two it is and
/// whether or not it still works (RFC 7009). What is no token of ours changes
/// nothing and is not told apart.
#[tracing::instrument(name = "token.revoke", skip_all)]
pub async fn revoke(app: &App, from: IpAddr, token: &str) -> Result<(), Problem> {
    app.limits.address(from)?;
    let hash = SecretHash::of(token.as_bytes());
    let now = app.now();
    let mut work = app.store.begin_write().await?;
    let Some(pair) = work.tokens().find_by_secret(&hash).await? else {
        return Ok(());
    };
    let tokens = work.tokens();
    tokens.revoke_family(pair.account, pair.family, now).await?;
    Note::by_account(pair.account, AuditAction::LoggedOut)
        .by_log_in(&shortened(from), pair.family)
        .write(app, &mut work)
        .await?;
    let family = pair.family.to_string();
    sessions::end_bus_tokens(&mut work, pair.account, &family, now).await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    Ok(())
}

fn draw(app: &App) -> (Issued, Successor) {
    let ambient = app.ambient.as_ref();
    let issued = Issued {
        access: Secret::generate(ambient),
        refresh: Secret::generate(ambient),
    };
    let now = app.now();
    let successor = Successor {
        id: TokenId::generate(ambient),
        access_hash: issued.access.hash(),
        access_expires_at: now.after(ACCESS_LASTS),
        refresh_hash: issued.refresh.hash(),
        refresh_expires_at: now.after(REFRESH_LASTS),
    };
    (issued, successor)
}
