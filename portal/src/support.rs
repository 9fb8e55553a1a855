//! `/tenants/{tenant}/support` and `/admin/tenants/{tenant}/support`.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{SupportId, SupportLevel, TenantRole, Timestamp};
use serde::Deserialize;
use web::page::{SupportCard, SupportForm, SupportLine, SupportPage, support_level};
use web::{Field, Moment, Section, Shell, Text, routes};

use super::render::{self, sentence};
use control_plane::admin::OverTenant;
use control_plane::app::App;
use control_plane::http::acting::{Acting, Admin};
use control_plane::http::extract::{Form, Path};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::store::{SupportAccess, Tenant};
use control_plane::support::Which;
use control_plane::support::service::{self, Terms};

pub(super) fn routes() -> Vec<Route> {
    let (tenant, admin) = (Guard::Tenant(TenantRole::Admin), Guard::ServiceAdmin);
    let own = "/tenants/{tenant}/support";
    let over = "/admin/tenants/{tenant}/support";
    vec![
        Page::get(own, tenant, show),
        Page::post(own, tenant, offer),
        Page::post("/tenants/{tenant}/support/{access}/grant", tenant, grant),
        Page::post("/tenants/{tenant}/support/{access}/end", tenant, end),
        Page::get(over, admin, show_over),
        Page::post(over, admin, ask),
        Page::post("/admin/tenants/{tenant}/support/{access}/end", admin, leave),
    ]
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    level: SupportLevel,
    hours: String,
    #[serde(default)]
    reason: String,
}

impl Typed {
    fn terms(&self) -> Result<Terms, Problem> {
        Ok(Terms {
            level: self.level,
            hours: self.hours.trim().parse().map_err(|_| Problem::Invalid {
                field: "hours",
                why: "must be between 1 and 168, which is seven days".to_owned(),
            })?,
            reason: self.reason.clone(),
        })
    }

    /// The form as it was typed, with what was wrong.
    fn back(self, problem: &Problem) -> SupportForm {
        let mut form = SupportForm {
            hours: Field::of(self.hours),
            reason: Field::of(self.reason),
            change: self.level == SupportLevel::Change,
            fault: None,
        };
        match problem {
            Problem::Invalid {
                field: "hours",
                why,
            } => {
                form.hours.fault = Some(sentence(why.as_str()));
            }
            Problem::Invalid {
                field: "reason",
                why,
            } => form.reason.fault = Some(sentence(why.as_str())),
            other => form.fault = Some(other.to_string()),
        }
        form
    }
}

fn fresh() -> SupportForm {
    SupportForm {
        hours: Field::of("24"),
        ..SupportForm::default()
    }
}

/// Whether a problem belongs on the form.
const fn is_of_the_form(problem: &Problem) -> bool {
    matches!(problem, Problem::Invalid { .. } | Problem::Conflict(_))
}

async fn show(State(app): State<App>, acting: Acting<Admin, Tenant>) -> Result<Response, Problem> {
    render::page(&page(&app, &acting, fresh()).await?)
}

async fn page(
    app: &App,
    acting: &Acting<Admin, Tenant>,
    form: SupportForm,
) -> Result<SupportPage, Problem> {
    let all = service::list(app, acting).await?;
    let shell = render::tenant_shell(acting, Section::Audit);
    Ok(filled(shell, acting.tenant(), &all, app.now(), form))
}

async fn show_over(State(app): State<App>, over: OverTenant) -> Result<Response, Problem> {
    render::page(&page_over(&app, &over, fresh()).await?)
}

async fn page_over(
    app: &App,
    over: &OverTenant,
    form: SupportForm,
) -> Result<SupportPage, Problem> {
    let all = service::list_over(app, over).await?;
    let shell = render::shell(over.admin().caller(), Section::AdminTenants);
    let mut page = filled(shell, over.tenant(), &all, app.now(), form);
    page.admin = true;
    if !page.active.is_empty() {
        let places = service::places(app, over).await?;
        let link = |house: control_plane::store::House| {
            (routes::house(house.id.as_str()), house.name.to_string())
        };
        page.houses = places.into_iter().map(link).collect();
        let id = over.tenant().id.to_string();
        let log = Text::new("audit-title").told_in(render::reader().language);
        page.houses.push((routes::audit(&id), log));
    }
    Ok(page)
}

