//! The control plane's side of the cell link: what it tells a cell and what it
//! takes from it. It never dials into one.
//!
//! | module | subject |
//! |---|---|
//! | [`feed`] | what should be, from the store, at every commit |
//! | [`reports`] | what was seen, checked against placement, into the store |
//! | [`bus_token`] | signed tokens with which a browser sits on a bus |
//! | [`signing_key`] | the keys they are signed with |
//!
//! [`establish`] finds or makes the cell of this service and gives all of them.

pub mod bus_token;
pub mod feed;
pub mod reports;
pub mod signing_key;

use std::sync::Arc;
use std::time::Duration;

use model::{Ambient, CellId, Slug};

pub use bus_token::{BusTokenClaims, BusTokenSigner, SignError};
pub use feed::ControlPlaneFeed;
pub use reports::Reports;

use store::{Committed, Store, StoreError};

/// The name of the cell that a service begins with.
const FIRST_CELL: &str = "main";

/// The control plane's ends of the link to one cell. Clones share them.
#[derive(Clone)]
pub struct CellLink {
    cell: CellId,
    feed: Arc<ControlPlaneFeed>,
    reports: Arc<Reports>,
    signer: Arc<BusTokenSigner>,
}

impl CellLink {
    /// The cell that new tenants are placed in.
    #[must_use]
    pub const fn cell(&self) -> CellId {
        self.cell
    }

    /// What the cell should be.
    #[must_use]
    pub fn feed(&self) -> Arc<ControlPlaneFeed> {
        Arc::clone(&self.feed)
    }

    /// Where what the cell saw goes.
    #[must_use]
    pub fn reports(&self) -> Arc<Reports> {
        Arc::clone(&self.reports)
    }

    /// Signs a token for the cell's bus.
    pub fn sign(&self, claims: &BusTokenClaims) -> Result<String, SignError> {
        self.signer.sign(claims)
    }

    /// Waits until the cell's gateway knows what was committed, at most
    /// `deadline`; `false` when it does not by then. It will later: the change
    /// is kept either way.
    pub async fn wait_until_applied(
        &self,
        committed: &Committed,
        deadline: Duration,
    ) -> Result<bool, StoreError> {
        match committed.revision(self.cell) {
            None => Ok(true),
            Some(revision) => self.feed.wait_until_applied(revision, deadline).await,
        }
    }
}

/// Why the link could not be established.
#[derive(Debug, thiserror::Error)]
pub enum EstablishError {
    /// The store failed.
    #[error("cannot read or make the cell in the database")]
    Store(#[from] StoreError),
    /// The built-in name of the first cell is not one, or the fresh key could
    /// not be made.
    #[error("cannot make the cell's name or signing key")]
    Make,
}

/// Finds the service's cell, or makes it with its first signing key. Several
/// processes may do so at once; all get the same.
pub async fn establish(
    store: &Store,
    ambient: Arc<dyn Ambient>,
) -> Result<CellLink, EstablishError> {
    let name: Slug = FIRST_CELL.parse().map_err(|_| EstablishError::Make)?;
    let mut work = store.begin_write().await?;
    let cell = if let Some(cell) = work.cells().find_by_name(&name).await? {
        cell.id
    } else {
        let id = CellId::generate(&*ambient);
        work.cells().insert(id, &name, ambient.now()).await?;
        id
    };
    let key = if let Some(newest) = work.cells().signing_keys(cell).await?.into_iter().next() {
        newest
    } else {
        let key = signing_key::generate(cell, &*ambient).map_err(|_| EstablishError::Make)?;
        work.cells().add_signing_key(&key).await?;
        key
    };
    work.commit().await?;
    Ok(CellLink {
        cell,
        feed: Arc::new(ControlPlaneFeed::new(
            store.clone(),
            cell,
            Arc::clone(&ambient),
        )),
        reports: Arc::new(Reports::new(store.clone(), cell, ambient)),
        signer: Arc::new(BusTokenSigner::new(&key)),
    })
}
