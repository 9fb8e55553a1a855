//! All that is known of one tenant, and the receipts of those that are erased.

use axum::extract::State;
use model::{Quota, TenantId, Timestamp};
use serde::Serialize;

use super::OverTenant;
use crate::app::App;
use crate::http::caller::ServiceAdmin;
use crate::http::extract::Path;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::members::ReachView;
use crate::plans::{Value, service};
use crate::store::{
    Chain, Entitlement, ErasedStore, Grain, House, HousePresence, Member, Receipt, Sent, Span,
    Tenant,
};
use crate::tenants::{ExceptionView, StateView};
use crate::usage::Counted;
use crate::usage::history::{self, History};

/// Most receipts of one answer.
const RECEIPTS: u32 = 200;

/// Owns `GET /api/v1/admin/tenants/{tenant}` and `/api/v1/admin/deletions`.
pub(super) fn routes() -> Vec<Route> {
    let admin = Guard::ServiceAdmin;
    vec![
        Route::get("/api/v1/admin/tenants/{tenant}", admin, read),
        Route::get("/api/v1/admin/deletions", admin, receipts),
        Route::get("/api/v1/admin/deletions/{tenant}", admin, receipt),
    ]
}

/// All that is known of a tenant without asking its houses.
pub struct Details {
    /// The tenant.
    pub tenant: Tenant,
    /// Its plan with its exceptions.
    pub entitlement: Entitlement,
    /// Its people.
    pub members: Vec<Member>,
    /// Each with what its cell last said of who is connected.
    pub houses: Vec<(House, Option<HousePresence>)>,
    /// What it uses now.
    pub counted: Counted,
    /// What it sent in the last 31 days.
    pub history: History,
    /// What it sent this UTC month.
    pub month: Sent,
}

impl Details {
    /// How much of a quota is used, as far as we count it; of a quota per
    /// house the house that uses most.
    pub fn used(&self, quota: &Quota) -> Option<u64> {
        // Without a house nobody is connected.
        let nobody = (quota.name == "connections_per_house").then_some(0);
        self.counted.most(quota).or(nobody)
    }

    /// When a client of any house last sent anything.
    pub fn last_seen(&self) -> Option<Timestamp> {
        let present = self.houses.iter().filter_map(|(_, one)| one.as_ref());
        present.filter_map(|presence| presence.last_seen).max()
    }
}

/// Reads all that is known of a tenant.
pub async fn details(app: &App, over: &OverTenant) -> Result<Details, Problem> {
    let id = over.tenant().id;
    let mut work = app.store.begin_read().await?;
    let tenant = work.tenants().find(id).await?;
    let tenant = tenant.ok_or(Problem::NotFound { what: "tenant" })?;
    let entitlement = service::entitlement(&mut work, id, app.now()).await?;
    let members = work.members().list(id, app.now()).await?;
    let mut houses = Vec::new();
    for house in work.houses().list(id).await? {
        let presence = work.presences().find(house.key).await?;
        houses.push((house, presence));
    }
    let now = app.now();
    let counted = Counted::read(&mut work, id, now).await?;
    let month = Span {
        from: now.start_of_month(),
        to: now.next_midnight(),
    };
    let month = work.usage().sent(id, month).await?;
    drop(work);
    Ok(Details {
        tenant,
        entitlement,
        members,
        houses,
        counted,
        history: history::read(app, id, &history::Asked::lately(Grain::Day)).await?,
        month,
    })
}

#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
struct MemberView {
    email: String,
    name: String,
    /// The role in the whole tenant, or those in single houses.
    #[serde(flatten)]
    reach: ReachView,
}

#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
struct HouseLine {
    house_id: String,
    name: String,
    hosting: model::Hosting,
    clients: usize,
    last_seen: Option<String>,
}

#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
struct QuotaLine {
    quota: &'static str,
    /// What the plan says.
    plan: Value,
    /// What is in force.
    allowed: Value,
    /// What is used, where it is counted without asking the houses; of a quota
    /// per house the house that uses most.
    used: Option<u64>,
    over: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<ExceptionView>,
}

/// A tenant as the API shows it to admins.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct TenantView {
    tenant_id: TenantId,
    slug: String,
    name: String,
    plan: String,
    #[serde(flatten)]
    state: StateView,
    created_at: String,
    last_seen: Option<String>,
    members: Vec<MemberView>,
    houses: Vec<HouseLine>,
    quotas: Vec<QuotaLine>,
    usage: SentView,
}

/// What a tenant sent, all its houses together.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
struct SentView {
    messages_today: u64,
    messages_this_month: u64,
    /// The last 31 UTC days, oldest first.
    days: Vec<DayView>,
}

#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
struct DayView {
    at: String,
    messages: u64,
    bytes: u64,
}

