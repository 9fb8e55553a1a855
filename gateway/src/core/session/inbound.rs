//! What a client publishes at QoS 1 and 2: its open exchanges, and their
//! acknowledgements in the order of the publishes.

use std::collections::{BTreeSet, VecDeque};

use bus::QoS;

use crate::core::codec::Reason;
use crate::core::codec::acknowledge::{Acknowledge, Step};
use crate::core::identity::ConnId;

/// QoS 1 and 2 publishes that a 5.0 client may have open; at least 20 are
/// needed by stock modules, which send so many at once.
pub const RECEIVE_MAXIMUM: u16 = 100;

/// The same for 3.x clients, whom we cannot tell: far beyond what any of them
/// keeps open.
pub const OPEN_EXCHANGES_3X: usize = 4_096;

/// Names one publish whose acknowledgement is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::core) struct Exchange {
    pub conn: ConnId,
    pub serial: u64,
}

/// What a publish at QoS 1 or 2 is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::core) enum Arrival {
    /// A new message.
    New,
    /// One that we have; its PUBREC is to be sent again now, or comes by
    /// itself.
    Repeated { again: bool },
    /// Its packet id belongs to another exchange.
    Conflict,
}

/// An acknowledgement to come.
#[derive(Debug)]
struct Pending {
    serial: u64,
    packet_id: u16,
    qos: QoS,
    /// How many things it waits for.
    waits: u32,
    reason: Reason,
    why: Option<Box<str>>,
}

/// The open exchanges of one connection.
#[derive(Debug, Default)]
pub(in crate::core) struct Inbound {
    pending: VecDeque<Pending>,
    /// QoS 2 ids whose PUBREC is sent and whose PUBREL has not come.
    received: BTreeSet<u16>,
    next_serial: u64,
}

impl Inbound {
    /// How many exchanges are open.
    pub fn open(&self) -> usize {
        self.pending.len() + self.received.len()
    }

    /// What a publish is, before anything is done with it.
    pub fn arrival(&self, packet_id: u16, qos: QoS, dup: bool) -> Arrival {
        let pending = self.pending.iter().find(|p| p.packet_id == packet_id);
        match (pending, qos) {
            (Some(pending), qos) if pending.qos == qos && (dup || qos == QoS::ExactlyOnce) => {
                Arrival::Repeated { again: false }
            }
            (Some(_), _) => Arrival::Conflict,
            (None, QoS::ExactlyOnce) if self.received.contains(&packet_id) => {
                Arrival::Repeated { again: true }
            }
            (None, _) if self.received.contains(&packet_id) => Arrival::Conflict,
            (None, _) => Arrival::New,
        }
    }

    /// Opens an exchange that waits for one [`Inbound::release`].
    pub fn begin(&mut self, packet_id: u16, qos: QoS) -> u64 {
        let serial = self.next_serial;
        self.next_serial += 1;
        self.pending.push_back(Pending {
            serial,
            packet_id,
            qos,
            waits: 1,
            reason: Reason::Success,
            why: None,
        });
        serial
    }

    fn find(&mut self, serial: u64) -> Option<&mut Pending> {
        let at = self
            .pending
            .binary_search_by_key(&serial, |p| p.serial)
            .ok()?;
        self.pending.get_mut(at)
    }

    /// One more thing to wait for.
    pub fn hold(&mut self, serial: u64) {
        if let Some(pending) = self.find(serial) {
            pending.waits += 1;
        }
    }

    /// One thing less to wait for.
    pub fn release(&mut self, serial: u64) {
        if let Some(pending) = self.find(serial) {
            pending.waits = pending.waits.saturating_sub(1);
        }
    }

    /// The publish is refused; its acknowledgement will say so.
    pub fn refuse(&mut self, serial: u64, reason: Reason, why: Option<Box<str>>) {
        if let Some(pending) = self.find(serial) {
            pending.reason = reason;
            pending.why = why;
        }
    }

