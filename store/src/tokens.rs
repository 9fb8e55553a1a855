//! Access and refresh tokens in SQL.

use async_trait::async_trait;
use model::{AccountId, SecretHash, Timestamp, TokenId};

use super::entities::{Rotation, Successor, TokenPair};
use super::repositories::{Stored, Tokens};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Insert = "INSERT INTO token_pairs (id, family, account, access_hash, access_expires_at, \
            refresh_hash, refresh_expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        FindByAccess = "SELECT id, family, account, access_hash, access_expires_at, \
            refresh_hash, refresh_expires_at, created_at, used_at FROM token_pairs \
            WHERE access_hash = $1 AND access_expires_at > $2 AND revoked_at IS NULL",
        FindByRefresh = "SELECT id, family, account, access_hash, access_expires_at, \
            refresh_hash, refresh_expires_at, created_at, used_at FROM token_pairs \
            WHERE refresh_hash = $1",
        FindBySecret = "SELECT id, family, account, access_hash, access_expires_at, \
            refresh_hash, refresh_expires_at, created_at, used_at FROM token_pairs \
            WHERE access_hash = $1 OR refresh_hash = $1",
        Use = "UPDATE token_pairs SET used_at = $2 WHERE refresh_hash = $1 \
            AND used_at IS NULL AND revoked_at IS NULL AND refresh_expires_at > $2 \
            RETURNING id, family, account, access_hash, access_expires_at, \
            refresh_hash, refresh_expires_at, created_at, used_at",
        List = "SELECT family, MIN(created_at) AS created_at, \
            MAX(refresh_expires_at) AS expires_at FROM token_pairs WHERE account = $1 \
            AND revoked_at IS NULL AND refresh_expires_at > $2 \
            GROUP BY family ORDER BY created_at DESC, family",
        RevokeFamily = "UPDATE token_pairs SET revoked_at = $3 \
            WHERE account = $1 AND family = $2 AND revoked_at IS NULL",
        RevokeAll = "UPDATE token_pairs SET revoked_at = $2 \
            WHERE account = $1 AND revoked_at IS NULL",
    }
}

/// One log-in of a program: all pairs that descend from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFamily {
    /// Its id: that of the first pair.
    pub id: TokenId,
    /// When the program logged in.
    pub created_at: Timestamp,
    /// When it has to log in again, unless it renews its token before.
    pub expires_at: Timestamp,
}

impl Entity for TokenFamily {
    const TABLE: &'static str = "token_pairs";
    const KEY: &'static str = "family";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            id: row.get("family")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

/// A pair, and whether its refresh token was used up.
struct Kept {
    pair: TokenPair,
    used_at: Option<Timestamp>,
}

impl Entity for Kept {
    const TABLE: &'static str = "token_pairs";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            pair: TokenPair {
                id: row.get("id")?,
                family: row.get("family")?,
                account: row.get("account")?,
                access_hash: row.get("access_hash")?,
                access_expires_at: row.get("access_expires_at")?,
                refresh_hash: row.get("refresh_hash")?,
                refresh_expires_at: row.get("refresh_expires_at")?,
                created_at: row.get("created_at")?,
            },
            used_at: row.get("used_at")?,
        })
    }
}

#[async_trait]
impl Tokens for Work {
    async fn insert(&mut self, pair: &TokenPair) -> Stored<()> {
        let row = [
            pair.id.into(),
            pair.family.into(),
            pair.account.into(),
            (&pair.access_hash).into(),
            pair.access_expires_at.into(),
            (&pair.refresh_hash).into(),
            pair.refresh_expires_at.into(),
            pair.created_at.into(),
        ];
        self.run(Sql::Insert, &row).await.map(drop)
    }

    async fn find_by_access(
        &mut self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Stored<Option<TokenPair>> {
        let kept: Option<Kept> = self
            .one(Sql::FindByAccess, &[hash.into(), now.into()])
            .await?;
        Ok(kept.map(|kept| kept.pair))
    }

    async fn list(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<TokenFamily>> {
        self.all(Sql::List, &[account.into(), now.into()]).await
    }

    async fn find_by_secret(&mut self, hash: &SecretHash) -> Stored<Option<TokenPair>> {
        let kept: Option<Kept> = self.one(Sql::FindBySecret, &[hash.into()]).await?;
        Ok(kept.map(|kept| kept.pair))
    }

    async fn rotate(
        &mut self,
        refresh: &SecretHash,
        successor: &Successor,
        now: Timestamp,
    ) -> Stored<Rotation> {
        let used: Option<Kept> = self.one(Sql::Use, &[refresh.into(), now.into()]).await?;
        if let Some(Kept { pair: old, .. }) = used {
            let pair = TokenPair {
                id: successor.id,
                family: old.family,
                account: old.account,
                access_hash: successor.access_hash,
                access_expires_at: successor.access_expires_at,
                refresh_hash: successor.refresh_hash,
                refresh_expires_at: successor.refresh_expires_at,
                created_at: now,
            };
            Tokens::insert(self, &pair).await?;
            return Ok(Rotation::Rotated(pair));
        }
        let seen: Option<Kept> = self.one(Sql::FindByRefresh, &[refresh.into()]).await?;
        match seen {
            Some(Kept {
                pair,
                used_at: Some(_),
            }) => {
                self.revoke_family(pair.account, pair.family, now).await?;
                Ok(Rotation::Reused {
                    account: pair.account,
                    family: pair.family,
                })
            }
            Some(_) | None => Ok(Rotation::Refused),
        }
    }

    async fn revoke_family(
        &mut self,
        account: AccountId,
        family: TokenId,
        at: Timestamp,
    ) -> Stored<bool> {
        let which = [account.into(), family.into(), at.into()];
        self.touched(Sql::RevokeFamily, &which).await
    }

    async fn revoke_all(&mut self, account: AccountId, at: Timestamp) -> Stored<u64> {
        self.run(Sql::RevokeAll, &[account.into(), at.into()]).await
    }
}
