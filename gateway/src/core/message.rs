//! One publication on its way through a house.

use bus::QoS;
use bytes::Bytes;
use model::Timestamp;

/// A publication; shared by all who receive it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The topic name.
    pub topic: Box<str>,
    /// The payload.
    pub payload: Bytes,
    /// The quality it was published at.
    pub qos: QoS,
    /// Whether it was published as retained.
    pub retain: bool,
    /// The MQTT 5.0 properties that travel with it (payload format, content
    /// type, response topic, correlation data, user properties), as on the
    /// wire; empty for none.
    pub properties: Bytes,
    /// When it is no longer to be delivered; `None` for never.
    pub expires_at: Option<Timestamp>,
}

impl Message {
    /// A message without properties.
    #[must_use]
    pub fn new(topic: &str, payload: Bytes, qos: QoS, retain: bool) -> Self {
        Self {
            topic: topic.into(),
            payload,
            qos,
            retain,
            properties: Bytes::new(),
            expires_at: None,
        }
    }

    /// Whether its time is over.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Seconds it has still to live, rounded up; `None` for ever.
    #[must_use]
    pub fn seconds_left(&self, now: Timestamp) -> Option<u32> {
        let left = self.expires_at?.since(now).as_millis().div_ceil(1_000);
        Some(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// What it weighs against limits of queues and stores: topic, properties
    /// and payload, in bytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.topic.len() + self.properties.len() + self.payload.len()
    }
}
