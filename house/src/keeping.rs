//! What a house does while it may keep or change nothing, or no more: values
//! stay live, changes are refused, and whoever is concerned is told.

use bus::Recipient;
use model::{Limit, RefusalReason, Timestamp};

use crate::brain::House;
use crate::input::{Effect, Refused};
use crate::store::StoreOp;
use crate::terms::{Pause, Terms};
use crate::turns::Draft;
use crate::wire::{CONFIG, DB, LOGGER, Message};

/// What a refusal of values names: they are too many to name each.
const HISTORY: &str = "history";

/// While values are not kept, that is recorded again after so many seconds.
const AGAIN_SECS: i64 = 900;

/// Why a value is live and not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotKept {
    /// Nothing new is.
    Paused(Pause),
    /// The house's file is as large as it may be.
    Full,
}

impl NotKept {
    fn reason(self) -> RefusalReason {
        match self {
            Self::Paused(pause) => pause.reason(),
            Self::Full => RefusalReason::HistoryBytes,
        }
    }
}

/// A time in which values are not kept.
#[derive(Debug)]
pub(crate) struct Episode {
    why: NotKept,
    limit: Option<Limit>,
    client: String,
    /// Values since the last record.
    count: u64,
    /// When that was, UTC seconds.
    recorded: i64,
}

impl Episode {
    fn record(&mut self, now: i64) -> Option<Effect> {
        let count = std::mem::take(&mut self.count);
        self.recorded = now;
        let clears_at = match self.why {
            NotKept::Paused(pause) => pause.clears_at(),
            NotKept::Full => None,
        };
        (count > 0).then(|| {
            Effect::Refused(Refused {
                reason: self.why.reason(),
                limit: self.limit.clone(),
                client: self.client.clone(),
                subject: HISTORY.to_owned(),
                count,
                clears_at,
            })
        })
    }
}

impl House {
    /// The terms became these.
    pub(crate) fn agree(&mut self, now: Timestamp, terms: Terms, draft: &mut Draft) {
        let before = std::mem::replace(&mut self.terms, terms);
        self.retention.paused = terms.keeps_what_is_old();
        self.room.allow(terms.history_bytes);
        if terms.days() != before.days() {
            self.retention.hasten(now);
        }
        if self.why_not_kept(now).is_none() {
            self.kept_again(now, draft);
        }
    }

    /// Why nothing that comes now is kept, if so.
    pub(crate) fn why_not_kept(&self, now: Timestamp) -> Option<NotKept> {
        let pause = self.terms.pause_at(now).map(NotKept::Paused);
        pause.or_else(|| self.room.is_full().then_some(NotKept::Full))
    }

    /// Something from `client` was not kept: recorded at once, and then every
    /// quarter of an hour with how many it were.
    pub(crate) fn not_kept(
        &mut self,
        now: Timestamp,
        why: NotKept,
        client: &str,
        draft: &mut Draft,
    ) {
        let limit = match why {
            NotKept::Paused(pause) => pause.limit(),
            NotKept::Full => Some(self.room.limit()),
        };
        if self.episode.as_ref().is_some_and(|one| one.why != why) {
            draft.say.extend(self.end_episode(now));
        }
        if self.episode.is_none() {
            let because = match why {
                NotKept::Paused(pause) => pause.sentence(),
                NotKept::Full => "the history of the house is as large as its plan allows",
            };
            let line = format!("values are live but not kept: {because}");
            draft.say.extend(self.wire.warning(DB, line));
        }
        let is_new = self.episode.is_none();
        let episode = self.episode.get_or_insert_with(|| Episode {
            why,
            limit: None,
            client: String::new(),
            count: 0,
            recorded: now.as_secs(),
        });
        episode.limit = limit;
        client.clone_into(&mut episode.client);
        episode.count = episode.count.saturating_add(1);
        let quiet = now.as_secs().abs_diff(episode.recorded);
        if is_new || quiet >= AGAIN_SECS.unsigned_abs() {
            draft.say.extend(episode.record(now.as_secs()));
        }
    }

    /// Values are kept: the time in which they were not is over.
    pub(crate) fn kept_again(&mut self, now: Timestamp, draft: &mut Draft) {
        if self.episode.is_some() {
            draft.say.extend(self.end_episode(now));
            let line = "values are kept again".into();
            let said = self.wire.send(DB, LOGGER, ("LOG", "info"), None, line);
            draft.say.extend(said);
        }
    }

    fn end_episode(&mut self, now: Timestamp) -> Option<Effect> {
        self.episode.take()?.record(now.as_secs())
    }

    /// Whether the house may be changed as `message` wants; else it is refused,
    /// which the log and the refusals say.
    pub(crate) fn may_change(
        &mut self,
        now: Timestamp,
        message: &Message<'_>,
        draft: &mut Draft,
    ) -> bool {
        let Some(pause) = self.terms.pause_at(now) else {
            return true;
        };
        let why = pause.sentence().to_owned();
        let refused = Refused::one(pause.reason(), pause.limit(), pause.clears_at());
        self.refuse(message, refused, &why, draft);
        false
    }

    /// Whether one more file like `id` may be there; else it is refused.
    pub(crate) fn may_add(&mut self, id: &str, message: &Message<'_>, draft: &mut Draft) -> bool {
        let Some(limit) = self.terms.count_limit(id) else {
            return true;
        };
        let seen = self.files.count(limit.prefix);
        if self.files.get(id).is_some() || seen < limit.allowed {
            return true;
        }
        let kind = limit.prefix.trim_end_matches('/');
        let why = format!(
            "the house has {seen} {kind} and its plan allows {}; delete some or choose a larger plan",
            limit.allowed
        );
        let reached = Limit {
            name: limit.quota.to_owned(),
            window_secs: None,
            allowed: limit.allowed,
            seen,
        };
        let refused = Refused::one(limit.reason, Some(reached), None);
        self.refuse(message, refused, &why, draft);
        false
    }

    fn refuse(&mut self, message: &Message<'_>, refused: Refused, why: &str, draft: &mut Draft) {
        let topic = &message.topic;
        let line = format!("{}/{} not done: {why}", topic.command, topic.args);
        let asked = match topic.to {
            Recipient::Module(module) => module,
            Recipient::Everybody => CONFIG,
        };
        draft.say.extend(self.wire.warning(asked, line));
        draft.say.push(Effect::Refused(Refused {
            client: topic.from.to_string(),
            subject: topic.to_string(),
            ..refused
        }));
    }

    /// Measures the house's file if it is time.
    pub(crate) fn measure_if_due(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.room.is_to_be_measured(now.as_secs()) {
            self.turns.store(StoreOp::Measure, effects);
        }
    }

    /// Measures it in any case: something may have gone.
    pub(crate) fn measure(&mut self, effects: &mut Vec<Effect>) {
        if self.room.measure() {
            self.turns.store(StoreOp::Measure, effects);
        }
    }

    /// The file has so many bytes.
    pub(crate) fn weighed(&mut self, now: Timestamp, bytes: u64, effects: &mut Vec<Effect>) {
        self.room.is(now.as_secs(), bytes);
        if self.why_not_kept(now).is_none() && self.episode.is_some() {
            let mut draft = Draft::default();
            self.kept_again(now, &mut draft);
            self.turns.begin(None, draft, effects);
        }
    }
}
