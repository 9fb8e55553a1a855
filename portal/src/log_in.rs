//! `/log-in` with its second step, and `/log-out`.

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::header::SET_COOKIE;
use serde::Deserialize;
use web::page::{KeepAccountPage, LogInCodePage, LogInPage};
use web::{Field, Moment, Notice, Text, Tone};

use super::landing::sign_up_open;
use super::render;
use control_plane::app::App;
use control_plane::http::caller::{Caller, Person};
use control_plane::http::client_address::ClientAddress;
use control_plane::http::client_device::ClientDevice;
use control_plane::http::extract::{Form, Query};
use control_plane::http::problem::Problem;
use control_plane::http::return_path::ReturnPath;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::sessions::{self, Attempt, Started, Step};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Page::get("/log-in", Guard::Public, show),
        Page::post("/log-in", Guard::Public, log_in),
        Page::post("/log-in/code", Guard::Public, second_step),
        Page::post("/log-out", Guard::LoggedIn, log_out),
    ]
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Arrival {
    next: String,
    /// Set by the redirect after an address was confirmed.
    confirmed: Option<String>,
    /// Set by the redirect after a password was reset.
    reset: Option<String>,
    /// Set by the redirect after an account was deleted.
    deleted: Option<String>,
}

async fn show(
    State(app): State<App>,
    caller: Option<Caller>,
    Query(arrival): Query<Arrival>,
) -> Result<Response, Problem> {
    if caller.is_some() {
        let next = ReturnPath::local_or_home(&arrival.next);
        return Ok(Redirect::to(next.as_str()).into_response());
    }
    let good = |text| Some(Notice::new(Tone::Good, text));
    let notice = match (arrival.reset, arrival.confirmed.as_deref()) {
        _ if arrival.deleted.is_some() => good(Text::new("leaving-done-account")),
        (Some(_), _) => good(Text::new("log-in-with-new-password")),
        (None, Some("waits")) => good(Text::new("log-in-waits")),
        (None, Some(_)) => good(Text::new("log-in-confirmed")),
        (None, None) => None,
    };
    render::page(&LogInPage {
        email: Field::default(),
        unproven: false,
        fault: None,
        next: arrival.next,
        notice,
        sign_up_open: sign_up_open(&app).await?,
        passkeys: app.passkeys.impossible().is_none(),
    })
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    email: String,
    password: String,
    next: String,
}

async fn log_in(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    on: ClientDevice,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let attempt = Attempt {
        from,
        email: &typed.email,
        password: &typed.password,
    };
    let brought = app.cookie.read(&headers);
    match sessions::log_in(&app, attempt, on, brought.as_deref()).await {
        Ok(step) => arrived(&app, step, typed.next),
        Err(problem) => came_back(&app, Field::of(typed.email), typed.next, problem).await,
    }
}

/// Where a proof that was right leads to.
pub(super) fn arrived(app: &App, step: Step, next: String) -> Result<Response, Problem> {
    match step {
        Step::In(started) => {
            let next = ReturnPath::local_or_home(&next);
            Ok(welcome(app, &started, next.as_str()))
        }
        Step::CodeNeeded(ticket) => render::page(&LogInCodePage {
            ticket: ticket.expose().to_owned(),
            next,
            code_fault: None,
            fault: None,
        }),
        Step::BeingDeleted(farewell) => render::page(&KeepAccountPage {
            ticket: farewell.ticket.expose().to_owned(),
            next,
            erased_on: Moment::in_utc(farewell.erase_after, app.now()).clock,
        }),
    }
}

/// The form of the log-in with what was wrong.
pub(super) async fn came_back(
    app: &App,
    email: Field,
    next: String,
    problem: Problem,
) -> Result<Response, Problem> {
    match problem {
        Problem::WrongLogIn
        | Problem::WrongPasskey
        | Problem::Unverified
        | Problem::Waiting
        | Problem::TooManyRequests { .. }
        | Problem::DeadLink { .. }
        | Problem::Busy => {
            let form = LogInPage {
                email,
                unproven: matches!(problem, Problem::Unverified),
                fault: Some(problem.to_string()),
                next,
                notice: None,
                sign_up_open: sign_up_open(app).await?,
                passkeys: app.passkeys.impossible().is_none(),
            };
            render::refused(&form, &problem)
        }
        other => Err(other),
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SecondStep {
    ticket: String,
    code: String,
    next: String,
}

async fn second_step(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    on: ClientDevice,
    headers: HeaderMap,
    Form(typed): Form<SecondStep>,
) -> Result<Response, Problem> {
    let brought = app.cookie.read(&headers);
    let (ticket, code) = (&typed.ticket, &typed.code);
    match sessions::second_step(&app, from, ticket, code, on, brought.as_deref()).await {
        Ok(step) => arrived(&app, step, typed.next),
        Err(problem @ (Problem::WrongCode | Problem::TooManyRequests { .. })) => {
            let text = Some(problem.to_string());
            let wrong = matches!(problem, Problem::WrongCode);
            let (code_fault, fault) = if wrong { (text, None) } else { (None, text) };
            let form = LogInCodePage {
                ticket: typed.ticket,
                next: typed.next,
                code_fault,
                fault,
            };
            render::refused(&form, &problem)
        }
        Err(problem @ Problem::DeadLink { .. }) => {
            let form = LogInPage {
                email: Field::default(),
                unproven: false,
                fault: Some("That took too long. Log in again.".to_owned()),
                next: typed.next,
                notice: None,
                sign_up_open: sign_up_open(&app).await?,
                passkeys: app.passkeys.impossible().is_none(),
            };
            render::refused(&form, &problem)
        }
        Err(other) => Err(other),
    }
}

/// Hands the session over and leads to `next`.
pub(super) fn welcome(app: &App, started: &Started, next: &str) -> Response {
    let lasts = sessions::LASTS.as_secs();
    let cookie = app.cookie.set(started.secret.expose(), lasts);
    (AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(next)).into_response()
}

async fn log_out(State(app): State<App>, caller: Person) -> Result<Response, Problem> {
    sessions::end(&app, &caller).await?;
    let cookie = app.cookie.clear();
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to("/")).into_response())
}