fn filled(
    shell: Shell,
    tenant: &Tenant,
    all: &[SupportAccess],
    now: Timestamp,
    form: SupportForm,
) -> SupportPage {
    let cards = |fits: fn(&SupportAccess, Timestamp) -> bool| {
        let some = all.iter().filter(|one| fits(one, now));
        some.map(|one| card(one, now)).collect()
    };
    let over = all
        .iter()
        .filter(|one| !one.is_asked(now) && !one.is_active(now));
    SupportPage {
        shell,
        admin: false,
        id: tenant.id.to_string(),
        tenant: tenant.name.to_string(),
        asked: cards(SupportAccess::is_asked),
        active: cards(SupportAccess::is_active),
        over: over.map(|one| line(one, now)).collect(),
        houses: Vec::new(),
        form,
    }
}

fn card(access: &SupportAccess, now: Timestamp) -> SupportCard {
    SupportCard {
        id: access.id.to_string(),
        level: support_level(access.level),
        reads: access.level == SupportLevel::Read,
        hours: access.hours,
        reason: access.reason.clone(),
        since: Moment::in_utc(access.granted_at.unwrap_or(access.created_at), now),
        until: Moment::in_utc(access.ends_at, now).clock,
    }
}

fn line(access: &SupportAccess, now: Timestamp) -> SupportLine {
    let what = match (access.granted_at, access.ended_at) {
        (Some(_), Some(_)) => Text::new("support-was-ended"),
        (Some(_), None) => Text::new("support-was-granted"),
        (None, Some(_)) => Text::new("support-was-declined"),
        (None, None) => Text::new("support-lapsed"),
    };
    SupportLine {
        what,
        level: support_level(access.level),
        reason: access.reason.clone(),
        since: Moment::in_utc(access.granted_at.unwrap_or(access.created_at), now),
    }
}

async fn offer(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let outcome = match typed.terms() {
        Ok(terms) => service::offer(&app, &acting, &terms).await.map(drop),
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => Ok(back(&acting)),
        Err(problem) if is_of_the_form(&problem) => {
            let form = typed.back(&problem);
            render::refused(&page(&app, &acting, form).await?, &problem)
        }
        Err(other) => Err(other),
    }
}

async fn ask(
    State(app): State<App>,
    over: OverTenant,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let outcome = match typed.terms() {
        Ok(terms) => service::ask(&app, &over, &terms).await.map(drop),
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => Ok(back_over(&over)),
        Err(problem) if is_of_the_form(&problem) => {
            let form = typed.back(&problem);
            render::refused(&page_over(&app, &over, form).await?, &problem)
        }
        Err(other) => Err(other),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    level: SupportLevel,
}

async fn grant(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path(Which { access }): Path<Which>,
    Form(Chosen { level }): Form<Chosen>,
) -> Result<Response, Problem> {
    service::grant(&app, &acting, access, Some(level), None).await?;
    Ok(back(&acting))
}

async fn end(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path(Which { access }): Path<Which>,
) -> Result<Response, Problem> {
    service::end(&app, &acting, access).await?;
    Ok(back(&acting))
}

async fn leave(
    State(app): State<App>,
    over: OverTenant,
    Path(Which { access }): Path<Which>,
) -> Result<Response, Problem> {
    let access: SupportId = access;
    service::leave(&app, &over, access).await?;
    Ok(back_over(&over))
}

fn back(acting: &Acting<Admin, Tenant>) -> Response {
    let id = acting.tenant().id.to_string();
    Redirect::to(&routes::support(&id)).into_response()
}

fn back_over(over: &OverTenant) -> Response {
    let id = over.tenant().id.to_string();
    Redirect::to(&routes::admin_support(&id)).into_response()
}
