//! Leaving, and coming back while there is time, in SQL: accounts and tenants
//! that their own people asked to delete.

use async_trait::async_trait;
use model::{AccountId, TenantId, Timestamp};

use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        EraseAccountAfter = "UPDATE accounts SET erase_after = $2 \
            WHERE id = $1 AND deleted_at IS NULL AND erase_after IS NULL",
        KeepAccount = "UPDATE accounts SET erase_after = NULL \
            WHERE id = $1 AND deleted_at IS NULL AND erase_after IS NOT NULL",
        OtherAdmins = "SELECT COUNT(*) AS n FROM accounts WHERE admin = $2 AND id <> $1 \
            AND deleted_at IS NULL AND erase_after IS NULL",
        EndApiTokens = "DELETE FROM api_tokens WHERE account = $1",
        AskedBy = "SELECT erase_asked FROM tenants \
            WHERE id = $1 AND erase_after IS NOT NULL AND deleted_at IS NULL",
        GoneWith = "SELECT id FROM tenants WHERE owner = $1 AND erase_asked = 'account' \
            AND erase_after IS NOT NULL AND deleted_at IS NULL",
    }
}

statements! {
    pub(super) enum Change {
        EraseTenantAfter = "UPDATE tenants SET erase_after = $2, erase_asked = $3 \
            WHERE id = $1 AND deleted_at IS NULL AND erase_after IS NULL",
        KeepTenant = "UPDATE tenants SET erase_after = NULL, erase_asked = '' \
            WHERE id = $1 AND deleted_at IS NULL AND erase_after IS NOT NULL \
            AND erase_asked <> ''",
    }
}

/// Who asked for a tenant's deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedBy {
    /// An admin of the service, whose word only an admin takes back.
    Admin,
    /// Its owner.
    Owner,
    /// Its owner by deleting their account.
    OwnersAccount,
}

impl AskedBy {
    /// The word in the database.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "",
            Self::Owner => "owner",
            Self::OwnersAccount => "account",
        }
    }
}

impl Entity for AskedBy {
    const TABLE: &'static str = "tenants";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let word: String = row.get("erase_asked")?;
        [Self::Admin, Self::Owner, Self::OwnersAccount]
            .into_iter()
            .find(|asked| asked.as_str() == word)
            .ok_or(BadColumn::named("erase_asked"))
    }
}

struct TenantRow(TenantId);

impl Entity for TenantRow {
    const TABLE: &'static str = "tenants";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        row.get("id").map(Self)
    }
}

/// Leaving, and coming back while there is time.
#[async_trait]
pub trait Leaving: Send {
    /// Notes when the account is erased; `false` when that was noted before.
    /// Ending its log-ins is the caller's business.
    async fn erase_account_after(&mut self, id: AccountId, at: Timestamp) -> Stored<bool>;
    /// Takes that back; `false` when there was nothing to take back.
    async fn keep_account(&mut self, id: AccountId) -> Stored<bool>;
    /// Whether somebody else administers the service, and stays.
    async fn another_admin(&mut self, than: AccountId) -> Stored<bool>;
    /// Ends every API token of the account; returns how many.
    async fn end_api_tokens(&mut self, account: AccountId) -> Stored<u64>;
    /// Stops everything of the tenant and notes when it is erased; `false` when
    /// that was noted before.
    async fn erase_tenant_after(
        &mut self,
        id: TenantId,
        at: Timestamp,
        asked: AskedBy,
    ) -> Stored<bool>;
    /// Who asked for the deletion that is under way; `None` for none.
    async fn asked_by(&mut self, id: TenantId) -> Stored<Option<AskedBy>>;
    /// Takes it back, unless an admin asked for it or nobody did: `false`.
    async fn keep_tenant(&mut self, id: TenantId) -> Stored<bool>;
    /// Takes back the deletion of every tenant that went with its owner's
    /// account; returns which.
    async fn keep_tenants_of(&mut self, owner: AccountId) -> Stored<Vec<TenantId>>;
}

#[async_trait]
impl Leaving for Work {
    async fn erase_account_after(&mut self, id: AccountId, at: Timestamp) -> Stored<bool> {
        self.touched(Sql::EraseAccountAfter, &[id.into(), at.into()])
            .await
    }

    async fn keep_account(&mut self, id: AccountId) -> Stored<bool> {
        self.touched(Sql::KeepAccount, &[id.into()]).await
    }

    async fn another_admin(&mut self, than: AccountId) -> Stored<bool> {
        let others = [than.into(), true.into()];
        Ok(self.number(Sql::OtherAdmins, &others).await? > 0)
    }

    async fn end_api_tokens(&mut self, account: AccountId) -> Stored<u64> {
        self.run(Sql::EndApiTokens, &[account.into()]).await
    }

    async fn erase_tenant_after(
        &mut self,
        id: TenantId,
        at: Timestamp,
        asked: AskedBy,
    ) -> Stored<bool> {
        let change = [id.into(), at.into(), asked.as_str().into()];
        self.change_tenant(id, Change::EraseTenantAfter, &change)
            .await
    }

    async fn asked_by(&mut self, id: TenantId) -> Stored<Option<AskedBy>> {
        self.one(Sql::AskedBy, &[id.into()]).await
    }

    async fn keep_tenant(&mut self, id: TenantId) -> Stored<bool> {
        self.change_tenant(id, Change::KeepTenant, &[id.into()])
            .await
    }

    async fn keep_tenants_of(&mut self, owner: AccountId) -> Stored<Vec<TenantId>> {
        let gone: Vec<TenantRow> = self.all(Sql::GoneWith, &[owner.into()]).await?;
        let mut kept = Vec::new();
        for TenantRow(tenant) in gone {
            if self.leaving().keep_tenant(tenant).await? {
                kept.push(tenant);
            }
        }
        Ok(kept)
    }
}
