//! What waits for the house's tenant runtime: a session that outlives its
//! connections.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bus::{QoS, filter};
use cell::{Delivery, DeliveryId};
use model::Timestamp;

use super::message::Message;
use super::session::inbound::Exchange;

/// Names one session of the runtime; a later one ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(u64);

/// Deliveries kept for a runtime, at most. Beyond this QoS 1 and 2 publishes
/// for it are refused as unavailable. Publishers have few publishes open each,
/// so this is reached by misbehaviour only.
pub const LINK_MESSAGES: usize = 20_000;

/// Bytes kept for a runtime, at most.
pub const LINK_BYTES: usize = 64 << 20;

/// When more than this many deliveries wait, QoS 0 is dropped.
pub const LINK_QOS_0_MESSAGES: usize = 1_000;

/// When more than this many bytes wait, QoS 0 is dropped.
pub const LINK_QOS_0_BYTES: usize = 2 << 20;

#[derive(Debug)]
struct Entry {
    message: Arc<Message>,
    /// A retained message replayed on subscription.
    replayed: bool,
    /// Whose acknowledgement waits for the runtime's.
    publisher: Option<Exchange>,
}

/// The runtime's session.
#[derive(Debug, Default)]
pub(super) struct Link {
    open: Option<LinkId>,
    session_count: u64,
    /// `None` until the first subscription since the process began.
    filters: Option<Vec<String>>,
    /// Whether the open session has not subscribed yet.
    fresh: bool,
    waiting: VecDeque<(DeliveryId, Entry)>,
    /// Pulled and not acknowledged.
    pulled: BTreeMap<DeliveryId, Entry>,
    delivery_count: u64,
    bytes: usize,
}

impl Link {
    /// Begins a session. What the earlier one did not acknowledge waits again,
    /// in order; replays do not, as they follow from the new subscriptions.
    pub fn open(&mut self) -> LinkId {
        self.close();
        self.session_count += 1;
        let id = LinkId(self.session_count);
        self.open = Some(id);
        self.fresh = true;
        id
    }

    /// Ends the session.
    pub fn close(&mut self) {
        self.open = None;
        for (id, entry) in std::mem::take(&mut self.pulled).into_iter().rev() {
            self.waiting.push_front((id, entry));
        }
        self.waiting.retain(|(_, entry)| !entry.replayed);
        self.count_bytes();
    }

    /// Whether `id` is the open session.
    pub fn is(&self, id: LinkId) -> bool {
        self.open == Some(id)
    }

    /// Whether a session is open.
    pub const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Whether the runtime wants this publication. `hosted`: whether the house
    /// has a runtime at all; one that has never subscribed wants everything
    /// above QoS 0.
    pub fn wants(&self, topic: &str, qos: QoS, hosted: bool) -> bool {
        let selected = match &self.filters {
            Some(filters) => filters.iter().any(|filter| filter::matches(filter, topic)),
            None => hosted && qos > QoS::AtMostOnce,
        };
        let takes_qos_0 = self.is_open()
            && self.waiting.len() + self.pulled.len() <= LINK_QOS_0_MESSAGES
            && self.bytes <= LINK_QOS_0_BYTES;
        selected && (qos > QoS::AtMostOnce || takes_qos_0)
    }

    /// Whether nothing more can be kept.
    pub fn is_full(&self) -> bool {
        self.waiting.len() + self.pulled.len() >= LINK_MESSAGES || self.bytes >= LINK_BYTES
    }

    /// Whether there is nothing here that a later session would need.
    pub fn is_idle(&self) -> bool {
        !self.is_open() && self.waiting.is_empty()
    }

    /// Keeps a message for the runtime; whether the shell is to be told.
    pub fn push(&mut self, message: Arc<Message>, publisher: Option<Exchange>) -> bool {
        self.enqueue(Entry {
            message,
            replayed: false,
            publisher,
        })
    }

    /// Keeps the replay of a retained message.
    pub fn replay(&mut self, message: Arc<Message>) -> bool {
        self.enqueue(Entry {
            message,
            replayed: true,
            publisher: None,
        })
    }

    fn enqueue(&mut self, entry: Entry) -> bool {
        self.delivery_count += 1;
        self.bytes += entry.message.weight();
        self.waiting
            .push_back((DeliveryId(self.delivery_count), entry));
        self.is_open()
    }

    /// Adds filters; the first of a session replace those of earlier sessions.
    /// Returns the publishes that waited for a runtime which does not want
    /// them.
    pub fn subscribe(&mut self, filters: &[String]) -> Vec<Exchange> {
        let known = self.filters.get_or_insert_default();
        if std::mem::take(&mut self.fresh) {
            known.clear();
        } else {
            known.extend(
                filters
                    .iter()
                    .filter(|f| !known.contains(f))
                    .cloned()
                    .collect::<Vec<_>>(),
            );
            return Vec::new();
        }
        known.extend_from_slice(filters);
        let mut unwanted = Vec::new();
        self.waiting.retain(|(_, entry)| {
            let wanted = known
                .iter()
                .any(|filter| filter::matches(filter, &entry.message.topic));
            if !wanted {
                unwanted.extend(entry.publisher);
            }
            wanted
        });
        self.count_bytes();
        unwanted
    }

    /// The next delivery, if one waits. Publishes that have expired meanwhile
    /// are added to `expired` when somebody waits for them.
    pub fn pull(&mut self, now: Timestamp, expired: &mut Vec<Exchange>) -> Option<Delivery> {
        loop {
            let (id, entry) = self.waiting.pop_front()?;
            let message = &entry.message;
            if message.is_expired(now) {
                self.bytes -= message.weight();
                expired.extend(entry.publisher);
                continue;
            }
            let delivery = Delivery {
                id,
                topic: message.topic.to_string(),
                payload: message.payload.clone(),
                qos: message.qos,
                retained: entry.replayed,
            };
            if message.qos == QoS::AtMostOnce {
                self.bytes -= message.weight();
            } else {
                self.pulled.insert(id, entry);
            }
            return Some(delivery);
        }
    }

    /// The runtime has done its part; the publish that waited for it.
    pub fn acknowledge(&mut self, id: DeliveryId) -> Option<Exchange> {
        let entry = self.pulled.remove(&id)?;
        self.bytes -= entry.message.weight();
        entry.publisher
    }

    /// There is no runtime any more: forgets everything and returns the
    /// publishes that waited.
    pub fn dissolve(&mut self) -> Vec<Exchange> {
        self.close();
        let waiting = std::mem::take(&mut self.waiting);
        self.filters = None;
        self.bytes = 0;
        waiting
            .into_iter()
            .filter_map(|(_, entry)| entry.publisher)
            .collect()
    }

    fn count_bytes(&mut self) {
        let waiting = self.waiting.iter().map(|(_, entry)| entry);
        self.bytes = waiting
            .chain(self.pulled.values())
            .map(|entry| entry.message.weight())
            .sum();
    }
}
