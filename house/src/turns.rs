//! Answers leave in the order in which the questions came.

use std::collections::VecDeque;

use crate::db::{Overviews, Pending, Report, stats_answer};
use crate::input::{DeliveryRef, Effect, Ticket};
use crate::store::{StoreAnswer, StoreOp};
use crate::wire::{ReplyTo, Wire};

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
    /// Say what follows from a value that was stored, or not.
    Value(Value),
    /// Say what hours or days come to.
    Report(Report),
    /// Answer a question about history.
    Answer(Pending),
    /// Answer a question about what sensors come to.
    Overview(Overviews),
    /// Say what the store holds; local time is so many seconds ahead.
    Stats(ReplyTo, i64),
}

/// What is said about a value.
pub(crate) struct Value {
    /// If it was stored, first.
    pub(crate) saved: Vec<Effect>,
    /// If it was stored, then.
    pub(crate) report: Option<Report>,
    /// If it was stored, at last.
    pub(crate) notices: Vec<Effect>,
    /// In any case.
    pub(crate) always: Vec<Effect>,
}

impl Waiting {
    /// What is said once the store has answered.
    pub(crate) fn finish(self, answer: StoreAnswer, wire: &mut Wire) -> Vec<Effect> {
        match (self, answer) {
            (Self::Say(say), _) => say,
            (Self::Value(value), StoreAnswer::Saved(Some(summaries))) => {
                let report = value.report.map(|report| report.say(wire, &summaries));
                let mut say = value.saved;
                say.extend(report.into_iter().flatten());
                say.extend(value.notices);
                say.extend(value.always);
                say
            }
            (Self::Value(value), _) => value.always,
            (Self::Report(report), StoreAnswer::Summaries(summaries)) => {
                report.say(wire, &summaries)
            }
            (Self::Answer(pending), answer) => vec![pending.answer(answer)],
            (Self::Stats(reply, offset), StoreAnswer::Stats(stats)) => {
                vec![reply.with(stats_answer(stats, offset))]
            }
            (Self::Overview(asked), StoreAnswer::Overview(lists)) => vec![asked.answer(&lists)],
            // Not the answer to what was asked.
            (Self::Report(_) | Self::Stats(..) | Self::Overview(_), _) => Vec::new(),
        }
    }
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
    pub(crate) fn store(&mut self, op: StoreOp, effects: &mut Vec<Effect>) -> Ticket {
        let ticket = self.ticket();
        effects.push(Effect::Store(ticket, op));
        ticket
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
