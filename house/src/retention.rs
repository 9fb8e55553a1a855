//! What is too old goes: once a day, bit by bit, behind everything else.
//!
//! Houses have their moment of the day by their names, so that a thousand of
//! them do not tidy up at once. One that slept through it tidies up soon after
//! it wakes.

use std::collections::VecDeque;
use std::time::Duration;

use model::{HouseId, Timestamp};
use serde_json::Value;

use crate::db::{ALERTS, LOGS, stored_statistics};
use crate::hub::format::number;
use crate::input::Ticket;
use crate::statistics::Grid;
use crate::store::{Purge, Scope, Series, StoreAnswer, StoreOp};

const DAY: i64 = 86_400;

/// The pause between two bits.
const PACE: Duration = Duration::from_millis(50);

/// Within so many seconds of its wake a house makes up for what it missed.
const SOON: i64 = 900;

/// When ages change, the daily round begins within so many seconds.
const SHORTLY: i64 = 60;

/// Most wishes of others that wait; the daily round does what they are for.
const MAX_WISHES: usize = 1_000;

/// A house that wakes so many seconds after its moment was woken for it.
const JUST_NOW: i64 = 60;

/// Rows that go at a time: some milliseconds' work.
const AT_A_TIME: usize = 2_000;

/// For how many days what is kept: `None` for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ages {
    raw: Option<i64>,
    hourly: Option<i64>,
    daily: Option<i64>,
    /// The newest value stays: it may be the state of a switch nobody touched.
    keep_newest: bool,
}

impl Ages {
    /// Reads `{raw, hourly, daily}`: days; 0, nothing or nonsense keeps.
    pub(crate) fn of_policies(policies: &Value) -> Self {
        let age = |name| policies.get(name).and_then(days);
        Self {
            raw: age("raw"),
            hourly: age("hourly"),
            daily: age("daily"),
            keep_newest: false,
        }
    }

    /// Nothing is kept longer than `most` days, except a newest value that the
    /// house itself would keep.
    pub(crate) fn at_most(self, most: Option<i64>) -> Self {
        let Some(most) = most else {
            return self;
        };
        let shorter = |own: Option<i64>| Some(own.map_or(most, |own| own.min(most)));
        Self {
            raw: shorter(self.raw),
            hourly: shorter(self.hourly),
            daily: shorter(self.daily),
            keep_newest: self.raw.is_none_or(|own| own > most),
        }
    }

    /// One number of days for all there is.
    pub(crate) fn of_days(data: &Value) -> Self {
        Self {
            raw: days(data),
            ..Self::default()
        }
    }

    fn keeps_all(self) -> bool {
        self == Self::default()
    }
}

fn days(value: &Value) -> Option<i64> {
    let days = number(value)?.trunc();
    // At most seven digits, so the text form is exact.
    let days: i64 = format!("{:.0}", days.min(1e6)).parse().ok()?;
    (days > 0).then_some(days)
}

/// One thing to be tidied up.
#[derive(Clone, Debug, PartialEq)]
enum Chore {
    /// A sensor with the series of its statistics, by what its file says when
    /// its turn comes.
    Configured(String),
    /// One series.
    Purge(Series, Ages),
    /// Find the series that no file and no severity names.
    Others,
    /// Rows of deleted series.
    Sweep,
    /// Note that all is done.
    Done,
}

/// What the chores need to know of the house.
pub(crate) struct Rules<'a> {
    /// For how long a sensor's values are kept.
    pub(crate) sensor: &'a dyn Fn(&str) -> Ages,
    /// The clocks whose days must remain right.
    pub(crate) days: Vec<Grid>,
    /// For how many days the plan keeps anything; `None` for good.
    pub(crate) most: Option<i64>,
}

/// What is to be tidied up, and when.
pub(crate) struct Retention {
    slot: i64,
    /// UTC seconds.
    due: i64,
    chores: VecDeque<Chore>,
    /// What the store is doing, or has to go on with.
    ops: VecDeque<StoreOp>,
    under_way: Option<Ticket>,
    /// Nothing goes for now.
    pub(crate) paused: bool,
}

/// The second of the UTC day at which a house tidies up (FNV-1a of its name).
fn slot(house: &HouseId) -> i64 {
    let hash = house.as_str().bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    i64::from(hash) % DAY
}

/// How long from `now` until the moment of the day at which `house` tidies up:
/// for a house that sleeps.
#[must_use]
pub fn until_slot(house: &HouseId, now: Timestamp) -> Duration {
    let now = now.as_secs();
    secs(next_slot(slot(house), now).saturating_sub(now))
}

