//! Counting what is refused here, and lists of what was refused anywhere.

use std::time::Duration;

use model::{AccountId, HouseKey, Limit, RefusalId, RefusalReason, Refused, TenantId, Timestamp};

use super::PAGE;
use crate::app::App;
use crate::http::problem::Problem;
use crate::store::{
    House, REFUSALS_PER_TENANT, RefusalCursor, RefusalFilter, StoreError, StoredRefusal, Tenant,
};

/// The grain refusals are counted in.
const MINUTE_MS: i64 = 60_000;
/// Most characters kept of what was refused, as in [`Refused::subject`].
const SUBJECT_CHARS: usize = 256;
/// The span of [`counts`].
const DAY: Duration = Duration::from_hours(24);

/// What a refusal is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Of {
    tenant: TenantId,
    house: Option<HouseKey>,
}

impl From<&Tenant> for Of {
    fn from(tenant: &Tenant) -> Self {
        Self {
            tenant: tenant.id,
            house: None,
        }
    }
}

impl From<&House> for Of {
    fn from(house: &House) -> Self {
        Self {
            tenant: house.tenant,
            house: Some(house.key),
        }
    }
}

/// Counts `problem` among the refusals, if it is one by a quota or by the
/// standing, and hands it on. `subject` says what was refused: a name, a path.
///
/// That it cannot be written down is no reason to answer anything else.
pub async fn noted(
    app: &App,
    of: impl Into<Of> + Send,
    account: AccountId,
    subject: &str,
    problem: Problem,
) -> Problem {
    let of = of.into();
    let Some((reason, limit)) = counted(&problem) else {
        return problem;
    };
    let now = app.now().0;
    let refused = Refused {
        at: Timestamp(now - now.rem_euclid(MINUTE_MS)),
        reason,
        limit,
        client: String::new(),
        subject: cut(subject),
        count: 1,
        clears_at: None,
    };
    if let Err(error) = write(app, of, account, &refused).await {
        tracing::warn!(%error, "A refusal could not be written down: {error}");
    }
    metrics::counter!("http_refusals_total", "reason" => reason.as_str()).increment(1);
    problem
}

async fn write(app: &App, of: Of, account: AccountId, refused: &Refused) -> Result<(), StoreError> {
    let id = RefusalId::generate(app.ambient.as_ref());
    let mut work = app.store.begin_write().await?;
    let refusals = work.refusals();
    refusals
        .note((of.tenant, of.house), account, id, refused)
        .await?;
    refusals
        .keep_newest_of_tenant(of.tenant, REFUSALS_PER_TENANT)
        .await?;
    work.commit().await.map(drop)
}

/// As what a problem is counted; `None` for one that is no refusal.
fn counted(problem: &Problem) -> Option<(RefusalReason, Option<Limit>)> {
    match problem {
        Problem::Standing(_) => Some((RefusalReason::Standing, None)),
        Problem::OverQuota {
            limit,
            allowed,
            seen,
            ..
        } => {
            let reason = match *limit {
                "houses" => RefusalReason::Houses,
                "members" => RefusalReason::Members,
                "credentials_per_house" => RefusalReason::Credentials,
                "sensors_per_house" => RefusalReason::Sensors,
                "rules_per_house" => RefusalReason::Rules,
                "messages_per_day" => RefusalReason::MessagesPerDay,
                _ => return None,
            };
            let limit = Limit {
                name: (*limit).to_owned(),
                window_secs: (*limit == "messages_per_day").then_some(DAY.as_secs()),
                allowed: *allowed,
                seen: *seen,
            };
            Some((reason, Some(limit)))
        }
        _ => None,
    }
}

/// At most as much as is kept, without what no database or terminal bears.
fn cut(text: &str) -> String {
    text.chars()
        .take(SUBJECT_CHARS)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// One page of a list of refusals.
#[derive(Clone, Debug)]
pub struct Page {
    /// Newest first.
    pub rows: Vec<StoredRefusal>,
    /// Where the list continues; `None` at its end.
    pub next: Option<RefusalCursor>,
}

/// A page of the refusals of a house, or of a tenant with all its houses.
pub async fn page(
    app: &App,
    of: impl Into<Of> + Send,
    filter: &RefusalFilter,
    most: u32,
) -> Result<Page, Problem> {
    let of = of.into();
    let most = most.min(PAGE);
    let mut work = app.store.begin_read().await?;
    // One more than shown tells whether there is another page.
    let mut rows = if let Some(house) = of.house {
        work.refusals().list(house, filter, most + 1).await?
    } else {
        let refusals = work.refusals();
        refusals.list_of_tenant(of.tenant, filter, most + 1).await?
    };
    let more = rows.len() > most as usize;
    rows.truncate(most as usize);
    let next = rows.last().filter(|_| more).map(StoredRefusal::cursor);
    Ok(Page { rows, next })
}

/// How often what was refused to a tenant and its houses in the last 24 hours,
/// the most frequent reason first.
pub async fn counts(app: &App, tenant: &Tenant) -> Result<Vec<(RefusalReason, u64)>, Problem> {
    let day = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
    let since = Timestamp(app.now().0.saturating_sub(day));
    let mut work = app.store.begin_read().await?;
    Ok(work.refusals().counts(tenant.id, since).await?)
}
