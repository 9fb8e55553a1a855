//! The forms for credentials on the Connect page: make, exchange, revoke.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::name::BadName;
use model::{Binding, BusRole, CredentialId, DisplayName, HouseId, TenantRole, Timestamp};
use serde::Deserialize;
use web::page::{CredentialForm, Life};
use web::{Field, Moment, Text, routes};

use super::connect::connect_page;
use super::render::{self, sentence};
use control_plane::app::App;
use control_plane::credentials::{self, Listed, Made, NewCredential, Rotation};
use control_plane::houses::flash::Fresh;
use control_plane::http::acting::{Acting, Installer};
use control_plane::http::extract::{Form, Path};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::store::House;

pub(super) fn routes() -> Vec<Route> {
    const INSTALLERS: Guard = Guard::House(TenantRole::Installer);
    vec![
        Page::post("/houses/{house}/credentials", INSTALLERS, create),
        Page::post(
            "/houses/{house}/credentials/{credential}/rotate",
            INSTALLERS,
            rotate,
        ),
        Page::post(
            "/houses/{house}/credentials/{credential}/revoke",
            INSTALLERS,
            revoke,
        ),
    ]
}

/// A credential as the page lists it.
pub(super) fn row(app: &App, house: &House, listed: &Listed) -> web::page::Credential {
    let now = app.now();
    let moment = |at| Moment::new(at, now, &house.timezone);
    let credential = &listed.credential;
    let is_over = credential.not_after.is_some_and(|end| end <= now);
    let life = match credential.successor {
        _ if is_over => Life::Ended,
        Some(_) => Life::Exchanged,
        None => Life::Lives,
    };
    web::page::Credential {
        id: credential.id.to_string(),
        name: credential.name.to_string(),
        role: Text::one_of("bus-role", credential.role.as_str()),
        voice: match &credential.binding {
            Binding::House => Vec::new(),
            Binding::Person { user } => vec![format!("gui/{user}")],
            Binding::Package { senders, .. } => senders.iter().map(ToString::to_string).collect(),
        },
        created: moment(credential.created_at),
        created_by: listed.created_by.as_ref().map(ToString::to_string),
        last_used: credential.last_used_at.map(moment),
        last_used_from: credential.last_used_from.map(|from| from.to_string()),
        ends: credential
            .not_after
            .map(|at| web::moment::clock(at, &house.timezone))
            .unwrap_or_default(),
        life,
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    name: String,
    role: String,
    user: String,
    package: String,
    senders: String,
    not_after: String,
}

impl Typed {
    /// What was typed, for the form that comes back.
    fn form(&self) -> CredentialForm {
        CredentialForm {
            name: Field::of(self.name.as_str()),
            role: self.role.clone(),
            user: Field::of(self.user.as_str()),
            package: Field::of(self.package.as_str()),
            senders: Field::of(self.senders.as_str()),
            ends: Field::of(self.not_after.as_str()),
        }
    }

    /// The wish, or the form that says what is wrong with it. Fields that the
    /// chosen role has no use for stand in the form where no style hides them;
    /// what is in them does not count.
    fn wish(&self, house: &House) -> Result<NewCredential, Box<CredentialForm>> {
        let mut form = self.form();
        let role = match self.role.as_str() {
            "" => Ok(BusRole::House),
            word => word.parse(),
        };
        let name: Result<DisplayName, BadName> = self.name.parse();
        let not_after = self.not_after(house);
        if let Err(bad) = &name {
            form.name = Field::faulty(self.name.as_str(), sentence(bad.to_string()));
        }
        if not_after.is_err() {
            let fault = Text::new("credentials-fault-day").told_in(render::reader().language);
            form.ends = Field::faulty(self.not_after.as_str(), fault);
        }
        let (Ok(role), Ok(name), Ok(not_after)) = (role, name, not_after) else {
            return Err(Box::new(form));
        };
        let is_package = role == BusRole::Package;
        let is_person = matches!(role, BusRole::Admin | BusRole::Resident | BusRole::Viewer);
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Ok(NewCredential {
            user: filled(&self.user).filter(|_| is_person),
            package: filled(&self.package).filter(|_| is_package),
            senders: if is_package {
                words(&self.senders)
            } else {
                Vec::new()
            },
            not_after,
            ..NewCredential::of(role, name)
        })
    }

    /// The end of the last day, by the clock of the house.
    fn not_after(&self, house: &House) -> Result<Option<Timestamp>, ()> {
        match self.not_after.trim() {
            "" => Ok(None),
            day => house.timezone.end_of_day(day).map(Some).ok_or(()),
        }
    }
}

/// `service/x, service/y` or one on each line.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The form with the fault at the field it is about.
fn at_field(mut form: CredentialForm, field: &str, why: &str) -> Option<CredentialForm> {
    let place = match field {
        "name" => &mut form.name,
        "user" => &mut form.user,
        "package" => &mut form.package,
        "senders" => &mut form.senders,
        "not_after" => &mut form.ends,
        _ => return None,
    };
    *place = Field::faulty(std::mem::take(&mut place.value), sentence(why));
    Some(form)
}

async fn create(
    State(app): State<App>,
    acting: Acting<Installer, House>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let faulty = match typed.wish(acting.house()) {
        Ok(new) => match credentials::create(&app, &acting, new).await {
            Ok(made) => return Ok(show_once(&app, &acting, made)),
            Err(Problem::Invalid { field, why }) => {
                at_field(typed.form(), field, &why).ok_or(Problem::Invalid { field, why })?
            }
            Err(other) => return Err(other),
        },
        Err(form) => *form,
    };
    let mut page = connect_page(&app, &acting, None).await?;
    page.new = faulty;
    render::faulty(&page)
}

/// To the page, where the secret is shown this once.
fn show_once(app: &App, acting: &Acting<Installer, House>, made: Made) -> Response {
    let house = &acting.house().id;
    if let Some(session) = acting.caller().session() {
        let fresh = Fresh {
            name: made.name.to_string(),
            binding: made.kept.binding,
            secret: made.secret,
        };
        app.shown_once.put(session, house.clone(), fresh, app.now());
    }
    Redirect::to(&routes::connect(house.as_str())).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    overlap: u64,
}

async fn rotate(
    State(app): State<App>,
    acting: Acting<Installer, House>,
    Path((_house, credential)): Path<(HouseId, CredentialId)>,
    Form(typed): Form<Exchange>,
) -> Result<Response, Problem> {
    let rotation = Rotation::of_seconds(typed.overlap)?;
    let made = credentials::rotate(&app, &acting, credential, rotation).await?;
    Ok(show_once(&app, &acting, made))
}

async fn revoke(
    State(app): State<App>,
    acting: Acting<Installer, House>,
    Path((_house, credential)): Path<(HouseId, CredentialId)>,
) -> Result<Response, Problem> {
    credentials::revoke(&app, &acting, credential).await?;
    let connect = routes::connect(acting.house().id.as_str());
    Ok(Redirect::to(&format!("{connect}?done=revoked")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_taken_as_people_paste_them() {
        let expected = ["service/a", "service/b", "gui/webserver"];
        assert_eq!(words(" service/a,service/b,\n gui/webserver "), expected);
        assert_eq!(words(" , \n"), Vec::<String>::new());
    }

    #[test]
    fn a_fault_stands_at_its_field() {
        let form = CredentialForm {
            user: Field::of("an_na"),
            ..CredentialForm::default()
        };
        let form = at_field(form, "user", "has an odd character").unwrap();
        assert_eq!(form.user.value, "an_na");
        assert!(form.user.fault.unwrap().contains("odd character"));
        assert_eq!(at_field(CredentialForm::default(), "kind", "x"), None);
    }
}
