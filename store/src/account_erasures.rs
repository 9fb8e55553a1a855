//! Erasing a person, and the receipt of it, in SQL. The account's row stays,
//! because tenants name their owner; nothing of the person is left in it.

use async_trait::async_trait;
use model::{AccountId, Timestamp};

use super::StoreError;
use super::entities::Account;
use super::erasures::ErasedStore;
use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

/// Proof that an account was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountReceipt {
    /// The account.
    pub account: AccountId,
    /// When.
    pub erased_at: Timestamp,
    /// Every table that knew the person.
    pub stores: Vec<ErasedStore>,
}

impl AccountReceipt {
    /// How many rows were found after all were removed; 0 when all is well.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.stores.iter().map(|store| store.found).sum()
    }
}

statements! {
    pub(super) enum Sql {
        Due = "SELECT id, email, name, password, admin, verified_at, created_at, erase_after, language \
            FROM accounts WHERE erase_after <= $1 AND deleted_at IS NULL LIMIT 10",
        Links = "DELETE FROM one_time_links WHERE account = $1",
        CountLinks = "SELECT COUNT(*) AS n FROM one_time_links WHERE account = $1",
        Sessions = "DELETE FROM sessions WHERE account = $1",
        CountSessions = "SELECT COUNT(*) AS n FROM sessions WHERE account = $1",
        Tokens = "DELETE FROM token_pairs WHERE account = $1",
        CountTokens = "SELECT COUNT(*) AS n FROM token_pairs WHERE account = $1",
        ApiTokens = "DELETE FROM api_tokens WHERE account = $1",
        CountApiTokens = "SELECT COUNT(*) AS n FROM api_tokens WHERE account = $1",
        Idempotency = "DELETE FROM idempotency_keys WHERE account = $1",
        CountIdempotency = "SELECT COUNT(*) AS n FROM idempotency_keys WHERE account = $1",
        RecoveryCodes = "DELETE FROM recovery_codes WHERE account = $1",
        CountRecoveryCodes = "SELECT COUNT(*) AS n FROM recovery_codes WHERE account = $1",
        SecondFactor = "DELETE FROM second_factors WHERE account = $1",
        CountSecondFactor = "SELECT COUNT(*) AS n FROM second_factors WHERE account = $1",
        Passkeys = "DELETE FROM passkeys WHERE account = $1",
        CountPasskeys = "SELECT COUNT(*) AS n FROM passkeys WHERE account = $1",
        Ceremonies = "DELETE FROM passkey_ceremonies WHERE account = $1",
        CountCeremonies = "SELECT COUNT(*) AS n FROM passkey_ceremonies WHERE account = $1",
        // By the person, and to the person's address.
        Invitations = "DELETE FROM invitations WHERE invited_by = $1 OR email_canonical = \
            (SELECT a.email_canonical FROM accounts a WHERE a.id = $1)",
        CountInvitations = "SELECT COUNT(*) AS n FROM invitations WHERE invited_by = $1 \
            OR email_canonical = (SELECT a.email_canonical FROM accounts a WHERE a.id = $1)",
        Waiting = "DELETE FROM waiting_accounts WHERE account = $1",
        CountWaiting = "SELECT COUNT(*) AS n FROM waiting_accounts WHERE account = $1",
        HouseRoles = "DELETE FROM member_houses WHERE account = $1",
        CountHouseRoles = "SELECT COUNT(*) AS n FROM member_houses WHERE account = $1",
        Memberships = "DELETE FROM members WHERE account = $1",
        CountMemberships = "SELECT COUNT(*) AS n FROM members WHERE account = $1",
        CountAccount = "SELECT COUNT(*) AS n FROM accounts WHERE id = $1 AND (deleted_at IS NULL \
            OR password <> '' OR verified_at IS NOT NULL OR email <> email_canonical)",
        // The address and name that are left are no person's own.
        Account = "UPDATE accounts SET email = $2, email_canonical = $2, name = $3, \
            password = '', admin = $4, verified_at = NULL, erase_after = NULL, deleted_at = $5 \
            WHERE id = $1 AND deleted_at IS NULL",
        Write = "INSERT INTO account_receipts (account, erased_at, stores) VALUES ($1, $2, $3)",
        Receipt = "SELECT account, erased_at, stores FROM account_receipts WHERE account = $1",
        Receipts = "SELECT account, erased_at, stores FROM account_receipts \
            ORDER BY erased_at DESC, account DESC LIMIT $1",
    }
}

