//! Who sends a request: by the session cookie or by a bearer token.

use std::time::Duration;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use http::{HeaderMap, header};
use model::{SecretHash, SessionId, TokenId};

use super::problem::Problem;
use crate::app::App;
use crate::store::{Account, Session};

/// How often the time of last use of a session is written down.
const TOUCH_EVERY: Duration = Duration::from_mins(10);

/// A person who has proven who they are. Only extraction from a request can
/// make one.
#[derive(Clone, Debug)]
pub struct Caller {
    account: Account,
    by: Proof,
}

/// By what the caller has proven who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The session cookie.
    Session(SessionId),
    /// An access token; the id is that of the log-in it descends from, which
    /// stays the same when it is renewed.
    Token(TokenId),
}

impl Caller {
    /// The person.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The session, unless it was a bearer token.
    #[must_use]
    pub const fn session(&self) -> Option<SessionId> {
        match self.by {
            Proof::Session(id) => Some(id),
            Proof::Token(_) => None,
        }
    }

    /// The id of the log-in, which bus tokens carry, so that they can be
    /// refused when it ends.
    #[must_use]
    pub fn log_in(&self) -> String {
        match self.by {
            Proof::Session(id) => id.to_string(),
            Proof::Token(family) => family.to_string(),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        identify(app, &parts.headers)
            .await?
            .ok_or(Problem::Unauthenticated)
    }
}

/// `Option<Caller>`: for pages that anybody may see. A cookie that is not
/// valid any more is as good as none.
impl OptionalFromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Problem> {
        identify(app, &parts.headers).await
    }
}

/// A caller who administers the service.
#[derive(Clone, Debug)]
pub struct ServiceAdmin(Caller);

impl ServiceAdmin {
    /// Who it is.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.0
    }
}

impl FromRequestParts<App> for ServiceAdmin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = <Caller as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        if caller.account.admin {
            Ok(Self(caller))
        } else {
            // What admins can do is nobody else's business.
            Err(Problem::NotFound { what: "page" })
        }
    }
}

async fn identify(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
    // A program that sends a token means it: the cookie is not looked at then.
    if headers.contains_key(header::AUTHORIZATION) {
        let Some(token) = bearer(headers) else {
            return Ok(None);
        };
        return by_token(app, token).await;
    }
    match app.cookie.read(headers) {
        Some(secret) => by_session(app, &secret).await,
        None => Ok(None),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

async fn by_token(app: &App, token: &str) -> Result<Option<Caller>, Problem> {
    let mut work = app.store.begin_read().await?;
    let hash = SecretHash::of(token.as_bytes());
    let Some(pair) = work.tokens().find_by_access(&hash, app.now()).await? else {
        return Ok(None);
    };
    let account = work.accounts().find(pair.account).await?;
    Ok(account.map(|account| Caller {
        account,
        by: Proof::Token(pair.family),
    }))
}

async fn by_session(app: &App, secret: &str) -> Result<Option<Caller>, Problem> {
    let now = app.now();
    let mut work = app.store.begin_read().await?;
    let hash = SecretHash::of(secret.as_bytes());
    let Some(session) = work.sessions().find(&hash, now).await? else {
        return Ok(None);
    };
    let account = work.accounts().find(session.account).await?;
    drop(work);
    if now.since(session.last_seen_at) > TOUCH_EVERY {
        touch(app, &session).await?;
    }
    Ok(account.map(|account| Caller {
        account,
        by: Proof::Session(session.id),
    }))
}

async fn touch(app: &App, session: &Session) -> Result<(), Problem> {
    let mut work = app.store.begin_write().await?;
    work.sessions().touch(session.id, app.now()).await?;
    work.commit().await?;
    Ok(())
}
