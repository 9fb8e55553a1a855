//! What a house may send: the rate as a shield, the day's messages as the
//! allowance, and the meter that counts both.
//!
//! Over the rate, a publish above quality 0 is passed on and acknowledged
//! later; when too many wait, and at quality 0, it is refused. Over the day's
//! messages the house is told so (a runtime keeps nothing then), and what is
//! above twice the sustained rate is dropped.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bus::QoS;
use cell::Keeping;
use model::{BusRole, Quotas, RefusalReason, Timestamp};

use super::Router;
use super::publish::{Answer, Refusal};
use crate::core::action::{Action, Refused};
use crate::core::clock::moved;
use crate::core::codec::Reason;
use crate::core::identity::ConnId;
use crate::core::message::Message;
use crate::core::meter::{Meter, Sent};
use crate::core::pace::{Pace, Passage, Rate};
use crate::core::session::inbound::{Exchange, OPEN_EXCHANGES_3X};
use crate::core::spending::{Day, Spending};
use crate::core::throttle::{ThrottleLog, Throttled};

/// The shortest time between two releases of late acknowledgements: they leave
/// in clumps rather than with a wake-up each.
const CLUMP: Duration = Duration::from_millis(10);

/// Acknowledgements that wait of one 3.x client before all of them leave at
/// once. It cannot be told how many it may have open, and is not to be closed
/// for a limit that it cannot know.
const WAITING_3X: usize = OPEN_EXCHANGES_3X / 2;

const DAY_SECS: u64 = 24 * 60 * 60;
const MINUTE_MILLIS: i64 = 60_000;

/// What a publish costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Toll {
    /// Nothing: it is our own runtime's.
    None,
    /// Nothing: it is refused.
    Refused,
    /// This many messages, and waiting until the pace has earned the mark.
    Messages(u64, Option<i64>),
}

/// The allowance of one house.
#[derive(Debug)]
pub(super) struct Allowance {
    pace: Pace,
    /// Publishes whose acknowledgement waits for the pace, in order.
    late: VecDeque<(i64, Exchange)>,
    log: ThrottleLog,
    spending: Arc<Spending>,
    today: Arc<Day>,
    /// Set while the day's messages are used up.
    over_until: Option<Timestamp>,
    /// The minute for which it was recorded last that they are.
    recorded_minute: Option<i64>,
    meter: Meter,
}

impl Allowance {
    pub fn new(now: Timestamp, quotas: &Quotas, spending: Arc<Spending>) -> Self {
        let today = spending.day(now);
        let over = today.total() > quotas.messages_per_day;
        let rate = rate(quotas, over);
        Self {
            pace: Pace::new(rate, now),
            late: VecDeque::new(),
            log: ThrottleLog::default(),
            spending,
            today,
            over_until: over.then(|| now.next_midnight()),
            recorded_minute: None,
            meter: Meter::default(),
        }
    }

    /// When something is to be done next.
    pub fn next_due(&self) -> Option<Timestamp> {
        let late = self
            .late
            .front()
            .map(|(mark, _)| self.pace.earned_at(*mark));
        [late, self.log.due(), self.over_until]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether forgetting it would change nothing.
    pub fn is_idle(&self, now: Timestamp) -> bool {
        self.late.is_empty()
            && self.log.due().is_none()
            && self.meter.is_empty()
            && self.pace.is_full(now)
    }
}

fn rate(quotas: &Quotas, over: bool) -> Rate {
    if over {
        Rate::over_the_day(quotas)
    } else {
        Rate::of(quotas)
    }
}

impl Router {
    /// What the day's messages leave room for.
    #[must_use]
    pub fn keeping(&self) -> Keeping {
        self.allowance
            .over_until
            .map_or(Keeping::Kept, |until| Keeping::NotKept { until })
    }

    /// Whether [`Router::take_sent`] has something.
    #[must_use]
    pub const fn has_sent(&self) -> bool {
        !self.allowance.meter.is_empty()
    }