    /// The next acknowledgement that may leave, with its reason in words.
    pub fn next_ready(&mut self) -> Option<(Acknowledge, Option<Box<str>>)> {
        let pending = self.pending.pop_front_if(|first| first.waits == 0)?;
        let step = if pending.qos == QoS::ExactlyOnce {
            if !pending.reason.is_error() {
                self.received.insert(pending.packet_id);
            }
            Step::PubRec
        } else {
            Step::PubAck
        };
        let acknowledge = Acknowledge {
            step,
            packet_id: pending.packet_id,
            reason: pending.reason,
        };
        Some((acknowledge, pending.why))
    }

    /// Takes a PUBREL; `None` when it comes before our PUBREC, otherwise
    /// whether the id was known.
    pub fn complete(&mut self, packet_id: u16) -> Option<bool> {
        if self.pending.iter().any(|p| p.packet_id == packet_id) {
            return None;
        }
        Some(self.received.remove(&packet_id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(inbound: &mut Inbound) -> Vec<u16> {
        std::iter::from_fn(|| inbound.next_ready())
            .map(|(acknowledge, _)| acknowledge.packet_id)
            .collect()
    }

    #[test]
    fn acknowledgements_keep_the_order_of_the_publishes() {
        let mut inbound = Inbound::default();
        let serials: Vec<u64> = (1..=4)
            .map(|id| {
                inbound.begin(
                    id,
                    if id % 2 == 0 {
                        QoS::AtLeastOnce
                    } else {
                        QoS::ExactlyOnce
                    },
                )
            })
            .collect();
        inbound.hold(serials[1]);
        for serial in [serials[2], serials[1], serials[0]] {
            inbound.release(serial);
        }
        assert_eq!(ready(&mut inbound), [1]);
        inbound.release(serials[1]);
        assert_eq!(ready(&mut inbound), [2, 3]);
        assert_eq!(inbound.open(), 3, "two wait for PUBREL, one for its end");
    }

    #[test]
    fn a_repeated_publish_is_known_until_its_pubrel() {
        let mut inbound = Inbound::default();
        let serial = inbound.begin(7, QoS::ExactlyOnce);
        assert_eq!(
            inbound.arrival(7, QoS::ExactlyOnce, true),
            Arrival::Repeated { again: false }
        );
        assert_eq!(
            inbound.arrival(7, QoS::AtLeastOnce, true),
            Arrival::Conflict
        );
        assert_eq!(inbound.complete(7), None);
        inbound.release(serial);
        assert_eq!(ready(&mut inbound), [7]);
        assert_eq!(
            inbound.arrival(7, QoS::ExactlyOnce, false),
            Arrival::Repeated { again: true }
        );
        assert_eq!(
            inbound.arrival(7, QoS::AtLeastOnce, false),
            Arrival::Conflict
        );
        assert_eq!(inbound.complete(7), Some(true));
        assert_eq!(inbound.complete(7), Some(false));
        assert_eq!(inbound.arrival(7, QoS::AtLeastOnce, false), Arrival::New);
        inbound.begin(7, QoS::AtLeastOnce);
        assert_eq!(
            inbound.arrival(7, QoS::AtLeastOnce, true),
            Arrival::Repeated { again: false }
        );
        assert_eq!(
            inbound.arrival(7, QoS::AtLeastOnce, false),
            Arrival::Conflict
        );
    }

    #[test]
    fn a_refused_qos_2_publish_ends_with_its_pubrec() {
        let mut inbound = Inbound::default();
        let serial = inbound.begin(7, QoS::ExactlyOnce);
        inbound.refuse(serial, Reason::NotAuthorised, Some("no".into()));
        inbound.release(serial);
        let (acknowledge, why) = inbound.next_ready().unwrap();
        assert_eq!(
            (acknowledge.reason, why.as_deref()),
            (Reason::NotAuthorised, Some("no"))
        );
        assert_eq!(inbound.open(), 0);
    }
}
