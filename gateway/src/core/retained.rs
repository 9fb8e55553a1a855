//! The retained messages of one house.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use bus::{QoS, filter};
use bytes::Bytes;
use model::Timestamp;

use super::message::Message;

/// A retained message as it is kept on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetainedMessage {
    /// The topic name.
    pub topic: String,
    /// The payload; never empty.
    pub payload: Bytes,
    /// The quality it was published at.
    pub qos: QoS,
    /// Its MQTT 5.0 properties in the form of
    /// [`Message::properties`]; opaque to the store.
    pub properties: Bytes,
    /// When it is to be forgotten; `None` for never.
    pub expires_at: Option<Timestamp>,
}

impl From<&Message> for RetainedMessage {
    fn from(message: &Message) -> Self {
        Self {
            topic: message.topic.to_string(),
            payload: message.payload.clone(),
            qos: message.qos,
            properties: message.properties.clone(),
            expires_at: message.expires_at,
        }
    }
}

impl From<RetainedMessage> for Message {
    fn from(kept: RetainedMessage) -> Self {
        Self {
            topic: kept.topic.into(),
            payload: kept.payload,
            qos: kept.qos,
            retain: true,
            properties: kept.properties,
            expires_at: kept.expires_at,
        }
    }
}

/// The store: by topic, so that a filter looks only below its literal levels.
#[derive(Debug, Default)]
pub(super) struct Retained {
    by_topic: BTreeMap<Box<str>, Arc<Message>>,
    bytes: u64,
    /// No message expires before this.
    next_expiry: Option<Timestamp>,
}

impl Retained {
    /// What a house kept before this process began.
    pub fn load(kept: Vec<RetainedMessage>) -> Self {
        let mut retained = Self::default();
        for message in kept {
            retained.store(Arc::new(message.into()));
        }
        retained
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.by_topic.len()
    }

    /// Bytes of all topics, properties and payloads.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The bytes there would be after storing `message`.
    pub fn bytes_with(&self, message: &Message) -> u64 {
        let replaced = self
            .by_topic
            .get(&message.topic)
            .map_or(0, |old| weight(old));
        self.bytes - replaced + weight(message)
    }

    /// Keeps a message in place of any other of its topic.
    pub fn store(&mut self, message: Arc<Message>) {
        self.bytes = self.bytes_with(&message);
        if let Some(end) = message.expires_at {
            self.next_expiry = Some(self.next_expiry.map_or(end, |next| next.min(end)));
        }
        self.by_topic.insert(message.topic.clone(), message);
    }

    /// Forgets the message of a topic; whether there was one.
    pub fn clear(&mut self, topic: &str) -> bool {
        let old = self.by_topic.remove(topic);
        self.bytes -= old.as_deref().map_or(0, weight);
        old.is_some()
    }

    /// The unexpired messages that `filter` selects, in the order of their
    /// topics.
    pub fn selected_by<'a>(
        &'a self,
        filter: &'a str,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a Arc<Message>> {
        let prefix = literal_prefix(filter);
        let from = (Bound::Included(prefix), Bound::Unbounded);
        self.by_topic
            .range::<str, _>(from)
            .take_while(move |(topic, _)| topic.starts_with(prefix))
            .filter(move |(topic, message)| {
                filter::matches(filter, topic) && !message.is_expired(now)
            })
            .map(|(_, message)| message)
    }

    /// When to call [`Retained::expire`] next.
    pub const fn next_expiry(&self) -> Option<Timestamp> {
        self.next_expiry
    }

    /// Forgets what has expired and returns the topics.
    pub fn expire(&mut self, now: Timestamp) -> Vec<String> {
        if self.next_expiry.is_none_or(|next| next > now) {
            return Vec::new();
        }
        let expired: Vec<String> = self
            .by_topic
            .values()
            .filter(|message| message.is_expired(now))
            .map(|message| message.topic.to_string())
            .collect();
        for topic in &expired {
            self.clear(topic);
        }
        self.next_expiry = self.by_topic.values().filter_map(|m| m.expires_at).min();
        expired
    }
}

fn weight(message: &Message) -> u64 {
    u64::try_from(message.weight()).unwrap_or(u64::MAX)
}

/// The levels before the first wildcard, without the slash behind them: what
/// every selected topic begins with.
fn literal_prefix(filter: &str) -> &str {
    let literal = filter
        .find(['+', '#'])
        .map_or(filter, |at| filter.split_at(at).0);
    if literal.len() == filter.len() {
        literal
    } else {
        literal.strip_suffix('/').unwrap_or(literal)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(topic: &str, payload: &str) -> Arc<Message> {
        let payload = Bytes::copy_from_slice(payload.as_bytes());
        Arc::new(Message::new(topic, payload, QoS::AtLeastOnce, true))
    }

    #[test]
    fn bytes_follow_store_replace_and_clear() {
        let mut retained = Retained::default();
        retained.store(message("a/b", "12345"));
        assert_eq!(retained.bytes(), 8);
        assert_eq!(retained.bytes_with(&message("a/b", "1")), 4);
        retained.store(message("a/b", "1"));
        retained.store(message("c", "1"));
        assert_eq!(retained.bytes(), 6);
        assert!(retained.clear("a/b"));
        assert!(!retained.clear("a/b"));
        assert_eq!(retained.bytes(), 2);
    }

    #[test]
    fn what_expired_is_neither_selected_nor_kept() {
        let mut retained = Retained::default();
        let short = Message {
            expires_at: Some(Timestamp(10)),
            ..(*message("a", "1")).clone()
        };
        retained.store(Arc::new(short));
        retained.store(message("b", "1"));
        assert_eq!(retained.selected_by("#", Timestamp(9)).count(), 2);
        assert_eq!(retained.selected_by("#", Timestamp(10)).count(), 1);
        assert_eq!(retained.expire(Timestamp(9)), Vec::<String>::new());
        assert_eq!(retained.expire(Timestamp(10)), vec!["a".to_owned()]);
        assert_eq!((retained.bytes(), retained.next_expiry()), (2, None));
    }

    proptest! {
        /// The short way over the literal levels finds what looking at every
        /// message would find.
        #[test]
        fn selection_is_the_plain_rule(
            topics in prop::collection::vec("[ab$/]{1,6}", 0..12),
            filter in "([ab]|\\+|#|\\$a|)(/([ab]|\\+|#|)){0,4}",
        ) {
            prop_assume!(filter::is_topic_filter(&filter));
            let mut retained = Retained::default();
            for topic in &topics {
                retained.store(message(topic, "x"));
            }
            let mut expected: Vec<&str> = topics.iter().map(String::as_str)
                .filter(|topic| filter::matches(&filter, topic)).collect();
            expected.sort_unstable();
            expected.dedup();
            let found: Vec<&str> = retained.selected_by(&filter, Timestamp(0)).map(|m| &*m.topic).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
