//! Refusals in SQL.
//!
//! Those that cells report stand in `refusals`, one row per (house, minute,
//! reason, client, subject); those that people meet in the portal and the API
//! in `tenant_refusals`, by the account in the place of the client. Lists show
//! both.

use async_trait::async_trait;
use model::{AccountId, HouseKey, Refusal, RefusalId, RefusalReason, Refused, TenantId, Timestamp};
use uuid::Uuid;

use super::StoreError;
use super::observed::{RefusalCursor, RefusalFilter, StoredRefusal};
use super::repositories::{Refusals, Stored};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row, Value};
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
            WHERE r.house = $1 AND (r.at, r.id) < ($3, $4) \
            AND (r.reason = $5 OR $5 IS NULL) AND (r.client = $6 OR $6 IS NULL) \
            ORDER BY r.at DESC, r.id DESC LIMIT $2",
        KeepNewest = "DELETE FROM refusals WHERE id IN (SELECT id FROM refusals \
            WHERE house = $1 ORDER BY at DESC, id DESC LIMIT $3 OFFSET $2)",
        NoteOfTenant = "INSERT INTO tenant_refusals \
            (id, tenant, house, account, at, reason, subject, count, limit_json, clears_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9) \
            ON CONFLICT (tenant, at, reason, account, subject) WHERE house IS NULL DO UPDATE SET \
            count = tenant_refusals.count + 1, limit_json = excluded.limit_json, \
            clears_at = excluded.clears_at",
        NoteOfHouse = "INSERT INTO tenant_refusals \
            (id, tenant, house, account, at, reason, subject, count, limit_json, clears_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9) \
            ON CONFLICT (house, at, reason, account, subject) WHERE house IS NOT NULL \
            DO UPDATE SET count = tenant_refusals.count + 1, \
            limit_json = excluded.limit_json, clears_at = excluded.clears_at",
        ListOfTenant = "SELECT r.id, h.id AS house_id, r.at, r.reason, a.name AS client, \
            r.subject, r.count, r.limit_json, r.clears_at FROM tenant_refusals r \
            JOIN accounts a ON a.id = r.account LEFT JOIN houses h ON h.house_key = r.house \
            WHERE r.tenant = $1 AND (r.at, r.id) < ($3, $4) \
            AND (r.reason = $5 OR $5 IS NULL) AND (a.name = $6 OR $6 IS NULL) \
            ORDER BY r.at DESC, r.id DESC LIMIT $2",
        ListOfHouse = "SELECT r.id, h.id AS house_id, r.at, r.reason, a.name AS client, \
            r.subject, r.count, r.limit_json, r.clears_at FROM tenant_refusals r \
            JOIN accounts a ON a.id = r.account JOIN houses h ON h.house_key = r.house \
            WHERE r.house = $1 AND (r.at, r.id) < ($3, $4) \
            AND (r.reason = $5 OR $5 IS NULL) AND (a.name = $6 OR $6 IS NULL) \
            ORDER BY r.at DESC, r.id DESC LIMIT $2",
        KeepNewestOfTenant = "DELETE FROM tenant_refusals WHERE id IN (SELECT id \
            FROM tenant_refusals WHERE tenant = $1 ORDER BY at DESC, id DESC LIMIT $3 OFFSET $2)",
        HousesOf = "SELECT house_key FROM houses WHERE tenant = $1 AND deleted_at IS NULL",
        Counts = "SELECT s.reason, CAST(SUM(s.count) AS BIGINT) AS count FROM ( \
            SELECT r.reason, r.count FROM houses h JOIN refusals r ON r.house = h.house_key \
            WHERE h.tenant = $1 AND h.deleted_at IS NULL AND r.at >= $2 UNION ALL \
            SELECT t.reason, t.count FROM tenant_refusals t WHERE t.tenant = $1 AND t.at >= $2) s \
            GROUP BY s.reason ORDER BY 2 DESC, 1",
    }
}

