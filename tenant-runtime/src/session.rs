//! What is said to and heard from the bus, over one session after another.

use std::collections::VecDeque;
use std::time::Duration;

use ::house::{DeliveryRef, Publication, subscriptions};
use bus::QoS;
use cell::{BusCommand, BusConnector, BusSession, Delivery, DeliveryId, OutgoingMessage};
use model::{Ambient, HouseId};

/// Most deliveries that wait for the store; then no more are taken.
const MAX_WAITING: usize = 256;

/// Most bytes of payload that wait for the store. One delivery may be larger.
const MAX_WAITING_BYTES: usize = 16 << 20;

/// The first pause after a session ended, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(30));

/// The house's side of its bus sessions. What was said and not yet handed
/// over survives the end of a session; acknowledgements do not, as their
/// deliveries come again.
#[derive(Default)]
pub(crate) struct Session {
    current: Option<BusSession>,
    number: u64,
    outgoing: VecDeque<BusCommand>,
    /// The sizes of the deliveries not acknowledged yet, in their order.
    waiting: VecDeque<usize>,
    waiting_bytes: usize,
    failures: u32,
}

/// The next thing that happens on the bus.
pub(crate) enum Next {
    /// A message.
    Delivered(DeliveryRef, Delivery),
    /// Nothing to be told of: a session was tried, or all is handed over.
    Nothing,
    /// The other end is gone.
    Ended,
}

impl Session {
    pub(crate) fn is_open(&self) -> bool {
        self.current.is_some()
    }

    /// Whether all that was said has been handed over.
    pub(crate) fn is_drained(&self) -> bool {
        self.outgoing.is_empty()
    }

    /// The next thing that happens; without a session, first a new one.
    pub(crate) async fn next_or_open(
        &mut self,
        house: &HouseId,
        connector: &dyn BusConnector,
        ambient: &dyn Ambient,
    ) -> Next {
        if self.is_open() {
            return self.next(true).await;
        }
        self.open(house, connector, ambient).await;
        Next::Nothing
    }

    /// Opens a session, pausing longer each time it does not come to be.
    async fn open(&mut self, house: &HouseId, connector: &dyn BusConnector, ambient: &dyn Ambient) {
        if self.failures > 0 {
            tokio::time::sleep(pause(self.failures, ambient)).await;
        }
        self.failures = self.failures.saturating_add(1);
        match connector.connect(house).await {
            Ok(session) => {
                self.number += 1;
                self.current = Some(session);
                let filters = BusCommand::Subscribe(subscriptions(house));
                self.outgoing.push_front(filters);
            }
            Err(error) => {
                tracing::warn!(house.id = %house, "House {house} does not reach its bus: {error}");
            }
        }
    }

    /// Ends the session: what was not acknowledged comes again in the next.
    pub(crate) fn close(&mut self) {
        self.current = None;
        self.waiting.clear();
        self.waiting_bytes = 0;
        let survives = |command: &BusCommand| matches!(command, BusCommand::Publish(_));
        self.outgoing.retain(survives);
    }

    pub(crate) fn publish(&mut self, publication: Publication) {
        self.outgoing
            .push_back(BusCommand::Publish(OutgoingMessage {
                topic: publication.topic,
                payload: publication.payload,
                qos: QoS::ExactlyOnce,
                retain: publication.retain,
                hold_for_listener: publication.hold_for_listener,
            }));
    }

    /// Acknowledges a delivery of this session; those of earlier ones are
    /// beyond it.
    pub(crate) fn acknowledge(&mut self, delivery: DeliveryRef) {
        if delivery.session != self.number {
            return;
        }
        // Deliveries are acknowledged in their order.
        if let Some(bytes) = self.waiting.pop_front() {
            self.waiting_bytes = self.waiting_bytes.saturating_sub(bytes);
        }
        let id = DeliveryId(delivery.number);
        self.outgoing.push_back(BusCommand::Acknowledge(id));
    }

    /// Hands over what was said, one after the other, until the next message
    /// comes; when not `listening`, until all is handed over. No message is
    /// taken while too many wait for the store.
    ///
    /// Loses nothing when it is dropped half-way.
    pub(crate) async fn next(&mut self, listening: bool) -> Next {
        let has_room = self.waiting.is_empty()
            || (self.waiting.len() < MAX_WAITING && self.waiting_bytes < MAX_WAITING_BYTES);
        let Some(bus) = &mut self.current else {
            return Next::Ended;
        };
        loop {
            if self.outgoing.is_empty() && !listening {
                return Next::Nothing;
            }
            tokio::select! {
                permit = bus.commands.reserve(), if !self.outgoing.is_empty() => {
                    let Ok(permit) = permit else {
                        return Next::Ended;
                    };
                    if let Some(command) = self.outgoing.pop_front() {
                        permit.send(command);
                    }
                }
                delivery = bus.deliveries.recv(), if listening && has_room => {
                    let Some(delivery) = delivery else {
                        return Next::Ended;
                    };
                    // A session that delivers has come to be.
                    self.failures = 0;
                    let name = DeliveryRef {
                        session: self.number,
                        number: delivery.id.0,
                    };
                    let bytes = delivery.payload.len();
                    self.waiting.push_back(bytes);
                    self.waiting_bytes = self.waiting_bytes.saturating_add(bytes);
                    return Next::Delivered(name, delivery);
                }
                () = bus.commands.closed() => return Next::Ended,
            }
        }
    }
}

/// Doubles with every failure, up to the longest; half of it is chance, so
/// that many houses do not knock together.
pub(crate) fn pause(failures: u32, ambient: &dyn Ambient) -> Duration {
    let (first, longest) = PAUSE;
    let doublings = failures.saturating_sub(1).min(16);
    let full = first.saturating_mul(1 << doublings).min(longest);
    let mut chance = [0];
    ambient.fill_random(&mut chance);
    let [chance] = chance;
    full / 2 + full / 2 * u32::from(chance) / u32::from(u8::MAX)
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use model::time::ManualAmbient;

    use super::*;

    #[test]
    fn pauses_grow_and_stay_within_bounds() {
        let ambient = ManualAmbient::at(Timestamp(0));
        for failures in 1..40 {
            let pause = pause(failures, &ambient);
            assert!(pause >= PAUSE.0 / 2 && pause <= PAUSE.1, "{pause:?}");
        }
        assert!(pause(39, &ambient) >= PAUSE.1 / 2);
    }
}
