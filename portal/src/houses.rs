//! `/houses` and `/houses/new`.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{Binding, Hosting, HouseKey};
use serde::Deserialize;
use web::page::{HouseCard, HousesPage, NewHousePage, ZoneGroup};
use web::{Field, Section, Text, routes};

use super::render::{self, sentence};
use control_plane::app::App;
use control_plane::houses::flash::Fresh;
use control_plane::houses::{self, NewHouse};
use control_plane::http::acting::AtHome;
use control_plane::http::caller::Caller;
use control_plane::http::extract::Form;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Route};
use control_plane::store::{HouseAccess, HousePresence};
use control_plane::{plans, standing};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/houses", Guard::LoggedIn, list),
        Route::get("/houses/new", Guard::LoggedIn, show),
        Route::post("/houses/new", Guard::LoggedIn, create),
    ]
}

async fn list(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let account = caller.account().id;
    let mut work = app.store.begin_read().await?;
    let mut found = work.houses().list_for(account, app.now()).await?;
    let present = work.presences().list_for(account, app.now()).await?;
    let full = full(&app, &mut work, account).await?;
    let tenants = work.tenants().list_for(account, app.now()).await?;
    drop(work);
    let mut shell = render::shell(&caller, Section::Houses);
    let banners = tenants.iter().map(|access| &access.tenant.state);
    shell.notices.extend(banners.filter_map(render::banner));
    found.sort_by_key(|access| access.house.name.as_str().to_lowercase());
    let houses = found
        .iter()
        .map(|access| card(access, &present, &app))
        .collect();
    render::page(&HousesPage {
        shell,
        houses,
        full,
    })
}

/// Why the person can add no house, as a sentence.
async fn full(
    app: &App,
    work: &mut control_plane::store::Work,
    account: model::AccountId,
) -> Result<Option<Text>, Problem> {
    let tenants = work.tenants().list_for(account, app.now()).await?;
    let manageable = |role| role <= model::TenantRole::Installer;
    let Some(home) = tenants.into_iter().min_by_key(|access| access.role) else {
        return Ok(Some(Text::new("houses-no-member")));
    };
    if !manageable(home.role) {
        return Ok(Some(Text::new("houses-only-admins")));
    }
    if let Some(refusal) = standing::refusal(&home.tenant.state) {
        return Ok(Some(render::told(&refusal)));
    }
    let seen = work.houses().count(home.tenant.id).await?;
    let quotas = plans::quotas(work, home.tenant.id, app.now()).await?;
    let room = houses::room(quotas.houses, seen);
    Ok(room.err().map(|problem| render::told(&problem)))
}

fn card(access: &HouseAccess, present: &[(HouseKey, HousePresence)], app: &App) -> HouseCard {
    let house = &access.house;
    let of_house = present.iter().find(|(key, _)| *key == house.key);
    let presence = render::presence(house, of_house.map(|(_, presence)| presence), app.now());
    HouseCard {
        house: render::nav(house),
        online: presence.online,
        last_seen: presence.last_seen,
        clients: web::page::clients(presence.clients.len() as u64),
        refusals: Text::default(),
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    name: String,
    timezone: String,
    hosting: String,
}

async fn show(AtHome(acting): AtHome) -> Result<Response, Problem> {
    render::page(&form(
        acting.caller(),
        &Typed::default(),
        &Faults::default(),
    ))
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

fn form(caller: &Caller, typed: &Typed, faults: &Faults) -> NewHousePage {
    let field = |value: &str, fault: &Option<String>| Field {
        value: value.to_owned(),
        fault: fault.clone().map(sentence),
    };
    NewHousePage {
        shell: render::shell(caller, Section::Houses),
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
        Err(faults) => return render::faulty(&form(acting.caller(), &typed, &faults)),
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
            render::refused(&form(acting.caller(), &typed, &faults), &problem)
        }
        Err(other) => Err(other),
    }
}
