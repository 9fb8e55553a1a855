//! `/account/sessions`.

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use http::header::SET_COOKIE;
use model::SessionId;
use web::page::{SessionRow, SessionsPage};
use web::{Moment, Section};

use super::render;
use control_plane::app::App;
use control_plane::http::caller::Person;
use control_plane::http::extract::{Path, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::sessions;

pub(super) fn routes() -> Vec<Route> {
    let end = "/account/sessions/{session}/end";
    vec![
        Page::get("/account/sessions", Guard::LoggedIn, show),
        Page::post(end, Guard::LoggedIn, end_one),
        Page::post("/account/sessions/end-all", Guard::LoggedIn, end_all),
    ]
}

async fn show(
    State(app): State<App>,
    caller: Person,
    Query(arrival): Query<render::Arrival>,
) -> Result<Response, Problem> {
    let sessions = sessions::list(&app, &caller).await?;
    let now = app.now();
    let row = |session: control_plane::store::Session| {
        let current = caller.session() == Some(session.id);
        SessionRow {
            id: session.id.to_string(),
            device: session.device,
            address: session.address,
            since: Moment::in_utc(session.created_at, now),
            last_seen: Moment::in_utc(session.last_seen_at, now),
            current,
        }
    };
    let mut shell = render::shell(&caller, Section::Account);
    shell.notices.extend(render::done(arrival.done.as_deref()));
    render::page(&SessionsPage {
        shell,
        sessions: sessions.into_iter().map(row).collect(),
    })
}

async fn end_one(
    State(app): State<App>,
    caller: Person,
    Path(session): Path<SessionId>,
) -> Result<Response, Problem> {
    sessions::end_one(&app, &caller, session).await?;
    Ok(Redirect::to("/account/sessions?done=session").into_response())
}

async fn end_all(State(app): State<App>, caller: Person) -> Result<Response, Problem> {
    sessions::end_everywhere(&app, &caller).await?;
    let cookie = app.cookie.clear();
    let bye = Redirect::to("/log-in");
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), bye).into_response())
}
