//! `/houses/{house}`: the live page, and adding a sensor that it offers.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{Hosting, Standing, TenantRole};
use serde::Deserialize;
use web::page::{Bus, HousePage, Offer, Silence};
use web::{Moment, Section, routes};

use super::{history, reading, render};
use control_plane::app::App;
use control_plane::houses;
use control_plane::http::acting::{Acting, Guest, Installer};
use control_plane::http::extract::{Form, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::sensors::change::SensorChange;
use control_plane::sensors::{self, Snapshot};
use control_plane::store::House;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Page::get("/houses/{house}", Guard::House(TenantRole::Guest), show),
        Page::post(
            "/houses/{house}/sensors",
            Guard::House(TenantRole::Installer),
            add,
        ),
    ]
}

async fn show(
    State(app): State<App>,
    acting: Acting<Guest, House>,
    Query(arrival): Query<render::Arrival>,
) -> Result<Response, Problem> {
    let house = acting.house();
    // The page is useful without the house: it says that there is silence.
    let found = match sensors::snapshot(&app, &acting.person(), house).await {
        Ok(found) => Some(found),
        Err(Problem::HouseUnreachable { .. }) => None,
        Err(other) => return Err(other),
    };
    let presence = houses::presence(&app, house).await?;
    let presence = render::presence(house, presence.as_ref(), app.now());
    let mut shell = render::house_shell(&acting, Section::House);
    shell.notices.extend(render::done(arrival.done.as_deref()));
    let silence = found.is_none().then(|| Silence {
        last_seen: presence.last_seen.clone(),
        on_premise: house.hosting == Hosting::OnPremise,
        stopped: acting.state().in_force() == Standing::Suspended,
    });
    let offset_hours = found.as_ref().map_or(0, |found| found.offset_hours);
    let found = found.unwrap_or(Snapshot {
        sensors: Vec::new(),
        offers: Vec::new(),
        offset_hours,
    });
    let (now, zone) = (app.now(), &house.timezone);
    let sensors = found.sensors.iter().map(|(sensor, _)| sensor);
    let mut sparks = history::sparks(&app, &acting.person(), house, sensors).await;
    render::page(&HousePage {
        shell,
        house_id: house.id.to_string(),
        presence,
        readings: found
            .sensors
            .iter()
            .map(|(sensor, latest)| {
                let spark = sparks.remove(&sensor.id);
                reading::reading(sensor, latest.as_ref(), spark, now, zone)
            })
            .collect(),
        offers: found
            .offers
            .iter()
            .map(|offer| shown(&app, house, offer))
            .collect(),
        // Support gets no token for the bus: one would outlive the consent.
        bus: (silence.is_none() && acting.support().is_none()).then_some(Bus { offset_hours }),
        silence,
        may_switch: acting.role() <= TenantRole::Resident && !acting.only_looks(),
        may_change: acting.role() <= TenantRole::Installer && !acting.only_looks(),
    })
}

fn shown(app: &App, house: &House, offer: &sensors::Offer) -> Offer {
    let at = Moment::new(offer.at, app.now(), &house.timezone);
    Offer::new(offer.id.as_str(), &offer.sender, &offer.value, at)
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    sensor: String,
    sender: String,
    description: String,
    unit: String,
    format: String,
}

async fn add(
    State(app): State<App>,
    acting: Acting<Installer, House>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let id = typed.sensor.parse();
    let id = id.map_err(|bad: sensors::sensor::BadSensorId| Problem::Invalid {
        field: "sensor",
        why: bad.to_string(),
    })?;
    let change = SensorChange {
        format: Some(typed.format),
        description: Some(typed.description),
        unit: Some(typed.unit),
        sender: Some(typed.sender),
        ..SensorChange::default()
    };
    sensors::service::save(&app, &acting, id, &change).await?;
    let house = routes::house(acting.house().id.as_str());
    Ok(Redirect::to(&format!("{house}?done=added")).into_response())
}
