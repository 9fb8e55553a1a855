//! Accounts in SQL.

use async_trait::async_trait;
use model::{AccountId, EmailAddress, Language, Timestamp};

use super::StoreError;
use super::entities::{Account, PasswordHash};
use super::repositories::{Accounts, Stored};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Insert = "INSERT INTO accounts \
            (id, email, email_canonical, name, password, admin, verified_at, created_at, language) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        Find = "SELECT id, email, name, password, admin, verified_at, created_at, erase_after, language \
            FROM accounts WHERE id = $1 AND deleted_at IS NULL",
        FindByEmail = "SELECT id, email, name, password, admin, verified_at, created_at, erase_after, language \
            FROM accounts WHERE email_canonical = $1 AND deleted_at IS NULL",
        MarkVerified = "UPDATE accounts SET verified_at = COALESCE(verified_at, $2) WHERE id = $1",
        SetLanguage = "UPDATE accounts SET language = $2 WHERE id = $1",
        SetPassword = "UPDATE accounts SET password = $2 WHERE id = $1",
        SetEmail = "UPDATE accounts SET email = $2, email_canonical = $3, verified_at = $4 \
            WHERE id = $1 AND deleted_at IS NULL AND NOT EXISTS \
            (SELECT 1 FROM accounts other WHERE other.email_canonical = $3 AND other.id <> $1)",
        CountAdmins = "SELECT COUNT(*) AS n FROM accounts WHERE admin = $1",
    }
}

impl Entity for Account {
    const TABLE: &'static str = "accounts";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            id: row.get("id")?,
            email: row.get("email")?,
            name: row.get("name")?,
            password: PasswordHash::from_phc(row.get("password")?),
            admin: row.get("admin")?,
            verified_at: row.get("verified_at")?,
            created_at: row.get("created_at")?,
            erase_after: row.get("erase_after")?,
            language: row.get("language")?,
        })
    }
}

#[async_trait]
impl Accounts for Work {
    async fn insert(&mut self, account: &Account) -> Stored<()> {
        let row = [
            account.id.into(),
            (&account.email).into(),
            account.email.canonical().into(),
            (&account.name).into(),
            account.password.as_phc().into(),
            account.admin.into(),
            account.verified_at.into(),
            account.created_at.into(),
            account.language.into(),
        ];
        if self.touched(Sql::Insert, &row).await? {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }

    async fn find(&mut self, id: AccountId) -> Stored<Option<Account>> {
        self.one(Sql::Find, &[id.into()]).await
    }

    async fn find_by_email(&mut self, email: &EmailAddress) -> Stored<Option<Account>> {
        self.one(Sql::FindByEmail, &[email.canonical().into()])
            .await
    }

    async fn mark_verified(&mut self, id: AccountId, at: Timestamp) -> Stored<bool> {
        self.touched(Sql::MarkVerified, &[id.into(), at.into()])
            .await
    }

    async fn set_password(&mut self, id: AccountId, password: &PasswordHash) -> Stored<bool> {
        self.touched(Sql::SetPassword, &[id.into(), password.as_phc().into()])
            .await
    }

    async fn set_language(&mut self, id: AccountId, language: Option<Language>) -> Stored<bool> {
        self.touched(Sql::SetLanguage, &[id.into(), language.into()])
            .await
    }

    async fn set_email(
        &mut self,
        id: AccountId,
        email: &EmailAddress,
        verified_at: Timestamp,
    ) -> Stored<()> {
        let change = [
            id.into(),
            email.into(),
            email.canonical().into(),
            verified_at.into(),
        ];
        if self.touched(Sql::SetEmail, &change).await? {
            self.index_account(id).await
        } else {
            Err(StoreError::Conflict)
        }
    }

    async fn any_admin(&mut self) -> Stored<bool> {
        Ok(self.number(Sql::CountAdmins, &[true.into()]).await? > 0)
    }
}
