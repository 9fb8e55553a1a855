//! Follows the feed: puts each batch in force, stores it, then asks for the
//! next, which tells the control plane that this one is safe.
//!
//! At the start the state on disk is in force at once, so a control plane that
//! is away stops nobody. Without a state on disk everybody is refused until
//! the feed brings one.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cell::{CellState, Feed, FeedBatch, Presence, Reader};
use model::{Ambient, HouseId, TenantId};
use platform::Health;
use tokio_util::sync::CancellationToken;

use crate::directory::{CurrentDirectory, Directory};
use crate::reports::Reports;
use crate::store::{Gone, Store, StoreError};

/// The name of this part in `/readyz`.
pub(crate) const PART: &str = "gateway";
/// The first pause after a failure; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Told when another directory is in force.
#[async_trait]
pub(crate) trait OnChange: Send + Sync {
    /// `houses` changed: who is connected to them is decided over again. Those
    /// that are gone are forgotten, and nothing is written for them once this
    /// returns.
    async fn changed(&self, houses: &[HouseId]);
}

pub(crate) struct FeedReader {
    pub(crate) feed: Arc<dyn Feed>,
    pub(crate) store: Store,
    pub(crate) directory: CurrentDirectory,
    pub(crate) on_change: Arc<dyn OnChange>,
    pub(crate) health: Health,
    pub(crate) reports: Reports,
    pub(crate) ambient: Arc<dyn Ambient>,
    /// What is on disk.
    pub(crate) state: CellState,
}

impl FeedReader {
    /// Reads until `drain`.
    pub(crate) async fn run(mut self, drain: CancellationToken) {
        tokio::select! {
            () = self.read_for_ever() => {}
            () = drain.cancelled() => {}
        }
    }

    /// Says of the houses of the state on disk that nobody is connected. Called
    /// before anybody can be: what was reported before a kill is not true any
    /// more.
    pub(crate) fn begin(&self) {
        self.report_empty(self.state.houses().map(|(_, house)| &house.house));
    }

    fn report_empty<'a>(&self, houses: impl Iterator<Item = &'a HouseId>) {
        for house in houses {
            self.reports.present(Presence {
                house: house.clone(),
                at: self.ambient.now(),
                clients: Vec::new(),
                last_seen: None,
            });
        }
    }

    async fn read_for_ever(&mut self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let outcome = match self.feed.next(Reader::Gateway, self.state.revision).await {
                Ok(batch) => self.take(batch).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            match outcome {
                Ok(()) => pause = FIRST_PAUSE,
                Err(error) => {
                    tracing::warn!(%error, "The feed could not be followed; trying again");
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    /// Puts a batch in force and stores it. In force first, because a secret
    /// that was withdrawn must not open anything while the disk is slow or
    /// full; acknowledged only once stored, so the feed gives it again if it is
    /// not.
    async fn take(&mut self, batch: FeedBatch) -> Result<(), StoreError> {
        let mut next = self.state.clone();
        let tenants = next.apply(batch);
        let houses = houses_of(&tenants, [&self.state, &next]);
        let in_force = self.directory.get().unwrap_or_default();
        let fresh = next.houses().map(|(_, house)| &house.house);
        self.report_empty(fresh.filter(|house| !in_force.knows(house)));
        self.directory.swap(Directory::from_state(&next));
        self.on_change.changed(&houses).await;
        let kept: HashSet<&HouseId> = next.houses().map(|(_, house)| &house.house).collect();
        let gone = houses.iter().filter(|house| !kept.contains(house));
        let houses: Vec<HouseId> = gone.cloned().collect();
        let left = next.tenants.keys().copied().collect();
        let tenants = self.reports.ledger().forget(&houses, &left);
        let gone = Gone { houses, tenants };
        self.store.keep_state(next.clone(), gone).await?;
        tracing::debug!(revision = ?next.revision, "A new state of the cell is in force");
        self.state = next;
        self.health.set(PART, Ok(()));
        Ok(())
    }
}

/// The houses that `tenants` have in any of `states`.
fn houses_of(tenants: &[TenantId], states: [&CellState; 2]) -> Vec<HouseId> {
    let named: BTreeSet<&HouseId> = states
        .into_iter()
        .flat_map(CellState::houses)
        .filter(|(tenant, _)| tenants.contains(&tenant.tenant))
        .map(|(_, house)| &house.house)
        .collect();
    named.into_iter().cloned().collect()
}
