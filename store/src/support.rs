//! Support access in SQL: who asked a tenant to be let in, and until when the
//! tenant lets the service's admins in.

use async_trait::async_trait;
use model::{AccountId, HouseId, SupportId, SupportLevel, TenantId, Timestamp};

use super::StoreError;
use super::entities::{House, Tenant};
use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Insert = "INSERT INTO support_access (id, tenant, asked_by, reason, level, hours, \
            created_at, granted_by, granted_at, ends_at, ended_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        Find = "SELECT id, tenant, asked_by, reason, level, hours, created_at, granted_by, \
            granted_at, ends_at, ended_at FROM support_access WHERE tenant = $1 AND id = $2",
        List = "SELECT id, tenant, asked_by, reason, level, hours, created_at, granted_by, \
            granted_at, ends_at, ended_at FROM support_access WHERE tenant = $1 \
            ORDER BY created_at DESC, id DESC LIMIT $2",
        Active = "SELECT id, tenant, asked_by, reason, level, hours, created_at, granted_by, \
            granted_at, ends_at, ended_at FROM support_access WHERE tenant = $1 \
            AND granted_at IS NOT NULL AND ended_at IS NULL AND ends_at > $2 \
            ORDER BY level, ends_at DESC, id LIMIT 1",
        AllActive = "SELECT id, tenant, asked_by, reason, level, hours, created_at, granted_by, \
            granted_at, ends_at, ended_at FROM support_access WHERE granted_at IS NOT NULL \
            AND ended_at IS NULL AND ends_at > $1 ORDER BY ends_at, id LIMIT $2",
        ActiveFor = "SELECT s.id, s.tenant, s.asked_by, s.reason, s.level, s.hours, s.created_at, \
            s.granted_by, s.granted_at, s.ends_at, s.ended_at FROM support_access s \
            JOIN members m ON m.tenant = s.tenant WHERE m.account = $1 \
            AND s.granted_at IS NOT NULL AND s.ended_at IS NULL AND s.ends_at > $2 \
            ORDER BY s.ends_at, s.id",
        Grant = "UPDATE support_access SET granted_by = $3, granted_at = $4, ends_at = $5, \
            level = $6, hours = $7 WHERE tenant = $1 AND id = $2 AND granted_at IS NULL \
            AND ended_at IS NULL AND ends_at > $4",
        End = "UPDATE support_access SET ended_at = $3 WHERE tenant = $1 AND id = $2 \
            AND ended_at IS NULL AND ends_at > $3",
        TenantOf = "SELECT tenant FROM houses WHERE id = $1 AND deleted_at IS NULL",
    }
}

/// A request for support access, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportAccess {
    /// Its id.
    pub id: SupportId,
    /// To whose things.
    pub tenant: TenantId,
    /// The admin of the service who asked; `None` when the tenant offered it.
    pub asked_by: Option<AccountId>,
    /// Why, in the words of whoever asked or offered.
    pub reason: String,
    /// How far it goes, or would go.
    pub level: SupportLevel,
    /// How long it lasts from the grant on.
    pub hours: i64,
    /// When it was asked for or offered.
    pub created_at: Timestamp,
    /// Who of the tenant granted it.
    pub granted_by: Option<AccountId>,
    /// When.
    pub granted_at: Option<Timestamp>,
    /// When it ends by itself; before the grant: when the question lapses.
    pub ends_at: Timestamp,
    /// When it was ended before that, or declined.
    pub ended_at: Option<Timestamp>,
}

impl SupportAccess {
    /// Whether it lets somebody in at `now`.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.granted_at.is_some() && self.is_open(now)
    }

    /// Whether the tenant has yet to answer at `now`.
    #[must_use]
    pub fn is_asked(&self, now: Timestamp) -> bool {
        self.granted_at.is_none() && self.is_open(now)
    }

    fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && self.ends_at > now
    }
}

impl Entity for SupportAccess {
    const TABLE: &'static str = "support_access";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            id: row.get("id")?,
            tenant: row.get("tenant")?,
            asked_by: row.get("asked_by")?,
            reason: row.get("reason")?,
            level: row.get("level")?,
            hours: row.get("hours")?,
            created_at: row.get("created_at")?,
            granted_by: row.get("granted_by")?,
            granted_at: row.get("granted_at")?,
            ends_at: row.get("ends_at")?,
            ended_at: row.get("ended_at")?,
        })
    }
}

