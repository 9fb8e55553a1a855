//! `/account/two-factor`.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use web::Section;
use web::page::{TwoFactorFaults, TwoFactorPage, TwoFactorState};
use web::qr::Qr;

use super::render::{self, sentence};
use control_plane::app::App;
use control_plane::http::caller::Person;
use control_plane::http::client_address::ClientAddress;
use control_plane::http::extract::{Form, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::sessions;
use control_plane::two_factor::{self, State as Standing};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Page::get("/account/two-factor", Guard::LoggedIn, show),
        Page::post("/account/two-factor/begin", Guard::LoggedIn, begin),
        Page::post("/account/two-factor/confirm", Guard::LoggedIn, confirm),
        Page::post("/account/two-factor/codes", Guard::LoggedIn, new_codes),
        Page::post("/account/two-factor/off", Guard::LoggedIn, turn_off),
    ]
}

async fn show(
    State(app): State<App>,
    caller: Person,
    Query(arrival): Query<render::Arrival>,
) -> Result<Response, Problem> {
    let mut page = page(&app, &caller).await?;
    let done = render::done(arrival.done.as_deref());
    page.shell.notices.extend(done);
    render::page(&page)
}

/// The page as things stand, before anything was typed.
async fn page(app: &App, caller: &Person) -> Result<TwoFactorPage, Problem> {
    let state = match two_factor::state(app, caller).await? {
        Standing::Off => TwoFactorState::Off,
        Standing::Begun(enrolment) => TwoFactorState::Begun {
            qr: Qr::encode(&enrolment.address),
            key: enrolment.key,
        },
        Standing::On(codes_left) => TwoFactorState::On { codes_left },
    };
    Ok(TwoFactorPage {
        shell: render::shell(caller, Section::Account),
        state,
        faults: TwoFactorFaults::default(),
    })
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Password {
    password: String,
}

async fn begin(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    caller: Person,
    Form(typed): Form<Password>,
) -> Result<Response, Problem> {
    match two_factor::begin(&app, from, &caller, &typed.password).await {
        Ok(()) => Ok(Redirect::to("/account/two-factor").into_response()),
        Err(problem) => {
            back(&app, &caller, problem, |faults, text| {
                faults.password = Some(text);
            })
            .await
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Code {
    code: String,
}

async fn confirm(
    State(app): State<App>,
    caller: Person,
    Form(typed): Form<Code>,
) -> Result<Response, Problem> {
    match two_factor::confirm(&app, &caller, &typed.code).await {
        Ok((codes, secret)) => {
            let cookie = sessions::cookie(&app, secret.as_ref());
            Ok((cookie, fresh(&caller, codes)?).into_response())
        }
        Err(problem) => {
            back(&app, &caller, problem, |faults, text| {
                faults.code = Some(text);
            })
            .await
        }
    }
}

async fn new_codes(
    State(app): State<App>,
    caller: Person,
    Form(typed): Form<Code>,
) -> Result<Response, Problem> {
    match two_factor::new_recovery_codes(&app, &caller, &typed.code).await {
        Ok(codes) => fresh(&caller, codes),
        Err(problem) => {
            back(&app, &caller, problem, |faults, text| {
                faults.code = Some(text);
            })
            .await
        }
    }
}

/// The recovery codes, this once: on the answer itself, so that they never
/// stand anywhere else.
fn fresh(caller: &Person, codes: Vec<String>) -> Result<Response, Problem> {
    render::page(&TwoFactorPage {
        shell: render::shell(caller, Section::Account),
        state: TwoFactorState::Fresh { codes },
        faults: TwoFactorFaults::default(),
    })
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LastCode {
    last_code: String,
}

async fn turn_off(
    State(app): State<App>,
    caller: Person,
    Form(typed): Form<LastCode>,
) -> Result<Response, Problem> {
    match two_factor::turn_off(&app, &caller, &typed.last_code).await {
        Ok(secret) => {
            let cookie = sessions::cookie(&app, secret.as_ref());
            let next = Redirect::to("/account/two-factor?done=two-factor-off");
            Ok((cookie, next).into_response())
        }
        Err(problem) => {
            back(&app, &caller, problem, |faults, text| {
                faults.last_code = Some(text);
            })
            .await
        }
    }
}

/// The page with the fault at the field that `put` chooses, or above it.
async fn back(
    app: &App,
    caller: &Person,
    problem: Problem,
    put: impl FnOnce(&mut TwoFactorFaults, String),
) -> Result<Response, Problem> {
    let mut page = page(app, caller).await?;
    match &problem {
        Problem::WrongCode => {
            put(&mut page.faults, problem.to_string());
            return render::faulty(&page);
        }
        Problem::Invalid { why, .. } => put(&mut page.faults, sentence(why.as_str())),
        Problem::TooManyRequests { .. } | Problem::Busy | Problem::Conflict(_) => {
            page.faults.whole = Some(problem.to_string());
        }
        _ => return Err(problem),
    }
    render::refused(&page, &problem)
}
