//! A brain that is awake, and its way to store, bus and reports.

use ::house::{Effect, Given, House, Input, Terms};
use model::Timestamp;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{End, HouseTask, Mind};
use crate::session::Session;
use crate::store::StoreReply;

/// A brain that is awake, and where its store answers it.
pub(super) struct Life {
    pub(super) brain: House,
    pub(super) replies: mpsc::UnboundedReceiver<StoreReply>,
    answer_to: mpsc::UnboundedSender<StoreReply>,
    /// Operations that the store has not answered.
    asked: usize,
    /// When the last message came; `None` while it was only woken.
    pub(super) heard: Option<Instant>,
    /// What the brain knows of its terms.
    terms: Terms,
    _counted: Counted,
}

/// Counts a house as awake as long as it is there.
struct Counted;

impl Counted {
    fn new() -> Self {
        metrics::gauge!("runtime_houses_awake").increment(1);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("runtime_houses_awake").decrement(1);
    }
}

impl Life {
    /// Whether nothing is under way.
    pub(super) fn is_at_rest(&self, now: Timestamp) -> bool {
        self.asked == 0 && self.brain.is_at_rest(now)
    }
}

impl HouseTask {
    /// Takes in one thing, waking the brain if need be.
    pub(super) async fn step(
        &mut self,
        session: &mut Session,
        mind: &mut Mind,
        input: Input<'_>,
    ) -> Result<(), End> {
        self.awake(session, mind).await?;
        // Before a message, whatever the gateway said before it.
        self.agree(session, mind);
        if let Some(life) = &mut mind.life {
            self.advance(session, life, input);
        }
        Ok(())
    }

    /// Wakes the brain if it sleeps.
    pub(super) async fn awake(
        &mut self,
        session: &mut Session,
        mind: &mut Mind,
    ) -> Result<(), End> {
        if mind.life.is_some() {
            return Ok(());
        }
        let snapshot = self.around.stores.load(&self.house).await?;
        let wanted = self.wanted.borrow().clone();
        let terms = wanted.terms(session.allowance());
        let given = Given {
            house: self.house.clone(),
            identity: wanted.identity,
            terms,
        };
        let memory = std::mem::take(&mut mind.memory);
        let mut effects = Vec::new();
        let brain = House::wake(self.now(), given, snapshot, memory, &mut effects);
        let (answer_to, replies) = mpsc::unbounded_channel();
        let life = mind.life.insert(Life {
            brain,
            replies,
            answer_to,
            asked: 0,
            heard: None,
            terms,
            _counted: Counted::new(),
        });
        self.perform(session, life, effects);
        Ok(())
    }

    /// Tells a brain that is awake what standing, day and plan are by now.
    pub(super) fn agree(&self, session: &mut Session, mind: &mut Mind) {
        let Some(life) = &mut mind.life else {
            return;
        };
        let terms = self.wanted.borrow().terms(session.allowance());
        if terms != life.terms {
            life.terms = terms;
            self.advance(session, life, Input::Agreed(terms));
        }
    }

    pub(super) fn advance(&self, session: &mut Session, life: &mut Life, input: Input<'_>) {
        if matches!(input, Input::Stored { .. }) {
            life.asked = life.asked.saturating_sub(1);
        }
        let mut effects = Vec::new();
        life.brain.step(self.now(), input, &mut effects);
        self.perform(session, life, effects);
    }

    fn perform(&self, session: &mut Session, life: &mut Life, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Publish(publication) => session.publish(publication),
                Effect::Acknowledge(delivery) => session.acknowledge(delivery),
                Effect::Refused(refused) => {
                    self.around
                        .reports
                        .refused(&self.house, self.now(), refused);
                }
                Effect::Store(ticket, op) => {
                    life.asked += 1;
                    let stores = &self.around.stores;
                    stores.submit(&self.house, ticket, op, &life.answer_to);
                }
            }
        }
        let has = life.brain.possessions();
        self.around.reports.keeps(&self.house, self.now(), has);
    }
}

/// The next answer of the store; never one for a house that sleeps.
pub(super) async fn next_reply(life: &mut Option<Life>) -> StoreReply {
    match life {
        Some(life) => match life.replies.recv().await {
            Some(reply) => reply,
            // The life itself keeps the other end.
            None => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}
