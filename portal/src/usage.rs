//! `/tenants/{tenant}/usage` and `/tenants/{tenant}/refusals`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use model::{HouseId, Quota, TenantId, TenantRole, TimeZoneName, Timestamp};
use web::page::{
    Columns, HouseSent, QuotaBar, Stopped, UsagePage, Used, quota_remedy, quota_title, refusal_what,
};
use web::{Moment, Notice, Section, Text, Tone, moment, routes, words};

use crate::refusals::{self, Listed};
use crate::render;
use control_plane::app::App;
use control_plane::http::acting::{Acting, Guest};
use control_plane::http::caller::Caller;
use control_plane::http::extract::Query;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::refusals::Asked;
use control_plane::store::{Grain, House, QuotaNotice, RefusalFilter, Tenant};
use control_plane::tenants::{self, QuotaUse, Usage};
use control_plane::usage::history::{self, History};

/// Refusals shown on the page of usage.
const NEWEST: u32 = 5;

pub(super) fn routes() -> Vec<Route> {
    let guest = Guard::Tenant(TenantRole::Guest);
    vec![
        Page::get("/tenants/{tenant}/usage", guest, show),
        Page::get("/tenants/{tenant}/refusals", guest, refused),
    ]
}

/// The tenant's houses, and the clock its pages go by: that of the first one.
struct Homes {
    houses: Vec<House>,
    zone: TimeZoneName,
}

impl Homes {
    async fn of(app: &App, tenant: &Tenant) -> Result<Self, Problem> {
        let mut work = app.store.begin_read().await?;
        let houses = work.houses().list(tenant.id).await?;
        let zone = match houses.first() {
            Some(first) => first.timezone.clone(),
            None => "UTC".parse().map_err(Problem::internal)?,
        };
        Ok(Self { houses, zone })
    }

    fn name(&self, id: &HouseId) -> String {
        let house = self.houses.iter().find(|house| house.id == *id);
        house.map_or_else(|| id.to_string(), |house| house.name.to_string())
    }
}

async fn show(State(app): State<App>, acting: Acting<Guest, Tenant>) -> Result<Response, Problem> {
    let (tenant, now) = (acting.tenant(), app.now());
    let usage = tenants::usage(&app, &acting).await?;
    let homes = Homes::of(&app, tenant).await?;
    let days = sent(&app, tenant, Grain::Day).await?;
    let hours = sent(&app, tenant, Grain::Hour).await?;
    let id = tenant.id.to_string();
    let counts = control_plane::refusals::counts(&app, tenant).await?;
    let stopped = counts.into_iter().map(|(reason, count)| Stopped {
        what: refusal_what(reason),
        times: Text::new("refusals-times").with("count", count.max(1)),
        href: format!("{}?reason={reason}", routes::tenant_refusals(&id)),
    });
    let filter = RefusalFilter::default();
    let newest = control_plane::refusals::page(&app, tenant, &filter, NEWEST).await?;
    let mut shell = render::tenant_shell(&acting, Section::Usage);
    shell
        .notices
        .extend(usage.notices.iter().map(|notice| told(notice, None)));
    render::page(&UsagePage {
        shell,
        tenant: tenant.name.to_string(),
        plan: usage.entitlement.plan.title.to_string(),
        bars: bars(&usage, &homes),
        days: columns_of_days(&days),
        hours: Columns::new(
            hours
                .together(Grain::Hour)
                .into_iter()
                .map(|(at, sent)| (Moment::in_utc(at, now).clock, sent.messages, sent.bytes)),
        ),
        month: words::count(usage.month.1.messages),
        houses: by_house(&days, &homes),
        stopped: stopped.collect(),
        newest: refusals::rows(&newest.rows, now, &homes.zone, |id| homes.name(id)),
        refusals: routes::tenant_refusals(&id),
    })
}

async fn sent(app: &App, tenant: &Tenant, grain: Grain) -> Result<History, Problem> {
    history::read(app, tenant.id, &history::Asked::lately(grain)).await
}

/// Messages per day. Days are those of UTC, whatever the clock of the house says.
pub(super) fn columns_of_days(days: &History) -> Columns {
    let days = days.together(Grain::Day).into_iter();
    Columns::new(days.map(|(at, sent)| (utc_day(at), sent.messages, sent.bytes)))
}

