//! Making and revoking.

use std::time::Duration;

use model::{AuditAction, DisplayName, Secret, SecretHash, TokenId};

use super::scope::{Scope, Scopes};
use crate::app::App;
use crate::audit::Audited;
use crate::http::caller::Person;
use crate::http::problem::Problem;
use crate::sessions;
use crate::store::ApiToken;

/// How every token begins, so that people and scanners know what they found.
pub const PREFIX: &str = "egt_";

/// The longest a token can be asked to last.
const LONGEST: Duration = Duration::from_hours(366 * 24);

/// The longest a token can last that administers the service.
const LONGEST_ADMIN_DAYS: u32 = 90;

/// Most tokens of one person.
const MOST: usize = 50;

/// A token to be.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: DisplayName,
    /// What it may do.
    pub scopes: Scopes,
    /// After how many days it ends; `None` for never.
    pub days: Option<u32>,
}

/// A token that was just made.
#[derive(Debug)]
pub struct Made {
    /// What is kept.
    pub token: ApiToken,
    /// The token itself, to be shown once.
    pub secret: String,
}

/// Makes a token for the person.
#[tracing::instrument(name = "api_token.make", skip_all)]
pub async fn make(app: &App, person: &Person, new: NewToken) -> Result<Made, Problem> {
    let now = app.now();
    check_admin(person, &new)?;
    let lasts = new
        .days
        .map(|days| Duration::from_hours(u64::from(days) * 24));
    if lasts.is_some_and(|lasts| lasts.is_zero() || lasts > LONGEST) {
        return Err(Problem::Invalid {
            field: "days",
            why: "must be between 1 and 366, or left out for a token that does not end".to_owned(),
        });
    }
    let secret = format!(
        "{PREFIX}{}",
        Secret::generate(app.ambient.as_ref()).expose()
    );
    let token = ApiToken {
        id: TokenId::generate(app.ambient.as_ref()),
        account: person.account().id,
        name: new.name,
        scopes: new.scopes.words().join(" "),
        hash: SecretHash::of(secret.as_bytes()),
        created_at: now,
        expires_at: lasts.map(|lasts| now.after(lasts)),
        last_used_at: None,
    };
    let mut work = app.store.begin_write().await?;
    let tokens = work.api_tokens();
    if tokens.list(token.account, now).await?.len() >= MOST {
        return Err(Problem::Conflict(
            "You have 50 API tokens. Revoke one that is not used any more.",
        ));
    }
    tokens.insert(&token).await?;
    person
        .did(AuditAction::ApiTokenMade, token.id)
        .with("scopes", token.scopes.as_str())
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    tracing::info!(account.id = %token.account, "API token {} was made", token.id);
    Ok(Made { token, secret })
}

/// Only an admin of the service makes a token that administers it, and never
/// one without an end.
fn check_admin(person: &Person, new: &NewToken) -> Result<(), Problem> {
    if !new.scopes.has(Scope::Admin) {
        return Ok(());
    }
    if !person.account().admin {
        // The words are those for a scope that does not exist.
        return Err(unknown_scope());
    }
    if new.days.is_none_or(|days| days > LONGEST_ADMIN_DAYS) {
        return Err(Problem::Invalid {
            field: "days",
            why: format!(
                "must be between 1 and {LONGEST_ADMIN_DAYS} for a token that administers the \
                 service"
            ),
        });
    }
    Ok(())
}

/// What is said of scopes that are none, or not for the person.
pub fn unknown_scope() -> Problem {
    Problem::Invalid {
        field: "scopes",
        why: "must be one or more of read, control, manage".to_owned(),
    }
}

/// Those of the person that work, newest first.
pub async fn list(app: &App, person: &Person) -> Result<Vec<ApiToken>, Problem> {
    let mut work = app.store.begin_read().await?;
    let account = person.account().id;
    Ok(work.api_tokens().list(account, app.now()).await?)
}

/// Revokes one of the person's; what it opened on a bus ends with it.
#[tracing::instrument(name = "api_token.revoke", skip_all, fields(token.id = %id))]
pub async fn revoke(app: &App, person: &Person, id: TokenId) -> Result<(), Problem> {
    let account = person.account().id;
    let mut work = app.store.begin_write().await?;
    if !work.api_tokens().delete(account, id).await? {
        return Err(Problem::NotFound { what: "token" });
    }
    person
        .did(AuditAction::ApiTokenRevoked, id)
        .write(app, &mut work)
        .await?;
    sessions::end_bus_tokens(&mut work, account, &id.to_string(), app.now()).await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!(account.id = %account, "API token {id} was revoked");
    Ok(())
}
