//! What houses have sent: counted where it happens, gathered here about twice a
//! second, written down about every second, and told to the control plane until
//! it has taken it.
//!
//! Nothing here is on the way of a message. A house counts by itself and adds
//! to the one number of its tenant's day
//! ([`Spending`](crate::core::Spending)); a kill loses what was counted since
//! it was last written down.

mod books;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cell::Usage;
use model::{HouseId, TenantId, Timestamp};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::core::{Sent, Spending};
use crate::store::{Spent, Store, StoreError, UsageState};
use books::Books;

/// The shortest time between two writes.
const BETWEEN: Duration = Duration::from_secs(1);

/// Where what houses have sent is gathered. Cheap to clone; clones share.
#[derive(Clone, Default)]
pub struct Ledger {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    books: Mutex<Books>,
    tenants: Mutex<HashMap<TenantId, Arc<Spending>>>,
    changed: Notify,
}

impl Ledger {
    /// Goes on from what an earlier run has written down.
    #[must_use]
    pub fn new(state: UsageState) -> Self {
        let mut totals: HashMap<TenantId, Vec<(Timestamp, u64)>> = HashMap::new();
        for Spent {
            tenant,
            day,
            messages,
        } in &state.spent
        {
            totals.entry(*tenant).or_default().push((*day, *messages));
        }
        let restored = |(tenant, totals)| (tenant, Arc::new(Spending::restored(totals)));
        Self {
            shared: Arc::new(Shared {
                tenants: Mutex::new(totals.into_iter().map(restored).collect()),
                books: Mutex::new(Books::new(state)),
                changed: Notify::new(),
            }),
        }
    }

    /// The messages of a tenant, to be held by each of its houses.
    #[must_use]
    pub fn spending(&self, tenant: TenantId) -> Arc<Spending> {
        Arc::clone(self.tenants().entry(tenant).or_default())
    }

    /// Adds what a house of a tenant has sent.
    pub fn enter(&self, tenant: TenantId, house: &HouseId, sent: &[Sent]) {
        let mut books = self.books();
        for sent in sent {
            books.enter(tenant, house, sent);
        }
        drop(books);
        self.shared.changed.notify_one();
    }

    /// Rows that the control plane does not have, at most `most`.
    #[must_use]
    pub fn untold(&self, most: usize) -> Vec<Usage> {
        self.books().untold(most)
    }

    /// The control plane has these rows.
    pub fn told(&self, rows: &[Usage]) {
        self.books().told(rows);
        self.shared.changed.notify_one();
    }

    /// These houses are gone; of tenants only `tenants` are left. From here on
    /// nothing is written of what is gone; what was not told yet is told still.
    pub fn forget(&self, houses: &[HouseId], tenants: &HashSet<TenantId>) -> Vec<TenantId> {
        let mut books = self.books();
        let mut spending = self.tenants();
        let gone: Vec<TenantId> = spending
            .keys()
            .copied()
            .filter(|tenant| !tenants.contains(tenant))
            .collect();
        for tenant in &gone {
            spending.remove(tenant);
        }
        books.forget(houses, &gone);
        gone
    }

    /// Writes down what has changed; whether it is on disk.
    async fn write(&self, store: &Store) -> Result<(), StoreError> {
        let (changes, written) = {
            let mut books = self.books();
            if !books.has_changes() {
                return Ok(());
            }
            let (mut changes, days) = books.take_changes();
            let tenants = self.tenants();
            for (tenant, day) in days {
                let total = tenants.get(&tenant).map(|spending| spending.total(day));
                changes.spent.extend(total.flatten().map(|messages| Spent {
                    tenant,
                    day,
                    messages,
                }));
            }
            // Put in line while the books are held: what is forgotten later is
            // erased behind it.
            let written = store.keep_usage(changes.clone());
            (changes, written)
        };
        let outcome = match written {
            Ok(written) => written.await.unwrap_or(Err(StoreError::Stopped)),
            Err(refused) => Err(refused),
        };
        if outcome.is_err() {
            self.books().put_back(changes);
        }
        outcome
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.shared
            .books
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn tenants(&self) -> MutexGuard<'_, HashMap<TenantId, Arc<Spending>>> {
        self.shared
            .tenants
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes down what changes until `drain`, and what is left then, once.
pub async fn write_for_ever(ledger: Ledger, store: Store, drain: CancellationToken) {
    loop {
        tokio::select! {
            () = ledger.shared.changed.notified() => {}
            () = drain.cancelled() => break,
        }
        if let Err(error) = ledger.write(&store).await {
            tracing::warn!(%error, "What houses have sent could not be written down; trying again");
            ledger.shared.changed.notify_one();
        }
        tokio::select! {
            () = tokio::time::sleep(BETWEEN) => {}
            () = drain.cancelled() => break,
        }
    }
    if let Err(error) = ledger.write(&store).await {
        tracing::error!(%error, "What houses have sent last could not be written down");
    }
}
