//! `/houses/new`, and giving up a role in one house.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{Binding, Hosting, TenantRole};
use serde::Deserialize;
use web::page::{NewHousePage, ZoneGroup};
use web::{Field, Section, TenantNav, routes};

use super::render::{self, sentence};
use control_plane::app::App;
use control_plane::houses::flash::Fresh;
use control_plane::houses::{self, NewHouse};
use control_plane::http::acting::{Acting, AtHome, Guest, Installer};
use control_plane::http::extract::Form;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::members;
use control_plane::store::{House, Tenant};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Page::get("/houses/new", Guard::LoggedIn, show),
        Page::post("/houses/new", Guard::LoggedIn, create),
        Page::post(
            "/houses/{house}/leave",
            Guard::House(TenantRole::Guest),
            leave,
        ),
    ]
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    name: String,
    timezone: String,
    hosting: String,
}

async fn show(AtHome(acting): AtHome) -> Result<Response, Problem> {
    render::page(&form(&acting, &Typed::default(), &Faults::default()))
}

/// Gives up a role in one house.
async fn leave(State(app): State<App>, acting: Acting<Guest, House>) -> Result<Response, Problem> {
    members::leave_house(&app, &acting).await?;
    Ok(Redirect::to("/houses?done=left").into_response())
}

/// What is wrong with the form; each of the first two continues "This".
#[derive(Default)]
struct Faults {
    name: Option<String>,
    timezone: Option<String>,
    whole: Option<String>,
}

impl Typed {
    fn check(&self) -> Result<NewHouse, Faults> {
        let (name, timezone) = (self.name.parse(), self.timezone.parse());
        let hosting = self.hosting.parse::<Hosting>();
        match (name, timezone, hosting) {
            (Ok(name), Ok(timezone), Ok(hosting)) => Ok(NewHouse {
                name,
                timezone,
                hosting,
            }),
            (name, timezone, hosting) => Err(Faults {
                name: name.err().map(|bad: model::name::BadName| bad.to_string()),
                timezone: timezone
                    .err()
                    .map(|bad: model::name::BadName| bad.to_string()),
                whole: hosting.err().map(|_| {
                    "Choose whether the house is hosted here or runs its own controller.".to_owned()
                }),
            }),
        }
    }
}

/// The tenant that the house is added to, told to whoever could add it to
/// another one as well.
fn tenant(acting: &Acting<Installer, Tenant>) -> Option<TenantNav> {
    let tenant = acting.tenant();
    let others = acting.caller().around().places.len() > 1;
    others.then(|| TenantNav {
        id: tenant.id.to_string(),
        name: tenant.name.to_string(),
    })
}

fn form(acting: &Acting<Installer, Tenant>, typed: &Typed, faults: &Faults) -> NewHousePage {
    let field = |value: &str, fault: &Option<String>| Field {
        value: value.to_owned(),
        fault: fault.clone().map(sentence),
    };
    NewHousePage {
        shell: render::shell(acting.caller(), Section::Houses),
        tenant: tenant(acting),
        name: field(&typed.name, &faults.name),
        timezone: field(&typed.timezone, &faults.timezone),
        zones: ZoneGroup::all(),
        on_premise: typed.hosting == Hosting::OnPremise.as_str(),
        fault: faults.whole.clone(),
    }
}

async fn create(
    State(app): State<App>,
    AtHome(acting): AtHome,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let new = match typed.check() {
        Ok(new) => new,
        Err(faults) => return render::faulty(&form(&acting, &typed, &faults)),
    };
    match houses::create(&app, &acting, new).await {
        Ok(made) => {
            let fresh = Fresh {
                name: made.credential.to_string(),
                binding: Binding::House,
                secret: made.passcode,
            };
            if let Some(session) = acting.caller().session() {
                let house = made.house.id.clone();
                app.shown_once.put(session, house, fresh, app.now());
            }
            Ok(Redirect::to(&routes::connect(made.house.id.as_str())).into_response())
        }
        Err(problem @ Problem::OverQuota { .. }) => {
            let faults = Faults {
                whole: Some(problem.to_string()),
                ..Faults::default()
            };
            render::refused(&form(&acting, &typed, &faults), &problem)
        }
        Err(other) => Err(other),
    }
}
