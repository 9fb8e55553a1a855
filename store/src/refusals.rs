//! Refusals in SQL: one row per (house, minute, reason, client, subject).

use async_trait::async_trait;
use model::{HouseKey, Refusal, RefusalId};

use super::StoreError;
use super::observed::{RefusalCursor, StoredRefusal};
use super::repositories::{Refusals, Stored};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

/// Most rows that one pruning removes; what is left goes at the next one.
const PRUNED_AT_ONCE: i64 = 10_000;

statements! {
    pub(super) enum Sql {
        Record = "INSERT INTO refusals \
            (id, house, at, reason, client, subject, count, limit_json, clears_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
            ON CONFLICT (house, at, reason, client, subject) DO UPDATE SET \
            count = excluded.count, limit_json = excluded.limit_json, \
            clears_at = excluded.clears_at WHERE excluded.count > refusals.count",
        List = "SELECT r.id, h.id AS house_id, r.at, r.reason, r.client, r.subject, r.count, \
            r.limit_json, r.clears_at FROM refusals r JOIN houses h ON h.house_key = r.house \
            WHERE r.house = $1 ORDER BY r.at DESC, r.id DESC LIMIT $2",
        ListAfter = "SELECT r.id, h.id AS house_id, r.at, r.reason, r.client, r.subject, r.count, \
            r.limit_json, r.clears_at FROM refusals r JOIN houses h ON h.house_key = r.house \
            WHERE r.house = $1 AND (r.at, r.id) < ($3, $4) \
            ORDER BY r.at DESC, r.id DESC LIMIT $2",
        KeepNewest = "DELETE FROM refusals WHERE id IN (SELECT id FROM refusals \
            WHERE house = $1 ORDER BY at DESC, id DESC LIMIT $3 OFFSET $2)",
    }
}

impl Entity for StoredRefusal {
    const TABLE: &'static str = "refusals";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let limit: Option<String> = row.get("limit_json")?;
        let count: i64 = row.get("count")?;
        Ok(Self {
            id: row.get("id")?,
            refusal: Refusal {
                house: row.get("house_id")?,
                at: row.get("at")?,
                reason: row.get("reason")?,
                limit: limit
                    .map(|text| serde_json::from_str(&text))
                    .transpose()
                    .map_err(|_| BadColumn::named("limit_json"))?,
                client: row.get("client")?,
                subject: row.get("subject")?,
                count: u64::try_from(count).map_err(|_| BadColumn::named("count"))?,
                clears_at: row.get("clears_at")?,
            },
        })
    }
}

#[async_trait]
impl Refusals for Work {
    async fn record(&mut self, house: HouseKey, id: RefusalId, refusal: &Refusal) -> Stored<()> {
        let limit = refusal
            .limit
            .as_ref()
            .map(serde_json::to_string)
            .transpose()
            .map_err(|error| StoreError::Backend(Box::new(error)))?;
        let row = [
            id.into(),
            house.into(),
            refusal.at.into(),
            refusal.reason.as_str().into(),
            refusal.client.as_str().into(),
            refusal.subject.as_str().into(),
            i64::try_from(refusal.count).unwrap_or(i64::MAX).into(),
            limit.into(),
            refusal.clears_at.into(),
        ];
        self.run(Sql::Record, &row).await.map(drop)
    }

    async fn list(
        &mut self,
        house: HouseKey,
        after: Option<RefusalCursor>,
        limit: u32,
    ) -> Stored<Vec<StoredRefusal>> {
        let limit = i64::from(limit).into();
        match after {
            None => self.all(Sql::List, &[house.into(), limit]).await,
            Some(RefusalCursor { at, id }) => {
                let place = [house.into(), limit, at.into(), id.into()];
                self.all(Sql::ListAfter, &place).await
            }
        }
    }

    async fn keep_newest(&mut self, house: HouseKey, keep: u32) -> Stored<u64> {
        let bounds = [house.into(), i64::from(keep).into(), PRUNED_AT_ONCE.into()];
        self.run(Sql::KeepNewest, &bounds).await
    }
}
