//! Second factors and recovery codes in SQL.

use std::fmt;

use async_trait::async_trait;
use model::{AccountId, SecretHash, Timestamp};

use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Begin = "INSERT INTO second_factors (account, secret, last_step, created_at) \
            VALUES ($1, $2, 0, $3) ON CONFLICT (account) DO UPDATE SET \
            secret = excluded.secret, last_step = 0, created_at = excluded.created_at \
            WHERE second_factors.confirmed_at IS NULL",
        Find = "SELECT account, secret, created_at, confirmed_at FROM second_factors \
            WHERE account = $1",
        UseStep = "UPDATE second_factors SET last_step = $2 WHERE account = $1 AND last_step < $2",
        Confirm = "UPDATE second_factors SET confirmed_at = $2 \
            WHERE account = $1 AND confirmed_at IS NULL",
        Remove = "DELETE FROM second_factors WHERE account = $1",
        AddCode = "INSERT INTO recovery_codes (account, hash) VALUES ($1, $2) \
            ON CONFLICT DO NOTHING",
        UseCode = "DELETE FROM recovery_codes WHERE account = $1 AND hash = $2",
        RemoveCodes = "DELETE FROM recovery_codes WHERE account = $1",
        CountCodes = "SELECT COUNT(*) AS n FROM recovery_codes WHERE account = $1",
    }
}

/// The secret that a person's authenticator app shares with us.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// Whose.
    pub account: AccountId,
    /// The shared secret. Shown to its owner until it is confirmed, never after.
    pub secret: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a first code proved that the app has it; before that, log-ins do
    /// not ask for it.
    pub confirmed_at: Option<Timestamp>,
}

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecondFactor")
            .field("account", &self.account)
            .field("confirmed_at", &self.confirmed_at)
            .finish_non_exhaustive()
    }
}

impl Entity for SecondFactor {
    const TABLE: &'static str = "second_factors";
    const KEY: &'static str = "account";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            account: row.get("account")?,
            secret: row.get("secret")?,
            created_at: row.get("created_at")?,
            confirmed_at: row.get("confirmed_at")?,
        })
    }
}

/// What people show beside the password.
#[async_trait]
pub trait SecondFactors: Send {
    /// Stores a fresh secret that is still to be confirmed, in the place of an
    /// earlier such one; `false` when a confirmed one is there.
    async fn begin(&mut self, account: AccountId, secret: &[u8], at: Timestamp) -> Stored<bool>;
    /// Confirmed or not.
    async fn find(&mut self, account: AccountId) -> Stored<Option<SecondFactor>>;
    /// Uses up the codes of a time step and of all before it: of any number of
    /// callers with one step, one gets `true`.
    async fn use_step(&mut self, account: AccountId, step: i64) -> Stored<bool>;
    /// From now on log-ins ask for it.
    async fn confirm(&mut self, account: AccountId, at: Timestamp) -> Stored<bool>;
    /// Removes it with its recovery codes.
    async fn remove(&mut self, account: AccountId) -> Stored<bool>;
    /// Puts these recovery codes in the place of all earlier ones.
    async fn set_recovery_codes(&mut self, account: AccountId, codes: &[SecretHash]) -> Stored<()>;
    /// Uses up a recovery code: of any number of callers one gets `true`.
    async fn use_recovery_code(&mut self, account: AccountId, code: &SecretHash) -> Stored<bool>;
    /// How many recovery codes are left.
    async fn count_recovery_codes(&mut self, account: AccountId) -> Stored<u64>;
}

#[async_trait]
impl SecondFactors for Work {
    async fn begin(&mut self, account: AccountId, secret: &[u8], at: Timestamp) -> Stored<bool> {
        self.touched(Sql::Begin, &[account.into(), secret.into(), at.into()])
            .await
    }

    async fn find(&mut self, account: AccountId) -> Stored<Option<SecondFactor>> {
        self.one(Sql::Find, &[account.into()]).await
    }

    async fn use_step(&mut self, account: AccountId, step: i64) -> Stored<bool> {
        self.touched(Sql::UseStep, &[account.into(), step.into()])
            .await
    }

    async fn confirm(&mut self, account: AccountId, at: Timestamp) -> Stored<bool> {
        self.touched(Sql::Confirm, &[account.into(), at.into()])
            .await
    }

    async fn remove(&mut self, account: AccountId) -> Stored<bool> {
        self.run(Sql::RemoveCodes, &[account.into()]).await?;
        self.touched(Sql::Remove, &[account.into()]).await
    }

    async fn set_recovery_codes(&mut self, account: AccountId, codes: &[SecretHash]) -> Stored<()> {
        self.run(Sql::RemoveCodes, &[account.into()]).await?;
        for code in codes {
            self.run(Sql::AddCode, &[account.into(), code.into()])
                .await?;
        }
        Ok(())
    }

    async fn use_recovery_code(&mut self, account: AccountId, code: &SecretHash) -> Stored<bool> {
        self.touched(Sql::UseCode, &[account.into(), code.into()])
            .await
    }

    async fn count_recovery_codes(&mut self, account: AccountId) -> Stored<u64> {
        let count = self.number(Sql::CountCodes, &[account.into()]).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
