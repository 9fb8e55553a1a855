//! `/sign-up` and `/verify`.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use web::Field;
use web::page::{CheckMailPage, SignUpPage, VerifyPage};

use super::render::{self, sentence};
use control_plane::accounts::{self, Details, Faults, LINK_LASTS, Proven};
use control_plane::app::App;
use control_plane::http::client_address::ClientAddress;
use control_plane::http::extract::{Form, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::sign_up;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Page::get("/sign-up", Guard::Public, show),
        Page::post("/sign-up", Guard::Public, submit),
        Page::get("/verify", Guard::Public, ask),
        Page::post("/verify", Guard::Public, verify),
        Page::post("/verify/resend", Guard::Public, send_again),
    ]
}

async fn show(State(app): State<App>) -> Result<Response, Problem> {
    let mut work = app.store.begin_read().await?;
    let policy = sign_up::current(&app, &mut work).await?;
    let closed = sign_up::allowed(policy).err();
    render::page(&form(
        &Typed::default(),
        Faults::default(),
        None,
        closed.as_ref(),
    ))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    email: String,
    name: String,
    password: String,
}

async fn submit(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let details = Details {
        email: &typed.email,
        name: &typed.name,
        password: &typed.password,
    };
    let new = match details.check() {
        Ok(new) => new,
        Err(faults) => return render::faulty(&form(&typed, faults, None, None)),
    };
    let email = new.email.to_string();
    match accounts::sign_up(&app, from, new).await {
        Ok(_) => render::page(&CheckMailPage {
            email,
            valid_for: web::words::window(LINK_LASTS.as_secs()),
            again: false,
            fault: None,
        }),
        Err(problem @ Problem::SignUp(_)) => {
            let form = form(&typed, Faults::default(), None, Some(&problem));
            render::refused(&form, &problem)
        }
        Err(problem @ (Problem::TooManyRequests { .. } | Problem::Busy)) => {
            let form = form(&typed, Faults::default(), Some(&problem), None);
            render::refused(&form, &problem)
        }
        Err(other) => Err(other),
    }
}

fn form(
    typed: &Typed,
    faults: Faults,
    whole: Option<&Problem>,
    closed: Option<&Problem>,
) -> SignUpPage {
    let field = |value: &str, fault: Option<String>| Field {
        value: value.to_owned(),
        fault: fault.map(sentence),
    };
    SignUpPage {
        email: field(&typed.email, faults.email),
        name: field(&typed.name, faults.name),
        password_fault: faults.password.map(sentence),
        fault: whole.map(ToString::to_string),
        closed: closed.map(ToString::to_string),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Link {
    token: String,
}

/// Only a button: mail scanners follow links, people press buttons.
async fn ask(Query(link): Query<Link>) -> Result<Response, Problem> {
    render::page(&VerifyPage {
        token: link.token,
        fault: None,
    })
}

async fn verify(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Form(link): Form<Link>,
) -> Result<Response, Problem> {
    match accounts::verify(&app, from, &link.token).await {
        Ok(Proven::MayLogIn) => Ok(Redirect::to("/log-in?confirmed=yes").into_response()),
        Ok(Proven::Waits) => Ok(Redirect::to("/log-in?confirmed=waits").into_response()),
        Err(problem @ Problem::DeadLink { .. }) => {
            let form = VerifyPage {
                token: String::new(),
                fault: Some(problem.to_string()),
            };
            render::refused(&form, &problem)
        }
        Err(other) => Err(other),
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Again {
    email: String,
}

async fn send_again(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Form(typed): Form<Again>,
) -> Result<Response, Problem> {
    let email = typed.email.parse().map_err(|bad| Problem::email(&bad))?;
    let sent = accounts::send_link_again(&app, from, &email).await;
    let mut page = CheckMailPage {
        email: email.to_string(),
        valid_for: web::words::window(LINK_LASTS.as_secs()),
        again: sent.is_ok(),
        fault: None,
    };
    match sent {
        Ok(()) => render::page(&page),
        Err(problem @ (Problem::TooManyRequests { .. } | Problem::Busy)) => {
            page.fault = Some(problem.to_string());
            render::refused(&page, &problem)
        }
        Err(other) => Err(other),
    }
}
