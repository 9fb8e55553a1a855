//! Logging in with a passkey, and confirming something with one.

use std::net::IpAddr;

use web::mail::PasskeyChange;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, Passkey, PasskeyAuthentication,
    PublicKeyCredential, WebauthnError,
};

use super::ceremony::{self, Asked, DEAD, Question};
use super::register::{refused, tell, written};
use crate::app::App;
use crate::http::caller::Person;
use crate::http::client_device::ClientDevice;
use crate::http::problem::Problem;
use crate::sessions::{self, Step};
use crate::store::{Account, CeremonyKind, PasskeyRecord, Work};

/// Asks the browser for any passkey of this portal. Nobody has said who they
/// are, so there is nothing to find out.
#[tracing::instrument(name = "passkey.begin_log_in", skip_all)]
pub async fn begin_log_in(app: &App, from: IpAddr) -> Result<Asked, Problem> {
    app.limits.address(from)?;
    let relying_party = app.passkeys.get()?;
    let (mut options, state) = relying_party
        .start_discoverable_authentication()
        .map_err(Problem::internal)?;
    // Somebody has pressed a button: the browser shows its own window.
    options.mediation = None;
    let question = Question {
        kind: CeremonyKind::LogIn,
        account: None,
        name: None,
        options: serde_json::to_value(options).map_err(Problem::internal)?,
        state: &state,
    };
    ceremony::ask(app, question).await
}

/// Logs in whoever the answer stands for. The authenticator has asked for a
/// finger or a PIN, so no code of an app is asked for as well.
#[tracing::instrument(name = "passkey.log_in", skip_all)]
pub async fn log_in(
    app: &App,
    from: IpAddr,
    secret: Option<&str>,
    answer: &str,
    on: ClientDevice,
    brought: Option<&str>,
) -> Result<Step, Problem> {
    let outcome = known_by(app, from, secret, answer).await;
    let word = if outcome.is_ok() {
        "accepted"
    } else {
        "refused"
    };
    metrics::counter!("log_ins_total", "outcome" => word, "by" => "passkey").increment(1);
    let account = outcome?;
    if account.verified_at.is_none() {
        return Err(Problem::Unverified);
    }
    sessions::enter(app, account, on, brought).await
}

/// The account that the answer stands for.
async fn known_by(
    app: &App,
    from: IpAddr,
    secret: Option<&str>,
    answer: &str,
) -> Result<Account, Problem> {
    app.limits.log_in_from(from)?;
    let relying_party = app.passkeys.get()?;
    let (_, state): (_, DiscoverableAuthentication) =
        ceremony::take(app, CeremonyKind::LogIn, secret).await?;
    let checked = async {
        let answer: PublicKeyCredential = ceremony::read(answer)?;
        let (user, credential) = relying_party
            .identify_discoverable_authentication(&answer)
            .map_err(|error| refused(&error))?;
        let mut work = app.store.begin_write().await?;
        let record = work.passkeys().find_by_credential(credential).await?;
        let record = record
            .filter(|record| record.account.as_uuid() == user)
            .ok_or(Problem::WrongPasskey)?;
        let account = work.accounts().find(record.account).await?;
        let account = account.ok_or(Problem::WrongPasskey)?;
        let passkey: Passkey =
            serde_json::from_str(&record.credential).map_err(Problem::internal)?;
        let result = relying_party.finish_discoverable_authentication_v2(&answer, state, &passkey);
        settle(app, work, &account, record, passkey, result).await?;
        Ok(account)
    };
    let outcome = checked.await;
    if matches!(outcome, Err(Problem::WrongPasskey)) {
        app.limits.log_in_failed(from);
    }
    outcome
}

/// Asks the browser for one of the caller's own passkeys.
#[tracing::instrument(name = "passkey.begin_confirmation", skip_all)]
pub async fn begin_confirmation(
    app: &App,
    from: IpAddr,
    caller: &Person,
) -> Result<Asked, Problem> {
    app.limits.address(from)?;
    let relying_party = app.passkeys.get()?;
    let account = caller.account().id;
    let mut work = app.store.begin_read().await?;
    let records = work.passkeys().list(account).await?;
    drop(work);
    if records.is_empty() {
        return Err(Problem::Conflict(
            "You have no passkey yet. Confirm with your password.",
        ));
    }
    let keys: Result<Vec<Passkey>, _> = records
        .iter()
        .map(|record| serde_json::from_str(&record.credential))
        .collect();
    let keys = keys.map_err(Problem::internal)?;
    let (options, state) = relying_party
        .start_passkey_authentication(&keys)
        .map_err(Problem::internal)?;
    let question = Question {
        kind: CeremonyKind::Confirm,
        account: Some(account),
        name: None,
        options: serde_json::to_value(options).map_err(Problem::internal)?,
        state: &state,
    };
    ceremony::ask(app, question).await
}

/// Whether whoever is logged in as `account` answered with a passkey of it.
#[tracing::instrument(name = "passkey.confirm", skip_all)]
pub async fn confirm(
    app: &App,
    from: IpAddr,
    account: &Account,
    secret: Option<&str>,
    answer: &str,
) -> Result<(), Problem> {
    app.limits.address(from)?;
    let relying_party = app.passkeys.get()?;
    let (asked, state): (_, PasskeyAuthentication) =
        ceremony::take(app, CeremonyKind::Confirm, secret).await?;
    if asked.account != Some(account.id) {
        return Err(DEAD);
    }
    let answer: PublicKeyCredential = ceremony::read(answer)?;
    let mut work = app.store.begin_write().await?;
    let record = work
        .passkeys()
        .find_by_credential(answer.get_credential_id())
        .await?
        .filter(|record| record.account == account.id)
        .ok_or(Problem::WrongPasskey)?;
    let passkey = serde_json::from_str(&record.credential).map_err(Problem::internal)?;
    let result = relying_party.finish_passkey_authentication(&answer, &state);
    settle(app, work, account, record, passkey, result).await
}

/// Notes that the passkey was used, with its counter. A counter that did not
/// move on means that there are two of it: the person is told.
async fn settle(
    app: &App,
    mut work: Work,
    account: &Account,
    record: PasskeyRecord,
    mut passkey: Passkey,
    result: Result<AuthenticationResult, WebauthnError>,
) -> Result<(), Problem> {
    let result = match result {
        Ok(result) if result.user_verified() => result,
        Ok(_) => return Err(Problem::WrongPasskey),
        Err(error @ WebauthnError::CredentialPossibleCompromise) => {
            tell(app, account, &record.name, PasskeyChange::Copied)?;
            return Err(refused(&error));
        }
        Err(error) => return Err(refused(&error)),
    };
    passkey.update_credential(&result);
    let kept = written(&passkey)?;
    work.passkeys().used(record.id, &kept, app.now()).await?;
    work.commit().await?;
    Ok(())
}
