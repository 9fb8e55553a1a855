//! Asking for the link, and using it.

use std::net::IpAddr;
use std::time::Duration;

use model::{AuditAction, EmailAddress, Secret, SecretHash};
use platform::mail::Mail;
use web::mail::{PasswordChangedMail, ResetPasswordMail};

use crate::app::App;
use crate::audit::Note;
use crate::http::problem::Problem;
use crate::mails;
use crate::passwords::Password;
use crate::sessions;
use crate::store::{Account, LinkKind, OneTimeLink, PasswordHash};

/// How long the mailed link works.
pub const LINK_LASTS: Duration = Duration::from_hours(1);

const DEAD: Problem = Problem::DeadLink {
    remedy: "Ask for a new one under \"Forgot your password?\".",
};

/// Mails the link to whoever has the account of `email`; earlier ones stop
/// working. For an address without an account the same is looked up, written
/// and limited, with a link that leads nowhere and is mailed to nobody.
#[tracing::instrument(name = "password_reset.request", skip_all)]
pub async fn request(app: &App, from: IpAddr, email: &EmailAddress) -> Result<(), Problem> {
    app.limits.address(from)?;
    app.limits.mail(&email.canonical())?;
    let token = Secret::generate(app.ambient.as_ref());
    let now = app.now();
    let mut work = app.store.begin_write().await?;
    let account = work.accounts().find_by_email(email).await?;
    let whose = account.as_ref().map(|account| account.id);
    let links = work.links();
    links.remove_all(LinkKind::ResetPassword, whose).await?;
    let link = OneTimeLink {
        hash: token.hash(),
        kind: LinkKind::ResetPassword,
        account: whose,
        email: None,
        created_at: now,
        expires_at: now.after(LINK_LASTS),
    };
    links.insert(&link).await?;
    let subject = whose.map(|id| id.to_string()).unwrap_or_default();
    Note::by_nobody(AuditAction::PasswordResetAsked, subject)
        .from_address(from)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    let name = account.as_ref().map(|account| account.name.to_string());
    let text = ResetPasswordMail {
        name: name.unwrap_or_default(),
        link: app
            .portal
            .link(&format!("/reset-password?token={}", token.expose())),
        valid_for: web::words::window(LINK_LASTS.as_secs()),
    };
    let language = account.as_ref().map(Account::mail_language);
    // Written for nobody, too: an answer that comes sooner would tell.
    let mut mail = mails::to_address(email.clone(), language.unwrap_or_default(), &text)?;
    if let Some(account) = account {
        // To the address as its owner wrote it, not as somebody typed it.
        mail.to = account.email;
        app.send_mail(mail);
    }
    Ok(())
}

/// Uses the link up and puts the new password in place. Whoever was logged in
/// is logged out everywhere, and API tokens end when the person says so: a
/// forgotten password is often one that somebody else has changed. The address
/// counts as proven: the mail arrived.
#[tracing::instrument(name = "password_reset.choose", skip_all)]
pub async fn choose(
    app: &App,
    from: IpAddr,
    token: &str,
    typed: &str,
    end_api_tokens: bool,
) -> Result<(), Problem> {
    app.limits.address(from)?;
    let hash = SecretHash::of(token.as_bytes());
    let owner = owner(app, &hash).await?.ok_or(DEAD)?;
    let password = Password::choose(typed, owner.email.as_str()).map_err(Problem::password)?;
    let password = PasswordHash::from_phc(app.passwords.hash(password).await?);
    let now = app.now();
    let mut work = app.store.begin_write().await?;
    // Another request may have used the link while the password was hashed.
    let link = work
        .links()
        .take(LinkKind::ResetPassword, &hash, now)
        .await?;
    if link.and_then(|link| link.account) != Some(owner.id) {
        return Err(DEAD);
    }
    work.accounts().set_password(owner.id, &password).await?;
    work.accounts().mark_verified(owner.id, now).await?;
    Note::by_account(owner.id, AuditAction::PasswordReset)
        .from_address(from)
        .write(app, &mut work)
        .await?;
    sessions::end_all(&mut work, owner.id, None, now).await?;
    if end_api_tokens {
        work.leaving().end_api_tokens(owner.id).await?;
    }
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!(account.id = %owner.id, "Account {} has a new password by a mailed link", owner.id);
    app.send_mail(changed(app, &owner)?);
    Ok(())
}

async fn owner(app: &App, hash: &SecretHash) -> Result<Option<Account>, Problem> {
    let mut work = app.store.begin_read().await?;
    let links = work.links();
    let link = links.find(LinkKind::ResetPassword, hash, app.now()).await?;
    match link.and_then(|link| link.account) {
        Some(account) => Ok(work.accounts().find(account).await?),
        None => Ok(None),
    }
}

/// The mail that says that the password is another one now.
pub fn changed(app: &App, account: &Account) -> Result<Mail, Problem> {
    let text = PasswordChangedMail {
        name: account.name.to_string(),
        forgot: app.portal.link("/forgot-password"),
    };
    mails::to(account, &text)
}
