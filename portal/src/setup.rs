//! `/setup?token=`: the first admin.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use web::Field;
use web::mail::SetUpMail;
use web::page::{PolicyOption, SetupPage};

use super::log_in::welcome;
use super::render::{self, sentence};
use control_plane::accounts::{Details, Faults};
use control_plane::app::App;
use control_plane::http::client_address::ClientAddress;
use control_plane::http::client_device::ClientDevice;
use control_plane::http::extract::{Form, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::mails;
use control_plane::store::Account;
use control_plane::{sessions, setup, sign_up};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Page::get("/setup", Guard::Public, show),
        Page::post("/setup", Guard::Public, submit),
    ]
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Link {
    token: String,
}

async fn show(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Query(link): Query<Link>,
) -> Result<Response, Problem> {
    setup::check_link(&app, from, &link.token).await?;
    let typed = Typed {
        token: link.token,
        policy: "closed".to_owned(),
        ..Typed::default()
    };
    render::page(&form(&typed, Faults::default(), None))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    token: String,
    email: String,
    name: String,
    password: String,
    policy: String,
}

async fn submit(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    on: ClientDevice,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    setup::check_link(&app, from, &typed.token).await?;
    let details = Details {
        email: &typed.email,
        name: &typed.name,
        password: &typed.password,
    };
    let (new, policy) = match (details.check(), sign_up::parse_chosen(&typed.policy)) {
        (Ok(new), Ok(policy)) => (new, policy),
        (Ok(_), Err(problem)) => {
            return render::faulty(&form(&typed, Faults::default(), Some(&problem)));
        }
        (Err(faults), _) => return render::faulty(&form(&typed, faults, None)),
    };
    match setup::first_admin(&app, from, &typed.token, new, policy).await {
        Ok(account) => {
            greet(&app, &account, &typed.policy)?;
            let brought = app.cookie.read(&headers);
            let started = sessions::start(&app, account, on, brought.as_deref()).await?;
            Ok(welcome(&app, &started, "/houses"))
        }
        Err(problem @ (Problem::Conflict(_) | Problem::Busy)) => {
            let form = form(&typed, Faults::default(), Some(&problem));
            render::refused(&form, &problem)
        }
        Err(other) => Err(other),
    }
}

/// A mail that shows that mail works.
fn greet(app: &App, account: &Account, policy: &str) -> Result<(), Problem> {
    let chosen = PolicyOption::all(policy)
        .into_iter()
        .find(|option| option.chosen);
    let text = SetUpMail {
        name: account.name.to_string(),
        portal: app.portal.link("/"),
        sign_up: chosen.map(|option| option.title).unwrap_or_default(),
    };
    app.send_mail(mails::to(account, &text)?);
    Ok(())
}

fn form(typed: &Typed, faults: Faults, whole: Option<&Problem>) -> SetupPage {
    let field = |value: &str, fault: Option<String>| Field {
        value: value.to_owned(),
        fault: fault.map(sentence),
    };
    SetupPage {
        token: typed.token.clone(),
        email: field(&typed.email, faults.email),
        name: field(&typed.name, faults.name),
        password_fault: faults.password.map(sentence),
        policies: PolicyOption::all(&typed.policy),
        fault: whole.map(ToString::to_string),
    }
}
