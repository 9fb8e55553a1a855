//! A module of a house on the bus.

use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use serde_json::{Value, json};

use crate::api;
use crate::mqtt::{Bus, Dial, Message, QoS};
use crate::person::House;
use crate::server::Server;

/// The bus protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Configuration is retained.
    V1,
    /// Configuration is asked for.
    V2,
}

impl Protocol {
    /// The topic level.
    pub const fn level(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
        }
    }
}

/// A connected module, such as `service/fake`.
pub struct Module {
    /// The link.
    pub bus: Bus,
    house: String,
    name: String,
    protocol: Protocol,
    requests: u64,
}

impl Module {
    /// Connects `name` (`scope/name`) with the house's passcode on protocol v2
    /// and subscribes to what is sent to it.
    pub async fn connect(server: &Server, house: &House, name: &str) -> Result<Self> {
        let client_id = format!("egeoffrey-{}-{}", house.id, name.replace('/', "-"));
        Self::on(house.dial(server, &client_id), house, name, Protocol::V2).await
    }

    /// The same over a connection of one's own making.
    pub async fn on(dial: Dial, house: &House, name: &str, protocol: Protocol) -> Result<Self> {
        let bus = dial.connect().await?;
        let module = Self {
            bus,
            house: house.id.clone(),
            name: name.to_owned(),
            protocol,
            requests: 0,
        };
        module.listen(&format!("+/+/{name}/+/#")).await?;
        Ok(module)
    }

    /// The full topic of what stands behind the house id.
    pub fn topic(&self, rest: &str) -> String {
        format!("egeoffrey/{}/{}/{rest}", self.protocol.level(), self.house)
    }

    /// Subscribes to a filter behind the house id.
    pub async fn listen(&self, rest: &str) -> Result<()> {
        self.bus.subscribe(&self.topic(rest)).await
    }

    /// Publishes a command at QoS 2, not retained, and waits for the
    /// acknowledgement. Gives the request id.
    pub async fn send(&mut self, to: &str, command: &str, data: &Value) -> Result<u64> {
        self.requests += 1;
        let payload = serde_json::to_vec(&json!({"request_id": self.requests, "data": data}))?;
        let topic = self.topic(&format!("{}/{to}/{command}", self.name));
        self.bus.publish(&topic, &payload, QoS::Two, false).await?;
        Ok(self.requests)
    }

    /// Asks and waits for the answer with the same request id.
    pub async fn ask(&mut self, to: &str, command: &str, data: &Value) -> Result<Message> {
        let id = self.send(to, command, data).await?;
        let topic = self.topic(&format!("{to}/{}/{command}", self.name));
        let fits = |message: &Message| message.topic == topic && message.request_id() == Some(id);
        self.bus
            .message(&format!("the answer to {command}"), fits)
            .await
    }

    /// The next message whose topic behind the house id is this.
    pub async fn heard(&mut self, rest: &str) -> Result<Message> {
        let topic = self.topic(rest);
        self.bus.on(&topic).await
    }

    /// Saves a sensor that this module feeds, and waits until the house has it.
    pub async fn add_sensor(&mut self, id: &str, mode: &str) -> Result<()> {
        let service = self
            .name
            .split('/')
            .next_back()
            .unwrap_or_default()
            .to_owned();
        let sensor = json!({
            "format": "float_1", "description": id, "unit": "°C", "retain": "history",
            "service": {"name": service, "mode": mode, "configuration": {"pin": 4}},
        });
        self.listen("controller/config/*/*/CONF/1/sensors/#")
            .await?;
        self.send(
            "controller/config",
            &format!("SAVE/1/sensors/{id}"),
            &sensor,
        )
        .await?;
        self.heard(&format!("controller/config/*/*/CONF/1/sensors/{id}"))
            .await
            .map(drop)
    }

    /// Reports a value to the hub and waits for the acknowledgement.
    pub async fn report(&mut self, sensor: &str, value: &Value) -> Result<()> {
        self.send(
            "controller/hub",
            &format!("IN/{sensor}"),
            &json!({"value": value}),
        )
        .await
        .map(drop)
    }

    /// Reports a value as measured at [`moment`]`(second)`: values of one
    /// second replace each other, so each needs one of its own.
    pub async fn report_at(&mut self, sensor: &str, value: &Value, second: i64) -> Result<()> {
        let data = json!({"value": value, "timestamp": moment(second)});
        self.send("controller/hub", &format!("IN/{sensor}"), &data)
            .await
            .map(drop)
    }

    /// Every stored value of a sensor, oldest first.
    pub async fn history(&mut self, sensor: &str) -> Result<Vec<Value>> {
        let answer = self
            .ask(
                "controller/db",
                &format!("GET/{sensor}"),
                &json!({"start": -100_000, "end": -1}),
            )
            .await?;
        api::list(&answer.data())
    }
}

/// The UTC epoch second that lies `second` seconds after half a day before
/// this process began: recent enough to be kept, and the same for all.
#[expect(
    clippy::disallowed_methods,
    reason = "the product under test runs on the machine's clock, and so do its houses"
)]
pub fn moment(second: i64) -> i64 {
    static BEGINNING: OnceLock<i64> = OnceLock::new();
    let beginning = BEGINNING.get_or_init(|| {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(now.as_secs()).unwrap_or(i64::MAX) - 43_200
    });
    beginning + second
}
