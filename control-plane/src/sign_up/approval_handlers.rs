//! `/api/v1/admin/sign-ups`.

use axum::extract::State;
use http::StatusCode;
use model::AccountId;
use serde::Serialize;

use super::approval;
use crate::app::App;
use crate::http::caller::ServiceAdmin;
use crate::http::extract::Path;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};

/// Owns `/api/v1/admin/sign-ups` and what is below.
pub(super) fn routes() -> Vec<Route> {
    let one = "/api/v1/admin/sign-ups/{account}/approve";
    let other = "/api/v1/admin/sign-ups/{account}/decline";
    vec![
        Route::get("/api/v1/admin/sign-ups", Guard::ServiceAdmin, list),
        Route::post(one, Guard::ServiceAdmin, approve),
        Route::post(other, Guard::ServiceAdmin, decline),
    ]
}

#[derive(Serialize, schemars::JsonSchema)]
struct WaitingView {
    account_id: AccountId,
    name: String,
    email: String,
    since: String,
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "WaitingSignUps")]
struct Listed {
    /// How many wait; the list may show fewer.
    total: u64,
    waiting: Vec<WaitingView>,
}

async fn list(State(app): State<App>, admin: ServiceAdmin) -> Result<axum::Json<Listed>, Problem> {
    let total = approval::count(&app, &admin).await?;
    let waiting = approval::list(&app, &admin).await?;
    let waiting = waiting.into_iter().map(|one| WaitingView {
        account_id: one.account,
        name: one.name.to_string(),
        email: one.email.to_string(),
        since: one.since.to_rfc3339(),
    });
    Ok(axum::Json(Listed {
        total,
        waiting: waiting.collect(),
    }))
}

async fn approve(
    State(app): State<App>,
    admin: ServiceAdmin,
    Path(account): Path<AccountId>,
) -> Result<StatusCode, Problem> {
    approval::approve(&app, &admin, account).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn decline(
    State(app): State<App>,
    admin: ServiceAdmin,
    Path(account): Path<AccountId>,
) -> Result<StatusCode, Problem> {
    approval::decline(&app, &admin, account).await?;
    Ok(StatusCode::NO_CONTENT)
}
