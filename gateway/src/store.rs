//! What a gateway remembers over a restart: the state of its cell and retained
//! messages, in one SQLite file with one writer thread.
//!
//! The writer takes all changes that wait, commits them in one transaction
//! with a sync to disk, and only then answers, so an answer means "survives a
//! power cut" and many changes share one sync.

mod schema;
mod usage;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use cell::CellState;
use model::{HouseId, TenantId, Timestamp};
use tokio::sync::{mpsc, oneshot};

use crate::core::{RetainedChange, RetainedMessage};

pub use schema::OpenError;
pub use usage::{Spent, UsageChanges, UsageKey, UsageState};

/// The name of the file in the data folder.
pub const FILE_NAME: &str = "gateway.db";

/// Changes that may wait for the writer; more are refused, so a slow disk is
/// felt by publishers and not by memory.
const WAITING: usize = 8_192;

/// Why a change is not on disk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// More changes wait than may.
    #[error("the disk cannot keep up")]
    Busy,
    /// The file could not be written or read.
    #[error("the gateway's file cannot be used: {0}")]
    Disk(String),
    /// The store is stopping.
    #[error("the gateway is stopping")]
    Stopped,
}

/// What has left the cell: nothing of it stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// Houses.
    pub houses: Vec<HouseId>,
    /// Tenants.
    pub tenants: Vec<TenantId>,
}

/// What waits for the writer thread.
enum Job {
    Retained {
        house: HouseId,
        change: RetainedChange,
        done: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
    },
    CellState {
        state: Box<CellState>,
        gone: Gone,
        done: oneshot::Sender<Result<(), StoreError>>,
    },
    Usage {
        changes: UsageChanges,
        done: oneshot::Sender<Result<(), StoreError>>,
    },
    BeginRun {
        now: Timestamp,
        done: oneshot::Sender<Result<UsageState, StoreError>>,
    },
    Load {
        house: HouseId,
        done: oneshot::Sender<Result<Vec<RetainedMessage>, StoreError>>,
    },
    Stop,
}

/// The open store. Cheap to clone; clones share the writer.
#[derive(Clone)]
pub struct Store {
    jobs: mpsc::Sender<Job>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Store {
    /// Opens or makes the file in `folder` and starts its writer. `on_write`
    /// hears of the outcome of each transaction. Returned beside it is the
    /// cell's state as it was last stored: `None` before the first.
    pub fn open(
        folder: &Path,
        on_write: impl Fn(Result<(), &StoreError>) + Send + 'static,
    ) -> Result<(Self, Result<Option<CellState>, OpenError>), OpenError> {
        let connection = schema::open(&folder.join(FILE_NAME))?;
        let state = schema::read_state(&connection);
        let (jobs, waiting) = mpsc::channel(WAITING);
        let thread = std::thread::Builder::new()
            .name("gateway-store".to_owned())
            .spawn(move || writer::run(connection, waiting, &on_write))
            .map_err(|error| OpenError::Thread(error.to_string()))?;
        let store = Self {
            jobs,
            thread: Arc::new(Mutex::new(Some(thread))),
        };
        Ok((store, state))
    }

    /// A store that takes nothing, for a gateway whose file cannot be used.
    #[must_use]
    pub fn closed() -> Self {
        let (jobs, _nobody) = mpsc::channel(1);
        Self {
            jobs,
            thread: Arc::default(),
        }
    }

    /// Puts a change in line; `done` is called on the writer's thread once it
    /// is on disk or is not. Changes are applied in the order of the calls.
    pub fn change(
        &self,
        house: HouseId,
        change: RetainedChange,
        done: impl FnOnce(Result<(), StoreError>) + Send + 'static,
    ) {
        let job = Job::Retained {
            house,
            change,
            done: Box::new(done),
        };
        if let Err(refused) = self.jobs.try_send(job) {
            let why = match refused {
                mpsc::error::TrySendError::Full(_) => StoreError::Busy,
                mpsc::error::TrySendError::Closed(_) => StoreError::Stopped,
            };
            if let Job::Retained { done, .. } = refused.into_inner() {
                done(Err(why));
            }
        }
    }

    /// Puts the cell's state on disk and erases what is kept of those that are
    /// gone, in one transaction.
    pub async fn keep_state(&self, state: CellState, gone: Gone) -> Result<(), StoreError> {
        let (done, outcome) = oneshot::channel();
        let state = Box::new(state);
        self.put(Job::CellState { state, gone, done }).await?;
        outcome.await.map_err(|_| StoreError::Stopped)?
    }

    /// Begins a run of the meter: gives it an epoch of its own and what earlier
    /// runs have left. To be called once, before anything is counted.
    pub async fn begin_run(&self, now: Timestamp) -> Result<UsageState, StoreError> {
        let (done, outcome) = oneshot::channel();
        self.put(Job::BeginRun { now, done }).await?;
        outcome.await.map_err(|_| StoreError::Stopped)?
    }

    /// Puts what houses have sent in line, at once or not at all. The outcome
    /// comes when it is on disk.
    pub(crate) fn keep_usage(
        &self,
        changes: UsageChanges,
    ) -> Result<oneshot::Receiver<Result<(), StoreError>>, StoreError> {
        let (done, outcome) = oneshot::channel();
        match self.jobs.try_send(Job::Usage { changes, done }) {
            Ok(()) => Ok(outcome),
            Err(mpsc::error::TrySendError::Full(_)) => Err(StoreError::Busy),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(StoreError::Stopped),
        }
    }

    /// Every retained message of a house, with all earlier changes applied.
    pub async fn load(&self, house: HouseId) -> Result<Vec<RetainedMessage>, StoreError> {
        let (done, outcome) = oneshot::channel();
        self.put(Job::Load { house, done }).await?;
        outcome.await.map_err(|_| StoreError::Stopped)?
    }

    /// Commits what waits and ends the writer. Blocks for that long.
    pub fn stop(&self) {
        // An error says that the writer is gone already.
        let _gone = self.jobs.blocking_send(Job::Stop);
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("The writer of the gateway's file had panicked");
        }
    }

    async fn put(&self, job: Job) -> Result<(), StoreError> {
        self.jobs.send(job).await.map_err(|_| StoreError::Stopped)
    }
}

#[cfg(test)]
mod tests;
