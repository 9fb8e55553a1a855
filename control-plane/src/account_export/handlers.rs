//! `/api/v1/account/export`.

use axum::extract::State;

use super::gather::{AccountExport, gather};
use crate::app::App;
use crate::http::caller::Person;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};

/// Owns `/api/v1/account/export`.
pub fn routes() -> Vec<Route> {
    vec![Route::get(
        "/api/v1/account/export",
        Guard::LoggedIn,
        export,
    )]
}

async fn export(
    State(app): State<App>,
    caller: Person,
) -> Result<axum::Json<AccountExport>, Problem> {
    gather(&app, &caller).await.map(axum::Json)
}
