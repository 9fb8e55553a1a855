//! Answers leave in the order in which the questions came.

use std::collections::VecDeque;

use crate::db::Pending;
use crate::input::{DeliveryRef, Effect, Ticket};
use crate::store::StoreOp;

/// What one input leads to, while it is being worked out.
#[derive(Default)]
pub(crate) struct Draft {
    /// Operations that nobody waits for; they come before the one waited for.
    pub(crate) store: Vec<StoreOp>,
    /// The operation whose answer this turn waits for.
    pub(crate) wait: Option<(StoreOp, Waiting)>,
    /// What is said without waiting, and before what waits.
    pub(crate) say: Vec<Effect>,
}

/// What a turn does with the store's answer.
pub(crate) enum Waiting {
    /// Say this once it is on disk.
    Say(Vec<Effect>),
    /// Say the first if the value was stored, the second in any case.
    SayIfStored(Vec<Effect>, Vec<Effect>),
    /// Answer a question about history.
    Answer(Pending),
}

struct Turn {
    delivery: Option<DeliveryRef>,
    waiting: Option<(Ticket, Waiting)>,
    say: Vec<Effect>,
}

/// The turns that have begun and not ended, oldest first.
#[derive(Default)]
pub(crate) struct Turns {
    queue: VecDeque<Turn>,
    last_ticket: u64,
}

impl Turns {
    /// How many have not ended.
    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Begins a turn: its store operations leave at once.
    pub(crate) fn begin(
        &mut self,
        delivery: Option<DeliveryRef>,
        draft: Draft,
        effects: &mut Vec<Effect>,
    ) {
        for op in draft.store {
            effects.push(Effect::Store(self.ticket(), op));
        }
        let waiting = draft.wait.map(|(op, waiting)| {
            let ticket = self.ticket();
            effects.push(Effect::Store(ticket, op));
            (ticket, waiting)
        });
        self.queue.push_back(Turn {
            delivery,
            waiting,
            say: draft.say,
        });
    }

    /// Gives the turn that waits for `ticket` what it says then. Operations
    /// that nobody waits for have no such turn.
    pub(crate) fn resume(&mut self, ticket: Ticket, finish: impl FnOnce(Waiting) -> Vec<Effect>) {
        let waited = |turn: &&mut Turn| matches!(turn.waiting, Some((id, _)) if id == ticket);
        let Some(turn) = self.queue.iter_mut().find(waited) else {
            return;
        };
        if let Some((_, waiting)) = turn.waiting.take() {
            turn.say.extend(finish(waiting));
        }
    }

    /// An operation that nobody waits for.
    pub(crate) fn store(&mut self, op: StoreOp, effects: &mut Vec<Effect>) {
        effects.push(Effect::Store(self.ticket(), op));
    }

    /// Ends all turns that wait for nothing and for nobody before them. Before
    /// the last of all is acknowledged, `at_rest` has its say.
    pub(crate) fn flush(
        &mut self,
        effects: &mut Vec<Effect>,
        mut at_rest: impl FnMut() -> Vec<Effect>,
    ) {
        while let Some(turn) = self.queue.pop_front_if(|turn| turn.waiting.is_none()) {
            effects.extend(turn.say);
            if self.queue.is_empty() {
                effects.extend(at_rest());
            }
            effects.extend(turn.delivery.map(Effect::Acknowledge));
        }
    }

    fn ticket(&mut self) -> Ticket {
        self.last_ticket += 1;
        Ticket(self.last_ticket)
    }
}
