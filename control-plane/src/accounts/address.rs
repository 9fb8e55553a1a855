//! Changing one's own e-mail address: asked for here, proven by a link mailed
//! to the new address, told to the old one.

use std::net::IpAddr;

use model::{AuditAction, EmailAddress, Secret, SecretHash};
use platform::mail::Mail;
use web::mail::{AddressChangedMail, KnownAccountMail, NewAddressMail};

use super::service::LINK_LASTS;
use crate::app::App;
use crate::audit::Note;
use crate::http::caller::Person;
use crate::http::problem::Problem;
use crate::mails;
use crate::sessions;
use crate::store::{Account, LinkKind, OneTimeLink, StoreError};

const DEAD: Problem = Problem::DeadLink {
    remedy: "Ask for a new one under \"Your account\".",
};

/// Mails a link to `new` that makes it the account's address. Whether it has
/// an account already is told to nobody but its own mailbox.
#[tracing::instrument(name = "account.ask_for_address", skip_all)]
pub async fn ask_for_address(
    app: &App,
    from: IpAddr,
    caller: &Person,
    new: &EmailAddress,
    password: &str,
) -> Result<(), Problem> {
    let account = caller.account();
    sessions::confirm_password(app, from, account, "password", password).await?;
    app.limits.mail(&account.email.canonical())?;
    app.limits.mail(&new.canonical())?;
    let token = Secret::generate(app.ambient.as_ref());
    let now = app.now();
    let mut work = app.store.begin_write().await?;
    let holder = work.accounts().find_by_email(new).await?;
    let links = work.links();
    links
        .remove_all(LinkKind::ChangeEmail, Some(account.id))
        .await?;
    let link = OneTimeLink {
        hash: token.hash(),
        kind: LinkKind::ChangeEmail,
        account: Some(account.id),
        email: Some(new.clone()),
        created_at: now,
        expires_at: now.after(LINK_LASTS),
    };
    links.insert(&link).await?;
    work.commit().await?;
    app.send_mail(match holder {
        Some(other) if other.id != account.id => taken(app, &other)?,
        _ => proof(app, account, new, &token)?,
    });
    Ok(())
}

fn proof(
    app: &App,
    account: &Account,
    new: &EmailAddress,
    token: &Secret,
) -> Result<Mail, Problem> {
    let text = NewAddressMail {
        name: account.name.to_string(),
        link: app
            .portal
            .link(&format!("/confirm-address?token={}", token.expose())),
        valid_for: web::words::window(LINK_LASTS.as_secs()),
    };
    mails::to_address(new.clone(), account.mail_language(), &text)
}

fn taken(app: &App, holder: &Account) -> Result<Mail, Problem> {
    let text = KnownAccountMail {
        name: holder.name.to_string(),
        log_in: app.portal.link("/log-in"),
    };
    mails::to(holder, &text)
}

/// Uses the link up and moves the account to the address it was mailed to.
/// Links that were mailed to the old address stop working.
#[tracing::instrument(name = "account.confirm_address", skip_all)]
pub async fn confirm_address(app: &App, from: IpAddr, token: &str) -> Result<(), Problem> {
    app.limits.address(from)?;
    let hash = SecretHash::of(token.as_bytes());
    let now = app.now();
    let mut work = app.store.begin_write().await?;
    let link = work.links().take(LinkKind::ChangeEmail, &hash, now).await?;
    let Some((id, new)) = link.and_then(|link| link.account.zip(link.email)) else {
        return Err(DEAD);
    };
    let account = work.accounts().find(id).await?.ok_or(DEAD)?;
    work.accounts()
        .set_email(id, &new, now)
        .await
        .map_err(|error| match error {
            StoreError::Conflict => Problem::Conflict(
                "This e-mail address has an account of its own by now. Use another one.",
            ),
            other => other.into(),
        })?;
    work.links()
        .remove_all(LinkKind::ResetPassword, Some(id))
        .await?;
    work.links()
        .remove_all(LinkKind::VerifyEmail, Some(id))
        .await?;
    Note::by_account(id, AuditAction::EmailChanged)
        .from_address(from)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    tracing::info!(account.id = %id, "Account {id} has another e-mail address");
    let text = AddressChangedMail {
        name: account.name.to_string(),
        new: new.to_string(),
    };
    app.send_mail(mails::to(&account, &text)?);
    Ok(())
}
