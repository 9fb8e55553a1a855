//! `GET /api/v1/houses/{house}/refusals` and `/api/v1/tenants/{tenant}/refusals`.

use axum::extract::State;
use model::{HouseId, RefusalReason, TenantRole, Timestamp};
use serde::{Deserialize, Serialize};

use super::{PAGE, Page, page};
use crate::app::App;
use crate::http::acting::{Acting, Guest};
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::{House, RefusalFilter, StoredRefusal, Tenant};

/// Owns `/api/v1/houses/{house}/refusals` and `/api/v1/tenants/{tenant}/refusals`.
#[must_use]
pub fn routes() -> Vec<Route> {
    let (house, tenant) = (
        "/api/v1/houses/{house}/refusals",
        "/api/v1/tenants/{tenant}/refusals",
    );
    vec![
        Route::get(house, Guard::House(TenantRole::Guest), of_house),
        Route::get(tenant, Guard::Tenant(TenantRole::Guest), of_tenant),
    ]
}

/// Which refusals are asked for.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    reason: Option<String>,
    client: Option<String>,
    #[serde(alias = "before")]
    cursor: Option<String>,
}

impl Asked {
    /// As the store takes it. Empty texts, which forms send, ask for nothing.
    pub fn filter(&self) -> Result<RefusalFilter, Problem> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let reason = given(&self.reason).map(|text| text.parse()).transpose();
        let after = given(&self.cursor).map(|text| text.parse()).transpose();
        Ok(RefusalFilter {
            reason: reason.map_err(|_| Problem::Invalid {
                field: "reason",
                why: format!("must be one of {}", reasons()),
            })?,
            client: given(&self.client),
            after: after.map_err(|bad: crate::store::BadCursor| {
                Problem::Malformed(format!("The cursor {bad}."))
            })?,
        })
    }
}

fn reasons() -> String {
    let words: Vec<&str> = RefusalReason::ALL.iter().map(|one| one.as_str()).collect();
    words.join(", ")
}

/// One refusal; `window` is in seconds.
#[derive(Serialize, schemars::JsonSchema)]
struct RefusalView {
    at: String,
    /// The house it is about, in a list of a tenant; absent where it is the
    /// tenant as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    house_id: Option<HouseId>,
    reason: RefusalReason,
    limit: Option<String>,
    window: Option<u64>,
    allowed: Option<u64>,
    seen: Option<u64>,
    /// A client id of the bus; over the API and the portal a person's name.
    client: String,
    /// What was refused: a topic, a filter, an address, a name.
    subject: String,
    count: u64,
    clears_at: Option<String>,
    remedy: &'static str,
}

impl From<&StoredRefusal> for RefusalView {
    fn from(stored: &StoredRefusal) -> Self {
        let refusal = &stored.refusal;
        let limit = refusal.limit.as_ref();
        Self {
            at: refusal.at.to_rfc3339(),
            house_id: None,
            reason: refusal.reason,
            limit: limit.map(|limit| limit.name.clone()),
            window: limit.and_then(|limit| limit.window_secs),
            allowed: limit.map(|limit| limit.allowed),
            seen: limit.map(|limit| limit.seen),
            client: refusal.client.clone(),
            subject: refusal.subject.clone(),
            count: refusal.count,
            clears_at: refusal.clears_at.map(Timestamp::to_rfc3339),
            remedy: refusal.reason.remedy(),
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
struct Refusals {
    refusals: Vec<RefusalView>,
    next: Option<String>,
}

impl From<Page> for Refusals {
    fn from(page: Page) -> Self {
        Self {
            refusals: page.rows.iter().map(RefusalView::from).collect(),
            next: page.next.map(|cursor| cursor.to_string()),
        }
    }
}

impl Refusals {
    /// The same with the house of each.
    fn with_houses(page: Page) -> Self {
        let houses: Vec<_> = page.rows.iter().map(|row| row.house.clone()).collect();
        let mut all = Self::from(page);
        for (view, house) in all.refusals.iter_mut().zip(houses) {
            view.house_id = house;
        }
        all
    }
}

async fn of_house(
    State(app): State<App>,
    acting: Acting<Guest, House>,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Refusals>, Problem> {
    let found = page(&app, acting.house(), &asked.filter()?, PAGE).await?;
    Ok(axum::Json(found.into()))
}

async fn of_tenant(
    State(app): State<App>,
    acting: Acting<Guest, Tenant>,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Refusals>, Problem> {
    let found = page(&app, acting.tenant(), &asked.filter()?, PAGE).await?;
    Ok(axum::Json(Refusals::with_houses(found)))
}
