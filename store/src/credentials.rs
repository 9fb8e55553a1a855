//! Credentials in SQL.

use async_trait::async_trait;
use model::{CredentialId, HouseKey, Timestamp};

use super::StoreError;
use super::entities::Credential;
use super::repositories::{Credentials, Stored};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Find = "SELECT id, house, kind, role, name, secret_hash, not_after, revoked_at, \
            created_at, last_used_at FROM credentials WHERE house = $1 AND id = $2",
        List = "SELECT id, house, kind, role, name, secret_hash, not_after, revoked_at, \
            created_at, last_used_at FROM credentials \
            WHERE house = $1 AND revoked_at IS NULL ORDER BY created_at, id",
        Touch = "UPDATE credentials SET last_used_at = $3 WHERE house = $1 AND id = $2 \
            AND (last_used_at IS NULL OR last_used_at < $3)",
    }
}

statements! {
    pub(super) enum Change {
        Insert = "INSERT INTO credentials \
            (id, house, kind, role, name, secret_hash, not_after, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        Revoke = "UPDATE credentials SET revoked_at = $3 \
            WHERE house = $1 AND id = $2 AND revoked_at IS NULL",
    }
}

impl Entity for Credential {
    const TABLE: &'static str = "credentials";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            id: row.get("id")?,
            house: row.get("house")?,
            kind: row.get("kind")?,
            role: row.get("role")?,
            name: row.get("name")?,
            secret_hash: row.get("secret_hash")?,
            not_after: row.get("not_after")?,
            revoked_at: row.get("revoked_at")?,
            created_at: row.get("created_at")?,
            last_used_at: row.get("last_used_at")?,
        })
    }
}

#[async_trait]
impl Credentials for Work {
    async fn insert(&mut self, credential: &Credential) -> Stored<()> {
        let house = self
            .house_by_key(credential.house)
            .await?
            .ok_or(StoreError::Conflict)?;
        let row = [
            credential.id.into(),
            credential.house.into(),
            credential.kind.as_str().into(),
            credential.role.as_str().into(),
            (&credential.name).into(),
            (&credential.secret_hash).into(),
            credential.not_after.into(),
            credential.created_at.into(),
        ];
        if self
            .change_tenant(house.tenant, Change::Insert, &row)
            .await?
        {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }

    async fn find(&mut self, house: HouseKey, id: CredentialId) -> Stored<Option<Credential>> {
        self.one(Sql::Find, &[house.into(), id.into()]).await
    }

    async fn list(&mut self, house: HouseKey) -> Stored<Vec<Credential>> {
        self.all(Sql::List, &[house.into()]).await
    }

    async fn revoke(&mut self, house: HouseKey, id: CredentialId, at: Timestamp) -> Stored<bool> {
        let Some(owner) = self.house_by_key(house).await? else {
            return Ok(false);
        };
        let change = [house.into(), id.into(), at.into()];
        self.change_tenant(owner.tenant, Change::Revoke, &change)
            .await
    }

    async fn touch(&mut self, house: HouseKey, id: CredentialId, at: Timestamp) -> Stored<bool> {
        self.touched(Sql::Touch, &[house.into(), id.into(), at.into()])
            .await
    }
}
