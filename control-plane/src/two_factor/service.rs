//! Turning it on and off, and asking for a code.

use std::net::IpAddr;
use std::time::Duration;

use data_encoding::BASE32_NOPAD;
use model::{AccountId, AuditAction, Secret, Timestamp};
use url::form_urlencoded::byte_serialize;
use web::mail::{SecondFactorChange, SecondFactorMail};

use super::{codes, recovery};
use crate::app::App;
use crate::audit::{Audited, Note};
use crate::http::caller::Person;
use crate::http::problem::Problem;
use crate::mails;
use crate::sessions;
use crate::store::{Account, SecondFactor, Work};

/// Bytes of the shared secret: as many as SHA-1 gives (RFC 4226, R6).
const SECRET_BYTES: usize = 20;

/// How long a secret that was begun with waits for its first code.
const WAITS: Duration = Duration::from_hours(1);

/// Who an app says the code is for.
const ISSUER: &str = "egeoffrey-cloud";

/// Where an account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Log-ins ask for the password only.
    Off,
    /// A secret waits for its first code.
    Begun(Enrolment),
    /// Log-ins ask for a code; this many recovery codes are left.
    On(u64),
}

/// What an authenticator app has to be told.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The secret in base32, to type in.
    pub key: String,
    /// The `otpauth:` address, to scan.
    pub address: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

/// The secret as apps take it.
#[must_use]
pub fn enrolment(account: &Account, secret: &[u8]) -> Enrolment {
    let key = BASE32_NOPAD.encode(secret);
    let label: String = byte_serialize(account.email.as_str().as_bytes()).collect();
    let address = format!(
        "otpauth://totp/{ISSUER}:{label}?secret={key}&issuer={ISSUER}&algorithm=SHA1&digits=6&period=30"
    );
    Enrolment { key, address }
}

fn is_fresh(factor: &SecondFactor, now: Timestamp) -> bool {
    factor.confirmed_at.is_none() && now.since(factor.created_at) < WAITS
}

/// Where the caller's account stands.
pub async fn state(app: &App, caller: &Person) -> Result<State, Problem> {
    let account = caller.account();
    let mut work = app.store.begin_read().await?;
    let factors = work.second_factors();
    let Some(factor) = factors.find(account.id).await? else {
        return Ok(State::Off);
    };
    if factor.confirmed_at.is_some() {
        return Ok(State::On(factors.count_recovery_codes(account.id).await?));
    }
    if is_fresh(&factor, app.now()) {
        return Ok(State::Begun(enrolment(account, &factor.secret)));
    }
    Ok(State::Off)
}

/// Draws a secret for whoever knows the password. It asks nothing of log-ins
/// before [`confirm`].
#[tracing::instrument(name = "two_factor.begin", skip_all)]
pub async fn begin(app: &App, from: IpAddr, caller: &Person, typed: &str) -> Result<(), Problem> {
    let account = caller.account();
    sessions::confirm_password(app, from, account, "password", typed).await?;
    let mut secret = [0; SECRET_BYTES];
    app.ambient.fill_random(&mut secret);
    let mut work = app.store.begin_write().await?;
    let factors = work.second_factors();
    if !factors.begin(account.id, &secret, app.now()).await? {
        return Err(Problem::Conflict(
            "Two-step log-in is on already. Turn it off first to use another app.",
        ));
    }
    work.commit().await?;
    Ok(())
}

/// Turns it on, when `typed` proves that the app has the secret. Returns the
/// recovery codes, to be shown this once, and the session's next secret.
#[tracing::instrument(name = "two_factor.confirm", skip_all)]
pub async fn confirm(
    app: &App,
    caller: &Person,
    typed: &str,
) -> Result<(Vec<String>, Option<Secret>), Problem> {
    let account = caller.account();
    app.limits.code(account.id)?;
    let now = app.now();
    let mut work = app.store.begin_write().await?;
    let factor = work.second_factors().find(account.id).await?;
    let Some(factor) = factor.filter(|factor| is_fresh(factor, now)) else {
        return Err(Problem::Conflict(
            "There is nothing to confirm. Begin again on the page of two-step log-in.",
        ));
    };
    let step = codes::matching_step(&factor.secret, &squeezed(typed), now);
    let step = step.ok_or(Problem::WrongCode)?;
    let factors = work.second_factors();
    factors.use_step(account.id, step).await?;
    factors.confirm(account.id, now).await?;
    caller
        .did(AuditAction::SecondFactorOn, account.id)
        .write(app, &mut work)
        .await?;
    let fresh = fresh_codes(app, &mut work, account.id).await?;
    let secret = sessions::rotate(app, &mut work, caller).await?;
    work.commit().await?;
    tell(app, account, SecondFactorChange::On)?;
    Ok((fresh, secret))
}

