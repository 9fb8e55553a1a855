//! `/healthz`, `/readyz` and `/metrics`, for whoever runs the service.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use http::{StatusCode, header};
use platform::health::State as PartState;
use serde::Serialize;

use crate::app::App;
use crate::http::route::{Guard, Probe, Route};

#[cfg(test)]
mod tests;

/// How long the database may take to begin a transaction.
const DATABASE_LIMIT: Duration = Duration::from_secs(2);

/// The paths, whose answers are never pages.
pub const PATHS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Owns [`PATHS`].
pub fn routes() -> Vec<Route> {
    let [healthz, readyz, metrics_path] = PATHS;
    vec![
        Probe::get(healthz, Guard::Public, alive),
        Probe::get(readyz, Guard::Public, ready),
        Probe::get(metrics_path, Guard::Public, metrics),
    ]
}

/// The process runs and answers; says nothing of its parts.
async fn alive() -> &'static str {
    "ok\n"
}

#[derive(Serialize, schemars::JsonSchema)]
struct Readiness {
    ready: bool,
    /// `ok`, or a sentence that says what is wrong and what to do.
    parts: BTreeMap<&'static str, String>,
}

async fn ready(State(app): State<App>) -> impl IntoResponse {
    look(&app).await;
    let ready = app.health.is_ready();
    let parts = app
        .health
        .report()
        .into_iter()
        .map(|(part, state)| (part, in_words(state)))
        .collect();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, axum::Json(Readiness { ready, parts }))
}

/// Looks at the parts that do not speak for themselves.
pub async fn look(app: &App) {
    app.health.set("database", database(app).await);
}

/// How a part is, as a word or a sentence.
pub fn in_words(state: PartState) -> String {
    match state {
        PartState::Well => "ok".to_owned(),
        PartState::Degraded(sentence) => format!("degraded: {sentence}"),
        PartState::Failed(sentence) => sentence,
    }
}

async fn database(app: &App) -> Result<(), String> {
    match tokio::time::timeout(DATABASE_LIMIT, app.store.begin_read()).await {
        Ok(Ok(_work)) => Ok(()),
        Ok(Err(error)) => Err(format!("{error}; check that it runs and has room")),
        Err(_) => Err("the database does not answer; check that it runs".to_owned()),
    }
}

async fn metrics(State(app): State<App>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        (app.metrics)(),
    )
}
