//! The stores of all houses: one SQLite file each, few threads, many files.
//!
//! A house belongs to one thread for good, so its operations are done in the
//! order in which they were asked. A thread takes everything that waits,
//! makes one transaction per house of it, commits with a sync to disk, and
//! only then answers: an answer means "survives a power cut". Files are opened
//! on first use and closed when their house sleeps or many others were used
//! since.

mod file;
mod files;
mod offers;
mod open;
mod points;
mod quarter_rows;
mod quarters;
mod schema;
mod upkeep;
mod worker;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc as blocking};

use ::house::{Snapshot, StoreAnswer, StoreOp, Ticket};
use model::HouseId;
use tokio::sync::{mpsc, oneshot};

use worker::Request;

/// Most files that one thread keeps open: three descriptors each.
const OPEN_FILES: usize = 256;

/// What becomes of an operation.
pub type StoreReply = Result<(Ticket, StoreAnswer), StoreFault>;

/// Why a house's store cannot go on. Nothing that was not answered was stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreFault {
    /// The file itself is not usable and will not become so by waiting.
    #[error("{0}")]
    Damaged(String),
    /// The disk or the file could not be used now; trying again may help.
    #[error("{0}")]
    Unavailable(String),
}

/// Why the stores cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenStoresError {
    /// The folder of the houses.
    #[error(
        "cannot use the folder {path:?} of the houses: {cause}. Make it writable for this user"
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// A thread could not be started.
    #[error("cannot start a store thread: {0}. The system may be out of memory or threads")]
    Thread(#[source] std::io::Error),
}

/// The stores of all houses. Cheap to clone; when the last clone is dropped
/// the threads finish what was asked and close the files.
#[derive(Clone)]
pub struct Stores {
    folder: Arc<Path>,
    threads: Arc<[blocking::Sender<Request>]>,
}

impl Stores {
    /// Makes the folder if need be and starts `threads` threads, at least one.
    pub fn open(folder: &Path, threads: usize) -> Result<Self, OpenStoresError> {
        platform::data_dir::create_private(folder).map_err(|cause| OpenStoresError::Folder {
            path: folder.to_owned(),
            cause,
        })?;
        let start = |number| {
            let (sender, requests) = blocking::channel();
            let folder = folder.to_owned();
            std::thread::Builder::new()
                .name(format!("house-store-{number}"))
                .spawn(move || worker::run(&folder, OPEN_FILES, &requests))
                .map_err(OpenStoresError::Thread)?;
            Ok(sender)
        };
        let threads = (0..threads.max(1)).map(start).collect::<Result<_, _>>()?;
        Ok(Self {
            folder: folder.into(),
            threads,
        })
    }

    /// Whether the house has a file: one without is yet to be born.
    #[must_use]
    pub fn exists(&self, house: &HouseId) -> bool {
        open::path(&self.folder, house).exists()
    }

    /// What the house remembers, making its file if there is none.
    pub async fn load(&self, house: &HouseId) -> Result<Snapshot, StoreFault> {
        self.request(house, |house, reply| Request::Load { house, reply })
            .await
    }

    /// Closes the house's file once all that was asked is done: it sleeps.
    pub fn close(&self, house: &HouseId) {
        // A thread that has stopped has closed it.
        let _ = self.send(
            house,
            Request::Close {
                house: house.clone(),
            },
        );
    }

    /// Closes and deletes the house's file. Deleting what is not there is no
    /// fault.
    pub async fn remove(&self, house: &HouseId) -> Result<(), StoreFault> {
        self.request(house, |house, reply| Request::Remove { house, reply })
            .await
    }

    /// Asks for an operation; the answer comes on `replies`.
    pub fn submit(
        &self,
        house: &HouseId,
        ticket: Ticket,
        op: StoreOp,
        replies: &mpsc::UnboundedSender<StoreReply>,
    ) {
        let request = Request::Do {
            house: house.clone(),
            ticket,
            op,
            replies: replies.clone(),
        };
        if !self.send(house, request) {
            // Who no longer listens needs no answer.
            let _ = replies.send(Err(stopped()));
        }
    }

    async fn request<T>(
        &self,
        house: &HouseId,
        request: impl FnOnce(HouseId, oneshot::Sender<Result<T, StoreFault>>) -> Request,
    ) -> Result<T, StoreFault> {
        let (reply, answer) = oneshot::channel();
        self.send(house, request(house.clone(), reply));
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    fn send(&self, house: &HouseId, request: Request) -> bool {
        let mut hasher = DefaultHasher::new();
        house.hash(&mut hasher);
        let threads = u64::try_from(self.threads.len()).unwrap_or(1).max(1);
        let place = usize::try_from(hasher.finish() % threads).unwrap_or(0);
        let thread = self.threads.get(place);
        thread.is_some_and(|thread| thread.send(request).is_ok())
    }
}

fn stopped() -> StoreFault {
    StoreFault::Unavailable("the store thread has stopped".to_owned())
}

#[cfg(test)]
mod tests;
