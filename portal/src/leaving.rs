//! `/account/export`, `/account/delete`, `/tenants/{tenant}/delete` and
//! `/log-in/keep`.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, header};
use serde::Deserialize;
use web::page::{DeleteAccountPage, DeleteTenantPage, Deleting};
use web::{Field, Moment, Section, routes as addresses};

use super::log_in::{came_back, welcome};
use super::render::{self, sentence};
use control_plane::accounts;
use control_plane::app::App;
use control_plane::http::caller::Person;
use control_plane::http::client_address::ClientAddress;
use control_plane::http::client_device::ClientDevice;
use control_plane::http::extract::{Form, Query};
use control_plane::http::problem::Problem;
use control_plane::http::return_path::ReturnPath;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::sessions::{self, Confirmation};
use control_plane::standing::own::{self, Owned};
use control_plane::standing::service::GRACE as TENANT_GRACE;
use control_plane::store::Tenant;
use control_plane::{account_export, passkeys};
use model::TenantRole;

pub(super) fn routes() -> Vec<Route> {
    let delete = "/tenants/{tenant}/delete";
    let owner = Guard::Tenant(TenantRole::Owner);
    vec![
        Page::get("/account/export", Guard::LoggedIn, export),
        Page::get("/account/delete", Guard::LoggedIn, show_account),
        Page::post("/account/delete", Guard::LoggedIn, delete_account),
        Page::post("/log-in/keep", Guard::Public, keep_account),
        Page::get(delete, owner, show_tenant),
        Page::post(delete, owner, delete_tenant),
        Page::post("/tenants/{tenant}/keep", owner, keep_tenant),
    ]
}

/// Seconds of a day.
const DAY_SECS: u64 = 86_400;

/// A file that the browser keeps.
async fn export(State(app): State<App>, caller: Person) -> Result<Response, Problem> {
    let export = account_export::gather(&app, &caller).await?;
    let text = serde_json::to_string_pretty(&export).map_err(Problem::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"egeoffrey-cloud-account.json\"",
        ),
    ];
    Ok((headers, text).into_response())
}

async fn show_account(State(app): State<App>, caller: Person) -> Result<Response, Problem> {
    render::page(&account_page(&app, &caller).await?)
}

/// The page before anything was typed.
async fn account_page(app: &App, caller: &Person) -> Result<DeleteAccountPage, Problem> {
    let means = accounts::consequences(app, caller).await?;
    let name = |tenant: &Tenant| tenant.name.to_string();
    let blocking = means.blocking.iter().map(|tenant| {
        let page = addresses::delete_tenant(&tenant.id.to_string());
        (name(tenant), page)
    });
    Ok(DeleteAccountPage {
        shell: render::shell(caller, Section::Account),
        days: accounts::GRACE.as_secs() / DAY_SECS,
        go: means.go.iter().map(name).collect(),
        handed_over: means.handed_over.iter().map(|(it, _)| name(it)).collect(),
        blocking: blocking.collect(),
        last_admin: means.last_admin,
        email: Field::default(),
        password_fault: None,
        has_passkey: has_passkey(app, caller).await?,
        fault: None,
    })
}

