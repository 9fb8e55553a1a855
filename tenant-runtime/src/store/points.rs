//! Series and their points.

use ::house::reference_store::{places, value_text};
use ::house::statistics::Summary;
use ::house::store::{Point, PointValue, REPEATS, ReadLimit, SavePoint, Select, Series};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use super::file::SeriesIds;
use super::quarters;

pub(super) fn series_id(connection: &Connection, series: &Series) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM series WHERE scope = ?1 AND name = ?2")?
        .query_row([series.scope.as_str(), &series.name], |row| row.get(0))
        .optional()
}

pub(super) fn add_series(connection: &Connection, series: &Series) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("INSERT INTO series (scope, name) VALUES (?1, ?2)")?
        .insert([series.scope.as_str(), &series.name])
}

/// Stores a value by the rules of its series; `None` when it is superfluous.
pub(super) fn save(
    connection: &Connection,
    ids: &mut SeriesIds,
    save: &SavePoint,
) -> rusqlite::Result<Option<Vec<Summary>>> {
    let id = ids.intern(connection, &save.series)?;
    let newest: Option<i64> = connection
        .prepare_cached("SELECT max(at) FROM point WHERE series = ?1")?
        .query_row([id], |row| row.get(0))?;
    if save.new_only && newest.is_some_and(|newest| newest >= save.point.at) {
        return Ok(None);
    }
    let there = connection
        .prepare_cached("SELECT at, value FROM point WHERE series = ?1 AND at = ?2")?
        .query_row([id, save.point.at], point)
        .optional()?;
    match (there, save.keep_newest) {
        (Some(there), _) if value_text(&there.value) == value_text(&save.point.value) => {
            return Ok(None);
        }
        (None, Some(keep)) => drop_all_but(connection, id, keep.saturating_sub(1))?,
        _ => {}
    }
    put(connection, id, 0, &save.point)?;
    let mut summaries = Vec::new();
    if let Some(aggregate) = &save.aggregate {
        if newest.is_none_or(|newest| newest < save.point.at) {
            quarters::extend(connection, id, &save.point, aggregate.with_tally)?;
        } else {
            quarters::refresh(connection, id, save.point.at, aggregate.with_tally)?;
        }
        summaries = quarters::summarise(connection, id, &aggregate.report)?;
    } else {
        quarters::keep_right(connection, id, save.point.at)?;
    }
    if let Some((series, point)) = &save.also {
        append(connection, ids, series, point)?;
    }
    Ok(Some(summaries))
}

/// Appends a text, unless it is among the last of its second.
pub(super) fn append(
    connection: &Connection,
    ids: &mut SeriesIds,
    series: &Series,
    new: &Point,
) -> rusqlite::Result<()> {
    let id = ids.intern(connection, series)?;
    let mut statement = connection.prepare_cached(
        "SELECT at, value, nth FROM point WHERE series = ?1 AND at = ?2 ORDER BY nth DESC LIMIT ?3",
    )?;
    let most = i64::try_from(REPEATS).unwrap_or(i64::MAX);
    let mut next = 0;
    let mut rows = statement.query(params![id, new.at, most])?;
    while let Some(row) = rows.next()? {
        if point(row)?.value == new.value {
            return Ok(());
        }
        next = next.max(row.get::<_, i64>(2)?.saturating_add(1));
    }
    put(connection, id, next, new)
}

/// The selected points, oldest first; what exceeds the limit is the oldest.
pub(super) fn read(
    connection: &Connection,
    ids: &mut SeriesIds,
    series: &Series,
    select: Select,
    limit: ReadLimit,
) -> rusqlite::Result<Vec<Point>> {
    let Some(id) = ids.find(connection, series)? else {
        return Ok(Vec::new());
    };
    let window = Window::of(connection, id, select)?;
    let most = i64::try_from(limit.points).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(
        "SELECT at, value FROM point WHERE series = ?1 AND at BETWEEN ?2 AND ?3
         ORDER BY at DESC, nth DESC LIMIT ?4 OFFSET ?5",
    )?;
    let rows = statement.query_map(
        params![
            id,
            window.from,
            window.to,
            window.count.min(most),
            window.skip
        ],
        point,
    )?;
    let (mut found, mut bytes) = (Vec::new(), 0);
    for row in rows {
        if bytes >= limit.text_bytes {
            break;
        }
        let point = row?;
        if let PointValue::Text(text) = &point.value {
            bytes += text.len();
        }
        found.push(point);
    }
    found.reverse();
    Ok(found)
}

