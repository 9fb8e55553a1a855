//! `GET /`: what the service is, or straight to the houses.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::Plan;
use web::page::{LandingPage, PlanColumn};

use super::render;
use control_plane::app::App;
use control_plane::http::caller::Caller;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::sign_up;

pub(super) fn routes() -> Vec<Route> {
    vec![Page::get("/", Guard::Public, landing)]
}

async fn landing(State(app): State<App>, caller: Option<Caller>) -> Result<Response, Problem> {
    if caller.is_some() {
        return Ok(Redirect::to("/houses").into_response());
    }
    let mut work = app.store.begin_read().await?;
    let mut plans = work.plans().list().await?;
    drop(work);
    // Those that every service has; what admins add may be for few.
    plans.retain(|(plan, _)| plan.name.as_str().parse::<Plan>().is_ok());
    plans.sort_by_key(|(plan, _)| (plan.quotas.houses, plan.quotas.messages_per_day));
    let plans = plans
        .iter()
        .map(|(plan, _)| PlanColumn::new(plan.title.as_str(), &plan.quotas))
        .collect();
    render::page(&LandingPage {
        plans,
        sign_up_open: sign_up_open(&app).await?,
    })
}

/// Whether pages offer to sign up.
pub(super) async fn sign_up_open(app: &App) -> Result<bool, Problem> {
    let mut work = app.store.begin_read().await?;
    let policy = sign_up::current(app, &mut work).await?;
    Ok(sign_up::allowed(policy).is_ok())
}