async fn has_passkey(app: &App, caller: &Person) -> Result<bool, Problem> {
    let possible = app.passkeys.impossible().is_none();
    Ok(possible && !passkeys::list(app, caller).await?.is_empty())
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Farewell {
    email: String,
    password: String,
    passkey: String,
}

async fn delete_account(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    caller: Person,
    Form(typed): Form<Farewell>,
) -> Result<Response, Problem> {
    let ceremony = app.cookie.read_ceremony(&headers);
    let proof = Confirmation {
        password: &typed.password,
        passkey: &typed.passkey,
        ceremony: ceremony.as_deref(),
    };
    let deleted = accounts::delete(&app, from, &caller, &typed.email, proof).await;
    let Err(problem) = deleted else {
        let cookie = app.cookie.clear();
        let bye = Redirect::to("/log-in?deleted=yes");
        return Ok(([(header::SET_COOKIE, cookie)], bye).into_response());
    };
    let mut page = account_page(&app, &caller).await?;
    page.email = Field::of(typed.email);
    match place(&problem)? {
        Place::Typed(why) => page.email.fault = Some(why),
        Place::Password(why) => page.password_fault = Some(why),
        Place::Whole(why) => page.fault = Some(why),
    }
    render::refused(&page, &problem)
}

/// Where a problem is shown.
enum Place {
    Typed(String),
    Password(String),
    Whole(String),
}

fn place(problem: &Problem) -> Result<Place, Problem> {
    match problem {
        Problem::Invalid {
            field: "password",
            why,
        } => Ok(Place::Password(sentence(why.as_str()))),
        Problem::Invalid { why, .. } => Ok(Place::Typed(sentence(why.as_str()))),
        Problem::TooManyRequests { .. }
        | Problem::Busy
        | Problem::Conflict(_)
        | Problem::StillNeeded(_)
        | Problem::DeadLink { .. }
        | Problem::Forbidden(_)
        | Problem::WrongPasskey => Ok(Place::Whole(problem.to_string())),
        other => Err(other.clone()),
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Keep {
    ticket: String,
    next: String,
}

async fn keep_account(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    on: ClientDevice,
    headers: HeaderMap,
    Form(typed): Form<Keep>,
) -> Result<Response, Problem> {
    let brought = app.cookie.read(&headers);
    let kept = sessions::keep_account(&app, from, &typed.ticket, on, brought.as_deref());
    match kept.await {
        Ok(started) => {
            let next = ReturnPath::local_or_home(&typed.next);
            Ok(welcome(&app, &started, next.as_str()))
        }
        Err(problem) => came_back(&app, Field::default(), typed.next, problem).await,
    }
}

async fn show_tenant(
    State(app): State<App>,
    own: Owned,
    Query(arrival): Query<render::Arrival>,
) -> Result<Response, Problem> {
    let mut page = tenant_page(&app, &own).await?;
    let done = render::done(arrival.done.as_deref());
    page.shell.notices.extend(done);
    render::page(&page)
}

/// The page before anything was typed.
async fn tenant_page(app: &App, own: &Owned) -> Result<DeleteTenantPage, Problem> {
    let (tenant, person) = (own.tenant(), own.person());
    let mut work = app.store.begin_read().await?;
    let houses = work.houses().list(tenant.id).await?;
    drop(work);
    let deleting = match tenant.state.erase_after {
        Some(at) => Some(Deleting {
            erased_on: Moment::in_utc(at, app.now()).clock,
            may_keep: own::may_come_back(app, own).await?,
        }),
        None => None,
    };
    Ok(DeleteTenantPage {
        shell: render::shell(person, Section::Account),
        id: tenant.id.to_string(),
        tenant: tenant.name.to_string(),
        days: TENANT_GRACE.as_secs() / DAY_SECS,
        houses: houses.iter().map(|house| house.name.to_string()).collect(),
        deleting,
        name: Field::default(),
        password_fault: None,
        has_passkey: has_passkey(app, person).await?,
        fault: None,
    })
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    name: String,
    password: String,
    passkey: String,
}

async fn delete_tenant(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    own: Owned,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let ceremony = app.cookie.read_ceremony(&headers);
    let proof = Confirmation {
        password: &typed.password,
        passkey: &typed.passkey,
        ceremony: ceremony.as_deref(),
    };
    let deleted = own::delete(&app, from, &own, &typed.name, proof).await;
    let Err(problem) = deleted else {
        return Ok(again(&own, "tenant-deleted"));
    };
    let mut page = tenant_page(&app, &own).await?;
    page.name = Field::of(typed.name);
    match place(&problem)? {
        Place::Typed(why) => page.name.fault = Some(why),
        Place::Password(why) => page.password_fault = Some(why),
        Place::Whole(why) => page.fault = Some(why),
    }
    render::refused(&page, &problem)
}

async fn keep_tenant(State(app): State<App>, own: Owned) -> Result<Response, Problem> {
    match own::keep(&app, &own).await {
        Ok(()) => Ok(Redirect::to("/account?done=tenant-kept").into_response()),
        Err(problem) => {
            let mut page = tenant_page(&app, &own).await?;
            page.fault = Some(problem.to_string());
            render::refused(&page, &problem)
        }
    }
}

fn again(own: &Owned, done: &str) -> Response {
    let page = addresses::delete_tenant(&own.tenant().id.to_string());
    Redirect::to(&format!("{page}?done={done}")).into_response()
}
