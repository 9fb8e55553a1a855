//! Who sends a request: by the session cookie or by a bearer token.

use std::time::Duration;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use http::{HeaderMap, Method, header};
use model::{AccountId, SecretHash, SessionId, TenantRole, TokenId};

use super::around::Around;
use super::client_address::ClientAddress;
use super::client_device::shortened;
use super::language;
use super::problem::Problem;
use crate::api_tokens::{self, Scope, Scopes};
use crate::app::App;
use crate::store::{Account, Session, Work};

/// How often the time of last use of a session or an API token is written down.
const TOUCH_EVERY: Duration = Duration::from_mins(10);

/// A person who has proven who they are. Only extraction from a request can
/// make one.
#[derive(Clone, Debug)]
pub struct Caller {
    account: Account,
    by: Proof,
    /// From where, shortened.
    address: String,
    around: Around,
}

/// By what the caller has proven who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The session cookie.
    Session(SessionId),
    /// An access token; the id is that of the log-in it descends from, which
    /// stays the same when it is renewed.
    Token(TokenId),
    /// A token that a person made for a program, with what it may do.
    ApiToken(TokenId, Scopes),
}

impl Caller {
    /// The person.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// What surrounds them on every page; nothing for a bearer token.
    #[must_use]
    pub const fn around(&self) -> &Around {
        &self.around
    }

    /// The session, unless it was a bearer token.
    #[must_use]
    pub const fn session(&self) -> Option<SessionId> {
        match self.by {
            Proof::Session(id) => Some(id),
            Proof::Token(_) | Proof::ApiToken(..) => None,
        }
    }

    /// The id of the log-in, which bus tokens carry, so that they can be
    /// refused when it ends.
    #[must_use]
    pub fn log_in(&self) -> String {
        match &self.by {
            Proof::Session(id) => id.to_string(),
            Proof::Token(id) | Proof::ApiToken(id, _) => id.to_string(),
        }
    }

    /// From where and by which log-in, for the audit log: a shortened address
    /// and an id that is safe to show.
    #[must_use]
    pub fn client(&self) -> String {
        format!("{} {}", self.address, self.log_in())
    }

    /// What it is cut to, if it came with an API token.
    #[must_use]
    pub const fn scopes(&self) -> Option<&Scopes> {
        match &self.by {
            Proof::ApiToken(_, scopes) => Some(scopes),
            Proof::Session(_) | Proof::Token(_) => None,
        }
    }

    /// Refuses what an API token was not made for; `least` is the role that
    /// the request asks for.
    pub fn within_scope(&self, method: &Method, least: TenantRole) -> Result<(), Problem> {
        let needed = Scope::needed(method, least);
        match self.scopes() {
            Some(scopes) if !scopes.has(needed) => Err(Problem::Scope(needed)),
            Some(_) | None => Ok(()),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = unscoped(parts, app).await?;
        // Where no tenant is named, changing anything is managing.
        caller.within_scope(&parts.method, TenantRole::Admin)?;
        Ok(caller)
    }
}

/// The caller, whose scopes are still to be looked at.
pub(super) async fn unscoped(parts: &Parts, app: &App) -> Result<Caller, Problem> {
    identified(parts, app)
        .await?
        .ok_or(Problem::Unauthenticated)
}

/// A caller who proved it by a password or a second step, and not with an API
/// token: for what concerns the account itself.
#[derive(Clone, Debug)]
pub struct Person(Caller);

impl std::ops::Deref for Person {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl FromRequestParts<App> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = unscoped(parts, app).await?;
        if caller.scopes().is_some() {
            return Err(Problem::Forbidden(
                "API tokens do not reach the account itself. Log in with your password.".into(),
            ));
        }
        Ok(Self(caller))
    }
}

