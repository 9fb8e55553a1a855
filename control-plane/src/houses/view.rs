//! A house as the API shows it.

use model::{BusRole, CredentialId, Hosting, HouseId, TenantRole, Timestamp};
use serde::Serialize;

use crate::app::{App, Portal};
use crate::http::problem::Problem;
use crate::store::{House, HousePresence};

/// Where a house connects.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct GatewayView {
    host: String,
    mqtt_port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    mqtts_port: Option<u16>,
    ws_url: String,
}

impl GatewayView {
    /// The gateway of this portal.
    #[must_use]
    pub fn of(portal: &Portal) -> Self {
        let gateway = &portal.gateway;
        Self {
            host: gateway.host.clone(),
            mqtt_port: gateway.mqtt_port,
            mqtts_port: gateway.mqtts_port,
            ws_url: gateway.ws_url.to_string(),
        }
    }
}

/// A connected client.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ClientView {
    /// Its client id: untrusted text.
    pub client: String,
    credential_id: Option<CredentialId>,
    role: BusRole,
    protocol: String,
    connected_at: String,
}

/// A house with who of it is connected.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct HouseView {
    house_id: HouseId,
    name: String,
    timezone: String,
    hosting: Hosting,
    created_at: String,
    /// The caller's role.
    role: TenantRole,
    online: bool,
    clients: Vec<ClientView>,
    last_seen: Option<String>,
    gateway: GatewayView,
}

/// What the cell last said of who is connected.
pub async fn presence(app: &App, house: &House) -> Result<Option<HousePresence>, Problem> {
    let mut work = app.store.begin_read().await?;
    Ok(work.presences().find(house.key).await?)
}

/// The house as a person with `role` sees it.
#[must_use]
pub fn view(
    portal: &Portal,
    house: &House,
    role: TenantRole,
    presence: Option<&HousePresence>,
) -> HouseView {
    let clients: Vec<ClientView> = presence
        .iter()
        .flat_map(|presence| &presence.clients)
        .map(|client| ClientView {
            client: client.client.clone(),
            credential_id: client.credential,
            role: client.role,
            protocol: client.protocol.clone(),
            connected_at: client.connected_at.to_rfc3339(),
        })
        .collect();
    HouseView {
        house_id: house.id.clone(),
        name: house.name.to_string(),
        timezone: house.timezone.to_string(),
        hosting: house.hosting,
        created_at: house.created_at.to_rfc3339(),
        role,
        online: clients.iter().any(|client| client.credential_id.is_some()),
        clients,
        last_seen: presence
            .and_then(|presence| presence.last_seen)
            .map(Timestamp::to_rfc3339),
        gateway: GatewayView::of(portal),
    }
}
