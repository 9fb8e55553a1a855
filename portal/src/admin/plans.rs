//! `/admin/plans` and `/admin/plans/{plan}`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::quotas::Unit;
use model::{DisplayName, PlanName, Quota};
use serde::Deserialize;
use web::page::admin::{PlanCard, PlanPage, PlansPage, QuotaField};
use web::page::quota_title;
use web::{Field, Section, Text, words};

use super::shell;
use crate::render::{self, sentence};
use control_plane::app::App;
use control_plane::http::caller::ServiceAdmin;
use control_plane::http::extract::{Form, Path, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::plans::Value;
use control_plane::plans::service::{self, PlanChange};
use control_plane::store::PlanRecord;

/// What a card tells of a plan.
const TOLD: [&str; 4] = [
    "houses",
    "connections_per_house",
    "messages_per_day",
    "history_days",
];

pub(super) fn routes() -> Vec<Route> {
    let admin = Guard::ServiceAdmin;
    vec![
        Page::get("/admin/plans", admin, list),
        Page::post("/admin/plans", admin, add),
        Page::get("/admin/plans/{plan}", admin, show),
        Page::post("/admin/plans/{plan}", admin, change),
    ]
}

async fn overview(app: &App, admin: &ServiceAdmin) -> Result<PlansPage, Problem> {
    let plans = service::list(app, admin).await?;
    let card = |(plan, tenants): &(PlanRecord, u64)| PlanCard {
        name: plan.name.to_string(),
        title: plan.title.to_string(),
        tenants: web::page::admin::tenants(*tenants),
        gives: plan
            .quotas
            .list()
            .filter(|(quota, _)| TOLD.contains(&quota.name))
            .map(|(quota, value)| (quota_title(quota.name), words::quota(quota, value)))
            .collect(),
    };
    Ok(PlansPage {
        shell: shell(admin, Section::AdminPlans, &render::Arrival::default()),
        plans: plans.iter().map(card).collect(),
        name: Field::default(),
        title: Field::default(),
    })
}

async fn list(State(app): State<App>, admin: ServiceAdmin) -> Result<Response, Problem> {
    render::page(&overview(&app, &admin).await?)
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NewPlan {
    name: String,
    title: String,
    like: String,
}

async fn add(
    State(app): State<App>,
    admin: ServiceAdmin,
    Form(typed): Form<NewPlan>,
) -> Result<Response, Problem> {
    let plans = service::list(&app, &admin).await?;
    let is_taken = |name: &PlanName| plans.iter().any(|(plan, _)| plan.name == *name);
    let name = match typed.name.trim().parse::<PlanName>() {
        Ok(name) if is_taken(&name) => Err("is taken; choose another".to_owned()),
        Ok(name) => Ok(name),
        Err(bad) => Err(bad.to_string()),
    };
    let title = typed.title.trim().parse::<DisplayName>();
    let (name, title) = match (name, title) {
        (Ok(name), Ok(title)) => (name, title),
        (name, title) => {
            let mut page = overview(&app, &admin).await?;
            page.name = Field {
                value: typed.name,
                fault: name.err().map(sentence),
            };
            page.title = Field {
                value: typed.title,
                fault: title.err().map(|bad| sentence(bad.to_string())),
            };
            return render::faulty(&page);
        }
    };
    let like = plans
        .iter()
        .find(|(plan, _)| plan.name.as_str() == typed.like);
    let (like, _) = like.ok_or(Problem::NotFound { what: "plan" })?;
    let values = like.quotas.list();
    let change = PlanChange {
        title: Some(title),
        quotas: values
            .map(|(quota, value)| (quota.name.to_owned(), Value::of(quota, value)))
            .collect(),
    };
    let (plan, _) = service::put(&app, &admin, name, change).await?;
    Ok(Redirect::to(&web::routes::admin_plan(plan.name.as_str())).into_response())
}

/// The plan with the number of its tenants, as a form that says what is.
async fn form(
    app: &App,
    admin: &ServiceAdmin,
    name: &PlanName,
    arrival: &render::Arrival,
) -> Result<PlanPage, Problem> {
    let plans = service::list(app, admin).await?;
    let found = plans.into_iter().find(|(plan, _)| plan.name == *name);
    let (plan, tenants) = found.ok_or(Problem::NotFound { what: "plan" })?;
    let values = plan.quotas.list();
    Ok(PlanPage {
        shell: shell(admin, Section::AdminPlans, arrival),
        name: plan.name.to_string(),
        tenants: web::page::admin::tenants(tenants),
        title: Field::of(plan.title.to_string()),
        quotas: values
            .map(|(quota, value)| QuotaField {
                name: quota.name,
                title: quota_title(quota.name),
                hint: match quota.unit {
                    Unit::Count => Text::default(),
                    Unit::Bytes | Unit::Days => words::quota(quota, value),
                },
                field: Field::of(typed(quota, value)),
            })
            .collect(),
    })
}

fn typed(quota: &Quota, value: u64) -> String {
    match Value::of(quota, value) {
        Value::Number(number) => number.to_string(),
        Value::Unlimited => "unlimited".to_owned(),
    }
}

async fn show(
    State(app): State<App>,
    admin: ServiceAdmin,
    Path(name): Path<PlanName>,
    Query(arrival): Query<render::Arrival>,
) -> Result<Response, Problem> {
    render::page(&form(&app, &admin, &name, &arrival).await?)
}

/// The fields of the form: the title, and every quota by its name.
type Fields = BTreeMap<String, String>;

async fn change(
    State(app): State<App>,
    admin: ServiceAdmin,
    Path(name): Path<PlanName>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let mut page = form(&app, &admin, &name, &render::Arrival::default()).await?;
    if let Some(change) = read(&fields, &mut page)? {
        service::put(&app, &admin, name.clone(), change).await?;
        let page = web::routes::admin_plan(name.as_str());
        return Ok(Redirect::to(&format!("{page}?done=saved")).into_response());
    }
    render::faulty(&page)
}

/// What was typed; `None` when something cannot be, which `page` then says.
fn read(fields: &Fields, page: &mut PlanPage) -> Result<Option<PlanChange>, Problem> {
    let mut change = PlanChange::default();
    let mut sound = true;
    for (name, text) in fields {
        if name == "title" {
            match text.trim().parse() {
                Ok(title) => change.title = Some(title),
                Err(bad) => {
                    let bad: model::name::BadName = bad;
                    page.title = Field::faulty(text.as_str(), sentence(bad.to_string()));
                    sound = false;
                }
            }
            continue;
        }
        let shown = page.quotas.iter_mut().find(|shown| shown.name == name);
        let (Some(quota), Some(shown)) = (Quota::by_name(name), shown) else {
            return Err(Problem::Malformed(
                "The form has an unknown field.".to_owned(),
            ));
        };
        let value = Value::from_typed(text);
        let fault = match value.map(|value| value.check(quota)) {
            None => Some("Type a whole number, or unlimited.".to_owned()),
            Some(Err(Problem::Invalid { why, .. })) => Some(sentence(why)),
            Some(Err(other)) => return Err(other),
            Some(Ok(_)) => None,
        };
        sound &= fault.is_none();
        shown.field = Field {
            value: text.clone(),
            fault,
        };
        change
            .quotas
            .extend(value.map(|value| (name.clone(), value)));
    }
    Ok(sound.then_some(change))
}
