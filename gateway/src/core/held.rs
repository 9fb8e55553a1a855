//! Messages of the runtime that wait for whoever they are for.
//!
//! Modules of protocol v2 ask for their configuration before they listen for
//! it. A message to a module is held until somebody subscribes with a filter
//! that *names* that module as recipient: who merely watches the whole house
//! is not the one it waits for. A message to everybody is held until anybody
//! subscribes to it.

use std::collections::VecDeque;
use std::sync::Arc;

use bus::filter;
use model::Timestamp;

use super::clock::moved;
use super::message::Message;

/// Messages held for a house at most; the oldest give way.
pub const HELD_MESSAGES: usize = 10_000;

/// Bytes held for a house at most.
pub const HELD_BYTES: usize = 8 << 20;

#[derive(Debug)]
struct Waiting {
    message: Arc<Message>,
    until: Timestamp,
}

/// The messages held, in the order of their publication.
#[derive(Debug, Default)]
pub(super) struct Held {
    waiting: VecDeque<Waiting>,
    bytes: usize,
}

impl Held {
    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Holds a message; returns how many older ones gave way.
    pub fn push(&mut self, message: Arc<Message>, until: Timestamp) -> u64 {
        self.bytes += message.weight();
        self.waiting.push_back(Waiting { message, until });
        let mut gave_way = 0;
        while self.waiting.len() > HELD_MESSAGES
            || self.bytes > HELD_BYTES && self.waiting.len() > 1
        {
            if let Some(oldest) = self.waiting.pop_front() {
                self.bytes -= oldest.message.weight();
                gave_way += 1;
            }
        }
        gave_way
    }

    /// Takes out the messages whose listener has come with `filter`.
    pub fn released_by(&mut self, filter: &str, now: Timestamp) -> Vec<Arc<Message>> {
        self.expire(now);
        self.take(|waiting| is_listener(filter, &waiting.message.topic))
    }

    /// Drops what has waited in vain; how many.
    pub fn expire(&mut self, now: Timestamp) -> usize {
        self.take(|waiting| waiting.until <= now).len()
    }

    /// The clock was set by so many milliseconds.
    pub fn clock_was_set(&mut self, by: i64) {
        for waiting in &mut self.waiting {
            waiting.until = moved(waiting.until, by);
        }
    }

    /// When to call [`Held::expire`] next.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.waiting.iter().map(|waiting| waiting.until).min()
    }

    fn take(&mut self, mut wanted: impl FnMut(&Waiting) -> bool) -> Vec<Arc<Message>> {
        let mut taken = Vec::new();
        self.waiting.retain(|waiting| {
            let take = wanted(waiting);
            if take {
                self.bytes -= waiting.message.weight();
                taken.push(Arc::clone(&waiting.message));
            }
            !take
        });
        taken
    }
}

/// Whether whoever subscribed to `filter` is whom a message to `topic` waits
/// for.
pub(super) fn is_listener(filter: &str, topic: &str) -> bool {
    if !filter::matches(filter, topic) {
        return false;
    }
    let wanted = recipient(topic);
    wanted == (Some("*"), Some("*")) || recipient(filter) == wanted
}

/// The levels of a topic or filter that name the recipient.
fn recipient(text: &str) -> (Option<&str>, Option<&str>) {
    let mut levels = text.split('/').skip(5);
    (levels.next(), levels.next())
}

#[cfg(test)]
mod tests {
    use bus::QoS;
    use bytes::Bytes;

    use super::*;

    const TO_MODULE: &str = "egeoffrey/v2/h/controller/config/service/a/CONF/1/house";
    const TO_ALL: &str = "egeoffrey/v2/h/controller/config/*/*/CONF/1/house";

    fn message(topic: &str) -> Arc<Message> {
        Arc::new(Message::new(topic, Bytes::new(), QoS::ExactlyOnce, false))
    }

    #[test]
    fn a_watcher_is_not_the_listener() {
        assert!(is_listener("egeoffrey/v2/h/+/+/service/a/+/#", TO_MODULE));
        for watcher in [
            "egeoffrey/v2/h/#",
            "egeoffrey/v2/h/+/+/+/+/+/#",
            "egeoffrey/v2/h/+/+/service/b/+/#",
        ] {
            assert!(!is_listener(watcher, TO_MODULE), "{watcher}");
        }
        assert!(is_listener("egeoffrey/v2/h/#", TO_ALL));
    }

    #[test]
    fn they_come_out_in_order_and_in_time() {
        let mut held = Held::default();
        let ack = TO_MODULE.replace("CONF/1/house", "SUBSCRIBE_ACK/null");
        held.push(message(TO_MODULE), Timestamp(10));
        held.push(message(&ack), Timestamp(20));
        held.push(
            message(&TO_MODULE.replace("service/a", "service/b")),
            Timestamp(20),
        );
        assert_eq!(held.next_expiry(), Some(Timestamp(10)));
        let own = "egeoffrey/v2/h/+/+/service/a/+/#";
        let topics = |held: &mut Held, at| {
            held.released_by(own, Timestamp(at))
                .iter()
                .map(|m| m.topic.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(topics(&mut held, 9), [TO_MODULE.to_owned(), ack]);
        assert_eq!(held.expire(Timestamp(19)), 0);
        assert_eq!(held.expire(Timestamp(20)), 1);
        assert!(held.is_empty() && held.bytes == 0);
    }

    #[test]
    fn the_oldest_give_way() {
        let mut held = Held::default();
        for _ in 0..HELD_MESSAGES {
            assert_eq!(held.push(message(TO_MODULE), Timestamp(10)), 0);
        }
        assert_eq!(held.push(message(TO_MODULE), Timestamp(10)), 1);
    }
}
