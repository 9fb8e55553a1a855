//! One house's file: a batch of operations in one transaction.

use std::collections::HashMap;

use ::house::statistics::Summary;
use ::house::store::Series;
use ::house::{Snapshot, StoreAnswer, StoreOp};
use rusqlite::{Connection, TransactionBehavior};

use super::{StoreFault, files, offers, points, quarters, schema, upkeep};

/// Series whose numbers are remembered; beyond that all are looked up again.
const REMEMBERED_SERIES: usize = 4_096;

/// An open file.
pub(super) struct HouseFile {
    connection: Connection,
    series: SeriesIds,
}

/// The numbers of series that were used since the file was opened.
#[derive(Default)]
pub(super) struct SeriesIds(HashMap<Series, i64>);

impl HouseFile {
    pub(super) fn new(connection: Connection) -> Self {
        Self {
            connection,
            series: SeriesIds::default(),
        }
    }

    /// Does all of `ops` durably or none of them. After a fault the file must
    /// be closed: numbers of series may be remembered that were rolled back.
    pub(super) fn apply(&mut self, ops: Vec<StoreOp>) -> Result<Vec<StoreAnswer>, StoreFault> {
        self.series.make_room();
        self.transact(ops).map_err(|error| schema::fault(&error))
    }

    /// All that the house remembers other than its points.
    pub(super) fn snapshot(&mut self) -> Result<Snapshot, StoreFault> {
        let read = || {
            Ok(Snapshot {
                files: files::read(&self.connection)?,
                offers: offers::read(&self.connection)?,
                identity: files::identity(&self.connection)?,
                announced: files::is_announced(&self.connection)?,
                tidied: files::tidied(&self.connection)?,
                bytes: upkeep::bytes(&self.connection)?,
            })
        };
        read().map_err(|error: rusqlite::Error| match error {
            // JSON that does not parse was not written by us.
            rusqlite::Error::FromSqlConversionFailure(..) => StoreFault::Damaged(format!(
                "the file does not decode ({error}): restore it from a backup, or move it away to \
                 begin anew"
            )),
            other => schema::fault(&other),
        })
    }

    fn transact(&mut self, ops: Vec<StoreOp>) -> rusqlite::Result<Vec<StoreAnswer>> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answers = ops
            .into_iter()
            .map(|op| perform(&transaction, &mut self.series, op))
            .collect::<rusqlite::Result<_>>()?;
        transaction.commit()?;
        Ok(answers)
    }
}

impl SeriesIds {
    /// The number of `series`; `None` when it has no points.
    pub(super) fn find(
        &mut self,
        connection: &Connection,
        series: &Series,
    ) -> rusqlite::Result<Option<i64>> {
        if let Some(id) = self.0.get(series) {
            return Ok(Some(*id));
        }
        let found = points::series_id(connection, series)?;
        if let Some(id) = found {
            self.0.insert(series.clone(), id);
        }
        Ok(found)
    }

    /// The number of `series`, a new one if need be.
    pub(super) fn intern(
        &mut self,
        connection: &Connection,
        series: &Series,
    ) -> rusqlite::Result<i64> {
        if let Some(id) = self.find(connection, series)? {
            return Ok(id);
        }
        let id = points::add_series(connection, series)?;
        self.0.insert(series.clone(), id);
        Ok(id)
    }

    pub(super) fn forget(&mut self, series: &Series) {
        self.0.remove(series);
    }

    fn make_room(&mut self) {
        if self.0.len() > REMEMBERED_SERIES {
            self.0.clear();
        }
    }
}

fn perform(
    connection: &Connection,
    ids: &mut SeriesIds,
    op: StoreOp,
) -> rusqlite::Result<StoreAnswer> {
    match op {
        StoreOp::ChangeFiles {
            author,
            at,
            changes,
            identity,
        } => {
            for change in &changes {
                files::change(connection, &author, at, change)?;
            }
            files::mark_unannounced(connection)?;
            if let Some(identity) = &identity {
                files::set_identity(connection, identity)?;
            }
        }
        StoreOp::MarkAnnounced => files::mark_announced(connection)?,
        StoreOp::Save(save) => {
            return points::save(connection, ids, &save).map(StoreAnswer::Saved);
        }
        StoreOp::Append(series, point) => points::append(connection, ids, &series, &point)?,
        StoreOp::Read {
            series,
            select,
            limit,
        } => {
            let read = series
                .iter()
                .map(|series| points::read(connection, ids, series, select, limit));
            return read.collect::<Result<_, _>>().map(StoreAnswer::Points);
        }
        StoreOp::Count { series, select } => {
            return points::count(connection, ids, &series, select).map(StoreAnswer::Count);
        }
        StoreOp::Summarise { series, buckets } => {
            return Ok(StoreAnswer::Summaries(
                match ids.find(connection, &series)? {
                    Some(id) => quarters::summarise(connection, id, &buckets)?,
                    None => vec![Summary::default(); buckets.len()],
                },
            ));
        }
        StoreOp::Derive(asked) => {
            return quarters::derive(connection, ids, &asked).map(StoreAnswer::Points);
        }
        StoreOp::Overview(asked) => {
            return quarters::overview(connection, ids, &asked).map(StoreAnswer::Overview);
        }
        StoreOp::DeleteSeries(gone) => {
            for series in &gone {
                upkeep::delete(connection, ids, series)?;
            }
        }
        StoreOp::Rename(names) => {
            for (from, to) in &names {
                upkeep::rename(connection, ids, from, to)?;
            }
        }
        StoreOp::Purge(purge) => {
            let more = upkeep::purge(connection, ids, &purge)?;
            return Ok(StoreAnswer::Purged { more });
        }
        StoreOp::Sweep(most) => {
            let more = upkeep::sweep(connection, most)?;
            return Ok(StoreAnswer::Purged { more });
        }
        StoreOp::MarkTidied(at) => files::mark_tidied(connection, at)?,
        StoreOp::Stats => return upkeep::stats(connection).map(StoreAnswer::Stats),
        StoreOp::ListSeries => return upkeep::series(connection).map(StoreAnswer::Series),
        StoreOp::Measure => return upkeep::bytes(connection).map(StoreAnswer::Size),
        StoreOp::PutOffer(offer) => offers::put(connection, &offer)?,
        StoreOp::RemoveOffers(sensors) => {
            for sensor in &sensors {
                offers::remove(connection, sensor)?;
            }
        }
    }
    Ok(StoreAnswer::Done)
}
