//! Every quota that is counted beside its use.

use futures_util::{StreamExt, stream};
use model::{HouseId, Quota, Quotas, Timestamp};
use serde::Serialize;

use crate::app::App;
use crate::http::acting::{Acting, Guest};
use crate::http::problem::Problem;
use crate::plans::{self, Value};
use crate::sensors;
use crate::store::{Entitlement, QuotaNotice, Sent, Span, Tenant};
use crate::usage::{self, Counted, HouseCount, Use};

/// How many houses are asked at one time.
const ASKED_AT_ONCE: usize = 8;

/// One quota beside its use.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct QuotaUse {
    /// The quota's name, as in refusals and over-quota problems.
    pub quota: &'static str,
    /// The house, for a quota that counts per house.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub house_id: Option<HouseId>,
    /// How much is allowed: by the plan, or by an exception from it.
    pub allowed: Value,
    /// The same under the name that refusals have for it.
    pub limit: Value,
    /// How much is used; `None` when nobody has said and the house did not
    /// answer.
    pub used: Option<u64>,
    /// What part of the limit is used: 1 is all of it. `None` when that is not
    /// known, or there is no limit.
    pub share: Option<f64>,
    /// Whether more is used than is allowed: the limit came later.
    pub over: bool,
    /// Seconds of the window it counts in; `None` for what counts at one moment.
    pub window: Option<u64>,
    /// When the window ends and counting begins anew.
    pub resets_at: Option<String>,
    /// Whether this is the house that uses most of a quota per house.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fullest: bool,
}

impl QuotaUse {
    fn new(one: Use, quotas: &Quotas, fullest: bool) -> Self {
        let number = quotas.get(one.quota);
        let allowed = Value::of(one.quota, number);
        Self {
            quota: one.quota.name,
            house_id: one.house,
            allowed,
            limit: allowed,
            share: one
                .used
                .filter(|_| allowed != Value::Unlimited)
                .map(|used| share(used, number)),
            used: one.used,
            over: one.used.is_some_and(|used| used > number),
            window: one.window.map(|Span { from, to }| to.since(from).as_secs()),
            resets_at: one.window.map(|window| window.to.to_rfc3339()),
            fullest,
        }
    }
}

/// What part of `allowed` is `used`, to four digits.
#[must_use]
pub fn share(used: u64, allowed: u64) -> f64 {
    let parts = u128::from(used) * 10_000 / u128::from(allowed.max(1));
    // More than four billion times the limit is told as that.
    f64::from(u32::try_from(parts).unwrap_or(u32::MAX)) / 10_000.0
}

/// What a tenant is allowed beside what it uses.
#[derive(Clone, Debug)]
pub struct Usage {
    /// The plan, and the exceptions from it.
    pub entitlement: Entitlement,
    /// Every quota whose use can be counted.
    pub quotas: Vec<QuotaUse>,
    /// The quotas that are nearly or fully used.
    pub notices: Vec<QuotaNotice>,
    /// What was sent this UTC day.
    pub today: (Span, Sent),
    /// What was sent this UTC month.
    pub month: (Span, Sent),
}

/// All quotas of the tenant whose use can be counted.
pub async fn usage(app: &App, acting: &Acting<Guest, Tenant>) -> Result<Usage, Problem> {
    let (tenant, now) = (acting.tenant(), app.now());
    let month = Span {
        from: now.start_of_month(),
        to: now.next_midnight(),
    };
    let mut work = app.store.begin_read().await?;
    let entitlement = plans::service::entitlement(&mut work, tenant.id, now).await?;
    let mut counted = Counted::read(&mut work, tenant.id, now).await?;
    let notices = usage::current(&mut work, tenant.id, now).await?;
    let sent = work.usage().sent(tenant.id, month).await?;
    drop(work);
    ask_houses(app, acting, &mut counted.houses).await;
    Ok(Usage {
        quotas: beside(counted.uses(), &entitlement.quotas()),
        entitlement,
        notices,
        today: (Span::day(now), counted.today),
        month: (month, sent),
    })
}

/// Asks houses about sensors that nobody has reported: controllers at home do
/// not. A house that is known to be away is not waited for.
async fn ask_houses(app: &App, acting: &Acting<Guest, Tenant>, houses: &mut [HouseCount]) {
    let person = sensors::Person::of(acting.account(), acting.role());
    let unknown = houses
        .iter_mut()
        .filter(|one| one.kept.sensors.is_none() && one.connections != Some(0));
    let person = &person;
    stream::iter(unknown)
        .for_each_concurrent(ASKED_AT_ONCE, |one| async move {
            let found = sensors::list(app, person, &one.house.id).await;
            one.kept.sensors = found
                .ok()
                .map(|found| u64::try_from(found.len()).unwrap_or(u64::MAX));
        })
        .await;
}

fn beside(uses: Vec<Use>, quotas: &Quotas) -> Vec<QuotaUse> {
    let fullest = |quota: &Quota| {
        let of_it = uses
            .iter()
            .filter(|one| one.quota == quota && one.house.is_some());
        // Of equals the oldest house.
        let most = of_it.rev().max_by_key(|one| one.used);
        most.and_then(|one| one.house.clone())
    };
    let marks: Vec<bool> = uses
        .iter()
        .map(|one| one.house.is_some() && fullest(one.quota) == one.house)
        .collect();
    uses.into_iter()
        .zip(marks)
        .map(|(one, is_fullest)| QuotaUse::new(one, quotas, is_fullest))
        .collect()
}

/// A notice as the API shows it.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct NoticeView {
    quota: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    house_id: Option<HouseId>,
    /// The percentage that was passed: 80 or 100.
    level: u8,
    used: u64,
    limit: u64,
    share: f64,
    since: String,
    resets_at: Option<String>,
}

impl From<&QuotaNotice> for NoticeView {
    fn from(notice: &QuotaNotice) -> Self {
        Self {
            quota: notice.quota.name,
            house_id: notice.house.clone(),
            level: notice.level,
            used: notice.used,
            limit: notice.allowed,
            share: share(notice.used, notice.allowed),
            since: notice.raised_at.to_rfc3339(),
            resets_at: notice
                .begun
                .map(Timestamp::next_midnight)
                .map(Timestamp::to_rfc3339),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_four_digits_and_never_fail() {
        assert!((share(140_212, 200_000) - 0.701).abs() < 1e-9);
        assert!((share(3, 2) - 1.5).abs() < 1e-9);
        assert!(share(u64::MAX, 0) > 1_000.0);
        assert!(share(0, 0).abs() < 1e-9);
    }
}
