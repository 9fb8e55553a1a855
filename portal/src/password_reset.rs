//! `/forgot-password` and `/reset-password`.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::EmailAddress;
use serde::Deserialize;
use web::Field;
use web::page::{ForgotPasswordPage, ResetPasswordPage};

use super::render::{self, sentence};
use control_plane::app::App;
use control_plane::http::client_address::ClientAddress;
use control_plane::http::extract::{Form, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::password_reset;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Page::get("/forgot-password", Guard::Public, forgot),
        Page::post("/forgot-password", Guard::Public, send),
        Page::get("/reset-password", Guard::Public, ask),
        Page::post("/reset-password", Guard::Public, choose),
    ]
}

async fn forgot() -> Result<Response, Problem> {
    render::page(&ForgotPasswordPage::default())
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    email: String,
}

async fn send(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let email: EmailAddress = match typed.email.parse() {
        Ok(email) => email,
        Err(bad) => {
            return render::faulty(&ForgotPasswordPage {
                email: Field::faulty(typed.email, sentence(bad.to_string())),
                ..ForgotPasswordPage::default()
            });
        }
    };
    match password_reset::request(&app, from, &email).await {
        Ok(()) => render::page(&ForgotPasswordPage {
            sent_to: Some(email.to_string()),
            valid_for: web::words::window(password_reset::LINK_LASTS.as_secs()),
            ..ForgotPasswordPage::default()
        }),
        Err(problem @ Problem::TooManyRequests { .. }) => {
            let form = ForgotPasswordPage {
                email: Field::of(typed.email),
                fault: Some(problem.to_string()),
                ..ForgotPasswordPage::default()
            };
            render::refused(&form, &problem)
        }
        Err(other) => Err(other),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Link {
    token: String,
}

/// Only a form: mail scanners follow links, people type passwords.
async fn ask(Query(link): Query<Link>) -> Result<Response, Problem> {
    render::page(&ResetPasswordPage {
        token: link.token,
        ..ResetPasswordPage::default()
    })
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Chosen {
    token: String,
    password: String,
    /// A box that was ticked.
    revoke_tokens: Option<String>,
}

async fn choose(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Form(typed): Form<Chosen>,
) -> Result<Response, Problem> {
    let (token, password) = (&typed.token, &typed.password);
    let end_tokens = typed.revoke_tokens.is_some();
    let chosen = password_reset::choose(&app, from, token, password, end_tokens);
    let problem = match chosen.await {
        Ok(()) => return Ok(Redirect::to("/log-in?reset=yes").into_response()),
        Err(problem) => problem,
    };
    let form = match &problem {
        Problem::DeadLink { .. } => ResetPasswordPage {
            dead: true,
            ..ResetPasswordPage::default()
        },
        Problem::Invalid { why, .. } => ResetPasswordPage {
            token: typed.token,
            password_fault: Some(sentence(why.as_str())),
            ..ResetPasswordPage::default()
        },
        Problem::TooManyRequests { .. } | Problem::Busy => ResetPasswordPage {
            token: typed.token,
            fault: Some(problem.to_string()),
            ..ResetPasswordPage::default()
        },
        _ => return Err(problem),
    };
    render::refused(&form, &problem)
}
