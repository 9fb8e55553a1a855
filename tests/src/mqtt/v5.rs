//! MQTT 5.0, by rumqttc-next.

use std::collections::VecDeque;

use anyhow::{Context, Result};
use rumqttc::{
    AsyncClient, Broker, ConnectionError, Event, EventLoop, Incoming, LastWill, MqttOptions,
    PubAckReason, PubRecReason, PublishOptions, PublishResult, SubscribeReasonCode,
};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::{Bus, Client, Dial, Message, Path, QoS};
use crate::wait;

fn quality(qos: QoS) -> rumqttc::QoS {
    match qos {
        QoS::Zero => rumqttc::QoS::AtMostOnce,
        QoS::One => rumqttc::QoS::AtLeastOnce,
        QoS::Two => rumqttc::QoS::ExactlyOnce,
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
    // The gateway holds refusals back, longer each time.
    options.set_connect_timeout(wait::DEADLINE);
    options.set_unlimited_incoming_packet_size();
    if let Some((topic, payload, retain)) = dial.will {
        options.set_last_will(LastWill::new(
            topic,
            payload,
            quality(QoS::One),
            retain,
            None,
        ));
    }
    let (client, mut events) = AsyncClient::builder(options).capacity(64).build();
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
        client: Client::V5(client),
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
                        rumqttc::QoS::AtMostOnce => 0,
                        rumqttc::QoS::AtLeastOnce => 1,
                        rumqttc::QoS::ExactlyOnce => 2,
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
    let refused = acknowledged
        .return_codes
        .into_iter()
        .find(|code| !matches!(code, SubscribeReasonCode::Success(_)));
    Ok(refused.map_or(Ok(()), |code| Err(format!("{code:?}"))))
}

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
    Ok(match notice.wait_async().await.context("publish")? {
        PublishResult::Qos0Flushed | PublishResult::Qos2Completed(_) => Ok(()),
        PublishResult::Qos1(ack) => match ack.reason {
            PubAckReason::Success | PubAckReason::NoMatchingSubscribers => Ok(()),
            other => Err(format!("{other:?}")),
        },
        PublishResult::Qos2PubRecRejected(received) => match received.reason {
            PubRecReason::Success | PubRecReason::NoMatchingSubscribers => Ok(()),
            other => Err(format!("{other:?}")),
        },
    })
}
