//! The threads that serve houses.
//!
//! Each shard is a thread with a runtime of its own; a house belongs to one
//! shard by the hash of its name, and with it every connection, its router and
//! its link. So nothing of a house is ever locked or shared between threads,
//! and what a shard is told stands in one line: [`Order`].
//!
//! | module | subject |
//! |---|---|
//! | [`worker`] | the thread: takes orders, keeps houses, drains at the stop |
//! | [`house`] | one house: its router and what the router wants done |
//! | [`connection`] | one client: its bytes in and out |
//! | [`outbox`] | what waits to be written to one client |
//! | [`accounts`] | which houses have something to write down |
//! | [`timekeeper`] | when a house wakes up |
//! | [`link`] | the session of the tenant runtime |

mod accounts;
mod connection;
mod house;
mod link;
mod outbox;
mod timekeeper;
mod worker;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use async_trait::async_trait;
use bytes::BytesMut;
use cell::{Ask, AskError, AskReply, BusSession, LinkError};
use model::{Ambient, HouseId};
use tokio::sync::{mpsc, oneshot};

use crate::config::Limits;
use crate::core::codec::Connect;
use crate::core::{Identity, Ticket};
use crate::directory::CurrentDirectory;
use crate::feed_reader::OnChange;
use crate::reports::Reports;
use crate::store::{Store, StoreError};
use crate::stream::Portable;

/// An admitted client on its way to its house.
pub(crate) struct Newcomer {
    pub(crate) stream: Portable,
    pub(crate) connect: Connect,
    pub(crate) identity: Identity,
    /// What came behind CONNECT.
    pub(crate) behind: BytesMut,
}

/// What a shard is told.
enum Order {
    /// Serve this client.
    Welcome(Box<Newcomer>),
    /// Open the session of a house's runtime.
    OpenLink {
        house: HouseId,
        reply: oneshot::Sender<Result<BusSession, LinkError>>,
    },
    /// Put a question to a house.
    Ask {
        ask: Box<Ask>,
        reply: oneshot::Sender<Result<AskReply, AskError>>,
    },
    /// A change is on disk, or is not.
    Settled {
        house: HouseId,
        ticket: Ticket,
        outcome: Result<(), StoreError>,
    },
    /// Another directory is in force; these houses changed or are gone.
    Revise {
        houses: Vec<HouseId>,
        done: oneshot::Sender<()>,
    },
    /// Close everything with a word to each client, then end.
    Stop,
}

/// What every shard works with.
#[derive(Clone)]
pub(crate) struct ShardParts {
    pub(crate) ambient: Arc<dyn Ambient>,
    pub(crate) directory: CurrentDirectory,
    pub(crate) store: Store,
    pub(crate) reports: Reports,
    pub(crate) limits: Limits,
}

/// All shards. Cheap to clone; clones share.
///
/// The lines of orders have no bound of their own: what stands in them is
/// bounded by the connections being decided, by the changes the store takes,
/// and by the questions of the control plane.
#[derive(Clone)]
pub(crate) struct Shards {
    lines: Arc<[mpsc::UnboundedSender<Order>]>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Shards {
    /// Starts `count` threads, at least one.
    pub(crate) fn start(count: usize, parts: &ShardParts) -> std::io::Result<Self> {
        let mut lines = Vec::new();
        let mut threads = Vec::new();
        for number in 0..count.max(1) {
            let (line, orders) = mpsc::unbounded_channel();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .enable_time()
                .build()?;
            let (parts, own_line) = (parts.clone(), line.clone());
            let thread = std::thread::Builder::new()
                .name(format!("gateway-shard-{number}"))
                .spawn(move || worker::run(&runtime, parts, own_line, orders))?;
            lines.push(line);
            threads.push(thread);
        }
        Ok(Self {
            lines: lines.into(),
            threads: Arc::new(Mutex::new(threads)),
        })
    }

    /// Hands an admitted client to the shard of its house.
    pub(crate) fn welcome(&self, newcomer: Newcomer) {
        let house = newcomer.identity.grant.house.clone();
        self.order(&house, Order::Welcome(Box::new(newcomer)));
    }

    /// Opens the session of a house's runtime.
    pub(crate) async fn open_link(&self, house: &HouseId) -> Result<BusSession, LinkError> {
        let (reply, outcome) = oneshot::channel();
        let order = Order::OpenLink {
            house: house.clone(),
            reply,
        };
        self.order(house, order);
        outcome
            .await
            .unwrap_or_else(|_| Err(LinkError("the gateway is stopping".to_owned())))
    }

    /// Puts a question to a house and waits for its answer.
    pub(crate) async fn ask(&self, ask: Ask) -> Result<AskReply, AskError> {
        let (reply, outcome) = oneshot::channel();
        let house = ask.house.clone();
        let ask = Box::new(ask);
        self.order(&house, Order::Ask { ask, reply });
        outcome
            .await
            .unwrap_or(Err(AskError::Unreachable { last_seen: None }))
    }

    /// Closes every connection with a word and ends the threads. Blocks until
    /// they have ended.
    pub(crate) fn stop(&self) {
        for line in self.lines.iter() {
            // An error says that the thread has ended already.
            let _ended = line.send(Order::Stop);
        }
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("A shard of the gateway had panicked");
            }
        }
    }

    fn order(&self, house: &HouseId, order: Order) {
        let mut hasher = DefaultHasher::new();
        house.hash(&mut hasher);
        let shards = u64::try_from(self.lines.len()).unwrap_or(1).max(1);
        let number = usize::try_from(hasher.finish() % shards).unwrap_or(0);
        if let Some(line) = self.lines.get(number) {
            // An error drops the order: whoever waits for it hears of that.
            let _stopping = line.send(order);
        }
    }
}

#[async_trait]
impl OnChange for Shards {
    async fn changed(&self, houses: &[HouseId]) {
        let waits = self.lines.iter().map(|line| {
            let (done, outcome) = oneshot::channel();
            let houses = houses.to_vec();
            // An error drops `done`, which ends the wait.
            let _stopping = line.send(Order::Revise { houses, done });
            outcome
        });
        for wait in waits.collect::<Vec<_>>() {
            let _done_or_stopping = wait.await;
        }
    }
}
