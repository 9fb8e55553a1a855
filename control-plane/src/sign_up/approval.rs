//! Accounts that wait for an admin: under the policy `approve` everybody may
//! ask for one, and nothing works before an admin has agreed.

use model::{AccountId, AuditAction};
use web::mail::DecisionMail;

use crate::app::App;
use crate::audit::Audited;
use crate::http::caller::ServiceAdmin;
use crate::http::problem::Problem;
use crate::mails;
use crate::store::{Account, Waiting, Work};

/// How many are shown at once; who came first first.
pub const SHOWN: u32 = 100;

const NOBODY: Problem = Problem::NotFound { what: "sign-up" };

/// Refuses an account that waits, to whoever has just proven that it is theirs.
pub async fn refuse_waiting(work: &mut Work, account: AccountId) -> Result<(), Problem> {
    if work.approvals().is_waiting(account).await? {
        return Err(Problem::Waiting);
    }
    Ok(())
}

/// Those who have proven their address and wait, who came first first; at most
/// [`SHOWN`].
pub async fn list(app: &App, _admin: &ServiceAdmin) -> Result<Vec<Waiting>, Problem> {
    let mut work = app.store.begin_read().await?;
    Ok(work.approvals().list(SHOWN).await?)
}

/// How many wait, for a notice to admins.
pub async fn count(app: &App, _admin: &ServiceAdmin) -> Result<u64, Problem> {
    let mut work = app.store.begin_read().await?;
    Ok(work.approvals().count().await?)
}

/// Lets somebody in and tells them.
#[tracing::instrument(name = "sign_up.approve", skip_all, fields(account.id = %account))]
pub async fn approve(app: &App, admin: &ServiceAdmin, account: AccountId) -> Result<(), Problem> {
    let mut work = app.store.begin_write().await?;
    let person = waiting(&mut work, account).await?;
    work.approvals().release(account).await?;
    admin
        .did(AuditAction::AccountApproved, account)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    tracing::info!("Account {account} was let in");
    tell(app, &person, Some(app.portal.link("/log-in")))
}

/// Declines: the account and its tenant, which nobody has used, are erased,
/// and the person is told.
#[tracing::instrument(name = "sign_up.decline", skip_all, fields(account.id = %account))]
pub async fn decline(app: &App, admin: &ServiceAdmin, account: AccountId) -> Result<(), Problem> {
    let now = app.now();
    let mut work = app.store.begin_write().await?;
    let person = waiting(&mut work, account).await?;
    for access in work.tenants().list_for(account, now).await? {
        if access.tenant.owner == account {
            work.erasures().erase(access.tenant.id, now).await?;
        }
    }
    work.account_erasures().erase(account, now).await?;
    admin
        .did(AuditAction::AccountDeclined, account)
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    tracing::info!("The sign-up of account {account} was declined");
    tell(app, &person, None)
}

async fn waiting(work: &mut Work, account: AccountId) -> Result<Account, Problem> {
    if work.approvals().find(account).await?.is_none() {
        return Err(NOBODY);
    }
    work.accounts().find(account).await?.ok_or(NOBODY)
}

fn tell(app: &App, person: &Account, log_in: Option<String>) -> Result<(), Problem> {
    let text = DecisionMail {
        name: person.name.to_string(),
        log_in,
    };
    app.send_mail(mails::to(person, &text)?);
    Ok(())
}
