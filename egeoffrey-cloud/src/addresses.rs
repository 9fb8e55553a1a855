//! From listeners and settings to the addresses that people and houses use.

use std::net::SocketAddr;

use control_plane::{GatewayAddress, Portal};
use platform::Settings;
use url::Url;

/// The public addresses of a service whose listeners got `http` and `mqtt`.
///
/// Without `http.public_url` the portal is at `http://localhost:<port>`:
/// browsers treat `localhost`, unlike `127.0.0.1`, as a name that may have
/// passkeys.
pub fn public(settings: &Settings, http: SocketAddr, mqtt: SocketAddr) -> Result<Portal, String> {
    let given = settings.http.public_url.clone();
    let text = given.unwrap_or_else(|| format!("http://localhost:{}", http.port()));
    let public_url = Url::parse(&text).map_err(|bad| format!("http.public_url: {bad}"))?;
    let portal_host = public_url.host_str().unwrap_or("localhost").to_owned();
    let mut ws_url = public_url.clone();
    let scheme = if public_url.scheme() == "https" {
        "wss"
    } else {
        "ws"
    };
    // http and ws, https and wss are alike to the URL standard.
    ws_url
        .set_scheme(scheme)
        .map_err(|()| "http.public_url: no WebSocket scheme".to_owned())?;
    ws_url.set_path("/mqtt");
    let host = settings.gateway.public_host.clone().unwrap_or(portal_host);
    let gateway = GatewayAddress {
        host,
        mqtt_port: mqtt.port(),
        mqtts_port: None,
        ws_url,
    };
    Ok(Portal {
        public_url,
        gateway,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTP: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8123);
    const MQTT: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1884);

    #[test]
    fn without_settings_everything_is_on_localhost() {
        let portal = public(&Settings::default(), HTTP, MQTT).unwrap();
        assert_eq!(portal.public_url.as_str(), "http://localhost:8123/");
        assert_eq!(portal.gateway.ws_url.as_str(), "ws://localhost:8123/mqtt");
        assert_eq!(
            (portal.gateway.host.as_str(), portal.gateway.mqtt_port),
            ("localhost", 1884)
        );
    }

    #[test]
    fn behind_a_proxy_the_public_name_counts() {
        let mut settings = Settings::default();
        settings.http.public_url = Some("https://home.example.org".into());
        settings.gateway.public_host = Some("bus.example.org".into());
        let portal = public(&settings, HTTP, MQTT).unwrap();
        assert_eq!(
            portal.gateway.ws_url.as_str(),
            "wss://home.example.org/mqtt"
        );
        assert_eq!(portal.gateway.host, "bus.example.org");
    }
}
