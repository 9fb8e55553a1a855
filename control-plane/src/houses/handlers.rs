//! `/api/v1/tenants/{tenant}/houses` and `/api/v1/houses/{house}`.

use axum::extract::State;
use http::StatusCode;
use model::{TenantId, TenantRole, Timestamp};
use serde::{Deserialize, Serialize};

use super::overview;
use super::service::{self, Changes, NewHouse};
use super::view::{self, HouseView};
use crate::app::App;
use crate::http::acting::{Acting, Admin, Guest, Installer};
use crate::http::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::{House, Tenant};

/// Owns `/api/v1/tenants/{tenant}/houses`, `/api/v1/houses` and `/api/v1/houses/{house}`.
pub fn routes() -> Vec<Route> {
    const OF_TENANT: &str = "/api/v1/tenants/{tenant}/houses";
    const ONE: &str = "/api/v1/houses/{house}";
    vec![
        Route::post(OF_TENANT, Guard::Tenant(TenantRole::Installer), create),
        Route::get(OF_TENANT, Guard::Tenant(TenantRole::Guest), list),
        Route::get("/api/v1/houses", Guard::LoggedIn, overview),
        Route::get(ONE, Guard::House(TenantRole::Guest), read),
        Route::patch(ONE, Guard::House(TenantRole::Installer), change),
        Route::delete(ONE, Guard::House(TenantRole::Admin), delete),
    ]
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "MadeHouse")]
struct Made {
    passcode: String,
    #[serde(flatten)]
    house: HouseView,
}

async fn create(
    State(app): State<App>,
    acting: Acting<Installer, Tenant>,
    Json(new): Json<NewHouse>,
) -> Result<(StatusCode, axum::Json<Made>), Problem> {
    let made = service::create(&app, &acting, new).await?;
    let answer = Made {
        passcode: made.passcode.expose().to_owned(),
        house: view::view(&app.portal, &made.house, acting.role(), None),
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

#[derive(Serialize, schemars::JsonSchema)]
struct Houses {
    houses: Vec<HouseView>,
}

async fn list(
    State(app): State<App>,
    acting: Acting<Guest, Tenant>,
) -> Result<axum::Json<Houses>, Problem> {
    let mut work = app.store.begin_read().await?;
    let houses = work.houses().list(acting.tenant().id).await?;
    let present = work
        .presences()
        .list_for(acting.account().id, app.now())
        .await?;
    let of = |house: &House| present.iter().find(|(key, _)| *key == house.key);
    let houses = houses
        .iter()
        .map(|house| {
            let presence = of(house).map(|(_, presence)| presence);
            view::view(&app.portal, house, acting.role(), presence)
        })
        .collect();
    Ok(axum::Json(Houses { houses }))
}

#[derive(Default, Deserialize, schemars::JsonSchema)]
#[serde(default)]
struct Looked {
    q: String,
    state: Option<String>,
    tenant: Option<TenantId>,
    /// From 1.
    page: Option<usize>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct OwnHouse {
    tenant_id: TenantId,
    tenant_name: String,
    /// How often something of it was refused within a day.
    refused: u64,
    /// When the caller's role ends, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(flatten)]
    house: HouseView,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Overview {
    houses: Vec<OwnHouse>,
    page: usize,
    pages: usize,
    total: usize,
}

/// Every house in which the caller has a role, of all tenants.
async fn overview(
    State(app): State<App>,
    caller: Caller,
    Query(looked): Query<Looked>,
) -> Result<axum::Json<Overview>, Problem> {
    let state = looked.state.as_deref().map(|word| {
        overview::State::of(word).ok_or_else(|| Problem::Invalid {
            field: "state",
            why: "must be online, offline, never or refusals".to_owned(),
        })
    });
    let filter = overview::Filter {
        text: looked.q,
        state: state.transpose()?,
        tenant: looked.tenant,
    };
    let page = looked.page.unwrap_or(1).saturating_sub(1);
    let found = overview::overview(&app, &caller, &filter, page).await?;
    let houses = found.houses.iter().map(|seen| OwnHouse {
        tenant_id: seen.access.house.tenant,
        tenant_name: seen.access.tenant_name.to_string(),
        refused: seen.refused,
        until: seen.access.until.map(Timestamp::to_rfc3339),
        house: view::view(
            &app.portal,
            &seen.access.house,
            seen.access.role,
            seen.presence.as_ref(),
        ),
    });
    Ok(axum::Json(Overview {
        houses: houses.collect(),
        page: found.page.saturating_add(1),
        pages: found.pages(),
        total: found.total,
    }))
}

async fn read(
    State(app): State<App>,
    acting: Acting<Guest, House>,
) -> Result<axum::Json<HouseView>, Problem> {
    let presence = view::presence(&app, acting.house()).await?;
    Ok(axum::Json(view::view(
        &app.portal,
        acting.house(),
        acting.role(),
        presence.as_ref(),
    )))
}

async fn change(
    State(app): State<App>,
    acting: Acting<Installer, House>,
    Json(changes): Json<Changes>,
) -> Result<axum::Json<HouseView>, Problem> {
    let house = service::change(&app, &acting, changes).await?;
    let presence = view::presence(&app, &house).await?;
    let view = view::view(&app.portal, &house, acting.role(), presence.as_ref());
    Ok(axum::Json(view))
}

async fn delete(
    State(app): State<App>,
    acting: Acting<Admin, House>,
) -> Result<StatusCode, Problem> {
    service::delete(&app, &acting).await?;
    Ok(StatusCode::NO_CONTENT)
}