/// Every table that knows people, but for those that show the account's name:
/// how its rows go, and how what is left is counted. A test holds it together
/// with the schema.
const STORES: [(&str, Sql, Sql); 13] = [
    ("one_time_links", Sql::Links, Sql::CountLinks),
    ("sessions", Sql::Sessions, Sql::CountSessions),
    ("token_pairs", Sql::Tokens, Sql::CountTokens),
    ("api_tokens", Sql::ApiTokens, Sql::CountApiTokens),
    ("idempotency_keys", Sql::Idempotency, Sql::CountIdempotency),
    (
        "recovery_codes",
        Sql::RecoveryCodes,
        Sql::CountRecoveryCodes,
    ),
    ("second_factors", Sql::SecondFactor, Sql::CountSecondFactor),
    ("passkeys", Sql::Passkeys, Sql::CountPasskeys),
    ("passkey_ceremonies", Sql::Ceremonies, Sql::CountCeremonies),
    ("invitations", Sql::Invitations, Sql::CountInvitations),
    ("waiting_accounts", Sql::Waiting, Sql::CountWaiting),
    ("member_houses", Sql::HouseRoles, Sql::CountHouseRoles),
    ("members", Sql::Memberships, Sql::CountMemberships),
];

impl Entity for AccountReceipt {
    const TABLE: &'static str = "account_receipts";
    const KEY: &'static str = "account";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let stores: String = row.get("stores")?;
        Ok(Self {
            account: row.get("account")?,
            erased_at: row.get("erased_at")?,
            stores: serde_json::from_str(&stores).map_err(|_| BadColumn::named("stores"))?,
        })
    }
}

/// Erasing people who asked for it.
#[async_trait]
pub trait AccountErasures: Send {
    /// Accounts whose time to come back is over; at most 10.
    async fn due(&mut self, now: Timestamp) -> Stored<Vec<Account>>;
    /// Forgets the person: name, address, password, log-ins, tokens, passkeys,
    /// second factor and memberships; and writes down what was found
    /// afterwards. `None` when there is no such account. The caller has seen to
    /// it that no tenant with other members loses its owner. The address may be
    /// used again.
    async fn erase(&mut self, id: AccountId, at: Timestamp) -> Stored<Option<AccountReceipt>>;
    /// What was written down.
    async fn receipt(&mut self, id: AccountId) -> Stored<Option<AccountReceipt>>;
    /// The newest, at most `limit`.
    async fn receipts(&mut self, limit: u32) -> Stored<Vec<AccountReceipt>>;
}

#[async_trait]
impl AccountErasures for Work {
    async fn due(&mut self, now: Timestamp) -> Stored<Vec<Account>> {
        self.all(Sql::Due, &[now.into()]).await
    }

    async fn erase(&mut self, id: AccountId, at: Timestamp) -> Stored<Option<AccountReceipt>> {
        if self.accounts().find(id).await?.is_none() {
            return Ok(None);
        }
        let tenants = self.tenants_of(id).await?;
        let mut stores = Vec::new();
        for (store, remove, count) in STORES {
            let removed = self.run(remove, &[id.into()]).await?;
            stores.push(self.looked_at(id, store, removed, count).await?);
        }
        let nobody = [
            id.into(),
            // No mail ever goes there (RFC 2606), and no person can claim it.
            format!("{id}@deleted.invalid").into(),
            "Deleted account".into(),
            false.into(),
            at.into(),
        ];
        let removed = self.run(Sql::Account, &nobody).await?;
        let own = self.looked_at(id, "accounts", removed, Sql::CountAccount);
        stores.push(own.await?);
        for tenant in tenants {
            self.index_tenant(tenant).await?;
        }
        let text =
            serde_json::to_string(&stores).map_err(|error| StoreError::Backend(Box::new(error)))?;
        self.run(Sql::Write, &[id.into(), at.into(), text.into()])
            .await?;
        self.account_erasures().receipt(id).await
    }

    async fn receipt(&mut self, id: AccountId) -> Stored<Option<AccountReceipt>> {
        self.one(Sql::Receipt, &[id.into()]).await
    }

    async fn receipts(&mut self, limit: u32) -> Stored<Vec<AccountReceipt>> {
        self.all(Sql::Receipts, &[i64::from(limit).into()]).await
    }
}

impl Work {
    async fn looked_at(
        &mut self,
        id: AccountId,
        store: &str,
        removed: u64,
        count: Sql,
    ) -> Stored<ErasedStore> {
        let found = self.number(count, &[id.into()]).await?;
        Ok(ErasedStore {
            store: store.to_owned(),
            removed,
            found: u64::try_from(found).unwrap_or(u64::MAX),
        })
    }
}
