//! `/api/v1/houses/{house}/sensors`.

use axum::extract::State;
use http::StatusCode;
use model::{HouseId, TenantRole, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::change::SensorChange;
use super::sensor::{Sensor, SensorId};
use super::service::{self, Latest, Offer};
use crate::app::App;
use crate::http::acting::{Acting, Guest, Installer, Resident};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::House;

/// Owns `/api/v1/houses/{house}/sensors` and `…/{sensor}`, `…/{sensor}/value`.
pub(super) fn routes() -> Vec<Route> {
    const ONE: &str = "/api/v1/houses/{house}/sensors/{sensor}";
    vec![
        Route::get(
            "/api/v1/houses/{house}/sensors",
            Guard::House(TenantRole::Guest),
            list,
        ),
        Route::put(ONE, Guard::House(TenantRole::Installer), save),
        Route::delete(ONE, Guard::House(TenantRole::Installer), delete),
        Route::put(
            "/api/v1/houses/{house}/sensors/{sensor}/value",
            Guard::House(TenantRole::Resident),
            set,
        ),
    ]
}

/// Reads the id in a path; what is no id names no sensor.
pub(super) fn sensor_id(text: &str) -> Result<SensorId, Problem> {
    text.parse()
        .map_err(|_| Problem::NotFound { what: "sensor" })
}

#[derive(Serialize, schemars::JsonSchema)]
struct SensorView {
    sensor: SensorId,
    description: String,
    unit: String,
    format: String,
    sender: String,
    mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest: Option<PointView>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct PointView {
    value: Value,
    at: String,
}

impl SensorView {
    fn of(sensor: &Sensor, latest: Option<&Latest>) -> Self {
        Self {
            sensor: sensor.id.clone(),
            description: sensor.description(),
            unit: sensor.unit(),
            format: sensor.format(),
            sender: sensor.sender(),
            mode: sensor.mode(),
            latest: latest.map(|latest| PointView {
                value: latest.value.clone(),
                at: latest.at.to_rfc3339(),
            }),
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
struct OfferView {
    sensor: SensorId,
    sender: String,
    value: String,
    at: String,
}

impl From<Offer> for OfferView {
    fn from(offer: Offer) -> Self {
        Self {
            sensor: offer.id,
            sender: offer.sender,
            value: offer.value,
            at: Timestamp::to_rfc3339(offer.at),
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
struct Sensors {
    sensors: Vec<SensorView>,
    unknown: Vec<OfferView>,
}

async fn list(
    State(app): State<App>,
    acting: Acting<Guest, House>,
) -> Result<axum::Json<Sensors>, Problem> {
    let found = service::snapshot(&app, &acting.person(), acting.house()).await?;
    let sensors = found.sensors.iter();
    Ok(axum::Json(Sensors {
        sensors: sensors
            .map(|(sensor, latest)| SensorView::of(sensor, latest.as_ref()))
            .collect(),
        unknown: found.offers.into_iter().map(OfferView::from).collect(),
    }))
}

async fn save(
    State(app): State<App>,
    acting: Acting<Installer, House>,
    Path((_house, sensor)): Path<(HouseId, String)>,
    Json(change): Json<SensorChange>,
) -> Result<axum::Json<SensorView>, Problem> {
    let saved = service::save(&app, &acting, sensor_id(&sensor)?, &change).await?;
    Ok(axum::Json(SensorView::of(&saved, None)))
}

async fn delete(
    State(app): State<App>,
    acting: Acting<Installer, House>,
    Path((_house, sensor)): Path<(HouseId, String)>,
) -> Result<StatusCode, Problem> {
    service::delete(&app, &acting, &sensor_id(&sensor)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewValue")]
struct Wanted {
    value: Value,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Stored {
    sensor: SensorId,
    value: String,
}

async fn set(
    State(app): State<App>,
    acting: Acting<Resident, House>,
    Path((_house, sensor)): Path<(HouseId, String)>,
    Json(wanted): Json<Wanted>,
) -> Result<axum::Json<Stored>, Problem> {
    let sensor = sensor_id(&sensor)?;
    let value = service::set(&app, &acting, &sensor, &wanted.value).await?;
    Ok(axum::Json(Stored { sensor, value }))
}
