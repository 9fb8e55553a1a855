//! Which houses run, after the feed: exactly one task per hosted house whose
//! tenant is not suspended.

mod memory;
mod plan;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cell::{CellState, Feed, FeedBatch, LinkError, Reader};
use model::HouseId;
use platform::Lifecycle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::house_task::{HouseTask, Surroundings, Wanted};
pub(crate) use memory::Memory;

/// How often houses whose task ended by itself are started again.
const PATROL: Duration = Duration::from_mins(1);

/// The pause after the feed could not be read.
const FEED_PAUSE: Duration = Duration::from_secs(2);

/// A house's task, seen from outside.
struct Running {
    wanted: watch::Sender<Wanted>,
    stop: CancellationToken,
    ended: CancellationToken,
}

/// Keeps what runs equal to what the feed wants.
pub(crate) struct Supervisor {
    pub(crate) around: Arc<Surroundings>,
    pub(crate) feed: Arc<dyn Feed>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) memory: Memory,
    running: BTreeMap<HouseId, Running>,
}

impl Supervisor {
    pub(crate) fn new(
        around: Arc<Surroundings>,
        feed: Arc<dyn Feed>,
        lifecycle: Lifecycle,
        memory: Memory,
    ) -> Self {
        Self {
            around,
            feed,
            lifecycle,
            memory,
            running: BTreeMap::new(),
        }
    }

    /// Runs until the process drains; the houses drain by themselves.
    pub(crate) async fn run(mut self, drain: CancellationToken) {
        let mut state = self.memory.read();
        self.reconcile(&state).await;
        let mut patrol = tokio::time::interval(PATROL);
        patrol.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let feed = Arc::clone(&self.feed);
            let next = feed.next(Reader::Operator, state.revision);
            tokio::pin!(next);
            let batch = loop {
                tokio::select! {
                    () = drain.cancelled() => return,
                    batch = &mut next => break batch,
                    _ = patrol.tick() => self.reconcile(&state).await,
                }
            };
            match batch {
                Ok(batch) => self.take(&mut state, batch).await,
                Err(LinkError(why)) => {
                    tracing::warn!("The runtime cannot read its feed, the houses go on: {why}");
                    tokio::select! {
                        () = drain.cancelled() => return,
                        () = tokio::time::sleep(FEED_PAUSE) => {}
                    }
                }
            }
        }
    }

    async fn take(&mut self, state: &mut CellState, batch: FeedBatch) {
        let by_snapshot = batch.snapshot;
        let before = plan::houses(state);
        state.apply(batch);
        self.reconcile(state).await;
        let after = plan::houses(state);
        for house in before.difference(&after) {
            self.around.troubles.clear(house);
            self.around.reports.forget(house);
            if by_snapshot {
                tracing::warn!(
                    house.id = %house,
                    "House {house} is not among those of this cell any more; its file is kept, \
                     delete it by hand if it is no longer wanted"
                );
            } else {
                self.delete(house).await;
            }
        }
        // Only now: after a crash the same batch comes, and deletes, again.
        self.memory.write(state);
    }

    async fn delete(&self, house: &HouseId) {
        match self.around.stores.remove(house).await {
            Ok(()) => tracing::info!(
                house.id = %house,
                "House {house} was deleted; its configuration and history are erased"
            ),
            Err(fault) => tracing::error!(
                house.id = %house,
                "House {house} was deleted but its file is still there: {fault}"
            ),
        }
    }

    /// Stops what should not run, starts what should, and passes on new names,
    /// time zones, quotas and standing. Asked twice it changes nothing.
    async fn reconcile(&mut self, state: &CellState) {
        let wanted = plan::wanted(state);
        let mut stopping = Vec::new();
        self.running.retain(|house, running| {
            let ended = running.ended.is_cancelled();
            if ended && wanted.contains_key(house) {
                tracing::error!(house.id = %house, "The task of house {house} ended by itself");
            }
            let stays = wanted.contains_key(house) && !ended;
            if !stays {
                running.stop.cancel();
                stopping.push(running.ended.clone());
            }
            stays
        });
        for ended in stopping {
            ended.cancelled().await;
        }
        for (house, wanted) in wanted {
            if let Some(running) = self.running.get(&house) {
                running.wanted.send_if_modified(|known| {
                    let changed = *known != wanted;
                    *known = wanted;
                    changed
                });
            } else {
                let running = self.start(&house, wanted);
                self.running.insert(house, running);
            }
        }
        // Far below 2^32 houses in one process.
        let count = u32::try_from(self.running.len()).unwrap_or(u32::MAX);
        metrics::gauge!("runtime_houses").set(f64::from(count));
    }

    fn start(&self, house: &HouseId, wanted: Wanted) -> Running {
        let (wanted, level) = watch::channel(wanted);
        let stop = self.lifecycle.drain().child_token();
        let ended = CancellationToken::new();
        let task = HouseTask {
            house: house.clone(),
            wanted: level,
            around: Arc::clone(&self.around),
            stop: stop.clone(),
        };
        let end_of_task = ended.clone().drop_guard();
        self.lifecycle.spawn_task("house", async move {
            let _end_of_task = end_of_task;
            task.run().await;
        });
        Running {
            wanted,
            stop,
            ended,
        }
    }
}

#[cfg(test)]
mod tests;
