//! `/houses/{house}/connect`: how to connect a house.

use axum::extract::State;
use axum::response::Response;
use model::{Binding, TenantRole};
use web::Section;
use web::page::{ConnectPage, CredentialForm, FreshSecret, FreshUse, Gateway, Transport};

use super::credentials::row;
use super::render;
use control_plane::app::{App, GatewayAddress};
use control_plane::credentials;
use control_plane::houses;
use control_plane::houses::flash::Fresh;
use control_plane::http::acting::{Acting, Guest, Requires};
use control_plane::http::extract::Query;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::store::House;

pub(super) fn routes() -> Vec<Route> {
    vec![Page::get(
        "/houses/{house}/connect",
        Guard::House(TenantRole::Guest),
        show,
    )]
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

/// The page as it stands now.
pub(super) async fn connect_page<Role: Requires>(
    app: &App,
    acting: &Acting<Role, House>,
    fresh: Option<Fresh>,
) -> Result<ConnectPage, Problem> {
    let house = acting.house();
    let presence = houses::presence(app, house).await?;
    let found = credentials::list_if_allowed(app, acting).await?;
    let may_change = found.is_some();
    let found = found.unwrap_or_default();
    Ok(ConnectPage {
        shell: render::house_shell(acting, Section::Connect),
        house_id: house.id.to_string(),
        gateway: way_in(&app.portal.gateway),
        fresh: fresh.map(shown),
        presence: render::presence(house, presence.as_ref(), app.now()),
        credentials: found.iter().map(|one| row(app, house, one)).collect(),
        may_change,
        new: CredentialForm::default(),
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

fn shown(fresh: Fresh) -> FreshSecret {
    FreshSecret {
        name: fresh.name,
        passcode: fresh.secret.expose().to_owned(),
        use_as: match fresh.binding {
            Binding::House => FreshUse::House,
            Binding::Package { senders, .. } => FreshUse::Package {
                modules: senders.iter().map(ToString::to_string).collect(),
            },
            Binding::Person { user } => FreshUse::Person {
                user: user.to_string(),
            },
        },
    }
}
