//! The shell around a house's brain: its store, its session on the bus, and
//! the supervisor that runs one task per hosted house.
//!
//! This crate must never learn of HTTP, of accounts or of how the gateway
//! works: it knows the feed, the bus session port and its own files. What a
//! house decides is in `house`; here is only what touches the world.
//!
//! | module | subject |
//! |---|---|
//! | [`store`] | one SQLite file per house, few threads, batches |
//! | `session` | what is said to and heard from the bus |
//! | `house_task` | one house: session, brain and store joined |
//! | `supervisor` | which houses run, after the feed |
//! | `reports` | what houses refused and keep, to the control plane |
//! | `troubles` | houses that had to stop, for the operator |
//! | [`examine`] | looking at the houses' files without changing them |
//!
//! ## Promise
//! A delivery is acknowledged after the commit of all it caused, and after
//! what it caused was said. What is not acknowledged comes again.
pub mod examine;
pub mod store;

mod house_task;
mod reports;
mod session;
mod supervisor;
#[cfg(test)]
mod testing;
mod troubles;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cell::{BusConnector, Feed, ReportSink};
use model::Ambient;
use platform::{Health, Lifecycle};

use house_task::Surroundings;
use reports::Reports;
use store::{OpenStoresError, Stores};
use supervisor::Supervisor;
use troubles::Troubles;

/// The folder of the houses in the data folder.
const FOLDER: &str = "houses";

/// What the runtime is told at its start.
#[derive(Clone, Debug)]
pub struct RuntimeConfig {
    /// The data folder; the houses' files are in `houses/` below it.
    pub data_dir: PathBuf,
    /// How many store threads; `None` for as many as there are cores.
    pub store_threads: Option<usize>,
    /// After how long without a message a house falls asleep.
    pub sleep_after: Duration,
}

/// The runtime's ends of the cell link.
pub struct Links {
    /// Which houses there should be.
    pub feed: Arc<dyn Feed>,
    /// Where what they refuse and keep is told.
    pub reports: Arc<dyn ReportSink>,
    /// Their way to the bus.
    pub connector: Arc<dyn BusConnector>,
}

/// Starts the runtime: a supervisor that follows the feed and a task for each
/// house it wants. All end when `lifecycle` drains. Troubles of single houses
/// stop only those and are named in `health`.
pub fn start(
    config: &RuntimeConfig,
    links: Links,
    ambient: Arc<dyn Ambient>,
    lifecycle: &Lifecycle,
    health: Health,
) -> Result<(), OpenStoresError> {
    let folder = config.data_dir.join(FOLDER);
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let stores = Stores::open(&folder, config.store_threads.unwrap_or_else(cores))?;
    let reports = Reports::default();
    let around = Arc::new(Surroundings {
        stores,
        connector: links.connector,
        ambient: Arc::clone(&ambient),
        troubles: Troubles::new(health),
        reports: reports.clone(),
        sleep_after: config.sleep_after,
    });
    lifecycle.spawn("runtime reports", |drain| {
        reports.send(links.reports, ambient, drain)
    });
    let memory = supervisor::Memory::in_folder(&folder);
    let supervisor = Supervisor::new(around, links.feed, lifecycle.clone(), memory);
    lifecycle.spawn("runtime supervisor", |drain| supervisor.run(drain));
    Ok(())
}
