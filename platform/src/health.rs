//! What `/readyz` says: each part reports its own state, in words.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The health of all parts of this process. Cheap to clone; clones share.
#[derive(Clone, Debug, Default)]
pub struct Health {
    parts: Arc<Mutex<BTreeMap<&'static str, Result<(), String>>>>,
}

impl Health {
    /// Says how `part` is: `Err` with a sentence for the operator that tells
    /// what is wrong and what to do.
    pub fn set(&self, part: &'static str, state: Result<(), String>) {
        let previous = self.lock().insert(part, state.clone());
        match (state, previous) {
            (Err(trouble), None) => tracing::info!(part, "Part {part} is not ready: {trouble}"),
            (Err(trouble), Some(Ok(()))) => {
                tracing::error!(part, "Part {part} is not healthy: {trouble}");
            }
            (Ok(()), Some(Err(_))) => tracing::info!(part, "Part {part} is ready"),
            _ => {}
        }
    }

    /// Every part with its state.
    #[must_use]
    pub fn report(&self) -> BTreeMap<&'static str, Result<(), String>> {
        self.lock().clone()
    }

    /// Whether all parts are well.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.lock().values().all(Result::is_ok)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, Result<(), String>>> {
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
}
