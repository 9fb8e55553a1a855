//! A bus and a feed made of channels.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bus::{Envelope, QoS};
use bytes::Bytes;
use cell::{
    BusCommand, BusConnector, BusSession, Delivery, DeliveryId, Feed, FeedBatch, Keeping,
    LinkError, Reader, Report, ReportSink, Revision,
};
use model::HouseId;
use serde_json::Value;
use tokio::sync::{mpsc, watch};

/// How long a test waits for what must happen.
const DEADLINE: Duration = Duration::from_secs(30);

/// Waits for what must happen.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, what)
        .await
        .expect("it must happen within the deadline")
}

/// Waits until something is so.
pub(crate) async fn until(mut so: impl FnMut() -> bool) {
    soon(async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
}

/// Hands out sessions and tells the test of each.
pub(crate) struct FakeBus(mpsc::UnboundedSender<BusEnd>);

/// The gateway's side of one session.
pub(crate) struct BusEnd {
    pub(crate) house: HouseId,
    pub(crate) deliveries: mpsc::Sender<Delivery>,
    pub(crate) commands: mpsc::Receiver<BusCommand>,
    /// What the session says of the tenant's daily messages.
    pub(crate) allowance: watch::Sender<Keeping>,
    delivered: u64,
}

impl FakeBus {
    pub(crate) fn new() -> (Arc<Self>, mpsc::UnboundedReceiver<BusEnd>) {
        let (told, sessions) = mpsc::unbounded_channel();
        (Arc::new(Self(told)), sessions)
    }
}

#[async_trait]
impl BusConnector for FakeBus {
    async fn connect(&self, house: &HouseId) -> Result<BusSession, LinkError> {
        let (to_runtime, deliveries) = mpsc::channel(8);
        let (commands, from_runtime) = mpsc::channel(8);
        let (said, allowance) = watch::channel(Keeping::Kept);
        let end = BusEnd {
            house: house.clone(),
            deliveries: to_runtime,
            commands: from_runtime,
            allowance: said,
            delivered: 0,
        };
        self.0
            .send(end)
            .map_err(|_| LinkError("the test is over".to_owned()))?;
        Ok(BusSession {
            deliveries,
            commands,
            allowance,
        })
    }
}

impl BusEnd {
    /// Delivers `v1/<rest>` of the house with `data`; returns its number.
    pub(crate) async fn deliver(&mut self, short_topic: &str, data: Value) -> u64 {
        let (version, rest) = short_topic.split_once('/').unwrap();
        let topic = format!("egeoffrey/{version}/{}/{rest}", self.house);
        self.delivered += 1;
        let delivery = Delivery {
            id: DeliveryId(self.delivered),
            topic,
            payload: Bytes::from(Envelope::new(42, data).to_bytes()),
            qos: QoS::ExactlyOnce,
            retained: false,
        };
        soon(self.deliveries.send(delivery)).await.unwrap();
        self.delivered
    }

    /// The next command.
    pub(crate) async fn command(&mut self) -> BusCommand {
        soon(self.commands.recv()).await.expect("the session ended")
    }

    /// Everything published up to the acknowledgement of delivery `number`:
    /// topics behind the house on `version`, with their data.
    pub(crate) async fn until_acknowledged(
        &mut self,
        number: u64,
        version: &str,
    ) -> Vec<(String, Value)> {
        let prefix = format!("egeoffrey/{version}/{}/", self.house);
        let mut said = Vec::new();
        loop {
            match self.command().await {
                BusCommand::Acknowledge(id) if id == DeliveryId(number) => return said,
                BusCommand::Acknowledge(_) | BusCommand::Subscribe(_) => {}
                BusCommand::Publish(message) => {
                    if let Some(topic) = message.topic.strip_prefix(&prefix) {
                        let envelope = Envelope::parse(&message.payload).unwrap();
                        let data = envelope.map_or(Value::Null, |envelope| envelope.data);
                        said.push((topic.to_owned(), data));
                    }
                }
            }
        }
    }

    /// Delivers and waits for the acknowledgement.
    pub(crate) async fn ask(&mut self, short_topic: &str, data: Value) -> Vec<(String, Value)> {
        let version = short_topic.split('/').next().unwrap().to_owned();
        let number = self.deliver(short_topic, data).await;
        self.until_acknowledged(number, &version).await
    }
}

/// A feed that says what the test puts in.
pub(crate) struct FakeFeed {
    batches: tokio::sync::Mutex<mpsc::UnboundedReceiver<FeedBatch>>,
    asked: mpsc::UnboundedSender<Option<Revision>>,
}

/// The control plane's side: put batches in, see which revision is asked for.
pub(crate) struct FeedEnd {
    pub(crate) batches: mpsc::UnboundedSender<FeedBatch>,
    pub(crate) asked: mpsc::UnboundedReceiver<Option<Revision>>,
}

impl FakeFeed {
    pub(crate) fn new() -> (Arc<Self>, FeedEnd) {
        let (batches, to_reader) = mpsc::unbounded_channel();
        let (told, asked) = mpsc::unbounded_channel();
        let feed = Self {
            batches: tokio::sync::Mutex::new(to_reader),
            asked: told,
        };
        (Arc::new(feed), FeedEnd { batches, asked })
    }
}

#[async_trait]
impl Feed for FakeFeed {
    async fn next(&self, reader: Reader, since: Option<Revision>) -> Result<FeedBatch, LinkError> {
        assert_eq!(reader, Reader::Operator);
        let _test_may_be_over = self.asked.send(since);
        match self.batches.lock().await.recv().await {
            Some(batch) => Ok(batch),
            None => std::future::pending().await,
        }
    }
}

/// A report sink that hands every report to the test.
pub(crate) struct FakeSink(mpsc::UnboundedSender<Report>);

impl FakeSink {
    pub(crate) fn new() -> (Arc<Self>, mpsc::UnboundedReceiver<Report>) {
        let (told, reports) = mpsc::unbounded_channel();
        (Arc::new(Self(told)), reports)
    }
}

#[async_trait]
impl ReportSink for FakeSink {
    async fn report(&self, report: Report) -> Result<(), LinkError> {
        // The test may be over.
        let _ = self.0.send(report);
        Ok(())
    }
}
