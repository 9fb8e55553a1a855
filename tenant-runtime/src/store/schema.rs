//! The modes of a house's file and its migrations.

use std::time::Duration;

use rusqlite::Connection;

use super::{StoreFault, quarters};

/// Every migration in order; `user_version` counts those applied. Never edit
/// one that was released: add another.
const MIGRATIONS: [Migration; 3] = [
    Migration {
        sql: include_str!("../../../migrations/house/0001_configuration_and_history.sql"),
        then: None,
    },
    Migration {
        sql: include_str!("../../../migrations/house/0002_statistics_and_retention.sql"),
        then: Some(quarters::fill),
    },
    Migration {
        sql: include_str!("../../../migrations/house/0003_changes_have_an_end.sql"),
        then: None,
    },
];

/// One step from format to format, in one transaction.
struct Migration {
    sql: &'static str,
    /// What SQL alone cannot do.
    then: Option<fn(&Connection) -> rusqlite::Result<()>>,
}

/// Page cache of one open file, in KiB: hundreds are open at a time.
const CACHE_KIB: i64 = 256;

/// Sets the modes and brings the file to the newest format.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), StoreFault> {
    set_modes(connection).map_err(|error| fault(&error))?;
    let found: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(|error| fault(&error))?;
    let applied = usize::try_from(found).unwrap_or(usize::MAX);
    if applied > MIGRATIONS.len() {
        return Err(StoreFault::Damaged(format!(
            "it was written by a later release (format {found}, this one knows {known}): use that \
             release again",
            known = MIGRATIONS.len()
        )));
    }
    for (reached, migration) in (1_i64..).zip(MIGRATIONS).skip(applied) {
        migrate(connection, &migration, reached).map_err(|error| fault(&error))?;
    }
    Ok(())
}

fn set_modes(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    // The first statement that touches the file, so damage shows here.
    connection.pragma_update(None, "journal_mode", "wal")?;
    // The publisher's acknowledgement stands for the commit.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.set_prepared_statement_cache_capacity(48);
    Ok(())
}

fn migrate(
    connection: &mut Connection,
    migration: &Migration,
    reached: i64,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(migration.sql)?;
    if let Some(then) = migration.then {
        then(&transaction)?;
    }
    transaction.pragma_update(None, "user_version", reached)?;
    transaction.commit()
}

/// Whether waiting may help.
pub(super) fn fault(error: &rusqlite::Error) -> StoreFault {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => StoreFault::Damaged(format!(
            "the file is damaged ({error}): restore it from a backup, or move it away to begin anew"
        )),
        _ => StoreFault::Unavailable(format!(
            "the file cannot be used ({error}): is the disk full or the folder not writable?"
        )),
    }
}
