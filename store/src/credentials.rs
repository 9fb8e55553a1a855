//! Credentials in SQL.

use std::net::IpAddr;

use async_trait::async_trait;
use model::{Binding, CredentialId, HouseKey, Timestamp};

use super::StoreError;
use super::entities::Credential;
use super::repositories::{Credentials, Stored};
use super::statement::statements;
use super::value::{BadColumn, Column, Entity, Row, Value};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Find = "SELECT id, house, kind, role, binding, line, successor, name, secret_hash, \
            not_after, revoked_at, created_at, created_by, last_used_at, last_used_from \
            FROM credentials WHERE house = $1 AND id = $2",
        List = "SELECT id, house, kind, role, binding, line, successor, name, secret_hash, \
            not_after, revoked_at, created_at, created_by, last_used_at, last_used_from \
            FROM credentials WHERE house = $1 AND revoked_at IS NULL ORDER BY created_at, id",
        Touch = "UPDATE credentials SET last_used_at = $3, \
            last_used_from = COALESCE($4, last_used_from) WHERE house = $1 AND id = $2 \
            AND (last_used_at IS NULL OR last_used_at < $3)",
    }
}

statements! {
    pub(super) enum Change {
        Insert = "INSERT INTO credentials \
            (id, house, kind, role, binding, line, name, secret_hash, not_after, created_at, \
            created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
            ON CONFLICT DO NOTHING",
        Exchange = "UPDATE credentials SET successor = $3, not_after = CASE \
            WHEN not_after < $4 THEN not_after ELSE $4 END \
            WHERE house = $1 AND id = $2 AND revoked_at IS NULL AND successor IS NULL",
        Revoke = "UPDATE credentials SET revoked_at = $3 \
            WHERE house = $1 AND id = $2 AND revoked_at IS NULL",
    }
}

/// JSON; of the binding that stock passcodes have, nothing.
impl Column for Binding {
    fn read(row: &Row, column: &str) -> Option<Self> {
        let text = String::read(row, column)?;
        if text.is_empty() {
            return Some(Self::House);
        }
        serde_json::from_str(&text).ok()
    }
}

fn binding_text(binding: &Binding) -> Result<Value, StoreError> {
    if *binding == Binding::House {
        return Ok(Value::from(""));
    }
    let text =
        serde_json::to_string(binding).map_err(|error| StoreError::Backend(Box::new(error)))?;
    Ok(text.into())
}

/// Text; an address that is not known is empty.
impl Column for Option<IpAddr> {
    fn read(row: &Row, column: &str) -> Option<Self> {
        let text = String::read(row, column)?;
        if text.is_empty() {
            return Some(None);
        }
        text.parse().ok().map(Some)
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
            binding: row.get("binding")?,
            line: row.get("line")?,
            successor: row.get("successor")?,
            name: row.get("name")?,
            secret_hash: row.get("secret_hash")?,
            not_after: row.get("not_after")?,
            revoked_at: row.get("revoked_at")?,
            created_at: row.get("created_at")?,
            created_by: row.get("created_by")?,
            last_used_at: row.get("last_used_at")?,
            last_used_from: row.get("last_used_from")?,
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
            binding_text(&credential.binding)?,
            credential.line.into(),
            (&credential.name).into(),
            (&credential.secret_hash).into(),
            credential.not_after.into(),
            credential.created_at.into(),
            credential.created_by.into(),
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

    async fn exchange(
        &mut self,
        house: HouseKey,
        id: CredentialId,
        successor: CredentialId,
        end: Timestamp,
    ) -> Stored<bool> {
        let Some(owner) = self.house_by_key(house).await? else {
            return Ok(false);
        };
        let change = [house.into(), id.into(), successor.into(), end.into()];
        self.change_tenant(owner.tenant, Change::Exchange, &change)
            .await
    }

    async fn revoke(&mut self, house: HouseKey, id: CredentialId, at: Timestamp) -> Stored<bool> {
        let Some(owner) = self.house_by_key(house).await? else {
            return Ok(false);
        };
        let change = [house.into(), id.into(), at.into()];
        self.change_tenant(owner.tenant, Change::Revoke, &change)
            .await
    }

    async fn touch(
        &mut self,
        house: HouseKey,
        id: CredentialId,
        at: Timestamp,
        from: Option<IpAddr>,
    ) -> Stored<bool> {
        let from = from.map(|address| address.to_string());
        let row = [house.into(), id.into(), at.into(), from.into()];
        self.touched(Sql::Touch, &row).await
    }
}
