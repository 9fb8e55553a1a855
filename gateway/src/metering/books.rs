//! The books behind the ledger: rows that only grow, what of them is told and
//! what is written down. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cell::Usage;
use model::{HouseId, TenantId, Timestamp};

use crate::core::Sent;
use crate::store::{UsageChanges, UsageKey, UsageState};

/// How long a row is kept after its hour has begun, when the control plane has
/// it: threads note the end of an hour one after the other.
const KEPT: Duration = Duration::from_hours(2);

/// One row: a house in an hour.
#[derive(Debug, Default)]
struct Row {
    messages: u64,
    bytes: u64,
    /// As many messages as the control plane knows of.
    told: u64,
    /// Its house is gone: told once more, and not written down.
    is_gone: bool,
}

/// All rows that are not both told and over.
#[derive(Debug, Default)]
pub(super) struct Books {
    epoch: i64,
    rows: BTreeMap<UsageKey, Row>,
    untold: BTreeSet<UsageKey>,
    unwritten: BTreeSet<UsageKey>,
    /// Rows that were dropped here and stand on disk.
    finished: Vec<UsageKey>,
    days: BTreeSet<(TenantId, Timestamp)>,
    /// The hour in which something was counted last.
    hour: Timestamp,
    /// The latest hour of which a row of this epoch was dropped.
    closed: Option<Timestamp>,
}

impl Books {
    /// Goes on from what an earlier run has left, under a new epoch.
    pub fn new(state: UsageState) -> Self {
        let mut books = Self {
            epoch: state.epoch,
            ..Self::default()
        };
        for usage in state.rows {
            let row = Row {
                messages: usage.messages,
                bytes: usage.bytes,
                ..Row::default()
            };
            let key = key_of(usage);
            books.untold.insert(key.clone());
            books.rows.insert(key, row);
        }
        books
    }

    /// Adds what a house has sent.
    pub fn enter(&mut self, tenant: TenantId, house: &HouseId, sent: &Sent) {
        if self.closed.is_some_and(|closed| sent.hour <= closed) {
            // The clock went back to an hour whose row is forgotten. To begin
            // it again at nothing would lose what comes now, as the larger
            // row wins; under a new epoch both count.
            self.epoch = self.epoch.saturating_add(1);
            self.closed = None;
        }
        self.hour = sent.hour;
        let key = UsageKey {
            epoch: self.epoch,
            hour: sent.hour,
            house: house.clone(),
        };
        let row = self.rows.entry(key.clone()).or_default();
        row.messages = row.messages.saturating_add(sent.messages);
        row.bytes = row.bytes.saturating_add(sent.bytes);
        self.untold.insert(key.clone());
        if !row.is_gone {
            self.unwritten.insert(key);
            self.days.insert((tenant, sent.hour.start_of_day()));
        }
    }

    /// Rows that the control plane does not know, at most `most`.
    pub fn untold(&self, most: usize) -> Vec<Usage> {
        let known = |key| self.rows.get(key).map(|row| usage(key, row));
        self.untold.iter().filter_map(known).take(most).collect()
    }

    /// The control plane has these rows.
    pub fn told(&mut self, rows: &[Usage]) {
        for usage in rows {
            let key = key_of(usage.clone());
            let Some(row) = self.rows.get_mut(&key) else {
                continue;
            };
            row.told = row.told.max(usage.messages);
            if row.told >= row.messages {
                self.untold.remove(&key);
            }
        }
        self.drop_finished();
    }

    /// Drops the rows that are told and over.
    fn drop_finished(&mut self) {
        let (epoch, hour) = (self.epoch, self.hour);
        let is_over = |key: &UsageKey| {
            key.epoch != epoch || key.hour.after(KEPT) <= hour
            // The clock went back: that hour may be a long way off.
            || key.hour > hour.after(KEPT)
        };
        let done: Vec<UsageKey> = self
            .rows
            .iter()
            .filter(|(key, row)| row.told >= row.messages && (row.is_gone || is_over(key)))
            .map(|(key, _)| key.clone())
            .collect();
        for key in done {
            let row = self.rows.remove(&key);
            self.unwritten.remove(&key);
            if key.epoch == epoch {
                self.closed = self.closed.max(Some(key.hour));
            }
            if row.is_some_and(|row| !row.is_gone) {
                self.finished.push(key);
            }
        }
    }

    /// What is to be written down; the totals of days are added by the caller.
    pub fn take_changes(&mut self) -> (UsageChanges, Vec<(TenantId, Timestamp)>) {
        let keys = std::mem::take(&mut self.unwritten);
        let known = |key: &UsageKey| self.rows.get(key).map(|row| usage(key, row));
        let changes = UsageChanges {
            epoch: self.epoch,
            rows: keys.iter().filter_map(known).collect(),
            finished: std::mem::take(&mut self.finished),
            spent: Vec::new(),
        };
        let days = std::mem::take(&mut self.days).into_iter().collect();
        (changes, days)
    }

    /// These changes could not be written: they wait again.
    pub fn put_back(&mut self, changes: UsageChanges) {
        for usage in changes.rows {
            let key = key_of(usage);
            if self.rows.get(&key).is_some_and(|row| !row.is_gone) {
                self.unwritten.insert(key);
            }
        }
        self.finished.extend(changes.finished);
        let days = changes
            .spent
            .into_iter()
            .map(|spent| (spent.tenant, spent.day));
        self.days.extend(days);
    }

    /// Houses and tenants are gone: nothing more is written of them.
    pub fn forget(&mut self, houses: &[HouseId], tenants: &[TenantId]) {
        for (key, row) in &mut self.rows {
            if houses.contains(&key.house) {
                row.is_gone = true;
                self.unwritten.remove(key);
            }
        }
        self.finished.retain(|key| !houses.contains(&key.house));
        self.days.retain(|(tenant, _)| !tenants.contains(tenant));
    }

    /// Whether there is something to write down.
    pub fn has_changes(&self) -> bool {
        !(self.unwritten.is_empty() && self.finished.is_empty() && self.days.is_empty())
    }
}

fn key_of(usage: Usage) -> UsageKey {
    UsageKey {
        epoch: usage.epoch,
        hour: usage.hour,
        house: usage.house,
    }
}

fn usage(key: &UsageKey, row: &Row) -> Usage {
    Usage {
        epoch: key.epoch,
        house: key.house.clone(),
        hour: key.hour,
        messages: row.messages,
        bytes: row.bytes,
    }
}

#[cfg(test)]
mod tests;