fn next_slot(slot: i64, after: i64) -> i64 {
    let midnight = after.saturating_sub(after.rem_euclid(DAY));
    let today = midnight.saturating_add(slot);
    if today > after {
        today
    } else {
        today.saturating_add(DAY)
    }
}

fn secs(secs: i64) -> Duration {
    Duration::from_secs(u64::try_from(secs).unwrap_or(0))
}

impl Retention {
    /// For a house that wakes now and tidied up last at `tidied`, if ever.
    pub(crate) fn new(house: &HouseId, now: Timestamp, tidied: Option<i64>) -> Self {
        let (slot, now) = (slot(house), now.as_secs());
        // A clock that was once ahead must not stop the chores.
        let due = tidied.map(|tidied| next_slot(slot, tidied.min(now)));
        let is_woken_for_it = now.saturating_sub(slot).rem_euclid(DAY) < JUST_NOW;
        let due = match due {
            Some(due) if due > now => due,
            _ if is_woken_for_it => now,
            _ => now.saturating_add(slot % SOON),
        };
        Self {
            slot,
            due,
            chores: VecDeque::new(),
            ops: VecDeque::new(),
            under_way: None,
            paused: false,
        }
    }

    /// How long the shell may wait before the next [`crate::Input::Tick`].
    pub(crate) fn rest(&self, now: Timestamp) -> Duration {
        if self.paused {
            secs(next_slot(self.slot, now.as_secs()).saturating_sub(now.as_secs()))
        } else if self.is_at_rest() {
            secs(self.due.saturating_sub(now.as_secs()))
        } else {
            PACE
        }
    }

    /// Whether nothing is left of what was begun.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.chores.is_empty() && self.ops.is_empty()
    }

    /// Other ages hold: the daily round begins soon, not all houses' at once.
    pub(crate) fn hasten(&mut self, now: Timestamp) {
        let soon = now.as_secs().saturating_add(self.slot % SHORTLY);
        self.due = self.due.min(soon);
    }

    /// The house was woken to tidy up.
    pub(crate) fn begin_now(&mut self, now: Timestamp) {
        self.due = self.due.min(now.as_secs());
    }

    /// What [`StoreOp::ListSeries`] found that is not tidied up otherwise.
    pub(crate) fn found(&mut self, others: Vec<Series>) {
        let chores = others
            .into_iter()
            .map(|series| Chore::Purge(series, Ages::default()));
        for chore in chores.rev() {
            self.chores.push_front(chore);
        }
    }

    /// Whether the daily round is to begin; then it has.
    pub(crate) fn is_due(&mut self, now: Timestamp) -> bool {
        let is_due = now.as_secs() >= self.due;
        if is_due {
            self.due = next_slot(self.slot, now.as_secs());
        }
        is_due
    }

    /// Begins the daily round.
    pub(crate) fn begin(&mut self, sensors: Vec<String>, alerts: Ages, logs: Ages) {
        self.chores.push_back(Chore::Sweep);
        for (scope, names, ages) in [(Scope::Alerts, ALERTS, alerts), (Scope::Logs, LOGS, logs)] {
            for name in names.map(str::to_owned) {
                self.chores
                    .push_back(Chore::Purge(Series { scope, name }, ages));
            }
        }
        let sensors = sensors.into_iter().map(Chore::Configured);
        self.chores.extend(sensors);
        self.chores.push_back(Chore::Others);
        self.chores.push_back(Chore::Done);
    }

    /// Rows of a deleted series may have been left.
    pub(crate) fn sweep(&mut self) {
        if !self.chores.contains(&Chore::Sweep) {
            self.chores.push_front(Chore::Sweep);
        }
    }

    /// Someone wants a sensor purged.
    pub(crate) fn purge_sensor(&mut self, now: Timestamp, sensor: &str, ages: Ages) {
        self.add(sensor_op(now, sensor, ages));
    }

    /// Someone wants a series purged.
    pub(crate) fn purge(&mut self, now: Timestamp, series: Series, ages: Ages) {
        self.add(series_op(now, series, ages));
    }

    fn add(&mut self, op: Option<StoreOp>) {
        if self.ops.len() < MAX_WISHES {
            self.ops.extend(op);
        }
    }

    /// The next bit, unless one is under way. It is to be told with
    /// [`Self::began`] under which ticket.
    pub(crate) fn next(&mut self, now: Timestamp, rules: &Rules<'_>) -> Option<StoreOp> {
        if self.under_way.is_some() || self.paused {
            return None;
        }
        while self.ops.is_empty() {
            match self.chores.pop_front()? {
                Chore::Configured(sensor) => {
                    let ages = (rules.sensor)(&sensor).at_most(rules.most);
                    self.ops.extend(sensor_op(now, &sensor, ages));
                }
                Chore::Purge(series, ages) => {
                    let ages = Ages {
                        keep_newest: false,
                        ..ages.at_most(rules.most)
                    };
                    self.ops.extend(series_op(now, series, ages));
                }
                Chore::Others if rules.most.is_none() => {}
                Chore::Others => self.ops.push_back(StoreOp::ListSeries),
                Chore::Sweep => self.ops.push_back(StoreOp::Sweep(AT_A_TIME)),
                Chore::Done => self.ops.push_back(StoreOp::MarkTidied(now.as_secs())),
            }
        }
        let mut op = self.ops.front().cloned()?;
        if let StoreOp::Purge(purge) = &mut op {
            purge.days.clone_from(&rules.days);
        }
        Some(op)
    }

    /// The store was asked for what [`Self::next`] returned.
    pub(crate) fn began(&mut self, ticket: Ticket) {
        self.under_way = Some(ticket);
    }

    /// Whether `answer` is for a bit of the chores; then it is noted.
    pub(crate) fn has_done(&mut self, ticket: Ticket, answer: &StoreAnswer) -> bool {
        if self.under_way != Some(ticket) {
            return false;
        }
        self.under_way = None;
        if *answer != (StoreAnswer::Purged { more: true }) {
            self.ops.pop_front();
        }
        true
    }
}

