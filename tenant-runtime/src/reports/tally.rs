//! The counter behind the reports: pure, bounded, safe to repeat.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use ::house::{Possessions, Refused};
use cell::{Kept, Report};
use model::{HouseId, Refusal, RefusalReason, Timestamp};

/// Most rows of one house in one minute.
pub(super) const ROWS_A_MINUTE: usize = 60;

/// Of those, the rows with a subject: what goes beyond is counted in one row
/// per reason.
const ROWS_WITH_SUBJECT: usize = ROWS_A_MINUTE - RefusalReason::ALL.len();

/// The subject of a row that stands for many.
pub(super) const MANY: &str = "…";

/// Rows kept for a sink that does not answer; beyond it the oldest are lost.
pub(super) const ROWS_KEPT: usize = 20_000;

/// Most characters of a module's name and of a subject in a row.
const CLIENT_CHARS: usize = 128;
const SUBJECT_CHARS: usize = 256;

const MINUTE_MILLIS: i64 = 60_000;
/// What a house keeps is told no more often.
const KEPT_EVERY_MILLIS: i64 = 10_000;

/// Ordered by minute, so that the oldest come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    minute: i64,
    house: HouseId,
    reason: RefusalReason,
    client: String,
    subject: String,
}

/// What one house keeps.
struct Holding {
    /// Now, and since when.
    has: (Possessions, Timestamp),
    /// What was last reported, and when.
    told: Option<(Possessions, Timestamp)>,
}

impl Holding {
    fn is_news(&self) -> bool {
        self.told.is_none_or(|(told, _)| told != self.has.0)
    }

    /// When it may be reported, in Unix milliseconds.
    fn due(&self) -> i64 {
        self.told
            .map_or(i64::MIN, |(_, at)| at.0.saturating_add(KEPT_EVERY_MILLIS))
    }
}

#[derive(Default)]
pub(super) struct Tally {
    rows: BTreeMap<Key, Refusal>,
    /// Rows that changed since they were last taken.
    unsent: BTreeSet<Key>,
    /// Rows with a subject, by house, in the newest minute.
    newest_minute: i64,
    in_minute: HashMap<HouseId, usize>,
    holdings: BTreeMap<HouseId, Holding>,
    /// Houses of which there is news that was not reported.
    news: BTreeSet<HouseId>,
}

impl Tally {
    pub(super) fn refused(&mut self, house: &HouseId, now: Timestamp, refused: Refused) {
        let minute = now.0.div_euclid(MINUTE_MILLIS);
        if minute > self.newest_minute {
            self.newest_minute = minute;
            self.in_minute.clear();
        }
        let mut key = Key {
            minute,
            house: house.clone(),
            reason: refused.reason,
            client: refused.client.chars().take(CLIENT_CHARS).collect(),
            subject: refused.subject.chars().take(SUBJECT_CHARS).collect(),
        };
        if !self.rows.contains_key(&key) {
            let rows = self.in_minute.entry(house.clone()).or_default();
            if *rows >= ROWS_WITH_SUBJECT {
                key.client.clear();
                MANY.clone_into(&mut key.subject);
            } else {
                *rows += 1;
            }
        }
        let row = self.rows.entry(key.clone()).or_insert_with(|| Refusal {
            house: key.house.clone(),
            at: Timestamp(minute.saturating_mul(MINUTE_MILLIS)),
            reason: key.reason,
            limit: None,
            client: key.client.clone(),
            subject: key.subject.clone(),
            count: 0,
            clears_at: None,
        });
        row.count = row.count.saturating_add(refused.count);
        row.limit = refused.limit;
        row.clears_at = refused.clears_at;
        self.unsent.insert(key);
        self.drop_surplus();
    }

    /// Returns whether that is news.
    pub(super) fn keeps(&mut self, house: &HouseId, now: Timestamp, has: Possessions) -> bool {
        let holding = self
            .holdings
            .entry(house.clone())
            .or_insert_with(|| Holding {
                has: (has, now),
                told: None,
            });
        holding.has = (has, now);
        if holding.is_news() {
            self.news.insert(house.clone())
        } else {
            self.news.remove(house);
            false
        }
    }

    pub(super) fn forget(&mut self, house: &HouseId) {
        self.holdings.remove(house);
        self.news.remove(house);
    }

    /// How long until something may be reported that may not be yet.
    pub(super) fn next_due(&self, now: Timestamp) -> Option<Duration> {
        let due = self
            .news
            .iter()
            .filter_map(|house| self.holdings.get(house));
        let due = due.map(Holding::due).min()?;
        let millis = u64::try_from(due.saturating_sub(now.0)).unwrap_or(0);
        Some(Duration::from_millis(millis))
    }

    /// Everything that changed and may be reported at `now`.
    pub(super) fn take(&mut self, now: Timestamp) -> Option<Report> {
        self.take_due(now.0, now)
    }

    /// Everything that changed, however recently it was reported.
    pub(super) fn take_all(&mut self) -> Option<Report> {
        self.take_due(i64::MAX, Timestamp(i64::MAX))
    }

    fn take_due(&mut self, due: i64, now: Timestamp) -> Option<Report> {
        let unsent = std::mem::take(&mut self.unsent);
        let rows = unsent.iter().filter_map(|key| self.rows.get(key));
        let refusals: Vec<Refusal> = rows.cloned().collect();
        // Rows of earlier minutes will not change again.
        let newest = self.newest_minute;
        self.rows.retain(|key, _| key.minute == newest);
        let mut kept = Vec::new();
        let holdings = &mut self.holdings;
        self.news.retain(|house| {
            let Some(holding) = holdings.get_mut(house) else {
                return false;
            };
            if holding.due() > due {
                return true;
            }
            let (has, at) = holding.has;
            holding.told = Some((has, now));
            kept.push(Kept {
                house: house.clone(),
                at,
                retained_bytes: None,
                sensors: Some(has.sensors),
                rules: Some(has.rules),
                history_bytes: Some(has.history_bytes),
            });
            false
        });
        let is_empty = refusals.is_empty() && kept.is_empty();
        (!is_empty).then(|| Report {
            refusals,
            kept,
            ..Report::default()
        })
    }

    /// Takes back what could not be sent. What is newer here wins.
    pub(super) fn put_back(&mut self, report: Report) {
        for kept in report.kept {
            if let Some(holding) = self.holdings.get_mut(&kept.house) {
                holding.told = None;
                self.news.insert(kept.house);
            }
        }
        for row in report.refusals {
            let key = Key {
                minute: row.at.0.div_euclid(MINUTE_MILLIS),
                house: row.house.clone(),
                reason: row.reason,
                client: row.client.clone(),
                subject: row.subject.clone(),
            };
            self.rows.entry(key.clone()).or_insert(row);
            self.unsent.insert(key);
        }
        self.drop_surplus();
    }

    fn drop_surplus(&mut self) {
        while self.rows.len() > ROWS_KEPT
            && let Some((key, _)) = self.rows.pop_first()
        {
            self.unsent.remove(&key);
        }
    }
}
