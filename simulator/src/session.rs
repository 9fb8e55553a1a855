//! One module's connection: it says who it is, listens for what it is told,
//! and publishes what it is given to publish.

use std::pin::pin;
use std::time::Duration;

use bus::topic::{Module, ProtocolVersion, Recipient};
use bus::{Envelope, Topic};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use model::HouseId;
use rumqttc::{
    AsyncClient, Broker, ConnectionError, Event, EventLoop, Incoming, MqttOptions, PubAckReason,
    PublishNotice, PublishOptions, PublishResult, QoS,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::tally::Tally;

/// Where a house connects, and as whom.
#[derive(Clone, Debug)]
pub struct Dial {
    /// The gateway's host.
    pub host: String,
    /// Its port for MQTT over TCP.
    pub port: u16,
    /// The house.
    pub house: HouseId,
    /// A passcode of it.
    pub passcode: SecretString,
}

/// A message that a module wants to publish.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// To whom, such as `controller/hub`.
    pub to: &'static str,
    /// The command.
    pub command: &'static str,
    /// Its arguments.
    pub args: String,
    /// The data.
    pub data: Value,
}

/// Publishes that may wait for their acknowledgement at one time.
const OPEN: usize = 50;
/// How long the last acknowledgements may take at the end.
const FAREWELL: Duration = Duration::from_secs(5);
/// The first and the longest pause before connecting again.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(30)];

/// Keeps a module on the bus until `stop`, or until `outgoing` ends and all of
/// it is acknowledged: connects again when the connection ends, and counts.
pub async fn run(
    dial: &Dial,
    module: &str,
    mut outgoing: mpsc::Receiver<Outgoing>,
    tally: &Tally,
    stop: &CancellationToken,
) {
    let mut pause = PAUSES[0];
    loop {
        let (client, events) = AsyncClient::builder(options(dial, module))
            .capacity(64)
            .build();
        let (connected, is_connected) = watch::channel(false);
        let mut driven = pin!(drive(events, connected, tally));
        let talk = talk(dial, module, &client, &mut outgoing, is_connected, tally);
        let why = tokio::select! {
            why = &mut driven => why,
            () = talk => {
                farewell(&client, driven).await;
                return;
            }
            () = stop.cancelled() => {
                farewell(&client, driven).await;
                return;
            }
        };
        tracing::debug!(house = %dial.house, module, why, "A played module lost its connection");
        tally.lost(&why);
        tokio::select! {
            () = sleep(pause) => {}
            () = stop.cancelled() => return,
        }
        pause = (pause * 2).min(PAUSES[1]);
    }
}

async fn farewell(client: &AsyncClient, driven: impl Future<Output = String>) {
    // A connection that is gone needs no farewell.
    if client.disconnect().await.is_ok() {
        let _ = timeout(FAREWELL, driven).await;
    }
}

fn options(dial: &Dial, module: &str) -> MqttOptions {
    let client_id = format!("egeoffrey-{}-{}", dial.house, module.replace('/', "-"));
    let broker = Broker::tcp(dial.host.clone(), dial.port);
    let mut options = MqttOptions::new(client_id, broker);
    options
        .set_keep_alive(30)
        .set_credentials(
            dial.house.to_string(),
            dial.passcode.expose_secret().to_owned(),
        )
        .set_connect_timeout(Duration::from_secs(30));
    options
}

/// Moves packets until the connection ends; returns why.
async fn drive(mut events: EventLoop, connected: watch::Sender<bool>, tally: &Tally) -> String {
    loop {
        match events.poll().await {
            Ok(Event::Incoming(Incoming::ConnAck(_))) => {
                tally.connected();
                connected.send_replace(true);
            }
            Ok(Event::Incoming(Incoming::Publish(_))) => tally.told(),
            Ok(Event::Incoming(Incoming::Disconnect(said))) => {
                return format!("disconnected: {:?}", said.reason_code);
            }
            Ok(_) => {}
            Err(ConnectionError::ConnectionRefused(code)) => return format!("refused: {code:?}"),
            Err(error) => return error.to_string(),
        }
    }
}

/// Publishes until there is nothing more to publish.
async fn talk(
    dial: &Dial,
    module: &str,
    client: &AsyncClient,
    outgoing: &mut mpsc::Receiver<Outgoing>,
    mut is_connected: watch::Receiver<bool>,
    tally: &Tally,
) {
    if is_connected.wait_for(|yes| *yes).await.is_err() {
        return std::future::pending().await;
    }
    let told = format!("egeoffrey/v2/{}/+/+/{module}/OUT/#", dial.house);
    if client.subscribe(told, QoS::AtLeastOnce).await.is_err() {
        return std::future::pending().await;
    }
    let mut open = FuturesUnordered::new();
    let mut all_said = false;
    while !(all_said && open.is_empty()) {
        tokio::select! {
            message = outgoing.recv(), if !all_said && open.len() < OPEN => match message {
                Some(message) => {
                    let Some((topic, payload)) = encode(dial, module, &message) else {
                        continue;
                    };
                    let options = PublishOptions::new(QoS::AtLeastOnce);
                    let began = Instant::now();
                    let Ok(notice) = client.publish_tracked(topic, payload, options).await else {
                        return std::future::pending().await;
                    };
                    open.push(settle(notice, began, tally));
                }
                None => all_said = true,
            },
            Some(()) = open.next() => {}
        }
    }
}

/// Waits for the acknowledgement and counts it.
async fn settle(notice: PublishNotice, began: Instant, tally: &Tally) {
    match notice.wait_async().await {
        Ok(PublishResult::Qos1(ack)) => match ack.reason {
            PubAckReason::Success | PubAckReason::NoMatchingSubscribers => {
                tally.accepted(began.elapsed());
            }
            other => tally.refused(&format!("{other:?}")),
        },
        Ok(_) => tally.accepted(began.elapsed()),
        Err(_) => tally.unanswered(),
    }
}

/// A message as topic and payload; `None` for a module that cannot be named.
fn encode(dial: &Dial, module: &str, message: &Outgoing) -> Option<(String, Vec<u8>)> {
    let topic = Topic {
        version: ProtocolVersion::V2,
        house: dial.house.as_str(),
        from: Module::parse(module)?,
        to: Recipient::Module(Module::parse(message.to)?),
        command: message.command,
        args: &message.args,
    };
    let payload = Envelope::new(1, message.data.clone()).to_bytes();
    Some((topic.to_string(), payload))
}
