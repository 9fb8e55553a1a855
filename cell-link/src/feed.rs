//! The feed, read from the store: at every commit of this process at once, at
//! those of others within a second.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cell::{CellSpec, Feed, FeedBatch, LinkError, Reader, Revision, SigningKey, TenantSpec};
use model::{Ambient, CellId};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use store::{Cell, Store, StoreError, Work};

/// How often the store is asked for what other processes committed.
const POLL: Duration = Duration::from_secs(1);

/// The feed of one cell.
pub struct ControlPlaneFeed {
    store: Store,
    cell: CellId,
    ambient: Arc<dyn Ambient>,
    /// What readers acknowledged to this process.
    reached: watch::Sender<BTreeMap<Reader, Revision>>,
}

impl ControlPlaneFeed {
    /// The feed of `cell`.
    #[must_use]
    pub fn new(store: Store, cell: CellId, ambient: Arc<dyn Ambient>) -> Self {
        Self {
            store,
            cell,
            ambient,
            reached: watch::Sender::new(BTreeMap::new()),
        }
    }

    /// Waits until the cell's gateway has stored `revision`, at most
    /// `deadline`; `false` when it had not by then. The change is kept either
    /// way and reaches the gateway as soon as it listens.
    pub async fn wait_until_applied(
        &self,
        revision: Revision,
        deadline: Duration,
    ) -> Result<bool, StoreError> {
        let end = Instant::now() + deadline;
        let mut reached = self.reached.subscribe();
        loop {
            let here = reached
                .borrow_and_update()
                .get(&Reader::Gateway)
                .is_some_and(|reached| *reached >= revision);
            if here || self.acknowledged(Reader::Gateway).await? >= revision {
                return Ok(true);
            }
            let now = Instant::now();
            if now >= end {
                return Ok(false);
            }
            // Woken by a reader of this process; a reader of another one is
            // noticed when the time is up.
            let _woken = timeout((end - now).min(POLL), reached.changed()).await;
        }
    }

    async fn acknowledged(&self, reader: Reader) -> Result<Revision, StoreError> {
        let mut work = self.store.begin_read().await?;
        work.feeds().acknowledged(self.cell, reader).await
    }

    /// Notes what a reader stored, unless that is known already.
    async fn acknowledge(&self, reader: Reader, reached: Revision) -> Result<(), StoreError> {
        let known = self.reached.borrow().get(&reader).copied();
        if known >= Some(reached) {
            return Ok(());
        }
        let mut work = self.store.begin_write().await?;
        // A reader may know more than we do: after a backup was restored.
        let cell = self.own_cell(&mut work).await?;
        if reached > cell.revision {
            return Ok(());
        }
        work.feeds()
            .acknowledge(self.cell, reader, reached, self.ambient.now())
            .await?;
        work.commit().await?;
        self.reached.send_modify(|all| {
            let entry = all.entry(reader).or_default();
            *entry = reached.max(*entry);
        });
        Ok(())
    }

    async fn own_cell(&self, work: &mut Work) -> Result<Cell, StoreError> {
        work.cells()
            .find(self.cell)
            .await?
            .ok_or_else(|| StoreError::Corrupt {
                table: "cells",
                row: format!("{} is not there", self.cell),
            })
    }

    /// What a reader at `since` lacks; `None` when it lacks nothing.
    async fn read(
        &self,
        reader: Reader,
        since: Option<Revision>,
    ) -> Result<Option<FeedBatch>, StoreError> {
        let mut work = self.store.begin_read().await?;
        let cell = self.own_cell(&mut work).await?;
        let start = match place(&cell, since) {
            Place::UpToDate => return Ok(None),
            Place::Behind(since) => Some(since),
            Place::Lost => None,
        };
        let since = start.unwrap_or_default();
        let feeds = work.feeds();
        let tenants = feeds
            .tenants_since(self.cell, since, self.ambient.now())
            .await?;
        let gone = match start {
            Some(since) => feeds.gone_since(self.cell, since).await?,
            None => Vec::new(),
        };
        let spec = if cell.spec_revision > since {
            Some(self.spec(&mut work, &cell).await?)
        } else {
            None
        };
        Ok(Some(FeedBatch {
            revision: cell.revision,
            snapshot: start.is_none(),
            cell: spec,
            tenants: view(reader, tenants),
            gone,
        }))
    }

    async fn spec(&self, work: &mut Work, cell: &Cell) -> Result<CellSpec, StoreError> {
        let keys = work.cells().signing_keys(self.cell).await?;
        Ok(CellSpec {
            cell: self.cell,
            revision: cell.spec_revision,
            signing_keys: keys
                .into_iter()
                .map(|key| SigningKey {
                    key_id: key.key_id,
                    x: key.public_x,
                })
                .collect(),
        })
    }
}

/// Where a reader is.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// There is nothing new.
    UpToDate,
    /// What came since is still known.
    Behind(Revision),
    /// It has nothing, lacks tombstones that are forgotten, or comes from a
    /// future that a restored backup does not know: it needs a snapshot.
    Lost,
}

fn place(cell: &Cell, since: Option<Revision>) -> Place {
    match since {
        Some(since) if since == cell.revision => Place::UpToDate,
        Some(since) if (cell.forgotten..cell.revision).contains(&since) => Place::Behind(since),
        Some(_) | None => Place::Lost,
    }
}

/// What a reader may see.
fn view(reader: Reader, mut tenants: Vec<TenantSpec>) -> Vec<TenantSpec> {
    match reader {
        Reader::Gateway => {}
        Reader::Operator => {
            for house in tenants.iter_mut().flat_map(|tenant| &mut tenant.houses) {
                house.credentials.clear();
            }
        }
    }
    tenants
}

#[async_trait]
impl Feed for ControlPlaneFeed {
    async fn next(&self, reader: Reader, since: Option<Revision>) -> Result<FeedBatch, LinkError> {
        let failed = |error: StoreError| {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the feed cannot be read"
            );
            LinkError("the control plane cannot read its database".to_owned())
        };
        if let Some(since) = since {
            self.acknowledge(reader, since).await.map_err(failed)?;
        }
        let mut changes = self.store.changes();
        loop {
            // Before reading, so that a commit during it is not missed.
            changes.borrow_and_update();
            if let Some(batch) = self.read(reader, since).await.map_err(failed)? {
                return Ok(batch);
            }
            let _woken = timeout(POLL, changes.changed()).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use model::time::ManualAmbient;

    use super::*;

    #[test]
    fn a_reader_gets_a_snapshot_when_increments_would_lie() {
        let cell = Cell {
            id: CellId::generate(&ManualAmbient::at(Timestamp(0))),
            name: "main".parse().unwrap(),
            revision: Revision(9),
            spec_revision: Revision(1),
            forgotten: Revision(4),
        };
        let at = |since: i64| place(&cell, Some(Revision(since)));
        assert_eq!(place(&cell, None), Place::Lost);
        assert_eq!(at(3), Place::Lost, "a tombstone it needs is forgotten");
        assert_eq!(at(4), Place::Behind(Revision(4)));
        assert_eq!(at(8), Place::Behind(Revision(8)));
        assert_eq!(at(9), Place::UpToDate);
        assert_eq!(at(10), Place::Lost, "it knows more than a restored backup");
    }
}
