//! Making, listing and removing passkeys.

use std::net::IpAddr;

use model::{AuditAction, DisplayName, PasskeyId, Secret};
use serde_json::{Value, json};
use web::mail::{PasskeyChange, PasskeyMail};
use webauthn_rs::prelude::{Passkey, PasskeyRegistration, RegisterPublicKeyCredential};

use super::ceremony::{self, Asked, DEAD, Question};
use crate::app::App;
use crate::audit::Audited;
use crate::http::caller::Person;
use crate::http::problem::Problem;
use crate::mails;
use crate::sessions;
use crate::store::{Account, CeremonyKind, PasskeyRecord, StoreError};

/// Passkeys of one account at most.
pub const MOST: usize = 20;

const FULL: Problem = Problem::Conflict(
    "You have twenty passkeys, which is the most. Remove one that you do not use any more.",
);

/// Asks the browser for a new passkey, for whoever knows the password.
#[tracing::instrument(name = "passkey.begin", skip_all)]
pub async fn begin(
    app: &App,
    from: IpAddr,
    caller: &Person,
    name: &str,
    password: &str,
) -> Result<Asked, Problem> {
    let relying_party = app.passkeys.get()?;
    let account = caller.account();
    let name: DisplayName = name.parse().map_err(|bad| invalid_name(&bad))?;
    sessions::confirm_password(app, from, account, "password", password).await?;
    let known = list(app, caller).await?;
    if known.len() >= MOST {
        return Err(FULL);
    }
    let known = known.iter().map(|one| one.credential_id.clone());
    let (options, state) = relying_party
        .start_passkey_registration(
            account.id.as_uuid(),
            account.email.as_str(),
            account.name.as_str(),
            Some(known.collect()),
        )
        .map_err(Problem::internal)?;
    let mut options = serde_json::to_value(options).map_err(Problem::internal)?;
    // Found by the authenticator itself, so that nobody types an address first.
    let wanted = "/publicKey/authenticatorSelection";
    if let Some(Value::Object(selection)) = options.pointer_mut(wanted) {
        selection.insert("residentKey".to_owned(), json!("required"));
        selection.insert("requireResidentKey".to_owned(), json!(true));
    }
    let question = Question {
        kind: CeremonyKind::Register,
        account: Some(account.id),
        name: Some(&name),
        options,
        state: &state,
    };
    ceremony::ask(app, question).await
}

fn invalid_name(bad: &model::name::BadName) -> Problem {
    Problem::Invalid {
        field: "name",
        why: bad.to_string(),
    }
}

/// Keeps the passkey that the browser made; returns it with the session's next
/// secret. The person is told by mail.
#[tracing::instrument(name = "passkey.finish", skip_all)]
pub async fn finish(
    app: &App,
    from: IpAddr,
    caller: &Person,
    secret: Option<&str>,
    answer: &str,
) -> Result<(PasskeyRecord, Option<Secret>), Problem> {
    app.limits.address(from)?;
    let relying_party = app.passkeys.get()?;
    let account = caller.account();
    let (asked, state): (_, PasskeyRegistration) =
        ceremony::take(app, CeremonyKind::Register, secret).await?;
    let (Some(whose), Some(name)) = (asked.account, asked.name) else {
        return Err(DEAD);
    };
    if whose != account.id {
        return Err(DEAD);
    }
    let answer: RegisterPublicKeyCredential = ceremony::read(answer)?;
    let passkey = relying_party
        .finish_passkey_registration(&answer, &state)
        .map_err(|error| refused(&error))?;
    let record = PasskeyRecord {
        id: PasskeyId::generate(app.ambient.as_ref()),
        account: account.id,
        credential_id: passkey.cred_id().clone(),
        credential: written(&passkey)?,
        name,
        created_at: app.now(),
        last_used_at: None,
    };
    let mut work = app.store.begin_write().await?;
    if work.passkeys().list(account.id).await?.len() >= MOST {
        return Err(FULL);
    }
    match work.passkeys().insert(&record).await {
        Ok(()) => {}
        Err(StoreError::Conflict) => {
            return Err(Problem::Conflict("This passkey is registered already."));
        }
        Err(other) => return Err(other.into()),
    }
    let secret = sessions::rotate(app, &mut work, caller).await?;
    caller
        .did(AuditAction::PasskeyAdded, record.id)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    tell(app, account, &record.name, PasskeyChange::Added)?;
    Ok((record, secret))
}

/// The caller's passkeys, newest first.
pub async fn list(app: &App, caller: &Person) -> Result<Vec<PasskeyRecord>, Problem> {
    let mut work = app.store.begin_read().await?;
    Ok(work.passkeys().list(caller.account().id).await?)
}

/// Removes one of the caller's own, unless nothing else would let them in.
#[tracing::instrument(name = "passkey.remove", skip_all, fields(passkey.id = %id))]
pub async fn remove(app: &App, caller: &Person, id: PasskeyId) -> Result<(), Problem> {
    let account = caller.account();
    let mut work = app.store.begin_write().await?;
    let all = work.passkeys().list(account.id).await?;
    let found = all.into_iter().find(|one| one.id == id);
    let found = found.ok_or(Problem::NotFound { what: "passkey" })?;
    if !work.passkeys().delete(account.id, id).await? {
        return Err(Problem::Conflict(
            "This is the only way into your account. Add another passkey or choose a password \
             with \"Forgot your password?\" first.",
        ));
    }
    caller
        .did(AuditAction::PasskeyRemoved, id)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    tell(app, account, &found.name, PasskeyChange::Removed)
}

/// The passkey as it is kept.
pub(super) fn written(passkey: &Passkey) -> Result<String, Problem> {
    serde_json::to_string(passkey).map_err(Problem::internal)
}

/// What the library refused, in one sentence for all reasons.
pub(super) fn refused(error: &dyn std::error::Error) -> Problem {
    tracing::info!(%error, "A passkey was refused: {error}");
    Problem::WrongPasskey
}

/// Tells the person what happened to a passkey of theirs.
pub(super) fn tell(
    app: &App,
    account: &Account,
    passkey: &DisplayName,
    change: PasskeyChange,
) -> Result<(), Problem> {
    tracing::info!(account.id = %account.id, "Account {}: {change:?} (passkey)", account.id);
    let text = PasskeyMail {
        name: account.name.to_string(),
        passkey: passkey.to_string(),
        change,
        page: app.portal.link("/account/passkeys"),
    };
    app.send_mail(mails::to(account, &text)?);
    Ok(())
}