impl Entity for StoredRefusal {
    const TABLE: &'static str = "refusals";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let limit: Option<String> = row.get("limit_json")?;
        let count: i64 = row.get("count")?;
        let house: Option<String> = row.get("house_id")?;
        let house = house.map(|text| text.parse()).transpose();
        Ok(Self {
            id: row.get("id")?,
            house: house.map_err(|_| BadColumn::named("house_id"))?,
            refusal: Refused {
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

struct CountRow(RefusalReason, u64);

impl Entity for CountRow {
    const TABLE: &'static str = "refusals";
    const KEY: &'static str = "reason";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let count: i64 = row.get("count")?;
        let count = u64::try_from(count).map_err(|_| BadColumn::named("count"))?;
        Ok(Self(row.get("reason")?, count))
    }
}

struct HouseRow(HouseKey);

impl Entity for HouseRow {
    const TABLE: &'static str = "houses";
    const KEY: &'static str = "house_key";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        row.get("house_key").map(Self)
    }
}

fn limit_json(limit: Option<&model::Limit>) -> Stored<Option<String>> {
    limit
        .map(serde_json::to_string)
        .transpose()
        .map_err(|error| StoreError::Backend(Box::new(error)))
}

/// The arguments of every list.
fn listed(of: Value, filter: &RefusalFilter, limit: u32) -> [Value; 6] {
    let (at, id) = filter.after.map_or(
        (Timestamp(i64::MAX), Value::Uuid(Some(Uuid::max()))),
        |RefusalCursor { at, id }| (at, id.into()),
    );
    let reason = filter.reason.map(|reason| reason.as_str().to_owned());
    let limit = i64::from(limit).into();
    [
        of,
        limit,
        at.into(),
        id,
        reason.into(),
        filter.client.clone().into(),
    ]
}

/// The newest `limit` of what several lists found.
fn newest(mut found: Vec<StoredRefusal>, limit: u32) -> Vec<StoredRefusal> {
    found.sort_by_key(|one| std::cmp::Reverse((one.refusal.at, one.id)));
    found.truncate(limit as usize);
    found
}

#[async_trait]
impl Refusals for Work {
    async fn record(&mut self, house: HouseKey, id: RefusalId, refusal: &Refusal) -> Stored<()> {
        let row = [
            id.into(),
            house.into(),
            refusal.at.into(),
            refusal.reason.as_str().into(),
            refusal.client.as_str().into(),
            refusal.subject.as_str().into(),
            i64::try_from(refusal.count).unwrap_or(i64::MAX).into(),
            limit_json(refusal.limit.as_ref())?.into(),
            refusal.clears_at.into(),
        ];
        self.run(Sql::Record, &row).await.map(drop)
    }

    async fn note(
        &mut self,
        (tenant, house): (TenantId, Option<HouseKey>),
        account: AccountId,
        id: RefusalId,
        refused: &Refused,
    ) -> Stored<()> {
        let row = [
            id.into(),
            tenant.into(),
            house.into(),
            account.into(),
            refused.at.into(),
            refused.reason.as_str().into(),
            refused.subject.as_str().into(),
            limit_json(refused.limit.as_ref())?.into(),
            refused.clears_at.into(),
        ];
        let statement = match house {
            None => Sql::NoteOfTenant,
            Some(_) => Sql::NoteOfHouse,
        };
        self.run(statement, &row).await.map(drop)
    }

    async fn list(
        &mut self,
        house: HouseKey,
        filter: &RefusalFilter,
        limit: u32,
    ) -> Stored<Vec<StoredRefusal>> {
        let arguments = listed(house.into(), filter, limit);
        let mut found: Vec<StoredRefusal> = self.all(Sql::List, &arguments).await?;
        let noted: Vec<StoredRefusal> = self.all(Sql::ListOfHouse, &arguments).await?;
        found.extend(noted);
        Ok(newest(found, limit))
    }

    async fn list_of_tenant(
        &mut self,
        tenant: TenantId,
        filter: &RefusalFilter,
        limit: u32,
    ) -> Stored<Vec<StoredRefusal>> {
        let arguments = listed(tenant.into(), filter, limit);
        let mut found: Vec<StoredRefusal> = self.all(Sql::ListOfTenant, &arguments).await?;
        let houses: Vec<HouseRow> = self.all(Sql::HousesOf, &[tenant.into()]).await?;
        // House by house, so that each goes through its own index.
        for HouseRow(house) in houses {
            let arguments = listed(house.into(), filter, limit);
            let of_house: Vec<StoredRefusal> = self.all(Sql::List, &arguments).await?;
            found.extend(of_house);
            found = newest(found, limit);
        }
        Ok(newest(found, limit))
    }

    async fn counts(
        &mut self,
        tenant: TenantId,
        since: Timestamp,
    ) -> Stored<Vec<(RefusalReason, u64)>> {
        let rows: Vec<CountRow> = self
            .all(Sql::Counts, &[tenant.into(), since.into()])
            .await?;
        Ok(rows
            .into_iter()
            .map(|CountRow(reason, n)| (reason, n))
            .collect())
    }

    async fn keep_newest(&mut self, house: HouseKey, keep: u32) -> Stored<u64> {
        let bounds = [house.into(), i64::from(keep).into(), PRUNED_AT_ONCE.into()];
        self.run(Sql::KeepNewest, &bounds).await
    }

    async fn keep_newest_of_tenant(&mut self, tenant: TenantId, keep: u32) -> Stored<u64> {
        let bounds = [tenant.into(), i64::from(keep).into(), PRUNED_AT_ONCE.into()];
        self.run(Sql::KeepNewestOfTenant, &bounds).await
    }
}
