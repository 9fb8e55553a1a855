//! API tokens of people in SQL.

use async_trait::async_trait;
use model::{AccountId, DisplayName, SecretHash, Timestamp, TokenId};

use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Insert = "INSERT INTO api_tokens (id, account, name, scopes, hash, created_at, \
            expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        Find = "SELECT id, account, name, scopes, hash, created_at, expires_at, last_used_at \
            FROM api_tokens WHERE hash = $1 AND (expires_at IS NULL OR expires_at > $2)",
        List = "SELECT id, account, name, scopes, hash, created_at, expires_at, last_used_at \
            FROM api_tokens WHERE account = $1 AND (expires_at IS NULL OR expires_at > $2) \
            ORDER BY created_at DESC, id DESC",
        Touch = "UPDATE api_tokens SET last_used_at = $2 WHERE id = $1 \
            AND (last_used_at IS NULL OR last_used_at < $2)",
        Delete = "DELETE FROM api_tokens WHERE account = $1 AND id = $2",
    }
}

/// A token that a person made for a program of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id, safe to show.
    pub id: TokenId,
    /// Whose.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: DisplayName,
    /// What it may do: words with one blank between them, whose meaning is the
    /// business of the feature that reads them.
    pub scopes: String,
    /// The hash of the token.
    pub hash: SecretHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, as precise as the caller touches it.
    pub last_used_at: Option<Timestamp>,
}

impl Entity for ApiToken {
    const TABLE: &'static str = "api_tokens";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            id: row.get("id")?,
            account: row.get("account")?,
            name: row.get("name")?,
            scopes: row.get("scopes")?,
            hash: row.get("hash")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            last_used_at: row.get("last_used_at")?,
        })
    }
}

/// Tokens of people with a scope.
#[async_trait]
pub trait ApiTokens: Send {
    /// Adds a token.
    async fn insert(&mut self, token: &ApiToken) -> Stored<()>;
    /// By its hash, unless expired.
    async fn find(&mut self, hash: &SecretHash, now: Timestamp) -> Stored<Option<ApiToken>>;
    /// Those of an account that have not expired, newest first.
    async fn list(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<ApiToken>>;
    /// Notes that it was used; never turns back.
    async fn touch(&mut self, id: TokenId, at: Timestamp) -> Stored<bool>;
    /// Ends one of the account's.
    async fn delete(&mut self, account: AccountId, id: TokenId) -> Stored<bool>;
}

#[async_trait]
impl ApiTokens for Work {
    async fn insert(&mut self, token: &ApiToken) -> Stored<()> {
        let row = [
            token.id.into(),
            token.account.into(),
            (&token.name).into(),
            token.scopes.as_str().into(),
            (&token.hash).into(),
            token.created_at.into(),
            token.expires_at.into(),
        ];
        self.run(Sql::Insert, &row).await.map(drop)
    }

    async fn find(&mut self, hash: &SecretHash, now: Timestamp) -> Stored<Option<ApiToken>> {
        self.one(Sql::Find, &[hash.into(), now.into()]).await
    }

    async fn list(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<ApiToken>> {
        self.all(Sql::List, &[account.into(), now.into()]).await
    }

    async fn touch(&mut self, id: TokenId, at: Timestamp) -> Stored<bool> {
        self.touched(Sql::Touch, &[id.into(), at.into()]).await
    }

    async fn delete(&mut self, account: AccountId, id: TokenId) -> Stored<bool> {
        self.touched(Sql::Delete, &[account.into(), id.into()])
            .await
    }
}
