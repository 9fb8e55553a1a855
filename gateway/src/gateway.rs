//! Starting, using and stopping a gateway.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use cell::{
    Ask, AskError, AskReply, Asker, BusConnector, BusSession, CellState, Feed, LinkError,
    ReportSink,
};
use model::{Ambient, HouseId, Timestamp};
use platform::{Health, Lifecycle};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::GatewayConfig;
use crate::directory::{CurrentDirectory, Directory};
use crate::door::{Door, DoorParts};
use crate::feed_reader::{FeedReader, PART};
use crate::metering::Ledger;
use crate::reports::{self, Reports};
use crate::shards::{ShardParts, Shards};
use crate::store::{Store, StoreError};
use crate::{listener, metering, websocket};

/// The name in `/readyz` of the part that writes to disk.
const STORE_PART: &str = "gateway-store";

/// Why a gateway cannot start, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port cannot be listened on.
    #[error(
        "cannot listen for MQTT on {address}: {cause}. Stop what uses that port, or choose another \
         with --mqtt"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The folder cannot be made.
    #[error("cannot make the folder of the gateway: {0}")]
    Folder(#[source] io::Error),
    /// The system gives no threads.
    #[error("cannot start the threads of the gateway: {0}")]
    Threads(#[source] io::Error),
}

/// A running gateway. Cheap to clone; clones share. It runs until the
/// [`Lifecycle`] it was started with drains, or until [`Gateway::stop`].
#[derive(Clone)]
pub struct Gateway {
    mqtt_address: SocketAddr,
    door: Door,
    shards: Shards,
    stopping: CancellationToken,
    stopped: CancellationToken,
}

impl Gateway {
    /// Listens, reads the state on disk, and follows the feed from there.
    ///
    /// A file that cannot be used does not keep the gateway from starting: it
    /// then refuses everybody and says why through `health`.
    pub async fn start(
        config: GatewayConfig,
        feed: Arc<dyn Feed>,
        sink: Arc<dyn ReportSink>,
        ambient: Arc<dyn Ambient>,
        lifecycle: &Lifecycle,
        health: Health,
    ) -> Result<Self, StartError> {
        platform::data_dir::create_private(&config.data_dir).map_err(StartError::Folder)?;
        let listening = |cause| StartError::Listen {
            address: config.mqtt_listen,
            cause,
        };
        let listener = TcpListener::bind(config.mqtt_listen)
            .await
            .map_err(listening)?;
        let mqtt_address = listener.local_addr().map_err(listening)?;
        let directory = CurrentDirectory::default();
        let now = ambient.now();
        let (store, state, ledger) = open_store(&config, &directory, &health, now).await;
        let reports = Reports::new(ledger.clone());
        let parts = ShardParts {
            ambient: ambient.clone(),
            directory: directory.clone(),
            store: store.clone(),
            reports: reports.clone(),
            limits: config.limits,
        };
        let shards = Shards::start(config.threads, &parts).map_err(StartError::Threads)?;
        let stopping = lifecycle.drain().child_token();
        let door = Door::new(DoorParts {
            ambient: ambient.clone(),
            directory: directory.clone(),
            shards: shards.clone(),
            reports: reports.clone(),
            limits: config.limits,
            stopping: stopping.clone(),
        });
        let gateway = Self {
            mqtt_address,
            door: door.clone(),
            shards: shards.clone(),
            stopping: stopping.clone(),
            stopped: CancellationToken::new(),
        };
        let following = state.map(|state| FeedReader {
            feed,
            store: store.clone(),
            directory,
            on_change: Arc::new(shards.clone()),
            health,
            reports: reports.clone(),
            ambient,
            state,
        });
        if let Some(following) = &following {
            following.begin();
        }
        let stopped = gateway.stopped.clone();
        let owner = lifecycle.clone();
        lifecycle.spawn("gateway", |drain| async move {
            let (last_report, last_write) = (CancellationToken::new(), CancellationToken::new());
            let serving = async {
                tokio::join!(
                    listener::accept_for_ever(listener, door, owner, stopping.clone()),
                    follow(following, stopping.clone()),
                );
                end_threads(move || shards.stop()).await;
                last_report.cancel();
                last_write.cancel();
            };
            let reporting = reports::send_for_ever(reports, sink, last_report.clone());
            let writing = metering::write_for_ever(ledger, store.clone(), last_write.clone());
            tokio::join!(serving, reporting, writing);
            end_threads(move || store.stop()).await;
            stopped.cancel();
            // A stop of the gateway alone is no failure of the process.
            drain.cancelled().await;
        });
        tracing::info!(address = %mqtt_address, "MQTT is listened for on {mqtt_address}");
        Ok(gateway)
    }

    /// Where MQTT over TCP is listened for.
    #[must_use]
    pub const fn mqtt_address(&self) -> SocketAddr {
        self.mqtt_address
    }

    /// The routes of MQTT over WebSocket: `GET /mqtt`. To be merged into the
    /// router of a server that gives `ConnectInfo<SocketAddr>`, so that failed
    /// attempts are counted per address; it works without.
    pub fn websocket_router(&self) -> axum::Router {
        websocket::router(self.door.clone())
    }

    /// Tells every client that the gateway stops, closes everything, commits
    /// what waits for the disk, and returns when all is done.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.stopped.cancelled().await;
    }
}

#[async_trait]
impl BusConnector for Gateway {
    async fn connect(&self, house: &HouseId) -> Result<BusSession, LinkError> {
        self.shards.open_link(house).await
    }
}

#[async_trait]
impl Asker for Gateway {
    async fn ask(&self, ask: Ask) -> Result<AskReply, AskError> {
        self.shards.ask(ask).await
    }
}

/// Opens the file and puts the state in it in force. No state to follow the
/// feed from means that the file cannot be used.
async fn open_store(
    config: &GatewayConfig,
    directory: &CurrentDirectory,
    health: &Health,
    now: Timestamp,
) -> (Store, Option<CellState>, Ledger) {
    let told = health.clone();
    let on_write = move |outcome: Result<(), &StoreError>| {
        told.set(STORE_PART, outcome.map_err(StoreError::to_string));
    };
    let waiting = "nobody is let in until the control plane has sent the state of this cell";
    let unusable = |why: &dyn std::fmt::Display| {
        health.set(PART, Err(format!("nobody is let in: {why}")));
        (Store::closed(), None, Ledger::default())
    };
    let (store, state) = match Store::open(&config.data_dir, on_write) {
        Ok(opened) => opened,
        Err(error) => return unusable(&error),
    };
    // Without what was sent today nobody's limit could be held.
    let ledger = match store.begin_run(now).await {
        Ok(usage) => Ledger::new(usage),
        Err(error) => return unusable(&error),
    };
    let state = match state {
        Ok(Some(state)) => {
            directory.swap(Directory::from_state(&state));
            health.set(PART, Ok(()));
            state
        }
        Ok(None) => {
            health.set(PART, Err(waiting.to_owned()));
            CellState::default()
        }
        Err(unreadable) => {
            health.set(PART, Err(format!("{unreadable}; {waiting}")));
            CellState::default()
        }
    };
    (store, Some(state), ledger)
}

async fn follow(reader: Option<FeedReader>, stopping: CancellationToken) {
    match reader {
        Some(reader) => reader.run(stopping).await,
        None => stopping.cancelled().await,
    }
}

/// Joining threads blocks, so it is done beside the runtime.
async fn end_threads(join: impl FnOnce() + Send + 'static) {
    if tokio::task::spawn_blocking(join).await.is_err() {
        tracing::error!("A thread of the gateway could not be joined");
    }
}
