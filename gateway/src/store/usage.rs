//! What houses have sent, on disk.

use cell::Usage;
use model::{HouseId, TenantId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::core::spending::DAYS;

/// By how much a start raises the epoch at least: above what the run before it
/// may have raised without a chance to write it down.
const STEP: i64 = 1_000;

/// What is to be written down of what houses have sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageChanges {
    /// The epoch that counts now.
    pub epoch: i64,
    /// Rows that have grown.
    pub rows: Vec<Usage>,
    /// Rows that are needed no more.
    pub finished: Vec<UsageKey>,
    /// Totals of tenants by the start of the day.
    pub spent: Vec<Spent>,
}

/// Names a row of usage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UsageKey {
    /// The run.
    pub epoch: i64,
    /// The start of the UTC hour.
    pub hour: Timestamp,
    /// The house.
    pub house: HouseId,
}

/// What a tenant has sent on a UTC day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The tenant.
    pub tenant: TenantId,
    /// The start of the day.
    pub day: Timestamp,
    /// Messages of all its houses.
    pub messages: u64,
}

/// What an earlier run has left, and the epoch of this one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageState {
    /// The epoch of this run: larger than any before.
    pub epoch: i64,
    /// Rows that the control plane may not have.
    pub rows: Vec<Usage>,
    /// What tenants have sent lately.
    pub spent: Vec<Spent>,
}

/// Begins a run: its epoch is on disk when this returns.
pub(super) fn begin(connection: &mut Connection, now: Timestamp) -> rusqlite::Result<UsageState> {
    let transaction = connection.transaction()?;
    let before: Option<i64> = transaction
        .query_row("SELECT epoch FROM run WHERE id = 1", [], |row| row.get(0))
        .optional()?;
    let epoch = before.map_or(now.0, |before| now.0.max(before.saturating_add(STEP)));
    write_epoch(&transaction, epoch)?;
    forget_old_days(&transaction)?;
    let rows = transaction
        .prepare("SELECT epoch, house, hour, messages, bytes FROM usage")?
        .query_map([], read_usage)?
        .collect::<Result<_, _>>()?;
    let spent = transaction
        .prepare("SELECT tenant, day, messages FROM spent")?
        .query_map([], read_spent)?
        .collect::<Result<_, _>>()?;
    transaction.commit()?;
    Ok(UsageState { epoch, rows, spent })
}

pub(super) fn write(transaction: &Transaction<'_>, changes: &UsageChanges) -> rusqlite::Result<()> {
    write_epoch(transaction, changes.epoch)?;
    for row in &changes.rows {
        transaction
            .prepare_cached(
                "INSERT INTO usage (epoch, house, hour, messages, bytes)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (epoch, house, hour) DO UPDATE
                 SET messages = max(messages, excluded.messages),
                     bytes = max(bytes, excluded.bytes)",
            )?
            .execute(params![
                row.epoch,
                row.house.as_str(),
                row.hour.0,
                whole(row.messages),
                whole(row.bytes)
            ])?;
    }
    for key in &changes.finished {
        transaction
            .prepare_cached("DELETE FROM usage WHERE epoch = ?1 AND house = ?2 AND hour = ?3")?
            .execute(params![key.epoch, key.house.as_str(), key.hour.0])?;
    }
    for spent in &changes.spent {
        transaction
            .prepare_cached(
                "INSERT INTO spent (tenant, day, messages) VALUES (?1, ?2, ?3)
                 ON CONFLICT (tenant, day) DO UPDATE
                 SET messages = max(messages, excluded.messages)",
            )?
            .execute(params![
                spent.tenant.to_string(),
                spent.day.0,
                whole(spent.messages)
            ])?;
    }
    // Rows go when an hour is over, so this is a good time for days as well.
    if !changes.finished.is_empty() {
        forget_old_days(transaction)?;
    }
    Ok(())
}

/// Forgets what a house has sent.
pub(super) fn erase_house(transaction: &Transaction<'_>, house: &HouseId) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM usage WHERE house = ?1")?
        .execute([house.as_str()])?;
    Ok(())
}

/// Forgets what a tenant has sent.
pub(super) fn erase_tenant(
    transaction: &Transaction<'_>,
    tenant: TenantId,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM spent WHERE tenant = ?1")?
        .execute([tenant.to_string()])?;
    Ok(())
}

fn write_epoch(transaction: &Transaction<'_>, epoch: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO run (id, epoch) VALUES (1, ?1)
             ON CONFLICT (id) DO UPDATE SET epoch = max(epoch, excluded.epoch)",
        )?
        .execute([epoch])?;
    Ok(())
}

/// As many days of each tenant stay as [`Spending`](crate::core::Spending)
/// remembers, counted and not reckoned from today: a clock that is wrong for a
/// while makes nothing forgotten.
fn forget_old_days(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "DELETE FROM spent WHERE (
                 SELECT count(*) FROM spent AS later
                 WHERE later.tenant = spent.tenant AND later.day > spent.day
             ) >= ?1",
        )?
        .execute([i64::try_from(DAYS).unwrap_or(i64::MAX)])?;
    Ok(())
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn natural(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(at)?).unwrap_or(0))
}

/// A name that stands in the file.
fn name<T: std::str::FromStr>(row: &Row<'_>, at: usize) -> rusqlite::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    row.get::<_, String>(at)?.parse().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, error.into())
    })
}

fn read_usage(row: &Row<'_>) -> rusqlite::Result<Usage> {
    Ok(Usage {
        epoch: row.get(0)?,
        house: name(row, 1)?,
        hour: Timestamp(row.get(2)?),
        messages: natural(row, 3)?,
        bytes: natural(row, 4)?,
    })
}

fn read_spent(row: &Row<'_>) -> rusqlite::Result<Spent> {
    Ok(Spent {
        tenant: name(row, 0)?,
        day: Timestamp(row.get(1)?),
        messages: natural(row, 2)?,
    })
}
