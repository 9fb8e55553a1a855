//! What the tenant's standing, day and plan leave a house: what may be changed
//! and what is kept.

use model::{Limit, Quotas, RefusalReason, Timestamp};

use crate::config::{RULES, SENSORS};

const DAY_SECS: u64 = 86_400;

/// A house keeps its history for good from so many days on.
const FOR_GOOD_DAYS: u64 = 36_500;

/// Why nothing is changed and nothing new is kept for now. What keeps a home
/// running runs all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// The tenant's standing is `read_only`: until somebody changes that.
    ReadOnly,
    /// The tenant's messages of the day are used up.
    DayUsedUp {
        /// How many messages a day the plan has.
        allowed: u64,
        /// The end of the day; from then on this is no pause.
        until: Timestamp,
    },
}

impl Pause {
    /// As the word in a refusal.
    #[must_use]
    pub const fn reason(self) -> RefusalReason {
        match self {
            Self::ReadOnly => RefusalReason::Standing,
            Self::DayUsedUp { .. } => RefusalReason::MessagesPerDay,
        }
    }

    /// The limit that was reached, if it is one.
    #[must_use]
    pub fn limit(self) -> Option<Limit> {
        match self {
            Self::ReadOnly => None,
            Self::DayUsedUp { allowed, .. } => Some(Limit {
                name: "messages_per_day".to_owned(),
                window_secs: Some(DAY_SECS),
                allowed,
                seen: allowed,
            }),
        }
    }

    /// When it ends by itself.
    #[must_use]
    pub const fn clears_at(self) -> Option<Timestamp> {
        match self {
            Self::ReadOnly => None,
            Self::DayUsedUp { until, .. } => Some(until),
        }
    }

    /// For the log of the house.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::ReadOnly => "the account is read-only, its owner finds the reason in the portal",
            Self::DayUsedUp { .. } => {
                "the account's messages of the day are used up, the next day begins at midnight UTC"
            }
        }
    }
}

/// What a house may do and keep at present. A level, not an event: the shell
/// says it whole whenever it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Why nothing new is kept, if so.
    pub pause: Option<Pause>,
    /// Most sensors.
    pub sensors: u64,
    /// Most rules.
    pub rules: u64,
    /// For how many days history is kept.
    pub history_days: u64,
    /// How large the house's file may be for history to be kept, in bytes.
    pub history_bytes: u64,
}

impl Terms {
    /// What `quotas` leave a house while nothing is paused.
    #[must_use]
    pub const fn of(quotas: &Quotas) -> Self {
        Self {
            pause: None,
            sensors: quotas.sensors_per_house,
            rules: quotas.rules_per_house,
            history_days: quotas.history_days,
            history_bytes: quotas.history_bytes,
        }
    }

    /// Why nothing is kept at `now`, if so.
    #[must_use]
    pub fn pause_at(&self, now: Timestamp) -> Option<Pause> {
        let pause = self.pause?;
        let is_over = pause.clears_at().is_some_and(|end| now >= end);
        (!is_over).then_some(pause)
    }

    /// Whether even what is too old stays: what a tenant has when it becomes
    /// read-only waits for it.
    pub(crate) fn keeps_what_is_old(&self) -> bool {
        self.pause == Some(Pause::ReadOnly)
    }

    /// For how many days history is kept; `None` for good.
    pub(crate) fn days(&self) -> Option<i64> {
        let days = i64::try_from(self.history_days).ok()?;
        (self.history_days < FOR_GOOD_DAYS).then_some(days)
    }

    /// What limits the number of files like `id`.
    pub(crate) fn count_limit(&self, id: &str) -> Option<CountLimit> {
        if id.starts_with(SENSORS) {
            Some(CountLimit {
                reason: RefusalReason::Sensors,
                quota: "sensors_per_house",
                prefix: SENSORS,
                allowed: self.sensors,
            })
        } else if id.starts_with(RULES) {
            Some(CountLimit {
                reason: RefusalReason::Rules,
                quota: "rules_per_house",
                prefix: RULES,
                allowed: self.rules,
            })
        } else {
            None
        }
    }
}

/// How many files of one kind there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountLimit {
    pub(crate) reason: RefusalReason,
    pub(crate) quota: &'static str,
    /// What their ids begin with.
    pub(crate) prefix: &'static str,
    pub(crate) allowed: u64,
}

#[cfg(test)]
mod tests {
    use model::Plan;

    use super::*;

    #[test]
    fn a_day_that_is_over_is_no_pause() {
        let until = Timestamp::from_secs(86_400);
        let terms = Terms {
            pause: Some(Pause::DayUsedUp { allowed: 5, until }),
            ..Terms::of(&Plan::Free.quotas())
        };
        assert!(terms.pause_at(Timestamp::from_secs(86_399)).is_some());
        assert_eq!(terms.pause_at(until), None);
        assert!(!terms.keeps_what_is_old(), "retention goes on");
        let unpaid = Terms {
            pause: Some(Pause::ReadOnly),
            ..terms
        };
        assert!(unpaid.pause_at(Timestamp(i64::MAX)).is_some());
        assert!(unpaid.keeps_what_is_old());
    }

    #[test]
    fn the_longest_history_is_for_good() {
        let mut terms = Terms::of(&Plan::Free.quotas());
        assert_eq!(terms.days(), Some(30));
        terms.history_days = FOR_GOOD_DAYS;
        assert_eq!(terms.days(), None);
    }
}
