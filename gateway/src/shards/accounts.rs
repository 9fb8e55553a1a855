//! Which houses of a shard have something to write down.
//!
//! A house gets in line with its first message; shortly afterwards all that are
//! in line are visited at once. A house that sends nothing costs nothing.

use std::cell::RefCell;
use std::time::Duration;

use model::HouseId;
use tokio::sync::Notify;

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
