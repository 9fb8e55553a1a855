//! Accounts that wait for an admin to let them in, in SQL.

use async_trait::async_trait;
use model::{AccountId, DisplayName, EmailAddress, Timestamp};

use super::entities::PasswordHash;
use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Wait = "INSERT INTO waiting_accounts (account, since) VALUES ($1, $2) \
            ON CONFLICT DO NOTHING",
        IsWaiting = "SELECT COUNT(*) AS n FROM waiting_accounts WHERE account = $1",
        Count = "SELECT COUNT(*) AS n FROM waiting_accounts w JOIN accounts a ON a.id = w.account \
            WHERE a.verified_at IS NOT NULL AND a.deleted_at IS NULL",
        List = "SELECT a.id, a.name, a.email, w.since FROM waiting_accounts w \
            JOIN accounts a ON a.id = w.account \
            WHERE a.verified_at IS NOT NULL AND a.deleted_at IS NULL ORDER BY w.since, a.id LIMIT $1",
        Find = "SELECT a.id, a.name, a.email, w.since FROM waiting_accounts w \
            JOIN accounts a ON a.id = w.account \
            WHERE a.id = $1 AND a.verified_at IS NOT NULL AND a.deleted_at IS NULL",
        Release = "DELETE FROM waiting_accounts WHERE account = $1",
        Claim = "UPDATE accounts SET name = $2, password = $3, verified_at = $4 \
            WHERE id = $1 AND verified_at IS NULL AND deleted_at IS NULL",
    }
}

/// Somebody who has proven their address and waits to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The account.
    pub account: AccountId,
    /// What the person is called.
    pub name: DisplayName,
    /// Their address.
    pub email: EmailAddress,
    /// When they signed up.
    pub since: Timestamp,
}

impl Entity for Waiting {
    const TABLE: &'static str = "waiting_accounts";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            account: row.get("id")?,
            name: row.get("name")?,
            email: row.get("email")?,
            since: row.get("since")?,
        })
    }
}

/// Who is let in, and by what.
#[async_trait]
pub trait Approvals: Send {
    /// Has an account wait for an admin.
    async fn wait(&mut self, account: AccountId, since: Timestamp) -> Stored<()>;
    /// Whether it waits.
    async fn is_waiting(&mut self, account: AccountId) -> Stored<bool>;
    /// How many wait who have proven their address.
    async fn count(&mut self) -> Stored<u64>;
    /// The first `limit` of them, who came first first.
    async fn list(&mut self, limit: u32) -> Stored<Vec<Waiting>>;
    /// One of them.
    async fn find(&mut self, account: AccountId) -> Stored<Option<Waiting>>;
    /// Lets it in; `false` when it did not wait.
    async fn release(&mut self, account: AccountId) -> Stored<bool>;
    /// Gives an account whose address nobody ever proved to the one who has
    /// just proven it: with a name and a password of theirs, since those it has
    /// may be a stranger's. `false` when it was proven before.
    async fn claim(
        &mut self,
        account: AccountId,
        name: &DisplayName,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Stored<bool>;
}

#[async_trait]
impl Approvals for Work {
    async fn wait(&mut self, account: AccountId, since: Timestamp) -> Stored<()> {
        self.run(Sql::Wait, &[account.into(), since.into()])
            .await
            .map(drop)
    }

    async fn is_waiting(&mut self, account: AccountId) -> Stored<bool> {
        Ok(self.number(Sql::IsWaiting, &[account.into()]).await? > 0)
    }

    async fn count(&mut self) -> Stored<u64> {
        let count = self.number(Sql::Count, &[]).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn list(&mut self, limit: u32) -> Stored<Vec<Waiting>> {
        self.all(Sql::List, &[i64::from(limit).into()]).await
    }

    async fn find(&mut self, account: AccountId) -> Stored<Option<Waiting>> {
        self.one(Sql::Find, &[account.into()]).await
    }

    async fn release(&mut self, account: AccountId) -> Stored<bool> {
        self.touched(Sql::Release, &[account.into()]).await
    }

    async fn claim(
        &mut self,
        account: AccountId,
        name: &DisplayName,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Stored<bool> {
        let change = [
            account.into(),
            name.into(),
            password.as_phc().into(),
            at.into(),
        ];
        if !self.touched(Sql::Claim, &change).await? {
            return Ok(false);
        }
        self.run(Sql::Release, &[account.into()]).await?;
        self.index_account(account).await?;
        Ok(true)
    }
}
