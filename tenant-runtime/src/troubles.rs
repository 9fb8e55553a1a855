//! Houses that had to stop, for the operator: one line each in the log, all of
//! them in `/readyz`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::HouseId;
use platform::Health;

/// The part of the process as it is called in `/readyz`.
const PART: &str = "house stores";

/// Most houses named in one sentence.
const NAMED: usize = 5;

/// What is wrong with which house. Clones share.
#[derive(Clone)]
pub(crate) struct Troubles {
    health: Health,
    houses: Arc<Mutex<BTreeMap<HouseId, String>>>,
}

impl Troubles {
    pub(crate) fn new(health: Health) -> Self {
        let troubles = Self {
            health,
            houses: Arc::default(),
        };
        troubles.health.set(PART, Ok(()));
        troubles
    }

    /// The house stopped because of `why`.
    pub(crate) fn add(&self, house: &HouseId, why: &str) {
        tracing::error!(house.id = %house, "House {house} is stopped: {why}");
        let mut houses = self.lock();
        houses.insert(house.clone(), why.to_owned());
        self.report(&houses);
    }

    /// The house runs again, or is gone.
    pub(crate) fn clear(&self, house: &HouseId) {
        let mut houses = self.lock();
        if houses.remove(house).is_some() {
            tracing::info!(house.id = %house, "House {house} is no longer stopped");
            self.report(&houses);
        }
    }

    fn report(&self, houses: &BTreeMap<HouseId, String>) {
        let Some(more) = houses.len().checked_sub(1) else {
            self.health.set(PART, Ok(()));
            return;
        };
        let named: Vec<String> = houses
            .iter()
            .take(NAMED)
            .map(|(house, why)| format!("{house}: {why}"))
            .collect();
        let count = more + 1;
        let sentence = format!("{count} stopped, the others run. {}", named.join("; "));
        self.health.set(PART, Err(sentence));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<HouseId, String>> {
        self.houses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_names_the_houses_that_are_stopped() {
        let health = Health::default();
        let troubles = Troubles::new(health.clone());
        assert!(health.is_ready());
        let houses = ["a-aaaaaa", "b-aaaaaa"].map(|id| id.parse::<HouseId>().unwrap());
        for house in &houses {
            troubles.add(house, "the disk is full");
        }
        let report = health.report()[PART].clone().unwrap_err();
        assert_eq!(
            report,
            "2 stopped, the others run. a-aaaaaa: the disk is full; b-aaaaaa: the disk is full"
        );
        for house in &houses {
            troubles.clear(house);
        }
        assert!(health.is_ready());
    }
}
