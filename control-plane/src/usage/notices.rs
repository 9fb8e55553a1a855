//! Which quotas are nearly or fully used: decided here, from what was counted
//! and what was told before. Without a database and without a clock.

use model::{Quotas, Timestamp};

use super::counted::{Use, limit, reaches};
use crate::store::QuotaNotice;

/// Percent of a quota from which on there is a notice: soft, then hard.
pub const LEVELS: [u8; 2] = [80, 100];

/// A quota without a window has to fall below this percentage before it is
/// told of anew: else somebody who adds and removes one thing at the mark
/// would get a mail each time.
pub const FORGOTTEN_BELOW: u8 = 70;

/// Limits below this have no notices: four fifths of them is all of them, or
/// all but the last one, and who adds that sees the limit where they add it.
pub const LEAST_LIMIT: u64 = 5;

/// What is to become of a tenant's notices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// To be written down; those that are there already only get new numbers.
    pub raise: Vec<QuotaNotice>,
    /// To be removed.
    pub end: Vec<QuotaNotice>,
}

/// Decides by what is used and what was told before. What nobody has said yet
/// changes nothing.
#[must_use]
pub fn decide(told: &[QuotaNotice], uses: &[Use], quotas: &Quotas, now: Timestamp) -> Decision {
    let mut decision = Decision::default();
    for one in uses {
        let Some((used, allowed)) = one.used.zip(limit(quotas, one.quota)) else {
            continue;
        };
        let begun = one.window.map(|window| window.from);
        for level in LEVELS {
            let known = told
                .iter()
                .find(|old| is_about(old, one) && old.level == level && old.begun == begun);
            let reached = allowed >= LEAST_LIMIT && reaches(used, level, allowed);
            if known.map_or(!reached, |old| (old.used, old.allowed) == (used, allowed)) {
                continue;
            }
            decision.raise.push(QuotaNotice {
                quota: one.quota,
                house: one.house.clone(),
                level,
                begun,
                raised_at: known.map_or(now, |old| old.raised_at),
                used,
                allowed,
            });
        }
    }
    for old in told.iter().filter(|old| old.begun.is_none()) {
        let it = uses.iter().find(|one| is_about(old, one));
        let over = match it.map(|one| (one.used, limit(quotas, one.quota))) {
            // Its house is gone, or the quota has no limit any more.
            None | Some((_, None)) => true,
            Some((None, Some(_))) => false,
            Some((Some(used), Some(allowed))) => !reaches(used, FORGOTTEN_BELOW, allowed),
        };
        if over {
            decision.raise.retain(|new| !is_same(new, old));
            decision.end.push(old.clone());
        }
    }
    decision
}

/// Of the notices that were written down those that hold at `now`: of each
/// quota the highest level that is still reached.
#[must_use]
pub fn holding(told: Vec<QuotaNotice>, now: Timestamp) -> Vec<QuotaNotice> {
    let today = now.start_of_day();
    let mut holding: Vec<QuotaNotice> = Vec::new();
    let mut reached: Vec<QuotaNotice> = told
        .into_iter()
        .filter(|one| one.begun.is_none_or(|begun| begun == today))
        .filter(|one| reaches(one.used, one.level, one.allowed))
        .collect();
    reached.sort_by_key(|one| std::cmp::Reverse(one.level));
    for one in reached {
        let is_known =
            |higher: &QuotaNotice| higher.quota == one.quota && higher.house == one.house;
        if !holding.iter().any(is_known) {
            holding.push(one);
        }
    }
    holding
}

fn is_about(notice: &QuotaNotice, one: &Use) -> bool {
    notice.quota == one.quota && notice.house == one.house
}

fn is_same(one: &QuotaNotice, other: &QuotaNotice) -> bool {
    one.quota == other.quota
        && one.house == other.house
        && one.level == other.level
        && one.begun == other.begun
}

#[cfg(test)]
mod tests {
    use model::{Plan, Quota};

    use super::*;
    use crate::store::Span;

    const DAY: i64 = 24 * 3_600_000;

    fn sensors(used: Option<u64>) -> Use {
        Use {
            quota: Quota::by_name("sensors_per_house").unwrap(),
            house: Some("villa-7k3q9x".parse().unwrap()),
            used,
            window: None,
        }
    }

    fn messages(used: u64, now: Timestamp) -> Use {
        Use {
            quota: Quota::by_name("messages_per_day").unwrap(),
            house: None,
            used: Some(used),
            window: Some(Span::day(now)),
        }
    }

