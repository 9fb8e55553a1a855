//! Summaries of quarters: made with the points they summarise.

use ::house::statistics::{
    Bucket, Buckets, Grain, Grid, QUARTER, Summary, day_part, day_start, quarter_of,
};
use ::house::store::{Derive, Overview, Part, Point, ReadLimit, Select, Series};
use rusqlite::{Connection, OptionalExtension, params};

use super::file::SeriesIds;
use super::points;
use super::quarter_rows::{COLUMNS, Quarter, add, get, number, quarter, select, set};

/// Most points that modules stored under the name of a statistic that are
/// looked through when they are asked for by their place from the oldest.
const MOST_STORED: usize = 100_000;

/// Makes the live row of the quarter of `at` anew.
pub(super) fn refresh(
    connection: &Connection,
    series: i64,
    at: i64,
    with_tally: bool,
) -> rusqlite::Result<()> {
    let from = quarter_of(at);
    let until = from.saturating_add(QUARTER);
    let live = of_points(connection, series, from, until, with_tally)?;
    set(connection, series, (from, Part::Live), &live)
}

/// Adds the newest point of a series to the live row of its quarter: the same as
/// making it anew, without reading a value each second over and over.
pub(super) fn extend(
    connection: &Connection,
    series: i64,
    newest: &Point,
    with_tally: bool,
) -> rusqlite::Result<()> {
    let key = (quarter_of(newest.at), Part::Live);
    match get(connection, series, key)? {
        Some(mut live) if live.tally.is_some() == with_tally => {
            live.merge(&Summary::of([newest], with_tally));
            set(connection, series, key, &live)
        }
        _ => refresh(connection, series, newest.at, with_tally),
    }
}

/// Makes the live row of the quarter of `at` anew, if there is one.
pub(super) fn keep_right(connection: &Connection, series: i64, at: i64) -> rusqlite::Result<()> {
    match get(connection, series, (quarter_of(at), Part::Live))? {
        Some(live) => refresh(connection, series, at, live.tally.is_some()),
        None => Ok(()),
    }
}

/// Settles what is summarised of the points before `end`, which are about to
/// go.
pub(super) fn settle(connection: &Connection, series: i64, end: i64) -> rusqlite::Result<()> {
    let last = quarter_of(end);
    let live = number(Part::Live);
    // A quarter of which some points went before has both rows.
    let both: Vec<Quarter> = select(
        connection,
        "series = ?1 AND at < ?2 AND part = ?3 AND EXISTS (
             SELECT 1 FROM quarter AS settled WHERE settled.series = ?1
             AND settled.at = quarter.at AND settled.part = ?3 + 1)",
        params![series, last, live],
    )?;
    for row in both {
        add(connection, series, (row.at, Part::Settled), &row.summary)?;
        set(
            connection,
            series,
            (row.at, Part::Live),
            &Summary::default(),
        )?;
    }
    connection
        .prepare_cached(
            "UPDATE quarter SET part = ?3 + 1 WHERE series = ?1 AND at < ?2 AND part = ?3",
        )?
        .execute(params![series, last, live])?;
    let Some(live) = get(connection, series, (last, Part::Live))? else {
        return Ok(());
    };
    let with_tally = live.tally.is_some();
    let gone = of_points(connection, series, last, end, with_tally)?;
    add(connection, series, (last, Part::Settled), &gone)?;
    let until = last.saturating_add(QUARTER);
    let rest = of_points(connection, series, end, until, with_tally)?;
    set(connection, series, (last, Part::Live), &rest)
}

/// Merges settled quarters of whole days before `before`: at most so many,
/// oldest first. Returns whether there were so many.
pub(super) fn coarsen(
    connection: &Connection,
    series: i64,
    before: i64,
    days: &[Grid],
    most: usize,
) -> rusqlite::Result<bool> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let settled: Vec<Quarter> = select(
        connection,
        "series = ?1 AND at < ?2 AND part = ?3 ORDER BY at LIMIT ?4",
        params![
            series,
            day_start(before, days),
            number(Part::Settled),
            limit
        ],
    )?;
    let found = settled.len();
    let mut parts: Vec<(i64, Summary)> = Vec::new();
    for row in settled {
        set(
            connection,
            series,
            (row.at, Part::Settled),
            &Summary::default(),
        )?;
        let start = day_part(row.at, days);
        match parts.last_mut() {
            Some((at, summary)) if *at == start => summary.merge(&row.summary),
            _ => parts.push((start, row.summary)),
        }
    }
    for (at, summary) in parts {
        add(connection, series, (at, Part::Coarse), &summary)?;
    }
    Ok(found >= most)
}

/// Removes what tells of purged points before `before`.
pub(super) fn forget(connection: &Connection, series: i64, before: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM quarter WHERE series = ?1 AND at < ?2 AND part > ?3")?
        .execute(params![series, before, number(Part::Live)])
        .map(drop)
}

/// Gives the rows of series `from` to `to`, whose points it has by now.
pub(super) fn give(connection: &Connection, from: i64, to: i64) -> rusqlite::Result<()> {
    let which = "series = ?1 AND part = ?2";
    let own: Vec<Quarter> = select(connection, which, params![to, number(Part::Live)])?;
    for row in own {
        refresh(connection, to, row.at, row.summary.tally.is_some())?;
    }
    let rows: Vec<Quarter> = select(connection, "series = ?1", params![from])?;
    for row in rows {
        let key = (row.at, row.part);
        if row.part == Part::Live {
            let own = get(connection, to, key)?;
            let with_tally = own.is_some_and(|own| own.tally.is_some());
            refresh(
                connection,
                to,
                row.at,
                with_tally || row.summary.tally.is_some(),
            )?;
        } else {
            add(connection, to, key, &row.summary)?;
        }
    }
    remove(connection, from)
}