struct TenantRow(TenantId);

impl Entity for TenantRow {
    const TABLE: &'static str = "houses";
    const KEY: &'static str = "tenant";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        row.get("tenant").map(Self)
    }
}

/// Who lets the service's admins in.
#[async_trait]
pub trait Support: Send {
    /// Adds one.
    async fn insert(&mut self, access: &SupportAccess) -> Stored<()>;
    /// One of the tenant's.
    async fn find(&mut self, tenant: TenantId, id: SupportId) -> Stored<Option<SupportAccess>>;
    /// Those of a tenant, newest first.
    async fn list(&mut self, tenant: TenantId, limit: u32) -> Stored<Vec<SupportAccess>>;
    /// What lets admins in to the tenant now: the one that goes furthest.
    async fn active(&mut self, tenant: TenantId, now: Timestamp) -> Stored<Option<SupportAccess>>;
    /// What lets admins in now to tenants that the account is a member of.
    async fn active_for(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Stored<Vec<SupportAccess>>;
    /// All that let somebody in now, those that end first in front.
    async fn all_active(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<SupportAccess>>;
    /// Grants one that was asked for and not answered; of any number of
    /// answers one counts.
    async fn grant(&mut self, granted: &SupportAccess) -> Stored<bool>;
    /// Ends or declines one that is open.
    async fn end(&mut self, tenant: TenantId, id: SupportId, now: Timestamp) -> Stored<bool>;
    /// The tenant and the house of a house id, for somebody who may be let in.
    async fn house(&mut self, id: &HouseId) -> Stored<Option<(Tenant, House)>>;
}

#[async_trait]
impl Support for Work {
    async fn insert(&mut self, access: &SupportAccess) -> Stored<()> {
        let row = [
            access.id.into(),
            access.tenant.into(),
            access.asked_by.into(),
            access.reason.as_str().into(),
            (&access.level).into(),
            access.hours.into(),
            access.created_at.into(),
            access.granted_by.into(),
            access.granted_at.into(),
            access.ends_at.into(),
            access.ended_at.into(),
        ];
        self.run(Sql::Insert, &row).await.map(drop)
    }

    async fn find(&mut self, tenant: TenantId, id: SupportId) -> Stored<Option<SupportAccess>> {
        self.one(Sql::Find, &[tenant.into(), id.into()]).await
    }

    async fn list(&mut self, tenant: TenantId, limit: u32) -> Stored<Vec<SupportAccess>> {
        self.all(Sql::List, &[tenant.into(), i64::from(limit).into()])
            .await
    }

    async fn active(&mut self, tenant: TenantId, now: Timestamp) -> Stored<Option<SupportAccess>> {
        self.one(Sql::Active, &[tenant.into(), now.into()]).await
    }

    async fn active_for(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Stored<Vec<SupportAccess>> {
        self.all(Sql::ActiveFor, &[account.into(), now.into()])
            .await
    }

    async fn all_active(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<SupportAccess>> {
        self.all(Sql::AllActive, &[now.into(), i64::from(limit).into()])
            .await
    }

    async fn grant(&mut self, granted: &SupportAccess) -> Stored<bool> {
        let Some(at) = granted.granted_at else {
            return Err(StoreError::Conflict);
        };
        let row = [
            granted.tenant.into(),
            granted.id.into(),
            granted.granted_by.into(),
            at.into(),
            granted.ends_at.into(),
            (&granted.level).into(),
            granted.hours.into(),
        ];
        self.touched(Sql::Grant, &row).await
    }

    async fn end(&mut self, tenant: TenantId, id: SupportId, now: Timestamp) -> Stored<bool> {
        self.touched(Sql::End, &[tenant.into(), id.into(), now.into()])
            .await
    }

    async fn house(&mut self, id: &HouseId) -> Stored<Option<(Tenant, House)>> {
        let owner: Option<TenantRow> = self.one(Sql::TenantOf, &[id.into()]).await?;
        let Some(TenantRow(tenant)) = owner else {
            return Ok(None);
        };
        let house = self.houses().find(tenant, id).await?;
        Ok(self.tenants().find(tenant).await?.zip(house))
    }
}