    /// What clients have sent since the last call.
    pub fn take_sent(&mut self) -> Vec<Sent> {
        self.allowance.meter.take()
    }

    /// The house's messages count for this tenant from now on.
    pub fn spend_from(&mut self, now: Timestamp, spending: Arc<Spending>) {
        if !Arc::ptr_eq(&self.allowance.spending, &spending) {
            self.allowance.today = spending.day(now);
            self.allowance.spending = spending;
            self.judge_day(now);
        }
    }

    /// Somebody has set the clock by so many milliseconds; no time has passed.
    /// Everything that measures a span moves with it. What names a moment
    /// (the end of a token, a UTC day) is looked at anew.
    pub fn clock_was_set(&mut self, now: Timestamp, by: i64) {
        for session in self.sessions.values_mut() {
            session.last_packet = moved(session.last_packet, by);
            session.outbound.clock_was_set(by);
        }
        for question in &mut self.questions {
            question.deadline = moved(question.deadline, by);
        }
        self.held.clock_was_set(by);
        self.silences.clock_was_set(by);
        self.allowance.pace.clock_was_set(by);
        self.allowance.log.clock_was_set(by);
        self.judge_day(now);
        self.wake = self.earliest();
    }

    /// Asks for the tokens of a publish that is otherwise right.
    pub(super) fn toll(
        &mut self,
        now: Timestamp,
        conn: ConnId,
        message: &Message,
    ) -> Result<Toll, Refusal> {
        let Some(session) = self.sessions.get(&conn) else {
            return Ok(Toll::None);
        };
        if session.identity.grant.role == BusRole::Runtime {
            return Ok(Toll::None);
        }
        let payload = u64::try_from(message.payload.len()).unwrap_or(u64::MAX);
        let messages = model::plan::messages_counted(payload);
        self.tell_throttled(now);
        let may_wait = message.qos > QoS::AtMostOnce;
        let waiting = self.allowance.pace.waiting();
        self.allowance.log.arrived(now, messages, waiting);
        let passage = self.allowance.pace.pass(now, messages, may_wait);
        let (what, mark) = match passage {
            Passage::Free => return Ok(Toll::Messages(messages, None)),
            Passage::Late(mark) => (Throttled::Slowed, Some(mark)),
            Passage::Refused if may_wait => (Throttled::Refused, None),
            Passage::Refused => (Throttled::Dropped, None),
        };
        let mut is_told = false;
        if let Some(session) = self.sessions.get(&conn) {
            self.allowance.log.note(conn, &session.client_id, what);
            is_told = may_wait && session.version.has_properties();
        }
        if let Some(due) = self.allowance.log.due() {
            self.wake_at(due);
        }
        match mark {
            Some(mark) => Ok(Toll::Messages(messages, Some(mark))),
            None => Err(Refusal {
                answer: Answer::Say(Reason::QuotaExceeded),
                words: is_told.then(|| self.throttled(now, "", what, 1).in_words()),
                refused: None,
            }),
        }
    }

    /// The record of what the rate has stopped.
    fn throttled(&self, now: Timestamp, client: &str, what: Throttled, count: u64) -> Refused {
        let Allowance { pace, log, .. } = &self.allowance;
        Refused::new(RefusalReason::MessageRate, client, what.words())
            .with_limit("messages_per_second", pace.rate().per_second, log.seen())
            .over_seconds(1)
            .clearing_at(pace.clears_at().max(now))
            .times(count)
    }

    /// Counts an accepted publish for the house's bill and the tenant's day.
    pub(super) fn spend(&mut self, now: Timestamp, conn: ConnId, toll: Toll, message: &Message) {
        let Toll::Messages(messages, _) = toll else {
            return;
        };
        let bytes = u64::try_from(message.payload.len()).unwrap_or(u64::MAX);
        self.allowance.meter.count(now, messages, bytes);
        if self.allowance.today.start() != now.start_of_day() {
            self.allowance.today = self.allowance.spending.day(now);
        }
        let total = self.allowance.today.add(messages);
        let is_over = total > self.quotas.messages_per_day;
        if is_over || self.allowance.over_until.is_some() {
            self.judge_day(now);
        }
        if is_over {
            self.record_over(now, conn, total);
        }
    }