/// Removes all rows of a series.
pub(super) fn remove(connection: &Connection, series: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM quarter WHERE series = ?1")?
        .execute([series])
        .map(drop)
}

/// What each bucket comes to.
pub(super) fn summarise(
    connection: &Connection,
    series: i64,
    buckets: &[(Grain, Bucket)],
) -> rusqlite::Result<Vec<Summary>> {
    let summaries = buckets.iter().map(|(grain, bucket)| {
        let rows: Vec<Quarter> = select(
            connection,
            "series = ?1 AND at >= ?2 AND at < ?3 ORDER BY at, part",
            params![series, bucket.from, bucket.until],
        )?;
        let mut summary = Summary::default();
        for row in rows.iter().filter(|row| row.part.counts_in(*grain)) {
            summary.merge(&row.summary);
        }
        Ok(summary)
    });
    summaries.collect()
}

/// Answers a question about hours or days.
pub(super) fn derive(
    connection: &Connection,
    ids: &mut SeriesIds,
    asked: &Derive,
) -> rusqlite::Result<Vec<Vec<Point>>> {
    let sensor = Series::sensor(asked.sensor.clone());
    let computed = match ids.find(connection, &sensor)? {
        Some(id) => newest_buckets(connection, id, asked)?,
        None => Vec::new(),
    };
    let most = asked.needed();
    let select = match (asked.select, most) {
        (between @ Select::Between { .. }, _) => between,
        (Select::Positions { .. }, Some(most)) => Select::Positions {
            start: i64::try_from(most).unwrap_or(i64::MAX).saturating_neg(),
            end: -1,
        },
        (Select::Positions { .. }, None) => Select::Positions { start: 0, end: -1 },
    };
    let limit = ReadLimit {
        points: most.unwrap_or(MOST_STORED),
        ..asked.limit
    };
    let lists = asked.statistics.iter().map(|statistic| {
        let series = asked.stored(*statistic);
        let stored = points::read(connection, ids, &series, select, limit)?;
        Ok(asked.join(*statistic, &computed, &stored))
    });
    lists.collect()
}

/// Answers a question about what sensors come to.
pub(super) fn overview(
    connection: &Connection,
    ids: &mut SeriesIds,
    asked: &Overview,
) -> rusqlite::Result<Vec<Vec<(Bucket, Summary)>>> {
    let lists = asked.sensors.iter().map(|sensor| {
        let Some(id) = ids.find(connection, &Series::sensor(sensor.clone()))? else {
            return Ok(Vec::new());
        };
        let mut buckets = newest_buckets(connection, id, &asked.of(sensor))?;
        buckets.reverse();
        Ok(buckets)
    });
    lists.collect()
}

/// The newest buckets that may be selected, newest first; no more rows are read
/// than it takes.
fn newest_buckets(
    connection: &Connection,
    series: i64,
    asked: &Derive,
) -> rusqlite::Result<Vec<(Bucket, Summary)>> {
    let (from, until) = match asked.select {
        Select::Between { from, to } => (from, asked.grid.bucket(asked.grain, to).until),
        Select::Positions { .. } => (i64::MIN, i64::MAX),
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM quarter
         WHERE series = ?1 AND at >= ?2 AND at < ?3 ORDER BY at DESC, part DESC"
    ))?;
    let rows = statement.query_map(params![series, from, until], quarter)?;
    let most = asked.needed().unwrap_or(usize::MAX);
    let mut failure = None;
    let rows = rows
        .map_while(|row| row.map_err(|error| failure = Some(error)).ok())
        .filter(|row| row.part.counts_in(asked.grain))
        .map(|row| (row.at, row.summary));
    let buckets = Buckets::new(rows, &asked.grid, asked.grain);
    let found = buckets
        .filter(|(bucket, _)| asked.may_select(*bucket))
        .take(most)
        .collect();
    failure.map_or(Ok(found), Err)
}

/// Fills in the rows of points that were stored before there were any.
pub(super) fn fill(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(
        "SELECT id FROM series WHERE scope = 'sensors'
         AND name NOT GLOB '*/hour/*' AND name NOT GLOB '*/day/*'",
    )?;
    let ids = statement.query_map([], |row| row.get(0))?;
    for id in ids.collect::<rusqlite::Result<Vec<i64>>>()? {
        fill_series(connection, id)?;
    }
    Ok(())
}

/// Numbers only: what texts come to is kept where somebody wants it.
fn fill_series(connection: &Connection, series: i64) -> rusqlite::Result<()> {
    let mut next = connection.prepare(
        "SELECT at FROM point WHERE series = ?1 AND at >= ?2
         AND typeof(value) IN ('integer', 'real') ORDER BY at LIMIT 1",
    )?;
    let mut from = i64::MIN;
    loop {
        let found: Option<i64> = next
            .query_row(params![series, from], |row| row.get(0))
            .optional()?;
        let Some(at) = found else {
            return Ok(());
        };
        refresh(connection, series, at, false)?;
        from = quarter_of(at).saturating_add(QUARTER);
    }
}

fn of_points(
    connection: &Connection,
    series: i64,
    from: i64,
    until: i64,
    with_tally: bool,
) -> rusqlite::Result<Summary> {
    let mut statement = connection.prepare_cached(
        "SELECT at, value FROM point WHERE series = ?1 AND at >= ?2 AND at < ?3 ORDER BY at",
    )?;
    let points = statement.query_map(params![series, from, until], points::point)?;
    let points: Vec<Point> = points.collect::<rusqlite::Result<_>>()?;
    Ok(Summary::of(&points, with_tally))
}
