//! `/api/v1/account/sessions`.

use axum::extract::State;
use http::StatusCode;
use model::SessionId;
use serde::Serialize;

use super::{ending, service};
use crate::app::App;
use crate::http::caller::Person;
use crate::http::extract::Path;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::Session;

/// Owns `/api/v1/account/sessions` and what is below.
pub fn routes() -> Vec<Route> {
    let all = "/api/v1/account/sessions";
    let one = "/api/v1/account/sessions/{session}";
    vec![
        Route::get(all, Guard::LoggedIn, list),
        Route::delete(all, Guard::LoggedIn, end_everywhere),
        Route::delete(one, Guard::LoggedIn, end_one),
    ]
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Session")]
struct Shown {
    session_id: SessionId,
    device: String,
    address: String,
    created_at: String,
    last_seen_at: String,
    expires_at: String,
    /// Whether the request came with it.
    current: bool,
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Sessions")]
struct Listed {
    sessions: Vec<Shown>,
}

fn shown(session: Session, own: Option<SessionId>) -> Shown {
    Shown {
        session_id: session.id,
        current: own == Some(session.id),
        device: session.device,
        address: session.address,
        created_at: session.created_at.to_rfc3339(),
        last_seen_at: session.last_seen_at.to_rfc3339(),
        expires_at: session.expires_at.to_rfc3339(),
    }
}

async fn list(State(app): State<App>, caller: Person) -> Result<axum::Json<Listed>, Problem> {
    let all = service::list(&app, &caller).await?;
    let own = caller.session();
    let sessions = all.into_iter().map(|one| shown(one, own)).collect();
    Ok(axum::Json(Listed { sessions }))
}

async fn end_one(
    State(app): State<App>,
    caller: Person,
    Path(session): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    ending::end_one(&app, &caller, session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Browsers and programs alike, the caller's own log-in included.
async fn end_everywhere(State(app): State<App>, caller: Person) -> Result<StatusCode, Problem> {
    ending::end_everywhere(&app, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
