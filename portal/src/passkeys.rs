//! `/account/passkeys`, and `/log-in/passkey`.

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::header::SET_COOKIE;
use model::PasskeyId;
use serde::Deserialize;
use web::page::{PasskeyRow, PasskeysPage};
use web::{Field, Moment, Section, Text};

use super::log_in::{arrived, came_back};
use super::render::{self, sentence};
use control_plane::app::App;
use control_plane::http::caller::Person;
use control_plane::http::client_address::ClientAddress;
use control_plane::http::client_device::ClientDevice;
use control_plane::http::extract::{Form, Path, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::passkeys::{self, Impossible};
use control_plane::sessions;
use control_plane::store::PasskeyRecord;

pub(super) fn routes() -> Vec<Route> {
    let all = "/account/passkeys";
    let remove_one = "/account/passkeys/{passkey}/remove";
    vec![
        Page::get(all, Guard::LoggedIn, show),
        Page::post("/account/passkeys/begin", Guard::LoggedIn, begin),
        Page::post(all, Guard::LoggedIn, finish),
        Page::post(remove_one, Guard::LoggedIn, remove),
        Page::post("/log-in/passkey", Guard::Public, log_in),
    ]
}

async fn show(
    State(app): State<App>,
    caller: Person,
    Query(arrival): Query<render::Arrival>,
) -> Result<Response, Problem> {
    let mut page = plain(&app, &caller).await?;
    let done = render::done(arrival.done.as_deref());
    page.shell.notices.extend(done);
    render::page(&page)
}

/// The page before anything was typed.
async fn plain(app: &App, caller: &Person) -> Result<PasskeysPage, Problem> {
    let now = app.now();
    let row = |record: PasskeyRecord| PasskeyRow {
        id: record.id.to_string(),
        name: record.name.to_string(),
        since: Moment::in_utc(record.created_at, now),
        last_used: record.last_used_at.map(|at| Moment::in_utc(at, now)),
    };
    let records = passkeys::list(app, caller).await?;
    Ok(PasskeysPage {
        shell: render::shell(caller, Section::Account),
        passkeys: records.into_iter().map(row).collect(),
        impossible: app.passkeys.impossible().map(|why| match why {
            Impossible::Address => Text::new("passkeys-impossible-address"),
            Impossible::PlainHttp => Text::new("passkeys-impossible-plain-http"),
        }),
        challenge: None,
        name: Field::default(),
        password_fault: None,
        fault: None,
    })
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    name: String,
    password: String,
}

/// The second step stands on the answer itself: its question lives as long as
/// the page.
async fn begin(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    caller: Person,
    Form(typed): Form<Wanted>,
) -> Result<Response, Problem> {
    match passkeys::begin(&app, from, &caller, &typed.name, &typed.password).await {
        Ok(asked) => {
            let lasts = passkeys::LASTS.as_secs();
            let cookie = app.cookie.set_ceremony(asked.secret.expose(), lasts);
            let mut page = plain(&app, &caller).await?;
            page.challenge = Some(asked.options.to_string());
            let page = render::page(&page)?;
            Ok((AppendHeaders([(SET_COOKIE, cookie)]), page).into_response())
        }
        Err(problem) => back(&app, &caller, Field::of(typed.name), problem).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Made {
    credential: String,
}

async fn finish(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    caller: Person,
    Form(made): Form<Made>,
) -> Result<Response, Problem> {
    let secret = app.cookie.read_ceremony(&headers);
    let answer = &made.credential;
    match passkeys::finish(&app, from, &caller, secret.as_deref(), answer).await {
        Ok((_, secret)) => {
            let cookie = sessions::cookie(&app, secret.as_ref());
            let next = Redirect::to("/account/passkeys?done=passkey");
            Ok((cookie, next).into_response())
        }
        Err(problem) => back(&app, &caller, Field::default(), problem).await,
    }
}

async fn remove(
    State(app): State<App>,
    caller: Person,
    Path(passkey): Path<PasskeyId>,
) -> Result<Response, Problem> {
    match passkeys::remove(&app, &caller, passkey).await {
        Ok(()) => Ok(Redirect::to("/account/passkeys?done=passkey-removed").into_response()),
        Err(problem) => back(&app, &caller, Field::default(), problem).await,
    }
}

/// The page with the fault where it belongs.
async fn back(
    app: &App,
    caller: &Person,
    name: Field,
    problem: Problem,
) -> Result<Response, Problem> {
    let mut page = plain(app, caller).await?;
    page.name = name;
    match &problem {
        Problem::Invalid { field, why } => {
            let fault = Some(sentence(why.as_str()));
            match *field {
                "name" => page.name.fault = fault,
                _ => page.password_fault = fault,
            }
        }
        Problem::TooManyRequests { .. }
        | Problem::Busy
        | Problem::Conflict(_)
        | Problem::DeadLink { .. }
        | Problem::WrongPasskey => page.fault = Some(problem.to_string()),
        _ => return Err(problem),
    }
    render::refused(&page, &problem)
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Shown {
    credential: String,
    next: String,
}

async fn log_in(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    on: ClientDevice,
    headers: HeaderMap,
    Form(shown): Form<Shown>,
) -> Result<Response, Problem> {
    let brought = app.cookie.read(&headers);
    let secret = app.cookie.read_ceremony(&headers);
    let (secret, answer) = (secret.as_deref(), &shown.credential);
    match passkeys::log_in(&app, from, secret, answer, on, brought.as_deref()).await {
        Ok(step) => arrived(&app, step, shown.next),
        Err(problem) => came_back(&app, Field::default(), shown.next, problem).await,
    }
}
