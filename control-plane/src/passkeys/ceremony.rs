//! Challenges that wait for their answer.

use std::time::Duration;

use model::{AccountId, DisplayName, Secret, SecretHash};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::app::App;
use crate::http::problem::Problem;
use crate::store::{Ceremony, CeremonyKind};

/// How long an answer may take.
pub const LASTS: Duration = Duration::from_mins(5);

pub(super) const DEAD: Problem = Problem::DeadLink {
    remedy: "It works once and for five minutes, in the browser that asked. Try again.",
};

/// A challenge for a browser.
#[derive(Debug)]
pub struct Asked {
    /// What `navigator.credentials` takes, with bytes in base64url.
    pub options: Value,
    /// What the browser has to bring back with the answer, as a cookie.
    pub secret: Secret,
}

/// What an answer will be checked against.
pub(super) struct Question<'a, S> {
    pub kind: CeremonyKind,
    pub account: Option<AccountId>,
    pub name: Option<&'a DisplayName>,
    pub options: Value,
    pub state: &'a S,
}

/// Remembers what was asked.
pub(super) async fn ask<S: Serialize + Sync>(
    app: &App,
    question: Question<'_, S>,
) -> Result<Asked, Problem> {
    let secret = Secret::generate(app.ambient.as_ref());
    let ceremony = Ceremony {
        hash: secret.hash(),
        kind: question.kind,
        account: question.account,
        name: question.name.cloned(),
        state: serde_json::to_string(question.state).map_err(Problem::internal)?,
        expires_at: app.now().after(LASTS),
    };
    let mut work = app.store.begin_write().await?;
    work.passkeys().begin(&ceremony).await?;
    work.commit().await?;
    Ok(Asked {
        options: question.options,
        secret,
    })
}

/// What was asked with `secret`. It is used up, whatever the answer is worth.
pub(super) async fn take<S: DeserializeOwned>(
    app: &App,
    kind: CeremonyKind,
    secret: Option<&str>,
) -> Result<(Ceremony, S), Problem> {
    let hash = SecretHash::of(secret.ok_or(DEAD)?.as_bytes());
    let mut work = app.store.begin_write().await?;
    let ceremony = work.passkeys().take(kind, &hash, app.now()).await?;
    work.commit().await?;
    let ceremony = ceremony.ok_or(DEAD)?;
    let state = serde_json::from_str(&ceremony.state).map_err(Problem::internal)?;
    Ok((ceremony, state))
}

/// Reads what a browser answered.
pub(super) fn read<T: DeserializeOwned>(answer: &str) -> Result<T, Problem> {
    serde_json::from_str(answer).map_err(|error| {
        tracing::debug!(%error, "The answer of a passkey cannot be read: {error}");
        Problem::WrongPasskey
    })
}
