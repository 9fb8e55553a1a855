//! What is said to and heard from the bus, over one session after another.

use std::collections::VecDeque;
use std::time::Duration;

use ::house::{DeliveryRef, Publication, subscriptions};
use bus::QoS;
use cell::{BusCommand, BusConnector, BusSession, Delivery, DeliveryId, Keeping, OutgoingMessage};
use model::{Ambient, HouseId};

/// Most deliveries that wait for the store; then no more are taken.
const MAX_WAITING: usize = 256;

/// Most bytes of payload that wait for the store. One delivery may be larger.
const MAX_WAITING_BYTES: usize = 16 << 20;

/// What a question about history counts for besides its payload, in bytes: its
/// answer is that large at times, and the store holds all of a batch.
const QUESTION_BYTES: usize = 1 << 20;

/// Most messages, and most bytes of them, that were said and wait to be handed
/// over; then no more deliveries are taken. One delivery may lead to more.
const MAX_UNSAID: usize = 4_096;
const MAX_UNSAID_BYTES: usize = 16 << 20;

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
    outgoing_bytes: usize,
    /// The sizes of the deliveries not acknowledged yet, in their order.
    waiting: VecDeque<usize>,
    waiting_bytes: usize,
    failures: u32,
    /// What the last session said.
    allowance: Keeping,
}

/// The next thing that happens on the bus.
pub(crate) enum Next {
    /// A message.
    Delivered(DeliveryRef, Delivery),
    /// Nothing to be told of: a session was tried, all is handed over, or the
    /// day's messages are used up or no longer are.
    Nothing,
    /// The other end is gone.
    Ended,
}

impl Session {
    pub(crate) fn is_open(&self) -> bool {
        self.current.is_some()
    }

    /// Whether the tenant's messages of the day are used up, as far as known.
    pub(crate) fn allowance(&self) -> Keeping {
        self.current
            .as_ref()
            .map_or(self.allowance, |bus| *bus.allowance.borrow())
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
        self.allowance = self.allowance();
        self.current = None;
        self.waiting.clear();
        self.waiting_bytes = 0;
        let survives = |command: &BusCommand| matches!(command, BusCommand::Publish(_));
        self.outgoing.retain(survives);
    }

    pub(crate) fn publish(&mut self, publication: Publication) {
        self.outgoing_bytes = self
            .outgoing_bytes
            .saturating_add(publication.payload.len());
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
        let mut listening_now =
            listening && has_room && is_little(&self.outgoing, self.outgoing_bytes);
        let Some(bus) = &mut self.current else {
            return Next::Ended;
        };
        loop {
            if self.outgoing.is_empty() && !listening {
                return Next::Nothing;
            }
            tokio::select! {
                // What was said goes before what is heard.
                biased;
                permit = bus.commands.reserve(), if !self.outgoing.is_empty() => {
                    let Ok(permit) = permit else {
                        return Next::Ended;
                    };
                    if let Some(command) = self.outgoing.pop_front() {
                        self.outgoing_bytes = self.outgoing_bytes.saturating_sub(bytes(&command));
                        permit.send(command);
                    }
                    listening_now = listening && has_room && is_little(&self.outgoing, self.outgoing_bytes);
                }
                delivery = bus.deliveries.recv(), if listening_now => {
                    let Some(delivery) = delivery else {
                        return Next::Ended;
                    };
                    // A session that delivers has come to be.
                    self.failures = 0;
                    let name = DeliveryRef {
                        session: self.number,
                        number: delivery.id.0,
                    };
                    let weight = weight(&delivery);
                    self.waiting.push_back(weight);
                    self.waiting_bytes = self.waiting_bytes.saturating_add(weight);
                    return Next::Delivered(name, delivery);
                }
                Ok(()) = bus.allowance.changed(), if listening => return Next::Nothing,
                () = bus.commands.closed() => return Next::Ended,
            }
        }
    }
}

/// Whether the other end keeps up with what is said.
fn is_little(outgoing: &VecDeque<BusCommand>, bytes: usize) -> bool {
    outgoing.len() < MAX_UNSAID && bytes < MAX_UNSAID_BYTES
}

fn bytes(command: &BusCommand) -> usize {
    match command {
        BusCommand::Publish(message) => message.payload.len(),
        BusCommand::Subscribe(_) | BusCommand::Acknowledge(_) => 0,
    }
}

/// How many bytes a delivery may hold until it is acknowledged.
fn weight(delivery: &Delivery) -> usize {
    let asks = |command: &str| delivery.topic.contains(command);
    let is_question = asks("/controller/db/GET") || asks("/controller/db/STATS");
    delivery.payload.len() + if is_question { QUESTION_BYTES } else { 0 }
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
    use serde_json::json;

    use super::*;
    use crate::testing::{BusEnd, FakeBus};

    /// What the session does at once: `None` when it waits.
    async fn at_once(session: &mut Session) -> Option<Next> {
        let mut next = std::pin::pin!(session.next(true));
        std::future::poll_fn(|context| {
            let polled = next.as_mut().poll(context);
            std::task::Poll::Ready(match polled {
                std::task::Poll::Ready(next) => Some(next),
                std::task::Poll::Pending => None,
            })
        })
        .await
    }

    async fn open() -> (Session, BusEnd) {
        let (bus, mut sessions) = FakeBus::new();
        let mut session = Session::default();
        let house = "villa-aaaaaa".parse().unwrap();
        let ambient = ManualAmbient::at(Timestamp(0));
        session.next_or_open(&house, &*bus, &ambient).await;
        (session, sessions.recv().await.unwrap())
    }

    fn picture(bytes: usize) -> Publication {
        Publication {
            topic: "egeoffrey/v2/villa-aaaaaa/controller/db/gui/a_1/GET/x".to_owned(),
            payload: vec![b' '; bytes].into(),
            retain: false,
            hold_for_listener: None,
        }
    }

    #[tokio::test]
    async fn nothing_is_taken_while_too_much_waits_to_be_handed_over() {
        for (count, size) in [(MAX_UNSAID + 40, 1), (60, MAX_UNSAID_BYTES / 40)] {
            let (mut session, mut bus) = open().await;
            for _ in 0..count {
                session.publish(picture(size));
            }
            bus.deliver("v1/gui/a_1/controller/db/PING/null", json!({}))
                .await;
            assert!(
                at_once(&mut session).await.is_none(),
                "nobody takes what is said"
            );
            let mut taken = 0;
            let delivered = loop {
                while bus.commands.try_recv().is_ok() {
                    taken += 1;
                }
                if let Some(next) = at_once(&mut session).await {
                    break next;
                }
            };
            assert!(matches!(delivered, Next::Delivered(..)));
            assert!(taken > 8, "{taken}");
        }
    }

    #[tokio::test]
    async fn few_questions_wait_at_a_time() {
        let (mut session, mut bus) = open().await;
        let mut taken = 0;
        loop {
            while bus.commands.try_recv().is_ok() {}
            bus.deliver("v1/gui/a_1/controller/db/GET/x", json!({}))
                .await;
            match at_once(&mut session).await {
                Some(Next::Delivered(..)) => taken += 1,
                _ => break,
            }
        }
        assert_eq!(taken, MAX_WAITING_BYTES / QUESTION_BYTES);
    }

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
