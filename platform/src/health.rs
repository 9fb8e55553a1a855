//! What `/readyz` says: each part reports its own state, in words.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How a part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// All is well.
    Well,
    /// It serves, but not everybody; the sentence says what is wrong. Does not
    /// make the process unready: sending everybody elsewhere would not help.
    Degraded(String),
    /// It does not serve; the sentence says what is wrong and what to do.
    Failed(String),
}

/// The health of all parts of this process. Cheap to clone; clones share.
///
/// The sentences are shown to whoever can reach `/readyz`: they name no house
/// and no person.
#[derive(Clone, Debug, Default)]
pub struct Health {
    parts: Arc<Mutex<BTreeMap<&'static str, State>>>,
}

impl Health {
    /// Says how `part` is: `Err` with a sentence for the operator that tells
    /// what is wrong and what to do.
    pub fn set(&self, part: &'static str, state: Result<(), String>) {
        self.put(part, state.map_or_else(State::Failed, |()| State::Well));
    }

    /// Says that `part` serves, but not everybody.
    pub fn degrade(&self, part: &'static str, sentence: String) {
        self.put(part, State::Degraded(sentence));
    }

    fn put(&self, part: &'static str, state: State) {
        let previous = self.lock().insert(part, state.clone());
        if previous.as_ref() == Some(&state) {
            return;
        }
        match (state, previous) {
            (State::Failed(trouble), None) => {
                tracing::info!(part, "Part {part} is not ready: {trouble}");
            }
            (State::Failed(trouble), Some(_)) => {
                tracing::error!(part, "Part {part} is not healthy: {trouble}");
            }
            (State::Degraded(trouble), _) => {
                tracing::warn!(part, "Part {part} is degraded: {trouble}");
            }
            (State::Well, Some(_)) => tracing::info!(part, "Part {part} is ready"),
            (State::Well, None) => {}
        }
    }

    /// Every part with its state.
    #[must_use]
    pub fn report(&self) -> BTreeMap<&'static str, State> {
        self.lock().clone()
    }

    /// Whether all parts serve.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self
            .lock()
            .values()
            .any(|state| matches!(state, State::Failed(_)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, State>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sick_part_makes_the_process_unready_until_it_recovers() {
        let health = Health::default();
        health.set("database", Ok(()));
        health
            .clone()
            .set("disk", Err("the disk is full; free some space".into()));
        assert!(!health.is_ready());
        health.set("disk", Ok(()));
        assert!(health.is_ready());
        assert_eq!(health.report().len(), 2);
    }

    #[test]
    fn a_degraded_part_still_serves() {
        let health = Health::default();
        health.degrade("houses", "1 house is stopped".into());
        assert!(health.is_ready());
        assert_eq!(
            health.report()["houses"],
            State::Degraded("1 house is stopped".into())
        );
    }
}