/// Replaces the recovery codes, for whoever has a code.
#[tracing::instrument(name = "two_factor.new_recovery_codes", skip_all)]
pub async fn new_recovery_codes(
    app: &App,
    caller: &Person,
    typed: &str,
) -> Result<Vec<String>, Problem> {
    let account = caller.account();
    app.limits.code(account.id)?;
    let mut work = app.store.begin_write().await?;
    if !redeem(&mut work, account.id, typed, app.now()).await? {
        return Err(Problem::WrongCode);
    }
    let fresh = fresh_codes(app, &mut work, account.id).await?;
    caller
        .did(AuditAction::RecoveryCodesDrawn, account.id)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    tell(app, account, SecondFactorChange::NewRecoveryCodes)?;
    Ok(fresh)
}

/// Turns it off, for whoever has a code; returns the session's next secret.
#[tracing::instrument(name = "two_factor.turn_off", skip_all)]
pub async fn turn_off(app: &App, caller: &Person, typed: &str) -> Result<Option<Secret>, Problem> {
    let account = caller.account();
    app.limits.code(account.id)?;
    let mut work = app.store.begin_write().await?;
    if !redeem(&mut work, account.id, typed, app.now()).await? {
        return Err(Problem::WrongCode);
    }
    work.second_factors().remove(account.id).await?;
    caller
        .did(AuditAction::SecondFactorOff, account.id)
        .write(app, &mut work)
        .await?;
    let secret = sessions::rotate(app, &mut work, caller).await?;
    work.commit().await?;
    tell(app, account, SecondFactorChange::Off)?;
    Ok(secret)
}

/// Whether log-ins of the account ask for a code.
pub async fn is_on(work: &mut Work, account: AccountId) -> Result<bool, Problem> {
    let factor = work.second_factors().find(account).await?;
    Ok(factor.is_some_and(|factor| factor.confirmed_at.is_some()))
}

/// Lets a program pass that has sent the right code, or needs none.
pub async fn require(app: &App, account: &Account, typed: Option<&str>) -> Result<(), Problem> {
    let mut work = app.store.begin_read().await?;
    if !is_on(&mut work, account.id).await? {
        return Ok(());
    }
    drop(work);
    let typed = typed.ok_or(Problem::CodeNeeded)?;
    app.limits.code(account.id)?;
    let mut work = app.store.begin_write().await?;
    if !redeem(&mut work, account.id, typed, app.now()).await? {
        return Err(Problem::WrongCode);
    }
    work.commit().await?;
    told_of_recovery(app, account, typed)
}

/// Uses up a code of the app or a recovery code; `false` when it is neither,
/// or was used before. The caller has counted the attempt, and commits.
pub async fn redeem(
    work: &mut Work,
    account: AccountId,
    typed: &str,
    now: Timestamp,
) -> Result<bool, Problem> {
    let typed = squeezed(typed);
    let factors = work.second_factors();
    let factor = factors.find(account).await?;
    let Some(factor) = factor.filter(|factor| factor.confirmed_at.is_some()) else {
        return Ok(false);
    };
    if let Some(step) = codes::matching_step(&factor.secret, &typed, now) {
        return Ok(factors.use_step(account, step).await?);
    }
    match recovery::hash(account, &typed) {
        Some(hash) => {
            let used = factors.use_recovery_code(account, &hash).await?;
            if used {
                Note::by_account(account, AuditAction::RecoveryCodeUsed)
                    .write_at(now, work)
                    .await?;
            }
            Ok(used)
        }
        None => Ok(false),
    }
}

/// Tells the person when what they typed was a recovery code and no code of
/// the app: somebody may have found the list.
pub fn told_of_recovery(app: &App, account: &Account, typed: &str) -> Result<(), Problem> {
    if squeezed(typed).len() == codes::DIGITS {
        return Ok(());
    }
    tell(app, account, SecondFactorChange::RecoveryCodeUsed)
}

async fn fresh_codes(
    app: &App,
    work: &mut Work,
    account: AccountId,
) -> Result<Vec<String>, Problem> {
    let shown = recovery::draw(app.ambient.as_ref());
    let hashes: Vec<_> = shown
        .iter()
        .filter_map(|code| recovery::hash(account, &squeezed(code)))
        .collect();
    let factors = work.second_factors();
    factors.set_recovery_codes(account, &hashes).await?;
    Ok(shown)
}

/// What was typed without blanks and dashes, cut at a length nobody needs.
fn squeezed(typed: &str) -> String {
    typed
        .chars()
        .filter(|sign| !sign.is_whitespace() && *sign != '-')
        .take(64)
        .collect()
}

fn tell(app: &App, account: &Account, change: SecondFactorChange) -> Result<(), Problem> {
    tracing::info!(account.id = %account.id, "Account {}: {change:?} (two-step log-in)", account.id);
    let text = SecondFactorMail {
        name: account.name.to_string(),
        change,
        page: app.portal.link("/account/two-factor"),
    };
    app.send_mail(mails::to(account, &text)?);
    Ok(())
}
