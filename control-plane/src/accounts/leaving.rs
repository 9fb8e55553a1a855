//! Deleting one's own account: at once for everybody who is logged in as it,
//! for good after [`GRACE`], and until then taken back by logging in.

use std::net::IpAddr;
use std::time::Duration;

use model::{AccountId, AuditAction, EmailAddress, TenantRole, Timestamp};
use web::mail::AccountDeletedMail;

use crate::app::App;
use crate::audit::Note;
use crate::http::caller::Person;
use crate::http::problem::Problem;
use crate::mails;
use crate::sessions::{self, Confirmation};
use crate::standing;
use crate::store::{Account, AskedBy, Committed, Member, Tenant, Work};

/// How long an account that was deleted can come back.
pub const GRACE: Duration = Duration::from_hours(14 * 24);

/// What deleting the account would mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consequences {
    /// Tenants of this person alone: they go with the account.
    pub go: Vec<Tenant>,
    /// Tenants that another owner answers for afterwards.
    pub handed_over: Vec<(Tenant, AccountId)>,
    /// Tenants with other members and no other owner: they stand in the way.
    pub blocking: Vec<Tenant>,
    /// Whether nobody else administers the service: that stands in the way.
    pub last_admin: bool,
}

/// What deleting the caller's account would mean now.
pub async fn consequences(app: &App, caller: &Person) -> Result<Consequences, Problem> {
    let mut work = app.store.begin_read().await?;
    weigh(&mut work, caller.account(), app.now()).await
}

async fn weigh(
    work: &mut Work,
    account: &Account,
    now: Timestamp,
) -> Result<Consequences, Problem> {
    let mut found = Consequences {
        last_admin: account.admin && !work.leaving().another_admin(account.id).await?,
        ..Consequences::default()
    };
    for access in work.tenants().list_for(account.id, now).await? {
        let tenant = access.tenant;
        let others = others_who_stay(work, &tenant, account.id, now).await?;
        let heir = others
            .iter()
            .find(|member| member.reach.whole() == Some(TenantRole::Owner));
        if others.is_empty() {
            found.go.push(tenant);
        } else if access.role != TenantRole::Owner {
            // Somebody else's: leaving is all that happens.
        } else if let Some(heir) = heir {
            let answers = tenant.owner == account.id;
            if answers {
                found.handed_over.push((tenant, heir.account));
            }
        } else {
            found.blocking.push(tenant);
        }
    }
    Ok(found)
}

/// The other members, but for those who are leaving as well.
async fn others_who_stay(
    work: &mut Work,
    tenant: &Tenant,
    leaver: AccountId,
    now: Timestamp,
) -> Result<Vec<Member>, Problem> {
    let mut staying = Vec::new();
    for member in work.members().list(tenant.id, now).await? {
        let account = work.accounts().find(member.account).await?;
        let stays = account.is_some_and(|account| account.erase_after.is_none());
        if stays && member.account != leaver {
            staying.push(member);
        }
    }
    Ok(staying)
}

impl Consequences {
    /// Why the account cannot be deleted yet, and what to do about it.
    #[must_use]
    pub fn refusal(&self) -> Option<Problem> {
        if !self.blocking.is_empty() {
            let names = self.blocking.iter().map(|tenant| tenant.name.to_string());
            return Some(Problem::StillNeeded(names.collect()));
        }
        let refusal = Problem::Conflict(
            "You are the only admin of this service. Make somebody else an admin first.",
        );
        self.last_admin.then_some(refusal)
    }
}

/// Deletes the caller's account, when `typed` is its e-mail address and the
/// proof is right; returns when it is erased. Every log-in and token of it ends
/// now, and its own tenants stop with it.
#[tracing::instrument(name = "account.delete", skip_all)]
pub async fn delete(
    app: &App,
    from: IpAddr,
    caller: &Person,
    typed: &str,
    proof: Confirmation<'_>,
) -> Result<Timestamp, Problem> {
    let account = caller.account();
    let fits = typed
        .parse::<EmailAddress>()
        .is_ok_and(|typed| typed.canonical() == account.email.canonical());
    if !fits {
        return Err(Problem::Invalid {
            field: "email",
            why: "is not the address of this account".to_owned(),
        });
    }
    sessions::confirm(app, from, account, proof).await?;
    let (at, committed) = end(app, account).await?;
    app.until_the_gateway_knows(&committed).await;
    let id = account.id;
    tracing::info!(account.id = %id, "Account {id} will be erased at {}", at.to_rfc3339());
    let text = AccountDeletedMail {
        name: account.name.to_string(),
        erased_on: web::moment::day_in_utc(at),
        days: GRACE.as_secs() / 86_400,
        log_in: app.portal.link("/log-in"),
    };
    app.send_mail(mails::to(account, &text)?);
    Ok(at)
}

/// All of it, in one transaction.
async fn end(app: &App, account: &Account) -> Result<(Timestamp, Committed), Problem> {
    let (now, id) = (app.now(), account.id);
    let at = now.after(GRACE);
    let mut work = app.store.begin_write().await?;
    let consequences = weigh(&mut work, account, now).await?;
    if let Some(refusal) = consequences.refusal() {
        return Err(refusal);
    }
    if !work.leaving().erase_account_after(id, at).await? {
        return Err(Problem::Conflict("This account is being deleted already."));
    }
    for (tenant, heir) in &consequences.handed_over {
        work.tenants().hand_over(tenant.id, *heir).await?;
        Note::by_account(id, AuditAction::OwnerChanged)
            .of_tenant(tenant.id)
            .with("account", heir.to_string())
            .write(app, &mut work)
            .await?;
    }
    for tenant in &consequences.go {
        let gone = now.after(standing::service::GRACE);
        let leaving = work.leaving();
        leaving
            .erase_tenant_after(tenant.id, gone, AskedBy::OwnersAccount)
            .await?;
        Note::by_account(id, AuditAction::TenantDeleted)
            .of_tenant(tenant.id)
            .also_in_service()
            .with("erase_after", gone.to_rfc3339())
            .write(app, &mut work)
            .await?;
    }
    sessions::end_all(&mut work, id, None, now).await?;
    work.leaving().end_api_tokens(id).await?;
    Note::by_account(id, AuditAction::AccountLeaving)
        .with("erased_at", at.to_rfc3339())
        .write(app, &mut work)
        .await?;
    Ok((at, work.commit().await?))
}
