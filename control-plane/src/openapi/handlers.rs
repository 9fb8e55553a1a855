//! `/api/openapi.json`.

use axum::extract::State;
use serde_json::Value;

use crate::app::App;
use crate::http::route::{Guard, Route};
use crate::openapi::document::document;

/// Owns `/api/openapi.json`.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/api/openapi.json", Guard::Public, read)]
}

/// The document, made anew each time: it is asked for by people who write
/// programs, not by programs.
async fn read(State(_app): State<App>) -> axum::Json<Value> {
    axum::Json(document(&crate::routes::all()))
}
