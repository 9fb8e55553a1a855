//! History, by query (`…/history?sensor=kitchen/temp`) and by path
//! (`…/sensors/kitchen%2Ftemp/history`), and as a file
//! (`…/sensors/kitchen%2Ftemp/history/export`).

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use model::{HouseId, TenantRole, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::buckets::{self, Bucket};
use super::export::Export;
use super::file::{About, Format};
use super::raw;
use super::span::{BadCursor, DEFAULT_PAGE, MOST_PER_PAGE, Part, Resolution, Span};
use crate::app::App;
use crate::http::acting::{Acting, Guest};
use crate::http::extract::{Path, Query};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::sensors::handlers::sensor_id;
use crate::sensors::sensor::{BadSensorId, SensorId};
use crate::sensors::service::Latest;
use crate::store::House;

pub(crate) fn routes() -> Vec<Route> {
    const GUESTS: Guard = Guard::House(TenantRole::Guest);
    vec![
        Route::get("/api/v1/houses/{house}/history", GUESTS, by_query),
        Route::get(
            "/api/v1/houses/{house}/sensors/{sensor}/history",
            GUESTS,
            by_path,
        ),
        Route::get(
            "/api/v1/houses/{house}/sensors/{sensor}/history/export",
            GUESTS,
            export,
        ),
    ]
}

#[derive(Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "HistoryQuery")]
struct Asked {
    sensor: Option<String>,
    from: Option<String>,
    to: Option<String>,
    resolution: Option<String>,
    cursor: Option<String>,
    limit: Option<usize>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(untagged)]
enum PointView {
    Raw {
        at: String,
        value: Value,
    },
    Bucket {
        at: String,
        min: Option<f64>,
        avg: Value,
        max: Option<f64>,
        count: Option<u64>,
    },
}

impl From<Latest> for PointView {
    fn from(point: Latest) -> Self {
        Self::Raw {
            at: point.at.to_rfc3339(),
            value: point.value,
        }
    }
}

impl From<Bucket> for PointView {
    fn from(bucket: Bucket) -> Self {
        Self::Bucket {
            at: bucket.at.to_rfc3339(),
            min: bucket.min,
            avg: bucket.avg,
            max: bucket.max,
            count: bucket.count,
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
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
        .map_err(|bad: BadSensorId| Problem::Invalid {
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
    let resolution = resolution(asked.resolution.as_deref())?;
    let (from, to) = (asked.from.as_deref(), asked.to.as_deref());
    let span = span(from, to, Some(resolution), app.now())?;
    let cursor = asked.cursor.as_deref().map(str::parse).transpose();
    let cursor = cursor.map_err(|bad: BadCursor| Problem::Malformed(bad.to_string()))?;
    let part = Part {
        span,
        cursor,
        most: limit(asked.limit)?,
    };
    let (person, house) = (acting.person(), acting.house());
    let (points, next) = match resolution {
        Resolution::Raw => {
            let page = raw::page(app, &person, &house.id, sensor, part).await?;
            let points = page.points.into_iter().map(PointView::from).collect();
            (points, page.next)
        }
        Resolution::Quarter | Resolution::Hour | Resolution::Day => {
            let sensor = (sensor, resolution);
            let page = buckets::page(app, &person, house, sensor, part).await?;
            let points = page.buckets.into_iter().map(PointView::from).collect();
            (points, page.next)
        }
    };
    Ok(axum::Json(History {
        points,
        next: next.map(|cursor| cursor.to_string()),
    }))
}

#[derive(Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ExportQuery")]
struct Wanted {
    from: Option<String>,
    to: Option<String>,
    resolution: Option<String>,
    format: Option<String>,
}

async fn export(
    State(app): State<App>,
    acting: Acting<Guest, House>,
    Path((_house, sensor)): Path<(HouseId, String)>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let sensor = sensor_id(&sensor)?;
    let resolution = resolution(wanted.resolution.as_deref())?;
    let span = span(
        wanted.from.as_deref(),
        wanted.to.as_deref(),
        None,
        app.now(),
    )?;
    let format = if let Some(word) = wanted.format.as_deref() {
        word.parse().map_err(|()| Problem::Invalid {
            field: "format",
            why: "must be csv or json".to_owned(),
        })?
    } else {
        let accept = headers.get(header::ACCEPT);
        Format::of_accept(accept.and_then(|a| a.to_str().ok()).unwrap_or_default())
    };
    let house = acting.house();
    let about = About {
        format,
        house: house.id.to_string(),
        sensor: sensor.to_string(),
        resolution,
        zone: house.timezone.clone(),
    };
    let disposition = format!("attachment; filename=\"{}\"", about.file_name());
    let disposition = HeaderValue::from_str(&disposition).map_err(Problem::internal)?;
    let export = Export::begin(&app, acting.person(), house, sensor, about, span).await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(format.media_type()),
        ),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, export.body().await?).into_response())
}

fn resolution(word: Option<&str>) -> Result<Resolution, Problem> {
    let Some(word) = word else {
        return Ok(Resolution::default());
    };
    word.parse()
        .map_err(|bad: super::span::BadResolution| Problem::Invalid {
            field: "resolution",
            why: bad.to_string(),
        })
}

fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    let most = asked.unwrap_or(DEFAULT_PAGE);
    if !(1..=MOST_PER_PAGE).contains(&most) {
        return Err(Problem::Invalid {
            field: "limit",
            why: format!("must be 1 to {MOST_PER_PAGE}"),
        });
    }
    Ok(most)
}

/// The span asked for. Without a start: what is usual for the resolution, or
/// all there is.
fn span(
    from: Option<&str>,
    to: Option<&str>,
    usual: Option<Resolution>,
    now: Timestamp,
) -> Result<Span, Problem> {
    let to = moment(to, "to")?.unwrap_or(now);
    let start = usual.map_or(Timestamp(0), |resolution| {
        let span = i64::try_from(resolution.default_span().as_millis()).unwrap_or(i64::MAX);
        Timestamp(to.0.saturating_sub(span))
    });
    let from = moment(from, "from")?.unwrap_or(start);
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
