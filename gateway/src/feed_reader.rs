//! Follows the feed: puts each batch in force, stores it, then asks for the
//! next, which tells the control plane that this one is safe.
//!
//! At the start the state on disk is in force at once, so a control plane that
//! is away stops nobody. Without a state on disk everybody is refused until
//! the feed brings one.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cell::{CellState, Feed, FeedBatch, Reader};
use model::HouseId;
use platform::Health;
use tokio_util::sync::CancellationToken;

use crate::directory::{CurrentDirectory, Directory};
use crate::store::{Store, StoreError};

/// The name of this part in `/readyz`.
pub(crate) const PART: &str = "gateway";
/// The first pause after a failure; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Told when another directory is in force: live connections are decided over
/// again, and the named houses are forgotten.
#[async_trait]
pub(crate) trait OnChange: Send + Sync {
    /// The next directory is in force; `gone` are the houses that left. Returns
    /// once nothing is written for them any more.
    async fn changed(&self, gone: &[HouseId]);
}

pub(crate) struct FeedReader {
    pub(crate) feed: Arc<dyn Feed>,
    pub(crate) store: Store,
    pub(crate) directory: CurrentDirectory,
    pub(crate) on_change: Arc<dyn OnChange>,
    pub(crate) health: Health,
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
        next.apply(batch);
        let kept: HashSet<&HouseId> = next.houses().map(|(_, house)| &house.house).collect();
        let gone: Vec<HouseId> = self
            .state
            .houses()
            .map(|(_, house)| house.house.clone())
            .filter(|house| !kept.contains(house))
            .collect();
        self.directory.swap(Directory::from_state(&next));
        self.on_change.changed(&gone).await;
        self.store.keep_state(next.clone(), gone).await?;
        tracing::debug!(revision = ?next.revision, "A new state of the cell is in force");
        self.state = next;
        self.health.set(PART, Ok(()));
        Ok(())
    }
}
