//! One-time links in SQL.

use async_trait::async_trait;
use model::{AccountId, SecretHash, Timestamp};

use super::StoreError;
use super::entities::{LinkKind, OneTimeLink};
use super::repositories::{Links, Stored};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Insert = "INSERT INTO one_time_links (hash, kind, account, email, created_at, expires_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        Find = "SELECT hash, kind, account, email, created_at, expires_at FROM one_time_links \
            WHERE hash = $1 AND kind = $2 AND expires_at > $3",
        Take = "DELETE FROM one_time_links WHERE hash = $1 AND kind = $2 AND expires_at > $3 \
            RETURNING hash, kind, account, email, created_at, expires_at",
        RemoveOf = "DELETE FROM one_time_links WHERE kind = $1 AND account = $2",
        RemoveOfNobody = "DELETE FROM one_time_links WHERE kind = $1 AND account IS NULL",
    }
}

impl Entity for OneTimeLink {
    const TABLE: &'static str = "one_time_links";
    const KEY: &'static str = "account";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let email: Option<String> = row.get("email")?;
        Ok(Self {
            hash: row.get("hash")?,
            kind: row.get("kind")?,
            account: row.get("account")?,
            email: email
                .map(|text| text.parse())
                .transpose()
                .map_err(|_| BadColumn::named("email"))?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

#[async_trait]
impl Links for Work {
    async fn insert(&mut self, link: &OneTimeLink) -> Stored<()> {
        let row = [
            (&link.hash).into(),
            link.kind.as_str().into(),
            link.account.into(),
            link.email
                .as_ref()
                .map(|email| email.as_str().to_owned())
                .into(),
            link.created_at.into(),
            link.expires_at.into(),
        ];
        if self.touched(Sql::Insert, &row).await? {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }

    async fn find(
        &mut self,
        kind: LinkKind,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Stored<Option<OneTimeLink>> {
        let wanted = [hash.into(), kind.as_str().into(), now.into()];
        self.one(Sql::Find, &wanted).await
    }

    async fn take(
        &mut self,
        kind: LinkKind,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Stored<Option<OneTimeLink>> {
        let wanted = [hash.into(), kind.as_str().into(), now.into()];
        self.one(Sql::Take, &wanted).await
    }

    async fn remove_all(&mut self, kind: LinkKind, account: Option<AccountId>) -> Stored<u64> {
        let kind = kind.as_str().into();
        match account {
            Some(account) => self.run(Sql::RemoveOf, &[kind, account.into()]).await,
            None => self.run(Sql::RemoveOfNobody, &[kind]).await,
        }
    }
}