fn utc_day(at: Timestamp) -> Text {
    match "UTC".parse() {
        Ok(utc) => moment::day(at, &utc),
        Err(_) => Text::plain(at.to_rfc3339()),
    }
}

/// Every quota that is counted; of one per house the fullest house.
fn bars(usage: &Usage, homes: &Homes) -> Vec<QuotaBar> {
    let quotas = usage.entitlement.quotas();
    let shown = usage
        .quotas
        .iter()
        .filter(|row| row.house_id.is_none() || row.fullest);
    let bar = |row: &QuotaUse| {
        let quota = Quota::by_name(row.quota)?;
        // With one house there is nothing to tell apart.
        let house = row.house_id.as_ref().filter(|_| homes.houses.len() > 1);
        let house = house.map(|id| homes.name(id));
        let exception = usage.entitlement.exception(quota);
        Some(QuotaBar::new(&Used {
            quota,
            used: row.used,
            allowed: quotas.get(quota),
            house: house.as_deref(),
            resets: row.window.map(|_| (usage.today.0.to, &homes.zone)),
            exception: exception.map(|one| (usage.entitlement.plan.quotas.get(quota), one.until)),
        }))
    };
    shown.filter_map(bar).collect()
}

/// What each house sent, most first.
fn by_house(days: &History, homes: &Homes) -> Vec<HouseSent> {
    let mut sums: BTreeMap<&HouseId, (u64, u64)> = BTreeMap::new();
    for point in &days.points {
        let sum = sums.entry(&point.house).or_default();
        sum.0 = sum.0.saturating_add(point.sent.messages);
        sum.1 = sum.1.saturating_add(point.sent.bytes);
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, (messages, _))| std::cmp::Reverse(*messages));
    sums.into_iter()
        .map(|(house, (messages, bytes))| HouseSent {
            name: homes.name(house),
            messages: words::count(messages),
            bytes: words::bytes(bytes),
        })
        .collect()
}

/// The quotas that are nearly or fully used, for the pages of `tenant` and its
/// houses; of all tenants of the person for `None`.
pub(super) fn notices(caller: &Caller, tenant: Option<TenantId>) -> Vec<Notice> {
    let around = caller.around().quotas.iter();
    around
        .filter(|(of, _)| tenant.is_none_or(|tenant| tenant == *of))
        .map(|(of, notice)| told(notice, Some(*of)))
        .collect()
}

/// What a tenant is told of a quota that is nearly or fully used. `more` leads
/// to the page that shows it, where that is another one.
fn told(notice: &QuotaNotice, more: Option<TenantId>) -> Notice {
    let quota = quota_title(notice.quota.name);
    let full = notice.level >= 100;
    let (tone, title) = if full {
        (
            Tone::Bad,
            Text::new("usage-notice-full").with("quota", quota),
        )
    } else {
        (
            Tone::Warn,
            Text::new("usage-notice-soft").with("quota", quota),
        )
    };
    let used = Text::new("usage-of")
        .with("used", words::used(notice.quota, notice.used))
        .with("allowed", words::quota(notice.quota, notice.allowed));
    let house = notice.house.as_ref();
    let of = house.map_or(Text::default(), |house| Text::plain(format!(" ({house})")));
    let parts = [used, of, Text::plain(". "), quota_remedy(notice.quota)];
    let it = Notice::new(tone, title).because(Text::joined(parts, ""));
    match more {
        None => it,
        Some(tenant) => it.leading_to(
            routes::usage(&tenant.to_string()),
            Text::new("usage-notice-more"),
        ),
    }
}

async fn refused(
    State(app): State<App>,
    acting: Acting<Guest, Tenant>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let tenant = acting.tenant();
    let filter = asked.filter()?;
    let found = control_plane::refusals::page(&app, tenant, &filter, control_plane::refusals::PAGE);
    let found = found.await?;
    let homes = Homes::of(&app, tenant).await?;
    let rows = refusals::rows(&found.rows, app.now(), &homes.zone, |id| homes.name(id));
    let listed = Listed {
        rows,
        next: found.next,
        action: routes::tenant_refusals(&tenant.id.to_string()),
    };
    render::page(&listed.page(render::tenant_shell(&acting, Section::Usage), &filter))
}
