//! One house: its session, its brain and its store joined.
//!
//! The brain wakes with the first message, not with the process: a start with
//! a thousand houses opens no file.

use std::sync::Arc;
use std::time::Duration;

use ::house::{Effect, House, Identity, Input, until_slot};
use cell::BusConnector;
use model::{Ambient, HouseId};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::session::{Next, Session, pause};
use crate::store::{StoreFault, StoreReply, Stores};
use crate::troubles::Troubles;

/// How long a house that is asked to stop may finish what it has begun.
const DRAIN: Duration = Duration::from_secs(5);

/// What all house tasks share.
pub(crate) struct Surroundings {
    pub(crate) stores: Stores,
    pub(crate) connector: Arc<dyn BusConnector>,
    pub(crate) ambient: Arc<dyn Ambient>,
    pub(crate) troubles: Troubles,
}

/// The task of one house.
pub(crate) struct HouseTask {
    pub(crate) house: HouseId,
    pub(crate) identity: watch::Receiver<Identity>,
    pub(crate) around: Arc<Surroundings>,
    pub(crate) stop: CancellationToken,
}

/// A brain that is awake, and where its store answers it.
struct Life {
    brain: House,
    replies: mpsc::UnboundedReceiver<StoreReply>,
    answer_to: mpsc::UnboundedSender<StoreReply>,
}

/// Why a house's life ended.
enum End {
    Stopped,
    Fault(StoreFault),
}

impl From<StoreFault> for End {
    fn from(fault: StoreFault) -> Self {
        Self::Fault(fault)
    }
}

impl HouseTask {
    /// Runs until it is asked to stop. A fault of the store ends the life of
    /// the brain, whose memory may be ahead of the store, and the session, so
    /// that everything not acknowledged comes again.
    pub(crate) async fn run(mut self) {
        let (mut session, mut faults) = (Session::default(), 0);
        loop {
            let End::Fault(fault) = self.live(&mut session, &mut faults).await else {
                return;
            };
            session.close();
            faults += 1;
            self.around.troubles.add(&self.house, &fault.to_string());
            match fault {
                // Set aside: not touched again by this process.
                StoreFault::Damaged(_) => return self.stop.cancelled().await,
                StoreFault::Unavailable(_) => tokio::select! {
                    () = tokio::time::sleep(pause(faults, self.around.ambient.as_ref())) => {}
                    () = self.stop.cancelled() => return,
                },
            }
        }
    }

    async fn live(&mut self, session: &mut Session, faults: &mut u32) -> End {
        let mut life = None;
        if let Err(end) = self.be(session, &mut life, faults).await {
            return end;
        }
        if let Some(life) = &mut life {
            let finish = self.drain(session, life);
            // What is not finished by then comes again.
            let _ = tokio::time::timeout(DRAIN, finish).await;
        }
        End::Stopped
    }

    /// Lives until asked to stop.
    async fn be(
        &mut self,
        session: &mut Session,
        life: &mut Option<Life>,
        faults: &mut u32,
    ) -> Result<(), End> {
        // A house without a file is new: it is born at once, so that whoever
        // connects finds its configuration.
        if !self.around.stores.exists(&self.house) {
            self.awake(session, life).await?;
        }
        let around = Arc::clone(&self.around);
        let mut tick = Instant::now() + self.rest(life.as_ref());
        loop {
            // Brought forward, never put off: a busy house tidies up as well.
            tick = tick.min(Instant::now() + self.rest(life.as_ref()));
            tokio::select! {
                () = self.stop.cancelled() => return Ok(()),
                () = tokio::time::sleep_until(tick) => {
                    self.step(session, life, Input::Tick).await?;
                    tick = Instant::now() + self.rest(life.as_ref());
                }
                Ok(()) = self.identity.changed() => {
                    let identity = self.identity.borrow_and_update().clone();
                    self.step(session, life, Input::Described(identity)).await?;
                }
                reply = next_reply(life) => {
                    let (ticket, answer) = reply?;
                    if *faults > 0 {
                        *faults = 0;
                        around.troubles.clear(&self.house);
                    }
                    self.step(session, life, Input::Stored { ticket, answer }).await?;
                }
                next = session.next_or_open(&self.house, &*around.connector, &*around.ambient)
                => match next {
                    Next::Delivered(delivery, message) => {
                        let input = Input::Delivered {
                            delivery,
                            topic: &message.topic,
                            payload: &message.payload,
                            retained: message.retained,
                        };
                        self.step(session, life, input).await?;
                    }
                    Next::Ended => session.close(),
                    Next::Nothing => {}
                },
            }
        }
    }

    /// How long until the house looks for what is too old. One that sleeps is
    /// woken for it once a day.
    fn rest(&self, life: Option<&Life>) -> Duration {
        let now = self.around.ambient.now();
        life.map_or_else(|| until_slot(&self.house, now), |life| life.brain.rest(now))
    }

    /// Finishes what was begun, taking no more messages.
    async fn drain(&self, session: &mut Session, life: &mut Life) {
        loop {
            let waiting = life.brain.waiting() > 0;
            let unsaid = session.is_open() && !session.is_drained();
            if !waiting && !unsaid {
                return;
            }
            tokio::select! {
                reply = life.replies.recv(), if waiting => {
                    let Some(Ok((ticket, answer))) = reply else {
                        return;
                    };
                    self.advance(session, life, Input::Stored { ticket, answer });
                }
                next = session.next(false), if unsaid => {
                    if matches!(next, Next::Ended) {
                        return;
                    }
                }
            }
        }
    }

    async fn step(
        &mut self,
        session: &mut Session,
        life: &mut Option<Life>,
        input: Input<'_>,
    ) -> Result<(), End> {
        let life = self.awake(session, life).await?;
        self.advance(session, life, input);
        Ok(())
    }

    /// The brain, woken if it sleeps.
    async fn awake<'a>(
        &mut self,
        session: &mut Session,
        life: &'a mut Option<Life>,
    ) -> Result<&'a mut Life, End> {
        if life.is_none() {
            let snapshot = self.around.stores.load(&self.house).await?;
            let identity = self.identity.borrow_and_update().clone();
            let now = self.around.ambient.now();
            let mut effects = Vec::new();
            let id = self.house.clone();
            let brain = House::wake(now, id, identity, snapshot, &mut effects);
            let (answer_to, replies) = mpsc::unbounded_channel();
            let woken = Life {
                brain,
                replies,
                answer_to,
            };
            self.perform(session, &woken, effects);
            *life = Some(woken);
        }
        let asleep = || StoreFault::Unavailable("the house did not wake".to_owned());
        life.as_mut().ok_or_else(|| asleep().into())
    }

    fn advance(&self, session: &mut Session, life: &mut Life, input: Input<'_>) {
        let mut effects = Vec::new();
        let now = self.around.ambient.now();
        life.brain.step(now, input, &mut effects);
        self.perform(session, life, effects);
    }

    fn perform(&self, session: &mut Session, life: &Life, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Publish(publication) => session.publish(publication),
                Effect::Acknowledge(delivery) => session.acknowledge(delivery),
                Effect::Store(ticket, op) => {
                    let stores = &self.around.stores;
                    stores.submit(&self.house, ticket, op, &life.answer_to);
                }
            }
        }
    }
}

/// The next answer of the store; never one for a house that sleeps.
async fn next_reply(life: &mut Option<Life>) -> StoreReply {
    match life {
        Some(life) => match life.replies.recv().await {
            Some(reply) => reply,
            // The life itself keeps the other end.
            None => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
