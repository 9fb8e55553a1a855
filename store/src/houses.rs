//! Houses in SQL. Rows are never removed, so that no house id comes back.

use async_trait::async_trait;
use model::{AccountId, CellId, DisplayName, HouseId, HouseKey, TenantId, TimeZoneName, Timestamp};

use super::StoreError;
use super::entities::{House, HouseAccess};
use super::repositories::{Houses, Stored};
use super::statement::statements;
use super::tenant_state::TenantState;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Find = "SELECT house_key, id, tenant, name, hosting, timezone, created_at \
            FROM houses WHERE tenant = $1 AND id = $2 AND deleted_at IS NULL",
        FindByKey = "SELECT house_key, id, tenant, name, hosting, timezone, created_at \
            FROM houses WHERE house_key = $1 AND deleted_at IS NULL",
        FindFor = "SELECT h.house_key, h.id, h.tenant, h.name, h.hosting, h.timezone, \
            h.created_at, r.role, r.whole, r.until, t.name AS tenant_name, t.standing, \
            t.standing_reason, t.standing_since, t.erase_after FROM house_roles r \
            JOIN houses h ON h.house_key = r.house_key JOIN tenants t ON t.id = h.tenant \
            WHERE r.account = $1 AND (r.until IS NULL OR r.until > $3) AND h.id = $2 \
            AND h.deleted_at IS NULL",
        FindPlaced = "SELECT h.house_key, h.id, h.tenant, h.name, h.hosting, h.timezone, \
            h.created_at FROM houses h JOIN tenants t ON t.id = h.tenant \
            WHERE t.cell = $1 AND h.id = $2 AND h.deleted_at IS NULL AND t.deleted_at IS NULL",
        List = "SELECT house_key, id, tenant, name, hosting, timezone, created_at \
            FROM houses WHERE tenant = $1 AND deleted_at IS NULL ORDER BY created_at, house_key",
        ListFor = "SELECT h.house_key, h.id, h.tenant, h.name, h.hosting, h.timezone, \
            h.created_at, r.role, r.whole, r.until, t.name AS tenant_name, t.standing, \
            t.standing_reason, t.standing_since, t.erase_after FROM house_roles r \
            JOIN houses h ON h.house_key = r.house_key JOIN tenants t ON t.id = h.tenant \
            WHERE r.account = $1 AND (r.until IS NULL OR r.until > $2) \
            AND h.deleted_at IS NULL ORDER BY h.created_at, h.house_key",
        ForgetMembers = "DELETE FROM member_houses WHERE tenant = $1 AND house = $2",
        Count = "SELECT COUNT(*) AS n FROM houses WHERE tenant = $1 AND deleted_at IS NULL",
    }
}

statements! {
    pub(super) enum Change {
        Insert = "INSERT INTO houses (house_key, id, tenant, name, hosting, timezone, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        Describe = "UPDATE houses SET name = $3, timezone = $4 \
            WHERE tenant = $1 AND house_key = $2 AND deleted_at IS NULL",
        RevokeTokens = "INSERT INTO bus_revocations (house, subject, until) \
            SELECT house_key, $3, $4 FROM houses \
            WHERE tenant = $1 AND house_key = $2 AND deleted_at IS NULL \
            ON CONFLICT (house, subject) DO UPDATE SET until = CASE \
            WHEN excluded.until > bus_revocations.until THEN excluded.until \
            ELSE bus_revocations.until END",
        RevokeTokensOfAll = "INSERT INTO bus_revocations (house, subject, until) \
            SELECT house_key, $2, $3 FROM houses WHERE tenant = $1 AND deleted_at IS NULL \
            ON CONFLICT (house, subject) DO UPDATE SET until = CASE \
            WHEN excluded.until > bus_revocations.until THEN excluded.until \
            ELSE bus_revocations.until END",
        Delete = "UPDATE houses SET deleted_at = $3 \
            WHERE tenant = $1 AND house_key = $2 AND deleted_at IS NULL",
    }
}

