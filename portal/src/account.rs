//! `/account` with its forms, and `/confirm-address`.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{EmailAddress, TenantRole};
use serde::Deserialize;
use web::page::{AccountPage, ConfirmAddressPage, OwnedTenant};
use web::{Field, Section};

use super::render::{self, sentence};
use control_plane::accounts::NewPassword;
use control_plane::app::App;
use control_plane::http::caller::{Caller, Person};
use control_plane::http::client_address::ClientAddress;
use control_plane::http::extract::{Form, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::{accounts, sessions};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Page::get("/account", Guard::LoggedIn, account),
        Page::post("/account/password", Guard::LoggedIn, change_password),
        Page::post("/account/email", Guard::LoggedIn, change_address),
        Page::post("/account/language", Guard::LoggedIn, choose_language),
        Page::get("/confirm-address", Guard::Public, ask_address),
        Page::post("/confirm-address", Guard::Public, confirm_address),
    ]
}

async fn account(
    State(app): State<App>,
    caller: Person,
    Query(arrival): Query<render::Arrival>,
) -> Result<Response, Problem> {
    let mut page = plain(&app, &caller).await?;
    page.shell
        .notices
        .extend(render::done(arrival.done.as_deref()));
    render::page(&page)
}

/// The page before anything was typed.
async fn plain(app: &App, caller: &Person) -> Result<AccountPage, Problem> {
    let mut work = app.store.begin_read().await?;
    let tenants = work
        .tenants()
        .list_for(caller.account().id, app.now())
        .await?;
    let own = tenants
        .iter()
        .find(|access| access.tenant.owner == caller.account().id);
    Ok(AccountPage {
        shell: render::shell(caller, Section::Account),
        plan: own.map_or(String::new(), |access| access.tenant.plan.to_string()),
        owned: tenants
            .iter()
            .filter(|access| access.role == TenantRole::Owner)
            .map(|access| OwnedTenant {
                id: access.tenant.id.to_string(),
                name: access.tenant.name.to_string(),
                deleting: access.tenant.state.erase_after.is_some(),
            })
            .collect(),
        language: caller.account().language,
        current_fault: None,
        new_fault: None,
        email: Field::default(),
        password_fault: None,
        fault: None,
    })
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Passwords {
    current: String,
    new: String,
    /// A box that was ticked.
    revoke_tokens: Option<String>,
}

async fn change_password(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    caller: Person,
    Form(typed): Form<Passwords>,
) -> Result<Response, Problem> {
    let wanted = NewPassword {
        current: &typed.current,
        new: &typed.new,
        end_api_tokens: typed.revoke_tokens.is_some(),
    };
    match accounts::change_password(&app, from, &caller, wanted).await {
        Ok(secret) => {
            let cookie = sessions::cookie(&app, secret.as_ref());
            Ok((cookie, Redirect::to("/account?done=password")).into_response())
        }
        Err(problem) => back(&app, &caller, Field::default(), problem).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Address {
    email: String,
    password: String,
}

async fn change_address(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    caller: Person,
    Form(typed): Form<Address>,
) -> Result<Response, Problem> {
    let asked = match typed.email.parse::<EmailAddress>() {
        Ok(new) => accounts::ask_for_address(&app, from, &caller, &new, &typed.password).await,
        Err(bad) => Err(Problem::email(&bad)),
    };
    match asked {
        Ok(()) => Ok(Redirect::to("/account?done=address-asked").into_response()),
        Err(problem) => back(&app, &caller, Field::of(typed.email), problem).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ChosenLanguage {
    language: String,
}

async fn choose_language(
    State(app): State<App>,
    caller: Person,
    Form(typed): Form<ChosenLanguage>,
) -> Result<Response, Problem> {
    let language = accounts::parse_language(&typed.language)?;
    accounts::set_language(&app, &caller, language).await?;
    Ok(Redirect::to("/account?done=saved").into_response())
}

/// The page with the fault where it belongs.
async fn back(
    app: &App,
    caller: &Person,
    email: Field,
    problem: Problem,
) -> Result<Response, Problem> {
    let mut page = plain(app, caller).await?;
    page.email = email;
    match &problem {
        Problem::Invalid { field, why } => {
            let fault = Some(sentence(why.as_str()));
            match *field {
                "current" => page.current_fault = fault,
                "new" => page.new_fault = fault,
                "email" => page.email.fault = fault,
                _ => page.password_fault = fault,
            }
        }
        Problem::TooManyRequests { .. } | Problem::Busy => page.fault = Some(problem.to_string()),
        _ => return Err(problem),
    }
    render::refused(&page, &problem)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Link {
    token: String,
}

/// Only a button: mail scanners follow links, people press buttons.
async fn ask_address(Query(link): Query<Link>) -> Result<Response, Problem> {
    render::page(&ConfirmAddressPage {
        token: link.token,
        fault: None,
    })
}

async fn confirm_address(
    State(app): State<App>,
    caller: Option<Caller>,
    ClientAddress(from): ClientAddress,
    Form(link): Form<Link>,
) -> Result<Response, Problem> {
    match accounts::confirm_address(&app, from, &link.token).await {
        Ok(()) if caller.is_some() => Ok(Redirect::to("/account?done=address").into_response()),
        Ok(()) => Ok(Redirect::to("/log-in?confirmed=yes").into_response()),
        Err(problem @ (Problem::DeadLink { .. } | Problem::Conflict(_))) => {
            let form = ConfirmAddressPage {
                token: String::new(),
                fault: Some(problem.to_string()),
            };
            render::refused(&form, &problem)
        }
        Err(other) => Err(other),
    }
}
