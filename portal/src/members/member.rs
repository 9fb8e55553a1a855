//! `/tenants/{tenant}/members/{account}`: one member and what can be changed.

use axum::extract::State;
use axum::response::Response;
use model::{AccountId, TenantId, TenantRole};
use web::page::MemberPage;

use super::fields::{Faults, Fields, Typed};
use super::{back, nav, reach_text, shell};
use crate::render;
use control_plane::app::App;
use control_plane::http::acting::{Acting, Admin, Owner};
use control_plane::http::extract::{Form, Path};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::members;
use control_plane::store::{Member, Tenant};

const ONE: &str = "/tenants/{tenant}/members/{account}";

pub(super) fn routes() -> Vec<Route> {
    const ADMINS: Guard = Guard::Tenant(TenantRole::Admin);
    let hand_over_to = "/tenants/{tenant}/members/{account}/hand-over";
    vec![
        Page::get(ONE, ADMINS, show),
        Page::post(ONE, ADMINS, change),
        Page::post("/tenants/{tenant}/members/{account}/remove", ADMINS, remove),
        Page::post(hand_over_to, Guard::Tenant(TenantRole::Owner), hand_over),
    ]
}

async fn page(
    app: &App,
    acting: &Acting<Admin, Tenant>,
    member: Member,
    fields: Option<(&Fields, Faults)>,
) -> Result<MemberPage, Problem> {
    let overview = members::overview(app, acting).await?;
    let houses = overview.map(|overview| overview.houses).unwrap_or_default();
    let tenant = acting.tenant();
    let whole = member.reach.whole().is_some() && member.until.is_none();
    Ok(MemberPage {
        shell: shell(acting),
        tenant: nav(tenant),
        account: member.account.to_string(),
        name: member.name.to_string(),
        email: member.email.to_string(),
        reach: reach_text(&member.reach, &houses),
        form: match fields {
            Some((fields, faults)) => fields.shown_with(acting.role(), &houses, faults),
            None => Fields::of_member(&member).shown(acting.role(), &houses),
        },
        may_answer: whole && acting.role() == TenantRole::Owner && member.account != tenant.owner,
        fault: None,
    })
}

async fn show(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path((_, account)): Path<(TenantId, AccountId)>,
) -> Result<Response, Problem> {
    let member = members::find(&app, &acting, account).await?;
    members::rules::may_manage(acting.role(), &member.reach)?;
    render::page(&page(&app, &acting, member, None).await?)
}

async fn change(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path((_, account)): Path<(TenantId, AccountId)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let member = members::find(&app, &acting, account).await?;
    let fields = Fields::of(&typed)?.ending(member.until);
    let wish = match fields.wish() {
        Ok(wish) => wish,
        Err(faults) => {
            let page = page(&app, &acting, member, Some((&fields, *faults)));
            return render::faulty(&page.await?);
        }
    };
    match members::change(&app, &acting, account, wish).await {
        Ok(_) => Ok(back(acting.tenant().id, "saved")),
        Err(problem @ (Problem::Conflict(_) | Problem::Forbidden(_) | Problem::Invalid { .. })) => {
            let fields = Some((&fields, Faults::default()));
            refused(&app, &acting, member, fields, &problem).await
        }
        Err(other) => Err(other),
    }
}

async fn refused(
    app: &App,
    acting: &Acting<Admin, Tenant>,
    member: Member,
    fields: Option<(&Fields, Faults)>,
    problem: &Problem,
) -> Result<Response, Problem> {
    let mut page = page(app, acting, member, fields).await?;
    page.fault = Some(render::told(problem));
    render::refused(&page, problem)
}

async fn remove(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path((_, account)): Path<(TenantId, AccountId)>,
) -> Result<Response, Problem> {
    let member = members::find(&app, &acting, account).await?;
    match members::remove(&app, &acting, account).await {
        Ok(()) => Ok(back(acting.tenant().id, "member-removed")),
        Err(problem @ (Problem::Conflict(_) | Problem::Forbidden(_))) => {
            refused(&app, &acting, member, None, &problem).await
        }
        Err(other) => Err(other),
    }
}

async fn hand_over(
    State(app): State<App>,
    acting: Acting<Owner, Tenant>,
    Path((_, account)): Path<(TenantId, AccountId)>,
) -> Result<Response, Problem> {
    members::hand_over(&app, &acting, account).await?;
    Ok(back(acting.tenant().id, "handed-over"))
}