/// How many points are selected.
pub(super) fn count(
    connection: &Connection,
    ids: &mut SeriesIds,
    series: &Series,
    select: Select,
) -> rusqlite::Result<u64> {
    let Some(id) = ids.find(connection, series)? else {
        return Ok(0);
    };
    let count = |from: i64, to: i64| count_between(connection, id, from, to);
    match select {
        Select::Between { from, to } => count(from, to),
        Select::Positions { start, end } => {
            let (first, after) = places(start, end, count_all(connection, id)?);
            Ok(after - first)
        }
    }
}

/// Removes the points before `end`.
pub(super) fn remove_before(connection: &Connection, id: i64, end: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM point WHERE series = ?1 AND at < ?2")?
        .execute([id, end])
        .map(drop)
}

/// A selection as SQL sees it: newest first, skip some, take some.
struct Window {
    from: i64,
    to: i64,
    skip: i64,
    count: i64,
}

impl Window {
    fn of(connection: &Connection, id: i64, select: Select) -> rusqlite::Result<Self> {
        let whole = Self {
            from: i64::MIN,
            to: i64::MAX,
            skip: 0,
            count: i64::MAX,
        };
        Ok(match select {
            Select::Between { from, to } => Self { from, to, ..whole },
            // Counted from the newest: no need to know how many there are.
            Select::Positions { start, end } if start < 0 && end < 0 => Self {
                skip: (-1_i64).saturating_sub(end),
                count: end.saturating_sub(start).saturating_add(1).max(0),
                ..whole
            },
            Select::Positions { start, end } => {
                let all = count_all(connection, id)?;
                let (first, after) = places(start, end, all);
                let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
                Self {
                    skip: signed(all - after),
                    count: signed(after - first),
                    ..whole
                }
            }
        })
    }
}

fn count_all(connection: &Connection, id: i64) -> rusqlite::Result<u64> {
    let count: i64 = connection
        .prepare_cached("SELECT points FROM series WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

fn count_between(connection: &Connection, id: i64, from: i64, to: i64) -> rusqlite::Result<u64> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM point WHERE series = ?1 AND at BETWEEN ?2 AND ?3")?
        .query_row([id, from, to], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

fn drop_all_but(connection: &Connection, id: i64, keep: u64) -> rusqlite::Result<()> {
    // The newest point that goes, if any; for sensors a second has one point.
    let skip = i64::try_from(keep).unwrap_or(i64::MAX);
    let newest_to_go: Option<i64> = connection
        .prepare_cached(
            "SELECT at FROM point WHERE series = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?2",
        )?
        .query_row([id, skip], |row| row.get(0))
        .optional()?;
    let Some(end) = newest_to_go.map(|last| last.saturating_add(1)) else {
        return Ok(());
    };
    quarters::settle(connection, id, end)?;
    remove_before(connection, id, end)
}

fn put(connection: &Connection, id: i64, nth: i64, point: &Point) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO point (series, at, nth, value) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET value = excluded.value",
        )?
        .execute(params![id, point.at, nth, Stored(&point.value)])
        .map(drop)
}

struct Stored<'a>(&'a PointValue);

impl ToSql for Stored<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            PointValue::Int(whole) => ToSqlOutput::Owned(Value::Integer(*whole)),
            PointValue::Real(real) => ToSqlOutput::Owned(Value::Real(*real)),
            PointValue::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// Reads a row of (at, value).
pub(super) fn point(row: &Row<'_>) -> rusqlite::Result<Point> {
    Ok(Point {
        at: row.get(0)?,
        value: value(row, 1)?,
    })
}

/// Reads a value.
pub(super) fn value(row: &Row<'_>, column: usize) -> rusqlite::Result<PointValue> {
    match row.get(column)? {
        Value::Integer(whole) => Ok(PointValue::Int(whole)),
        Value::Real(real) => Ok(PointValue::Real(real)),
        Value::Text(text) => Ok(PointValue::Text(text)),
        Value::Null | Value::Blob(_) => Err(rusqlite::Error::InvalidColumnType(
            column,
            "value".to_owned(),
            rusqlite::types::Type::Blob,
        )),
    }
}
