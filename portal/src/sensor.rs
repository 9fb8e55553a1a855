//! `/houses/{house}/sensors/{*sensor}`: history, and what can be changed.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{Hosting, HouseId, TenantRole, Timestamp};
use serde::Deserialize;
use web::page::{ChartRange, SensorForm, SensorPage};
use web::{Field, Section, routes};

use super::{history, reading, render};
use control_plane::app::App;
use control_plane::http::acting::{Acting, Guest, Installer, Requires};
use control_plane::http::extract::{Form, Path, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::sensors::change::{Bound, SensorChange};
use control_plane::sensors::{Sensor, SensorId, service};
use control_plane::store::House;

pub(super) fn routes() -> Vec<Route> {
    const PATH: &str = "/houses/{house}/sensors/{*sensor}";
    vec![
        Page::get(PATH, Guard::House(TenantRole::Guest), show),
        Page::post(PATH, Guard::House(TenantRole::Installer), submit),
    ]
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Arrival {
    range: String,
    done: Option<String>,
}

async fn show(
    State(app): State<App>,
    acting: Acting<Guest, House>,
    Path((_house, sensor)): Path<(HouseId, String)>,
    Query(arrival): Query<Arrival>,
) -> Result<Response, Problem> {
    let id = sensor_id(&sensor)?;
    let range = ChartRange::from_word(&arrival.range);
    let mut page = sensor_page(&app, &acting, &id, range).await?;
    page.shell
        .notices
        .extend(render::done(arrival.done.as_deref()));
    render::page(&page)
}

fn sensor_id(text: &str) -> Result<SensorId, Problem> {
    text.parse()
        .map_err(|_| Problem::NotFound { what: "sensor" })
}

/// The page; of a house that does not answer, with what is known without it.
async fn sensor_page<Role: Requires>(
    app: &App,
    acting: &Acting<Role, House>,
    id: &SensorId,
    range: ChartRange,
) -> Result<SensorPage, Problem> {
    let house = acting.house();
    let person = acting.person();
    let now = app.now();
    let (sensor, shown, silence) = match service::find(app, &person, &house.id, id).await {
        Ok(None) => return Err(Problem::NotFound { what: "sensor" }),
        Ok(Some(sensor)) => match history::shown(app, &person, house, &sensor, range).await {
            Ok(shown) => (sensor, shown, None),
            Err(silent @ Problem::HouseUnreachable { .. }) => {
                (sensor, history::Shown::default(), Some(silent.to_string()))
            }
            Err(other) => return Err(other),
        },
        Err(silent @ Problem::HouseUnreachable { .. }) => {
            let sensor = Sensor::new(id.clone());
            (sensor, history::Shown::default(), Some(silent.to_string()))
        }
        Err(other) => return Err(other),
    };
    let start = range
        .secs()
        .map(|secs| Timestamp::from_secs(now.as_secs().saturating_sub_unsigned(secs)));
    let may_change = acting.role() <= TenantRole::Installer && silence.is_none();
    Ok(SensorPage {
        shell: render::house_shell(acting, Section::House),
        house_id: house.id.to_string(),
        sensor_id: id.to_string(),
        name: reading::name(&sensor),
        unit: sensor.unit(),
        sender: sender(&sensor),
        timezone: house.timezone.to_string(),
        range,
        from: start.map(Timestamp::to_rfc3339).unwrap_or_default(),
        to: now.to_rfc3339(),
        summary: shown.summary,
        rows: shown.rows,
        further: shown.further,
        days: shown.days,
        numeric: reading::decimals(&sensor.format()).is_some(),
        quarters: house.hosting == Hosting::Hosted,
        silence,
        form: may_change.then(|| form(&sensor)),
    })
}

fn sender(sensor: &Sensor) -> String {
    match sensor.sender() {
        name if name.is_empty() => name,
        name => format!("service/{name}"),
    }
}

fn form(sensor: &Sensor) -> SensorForm {
    SensorForm {
        description: Field::of(sensor.description()),
        unit: Field::of(sensor.unit()),
        format: Field::of(sensor.format()),
        min_value: Field::of(sensor.text("min_value")),
        max_value: Field::of(sensor.text("max_value")),
        delete_fault: None,
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    #[serde(rename = "do")]
    deed: String,
    description: String,
    unit: String,
    format: String,
    min_value: String,
    max_value: String,
    confirm: String,
}

async fn submit(
    State(app): State<App>,
    acting: Acting<Installer, House>,
    Path((_house, sensor)): Path<(HouseId, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let id = sensor_id(&sensor)?;
    match typed.deed.as_str() {
        "save" => save(&app, &acting, id, &typed).await,
        "delete" => delete(&app, &acting, &id, &typed).await,
        _ => Err(Problem::Malformed(
            "The form must say do=save or do=delete.".to_owned(),
        )),
    }
}

async fn save(
    app: &App,
    acting: &Acting<Installer, House>,
    id: SensorId,
    typed: &Typed,
) -> Result<Response, Problem> {
    let mut back = SensorForm {
        description: Field::of(&*typed.description),
        unit: Field::of(&*typed.unit),
        format: Field::of(&*typed.format),
        min_value: Field::of(&*typed.min_value),
        max_value: Field::of(&*typed.max_value),
        delete_fault: None,
    };
    let bounds = (bound(&mut back.min_value), bound(&mut back.max_value));
    let (Some(min_value), Some(max_value)) = bounds else {
        return return_form(app, acting, &id, back).await;
    };
    let change = SensorChange {
        description: Some(typed.description.clone()),
        unit: Some(typed.unit.clone()),
        format: Some(typed.format.clone()),
        min_value,
        max_value,
        ..SensorChange::default()
    };
    let here = routes::sensor(acting.house().id.as_str(), id.as_str());
    match service::save(app, acting, id.clone(), &change).await {
        Ok(_) => Ok(Redirect::to(&format!("{here}?done=saved")).into_response()),
        Err(Problem::Invalid { field, why }) => {
            let faulty = match field {
                "description" => &mut back.description,
                "unit" => &mut back.unit,
                "max_value" => &mut back.max_value,
                _ => &mut back.format,
            };
            faulty.fault = Some(render::sentence(why));
            return_form(app, acting, &id, back).await
        }
        Err(other) => Err(other),
    }
}

/// A limit as typed; `None` when it is no number, which the field then says.
fn bound(field: &mut Field) -> Option<Bound> {
    let typed = field.value.trim().replace(',', ".");
    if typed.is_empty() {
        return Some(Bound::Remove);
    }
    let number = typed.parse::<f64>().ok();
    let number = number.filter(|number| number.is_finite());
    if number.is_none() {
        field.fault = Some("Write a number, or leave it empty for no limit.".to_owned());
    }
    number.map(Bound::At)
}

async fn delete(
    app: &App,
    acting: &Acting<Installer, House>,
    id: &SensorId,
    typed: &Typed,
) -> Result<Response, Problem> {
    if typed.confirm.trim() != id.as_str() {
        let mut page = sensor_page(app, acting, id, ChartRange::Day).await?;
        if let Some(form) = &mut page.form {
            form.delete_fault = Some("Type the sensor's id exactly as it is shown.".to_owned());
        }
        return render::faulty(&page);
    }
    service::delete(app, acting, id).await?;
    let house = routes::house(acting.house().id.as_str());
    Ok(Redirect::to(&format!("{house}?done=deleted")).into_response())
}

async fn return_form(
    app: &App,
    acting: &Acting<Installer, House>,
    id: &SensorId,
    form: SensorForm,
) -> Result<Response, Problem> {
    let mut page = sensor_page(app, acting, id, ChartRange::Day).await?;
    page.form = Some(form);
    render::faulty(&page)
}
