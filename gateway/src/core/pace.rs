//! How fast a house may send: a bucket of tokens that fills at the plan's rate.
//!
//! A publish above quality 0 may take tokens that are not there yet: it is
//! passed on, and its acknowledgement waits until the bucket has earned them.
//! So a well-behaved client slows down to the rate by itself and loses nothing.
//! What may wait is bounded; beyond it publishes are refused.
//!
//! All numbers are whole: a token is 1,000 parts, and a rate of one token per
//! second earns one part per millisecond.

use model::{Quotas, Timestamp};

/// Parts of a token.
const PARTS: i64 = 1_000;

/// Messages that may wait for their acknowledgement at least, whatever the
/// plan: what one MQTT 5.0 client may have open at one time, so that a client
/// on its own is slowed and never refused.
const LEAST_WAITING: u64 = 100;

/// How fast, how much at once, and how much may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Messages per second.
    pub per_second: u64,
    /// Messages at once.
    pub burst: u64,
    /// Messages whose acknowledgement may wait, at most.
    pub waiting: u64,
}

impl Rate {
    /// The rate of a plan.
    #[must_use]
    pub fn of(quotas: &Quotas) -> Self {
        Self {
            per_second: quotas.messages_per_second,
            burst: quotas.messages_burst,
            waiting: quotas.messages_burst.max(LEAST_WAITING),
        }
    }

    /// The rate of a house whose tenant has used up its day: twice the
    /// sustained one, and nothing waits. What is above is dropped.
    #[must_use]
    pub const fn over_the_day(quotas: &Quotas) -> Self {
        let twice = quotas.messages_per_second.saturating_mul(2);
        Self {
            per_second: twice,
            burst: twice,
            waiting: 0,
        }
    }
}

/// What becomes of a publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It passes.
    Free,
    /// It passes; its acknowledgement waits until [`Pace::earned`] has reached
    /// this.
    Late(i64),
    /// It does not pass.
    Refused,
}

/// The bucket of one house.
#[derive(Clone, Debug)]
pub struct Pace {
    rate: Rate,
    /// Parts of tokens in the bucket; below zero what others wait for.
    level: i64,
    /// Parts earned since the beginning, also those that found the bucket full.
    earned: i64,
    filled_at: Timestamp,
}

impl Pace {
    /// A full bucket.
    #[must_use]
    pub fn new(rate: Rate, now: Timestamp) -> Self {
        Self {
            rate,
            level: parts(rate.burst),
            earned: 0,
            filled_at: now,
        }
    }

    /// The rate in force.
    #[must_use]
    pub const fn rate(&self) -> Rate {
        self.rate
    }

    /// Puts another rate in force. Tokens beyond its burst are lost; what waits
    /// goes on waiting, and becomes ready at the new rate.
    pub fn set_rate(&mut self, rate: Rate, now: Timestamp) {
        self.fill(now);
        self.rate = rate;
        self.level = self.level.min(parts(rate.burst));
    }

    /// Takes the tokens of a publish that counts as `messages`. `may_wait`:
    /// whether its acknowledgement can be withheld.
    ///
    /// A publish that counts more than the whole burst passes when the bucket
    /// is full, as it never could otherwise.
    pub fn pass(&mut self, now: Timestamp, messages: u64, may_wait: bool) -> Passage {
        self.fill(now);
        let (wanted, full) = (parts(messages), parts(self.rate.burst));
        if self.level >= wanted.min(full) {
            self.level -= wanted;
            return Passage::Free;
        }
        let left = self.level.saturating_sub(wanted);
        if !may_wait || left < -parts(self.rate.waiting) {
            return Passage::Refused;
        }
        self.level = left;
        Passage::Late(self.earned.saturating_sub(left))
    }

    /// What the bucket has earned by now, in its own measure: compared with
    /// [`Passage::Late`].
    pub fn earned(&mut self, now: Timestamp) -> i64 {
        self.fill(now);
        self.earned
    }

