//! What of a house's doings was written down, reported and added to the
//! metrics; and which houses of a shard have something to write down.
//!
//! A house gets in line with its first message; shortly afterwards all that are
//! in line are visited at once. A house that sends nothing costs nothing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use cell::Kept;
use model::{HouseId, TenantId, Timestamp};
use tokio::sync::Notify;

use crate::core::{Counters, Router};
use crate::reports::Reports;

/// How long a house that has something to write down waits for others.
const GATHER: Duration = Duration::from_millis(500);

/// The line of houses.
#[derive(Default)]
pub(super) struct Due {
    houses: RefCell<Vec<HouseId>>,
    changed: Notify,
}

impl Due {
    /// Puts a house in line.
    pub(super) fn add(&self, house: HouseId) {
        self.houses.borrow_mut().push(house);
        self.changed.notify_one();
    }

    /// Visits the houses in line, for ever.
    pub(super) async fn visit_for_ever(&self, visit: impl Fn(&HouseId)) {
        loop {
            self.changed.notified().await;
            tokio::time::sleep(GATHER).await;
            for house in self.houses.take() {
                visit(&house);
            }
        }
    }
}

/// The account of one house.
pub(super) struct Account {
    house: HouseId,
    tenant: Cell<TenantId>,
    due: Rc<Due>,
    /// Whether the house is in line.
    is_due: Cell<bool>,
    /// Retained bytes as last reported.
    kept: Cell<Option<u64>>,
    /// What was already added to the metrics.
    metered: Cell<Counters>,
}

impl Account {
    pub(super) fn new(house: HouseId, tenant: TenantId, due: Rc<Due>) -> Self {
        Self {
            house,
            tenant: Cell::new(tenant),
            due,
            is_due: Cell::new(false),
            kept: Cell::new(None),
            metered: Cell::default(),
        }
    }

    /// For whom it counts.
    pub(super) const fn tenant(&self) -> TenantId {
        self.tenant.get()
    }

    /// For whom it counts from now on. To be settled before.
    pub(super) fn move_to(&self, tenant: TenantId) {
        self.tenant.set(tenant);
    }

    /// Whether the house is in line to be settled.
    pub(super) const fn is_due(&self) -> bool {
        self.is_due.get()
    }

    /// Gets the house in line when there is something to settle.
    pub(super) fn look_at(&self, router: &Router) {
        let news = router.has_sent() || self.kept.get() != Some(router.retained_bytes());
        if news && !self.is_due.replace(true) {
            self.due.add(self.house.clone());
        }
    }

    /// Writes down what clients have sent, and reports what is retained.
    pub(super) fn settle(&self, router: &mut Router, reports: &Reports, now: Timestamp) {
        self.is_due.set(false);
        self.meter(router.counters());
        let sent = router.take_sent();
        if !sent.is_empty() {
            let ledger = reports.ledger();
            ledger.enter(self.tenant.get(), &self.house, &sent);
            reports.used();
        }
        let retained = router.retained_bytes();
        if self.kept.replace(Some(retained)) != Some(retained) {
            reports.keeps(Kept {
                house: self.house.clone(),
                at: now,
                retained_bytes: Some(retained),
                sensors: None,
                rules: None,
                history_bytes: None,
            });
        }
    }

    /// Adds what was done since the last time to the metrics, which know no
    /// houses.
    pub(super) fn meter(&self, now: Counters) {
        let before = self.metered.replace(now);
        count(
            "gateway_messages_received_total",
            now.messages_in,
            before.messages_in,
        );
        count(
            "gateway_messages_sent_total",
            now.messages_out,
            before.messages_out,
        );
        count(
            "gateway_messages_dropped_total",
            now.dropped,
            before.dropped,
        );
    }
}

fn count(name: &'static str, now: u64, before: u64) {
    metrics::counter!(name).increment(now.saturating_sub(before));
}
