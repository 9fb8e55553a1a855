//! What goes, what is renamed and what is there.

use ::house::statistics::{end_of_chunk, quarter_of};
use ::house::store::{Point, PointValue, Purge, Scope, Series, SeriesStats, StoreStats};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::file::SeriesIds;
use super::{points, quarters};

/// A series with more points than this is deleted bit by bit.
const AT_ONCE: i64 = 5_000;

/// Before the number of a series in its name once it is deleted; no series of
/// the bus has a control character in its name.
const DELETED: char = '\u{1}';

/// Bytes of a text value that are shown.
const SHOWN: i64 = 400;

/// Removes a series with all its points and summaries, or puts it aside for
/// [`sweep`].
pub(super) fn delete(
    connection: &Connection,
    ids: &mut SeriesIds,
    series: &Series,
) -> rusqlite::Result<()> {
    let Some(id) = ids.find(connection, series)? else {
        return Ok(());
    };
    ids.forget(series);
    let count: i64 = connection
        .prepare_cached("SELECT points FROM series WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    if count > AT_ONCE {
        return connection
            .prepare_cached("UPDATE series SET name = ?2 WHERE id = ?1")?
            .execute(params![id, format!("{DELETED}{id}")])
            .map(drop);
    }
    connection.execute("DELETE FROM point WHERE series = ?1", [id])?;
    remove_empty(connection, id)
}

/// Removes about `most` points of a deleted series. Returns whether there is
/// more to do.
pub(super) fn sweep(connection: &Connection, most: usize) -> rusqlite::Result<bool> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT id FROM series WHERE name >= ?1 AND name < ?2 LIMIT 1")?
        .query_row(params![DELETED.to_string(), "\u{2}"], |row| row.get(0))
        .optional()?;
    let Some(id) = found else {
        return Ok(false);
    };
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let gone = connection
        .prepare_cached(
            "DELETE FROM point WHERE series = ?1 AND at <= (
                 SELECT max(at) FROM
                     (SELECT at FROM point WHERE series = ?1 ORDER BY at LIMIT ?2))",
        )?
        .execute(params![id, most])?;
    if gone == 0 {
        remove_empty(connection, id)?;
    }
    Ok(true)
}

fn remove_empty(connection: &Connection, id: i64) -> rusqlite::Result<()> {
    quarters::remove(connection, id)?;
    connection
        .prepare_cached("DELETE FROM series WHERE id = ?1")?
        .execute([id])
        .map(drop)
}

/// Gives a series another name; joins it with one that has that name.
pub(super) fn rename(
    connection: &Connection,
    ids: &mut SeriesIds,
    from: &Series,
    to: &Series,
) -> rusqlite::Result<()> {
    let Some(old) = ids.find(connection, from)?.filter(|_| from != to) else {
        return Ok(());
    };
    ids.forget(from);
    let Some(new) = ids.find(connection, to)? else {
        return connection
            .prepare_cached("UPDATE series SET scope = ?2, name = ?3 WHERE id = ?1")?
            .execute(params![old, to.scope.as_str(), to.name])
            .map(drop);
    };
    connection.execute(
        "INSERT OR IGNORE INTO point (series, at, nth, value)
         SELECT ?2, at, nth, value FROM point WHERE series = ?1",
        [old, new],
    )?;
    connection.execute("DELETE FROM point WHERE series = ?1", [old])?;
    quarters::give(connection, old, new)?;
    remove_empty(connection, old)
}

/// Removes what is too old. Returns whether there is more.
pub(super) fn purge(
    connection: &Connection,
    ids: &mut SeriesIds,
    purge: &Purge,
) -> rusqlite::Result<bool> {
    for (series, before) in &purge.stored {
        if let Some(id) = ids.find(connection, series)? {
            quarters::settle(connection, id, *before)?;
            points::remove_before(connection, id, *before)?;
        }
    }
    let mut more = false;
    if let Some(id) = ids.find(connection, &purge.series)? {
        if let Some(before) = purge.raw_before {
            let end = if purge.keep_newest {
                quarter_of(before).min(newest_quarter(connection, id)?)
            } else {
                quarter_of(before)
            };
            more |= purge_points(connection, id, end, purge.most)?;
        }
        if let Some(before) = purge.hours_before {
            if let Some(days_before) = purge.days_before {
                quarters::forget(connection, id, before.min(days_before))?;
            }
            more |= quarters::coarsen(connection, id, before, &purge.days, purge.most)?;
        }
    }
    Ok(more)
}

