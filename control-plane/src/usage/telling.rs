//! Notices of nearly used quotas: written down once, and mailed to the owner.
//!
//! A row of the database decides who tells: of any number of processes that
//! see the mark passed, the one whose row it is sends the mail.

use model::{TenantId, Timestamp};

use super::counted::Counted;
use super::notices::{self, Decision};
use crate::app::App;
use crate::store::{Account, QuotaNotice, StoreError, Tenant, Work};

/// Tenants that are looked at in one transaction. Writers wait for it.
const AT_ONCE: u32 = 50;

/// A notice that was written down now, and who is to be told.
#[derive(Clone, Debug)]
struct News {
    tenant: Tenant,
    owner: Account,
    notice: QuotaNotice,
}

/// The notices that hold for a tenant.
pub async fn current(
    work: &mut Work,
    tenant: TenantId,
    now: Timestamp,
) -> Result<Vec<QuotaNotice>, StoreError> {
    let told = work.notices().list(tenant).await?;
    Ok(notices::holding(told, now))
}

/// Looks at every tenant whose use or limits changed since the last time;
/// returns how many there were. Nobody else costs anything.
pub async fn look(app: &App) -> Result<usize, StoreError> {
    let mut looked_at = 0;
    loop {
        let mut work = app.store.begin_read().await?;
        let tenants = work.notices().to_look_at(AT_ONCE).await?;
        drop(work);
        if tenants.is_empty() {
            return Ok(looked_at);
        }
        looked_at += tenants.len();
        let mut news = Vec::new();
        let mut work = app.store.begin_write().await?;
        for tenant in tenants {
            if !work.notices().take(tenant).await? {
                continue;
            }
            match look_at(&mut work, tenant, app.now()).await {
                Ok(found) => news.extend(found),
                // One tenant's broken row is no reason to look at nobody.
                Err(error @ StoreError::Corrupt { .. }) => {
                    tracing::error!(tenant.id = %tenant, %error, "Quotas cannot be looked at: {error}");
                }
                Err(error) => return Err(error),
            }
        }
        work.commit().await?;
        for one in news {
            tell(app, &one);
        }
    }
}

async fn look_at(
    work: &mut Work,
    tenant: TenantId,
    now: Timestamp,
) -> Result<Vec<News>, StoreError> {
    let (Some(entitlement), Some(found)) = (
        work.plans().entitlement(tenant, now).await?,
        work.tenants().find(tenant).await?,
    ) else {
        return Ok(Vec::new());
    };
    let told = work.notices().list(tenant).await?;
    let uses = Counted::read(work, tenant, now).await?.uses();
    let Decision { raise, end } = notices::decide(&told, &uses, &entitlement.quotas(), now);
    for one in &end {
        work.notices().end(tenant, one).await?;
    }
    let mut raised = Vec::new();
    for one in raise {
        if work.notices().raise(tenant, &one).await? {
            raised.push(one);
        }
    }
    // Who passes both marks at once is told of the higher one.
    let raised = notices::holding(raised, now);
    if raised.is_empty() {
        return Ok(Vec::new());
    }
    let Some(owner) = work.accounts().find(found.owner).await? else {
        return Ok(Vec::new());
    };
    let news = |notice| News {
        tenant: found.clone(),
        owner: owner.clone(),
        notice,
    };
    Ok(raised.into_iter().map(news).collect())
}

fn tell(app: &App, news: &News) {
    let (quota, level) = (news.notice.quota.name, news.notice.level);
    tracing::info!(
        tenant.id = %news.tenant.id, quota, level,
        "Tenant {} has used {level} % of {quota}", news.tenant.slug
    );
    match super::mail::of(app, &news.tenant, &news.owner, &news.notice) {
        Ok(mail) => app.send_mail(mail),
        Err(error) => tracing::error!(%error, "A mail could not be written: {error}"),
    }
}
