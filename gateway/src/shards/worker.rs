//! The thread of one shard.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use cell::{Ask, AskError, AskReply, BusSession, LinkError};
use model::{Hosting, HouseId};
use tokio::runtime::Runtime;
use tokio::sync::{OnceCell, mpsc, oneshot};
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::accounts::Due;
use super::house::House;
use super::{Newcomer, Order, ShardParts, connection, link};
use crate::admission;
use crate::core::codec::{Reason, refuse_connect};
use crate::core::{Setup, Verdict};
use crate::store::StoreError;

/// How long connections may take for their last words at a stop.
const STOP_GRACE: Duration = Duration::from_secs(3);

type Slot = Rc<OnceCell<Rc<House>>>;

/// Why a house cannot be served.
#[derive(Debug, thiserror::Error)]
enum Absent {
    #[error("there is no such house in this cell")]
    Unknown,
    #[error("the house has its own controller modules, not a runtime of this service")]
    NotHosted,
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Worker {
    parts: Rc<ShardParts>,
    line: mpsc::UnboundedSender<Order>,
    houses: RefCell<HashMap<HouseId, Slot>>,
    /// Houses with something to write down.
    due: Rc<Due>,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

/// Works until told to stop.
pub(super) fn run(
    runtime: &Runtime,
    parts: ShardParts,
    line: mpsc::UnboundedSender<Order>,
    orders: mpsc::UnboundedReceiver<Order>,
) {
    let worker = Rc::new(Worker {
        parts: Rc::new(parts),
        line,
        houses: RefCell::default(),
        due: Rc::default(),
        tasks: TaskTracker::new(),
        stopping: CancellationToken::new(),
    });
    LocalSet::new().block_on(runtime, worker.work(orders));
}

impl Worker {
    async fn work(self: Rc<Self>, mut orders: mpsc::UnboundedReceiver<Order>) {
        self.spawn(self.clone().keep_accounts());
        while let Some(order) = orders.recv().await {
            match order {
                Order::Welcome(newcomer) => self.spawn(self.clone().welcome(*newcomer)),
                Order::OpenLink { house, reply } => {
                    self.spawn(self.clone().open_link(house, reply));
                }
                Order::Ask { ask, reply } => self.spawn(self.clone().ask(*ask, reply)),
                Order::Settled {
                    house,
                    ticket,
                    outcome,
                } => {
                    if let Some(house) = self.loaded(&house) {
                        house.settled(ticket, &outcome);
                    }
                }
                Order::Revise { houses, done } => {
                    self.revise(&houses);
                    // Nobody waits any more at a stop.
                    let _nobody = done.send(());
                }
                Order::Stop => break,
            }
        }
        self.stop().await;
    }

    /// Writes down what houses have sent, soon after they sent it.
    async fn keep_accounts(self: Rc<Self>) {
        let visit = |id: &HouseId| {
            if let Some(house) = self.loaded(id) {
                house.settle_account();
            }
        };
        tokio::select! {
            () = self.due.visit_for_ever(visit) => {}
            () = self.stopping.cancelled() => {}
        }
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.tasks.spawn_local(task);
    }

    fn loaded(&self, id: &HouseId) -> Option<Rc<House>> {
        self.houses.borrow().get(id)?.get().cloned()
    }

    /// A house, read from the store at its first use.
    async fn house(self: &Rc<Self>, id: &HouseId) -> Result<Rc<House>, Absent> {
        let slot = self
            .houses
            .borrow_mut()
            .entry(id.clone())
            .or_default()
            .clone();
        let house = slot.get_or_try_init(|| self.load(id)).await.cloned();
        if house.is_err() && !slot.initialized() {
            self.forget(id, &slot);
        }
        house
    }

    fn forget(&self, id: &HouseId, slot: &Slot) {
        let mut houses = self.houses.borrow_mut();
        if houses.get(id).is_some_and(|held| Rc::ptr_eq(held, slot)) {
            houses.remove(id);
        }
    }

    async fn load(self: &Rc<Self>, id: &HouseId) -> Result<Rc<House>, Absent> {
        self.known(id)?;
        let retained = self.parts.store.load(id.clone()).await?;
        // The house may have left the cell meanwhile.
        let directory = self.parts.directory.get().ok_or(Absent::Unknown)?;
        let entry = directory.house(id).ok_or(Absent::Unknown)?;
        let setup = Setup {
            house: id.clone(),
            hosting: entry.hosting,
            quotas: entry.quotas,
            retained,
            spending: self.parts.reports.ledger().spending(entry.tenant),
            now: self.parts.ambient.now(),
        };
        let house = Rc::new(House::new(
            setup,
            self.parts.clone(),
            self.line.clone(),
            entry.tenant,
            self.due.clone(),
        ));
        let (worker, kept) = (self.clone(), house.clone());
        self.spawn(async move {
            let over = || worker.forget_if_idle(&kept);
            tokio::select! {
                () = kept.keep_time(over) => {}
                () = worker.stopping.cancelled() => {}
            }
        });
        Ok(house)
    }

    /// Whether the cell has the house, and where its controllers run.
    fn known(&self, id: &HouseId) -> Result<Hosting, Absent> {
        let directory = self.parts.directory.get().ok_or(Absent::Unknown)?;
        let entry = directory.house(id).ok_or(Absent::Unknown)?;
        Ok(entry.hosting)
    }

    /// Forgets a house that nobody uses; whether it is forgotten now.
    fn forget_if_idle(&self, house: &Rc<House>) -> bool {
        let held = self
            .loaded(house.id())
            .is_some_and(|held| Rc::ptr_eq(&held, house));
        if !held {
            return true;
        }
        // Held by its slot and by its timekeeper, and by nobody else.
        let unused = Rc::strong_count(house) <= 2 && house.is_idle();
        if unused {
            self.houses.borrow_mut().remove(house.id());
        }
        unused
    }

    async fn welcome(self: Rc<Self>, newcomer: Newcomer) {
        let Newcomer {
            stream,
            connect,
            identity,
            behind,
        } = newcomer;
        let stream = match stream.attach() {
            Ok(stream) => stream,
            Err(error) => {
                tracing::warn!(%error, "A connection could not be taken over");
                return;
            }
        };
        let refuse = |reason, why| refuse_connect(connect.version, reason, Some(why));
        let house = match self.house(&identity.grant.house).await {
            Ok(house) => house,
            Err(absent) => {
                tracing::warn!(house = %identity.grant.house, error = %absent, "A house cannot be served");
                let answer = refuse(Reason::ServerUnavailable, "the house cannot be served now");
                stream.say_and_close(&answer).await;
                return;
            }
        };
        // Decided on another thread a moment ago; the directory may be newer.
        let now = self.parts.ambient.now();
        let verdict = self
            .parts
            .directory
            .get()
            .map_or(Verdict::Revoked, |directory| {
                admission::readmit(&directory, now, &identity)
            });
        match verdict {
            Verdict::Keep(identity) => {
                let limits = &self.parts.limits;
                connection::serve(&house, stream, connect, identity, behind, limits).await;
            }
            Verdict::Revoked => {
                let answer = refuse(Reason::BadCredentials, "the credential is no longer valid");
                stream.say_and_close(&answer).await;
            }
            Verdict::Suspended => {
                let answer = refuse(Reason::Banned, "the account is suspended");
                stream.say_and_close(&answer).await;
            }
        }
    }

    async fn open_link(
        self: Rc<Self>,
        id: HouseId,
        reply: oneshot::Sender<Result<BusSession, LinkError>>,
    ) {
        let house = match self.known(&id) {
            Ok(Hosting::Hosted) => self.house(&id).await,
            Ok(Hosting::OnPremise) => Err(Absent::NotHosted),
            Err(absent) => Err(absent),
        };
        match house {
            Ok(house) => {
                let (session, serving) = link::open(house);
                // Whoever asked may be gone; then the session ends by itself.
                let _gone = reply.send(Ok(session));
                serving.await;
            }
            Err(absent) => {
                let _gone = reply.send(Err(LinkError(absent.to_string())));
            }
        }
    }

    async fn ask(self: Rc<Self>, ask: Ask, mut reply: oneshot::Sender<Result<AskReply, AskError>>) {
        let Ok(house) = self.house(&ask.house).await else {
            let _gave_up = reply.send(Err(AskError::Unreachable { last_seen: None }));
            return;
        };
        let (answer, answered) = oneshot::channel();
        let id = house.ask(&ask, answer);
        tokio::select! {
            result = answered => {
                let result = result.unwrap_or(Err(AskError::Unreachable { last_seen: None }));
                let _gave_up = reply.send(result);
            }
            () = reply.closed() => house.forget_ask(id),
        }
    }

    fn revise(&self, houses: &[HouseId]) {
        let directory = self.parts.directory.get().unwrap_or_default();
        for id in houses {
            if let Some(entry) = directory.house(id) {
                if let Some(house) = self.loaded(id) {
                    house.revise(&directory, entry);
                }
            } else {
                let slot = self.houses.borrow_mut().remove(id);
                if let Some(house) = slot.and_then(|slot| slot.get().cloned()) {
                    house.evict();
                }
            }
        }
    }

    fn all_loaded(&self) -> Vec<Rc<House>> {
        let houses = self.houses.borrow();
        houses
            .values()
            .filter_map(|slot| slot.get().cloned())
            .collect()
    }

    async fn stop(&self) {
        self.stopping.cancel();
        for house in self.all_loaded() {
            house.stop();
        }
        self.tasks.close();
        if tokio::time::timeout(STOP_GRACE, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::debug!(
                tasks = self.tasks.len(),
                "Some connections were cut off at the stop"
            );
        }
    }
}
