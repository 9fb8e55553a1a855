//! Configuration files with the history of their changes, and facts.
//!
//! The history has an end: of each file the newest [`CHANGES_OF_ONE`] changes
//! are kept, of all together [`CHANGES_BYTES`], and none for longer than a year,
//! except the newest of a file that is there.

use ::house::Identity;
use ::house::store::FileChange;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Most changes kept of one file.
const CHANGES_OF_ONE: i64 = 50;

/// Most bytes of all changes together, about; the oldest go first. A file has
/// at most a thirty-second of that.
const CHANGES_BYTES: i64 = 32 << 20;

/// For how many seconds changes are kept.
const CHANGES_SECS: i64 = 365 * 86_400;

/// Writes or removes a file and adds to the history, unless nothing changes.
pub(super) fn change(
    connection: &Connection,
    author: &str,
    at: i64,
    change: &FileChange,
) -> rusqlite::Result<()> {
    let content = change.content.as_ref().map(Value::to_string);
    let before: Option<(u8, String)> = connection
        .prepare_cached("SELECT version, content FROM config_file WHERE id = ?1")?
        .query_row([&change.id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let same = match (&before, &content) {
        (Some((version, old)), Some(new)) => *version == change.version && old == new,
        (None, None) => true,
        _ => false,
    };
    if same {
        return Ok(());
    }
    match &content {
        Some(content) => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO config_file (id, version, content) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![change.id, change.version, content])?,
        None => connection
            .prepare_cached("DELETE FROM config_file WHERE id = ?1")?
            .execute([&change.id])?,
    };
    connection
        .prepare_cached(
            "INSERT INTO config_change (at, author, id, version, content)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![at, author, change.id, change.version, content])?;
    forget_surplus(connection, &change.id)
}

/// Forgets the changes that are too many, of the file `id` and of all.
fn forget_surplus(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM config_change WHERE id = ?1 AND seq <= (
                 SELECT seq FROM config_change WHERE id = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![id, CHANGES_OF_ONE])?;
    let mut size = connection.prepare_cached("SELECT bytes FROM config_change_size")?;
    while size.query_row([], |row| row.get::<_, i64>(0))? > CHANGES_BYTES {
        let gone = connection
            .prepare_cached(
                "DELETE FROM config_change WHERE seq = (SELECT min(seq) FROM config_change)",
            )?
            .execute([])?;
        if gone == 0 {
            break;
        }
    }
    Ok(())
}

/// Forgets the changes that are too old at `now`, UTC seconds.
fn forget_old(connection: &Connection, now: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM config_change WHERE at < ?1 AND (
                 content IS NULL OR seq < (
                     SELECT max(seq) FROM config_change AS newer WHERE newer.id = config_change.id))",
        )?
        .execute([now.saturating_sub(CHANGES_SECS)])
        .map(drop)
}

/// All files.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Vec<FileChange>> {
    let mut statement = connection.prepare("SELECT id, version, content FROM config_file")?;
    let files = statement.query_map([], |row| {
        Ok(FileChange {
            id: row.get(0)?,
            version: row.get(1)?,
            content: Some(json(row, 2)?),
        })
    })?;
    files.collect()
}

pub(super) fn identity(connection: &Connection) -> rusqlite::Result<Option<Identity>> {
    connection
        .query_row(
            "SELECT value FROM fact WHERE name = 'identity'",
            [],
            |row| json(row, 0),
        )
        .optional()
}

pub(super) fn set_identity(connection: &Connection, identity: &Identity) -> rusqlite::Result<()> {
    // A struct with two strings always becomes JSON.
    let text = serde_json::to_string(identity).unwrap_or_default();
    set_fact(connection, "identity", &text)
}

pub(super) fn is_announced(connection: &Connection) -> rusqlite::Result<bool> {
    connection
        .query_row(
            "SELECT 1 FROM fact WHERE name = 'announced'",
            [],
            |_| Ok(()),
        )
        .optional()
        .map(|found| found.is_some())
}

pub(super) fn mark_announced(connection: &Connection) -> rusqlite::Result<()> {
    set_fact(connection, "announced", "yes")
}

/// When all that was too old last went.
pub(super) fn tidied(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    connection
        .query_row(
            "SELECT CAST(value AS INTEGER) FROM fact WHERE name = 'tidied'",
            [],
            |row| row.get(0),
        )
        .optional()
}

/// Notes that all that was too old at `at` went, old changes of files among it.
pub(super) fn mark_tidied(connection: &Connection, at: i64) -> rusqlite::Result<()> {
    forget_old(connection, at)?;
    set_fact(connection, "tidied", &at.to_string())
}

pub(super) fn mark_unannounced(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .execute("DELETE FROM fact WHERE name = 'announced'", [])
        .map(drop)
}

/// Reads a column of JSON.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error))
    })
}

fn set_fact(connection: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT OR REPLACE INTO fact (name, value) VALUES (?1, ?2)",
            [name, value],
        )
        .map(drop)
}
