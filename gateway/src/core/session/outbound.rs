//! What goes to a client: the window of unacknowledged QoS 1 and 2 messages,
//! and the queue behind it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bus::QoS;
use model::Timestamp;

use super::inbound::Exchange;
use crate::core::clock::moved;
use crate::core::codec::Reason;
use crate::core::codec::acknowledge::{Acknowledge, Step};
use crate::core::message::Message;

/// QoS 1 and 2 messages that a client may have unacknowledged, unless it asks
/// for fewer. Stock modules warn above 100 messages waiting.
pub const WINDOW: u16 = 100;

/// How long publishes wait for a client that is behind; then it is closed.
/// Without an end, one client that never acknowledges would stop its house:
/// whoever waits for it sends nothing more, so it never gets hopeless.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A message for one client.
#[derive(Clone, Debug)]
pub(in crate::core) struct Outgoing {
    pub message: Arc<Message>,
    pub qos: QoS,
    pub retain: bool,
    pub identifiers: Vec<u32>,
}

/// How much may wait for one client.
#[derive(Clone, Copy, Debug)]
pub(in crate::core) struct Limits {
    pub messages: usize,
    pub bytes: usize,
}

impl Limits {
    /// Beyond this a client is closed: four times what slows its publishers.
    const fn hard(self) -> Self {
        Self {
            messages: self.messages.saturating_mul(4),
            bytes: self.bytes.saturating_mul(4),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaited {
    Ack,
    Rec,
    Comp,
}

/// The window and the queue of one connection.
#[derive(Debug)]
pub(in crate::core) struct Outbound {
    window: u16,
    last_id: u16,
    in_flight: Vec<(u16, Awaited)>,
    queue: VecDeque<Waiting>,
    live: Heap,
    replayed: Heap,
    congested: bool,
    /// Publishes that wait until this client has caught up.
    publishers: Vec<Exchange>,
    /// Since when some do.
    behind_since: Option<Timestamp>,
}

/// A message in the queue.
#[derive(Debug)]
struct Waiting {
    outgoing: Outgoing,
    /// A retained message that a subscription asked for: the client is not
    /// slow because it has much to be told at once.
    replayed: bool,
}

/// How much of one kind is in the queue.
#[derive(Clone, Copy, Debug, Default)]
struct Heap {
    messages: usize,
    bytes: usize,
}

impl Heap {
    fn add(&mut self, outgoing: &Outgoing) {
        self.messages += 1;
        self.bytes += outgoing.message.weight();
    }

    fn remove(&mut self, outgoing: &Outgoing) {
        self.messages -= 1;
        self.bytes -= outgoing.message.weight();
    }
}

/// What becomes of a message.
#[derive(Debug)]
pub(in crate::core) enum Offered {
    /// Send it now, with this packet id (0 at QoS 0).
    Send(Outgoing, u16),
    /// It waits.
    Queued,
    /// It is dropped: QoS 0 and no room.
    Dropped,
}

impl Outbound {
    /// `receive_maximum`: what the client asks for.
    pub fn new(receive_maximum: Option<u16>) -> Self {
        Self {
            window: receive_maximum.unwrap_or(WINDOW).min(WINDOW),
            last_id: 0,
            in_flight: Vec::new(),
            queue: VecDeque::new(),
            live: Heap::default(),
            replayed: Heap::default(),
            congested: false,
            publishers: Vec::new(),
            behind_since: None,
        }
    }

    /// Takes a message for the client.
    pub fn offer(&mut self, outgoing: Outgoing, limits: Limits) -> Offered {
        if self.queue.is_empty()
            && let Some(packet_id) = self.admit(outgoing.qos)
        {
            return Offered::Send(outgoing, packet_id);
        }
        if outgoing.qos == QoS::AtMostOnce && (self.congested || self.is_behind(limits)) {
            return Offered::Dropped;
        }
        self.live.add(&outgoing);
        self.queue.push_back(Waiting {
            outgoing,
            replayed: false,
        });
        Offered::Queued
    }

    /// Puts a retained message in line.
    pub fn replay(&mut self, outgoing: Outgoing) {
        self.replayed.add(&outgoing);
        self.queue.push_back(Waiting {
            outgoing,
            replayed: true,
        });
    }

    /// Whether more retained messages wait than all there are, `whole` (their
    /// number and bytes), beyond what may wait at most.
    pub fn is_flooded(&self, limits: Limits, whole: (usize, usize)) -> bool {
        let hard = limits.hard();
        self.replayed.messages > hard.messages.saturating_add(whole.0)
            || self.replayed.bytes > hard.bytes.saturating_add(whole.1)
    }

    /// How many messages wait.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// The packet id to send a message with; `None` while it has to wait.
    fn admit(&mut self, qos: QoS) -> Option<u16> {
        if self.congested {
            return None;
        }
        let awaited = match qos {
            QoS::AtMostOnce => return Some(0),
            QoS::AtLeastOnce => Awaited::Ack,
            QoS::ExactlyOnce => Awaited::Rec,
        };
        if self.in_flight.len() >= usize::from(self.window) {
            return None;
        }
        // The window is far smaller than the number of ids: one is free.
        loop {
            self.last_id = self.last_id.checked_add(1).unwrap_or(1);
            if self.in_flight.iter().all(|(id, _)| *id != self.last_id) {
                break;
            }
        }
        self.in_flight.push((self.last_id, awaited));
        Some(self.last_id)
    }

    /// The next message that may leave now. What has expired is dropped.
    pub fn next_ready(&mut self, now: Timestamp) -> Option<(Outgoing, u16)> {
        loop {
            let first = &self.queue.front()?.outgoing;
            let (expired, qos) = (first.message.is_expired(now), first.qos);
            let packet_id = if expired { 0 } else { self.admit(qos)? };
            let Waiting { outgoing, replayed } = self.queue.pop_front()?;
            let heap = if replayed {
                &mut self.replayed
            } else {
                &mut self.live
            };
            heap.remove(&outgoing);
            if !expired {
                return Some((outgoing, packet_id));
            }
        }
    }

    /// Takes an acknowledgement and returns the answer it needs.
    pub fn acknowledge(&mut self, given: Acknowledge) -> Option<Acknowledge> {
        let at = self
            .in_flight
            .iter()
            .position(|(id, _)| *id == given.packet_id);
        let awaited = at
            .and_then(|at| self.in_flight.get_mut(at))
            .map(|(_, awaited)| awaited);
        let release = |reason| Acknowledge {
            step: Step::PubRel,
            packet_id: given.packet_id,
            reason,
        };
        match (given.step, awaited) {
            (Step::PubAck, Some(Awaited::Ack)) | (Step::PubComp, Some(Awaited::Comp)) => {
                self.in_flight.remove(at?);
                None
            }
            (Step::PubRec, Some(Awaited::Rec)) if given.reason.is_error() => {
                self.in_flight.remove(at?);
                None
            }
            (Step::PubRec, Some(awaited @ (Awaited::Rec | Awaited::Comp))) => {
                *awaited = Awaited::Comp;
                Some(release(Reason::Success))
            }
            (Step::PubRec, _) => Some(release(Reason::PacketIdNotFound)),
            _ => None,
        }
    }

    /// The clock was set by so many milliseconds.
    pub fn clock_was_set(&mut self, by: i64) {
        self.behind_since = self.behind_since.map(|since| moved(since, by));
    }

    /// Whether nothing may be written now.
    pub const fn set_congested(&mut self, congested: bool) {
        self.congested = congested;
    }

    /// Whether publishers have to wait for this client.
    pub fn is_behind(&self, limits: Limits) -> bool {
        self.live.messages > limits.messages || self.live.bytes > limits.bytes
    }

    /// Whether so much waits that the client is to be closed.
    pub fn is_hopeless(&self, limits: Limits) -> bool {
        self.is_behind(limits.hard())
    }

    /// A publish whose acknowledgement waits for this client, and until when
    /// at most.
    pub fn hold(&mut self, now: Timestamp, publisher: Exchange) -> Timestamp {
        self.publishers.push(publisher);
        self.behind_since.get_or_insert(now).after(PATIENCE)
    }

    /// When the client is to be closed unless it has caught up; `None` while
    /// nobody waits for it.
    pub fn given_up_at(&self) -> Option<Timestamp> {
        Some(self.behind_since?.after(PATIENCE))
    }

    /// The publishes that need no longer wait: all of them once less than half
    /// of what is allowed waits.
    pub fn caught_up(&mut self, limits: Limits) -> Vec<Exchange> {
        let half = Limits {
            messages: limits.messages / 2,
            bytes: limits.bytes / 2,
        };
        if self.publishers.is_empty() || self.is_behind(half) {
            return Vec::new();
        }
        self.behind_since = None;
        std::mem::take(&mut self.publishers)
    }

    /// The publishes that waited for a client that is gone.
    pub fn take_publishers(&mut self) -> Vec<Exchange> {
        std::mem::take(&mut self.publishers)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    const LIMITS: Limits = Limits {
        messages: 4,
        bytes: 1_000,
    };

    fn outgoing(name: &str, qos: QoS) -> Outgoing {
        Outgoing {
            message: Arc::new(Message::new(name, Bytes::new(), qos, false)),
            qos,
            retain: false,
            identifiers: Vec::new(),
        }
    }

    fn given(step: Step, packet_id: u16, reason: Reason) -> Acknowledge {
        Acknowledge {
            step,
            packet_id,
            reason,
        }
    }

    #[test]
    fn the_window_is_the_smaller_of_both_and_the_queue_keeps_order() {
        let mut outbound = Outbound::new(Some(2));
        for name in ["a", "b"] {
            assert!(matches!(
                outbound.offer(outgoing(name, QoS::AtLeastOnce), LIMITS),
                Offered::Send(..)
            ));
        }
        for (name, qos) in [("c", QoS::ExactlyOnce), ("d", QoS::AtMostOnce)] {
            assert!(
                matches!(outbound.offer(outgoing(name, qos), LIMITS), Offered::Queued),
                "{name}"
            );
        }
        assert!(outbound.next_ready(Timestamp(0)).is_none());
        assert_eq!(
            outbound.acknowledge(given(Step::PubAck, 1, Reason::Success)),
            None
        );
        let (next, id) = outbound.next_ready(Timestamp(0)).unwrap();
        assert_eq!((&*next.message.topic, id), ("c", 3));
        let (next, id) = outbound.next_ready(Timestamp(0)).unwrap();
        assert_eq!(
            (&*next.message.topic, id),
            ("d", 0),
            "QoS 0 needs no window"
        );
    }

    #[test]
    fn qos_2_goes_through_its_steps() {
        let mut outbound = Outbound::new(Some(1));
        outbound.offer(outgoing("a", QoS::ExactlyOnce), LIMITS);
        assert_eq!(
            outbound.acknowledge(given(Step::PubAck, 1, Reason::Success)),
            None
        );
        assert_eq!(
            outbound.acknowledge(given(Step::PubComp, 1, Reason::Success)),
            None
        );
        let release = given(Step::PubRel, 1, Reason::Success);
        let received = given(Step::PubRec, 1, Reason::Success);
        assert_eq!(outbound.acknowledge(received), Some(release));
        assert_eq!(
            outbound.acknowledge(received),
            Some(release),
            "PUBREL is repeated"
        );
        assert!(matches!(
            outbound.offer(outgoing("b", QoS::AtLeastOnce), LIMITS),
            Offered::Queued
        ));
        outbound.acknowledge(given(Step::PubComp, 1, Reason::Success));
        assert_eq!(outbound.next_ready(Timestamp(0)).unwrap().1, 2);
        assert_eq!(
            outbound.acknowledge(given(Step::PubRec, 9, Reason::Success)),
            Some(given(Step::PubRel, 9, Reason::PacketIdNotFound))
        );
    }

    #[test]
    fn an_error_in_pubrec_ends_the_exchange() {
        let mut outbound = Outbound::new(Some(1));
        outbound.offer(outgoing("a", QoS::ExactlyOnce), LIMITS);
        assert_eq!(
            outbound.acknowledge(given(Step::PubRec, 1, Reason::QuotaExceeded)),
            None
        );
        assert!(matches!(
            outbound.offer(outgoing("b", QoS::AtLeastOnce), LIMITS),
            Offered::Send(..)
        ));
    }

    #[test]
    fn ids_wrap_and_skip_those_in_flight() {
        let mut outbound = Outbound::new(None);
        outbound.offer(outgoing("a", QoS::AtLeastOnce), LIMITS);
        outbound.last_id = u16::MAX;
        let Offered::Send(_, id) = outbound.offer(outgoing("b", QoS::AtLeastOnce), LIMITS) else {
            panic!("not sent")
        };
        assert_eq!(id, 2);
    }

    #[test]
    fn congestion_drops_qos_0_and_keeps_the_rest() {
        let mut outbound = Outbound::new(None);
        outbound.set_congested(true);
        assert!(matches!(
            outbound.offer(outgoing("a", QoS::AtMostOnce), LIMITS),
            Offered::Dropped
        ));
        assert!(matches!(
            outbound.offer(outgoing("b", QoS::AtLeastOnce), LIMITS),
            Offered::Queued
        ));
        assert!(outbound.next_ready(Timestamp(0)).is_none());
        outbound.set_congested(false);
        assert_eq!(
            &*outbound.next_ready(Timestamp(0)).unwrap().0.message.topic,
            "b"
        );
    }

    #[test]
    fn a_client_behind_slows_and_a_hopeless_one_is_known() {
        let mut outbound = Outbound::new(None);
        outbound.set_congested(true);
        let exchange = Exchange {
            conn: crate::core::ConnId(1),
            serial: 0,
        };
        for _ in 0..5 {
            outbound.offer(outgoing("a", QoS::AtLeastOnce), LIMITS);
        }
        assert!(outbound.is_behind(LIMITS) && !outbound.is_hopeless(LIMITS));
        assert_eq!(
            outbound.hold(Timestamp(5), exchange),
            Timestamp(5).after(PATIENCE)
        );
        assert_eq!(outbound.caught_up(LIMITS), []);
        for _ in 0..12 {
            outbound.offer(outgoing("a", QoS::AtLeastOnce), LIMITS);
        }
        assert!(outbound.is_hopeless(LIMITS));
        outbound.set_congested(false);
        while outbound.next_ready(Timestamp(0)).is_some() {}
        assert_eq!(outbound.caught_up(LIMITS), [exchange]);
    }
}