/// `Option<Caller>`: for pages that anybody may see. A cookie that is not
/// valid any more is as good as none.
impl OptionalFromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Problem> {
        identified(parts, app).await
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
        let caller = unscoped(parts, app).await?;
        if !caller.account.admin {
            // What admins can do is nobody else's business.
            return Err(Problem::NotFound { what: "page" });
        }
        match caller.scopes() {
            Some(scopes) if !scopes.has(Scope::Admin) => Err(Problem::Scope(Scope::Admin)),
            Some(_) | None => Ok(Self(caller)),
        }
    }
}

async fn identified(parts: &Parts, app: &App) -> Result<Option<Caller>, Problem> {
    let mut caller = identify(app, &parts.headers).await?;
    if let Some(caller) = &mut caller {
        caller.address = shortened(ClientAddress::of(parts).0);
    }
    Ok(caller)
}

/// Who has sent these headers, if anybody.
pub async fn identify(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
    let caller = prove(app, headers).await?;
    language::of_account(caller.as_ref().and_then(|caller| caller.account.language));
    Ok(caller)
}

async fn prove(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
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

/// The account of a log-in; nobody is logged in as one that is being deleted.
async fn logged_in(work: &mut Work, id: AccountId) -> Result<Option<Account>, Problem> {
    let account = work.accounts().find(id).await?;
    Ok(account.filter(|account| account.erase_after.is_none()))
}

async fn by_api_token(app: &App, token: &str) -> Result<Option<Caller>, Problem> {
    let now = app.now();
    let mut work = app.store.begin_read().await?;
    let hash = SecretHash::of(token.as_bytes());
    let Some(token) = work.api_tokens().find(&hash, now).await? else {
        return Ok(None);
    };
    let account = logged_in(&mut work, token.account).await?;
    drop(work);
    // None when a newer version of the service knows more words: then it opens
    // nothing here.
    let scopes = Scopes::of(token.scopes.split(' '));
    let idle = token
        .last_used_at
        .is_none_or(|at| now.since(at) > TOUCH_EVERY);
    if idle && account.is_some() {
        let mut work = app.store.begin_write().await?;
        work.api_tokens().touch(token.id, now).await?;
        work.commit().await?;
    }
    Ok(account.zip(scopes).map(|(account, scopes)| Caller {
        account,
        by: Proof::ApiToken(token.id, scopes),
        around: Around::default(),
        address: String::new(),
    }))
}

async fn by_token(app: &App, token: &str) -> Result<Option<Caller>, Problem> {
    if token.starts_with(api_tokens::PREFIX) {
        return by_api_token(app, token).await;
    }
    let mut work = app.store.begin_read().await?;
    let hash = SecretHash::of(token.as_bytes());
    let Some(pair) = work.tokens().find_by_access(&hash, app.now()).await? else {
        return Ok(None);
    };
    let account = logged_in(&mut work, pair.account).await?;
    Ok(account.map(|account| Caller {
        account,
        by: Proof::Token(pair.family),
        around: Around::default(),
        address: String::new(),
    }))
}

async fn by_session(app: &App, secret: &str) -> Result<Option<Caller>, Problem> {
    let now = app.now();
    let mut work = app.store.begin_read().await?;
    let hash = SecretHash::of(secret.as_bytes());
    let Some(session) = work.sessions().find(&hash, now).await? else {
        return Ok(None);
    };
    let account = logged_in(&mut work, session.account).await?;
    let around = match &account {
        Some(account) => Around::of(&mut work, account, now).await?,
        None => Around::default(),
    };
    drop(work);
    if now.since(session.last_seen_at) > TOUCH_EVERY {
        touch(app, &session).await?;
    }
    Ok(account.map(|account| Caller {
        account,
        by: Proof::Session(session.id),
        around,
        address: String::new(),
    }))
}

async fn touch(app: &App, session: &Session) -> Result<(), Problem> {
    let mut work = app.store.begin_write().await?;
    work.sessions().touch(session.id, app.now()).await?;
    work.commit().await?;
    Ok(())
}
