//! Opening the file: its modes, its migrations, and what stands in it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use cell::CellState;
use rusqlite::{Connection, OptionalExtension};

/// Every migration in order; `user_version` counts those applied. Never edit
/// one that was released: add another.
const MIGRATIONS: [&str; 2] = [
    include_str!("../../../migrations/gateway/0001_state_and_retained.sql"),
    include_str!("../../../migrations/gateway/0002_usage.sql"),
];

/// Why the gateway's file cannot be used, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// SQLite cannot open, read or write it.
    #[error(
        "cannot use {path:?}: {cause}. Check that the folder is writable and the disk not full; a \
         damaged file must be restored from a backup or moved away"
    )]
    File {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        cause: rusqlite::Error,
    },
    /// Written by a later release.
    #[error(
        "{path:?} was written by a later release (format {found}, this one knows {known}). Use \
         that release again"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: usize,
        /// The newest format known.
        known: usize,
    },
    /// The stored state of the cell makes no sense.
    #[error("the stored state of the cell cannot be read: {0}")]
    State(String),
    /// No thread could be started.
    #[error("cannot start a thread: {0}")]
    Thread(String),
}

/// Opens or makes the file and brings it to the newest format.
pub fn open(path: &Path) -> Result<Connection, OpenError> {
    let failed = |cause| OpenError::File {
        path: path.to_owned(),
        cause,
    };
    let mut connection = Connection::open(path).map_err(failed)?;
    set_up(&connection, path).map_err(failed)?;
    let found: usize = connection
        .query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
        .map(|version| usize::try_from(version).unwrap_or(usize::MAX))
        .map_err(failed)?;
    if found > MIGRATIONS.len() {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            known: MIGRATIONS.len(),
        });
    }
    for (done, migration) in MIGRATIONS.iter().enumerate().skip(found) {
        migrate(&mut connection, migration, done + 1).map_err(failed)?;
    }
    Ok(connection)
}

fn migrate(connection: &mut Connection, migration: &str, reached: usize) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(migration)?;
    let reached = i64::try_from(reached).unwrap_or(i64::MAX);
    transaction.pragma_update(None, "user_version", reached)?;
    transaction.commit()
}

fn set_up(connection: &Connection, path: &Path) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    // The first statement that touches the file, so damage shows here.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    // What is erased is overwritten: a deleted house leaves nothing behind.
    connection.pragma_update(None, "secure_delete", "on")?;
    make_private(path);
    Ok(())
}

/// Hashes of secrets stand in the file. The folder is private already; this
/// is the second door.
fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let private = std::fs::Permissions::from_mode(0o600);
    if let Err(error) = std::fs::set_permissions(path, private) {
        tracing::warn!(%error, "The gateway's file cannot be made private");
    }
}

/// The cell's state as it was last stored; `None` before the first.
pub fn read_state(connection: &Connection) -> Result<Option<CellState>, OpenError> {
    let unreadable = |cause: &dyn std::fmt::Display| OpenError::State(cause.to_string());
    let text: Option<String> = connection
        .query_row("SELECT state FROM cell_state WHERE id = 1", [], |row| {
            row.get(0)
        })
        .optional()
        .map_err(|error| unreadable(&error))?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| unreadable(&error)))
        .transpose()
}
