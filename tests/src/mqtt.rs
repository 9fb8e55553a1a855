//! MQTT clients of both versions, over TCP and WebSocket.

mod v311;
mod v5;

use std::collections::VecDeque;

use anyhow::{Result, bail};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::server::Server;
use crate::wait;

/// MQTT's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 3.1.1, as stock modules speak it.
    V311,
    /// 5.0.
    V5,
}

impl Version {
    /// Both.
    pub const ALL: [Self; 2] = [Self::V311, Self::V5];
}

/// How a client reaches the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// TCP.
    Tcp,
    /// WebSocket on the portal's port.
    WebSocket,
}

/// MQTT's quality of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QoS {
    /// At most once.
    Zero,
    /// At least once.
    One,
    /// Exactly once.
    Two,
}

impl QoS {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Zero, Self::One, Self::Two];
}

/// A connection still to be made. Clean session, keep-alive of 30 s.
#[derive(Clone, Debug)]
pub struct Dial {
    /// MQTT's version. Default: 5.0.
    pub version: Version,
    /// How the gateway is reached. Default: TCP.
    pub path: Path,
    /// The client id.
    pub client_id: String,
    /// The user name: the house id.
    pub user: String,
    /// The password.
    pub password: String,
    /// What the gateway publishes when the link is cut: topic, payload, QoS 1.
    pub will: Option<(String, Vec<u8>, bool)>,
    tcp: String,
    web_socket: String,
}

impl Dial {
    /// A connection to this service.
    pub fn new(server: &Server, user: &str, password: &str, client_id: &str) -> Self {
        Self {
            version: Version::V5,
            path: Path::Tcp,
            client_id: client_id.to_owned(),
            user: user.to_owned(),
            password: password.to_owned(),
            will: None,
            tcp: server.ready.mqtt.clone(),
            web_socket: server.ready.mqtt_ws.clone(),
        }
    }

    /// The same with another version.
    #[must_use]
    pub fn version(self, version: Version) -> Self {
        Self { version, ..self }
    }

    /// The same on another path.
    #[must_use]
    pub fn path(self, path: Path) -> Self {
        Self { path, ..self }
    }

    /// The same with a will.
    #[must_use]
    pub fn will(self, topic: &str, payload: &[u8], retain: bool) -> Self {
        Self {
            will: Some((topic.to_owned(), payload.to_vec(), retain)),
            ..self
        }
    }

    /// Connects; a refusal is the outer error's text.
    pub async fn connect(self) -> Result<Bus> {
        match self.try_connect().await? {
            Ok(bus) => Ok(bus),
            Err(refused) => bail!("the gateway refused the connection: {refused}"),
        }
    }

    /// Connects, or says with which reason code the gateway refused.
    pub async fn try_connect(self) -> Result<Result<Bus, String>> {
        let what = format!("CONNACK for {}", self.client_id);
        match self.version {
            Version::V311 => wait::within(&what, v311::connect(self)).await?,
            Version::V5 => wait::within(&what, v5::connect(self)).await?,
        }
    }

    fn tcp_address(&self) -> Result<(String, u16)> {
        let Some((host, port)) = self.tcp.rsplit_once(':') else {
            bail!("no port in {}", self.tcp)
        };
        Ok((host.to_owned(), port.parse()?))
    }
}

/// A message that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The topic name.
    pub topic: String,
    /// The payload.
    pub payload: Vec<u8>,
    /// Whether it was kept from before the subscription.
    pub retained: bool,
    /// The quality it was delivered with.
    pub qos: u8,
}

impl Message {
    /// The envelope's data; `null` for anything that is no envelope.
    pub fn data(&self) -> serde_json::Value {
        let envelope: serde_json::Value = serde_json::from_slice(&self.payload).unwrap_or_default();
        envelope.get("data").cloned().unwrap_or_default()
    }

    /// The envelope's request id.
    pub fn request_id(&self) -> Option<u64> {
        let envelope: serde_json::Value = serde_json::from_slice(&self.payload).ok()?;
        envelope.get("request_id")?.as_u64()
    }
}

/// A connected client. Dropping it cuts the link without a DISCONNECT.
pub struct Bus {
    client: Client,
    arrived: mpsc::UnboundedReceiver<Message>,
    kept: VecDeque<Message>,
    ended: oneshot::Receiver<String>,
    _driver: JoinSet<()>,
}

enum Client {
    V311(rumqttc_v4::AsyncClient),
    V5(rumqttc::AsyncClient),
}

