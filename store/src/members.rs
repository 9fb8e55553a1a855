//! Members in SQL.

use async_trait::async_trait;
use model::{AccountId, TenantId, TenantRole, Timestamp};

use super::StoreError;
use super::entities::Member;
use super::houses;
use super::repositories::{Members, Stored};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Insert = "INSERT INTO members (tenant, account, role, since) VALUES ($1, $2, $3, $4) \
            ON CONFLICT DO NOTHING",
        List = "SELECT m.account, a.name, a.email, m.role, m.since \
            FROM members m JOIN accounts a ON a.id = m.account \
            WHERE m.tenant = $1 ORDER BY m.since, m.account",
        CountOwnedBy = "SELECT COUNT(*) AS n FROM tenants WHERE id = $1 AND owner = $2",
        Remove = "DELETE FROM members WHERE tenant = $1 AND account = $2",
    }
}

impl Entity for Member {
    const TABLE: &'static str = "members";
    const KEY: &'static str = "account";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            account: row.get("account")?,
            name: row.get("name")?,
            email: row.get("email")?,
            role: row.get("role")?,
            since: row.get("since")?,
        })
    }
}

#[async_trait]
impl Members for Work {
    async fn insert(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        role: TenantRole,
        since: Timestamp,
    ) -> Stored<()> {
        let row = [
            tenant.into(),
            account.into(),
            role.as_str().into(),
            since.into(),
        ];
        if self.touched(Sql::Insert, &row).await? {
            self.index_tenant(tenant).await
        } else {
            Err(StoreError::Conflict)
        }
    }

    async fn list(&mut self, tenant: TenantId) -> Stored<Vec<Member>> {
        self.all(Sql::List, &[tenant.into()]).await
    }

    async fn remove(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        tokens_until: Timestamp,
    ) -> Stored<bool> {
        let who = [tenant.into(), account.into()];
        if self.number(Sql::CountOwnedBy, &who).await? > 0 {
            return Err(StoreError::Conflict);
        }
        if !self.touched(Sql::Remove, &who).await? {
            return Ok(false);
        }
        self.index_tenant(tenant).await?;
        let revocation = [
            tenant.into(),
            account.to_string().into(),
            tokens_until.into(),
        ];
        self.change_tenant(tenant, houses::Change::RevokeTokensOfAll, &revocation)
            .await?;
        Ok(true)
    }
}
