//! The two engines: typed pools, and one open transaction of either.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Executor, Postgres, SqlSafeStr, Sqlite, Transaction};
use tracing::Instrument;

use super::StoreError;
use super::migrate::Migration;
use super::open::OpenError;
use super::statement::{self, Statement, Texts};
use super::value::{Row, Value};

/// How long a caller waits for a connection, a lock or the one writer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Readers of SQLite; each is a thread of its own while it is open.
const SQLITE_READERS: u32 = 4;

/// Connections to PostgreSQL of one process.
const POSTGRES_CONNECTIONS: u32 = 10;

/// Names our writers' lock in a PostgreSQL database: "egeoffre" in ASCII.
const WRITERS_LOCK: i64 = 0x6567_656f_6666_7265;

/// The pools of one engine.
#[derive(Clone, Debug)]
pub(super) enum Db {
    /// One writer and a few readers on one file.
    Sqlite { read: SqlitePool, write: SqlitePool },
    /// One pool for both.
    Postgres(PgPool),
}

impl Db {
    /// Connects to what the URL names; creates an SQLite file.
    pub(super) async fn connect(url: &str) -> Result<Self, OpenError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            Self::connect_sqlite(Path::new(path.strip_prefix("//").unwrap_or(path))).await
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self::connect_postgres(url).await
        } else {
            Err(OpenError::Url)
        }
    }

    /// Connects to what the URL names and is there, without a way to write.
    pub(super) async fn connect_to_look(url: &str) -> Result<Self, OpenError> {
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Self::connect(url).await;
        };
        let path = Path::new(path.strip_prefix("//").unwrap_or(path));
        if !path.is_file() {
            return Err(OpenError::Absent);
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(PATIENCE)
            .read_only(true);
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(PATIENCE)
        };
        let read = pool(SQLITE_READERS).connect_with(options.clone()).await;
        Ok(Self::Sqlite {
            read: read.map_err(OpenError::connect)?,
            // Every write through it is refused.
            write: pool(1).connect_lazy_with(options),
        })
    }

    async fn connect_sqlite(path: &Path) -> Result<Self, OpenError> {
        if path.as_os_str().is_empty() {
            return Err(OpenError::Url);
        }
        make_private(path).map_err(|source| OpenError::File {
            path: path.to_owned(),
            source,
        })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            .journal_mode(SqliteJournalMode::Wal)
            // A commit is on the disk when it returns, also through a power
            // cut: writes here are rare and people were told "done".
            .synchronous(SqliteSynchronous::Full);
        let write = patiently(|| {
            SqlitePoolOptions::new()
                .max_connections(1)
                .acquire_timeout(PATIENCE)
                .connect_with(options.clone())
        })
        .await
        .map_err(OpenError::connect)?;
        let read = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(options.read_only(true));
        Ok(Self::Sqlite { read, write })
    }

    async fn connect_postgres(url: &str) -> Result<Self, OpenError> {
        // The parser's error may quote the URL, and with it the password.
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| OpenError::Url)?
            .application_name("egeoffrey-cloud")
            .options([
                ("statement_timeout", "30s"),
                ("lock_timeout", "10s"),
                // A writer that was forgotten must not stop all others.
                ("idle_in_transaction_session_timeout", "30s"),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await
            .map_err(OpenError::connect)?;
        Ok(Self::Postgres(pool))
    }

    /// Opens a transaction that sees one moment and can change nothing.
    pub(super) async fn begin_read(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(read.begin().await.map_err(refused)?),
            Self::Postgres(pool) => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await
                    .map_err(refused)?,
            ),
        })
    }

    /// Opens a transaction that may write; waits until it is the only one.
    pub(super) async fn begin_write(&self) -> Result<Tx, StoreError> {
        match self {
            Self::Sqlite { write, .. } => Ok(Tx::Sqlite(
                write.begin_with("BEGIN IMMEDIATE").await.map_err(refused)?,
            )),
            Self::Postgres(pool) => {
                // READ COMMITTED: what follows the lock sees what the writer
                // before us committed.
                let mut tx = pool.begin().await.map_err(refused)?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)")
                    .bind(WRITERS_LOCK)
                    .execute(&mut *tx)
                    .await
                    .map_err(refused)?;
                Ok(Tx::Postgres(tx))
            }
        }
    }

    /// Prepares every registered statement; returns how many there are.
    pub(super) async fn prepare_all(&self) -> Result<usize, StoreError> {
        let entries = statement::all();
        for entry in &entries {
            let failed = |source: sqlx::Error| {
                StoreError::Backend(format!("{}: {source}", entry.name).into())
            };
            match self {
                Self::Sqlite { write, .. } => {
                    let text = entry.texts.sqlite.into_sql_str();
                    write.prepare(text).await.map_err(failed)?;
                }
                Self::Postgres(pool) => {
                    let text = entry.texts.postgres.into_sql_str();
                    pool.prepare(text).await.map_err(failed)?;
                }
            }
        }
        Ok(entries.len())
    }

    /// Closes all connections, after what runs on them.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Connects to an SQLite file again while it is busy. SQLite waits for locks by
