//! What the clients of a house have sent, by UTC hour, until it is written
//! into the gateway's ledger.

use model::Timestamp;

/// What was sent in one UTC hour since it was last taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Start of the hour.
    pub hour: Timestamp,
    /// Messages, as [`messages_counted`](model::plan::messages_counted) counts
    /// them.
    pub messages: u64,
    /// Bytes of their payloads.
    pub bytes: u64,
}

/// The meter of one house.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// The hour that is counted now.
    current: Sent,
    /// Hours that were over before they were taken.
    earlier: Vec<Sent>,
}

impl Meter {
    /// Counts a publish.
    pub fn count(&mut self, now: Timestamp, messages: u64, bytes: u64) {
        let hour = now.start_of_hour();
        if hour != self.current.hour {
            let over = std::mem::take(&mut self.current);
            if over.messages > 0 {
                self.earlier.push(over);
            }
            self.current.hour = hour;
        }
        self.current.messages = self.current.messages.saturating_add(messages);
        self.current.bytes = self.current.bytes.saturating_add(bytes);
    }

    /// Whether there is something to take.
    pub const fn is_empty(&self) -> bool {
        self.current.messages == 0 && self.earlier.is_empty()
    }

    /// What was counted since the last call.
    pub fn take(&mut self) -> Vec<Sent> {
        let mut taken = std::mem::take(&mut self.earlier);
        if self.current.messages > 0 {
            taken.push(self.current);
            self.current.messages = 0;
            self.current.bytes = 0;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Taken whenever, with a clock that goes as it likes: each hour has
        /// what was sent in it, no more and no less.
        #[test]
        fn every_message_is_in_its_hour_once(
            sent in prop::collection::vec((0i64..20_000_000, 1u64..5, any::<bool>()), 0..100),
        ) {
            let mut meter = Meter::default();
            let mut expected = std::collections::BTreeMap::new();
            let mut taken = Vec::new();
            for (at, messages, take) in sent {
                meter.count(Timestamp(at), messages, messages * 10);
                *expected.entry(Timestamp(at - at % 3_600_000)).or_insert(0) += messages;
                if take {
                    taken.extend(meter.take());
                    prop_assert!(meter.is_empty());
                }
            }
            taken.extend(meter.take());
            let mut counted = std::collections::BTreeMap::new();
            for row in taken {
                prop_assert_eq!(row.bytes, row.messages * 10);
                *counted.entry(row.hour).or_insert(0) += row.messages;
            }
            prop_assert_eq!(counted, expected);
        }
    }
}
