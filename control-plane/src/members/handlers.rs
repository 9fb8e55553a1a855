//! `/api/v1/tenants/{tenant}/members` and `/api/v1/houses/{house}/members`.

use std::collections::BTreeMap;

use axum::extract::State;
use http::StatusCode;
use model::{AccountId, HouseId, TenantId, TenantRole};
use serde::{Deserialize, Serialize};

use super::service::{self, Wish};
use super::view::{self, MemberView};
use crate::app::App;
use crate::http::acting::{Acting, Admin, Guest, Owner};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::{House, Tenant};

/// Owns the members of tenants and houses, leaving and handing over.
pub(crate) fn routes() -> Vec<Route> {
    const ALL: &str = "/api/v1/tenants/{tenant}/members";
    const ONE: &str = "/api/v1/tenants/{tenant}/members/{account}";
    const ADMINS: Guard = Guard::Tenant(TenantRole::Admin);
    let hand_over_to = "/api/v1/tenants/{tenant}/hand-over";
    vec![
        Route::get(ALL, ADMINS, list),
        Route::get(ONE, ADMINS, read),
        Route::patch(ONE, ADMINS, change),
        Route::delete(ONE, ADMINS, remove),
        Route::post(
            "/api/v1/tenants/{tenant}/leave",
            Guard::Tenant(TenantRole::Guest),
            leave,
        ),
        Route::post(hand_over_to, Guard::Tenant(TenantRole::Owner), hand_over),
        Route::get(
            "/api/v1/houses/{house}/members",
            Guard::House(TenantRole::Admin),
            of_house,
        ),
        Route::post(
            "/api/v1/houses/{house}/leave",
            Guard::House(TenantRole::Guest),
            leave_house,
        ),
    ]
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Members")]
struct Listed {
    members: Vec<MemberView>,
}

async fn list(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
) -> Result<axum::Json<Listed>, Problem> {
    let members = service::list(&app, &acting).await?;
    Ok(axum::Json(Listed {
        members: members.iter().map(MemberView::from).collect(),
    }))
}

async fn read(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path((_, account)): Path<(TenantId, AccountId)>,
) -> Result<axum::Json<MemberView>, Problem> {
    let member = service::find(&app, &acting, account).await?;
    Ok(axum::Json(MemberView::from(&member)))
}

/// What to change; a part that is not there stays, `"until": null` takes the
/// end away.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Changes {
    #[serde(default)]
    role: Option<TenantRole>,
    #[serde(default)]
    houses: Option<BTreeMap<HouseId, TenantRole>>,
    #[serde(default, deserialize_with = "there::deserialize")]
    #[schemars(with = "Option<String>")]
    #[expect(clippy::option_option, reason = "absent and null differ")]
    until: Option<Option<String>>,
}

/// Tells a field that is `null` from one that is not there.
mod there {
    use serde::{Deserialize, Deserializer};

    #[expect(clippy::option_option, reason = "absent and null differ")]
    pub fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Option<String>>, D::Error> {
        Option::deserialize(from).map(Some)
    }
}

async fn change(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path((_, account)): Path<(TenantId, AccountId)>,
    Json(changes): Json<Changes>,
) -> Result<axum::Json<MemberView>, Problem> {
    let wanted = view::reach(changes.role, changes.houses)?;
    let member = service::find(&app, &acting, account).await?;
    let wish = Wish {
        reach: wanted.unwrap_or(member.reach),
        until: match changes.until {
            None => member.until,
            Some(text) => text.as_deref().map(view::moment).transpose()?,
        },
    };
    let changed = service::change(&app, &acting, account, wish).await?;
    Ok(axum::Json(MemberView::from(&changed)))
}

async fn remove(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path((_, account)): Path<(TenantId, AccountId)>,
) -> Result<StatusCode, Problem> {
    service::remove(&app, &acting, account).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn leave(
    State(app): State<App>,
    acting: Acting<Guest, Tenant>,
) -> Result<StatusCode, Problem> {
    service::leave(&app, &acting).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct HandOver {
    account_id: AccountId,
}

async fn hand_over(
    State(app): State<App>,
    acting: Acting<Owner, Tenant>,
    Json(body): Json<HandOver>,
) -> Result<StatusCode, Problem> {
    service::hand_over(&app, &acting, body.account_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, schemars::JsonSchema)]
struct HereView {
    /// The role in this house.
    house_role: TenantRole,
    #[serde(flatten)]
    member: MemberView,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Here {
    members: Vec<HereView>,
}

async fn of_house(
    State(app): State<App>,
    acting: Acting<Admin, House>,
) -> Result<axum::Json<Here>, Problem> {
    let here = service::of_house(&app, &acting).await?;
    let view = |one: &service::HouseMember| HereView {
        house_role: one.role,
        member: MemberView::from(&one.member),
    };
    Ok(axum::Json(Here {
        members: here.iter().map(view).collect(),
    }))
}

async fn leave_house(
    State(app): State<App>,
    acting: Acting<Guest, House>,
) -> Result<StatusCode, Problem> {
    service::leave_house(&app, &acting).await?;
    Ok(StatusCode::NO_CONTENT)
}
