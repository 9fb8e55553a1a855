//! Secrets that wait to be shown, once.
//!
//! A form is answered by a redirect, so that a reload does not send it again;
//! the passcode has to cross that redirect without standing in an address,
//! a cookie or the database. It waits here, in memory, for the session that
//! made it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use model::{Binding, HouseId, Secret, SessionId, Timestamp};

/// How long a secret waits.
const WAITS: Duration = Duration::from_mins(10);

/// How many wait at most; beyond, those that have waited longest go.
const MOST: usize = 10_000;

/// A secret with the name of its credential.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// What the credential is called.
    pub name: String,
    /// As whom it speaks.
    pub binding: Binding,
    /// The secret.
    pub secret: Secret,
}

/// The secrets that wait.
#[derive(Default)]
pub struct ShownOnce {
    waiting: Mutex<HashMap<(SessionId, HouseId), (Timestamp, Fresh)>>,
}

impl ShownOnce {
    /// Keeps a secret for `session`, to be shown on the page of `house`.
    pub fn put(&self, session: SessionId, house: HouseId, fresh: Fresh, now: Timestamp) {
        let mut waiting = self.lock();
        if waiting.len() >= MOST {
            let oldest = waiting
                .iter()
                .min_by_key(|(_, (since, _))| *since)
                .map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                waiting.remove(&oldest);
            }
        }
        waiting.insert((session, house), (now, fresh));
    }

    /// The secret that waits for `session` on the page of `house`; the second
    /// call gets none.
    pub fn take(&self, session: SessionId, house: &HouseId, now: Timestamp) -> Option<Fresh> {
        let taken = self.lock().remove(&(session, house.clone()));
        taken
            .filter(|(since, _)| now.since(*since) < WAITS)
            .map(|(_, fresh)| fresh)
    }

    /// Drops what nobody came for.
    pub fn forget_old(&self, now: Timestamp) {
        self.lock()
            .retain(|_, (since, _)| now.since(*since) < WAITS);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(SessionId, HouseId), (Timestamp, Fresh)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ShownOnce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShownOnce(…)")
    }
}

#[cfg(test)]
mod tests {
    use model::Ambient;
    use model::time::ManualAmbient;

    use super::*;

    #[test]
    fn a_secret_is_shown_once_to_its_session_and_not_for_ever() {
        let ambient = ManualAmbient::at(Timestamp(0));
        let house: HouseId = "villa-7k3q9x".parse().unwrap();
        let [mine, other] = [(); 2].map(|()| SessionId::generate(&ambient));
        let once = ShownOnce::default();
        let fresh = || Fresh {
            binding: Binding::House,
            name: "Main passcode".into(),
            secret: Secret::generate(&ambient),
        };
        once.put(mine, house.clone(), fresh(), ambient.now());
        assert!(once.take(other, &house, ambient.now()).is_none());
        assert!(once.take(mine, &house, ambient.now()).is_some());
        assert!(once.take(mine, &house, ambient.now()).is_none());

        once.put(mine, house.clone(), fresh(), ambient.now());
        ambient.advance(WAITS);
        once.forget_old(ambient.now());
        assert!(once.lock().is_empty());
        once.put(mine, house.clone(), fresh(), Timestamp(0));
        assert!(once.take(mine, &house, ambient.now()).is_none());
    }
}
