//! `GET /api/v1/admin/health`: how the parts of the service are, and how far
//! the readers of the cell are.

use std::collections::BTreeMap;

use axum::extract::State;
use cell::{Reader, Revision};
use platform::health::State as PartState;
use serde::Serialize;

use crate::app::App;
use crate::health;
use crate::http::caller::ServiceAdmin;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};

/// Owns `/api/v1/admin/health`.
pub(super) fn routes() -> Vec<Route> {
    let path = "/api/v1/admin/health";
    vec![Route::get(path, Guard::ServiceAdmin, read)]
}

/// How far a reader of the cell's feed is.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ReaderState {
    /// Who.
    #[schemars(with = "String")]
    pub reader: Reader,
    /// The revision it has stored; 0 before it said anything.
    #[schemars(with = "i64")]
    pub reached: Revision,
}

/// How the parts of the service are.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Every part with its state.
    pub parts: BTreeMap<&'static str, PartState>,
    /// The cell's name.
    pub cell: String,
    /// The revision of what the cell should be.
    pub revision: Revision,
    /// Those who follow it.
    pub readers: Vec<ReaderState>,
}

/// Looks at all parts now.
pub async fn overview(app: &App, _admin: &ServiceAdmin) -> Result<Overview, Problem> {
    health::look(app).await;
    let id = app.link.cell();
    let mut work = app.store.begin_read().await?;
    let cell = work.cells().find(id).await?;
    let cell = cell.ok_or(Problem::NotFound { what: "cell" })?;
    let mut readers = Vec::new();
    for reader in [Reader::Gateway, Reader::Operator] {
        let reached = work.feeds().acknowledged(id, reader).await?;
        readers.push(ReaderState { reader, reached });
    }
    Ok(Overview {
        parts: app.health.report(),
        cell: cell.name.to_string(),
        revision: cell.revision,
        readers,
    })
}

#[derive(Serialize, schemars::JsonSchema)]
struct HealthView {
    ready: bool,
    /// `ok`, or a sentence that says what is wrong and what to do.
    parts: BTreeMap<&'static str, String>,
    cell: String,
    #[schemars(with = "i64")]
    revision: Revision,
    readers: Vec<ReaderState>,
}

async fn read(
    State(app): State<App>,
    admin: ServiceAdmin,
) -> Result<axum::Json<HealthView>, Problem> {
    let overview = overview(&app, &admin).await?;
    let parts = overview.parts.into_iter();
    Ok(axum::Json(HealthView {
        ready: app.health.is_ready(),
        parts: parts
            .map(|(part, state)| (part, health::in_words(state)))
            .collect(),
        cell: overview.cell,
        revision: overview.revision,
        readers: overview.readers,
    }))
}