impl Entity for House {
    const TABLE: &'static str = "houses";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            key: row.get("house_key")?,
            id: row.get("id")?,
            tenant: row.get("tenant")?,
            name: row.get("name")?,
            hosting: row.get("hosting")?,
            timezone: row.get("timezone")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl Entity for HouseAccess {
    const TABLE: &'static str = "houses";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            house: House::read(row)?,
            tenant_name: row.get("tenant_name")?,
            state: TenantState::read(row)?,
            role: row.get("role")?,
            whole: row.get("whole")?,
            until: row.get("until")?,
        })
    }
}

#[async_trait]
impl Houses for Work {
    async fn insert(&mut self, house: &House) -> Stored<()> {
        if self.tenants().find(house.tenant).await?.is_none() {
            return Err(StoreError::Conflict);
        }
        let row = [
            house.key.into(),
            (&house.id).into(),
            house.tenant.into(),
            (&house.name).into(),
            house.hosting.as_str().into(),
            (&house.timezone).into(),
            house.created_at.into(),
        ];
        if self
            .change_tenant(house.tenant, Change::Insert, &row)
            .await?
        {
            self.index_tenant(house.tenant).await
        } else {
            Err(StoreError::Conflict)
        }
    }

    async fn find(&mut self, tenant: TenantId, id: &HouseId) -> Stored<Option<House>> {
        self.one(Sql::Find, &[tenant.into(), id.into()]).await
    }

    async fn find_for(
        &mut self,
        account: AccountId,
        id: &HouseId,
        now: Timestamp,
    ) -> Stored<Option<HouseAccess>> {
        let which = [account.into(), id.into(), now.into()];
        self.one(Sql::FindFor, &which).await
    }

    async fn find_placed(&mut self, cell: CellId, id: &HouseId) -> Stored<Option<House>> {
        self.one(Sql::FindPlaced, &[cell.into(), id.into()]).await
    }

    async fn list(&mut self, tenant: TenantId) -> Stored<Vec<House>> {
        self.all(Sql::List, &[tenant.into()]).await
    }

    async fn list_for(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<HouseAccess>> {
        self.all(Sql::ListFor, &[account.into(), now.into()]).await
    }

    async fn count(&mut self, tenant: TenantId) -> Stored<u64> {
        let count = self.number(Sql::Count, &[tenant.into()]).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn describe(
        &mut self,
        tenant: TenantId,
        key: HouseKey,
        name: &DisplayName,
        timezone: &TimeZoneName,
    ) -> Stored<bool> {
        let change = [tenant.into(), key.into(), name.into(), timezone.into()];
        let changed = self
            .change_tenant(tenant, Change::Describe, &change)
            .await?;
        self.index_tenant(tenant).await?;
        Ok(changed)
    }

    async fn revoke_bus_tokens(
        &mut self,
        tenant: TenantId,
        key: HouseKey,
        subject: &str,
        until: Timestamp,
    ) -> Stored<bool> {
        let change = [tenant.into(), key.into(), subject.into(), until.into()];
        self.change_tenant(tenant, Change::RevokeTokens, &change)
            .await
    }

    async fn revoke_bus_tokens_of(
        &mut self,
        account: AccountId,
        subject: &str,
        until: Timestamp,
    ) -> Stored<()> {
        for tenant in self.tenants_of(account).await? {
            let change = [tenant.into(), subject.into(), until.into()];
            self.change_tenant(tenant, Change::RevokeTokensOfAll, &change)
                .await?;
        }
        Ok(())
    }

    async fn delete(&mut self, tenant: TenantId, key: HouseKey, at: Timestamp) -> Stored<bool> {
        let change = [tenant.into(), key.into(), at.into()];
        let deleted = self.change_tenant(tenant, Change::Delete, &change).await?;
        if deleted {
            let house = [tenant.into(), key.into()];
            self.run(Sql::ForgetMembers, &house).await?;
        }
        self.index_tenant(tenant).await?;
        Ok(deleted)
    }
}

impl Work {
    /// The house with this key, whoever acts: for rows that hang on it.
    pub(super) async fn house_by_key(&mut self, key: HouseKey) -> Stored<Option<House>> {
        self.one(Sql::FindByKey, &[key.into()]).await
    }
}
