//! `/houses/{house}/connect`, and the forms for credentials.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{BusRole, CredentialId, CredentialKind, HouseId, TenantRole};
use serde::Deserialize;
use web::page::{ConnectPage, FreshSecret, Gateway, Transport};
use web::{Field, Moment, Section, routes};

use super::render::{self, sentence};
use control_plane::app::{App, GatewayAddress};
use control_plane::credentials::{self, NewCredential};
use control_plane::houses;
use control_plane::houses::flash::Fresh;
use control_plane::http::acting::{Acting, Guest, Installer, Requires};
use control_plane::http::extract::{Form, Path, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Route};
use control_plane::store::{Credential, House};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/houses/{house}/connect",
            Guard::House(TenantRole::Guest),
            show,
        ),
        Route::post(
            "/houses/{house}/credentials",
            Guard::House(TenantRole::Installer),
            create,
        ),
        Route::post(
            "/houses/{house}/credentials/{credential}/revoke",
            Guard::House(TenantRole::Installer),
            revoke,
        ),
    ]
}

async fn show(
    State(app): State<App>,
    acting: Acting<Guest, House>,
    Query(arrival): Query<render::Arrival>,
) -> Result<Response, Problem> {
    let fresh = acting
        .caller()
        .session()
        .and_then(|session| app.shown_once.take(session, &acting.house().id, app.now()));
    let mut page = connect_page(&app, &acting, fresh).await?;
    page.shell
        .notices
        .extend(render::done(arrival.done.as_deref()));
    render::page(&page)
}

async fn connect_page<Role: Requires>(
    app: &App,
    acting: &Acting<Role, House>,
    fresh: Option<Fresh>,
) -> Result<ConnectPage, Problem> {
    let house = acting.house();
    let may_change = acting.role() <= TenantRole::Installer;
    let presence = houses::presence(app, house).await?;
    let found = if may_change {
        let mut work = app.store.begin_read().await?;
        work.credentials().list(house.key).await?
    } else {
        Vec::new()
    };
    Ok(ConnectPage {
        shell: render::house_shell(acting, Section::Connect),
        house_id: house.id.to_string(),
        gateway: way_in(&app.portal.gateway),
        fresh: fresh.map(|fresh| FreshSecret {
            name: fresh.name,
            passcode: fresh.secret.expose().to_owned(),
        }),
        presence: render::presence(house, presence.as_ref(), app.now()),
        credentials: found.iter().map(|one| row(app, house, one)).collect(),
        may_change,
        new_name: Field::default(),
        on_premise: house.hosting == model::Hosting::OnPremise,
    })
}

/// The way in that works best for stock packages: the encrypted WebSocket
/// where there is one, because they check its certificate without further
/// settings; plain TCP otherwise.
fn way_in(gateway: &GatewayAddress) -> Gateway {
    let url = &gateway.ws_url;
    match url.port_or_known_default() {
        Some(port) if url.scheme() == "wss" => Gateway {
            host: url.host_str().unwrap_or(&gateway.host).to_owned(),
            port,
            transport: Transport::WebSockets,
            tls: true,
        },
        _ => Gateway {
            host: gateway.host.clone(),
            port: gateway.mqtt_port,
            transport: Transport::Tcp,
            tls: false,
        },
    }
}

fn row(app: &App, house: &House, credential: &Credential) -> web::page::Credential {
    let moment = |at| Moment::new(at, app.now(), &house.timezone);
    let expires = credential.not_after;
    web::page::Credential {
        id: credential.id.to_string(),
        name: credential.name.to_string(),
        role: credential.role.to_string(),
        created: moment(credential.created_at),
        last_used: credential.last_used_at.map(moment),
        expires: expires
            .map(|at| web::moment::clock(at, &house.timezone))
            .unwrap_or_default(),
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    name: String,
    role: String,
}

async fn create(
    State(app): State<App>,
    acting: Acting<Installer, House>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let role = match typed.role.as_str() {
        "" => BusRole::House,
        word => word.parse().map_err(|bad: model::role::UnknownWord| {
            Problem::Malformed(format!("The role {bad}."))
        })?,
    };
    let name = match typed.name.parse() {
        Ok(name) => name,
        Err(bad) => {
            let bad: model::name::BadName = bad;
            let mut page = connect_page(&app, &acting, None).await?;
            page.new_name = Field::faulty(typed.name, sentence(bad.to_string()));
            return render::faulty(&page);
        }
    };
    let new = NewCredential {
        kind: CredentialKind::Secret,
        role,
        name,
        not_after: None,
    };
    let made = credentials::create(&app, &acting, new).await?;
    let house = &acting.house().id;
    if let Some(session) = acting.caller().session() {
        let fresh = Fresh {
            name: made.name.to_string(),
            secret: made.secret,
        };
        app.shown_once.put(session, house.clone(), fresh, app.now());
    }
    Ok(Redirect::to(&routes::connect(house.as_str())).into_response())
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
