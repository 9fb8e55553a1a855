//! Tenants in SQL. Rows are never removed, so that no slug comes back.

use async_trait::async_trait;
use model::{AccountId, PlanName, Standing, TenantId, TenantRole, Timestamp};

use super::StoreError;
use super::entities::{Tenant, TenantAccess};
use super::repositories::{Stored, Tenants};
use super::statement::statements;
use super::tenant_state::TenantState;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Insert = "INSERT INTO tenants \
            (id, slug, name, plan, standing, owner, cell, revision, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT DO NOTHING",
        Find = "SELECT id, slug, name, plan, standing, standing_reason, standing_since, \
            erase_after, owner, cell, created_at FROM tenants WHERE id = $1 AND deleted_at IS NULL",
        FindFor = "SELECT t.id, t.slug, t.name, t.plan, t.standing, t.standing_reason, \
            t.standing_since, t.erase_after, t.owner, t.cell, t.created_at, m.role, m.until FROM tenants t \
            JOIN members m ON m.tenant = t.id WHERE m.account = $1 AND t.id = $2 \
            AND (m.until IS NULL OR m.until > $3) AND t.deleted_at IS NULL",
        HandOver = "UPDATE tenants SET owner = $2 WHERE id = $1 AND deleted_at IS NULL \
            AND EXISTS (SELECT 1 FROM members m WHERE m.tenant = $1 AND m.account = $2 \
            AND m.role = $3)",
        ListFor = "SELECT t.id, t.slug, t.name, t.plan, t.standing, t.standing_reason, \
            t.standing_since, t.erase_after, t.owner, t.cell, t.created_at, m.role, m.until FROM tenants t \
            JOIN members m ON m.tenant = t.id WHERE m.account = $1 \
            AND (m.until IS NULL OR m.until > $2) AND t.deleted_at IS NULL ORDER BY t.created_at, t.id",
    }
}

statements! {
    pub(super) enum Change {
        SetStanding = "UPDATE tenants SET standing = $2, standing_reason = $3, \
            standing_since = $4 WHERE id = $1 AND deleted_at IS NULL",
        SetPlan = "UPDATE tenants SET plan = $2 WHERE id = $1 AND deleted_at IS NULL \
            AND EXISTS (SELECT 1 FROM plans p WHERE p.name = $2)",
        EraseAfter = "UPDATE tenants SET erase_after = $2, erase_asked = '' \
            WHERE id = $1 AND deleted_at IS NULL AND erase_after IS NULL",
        Keep = "UPDATE tenants SET erase_after = NULL \
            WHERE id = $1 AND deleted_at IS NULL AND erase_after IS NOT NULL",
        Delete = "UPDATE tenants SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL",
        DeleteHouses = "UPDATE houses SET deleted_at = $2 WHERE tenant = $1 AND deleted_at IS NULL",
    }
}

impl Entity for Tenant {
    const TABLE: &'static str = "tenants";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            id: row.get("id")?,
            slug: row.get("slug")?,
            name: row.get("name")?,
            plan: row.get("plan")?,
            state: TenantState::read(row)?,
            owner: row.get("owner")?,
            cell: row.get("cell")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl Entity for TenantAccess {
    const TABLE: &'static str = "tenants";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            tenant: Tenant::read(row)?,
            role: row.get("role")?,
            until: row.get("until")?,
        })
    }
}

#[async_trait]
impl Tenants for Work {
    async fn insert(&mut self, tenant: &Tenant) -> Stored<()> {
        let row = [
            tenant.id.into(),
            (&tenant.slug).into(),
            (&tenant.name).into(),
            (&tenant.plan).into(),
            tenant.state.standing.as_str().into(),
            tenant.owner.into(),
            tenant.cell.into(),
            tenant.created_at.into(),
        ];
        if !self.touched(Sql::Insert, &row).await? {
            return Err(StoreError::Conflict);
        }
        self.members()
            .insert(
                tenant.id,
                tenant.owner,
                TenantRole::Owner,
                tenant.created_at,
            )
            .await
    }

    async fn find(&mut self, id: TenantId) -> Stored<Option<Tenant>> {
        self.one(Sql::Find, &[id.into()]).await
    }

    async fn find_for(
        &mut self,
        account: AccountId,
        id: TenantId,
        now: Timestamp,
    ) -> Stored<Option<TenantAccess>> {
        let which = [account.into(), id.into(), now.into()];
        self.one(Sql::FindFor, &which).await
    }

    async fn list_for(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<TenantAccess>> {
        self.all(Sql::ListFor, &[account.into(), now.into()]).await
    }

    async fn hand_over(&mut self, id: TenantId, to: AccountId) -> Stored<bool> {
        let change = [id.into(), to.into(), TenantRole::Owner.as_str().into()];
        self.touched(Sql::HandOver, &change).await
    }

    async fn set_standing(
        &mut self,
        id: TenantId,
        standing: Standing,
        reason: &str,
        since: Timestamp,
    ) -> Stored<bool> {
        let change = [
            id.into(),
            standing.as_str().into(),
            reason.into(),
            since.into(),
        ];
        self.change_tenant(id, Change::SetStanding, &change).await
    }

    async fn set_plan(&mut self, id: TenantId, plan: &PlanName) -> Stored<bool> {
        let change = [id.into(), plan.into()];
        self.change_tenant(id, Change::SetPlan, &change).await
    }

    async fn erase_after(&mut self, id: TenantId, at: Timestamp) -> Stored<bool> {
        let change = [id.into(), at.into()];
        self.change_tenant(id, Change::EraseAfter, &change).await
    }

    async fn keep(&mut self, id: TenantId) -> Stored<bool> {
        self.change_tenant(id, Change::Keep, &[id.into()]).await
    }

    async fn delete(&mut self, id: TenantId, at: Timestamp) -> Stored<bool> {
        let change = [id.into(), at.into()];
        self.change_tenant(id, Change::DeleteHouses, &change)
            .await?;
        self.bury_tenant(id, Change::Delete, &change).await
    }
}