    /// Writes a decision down as the store does; returns the levels that are new.
    fn apply(told: &mut Vec<QuotaNotice>, decision: Decision) -> Vec<u8> {
        told.retain(|old| !decision.end.iter().any(|end| is_same(end, old)));
        let mut new = Vec::new();
        for raised in decision.raise {
            if let Some(old) = told.iter_mut().find(|old| is_same(old, &raised)) {
                *old = raised;
            } else {
                new.push(raised.level);
                told.push(raised);
            }
        }
        new
    }

    #[test]
    fn a_level_is_told_once_until_use_fell_below_seventy_percent() {
        let quotas = Plan::Free.quotas(); // 100 sensors
        let mut told = Vec::new();
        let mut at = |used| {
            let decision = decide(&told, &[sensors(used)], &quotas, Timestamp(7));
            let new = apply(&mut told, decision);
            let shown = holding(told.clone(), Timestamp(7));
            (new, shown.iter().map(|one| one.level).collect::<Vec<_>>())
        };
        assert_eq!(at(Some(79)), (vec![], vec![]));
        assert_eq!(at(Some(80)), (vec![80], vec![80]));
        assert_eq!(at(Some(80)), (vec![], vec![80]));
        assert_eq!(at(Some(99)), (vec![], vec![80]));
        assert_eq!(at(Some(100)), (vec![100], vec![100]));
        assert_eq!(at(None), (vec![], vec![100]), "silence changes nothing");
        assert_eq!(at(Some(85)), (vec![], vec![80]));
        assert_eq!(at(Some(100)), (vec![], vec![100]));
        assert_eq!(at(Some(75)), (vec![], vec![]));
        assert_eq!(at(Some(81)), (vec![], vec![80]), "it never fell below 70");
        assert_eq!(at(Some(69)), (vec![], vec![]));
        assert_eq!(at(Some(120)), (vec![80, 100], vec![100]));
    }

    #[test]
    fn a_new_day_is_a_new_window_and_an_old_one_is_not_shown() {
        let quotas = Plan::Free.quotas(); // 200,000 messages a day
        let (monday, tuesday) = (Timestamp(10 * DAY + 5), Timestamp(11 * DAY));
        let mut told = Vec::new();
        let mut at = |used, now| {
            let decision = decide(&told, &[messages(used, now)], &quotas, now);
            let new = apply(&mut told, decision);
            (new, holding(told.clone(), now).len())
        };
        assert_eq!(at(160_000, monday), (vec![80], 1));
        assert_eq!(at(250_000, monday), (vec![100], 1));
        assert_eq!(at(0, tuesday), (vec![], 0));
        assert_eq!(at(159_999, tuesday), (vec![], 0));
        assert_eq!(at(160_000, tuesday), (vec![80], 1));
    }

    #[test]
    fn what_is_gone_or_unlimited_or_tiny_is_not_told() {
        let mut quotas = Plan::Free.quotas();
        let mut told = Vec::new();
        apply(
            &mut told,
            decide(&[], &[sensors(Some(90))], &quotas, Timestamp(0)),
        );
        assert_eq!(told.len(), 1);
        let gone = decide(&told, &[], &quotas, Timestamp(0));
        assert_eq!((gone.raise.len(), gone.end.len()), (0, 1));
        quotas.set(
            Quota::by_name("sensors_per_house").unwrap(),
            model::quotas::UNLIMITED,
        );
        let unlimited = decide(&told, &[sensors(Some(90))], &quotas, Timestamp(0));
        assert_eq!((unlimited.raise.len(), unlimited.end.len()), (0, 1));
        quotas.set(
            Quota::by_name("sensors_per_house").unwrap(),
            LEAST_LIMIT - 1,
        );
        let tiny = decide(&[], &[sensors(Some(4))], &quotas, Timestamp(0));
        assert_eq!(tiny, Decision::default());
        let many = Use {
            used: Some(u64::MAX),
            ..sensors(None)
        };
        assert!(many.reaches(100, u64::MAX) && !many.reaches(101, u64::MAX));
    }

    #[test]
    fn a_limit_that_is_lowered_is_told_at_once() {
        let mut quotas = Plan::Home.quotas();
        let before = decide(&[], &[sensors(Some(90))], &quotas, Timestamp(0));
        assert_eq!(before, Decision::default());
        quotas.set(Quota::by_name("sensors_per_house").unwrap(), 60);
        let after = decide(&[], &[sensors(Some(90))], &quotas, Timestamp(0));
        let levels: Vec<u8> = after.raise.iter().map(|one| one.level).collect();
        assert_eq!(levels, [80, 100]);
        assert_eq!(after.raise[0].allowed, 60);
    }
}
