//! The check of e-mail address and password, shared by browsers and programs.

use std::net::IpAddr;

use model::{AccountId, AuditAction, EmailAddress};

use crate::app::App;
use crate::audit::Note;
use crate::http::problem::Problem;
use crate::passwords::Password;
use crate::sign_up::approval;
use crate::store::Account;

/// Somebody tries to log in.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// From where.
    pub from: IpAddr,
    /// The address as typed.
    pub email: &'a str,
    /// The password as typed.
    pub password: &'a str,
}

/// The account whose address and password these are.
///
/// An unknown address, a text that is no address and a wrong password get the
/// same answer after the same work. Whoever knows the password learns that the
/// address is not proven yet.
pub async fn check_password(app: &App, attempt: Attempt<'_>) -> Result<Account, Problem> {
    app.limits.log_in_from(attempt.from)?;
    let email = attempt.email.parse::<EmailAddress>().ok();
    let account = match &email {
        Some(email) => {
            app.limits.account(&email.canonical())?;
            let mut work = app.store.begin_read().await?;
            work.accounts().find_by_email(email).await?
        }
        None => None,
    };
    let stored = account.as_ref().and_then(stored);
    let password = Password::attempt(attempt.password);
    let fits = app.passwords.verify(password, stored).await?;
    let whose = account.as_ref().map(|account| account.id);
    let outcome = judge(account, fits);
    let word = if outcome.is_ok() {
        "accepted"
    } else {
        "refused"
    };
    metrics::counter!("log_ins_total", "outcome" => word, "by" => "password").increment(1);
    if matches!(outcome, Err(Problem::WrongLogIn)) {
        app.limits.log_in_failed(attempt.from);
        refused(whose, attempt.from).write_alone(app).await?;
    }
    let account = outcome?;
    let mut work = app.store.begin_read().await?;
    approval::refuse_waiting(&mut work, account.id).await?;
    Ok(account)
}

/// What the log says of a log-in that failed. For an address without an account
/// the same is written, and not the address: it may be a password.
pub(super) fn refused(whose: Option<AccountId>, from: IpAddr) -> Note {
    let subject = whose.map(|id| id.to_string()).unwrap_or_default();
    Note::by_nobody(AuditAction::LogInRefused, subject).from_address(from)
}

/// Whether somebody who is logged in knows the password as well; limited like
/// a log-in, so that a borrowed browser is no place to guess it. `field` is
/// where they typed it.
pub async fn confirm_password(
    app: &App,
    from: IpAddr,
    account: &Account,
    field: &'static str,
    typed: &str,
) -> Result<(), Problem> {
    app.limits.address(from)?;
    app.limits.account(&account.email.canonical())?;
    let password = Password::attempt(typed);
    if app.passwords.verify(password, stored(account)).await? {
        return Ok(());
    }
    Err(Problem::Invalid {
        field,
        why: "is not your password".to_owned(),
    })
}

/// The hash of the password; `None` for an account that has none, which no
/// password opens.
fn stored(account: &Account) -> Option<String> {
    let phc = account.password.as_phc();
    (!phc.is_empty()).then(|| phc.to_owned())
}

/// What the attempt comes to.
fn judge(account: Option<Account>, password_fits: bool) -> Result<Account, Problem> {
    match account {
        Some(account) if password_fits && account.verified_at.is_some() => Ok(account),
        Some(_) if password_fits => Err(Problem::Unverified),
        Some(_) | None => Err(Problem::WrongLogIn),
    }
}