/// The quarter of the newest point; the end of time when there is none.
fn newest_quarter(connection: &Connection, id: i64) -> rusqlite::Result<i64> {
    let newest: Option<i64> = connection
        .prepare_cached("SELECT max(at) FROM point WHERE series = ?1")?
        .query_row([id], |row| row.get(0))?;
    Ok(newest.map_or(i64::MAX, quarter_of))
}

/// Removes whole quarters of points before `end`.
fn purge_points(connection: &Connection, id: i64, end: i64, most: usize) -> rusqlite::Result<bool> {
    let place = |skip: i64| -> rusqlite::Result<Option<i64>> {
        connection
            .prepare_cached(
                "SELECT at FROM point WHERE series = ?1 AND at < ?2
                 ORDER BY at, nth LIMIT 1 OFFSET ?3",
            )?
            .query_row(params![id, end, skip], |row| row.get(0))
            .optional()
    };
    let Some(first) = place(0)? else {
        return Ok(false);
    };
    let next = place(i64::try_from(most).unwrap_or(i64::MAX))?;
    let chunk = next.map_or(end, |next| end_of_chunk(first, next));
    quarters::settle(connection, id, chunk)?;
    points::remove_before(connection, id, chunk)?;
    Ok(next.is_some())
}

/// Bytes in use: the file's pages without those that are free. Three numbers
/// of the file's header.
pub(super) fn bytes(connection: &Connection) -> rusqlite::Result<u64> {
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let pages = number("PRAGMA page_count")?;
    let free = number("PRAGMA freelist_count")?;
    let page = number("PRAGMA page_size")?;
    let bytes = pages.saturating_sub(free).saturating_mul(page);
    Ok(u64::try_from(bytes).unwrap_or(0))
}

/// Every series that has points, in order.
pub(super) fn series(connection: &Connection) -> rusqlite::Result<Vec<Series>> {
    let mut statement = connection
        .prepare_cached("SELECT scope, name FROM series WHERE name > ?1 AND points > 0")?;
    let rows = statement.query_map(["\u{2}"], |row| {
        Ok(Series {
            scope: scope(&row.get::<_, String>(0)?),
            name: row.get(1)?,
        })
    })?;
    let mut found: Vec<Series> = rows.collect::<rusqlite::Result<_>>()?;
    found.sort();
    Ok(found)
}

/// The family that a row names: the schema allows no other.
fn scope(word: &str) -> Scope {
    let scopes = [Scope::Sensors, Scope::Alerts, Scope::Logs];
    let known = scopes.into_iter().find(|known| known.as_str() == word);
    known.unwrap_or(Scope::Logs)
}

/// What the file holds.
pub(super) fn stats(connection: &Connection) -> rusqlite::Result<StoreStats> {
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(
        "SELECT scope, name, points, bytes,
             (SELECT min(at) FROM point WHERE series = id), newest.at,
             CASE typeof(value) WHEN 'text' THEN substr(value, 1, ?1) ELSE value END
         FROM series JOIN point AS newest ON newest.series = id AND (newest.at, newest.nth) = (
             SELECT at, nth FROM point WHERE series = id ORDER BY at DESC, nth DESC LIMIT 1)
         WHERE name > ?2",
    )?;
    let rows = statement.query_map(params![SHOWN, "\u{2}"], series_stats)?;
    Ok(StoreStats {
        series: rows.collect::<rusqlite::Result<_>>()?,
        bytes: pages.saturating_mul(page).unsigned_abs(),
        engine: ("sqlite".to_owned(), rusqlite::version().to_owned()),
    })
}

fn series_stats(row: &Row<'_>) -> rusqlite::Result<SeriesStats> {
    let value: PointValue = points::value(row, 6)?;
    Ok(SeriesStats {
        series: Series {
            scope: scope(&row.get::<_, String>(0)?),
            name: row.get(1)?,
        },
        points: row.get::<_, i64>(2)?.unsigned_abs(),
        bytes: row.get::<_, i64>(3)?.unsigned_abs(),
        oldest: row.get(4)?,
        newest: Point {
            at: row.get(5)?,
            value,
        },
    })
}
