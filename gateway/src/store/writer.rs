//! The writer's thread: many changes, one transaction, one sync, then answers.

use bus::QoS;
use bytes::Bytes;
use cell::CellState;
use model::{HouseId, Timestamp};
use rusqlite::{Connection, Row, Transaction, params};
use tokio::sync::mpsc;

use super::{Job, StoreError, usage};
use crate::core::{RetainedChange, RetainedMessage};

/// Changes that share one transaction at most, so that the first of them is
/// not kept waiting for long.
const BATCH: usize = 512;

type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Works until a stop is asked for or everybody who could ask is gone.
pub(super) fn run(
    mut connection: Connection,
    mut waiting: mpsc::Receiver<Job>,
    on_write: &dyn Fn(Result<(), &StoreError>),
) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.blocking_recv_many(&mut batch, BATCH) > 0 {
        let mut writes = Vec::with_capacity(batch.len());
        let mut stop = false;
        for job in batch.drain(..) {
            match job {
                Job::Load { house, done } => {
                    // A load sees every change that was asked for before it.
                    commit(&mut connection, &mut writes, on_write);
                    let rows = load(&connection, &house).map_err(|error| disk(&error));
                    let _gave_up = done.send(rows);
                }
                Job::BeginRun { now, done } => {
                    let state = usage::begin(&mut connection, now);
                    let _gave_up = done.send(state.map_err(|error| disk(&error)));
                }
                Job::Stop => stop = true,
                write => writes.push(write),
            }
        }
        commit(&mut connection, &mut writes, on_write);
        if stop {
            break;
        }
    }
}

fn disk(error: &rusqlite::Error) -> StoreError {
    StoreError::Disk(error.to_string())
}

fn commit(
    connection: &mut Connection,
    writes: &mut Vec<Job>,
    on_write: &dyn Fn(Result<(), &StoreError>),
) {
    if writes.is_empty() {
        return;
    }
    let outcome = write_all(connection, writes).map_err(|error| disk(&error));
    on_write(outcome.as_ref().copied());
    for answer in writes.drain(..).filter_map(answer_of) {
        answer(outcome.clone());
    }
}

fn answer_of(job: Job) -> Option<Answer> {
    match job {
        Job::Retained { done, .. } => Some(done),
        Job::CellState { done, .. } | Job::Usage { done, .. } => Some(Box::new(move |outcome| {
            let _gave_up = done.send(outcome);
        })),
        Job::Load { .. } | Job::BeginRun { .. } | Job::Stop => None,
    }
}

fn write_all(connection: &mut Connection, writes: &[Job]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for job in writes {
        match job {
            Job::Retained { house, change, .. } => write_retained(&transaction, house, change)?,
            Job::CellState { state, gone, .. } => {
                write_state(&transaction, state)?;
                for house in &gone.houses {
                    transaction
                        .prepare_cached("DELETE FROM retained WHERE house = ?1")?
                        .execute([house.as_str()])?;
                    usage::erase_house(&transaction, house)?;
                }
                for tenant in &gone.tenants {
                    usage::erase_tenant(&transaction, *tenant)?;
                }
            }
            Job::Usage { changes, .. } => usage::write(&transaction, changes)?,
            Job::Load { .. } | Job::BeginRun { .. } | Job::Stop => {}
        }
    }
    transaction.commit()
}

fn write_retained(
    transaction: &Transaction<'_>,
    house: &HouseId,
    change: &RetainedChange,
) -> rusqlite::Result<()> {
    match change {
        RetainedChange::Store(row) => transaction
            .prepare_cached(
                "INSERT INTO retained (house, topic, payload, properties, qos, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (house, topic) DO UPDATE SET payload = excluded.payload,
                     properties = excluded.properties, qos = excluded.qos,
                     expires_at = excluded.expires_at",
            )?
            .execute(params![
                house.as_str(),
                row.topic,
                &row.payload[..],
                &row.properties[..],
                u8::from(row.qos),
                row.expires_at.map(|end| end.0),
            ])?,
        RetainedChange::Clear { topic } => transaction
            .prepare_cached("DELETE FROM retained WHERE house = ?1 AND topic = ?2")?
            .execute([house.as_str(), topic])?,
    };
    Ok(())
}

fn write_state(transaction: &Transaction<'_>, state: &CellState) -> rusqlite::Result<()> {
    let text = serde_json::to_string(state)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    transaction
        .prepare_cached(
            "INSERT INTO cell_state (id, revision, state) VALUES (1, ?1, ?2)
             ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, state = excluded.state",
        )?
        .execute(params![state.revision.unwrap_or_default().0, text])?;
    Ok(())
}

fn load(connection: &Connection, house: &HouseId) -> rusqlite::Result<Vec<RetainedMessage>> {
    connection
        .prepare_cached(
            "SELECT topic, payload, properties, qos, expires_at FROM retained WHERE house = ?1
             ORDER BY rowid",
        )?
        .query_map([house.as_str()], read_row)?
        .collect()
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<RetainedMessage> {
    Ok(RetainedMessage {
        topic: row.get(0)?,
        payload: Bytes::from(row.get::<_, Vec<u8>>(1)?),
        properties: Bytes::from(row.get::<_, Vec<u8>>(2)?),
        qos: QoS::try_from(row.get::<_, u8>(3)?).unwrap_or_default(),
        expires_at: row.get::<_, Option<i64>>(4)?.map(Timestamp),
    })
}