/// itself, except where a fresh file is turned to WAL by two at once.
async fn patiently<F>(connect: impl Fn() -> F) -> Result<SqlitePool, sqlx::Error>
where
    F: Future<Output = Result<SqlitePool, sqlx::Error>>,
{
    const PAUSE: Duration = Duration::from_millis(20);
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        match connect().await {
            Err(error) if is_busy(&error) && tokio::time::Instant::now() < end => {
                tokio::time::sleep(PAUSE).await;
            }
            answer => return answer,
        }
    }
}

/// Whether SQLite said SQLITE_BUSY or one of its extended forms, which have it
/// in their lowest byte.
fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: u32 = 5;
    error
        .as_database_error()
        .and_then(|database| database.code()?.parse::<u32>().ok())
        .is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

/// Creates the database file for its owner only; SQLite gives its side files
/// the same mode.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// One open transaction of either engine.
pub(super) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Binds `$arguments` to `$text`; compiled once per engine.
macro_rules! bound {
    ($text:expr, $arguments:expr) => {
        $arguments
            .iter()
            .fold(sqlx::query($text), |query, value| match value {
                Value::Uuid(value) => query.bind(*value),
                Value::Text(value) => query.bind(value.as_deref()),
                Value::Int(value) => query.bind(*value),
                Value::Bytes(value) => query.bind(value.as_deref()),
                Value::Bool(value) => query.bind(*value),
            })
    };
}

impl Tx {
    /// Runs a statement and returns its rows.
    pub(super) async fn rows(
        &mut self,
        statement: impl Statement,
        arguments: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        let Texts { sqlite, postgres } = statement.texts();
        let span = tracing::debug_span!("db.rows", statement = statement.name());
        let rows = async {
            Ok(match self {
                Self::Sqlite(tx) => bound!(sqlite, arguments)
                    .fetch_all(&mut **tx)
                    .await?
                    .into_iter()
                    .map(Row::Sqlite)
                    .collect(),
                Self::Postgres(tx) => bound!(postgres, arguments)
                    .fetch_all(&mut **tx)
                    .await?
                    .into_iter()
                    .map(Row::Postgres)
                    .collect(),
            })
        };
        rows.instrument(span).await.map_err(refused)
    }

    /// Runs a statement and returns how many rows it changed.
    pub(super) async fn run(
        &mut self,
        statement: impl Statement,
        arguments: &[Value],
    ) -> Result<u64, StoreError> {
        let Texts { sqlite, postgres } = statement.texts();
        let span = tracing::debug_span!("db.run", statement = statement.name());
        let changed = async {
            Ok(match self {
                Self::Sqlite(tx) => bound!(sqlite, arguments)
                    .execute(&mut **tx)
                    .await?
                    .rows_affected(),
                Self::Postgres(tx) => bound!(postgres, arguments)
                    .execute(&mut **tx)
                    .await?
                    .rows_affected(),
            })
        };
        changed.instrument(span).await.map_err(refused)
    }

    /// Runs the text of a migration.
    pub(super) async fn apply(&mut self, migration: &Migration) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx
                .execute(sqlx::raw_sql(migration.texts.sqlite))
                .await
                .map(drop),
            Self::Postgres(tx) => tx
                .execute(sqlx::raw_sql(migration.texts.postgres))
                .await
                .map(drop),
        }
        .map_err(refused)
    }

    /// The text of a migration for this engine.
    pub(super) const fn text_of(&self, migration: &Migration) -> &'static str {
        match self {
            Self::Sqlite(_) => migration.texts.sqlite,
            Self::Postgres(_) => migration.texts.postgres,
        }
    }

    /// Keeps what was done.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
        .map_err(refused)
    }
}

/// PostgreSQL's codes for "somebody else was faster": serialisation failure
/// and deadlock (documentation, appendix A).
const LOST_RACES: [&str; 2] = ["40001", "40P01"];

fn refused(error: sqlx::Error) -> StoreError {
    let lost = error.as_database_error().is_some_and(|database| {
        database.is_unique_violation()
            || database.is_foreign_key_violation()
            || database
                .code()
                .is_some_and(|code| LOST_RACES.contains(&code.as_ref()))
    });
    if lost {
        StoreError::Conflict
    } else {
        StoreError::Backend(Box::new(error))
    }
}