impl SentView {
    fn of(details: &Details) -> Self {
        let days = details.history.together(Grain::Day).into_iter();
        Self {
            messages_today: details.counted.today.messages,
            messages_this_month: details.month.messages,
            days: days
                .map(|(at, sent)| DayView {
                    at: at.to_rfc3339(),
                    messages: sent.messages,
                    bytes: sent.bytes,
                })
                .collect(),
        }
    }
}

impl TenantView {
    /// The tenant as it is now.
    pub async fn fresh(app: &App, over: &OverTenant) -> Result<Self, Problem> {
        details(app, over).await.map(|details| Self::new(&details))
    }

    fn new(details: &Details) -> Self {
        let tenant = &details.tenant;
        let member = |member: &Member| MemberView {
            email: member.email.to_string(),
            name: member.name.to_string(),
            reach: ReachView::from(&member.reach),
        };
        Self {
            tenant_id: tenant.id,
            slug: tenant.slug.to_string(),
            name: tenant.name.to_string(),
            plan: tenant.plan.to_string(),
            state: StateView::from(&tenant.state),
            created_at: tenant.created_at.to_rfc3339(),
            last_seen: details.last_seen().map(Timestamp::to_rfc3339),
            members: details.members.iter().map(member).collect(),
            houses: details.houses.iter().map(house).collect(),
            quotas: Quota::ALL
                .iter()
                .map(|quota| line(details, quota))
                .collect(),
            usage: SentView::of(details),
        }
    }
}

fn house((house, presence): &(House, Option<HousePresence>)) -> HouseLine {
    let presence = presence.as_ref();
    HouseLine {
        house_id: house.id.to_string(),
        name: house.name.to_string(),
        hosting: house.hosting,
        clients: presence.map_or(0, |presence| presence.clients.len()),
        last_seen: presence
            .and_then(|presence| presence.last_seen)
            .map(Timestamp::to_rfc3339),
    }
}

fn line(details: &Details, quota: &'static Quota) -> QuotaLine {
    let entitlement = &details.entitlement;
    let allowed = entitlement.quotas().get(quota);
    let used = details.used(quota);
    QuotaLine {
        quota: quota.name,
        plan: Value::of(quota, entitlement.plan.quotas.get(quota)),
        allowed: Value::of(quota, allowed),
        used,
        over: used.is_some_and(|used| used > allowed),
        exception: entitlement.exception(quota).map(ExceptionView::from),
    }
}

async fn read(State(app): State<App>, over: OverTenant) -> Result<axum::Json<TenantView>, Problem> {
    TenantView::fresh(&app, &over).await.map(axum::Json)
}

#[derive(Serialize, schemars::JsonSchema)]
struct ReceiptView {
    tenant_id: TenantId,
    slug: String,
    erased_at: String,
    /// Every store of the control plane that knew the tenant, with the rows
    /// that were removed (or emptied, where a name stays reserved) and found
    /// afterwards.
    stores: Vec<ErasedStore>,
    /// Parts of the cell that have not said yet that they erased theirs.
    #[schemars(with = "Vec<String>")]
    waiting_for: Vec<cell::Reader>,
    /// Where its audit log ended, which is gone with it; absent when it had none.
    #[serde(skip_serializing_if = "Option::is_none")]
    audit_head: Option<crate::audit::heads::Head>,
}

impl From<Receipt> for ReceiptView {
    fn from(receipt: Receipt) -> Self {
        Self {
            tenant_id: receipt.tenant,
            slug: receipt.slug.to_string(),
            erased_at: receipt.erased_at.to_rfc3339(),
            stores: receipt.stores,
            waiting_for: receipt.waiting_for,
            audit_head: receipt
                .audit
                .map(|end| crate::audit::heads::Head::of(Chain::Tenant(receipt.tenant), &end)),
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
struct Receipts {
    deletions: Vec<ReceiptView>,
}

/// The newest receipts.
pub async fn deletions(app: &App, _admin: &ServiceAdmin) -> Result<Vec<Receipt>, Problem> {
    let mut work = app.store.begin_read().await?;
    Ok(work.erasures().receipts(RECEIPTS).await?)
}

async fn receipts(
    State(app): State<App>,
    admin: ServiceAdmin,
) -> Result<axum::Json<Receipts>, Problem> {
    let all = deletions(&app, &admin).await?;
    Ok(axum::Json(Receipts {
        deletions: all.into_iter().map(ReceiptView::from).collect(),
    }))
}

async fn receipt(
    State(app): State<App>,
    _admin: ServiceAdmin,
    Path(tenant): Path<TenantId>,
) -> Result<axum::Json<ReceiptView>, Problem> {
    let mut work = app.store.begin_read().await?;
    let found = work.erasures().receipt(tenant).await?;
    let receipt = found.ok_or(Problem::NotFound { what: "deletion" })?;
    Ok(axum::Json(receipt.into()))
}