    /// When the bucket will have earned `mark`, at this rate.
    #[must_use]
    pub fn earned_at(&self, mark: i64) -> Timestamp {
        let missing = mark.saturating_sub(self.earned).max(0);
        let rate = i64::try_from(self.rate.per_second).unwrap_or(i64::MAX);
        let millis = missing.saturating_add(rate - 1) / rate.max(1);
        Timestamp(self.filled_at.0.saturating_add(millis))
    }

    /// When a publish of one message passes again.
    #[must_use]
    pub fn clears_at(&self) -> Timestamp {
        let wanted = PARTS.min(parts(self.rate.burst));
        self.earned_at(self.earned.saturating_add(wanted - self.level))
    }

    /// Messages that wait for tokens now.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        u64::try_from((-self.level).max(0) / PARTS).unwrap_or(0)
    }

    /// Whether the bucket is full: forgetting it would change nothing.
    #[must_use]
    pub fn is_full(&self, now: Timestamp) -> bool {
        let mut then = self.clone();
        then.fill(now);
        then.level >= parts(self.rate.burst)
    }

    /// The clock was set by so many milliseconds; no time has passed.
    pub const fn clock_was_set(&mut self, by: i64) {
        self.filled_at = Timestamp(self.filled_at.0.saturating_add(by));
    }

    /// Earns what the time since the last call is worth. A clock that goes back
    /// earns nothing.
    fn fill(&mut self, now: Timestamp) {
        let millis = now.0.saturating_sub(self.filled_at.0).max(0);
        self.filled_at = now;
        let rate = i64::try_from(self.rate.per_second).unwrap_or(i64::MAX);
        let earned = millis.saturating_mul(rate);
        self.earned = self.earned.saturating_add(earned);
        let full = parts(self.rate.burst);
        self.level = self.level.saturating_add(earned).min(full);
    }
}

/// Tokens in parts. Saturates where no house can get.
fn parts(tokens: u64) -> i64 {
    i64::try_from(tokens)
        .unwrap_or(i64::MAX)
        .saturating_mul(PARTS)
}

#[cfg(test)]
mod tests {
    use model::Plan;
    use model::quotas::UNLIMITED;
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp(1_000_000);

    fn rate(per_second: u64, burst: u64, waiting: u64) -> Rate {
        Rate {
            per_second,
            burst,
            waiting,
        }
    }

    fn later(millis: i64) -> Timestamp {
        Timestamp(START.0 + millis)
    }

    #[test]
    fn a_burst_then_the_rate() {
        let mut pace = Pace::new(rate(2, 3, 0), START);
        let mut pass = |millis| pace.pass(later(millis), 1, false) == Passage::Free;
        assert_eq!([0, 0, 0, 0].map(&mut pass), [true, true, true, false]);
        assert_eq!(
            [499, 500, 999, 1_000].map(&mut pass),
            [false, true, false, true]
        );
        // However long nothing comes, no more than the burst is saved up.
        assert_eq!([60_000; 4].map(&mut pass), [true, true, true, false]);
    }

    #[test]
    fn those_who_may_wait_get_their_turn_at_the_rate() {
        let mut pace = Pace::new(rate(10, 1, 2), START);
        assert_eq!(pace.pass(START, 1, true), Passage::Free);
        let (Passage::Late(first), Passage::Late(second)) =
            (pace.pass(START, 1, true), pace.pass(START, 1, true))
        else {
            panic!("both wait")
        };
        assert_eq!(
            (pace.waiting(), pace.pass(START, 1, true)),
            (2, Passage::Refused)
        );
        assert_eq!(pace.pass(START, 1, false), Passage::Refused);
        assert_eq!(
            (pace.earned_at(first), pace.earned_at(second)),
            (later(100), later(200))
        );
        assert_eq!(pace.clears_at(), later(300));
        assert!(pace.earned(later(99)) < first && pace.earned(later(100)) >= first);
        // Twice the rate: what is left takes half the time.
        pace.set_rate(rate(20, 1, 2), later(100));
        assert_eq!(pace.earned_at(second), later(150));
    }

