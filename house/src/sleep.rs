//! What a house is given when it wakes, what it has, and what it remembers
//! while it sleeps besides its store.

use model::{HouseId, Timestamp};

use crate::brain::House;
use crate::config::{RULES, SENSORS, Subscribers};
use crate::identity::Identity;
use crate::keeping::Episode;
use crate::live::Live;
use crate::terms::Terms;

/// What a house is told from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its name on the bus.
    pub house: HouseId,
    /// What the portal says of it.
    pub identity: Identity,
    /// What it may do and keep.
    pub terms: Terms,
}

/// What a house that sleeps remembers and does not write down: who asked for
/// which files, and newest values that may not be kept. A restart forgets it.
#[derive(Default)]
pub struct Memory {
    pub(crate) subscribers: Subscribers,
    pub(crate) live: Live,
    pub(crate) episode: Option<Episode>,
    pub(crate) is_to_tidy_up: bool,
}

impl Memory {
    /// Other ages hold for history: the house tidies up when it wakes.
    pub fn tidy_up(&mut self) {
        self.is_to_tidy_up = true;
    }
}

/// What a house has, for those who count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Possessions {
    /// Files of sensors.
    pub sensors: u64,
    /// Files of rules.
    pub rules: u64,
    /// Bytes of the house's file in use, when last measured.
    pub history_bytes: u64,
}

impl House {
    /// Whether nothing is under way that a sleep would lose.
    #[must_use]
    pub fn is_at_rest(&self, now: Timestamp) -> bool {
        let chores = self.retention.paused || self.retention.is_at_rest();
        let is_due = !self.retention.paused && self.retention.rest(now).is_zero();
        self.turns.len() == 0 && chores && !is_due && !self.room.is_under_way()
    }

    /// Ends this life, which is to be [at rest](Self::is_at_rest).
    #[must_use]
    pub fn fall_asleep(self) -> Memory {
        Memory {
            subscribers: self.subscribers,
            live: self.live,
            episode: self.episode,
            is_to_tidy_up: false,
        }
    }

    /// What the house has.
    #[must_use]
    pub fn possessions(&self) -> Possessions {
        Possessions {
            sensors: self.files.count(SENSORS),
            rules: self.files.count(RULES),
            history_bytes: self.room.used(),
        }
    }
}
