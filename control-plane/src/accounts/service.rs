//! Signing up and proving an address.

use std::net::IpAddr;
use std::time::Duration;

use model::{AccountId, AuditAction, EmailAddress, Plan, Secret, SecretHash, TenantId};
use platform::mail::Mail;
use platform::settings::SignUpPolicy;
use web::mail::{KnownAccountMail, VerifyMail};

use super::details::NewAccount;
use super::people::{NewPerson, insert_person};
use crate::app::App;
use crate::audit::Note;
use crate::http::problem::Problem;
use crate::mails;
use crate::sign_up;
use crate::store::{Account, LinkKind, OneTimeLink, PasswordHash, Work};

/// How long a mailed link works.
pub const LINK_LASTS: Duration = Duration::from_hours(24);

/// What a sign-up answers, whether or not it made something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedUp {
    /// The id of the account, or one that was never valid.
    pub account: AccountId,
    /// The id of its tenant, or one that was never valid.
    pub tenant: TenantId,
}

/// Makes an unproven account with its tenant and mails the link that proves
/// the address. A known address gets the same answer, in the same time, and
/// another mail: the password is hashed and a write transaction taken either
/// way, and mail is sent behind the answer.
#[tracing::instrument(name = "account.sign_up", skip_all)]
pub async fn sign_up(app: &App, from: IpAddr, new: NewAccount) -> Result<SignedUp, Problem> {
    let mut work = app.store.begin_read().await?;
    let policy = sign_up::current(app, &mut work).await?;
    sign_up::allowed(policy)?;
    drop(work);
    app.limits.address(from)?;
    app.limits.account(&new.email.canonical())?;
    app.limits.mail(&new.email.canonical())?;
    let password = PasswordHash::from_phc(app.passwords.hash(new.password).await?);
    let answer = SignedUp {
        account: AccountId::generate(app.ambient.as_ref()),
        tenant: TenantId::generate(app.ambient.as_ref()),
    };
    let person = NewPerson {
        account: answer.account,
        tenant: answer.tenant,
        email: new.email.clone(),
        name: new.name,
        password,
        admin: false,
        verified_at: None,
        plan: Plan::Free,
    };
    let mut work = app.store.begin_write().await?;
    let mail = match insert_person(app.ambient.as_ref(), app.link.cell(), &mut work, person).await?
    {
        Some(account) => {
            if policy == SignUpPolicy::Approve {
                work.approvals().wait(account.id, app.now()).await?;
            }
            verification(app, &mut work, &account).await?
        }
        None => remind(app, &mut work, &new.email).await?,
    };
    work.commit().await?;
    app.send_mail(mail);
    Ok(answer)
}

/// Mails the link that proves the address once more to whoever has not used it
/// yet; earlier ones stop working. For an address without an account, or one
/// that was proven, the same is looked up, written and limited, and nothing is
/// mailed.
#[tracing::instrument(name = "account.send_link_again", skip_all)]
pub async fn send_link_again(app: &App, from: IpAddr, email: &EmailAddress) -> Result<(), Problem> {
    app.limits.address(from)?;
    app.limits.mail(&email.canonical())?;
    let mut work = app.store.begin_write().await?;
    let account = work.accounts().find_by_email(email).await?;
    let token = fresh_link(app, &mut work, account.as_ref().map(|one| one.id)).await?;
    work.commit().await?;
    if let Some(account) = account.filter(|account| account.verified_at.is_none()) {
        app.send_mail(link_mail(app, &account, &token)?);
    }
    Ok(())
}

/// The mail for an address that has an account: how to log in, or the link
/// again when the address was never proven. Its earlier links stop working.
async fn remind(app: &App, work: &mut Work, email: &EmailAddress) -> Result<Mail, Problem> {
    let Some(account) = work.accounts().find_by_email(email).await? else {
        return Err(Problem::internal("an address was both taken and free"));
    };
    if account.verified_at.is_none() {
        return verification(app, work, &account).await;
    }
    let text = KnownAccountMail {
        name: account.name.to_string(),
        log_in: app.portal.link("/log-in"),
    };
    mails::to(&account, &text)
}

/// Makes the one link that proves the address, and the mail with it.
async fn verification(app: &App, work: &mut Work, account: &Account) -> Result<Mail, Problem> {
    let token = fresh_link(app, work, Some(account.id)).await?;
    link_mail(app, account, &token)
}

/// The one link of an account that proves its address; of nobody, it proves
/// nothing.
async fn fresh_link(
    app: &App,
    work: &mut Work,
    account: Option<AccountId>,
) -> Result<Secret, Problem> {
    let token = Secret::generate(app.ambient.as_ref());
    let now = app.now();
    let kind = LinkKind::VerifyEmail;
    work.links().remove_all(kind, account).await?;
    let link = OneTimeLink {
        hash: token.hash(),
        kind,
        account,
        email: None,
        created_at: now,
        expires_at: now.after(LINK_LASTS),
    };
    work.links().insert(&link).await?;
    Ok(token)
}

fn link_mail(app: &App, account: &Account, token: &Secret) -> Result<Mail, Problem> {
    let text = VerifyMail {
        name: account.name.to_string(),
        link: app
            .portal
            .link(&format!("/verify?token={}", token.expose())),
        valid_for: web::words::window(LINK_LASTS.as_secs()),
    };
    mails::to(account, &text)
}

/// What somebody can do who has just proven their address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proven {
    /// Log in.
    MayLogIn,
    /// Wait for an admin.
    Waits,
}

/// Proves the address that `token` was mailed to. A token works once.
#[tracing::instrument(name = "account.verify", skip_all)]
pub async fn verify(app: &App, from: IpAddr, token: &str) -> Result<Proven, Problem> {
    app.limits.address(from)?;
    let dead = Problem::DeadLink {
        remedy: "Sign up again with the same address to get a new one.",
    };
    let now = app.now();
    let hash = SecretHash::of(token.as_bytes());
    let mut work = app.store.begin_write().await?;
    let link = work.links().take(LinkKind::VerifyEmail, &hash, now).await?;
    let Some(account) = link.and_then(|link| link.account) else {
        return Err(dead);
    };
    if !work.accounts().mark_verified(account, now).await? {
        return Err(dead);
    }
    let waits = work.approvals().is_waiting(account).await?;
    Note::by_account(account, AuditAction::AccountVerified)
        .from_address(from)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    tracing::info!(account.id = %account, "Account {account} has proven its address");
    Ok(if waits {
        Proven::Waits
    } else {
        Proven::MayLogIn
    })
}
