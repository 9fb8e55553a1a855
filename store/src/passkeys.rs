//! Passkeys of people, and the challenges that wait for their answer, in SQL.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use model::{AccountId, DisplayName, PasskeyId, SecretHash, Timestamp};

use super::StoreError;
use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Insert = "INSERT INTO passkeys (id, account, credential_id, credential, name, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        FindByCredential = "SELECT id, account, credential_id, credential, name, created_at, \
            last_used_at FROM passkeys WHERE credential_id = $1",
        List = "SELECT id, account, credential_id, credential, name, created_at, last_used_at \
            FROM passkeys WHERE account = $1 ORDER BY created_at DESC, id DESC",
        Used = "UPDATE passkeys SET credential = $2, last_used_at = $3 WHERE id = $1",
        Delete = "DELETE FROM passkeys WHERE account = $1 AND id = $2 AND EXISTS \
            (SELECT 1 FROM accounts a WHERE a.id = $1 AND (a.password <> '' OR \
            (SELECT COUNT(*) FROM passkeys p WHERE p.account = $1) > 1))",
        Begin = "INSERT INTO passkey_ceremonies (hash, kind, account, name, state, expires_at) \
            VALUES ($1, $2, $3, $4, $5, $6)",
        Take = "DELETE FROM passkey_ceremonies WHERE hash = $1 AND kind = $2 AND expires_at > $3 \
            RETURNING hash, kind, account, name, state, expires_at",
    }
}

/// A passkey of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct PasskeyRecord {
    /// Its id here, safe to show.
    pub id: PasskeyId,
    /// Whose.
    pub account: AccountId,
    /// What the authenticator calls it; unique in the service.
    pub credential_id: Vec<u8>,
    /// Its public key and counter, in the words of whoever checks answers.
    pub credential: String,
    /// What its owner calls it.
    pub name: DisplayName,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last opened the account or confirmed something.
    pub last_used_at: Option<Timestamp>,
}

impl fmt::Debug for PasskeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasskeyRecord")
            .field("id", &self.id)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// What an answer to a challenge is good for. An answer of one kind is useless
/// as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CeremonyKind {
    /// Makes a passkey.
    Register,
    /// Logs in.
    LogIn,
    /// Confirms something that a person who is logged in asks for.
    Confirm,
}

impl CeremonyKind {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::LogIn => "log-in",
            Self::Confirm => "confirm",
        }
    }
}

impl FromStr for CeremonyKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Register, Self::LogIn, Self::Confirm]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(())
    }
}

/// A challenge that waits for its answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// The hash of the secret that only the browser has that asked.
    pub hash: SecretHash,
    /// What the answer is good for.
    pub kind: CeremonyKind,
    /// For whom; `None` while nobody knows.
    pub account: Option<AccountId>,
    /// What the passkey to be is called.
    pub name: Option<DisplayName>,
    /// What the answer is checked against. Never leaves the service.
    pub state: String,
    /// From when on no answer is taken.
    pub expires_at: Timestamp,
}

impl fmt::Debug for Ceremony {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ceremony")
            .field("kind", &self.kind)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl Entity for PasskeyRecord {
    const TABLE: &'static str = "passkeys";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            id: row.get("id")?,
            account: row.get("account")?,
            credential_id: row.get("credential_id")?,
            credential: row.get("credential")?,
            name: row.get("name")?,
            created_at: row.get("created_at")?,
            last_used_at: row.get("last_used_at")?,
        })
    }
}

impl Entity for Ceremony {
    const TABLE: &'static str = "passkey_ceremonies";
    const KEY: &'static str = "account";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let kind: String = row.get("kind")?;
        let name: Option<String> = row.get("name")?;
        Ok(Self {
            hash: row.get("hash")?,
            kind: kind.parse().map_err(|()| BadColumn::named("kind"))?,
            account: row.get("account")?,
            name: name
                .map(|text| text.parse())
                .transpose()
                .map_err(|_| BadColumn::named("name"))?,
            state: row.get("state")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

/// Passkeys, and challenges that wait for their answer.
#[async_trait]
pub trait Passkeys: Send {
    /// Adds a passkey; `Conflict` when some account has that credential.
    async fn insert(&mut self, passkey: &PasskeyRecord) -> Stored<()>;
    /// By what the authenticator calls it.
    async fn find_by_credential(&mut self, id: &[u8]) -> Stored<Option<PasskeyRecord>>;
    /// Those of an account, newest first.
    async fn list(&mut self, account: AccountId) -> Stored<Vec<PasskeyRecord>>;
    /// Notes that it was used, with the counter it came back with.
    async fn used(&mut self, id: PasskeyId, credential: &str, at: Timestamp) -> Stored<bool>;
    /// Removes one of the account's; `false` when it is none, and when it is
    /// the last way into an account that has no password.
    async fn delete(&mut self, account: AccountId, id: PasskeyId) -> Stored<bool>;
    /// Waits for an answer.
    async fn begin(&mut self, ceremony: &Ceremony) -> Stored<()>;
    /// The challenge that was asked for with this secret; of any number of
    /// callers one gets it.
    async fn take(
        &mut self,
        kind: CeremonyKind,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Stored<Option<Ceremony>>;
}

#[async_trait]
impl Passkeys for Work {
    async fn insert(&mut self, passkey: &PasskeyRecord) -> Stored<()> {
        let row = [
            passkey.id.into(),
            passkey.account.into(),
            passkey.credential_id.as_slice().into(),
            passkey.credential.as_str().into(),
            (&passkey.name).into(),
            passkey.created_at.into(),
        ];
        if self.touched(Sql::Insert, &row).await? {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }

    async fn find_by_credential(&mut self, id: &[u8]) -> Stored<Option<PasskeyRecord>> {
        self.one(Sql::FindByCredential, &[id.into()]).await
    }

    async fn list(&mut self, account: AccountId) -> Stored<Vec<PasskeyRecord>> {
        self.all(Sql::List, &[account.into()]).await
    }

    async fn used(&mut self, id: PasskeyId, credential: &str, at: Timestamp) -> Stored<bool> {
        self.touched(Sql::Used, &[id.into(), credential.into(), at.into()])
            .await
    }

    async fn delete(&mut self, account: AccountId, id: PasskeyId) -> Stored<bool> {
        self.touched(Sql::Delete, &[account.into(), id.into()])
            .await
    }

    async fn begin(&mut self, ceremony: &Ceremony) -> Stored<()> {
        let row = [
            (&ceremony.hash).into(),
            ceremony.kind.as_str().into(),
            ceremony.account.into(),
            ceremony
                .name
                .as_ref()
                .map(|name| name.as_str().to_owned())
                .into(),
            ceremony.state.as_str().into(),
            ceremony.expires_at.into(),
        ];
        self.run(Sql::Begin, &row).await.map(drop)
    }

    async fn take(
        &mut self,
        kind: CeremonyKind,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Stored<Option<Ceremony>> {
        let wanted = [hash.into(), kind.as_str().into(), now.into()];
        self.one(Sql::Take, &wanted).await
    }
}