    #[test]
    fn one_that_is_larger_than_the_burst_passes_when_it_is_full() {
        let mut pace = Pace::new(rate(1, 4, 0), START);
        assert_eq!(pace.pass(START, 16, false), Passage::Free);
        assert_eq!(pace.pass(later(15_000), 16, false), Passage::Refused);
        assert_eq!(pace.pass(later(16_000), 16, false), Passage::Free);
    }

    #[test]
    fn setting_the_clock_earns_and_loses_nothing() {
        for by in [-3_600_000, 86_400_000] {
            let mut pace = Pace::new(rate(1, 5, 0), START);
            assert_eq!(pace.pass(START, 5, false), Passage::Free);
            pace.clock_was_set(by);
            let at = |millis| Timestamp(START.0 + by + millis);
            assert_eq!(pace.pass(at(999), 1, false), Passage::Refused);
            assert_eq!(pace.pass(at(1_000), 1, false), Passage::Free);
            assert_eq!(pace.pass(at(1_999), 1, false), Passage::Refused);
        }
        // Nor does a clock that goes back by less than is noticed.
        let mut pace = Pace::new(rate(1, 1, 0), START);
        assert_eq!(pace.pass(START, 1, false), Passage::Free);
        assert_eq!(pace.pass(later(-900), 1, false), Passage::Refused);
        assert_eq!(pace.pass(later(100), 1, false), Passage::Free);
    }

    #[test]
    fn without_a_limit_everything_passes() {
        let quotas = Quotas {
            messages_per_second: UNLIMITED,
            messages_burst: UNLIMITED,
            ..Plan::Free.quotas()
        };
        let mut pace = Pace::new(Rate::of(&quotas), START);
        for n in 0..10_000 {
            assert_eq!(pace.pass(later(n), 256, false), Passage::Free);
        }
        pace.set_rate(Rate::over_the_day(&quotas), later(10_000));
        assert_eq!(pace.pass(later(10_000), 256, false), Passage::Free);
    }

    proptest! {
        /// Whatever comes when: nobody gets more than the burst and what was
        /// earned meanwhile, and waiting for acknowledgements never exceeds its
        /// bound. Acknowledgements obey the same law to the letter.
        #[test]
        fn never_more_than_burst_and_rate(
            per_second in 1u64..50,
            burst in 1u64..100,
            waiting in 0u64..50,
            arrivals in prop::collection::vec((0i64..300, 1u64..4, any::<bool>()), 1..200),
        ) {
            let limit = rate(per_second, burst, waiting);
            let mut pace = Pace::new(limit, START);
            let (mut now, mut passed, mut acknowledged) = (START, 0, 0);
            let mut late: Vec<(i64, u64)> = Vec::new();
            for (millis, messages, may_wait) in arrivals {
                let messages = messages.min(burst);
                now = Timestamp(now.0 + millis);
                let earned = pace.earned(now);
                acknowledged += late.iter().filter(|(mark, _)| *mark <= earned).map(|(_, n)| n).sum::<u64>();
                late.retain(|(mark, _)| *mark > earned);
                match pace.pass(now, messages, may_wait) {
                    Passage::Free => {
                        passed += messages;
                        acknowledged += messages;
                        prop_assert!(late.is_empty(), "nobody passes those who wait");
                    }
                    Passage::Late(mark) => {
                        prop_assert!(may_wait);
                        passed += messages;
                        late.push((mark, messages));
                    }
                    Passage::Refused => {}
                }
                prop_assert!(pace.waiting() <= waiting);
                let span = u64::try_from(now.0 - START.0).unwrap();
                let allowed = burst * 1_000 + per_second * span;
                prop_assert!(acknowledged * 1_000 <= allowed);
                prop_assert!(passed * 1_000 <= allowed + waiting * 1_000);
            }
        }
    }
}
