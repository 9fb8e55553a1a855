//! `/account`, and `/admin/sign-up` for admins of the service.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use web::Section;
use web::page::{AccountPage, SignUpPolicyPage};

use super::render;
use super::setup::offered;
use crate::app::App;
use crate::http::caller::{Caller, ServiceAdmin};
use crate::http::extract::{Form, Query};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::sign_up;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/account", Guard::LoggedIn, account),
        Route::get("/admin/sign-up", Guard::ServiceAdmin, show_policy),
        Route::post("/admin/sign-up", Guard::ServiceAdmin, choose_policy),
    ]
}

async fn account(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let mut work = app.store.begin_read().await?;
    let tenants = work.tenants().list_for(caller.account().id).await?;
    let own = tenants
        .iter()
        .find(|access| access.tenant.owner == caller.account().id);
    render::page(&AccountPage {
        shell: render::shell(&caller, Section::Account),
        plan: own.map_or(String::new(), |access| access.tenant.plan.to_string()),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Arrival {
    done: Option<String>,
}

async fn show_policy(
    State(app): State<App>,
    admin: ServiceAdmin,
    Query(arrival): Query<Arrival>,
) -> Result<Response, Problem> {
    let mut work = app.store.begin_read().await?;
    let policy = sign_up::current(&app, &mut work).await?;
    let mut shell = render::shell(admin.caller(), Section::SignUpPolicy);
    shell.notices.extend(render::done(arrival.done.as_deref()));
    render::page(&SignUpPolicyPage {
        shell,
        policies: offered(sign_up::word(policy)),
    })
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Chosen {
    policy: String,
}

async fn choose_policy(
    State(app): State<App>,
    admin: ServiceAdmin,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let policy = sign_up::parse_offered(&chosen.policy)?;
    sign_up::choose(&app, &admin, policy).await?;
    Ok(Redirect::to("/admin/sign-up?done=saved").into_response())
}
