//! Browser sessions in SQL.

use async_trait::async_trait;
use model::{AccountId, SecretHash, SessionId, Timestamp};

use super::entities::Session;
use super::repositories::{Sessions, Stored};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Insert = "INSERT INTO sessions (id, hash, account, device, address, \
            created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        Find = "SELECT id, hash, account, device, address, created_at, last_seen_at, \
            expires_at FROM sessions WHERE hash = $1 AND expires_at > $2",
        SetSecret = "UPDATE sessions SET hash = $2 WHERE id = $1",
        Touch = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2",
        List = "SELECT id, hash, account, device, address, created_at, last_seen_at, \
            expires_at FROM sessions WHERE account = $1 AND expires_at > $2 \
            ORDER BY created_at DESC, id DESC",
        Delete = "DELETE FROM sessions WHERE account = $1 AND id = $2",
        DeleteOthers = "DELETE FROM sessions WHERE account = $1 AND id <> $2",
        DeleteAll = "DELETE FROM sessions WHERE account = $1",
    }
}

impl Entity for Session {
    const TABLE: &'static str = "sessions";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            id: row.get("id")?,
            hash: row.get("hash")?,
            account: row.get("account")?,
            device: row.get("device")?,
            address: row.get("address")?,
            created_at: row.get("created_at")?,
            last_seen_at: row.get("last_seen_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

#[async_trait]
impl Sessions for Work {
    async fn insert(&mut self, session: &Session) -> Stored<()> {
        let row = [
            session.id.into(),
            (&session.hash).into(),
            session.account.into(),
            session.device.as_str().into(),
            session.address.as_str().into(),
            session.created_at.into(),
            session.last_seen_at.into(),
            session.expires_at.into(),
        ];
        self.run(Sql::Insert, &row).await.map(drop)
    }

    async fn find(&mut self, hash: &SecretHash, now: Timestamp) -> Stored<Option<Session>> {
        self.one(Sql::Find, &[hash.into(), now.into()]).await
    }

    async fn set_secret(&mut self, id: SessionId, hash: &SecretHash) -> Stored<bool> {
        self.touched(Sql::SetSecret, &[id.into(), hash.into()])
            .await
    }

    async fn touch(&mut self, id: SessionId, at: Timestamp) -> Stored<bool> {
        self.touched(Sql::Touch, &[id.into(), at.into()]).await
    }

    async fn list(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<Session>> {
        self.all(Sql::List, &[account.into(), now.into()]).await
    }

    async fn delete(&mut self, account: AccountId, id: SessionId) -> Stored<bool> {
        self.touched(Sql::Delete, &[account.into(), id.into()])
            .await
    }

    async fn delete_others(&mut self, account: AccountId, keep: SessionId) -> Stored<u64> {
        self.run(Sql::DeleteOthers, &[account.into(), keep.into()])
            .await
    }

    async fn delete_all(&mut self, account: AccountId) -> Stored<u64> {
        self.run(Sql::DeleteAll, &[account.into()]).await
    }
}
