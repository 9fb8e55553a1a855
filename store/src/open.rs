//! Opening a store, and why it may not open.

use std::path::PathBuf;

use model::Ambient;
use tokio::sync::watch;

use super::engine::Db;
use super::work::Work;
use super::{StoreError, migrate};

/// Why a database was not opened. Written for whoever runs the service.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not a URL of an engine we know.
    #[error(
        "the database URL is not understood; use sqlite:<path> or postgres://user:password@host/database"
    )]
    Url,
    /// The SQLite file cannot be made or written.
    #[error("cannot write the database file {}; check that its folder exists and is yours", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Nothing was ever kept there.
    #[error("there is no database yet; start the service once, or name the right place")]
    Absent,
    /// No connection.
    #[error(
        "cannot connect to the database; check that it runs and that the URL's host, user and password are right"
    )]
    Connect(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A migration that this binary does not know was applied.
    #[error(
        "the database was written by a newer version of egeoffrey-cloud (it has migration {0}); start that version, or restore a backup made by this one"
    )]
    Newer(String),
    /// A migration was applied whose text was another one.
    #[error(
        "migration {0} of this binary is not the one the database had; start the version that made the database"
    )]
    Changed(String),
    /// A migration failed; nothing of it was kept.
    #[error("migration {name} failed; nothing of it was kept")]
    Migrate {
        /// The migration.
        name: String,
        /// Why.
        #[source]
        source: StoreError,
    },
}

impl OpenError {
    pub(super) fn connect(error: sqlx::Error) -> Self {
        Self::Connect(Box::new(error))
    }
}

/// The control plane's database. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    changes: watch::Sender<u64>,
}

impl Store {
    /// Opens `sqlite:<path>` (made when missing, readable by its owner only) or
    /// `postgres://…`, and brings it up to date.
    pub async fn open(url: &str, ambient: &dyn Ambient) -> Result<Self, OpenError> {
        let db = Db::connect(url).await?;
        if let Err(error) = migrate::bring_up_to_date(&db, ambient.now()).await {
            db.close().await;
            return Err(error);
        }
        Ok(Self {
            db,
            changes: watch::Sender::new(0),
        })
    }

    /// Opens a database that is there, changes nothing of it, and says which
    /// migrations it still lacks. Beside a running service, too.
    pub async fn look(url: &str) -> Result<(Self, Vec<&'static str>), OpenError> {
        let db = Db::connect_to_look(url).await?;
        match migrate::missing(&db).await {
            Ok(missing) => Ok((
                Self {
                    db,
                    changes: watch::Sender::new(0),
                },
                missing,
            )),
            Err(error) => {
                db.close().await;
                Err(error)
            }
        }
    }

    /// Opens a transaction that sees one moment. Writing in it fails.
    pub async fn begin_read(&self) -> Result<Work, StoreError> {
        Ok(Work::new(self.db.begin_read().await?, self.changes.clone()))
    }

    /// Opens a transaction that may write; waits, at most 10 s, until it is
    /// the only one. Keep it short: hash passwords and send mail outside.
    pub async fn begin_write(&self) -> Result<Work, StoreError> {
        Ok(Work::new(
            self.db.begin_write().await?,
            self.changes.clone(),
        ))
    }

    /// Tells when this process committed something a cell should see.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Has the database check every statement there is; returns how many. For
    /// tests, and for whoever suspects a database of being another one.
    pub async fn prepare_all(&self) -> Result<usize, StoreError> {
        self.db.prepare_all().await
    }

    /// Closes the connections, after what runs on them.
    pub async fn close(&self) {
        self.db.close().await;
    }
}
