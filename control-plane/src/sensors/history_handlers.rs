//! History, by query (`…/history?sensor=kitchen/temp`) and by path
//! (`…/sensors/kitchen%2Ftemp/history`).

use axum::extract::State;
use model::{HouseId, TenantRole, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::handlers::sensor_id;
use super::history::{self, BadCursor, DEFAULT_SPAN, Span};
use super::sensor::SensorId;
use crate::app::App;
use crate::http::acting::{Acting, Guest};
use crate::http::extract::{Path, Query};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::House;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/v1/houses/{house}/history",
            Guard::House(TenantRole::Guest),
            by_query,
        ),
        Route::get(
            "/api/v1/houses/{house}/sensors/{sensor}/history",
            Guard::House(TenantRole::Guest),
            by_path,
        ),
    ]
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    sensor: Option<String>,
    from: Option<String>,
    to: Option<String>,
    resolution: Option<String>,
    cursor: Option<String>,
}

#[derive(Serialize)]
struct PointView {
    at: String,
    value: Value,
}

#[derive(Serialize)]
struct History {
    points: Vec<PointView>,
    next: Option<String>,
}

async fn by_query(
    State(app): State<App>,
    acting: Acting<Guest, House>,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<History>, Problem> {
    let sensor = asked.sensor.as_deref().unwrap_or_default();
    let sensor = sensor
        .parse()
        .map_err(|bad: super::sensor::BadSensorId| Problem::Invalid {
            field: "sensor",
            why: bad.to_string(),
        })?;
    answer(&app, &acting, &sensor, &asked).await
}

async fn by_path(
    State(app): State<App>,
    acting: Acting<Guest, House>,
    Path((_house, sensor)): Path<(HouseId, String)>,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<History>, Problem> {
    if asked.sensor.is_some() {
        return Err(Problem::Malformed(
            "The sensor is in the path already; leave it out of the query.".to_owned(),
        ));
    }
    answer(&app, &acting, &sensor_id(&sensor)?, &asked).await
}

async fn answer(
    app: &App,
    acting: &Acting<Guest, House>,
    sensor: &SensorId,
    asked: &Asked,
) -> Result<axum::Json<History>, Problem> {
    let span = span(asked, app.now())?;
    let cursor = asked.cursor.as_deref().map(str::parse).transpose();
    let cursor = cursor.map_err(|bad: BadCursor| Problem::Malformed(bad.to_string()))?;
    let (person, house) = (acting.person(), &acting.house().id);
    let page = history::page(app, &person, house, sensor, span, cursor).await?;
    let points = page.points.into_iter().map(|point| PointView {
        at: point.at.to_rfc3339(),
        value: point.value,
    });
    Ok(axum::Json(History {
        points: points.collect(),
        next: page.next.map(|cursor| cursor.to_string()),
    }))
}

fn span(asked: &Asked, now: Timestamp) -> Result<Span, Problem> {
    match asked.resolution.as_deref() {
        None | Some("raw") => {}
        Some("quarter" | "hour" | "day") => {
            return Err(Problem::Malformed(
                "Only resolution=raw is offered yet; leave it out or say raw.".to_owned(),
            ));
        }
        Some(_) => {
            return Err(Problem::Malformed(
                "The resolution must be raw (later also quarter, hour or day).".to_owned(),
            ));
        }
    }
    let to = moment(asked.to.as_deref(), "to")?.unwrap_or(now);
    let day_before =
        Timestamp(to.0.saturating_sub(i64::try_from(DEFAULT_SPAN.as_millis()).unwrap_or(i64::MAX)));
    let from = moment(asked.from.as_deref(), "from")?.unwrap_or(day_before);
    if from > to {
        return Err(Problem::Malformed(
            "\"from\" must not be after \"to\".".to_owned(),
        ));
    }
    Ok(Span { from, to })
}

fn moment(text: Option<&str>, field: &'static str) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = text else { return Ok(None) };
    Timestamp::from_rfc3339(text).map(Some).ok_or_else(|| {
        Problem::Malformed(format!(
            "\"{field}\" must be a date and time such as 2026-11-21T14:00:00Z."
        ))
    })
}