impl Bus {
    /// Subscribes at QoS 2. The inner error is the gateway's reason code.
    pub async fn try_subscribe(&self, filter: &str) -> Result<Result<(), String>> {
        let answer = async {
            match &self.client {
                Client::V311(client) => v311::subscribe(client, filter).await,
                Client::V5(client) => v5::subscribe(client, filter).await,
            }
        };
        wait::within(&format!("SUBACK for {filter}"), answer).await?
    }

    /// Subscribes at QoS 2; a refusal is an error.
    pub async fn subscribe(&self, filter: &str) -> Result<()> {
        match self.try_subscribe(filter).await? {
            Ok(()) => Ok(()),
            Err(refused) => bail!("the gateway refused the filter {filter}: {refused}"),
        }
    }

    /// Publishes and waits for the acknowledgement that the quality promises.
    /// The inner error is the gateway's reason code.
    pub async fn try_publish(
        &self,
        topic: &str,
        payload: &[u8],
        qos: QoS,
        retain: bool,
    ) -> Result<Result<(), String>> {
        let answer = async {
            match &self.client {
                Client::V311(client) => v311::publish(client, topic, payload, qos, retain).await,
                Client::V5(client) => v5::publish(client, topic, payload, qos, retain).await,
            }
        };
        wait::within(&format!("the acknowledgement of {topic}"), answer).await?
    }

    /// Publishes and waits for the acknowledgement; a refusal is an error.
    pub async fn publish(&self, topic: &str, payload: &[u8], qos: QoS, retain: bool) -> Result<()> {
        match self.try_publish(topic, payload, qos, retain).await? {
            Ok(()) => Ok(()),
            Err(refused) => bail!("the gateway refused the publish to {topic}: {refused}"),
        }
    }

    /// The first message, earlier ones included, that fits. Others are kept.
    pub async fn message(
        &mut self,
        what: &str,
        fits: impl Fn(&Message) -> bool,
    ) -> Result<Message> {
        if let Some(at) = self.kept.iter().position(&fits)
            && let Some(message) = self.kept.remove(at)
        {
            return Ok(message);
        }
        let arriving = async {
            loop {
                match self.arrived.recv().await {
                    Some(message) if fits(&message) => return Ok(message),
                    Some(message) => self.kept.push_back(message),
                    None => bail!("the link ended while waiting for {what}"),
                }
            }
        };
        let arrived = wait::within(what, arriving).await;
        match arrived {
            Ok(message) => message,
            Err(late) => {
                let topics: Vec<&str> = self
                    .kept
                    .iter()
                    .map(|message| message.topic.as_str())
                    .collect();
                Err(late.context(format!("what came instead: {topics:?}")))
            }
        }
    }

    /// The next message on exactly this topic.
    pub async fn on(&mut self, topic: &str) -> Result<Message> {
        self.message(topic, |message| message.topic == topic).await
    }

    /// Takes everything that has arrived and was not taken yet.
    pub fn arrived(&mut self) -> Vec<Message> {
        while let Ok(message) = self.arrived.try_recv() {
            self.kept.push_back(message);
        }
        self.kept.drain(..).collect()
    }

    /// Waits until the gateway has handled everything this client sent, and
    /// this client has seen everything the gateway sent before that: a message
    /// to itself, `house`'s own topic, there and back.
    pub async fn settle(&mut self, house: &str) -> Result<()> {
        self.settle_as(house, "service/echo").await
    }

    /// The same for a client that may send as `sender` only.
    pub async fn settle_as(&mut self, house: &str, sender: &str) -> Result<()> {
        let topic = format!("egeoffrey/v2/{house}/{sender}/{sender}/PING/null");
        self.subscribe(&topic).await?;
        self.publish(&topic, b"", QoS::One, false).await?;
        self.on(&topic).await?;
        Ok(())
    }

    /// Waits for the end of the link and says why it ended.
    pub async fn ended(&mut self) -> Result<String> {
        wait::within("the end of the link", &mut self.ended)
            .await?
            .map_err(Into::into)
    }

    /// Whether the link has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(
            self.ended.try_recv(),
            Err(oneshot::error::TryRecvError::Empty)
        )
    }

    /// Says farewell.
    pub async fn disconnect(self) -> Result<()> {
        match &self.client {
            Client::V311(client) => client.disconnect().await?,
            Client::V5(client) => client.disconnect().await?,
        }
        let mut this = self;
        this.ended().await.map(drop)
    }
}
