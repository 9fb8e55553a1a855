//! Requests that may come twice, in SQL.

use async_trait::async_trait;
use model::{AccountId, SecretHash, Timestamp};

use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Begin = "INSERT INTO idempotency_keys (hash, account, request, expires_at) \
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        Find = "SELECT hash, request, status, answer FROM idempotency_keys WHERE hash = $1",
        Finish = "UPDATE idempotency_keys SET status = $2, answer = $3 WHERE hash = $1",
        Forget = "DELETE FROM idempotency_keys WHERE hash = $1",
    }
}

/// A request that came with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRequest {
    /// The hash of account and key.
    pub hash: SecretHash,
    /// The hash of method, path and body.
    pub request: SecretHash,
    /// The status of its answer; `None` while it is being done.
    pub status: Option<i64>,
    /// Its answer, without secrets.
    pub answer: Option<String>,
}

impl Entity for KeyedRequest {
    const TABLE: &'static str = "idempotency_keys";
    const KEY: &'static str = "hash";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            hash: row.get("hash")?,
            request: row.get("request")?,
            status: row.get("status")?,
            answer: row.get("answer")?,
        })
    }
}

/// Requests that may come twice and are to be done once.
#[async_trait]
pub trait Idempotency: Send {
    /// Takes the key; `false` when it was taken before.
    async fn begin(
        &mut self,
        account: AccountId,
        hash: &SecretHash,
        request: &SecretHash,
        expires_at: Timestamp,
    ) -> Stored<bool>;
    /// What is known of a key.
    async fn find(&mut self, hash: &SecretHash) -> Stored<Option<KeyedRequest>>;
    /// Keeps what it came to.
    async fn finish(&mut self, hash: &SecretHash, status: u16, answer: &str) -> Stored<bool>;
    /// Gives the key back: nothing was done.
    async fn forget(&mut self, hash: &SecretHash) -> Stored<bool>;
}

#[async_trait]
impl Idempotency for Work {
    async fn begin(
        &mut self,
        account: AccountId,
        hash: &SecretHash,
        request: &SecretHash,
        expires_at: Timestamp,
    ) -> Stored<bool> {
        let row = [
            hash.into(),
            account.into(),
            request.into(),
            expires_at.into(),
        ];
        self.touched(Sql::Begin, &row).await
    }

    async fn find(&mut self, hash: &SecretHash) -> Stored<Option<KeyedRequest>> {
        self.one(Sql::Find, &[hash.into()]).await
    }

    async fn finish(&mut self, hash: &SecretHash, status: u16, answer: &str) -> Stored<bool> {
        let row = [hash.into(), i64::from(status).into(), answer.into()];
        self.touched(Sql::Finish, &row).await
    }

    async fn forget(&mut self, hash: &SecretHash) -> Stored<bool> {
        self.touched(Sql::Forget, &[hash.into()]).await
    }
}
