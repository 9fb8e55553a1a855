//! `serve --demo`: a service with somebody of every role and a house that
//! lives. It goes the way of people and modules: what it needs of the service
//! it asks the API for, and its house connects with a passcode.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use control_plane::ControlPlane;
use model::{Ambient, TimeZoneName};
use platform::Lifecycle;
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};
use simulator::{Dial, House, Pace, Tally};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::admin::remote::Service;
use crate::failure::Failure;

/// How much past the house has, and how far apart its values are.
const PAST: Duration = Duration::from_hours(3 * 24);
const PAST_STEP: Duration = Duration::from_mins(10);

/// Somebody to log in as.
#[derive(Debug, Serialize)]
pub struct Person {
    /// The address.
    pub email: String,
    /// What they are.
    pub role: String,
}

/// What is told of a demonstration. The password opens nothing but it.
#[derive(Debug, Serialize)]
pub struct Told {
    /// The password of everybody.
    pub password: String,
    /// Everybody, the owner first.
    pub people: Vec<Person>,
    /// The house.
    pub house: String,
}

/// Makes people and house, and starts to play it. `http` and `mqtt` are where
/// the service listens.
pub async fn start(
    control_plane: &ControlPlane,
    (http, mqtt): (SocketAddr, SocketAddr),
    ambient: Arc<dyn Ambient>,
    lifecycle: &Lifecycle,
) -> Result<Told, Failure> {
    let demo = control_plane.demo().await.map_err(Failure::usage)?;
    let people: Vec<Person> = demo
        .people
        .into_iter()
        .map(|(email, role)| Person {
            email: email.to_string(),
            role,
        })
        .collect();
    let url = format!("http://{}", reachable(http));
    let url = Url::parse(&url).map_err(Failure::internal)?;
    let owner = people.first().map(|person| person.email.as_str());
    let owner = json!({"email": owner, "password": demo.password.expose()});
    let log_in = Service::at(&url)?
        .call(Method::POST, &["tokens"], &[], &owner)
        .await?;
    let service = Service::at(&url)?.with_token(text(&log_in, "access_token"));
    let zone: TimeZoneName = "Europe/Berlin".parse().map_err(Failure::internal)?;
    let new = json!({"name": "Demo house", "timezone": zone.as_str(), "hosting": "hosted"});
    let tenant = demo.tenant.to_string();
    let made = service
        .call(Method::POST, &["tenants", &tenant, "houses"], &[], &new)
        .await?;
    let house = text(&made, "house_id");
    let gateway = reachable(mqtt);
    let dial = Dial {
        host: gateway.ip().to_string(),
        port: gateway.port(),
        house: house.parse().map_err(Failure::internal)?,
        passcode: text(&made, "passcode").into(),
    };
    let tally = Arc::new(Tally::new().map_err(Failure::internal)?);
    let played = House::new(dial, zone, 1, ambient, tally);
    lifecycle.spawn_task("demo house", play(played, lifecycle.drain()));
    Ok(Told {
        password: demo.password.expose().to_owned(),
        people,
        house,
    })
}

async fn play(house: House, drain: CancellationToken) {
    house.furnish(&drain).await;
    house.remember(PAST, PAST_STEP, &drain).await;
    house.live(Pace::Natural, &drain).await;
}

fn text(answer: &Value, name: &str) -> String {
    let text = answer.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// A listener on every address is reached from here by the loopback one.
fn reachable(listener: SocketAddr) -> SocketAddr {
    let ip = match listener.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, listener.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_all_addresses_is_reached_here() {
        for (listener, reached) in [
            ("0.0.0.0:1883", "127.0.0.1:1883"),
            ("[::]:1883", "[::1]:1883"),
            ("10.1.2.3:1883", "10.1.2.3:1883"),
        ] {
            let listener: SocketAddr = listener.parse().unwrap();
            assert_eq!(reachable(listener).to_string(), reached);
        }
    }
}
