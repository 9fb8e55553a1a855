//! MQTT 3.1.1, by rumqttc-v4-next.

use std::collections::VecDeque;

use anyhow::{Context, Result};
use rumqttc_v4::{
    AsyncClient, Broker, ConnectionError, Event, EventLoop, Incoming, LastWill, MqttOptions,
    PublishOptions, SubscribeReasonCode,
};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::{Bus, Client, Dial, Message, Path, QoS};
use crate::wait;

/// The largest packet either way: more than any plan allows.
const PACKET_BYTES: usize = 32 << 20;

fn quality(qos: QoS) -> rumqttc_v4::QoS {
    match qos {
        QoS::Zero => rumqttc_v4::QoS::AtMostOnce,
        QoS::One => rumqttc_v4::QoS::AtLeastOnce,
        QoS::Two => rumqttc_v4::QoS::ExactlyOnce,
    }
}

pub async fn connect(dial: Dial) -> Result<Result<Bus, String>> {
    let broker = match dial.path {
        Path::Tcp => dial
            .tcp_address()
            .map(|(host, port)| Broker::tcp(host, port))?,
        Path::WebSocket => Broker::websocket(dial.web_socket).context("the WebSocket address")?,
    };
    let mut options = MqttOptions::new(dial.client_id, broker);
    options
        .set_keep_alive(30)
        .set_credentials(dial.user, dial.password);
    options.set_max_packet_size(PACKET_BYTES, PACKET_BYTES);
    if let Some((topic, payload, retain)) = dial.will {
        options.set_last_will(LastWill::new(topic, payload, quality(QoS::One), retain));
    }
    let (client, mut events) = AsyncClient::builder(options).capacity(64).build();
    // The gateway holds refusals back, longer each time.
    events
        .network_options
        .set_connection_timeout(wait::DEADLINE.as_secs());
    match events.poll().await {
        Ok(_connected) => {}
        Err(ConnectionError::ConnectionRefused(code)) => return Ok(Err(format!("{code:?}"))),
        Err(error) => return Err(error).context("connect"),
    }
    let (sender, arrived) = mpsc::unbounded_channel();
    let (end, ended) = oneshot::channel();
    let mut driver = JoinSet::new();
    driver.spawn(drive(events, sender, end));
    Ok(Ok(Bus {
        client: Client::V311(client),
        arrived,
        kept: VecDeque::new(),
        ended,
        _driver: driver,
    }))
}

async fn drive(
    mut events: EventLoop,
    arrived: mpsc::UnboundedSender<Message>,
    end: oneshot::Sender<String>,
) {
    let why = loop {
        match events.poll().await {
            Ok(Event::Incoming(Incoming::Publish(publish))) => {
                let message = Message {
                    topic: String::from_utf8_lossy(&publish.topic).into_owned(),
                    payload: publish.payload.to_vec(),
                    retained: publish.retain,
                    qos: match publish.qos {
                        rumqttc_v4::QoS::AtMostOnce => 0,
                        rumqttc_v4::QoS::AtLeastOnce => 1,
                        rumqttc_v4::QoS::ExactlyOnce => 2,
                    },
                };
                if arrived.send(message).is_err() {
                    break "dropped".to_owned();
                }
            }
            Ok(_) => {}
            Err(error) => break format!("{error:?}"),
        }
    };
    // Nobody may be asking any more.
    let _ = end.send(why);
}

pub async fn subscribe(client: &AsyncClient, filter: &str) -> Result<Result<(), String>> {
    let notice = client
        .subscribe_tracked(filter, quality(QoS::Two))
        .await
        .context("subscribe")?;
    let acknowledged = notice.wait_async().await.context("subscribe")?;
    let is_refused = acknowledged
        .return_codes
        .contains(&SubscribeReasonCode::Failure);
    Ok(if is_refused {
        Err("Failure".to_owned())
    } else {
        Ok(())
    })
}

/// 3.1.1 has no way to refuse: whatever is acknowledged is `Ok`.
pub async fn publish(
    client: &AsyncClient,
    topic: &str,
    payload: &[u8],
    qos: QoS,
    retain: bool,
) -> Result<Result<(), String>> {
    let options = PublishOptions::new(quality(qos)).retain(retain);
    let notice = client
        .publish_tracked(topic, payload.to_vec(), options)
        .await
        .context("publish")?;
    notice.wait_async().await.context("publish")?;
    Ok(Ok(()))
}