    /// Withholds the acknowledgement of a publish that came too soon.
    pub(super) fn slow(&mut self, now: Timestamp, toll: Toll, exchange: Option<Exchange>) {
        if let (Toll::Messages(_, Some(mark)), Some(exchange)) = (toll, exchange) {
            self.hold(Some(exchange));
            self.allowance.late.push_back((mark, exchange));
            let due = self.allowance.pace.earned_at(mark);
            self.wake_at(due.max(now.after(CLUMP)));
        }
        if let Some(exchange) = exchange {
            self.relieve(exchange.conn);
        }
    }

    /// Lets go of everything that waits of a 3.x client with too much open.
    fn relieve(&mut self, conn: ConnId) {
        let is_full = self.sessions.get(&conn).is_some_and(|session| {
            !session.version.has_properties() && session.inbound.open() >= WAITING_3X
        });
        if !is_full {
            return;
        }
        let mut freed = Vec::new();
        self.allowance.late.retain(|(_, exchange)| {
            let stays = exchange.conn != conn;
            if !stays {
                freed.push(*exchange);
            }
            stays
        });
        for exchange in freed {
            self.release(exchange);
        }
    }

    /// Does what time brings: late acknowledgements, records, another day.
    pub(super) fn tick_allowance(&mut self, now: Timestamp) {
        let earned = self.allowance.pace.earned(now);
        while let Some((_, exchange)) = self
            .allowance
            .late
            .pop_front_if(|(mark, _)| *mark <= earned)
        {
            self.release(exchange);
        }
        self.tell_throttled(now);
        if self.allowance.over_until.is_some_and(|until| until <= now) {
            self.judge_day(now);
        }
    }

    /// Puts in force what the day's messages and the limits make of each other
    /// now.
    pub(super) fn judge_day(&mut self, now: Timestamp) {
        let allowance = &mut self.allowance;
        if allowance.today.start() != now.start_of_day() {
            allowance.today = allowance.spending.day(now);
        }
        let is_over = allowance.today.total() > self.quotas.messages_per_day;
        let over_until = is_over.then(|| now.next_midnight());
        let rate = rate(&self.quotas, is_over);
        if allowance.pace.rate() != rate {
            allowance.pace.set_rate(rate, now);
        }
        if allowance.over_until != over_until {
            allowance.over_until = over_until;
            self.actions.push(Action::KeepingChanged(self.keeping()));
        }
        if let Some(due) = self.allowance.next_due() {
            self.wake_at(due.max(now));
        }
    }

    /// Records, once a minute, that the day's messages are used up.
    fn record_over(&mut self, now: Timestamp, conn: ConnId, total: u64) {
        let minute = now.0.div_euclid(MINUTE_MILLIS);
        if self.allowance.recorded_minute.replace(minute) == Some(minute) {
            return;
        }
        let client = self
            .sessions
            .get(&conn)
            .map(|session| session.client_id.clone())
            .unwrap_or_default();
        let subject = "the day's messages of all houses of the account are used up";
        let refused = Refused::new(RefusalReason::MessagesPerDay, &client, subject)
            .with_limit("messages_per_day", self.quotas.messages_per_day, total)
            .over_seconds(DAY_SECS)
            .clearing_at(now.next_midnight());
        self.refused(refused);
    }

    /// Records what the rate has slowed, refused and dropped, when a second of
    /// it is over.
    fn tell_throttled(&mut self, now: Timestamp) {
        if !self.allowance.log.is_over(now) {
            return;
        }
        for row in self.allowance.log.take() {
            let refused = self.throttled(now, &row.client, row.what, row.count);
            self.refused(refused);
        }
    }
}
