//! Senders whose connection died: after a grace the house is told `STATUS/0`
//! in their name.

use std::time::Duration;

use model::Timestamp;

use super::clock::moved;
use super::session::Sender;

/// How long a client may take to come back before its modules are said to have
/// stopped. Stock modules reconnect after about ten seconds.
pub const GRACE: Duration = Duration::from_secs(15);

/// Senders of a house that may be waited for at one time; of further ones
/// nothing is said. Whoever connects, speaks and leaves again and again must
/// not fill the memory.
const SENDERS: usize = 1_024;

#[derive(Debug)]
struct Silence {
    client_id: Box<str>,
    due: Timestamp,
    senders: Vec<Sender>,
}

/// The connections that died lately, oldest first.
#[derive(Debug, Default)]
pub(super) struct Silences {
    waiting: Vec<Silence>,
}

impl Silences {
    /// A connection died; when its time is over.
    pub fn begin(&mut self, now: Timestamp, client_id: &str, senders: &[Sender]) -> Timestamp {
        let due = now.after(GRACE);
        let known: usize = self.waiting.iter().map(|s| s.senders.len()).sum();
        let senders: Vec<Sender> = senders.iter().take(SENDERS - known).cloned().collect();
        if !senders.is_empty() {
            self.waiting.push(Silence {
                client_id: client_id.into(),
                due,
                senders,
            });
        }
        due
    }

    /// A client is back: nothing is said of it.
    pub fn end(&mut self, client_id: &str) {
        self.waiting
            .retain(|silence| *silence.client_id != *client_id);
    }

    /// When to call [`Silences::over`] next.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.waiting.iter().map(|silence| silence.due).min()
    }

    /// The clock was set by so many milliseconds.
    pub fn clock_was_set(&mut self, by: i64) {
        for silence in &mut self.waiting {
            silence.due = moved(silence.due, by);
        }
    }

    /// Whether nothing waits.
    pub const fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The senders whose grace is over.
    pub fn over(&mut self, now: Timestamp) -> Vec<Sender> {
        let mut over = Vec::new();
        self.waiting.retain_mut(|silence| {
            let is_over = silence.due <= now;
            if is_over {
                over.append(&mut silence.senders);
            }
            !is_over
        });
        over
    }
}
