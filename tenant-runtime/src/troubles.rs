//! Houses that had to stop, for the operator: one line each in the log, their
//! number in `/readyz`, which anybody may read and so names none.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::HouseId;
use platform::Health;

/// The part of the process as it is called in `/readyz`.
const PART: &str = "house stores";

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
        let sentence = match houses.len() {
            0 => return self.health.set(PART, Ok(())),
            1 => "1 house is stopped".to_owned(),
            count => format!("{count} houses are stopped"),
        };
        self.health.degrade(
            PART,
            format!("{sentence}, the others run; the log says which and why"),
        );
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<HouseId, String>> {
        self.houses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use platform::health::State;

    use super::*;

    #[test]
    fn health_counts_the_houses_that_are_stopped() {
        let health = Health::default();
        let troubles = Troubles::new(health.clone());
        assert!(health.is_ready());
        let houses = ["a-aaaaaa", "b-aaaaaa"].map(|id| id.parse::<HouseId>().unwrap());
        for house in &houses {
            troubles.add(house, "the disk is full");
        }
        assert_eq!(
            health.report()[PART],
            State::Degraded(
                "2 houses are stopped, the others run; the log says which and why".to_owned()
            )
        );
        assert!(health.is_ready(), "the others are served");
        for house in &houses {
            troubles.clear(house);
        }
        assert!(health.is_ready());
    }
}