fn series_op(now: Timestamp, series: Series, ages: Ages) -> Option<StoreOp> {
    if ages.keeps_all() {
        return None;
    }
    let before = |days: Option<i64>| {
        let span = days?.saturating_mul(DAY);
        Some(now.as_secs().saturating_sub(span))
    };
    Some(StoreOp::Purge(Purge {
        series,
        raw_before: before(ages.raw),
        hours_before: before(ages.hourly),
        days_before: before(ages.daily),
        stored: Vec::new(),
        days: Vec::new(),
        keep_newest: ages.keep_newest,
        most: AT_A_TIME,
    }))
}

fn sensor_op(now: Timestamp, sensor: &str, ages: Ages) -> Option<StoreOp> {
    let mut op = series_op(now, Series::sensor(sensor), ages);
    if let Some(StoreOp::Purge(purge)) = &mut op {
        for (grain, before) in [("hour", purge.hours_before), ("day", purge.days_before)] {
            let Some(before) = before else {
                continue;
            };
            let stored = stored_statistics(sensor, grain).map(|series| (series, before));
            purge.stored.extend(stored);
        }
    }
    op
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn ages_are_read_leniently() {
        let ages = Ages::of_policies(&json!({"raw": "5", "hourly": 0, "daily": 2.9}));
        assert_eq!(
            (ages.raw, ages.hourly, ages.daily),
            (Some(5), None, Some(2))
        );
        for odd in [
            json!({"raw": -1}),
            json!({"raw": "x"}),
            json!(null),
            json!({"raw": 0.5}),
        ] {
            assert!(Ages::of_policies(&odd).keeps_all(), "{odd}");
        }
        assert_eq!(Ages::of_days(&json!(1e300)).raw, Some(1_000_000));
    }

    proptest! {
        /// Whenever it wakes, a house tidies up within a day of when it is
        /// due, and within a quarter of an hour when it missed that.
        #[test]
        fn every_house_has_its_moment(
            name in "[a-z]{3,8}-[a-z2-7]{6}",
            now in 0..4_000_000_000_i64,
            asleep in prop::option::of(-100_000..10_000_000_i64),
        ) {
            let house: HouseId = name.parse().unwrap();
            let moment = Timestamp::from_secs(now);
            let tidied = asleep.map(|asleep| now - asleep);
            let mut retention = Retention::new(&house, moment, tidied);
            let rest = i64::try_from(retention.rest(moment).as_secs()).unwrap();
            prop_assert!(rest <= DAY);
            if asleep.is_none_or(|asleep| asleep > DAY) {
                prop_assert!(rest < SOON, "{rest}");
            }
            let then = Timestamp::from_secs(now + rest);
            prop_assert!(retention.is_due(then));
            prop_assert!(!retention.is_due(then), "once");
            prop_assert!(until_slot(&house, moment) <= secs(DAY));
        }
    }
}
