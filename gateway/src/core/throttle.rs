//! What the rate has slowed, refused and dropped, gathered for one record per
//! client and second: a storm must not cost more to tell of than to stop.

use std::collections::BTreeMap;
use std::time::Duration;

use model::Timestamp;

use super::clock::moved;
use super::identity::ConnId;

/// Over how long publishes are gathered.
const WINDOW: Duration = Duration::from_secs(1);

/// What became of a publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Throttled {
    /// It was passed on, and its acknowledgement waits.
    Slowed,
    /// Quality 0: it was dropped.
    Dropped,
    /// Quality 1 or 2: too many wait already.
    Refused,
}

impl Throttled {
    /// What the resident reads.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Slowed => "messages beyond the rate: passed on, and acknowledged later",
            Self::Dropped => "messages beyond the rate without acknowledgement: dropped",
            Self::Refused => "messages beyond the rate, more than may wait: dropped",
        }
    }
}

/// The publishes of one client in one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub client: Box<str>,
    pub what: Throttled,
    pub count: u64,
}

/// The window that runs.
#[derive(Debug, Default)]
pub(super) struct ThrottleLog {
    began: Timestamp,
    /// Messages that came in it, and those that waited when it began.
    seen: u64,
    rows: BTreeMap<(ConnId, Throttled), (Box<str>, u64)>,
}

impl ThrottleLog {
    /// A publish has come; `waiting` messages waited before. To be called when
    /// no window is [over](Self::is_over).
    pub fn arrived(&mut self, now: Timestamp, messages: u64, waiting: u64) {
        if self.rows.is_empty() && now.since(self.began) >= WINDOW || now < self.began {
            self.began = now;
            self.seen = waiting;
        }
        self.seen = self.seen.saturating_add(messages);
    }

    /// Notes what became of the publish that has just arrived.
    pub fn note(&mut self, conn: ConnId, client: &str, what: Throttled) {
        let row = self
            .rows
            .entry((conn, what))
            .or_insert_with(|| (client.into(), 0));
        row.1 += 1;
    }

    /// Messages seen in this window.
    pub const fn seen(&self) -> u64 {
        self.seen
    }

    /// When to [take](Self::take) what was noted; `None` for nothing.
    pub fn due(&self) -> Option<Timestamp> {
        (!self.rows.is_empty()).then(|| self.began.after(WINDOW))
    }

    /// Whether the window is over and something was noted in it.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.due().is_some_and(|due| due <= now)
    }

    /// What was noted; the next window begins with the next publish.
    pub fn take(&mut self) -> Vec<Row> {
        let row = |((_, what), (client, count))| Row {
            client,
            what,
            count,
        };
        std::mem::take(&mut self.rows)
            .into_iter()
            .map(row)
            .collect()
    }

    /// The clock was set by so many milliseconds.
    pub const fn clock_was_set(&mut self, by: i64) {
        self.began = moved(self.began, by);
    }
}
