//! `GET /api/v1/tenants/{tenant}/usage/history`.

use axum::extract::State;
use model::{HouseId, TenantId, TenantRole, Timestamp};
use serde::{Deserialize, Serialize};

use super::history::{self, Asked};
use crate::app::App;
use crate::http::acting::{Acting, Guest};
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::{Grain, Tenant};

/// Owns `/api/v1/tenants/{tenant}/usage/history`.
#[must_use]
pub fn routes() -> Vec<Route> {
    let path = "/api/v1/tenants/{tenant}/usage/history";
    vec![Route::get(path, Guard::Tenant(TenantRole::Guest), read)]
}

#[derive(Clone, Copy, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Resolution {
    Hour,
    #[default]
    Day,
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UsageHistoryQuery")]
struct Wanted {
    house: Option<String>,
    from: Option<String>,
    to: Option<String>,
    #[serde(default)]
    resolution: Resolution,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Point {
    house_id: HouseId,
    /// Start of the UTC hour or day.
    at: String,
    messages: u64,
    bytes: u64,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Total {
    messages: u64,
    bytes: u64,
}

#[derive(Serialize, schemars::JsonSchema)]
struct View {
    tenant_id: TenantId,
    resolution: Resolution,
    from: String,
    to: String,
    total: Total,
    /// Oldest first; where a house sent nothing there is no point.
    points: Vec<Point>,
}

async fn read(
    State(app): State<App>,
    acting: Acting<Guest, Tenant>,
    Query(wanted): Query<Wanted>,
) -> Result<axum::Json<View>, Problem> {
    let house = wanted.house.map(|text| text.parse()).transpose();
    let asked = Asked {
        house: house.map_err(|_| Problem::NotFound { what: "house" })?,
        from: moment("from", wanted.from.as_deref())?,
        to: moment("to", wanted.to.as_deref())?,
        grain: match wanted.resolution {
            Resolution::Hour => Grain::Hour,
            Resolution::Day => Grain::Day,
        },
    };
    let tenant = acting.tenant().id;
    let history = history::read(&app, tenant, &asked).await?;
    let total = history.total();
    Ok(axum::Json(View {
        tenant_id: tenant,
        resolution: wanted.resolution,
        from: history.span.from.to_rfc3339(),
        to: history.span.to.to_rfc3339(),
        total: Total {
            messages: total.messages,
            bytes: total.bytes,
        },
        points: history
            .points
            .into_iter()
            .map(|point| Point {
                house_id: point.house,
                at: point.at.to_rfc3339(),
                messages: point.sent.messages,
                bytes: point.sent.bytes,
            })
            .collect(),
    }))
}

fn moment(field: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = text else {
        return Ok(None);
    };
    let read = Timestamp::from_rfc3339(text).ok_or_else(|| Problem::Invalid {
        field,
        why: "must be a moment as in 2027-01-31T00:00:00Z".to_owned(),
    })?;
    Ok(Some(read))
}
