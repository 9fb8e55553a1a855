//! The table of summaries, row by row.

use ::house::statistics::{Summary, Tally};
use ::house::store::Part;
use rusqlite::{Connection, Row, params};

/// Every column but the series.
pub(super) const COLUMNS: &str = "at, part, count, numbers, sum, least, greatest, tally";

/// One row.
pub(super) struct Quarter {
    pub(super) at: i64,
    pub(super) part: Part,
    pub(super) summary: Summary,
}

/// The row, if there is one.
pub(super) fn get(
    connection: &Connection,
    series: i64,
    (at, part): (i64, Part),
) -> rusqlite::Result<Option<Summary>> {
    let rows: Vec<Quarter> = select(
        connection,
        "series = ?1 AND at = ?2 AND part = ?3",
        params![series, at, number(part)],
    )?;
    Ok(rows.into_iter().next().map(|row| row.summary))
}

/// Adds what is told of further values to a row.
pub(super) fn add(
    connection: &Connection,
    series: i64,
    key: (i64, Part),
    more: &Summary,
) -> rusqlite::Result<()> {
    let mut row = get(connection, series, key)?.unwrap_or_default();
    row.merge(more);
    set(connection, series, key, &row)
}

/// Writes a row; one that tells of nothing is removed.
pub(super) fn set(
    connection: &Connection,
    series: i64,
    (at, part): (i64, Part),
    row: &Summary,
) -> rusqlite::Result<()> {
    if row.count == 0 {
        return connection
            .prepare_cached("DELETE FROM quarter WHERE series = ?1 AND at = ?2 AND part = ?3")?
            .execute(params![series, at, number(part)])
            .map(drop);
    }
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    // A map with string keys always becomes JSON.
    let tally = row.tally.as_ref();
    let tally = tally.map(|tally| serde_json::to_string(tally).unwrap_or_default());
    connection
        .prepare_cached(&format!(
            "INSERT OR REPLACE INTO quarter (series, {COLUMNS})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        ))?
        .execute(params![
            series,
            at,
            number(part),
            whole(row.count),
            whole(row.numbers),
            row.sum,
            row.min(),
            row.max(),
            tally,
        ])
        .map(drop)
}

/// The rows of which `which` is true.
pub(super) fn select<C: FromIterator<Quarter>>(
    connection: &Connection,
    which: &str,
    params: impl rusqlite::Params,
) -> rusqlite::Result<C> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM quarter WHERE {which}"))?;
    statement.query_map(params, quarter)?.collect()
}

/// The number of a part in the file.
pub(super) fn number(part: Part) -> i64 {
    match part {
        Part::Live => 0,
        Part::Settled => 1,
        Part::Coarse => 2,
    }
}

/// Reads a row of all columns.
pub(super) fn quarter(row: &Row<'_>) -> rusqlite::Result<Quarter> {
    let part: i64 = row.get(1)?;
    let known = Part::ALL.into_iter().find(|known| number(*known) == part);
    let least: Option<f64> = row.get(5)?;
    let greatest: Option<f64> = row.get(6)?;
    let tally: Option<String> = row.get(7)?;
    let tally: Option<Tally> = tally
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| {
            let kind = rusqlite::types::Type::Text;
            rusqlite::Error::FromSqlConversionFailure(7, kind, Box::new(error))
        })?;
    Ok(Quarter {
        at: row.get(0)?,
        part: known.ok_or(rusqlite::Error::IntegralValueOutOfRange(1, part))?,
        summary: Summary {
            count: row.get::<_, i64>(2)?.unsigned_abs(),
            numbers: row.get::<_, i64>(3)?.unsigned_abs(),
            sum: row.get(4)?,
            extremes: least.zip(greatest),
            tally,
        },
    })
}
