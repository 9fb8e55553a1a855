//! The repositories: one small trait per aggregate, over one open transaction.
//!
//! Absence is `None` or `false`, not a failure. [`StoreError::Conflict`] leaves
//! the transaction usable, so a caller can draw another name and try again.
//! Where somebody acts for a tenant or as an account, the look-up takes it, so
//! that another tenant's row is simply not there.

use async_trait::async_trait;
use cell::{Reader, Revision, TenantSpec};
use model::{
    AccountId, CellId, CredentialId, DisplayName, EmailAddress, HouseId, HouseKey, Language,
    PlanName, Refusal, RefusalId, RefusalReason, Refused, SecretHash, SessionId, Standing,
    TenantId, TimeZoneName, Timestamp, TokenId,
};
use std::net::IpAddr;

use super::StoreError;
use super::directory::{Search, TenantSummary};
use super::entities::{
    Account, Cell, Credential, House, HouseAccess, LinkKind, OneTimeLink, PasswordHash, Rotation,
    Session, SettingKey, SigningKeyPair, Successor, Tenant, TenantAccess, TokenPair,
};
use super::erasures::Receipt;
use super::observed::{HousePresence, RefusalFilter, StoredRefusal};
use super::tokens::TokenFamily;

/// What a repository answers.
pub type Stored<T> = Result<T, StoreError>;

/// People.
#[async_trait]
pub trait Accounts: Send {
    /// Adds an account; `Conflict` when its address is known.
    async fn insert(&mut self, account: &Account) -> Stored<()>;
    /// By id.
    async fn find(&mut self, id: AccountId) -> Stored<Option<Account>>;
    /// By address, in its canonical form.
    async fn find_by_email(&mut self, email: &EmailAddress) -> Stored<Option<Account>>;
    /// Notes that the address was proven; the first time stands.
    async fn mark_verified(&mut self, id: AccountId, at: Timestamp) -> Stored<bool>;
    /// Replaces the password's hash.
    async fn set_password(&mut self, id: AccountId, password: &PasswordHash) -> Stored<bool>;
    /// Replaces the language that the person is spoken to in; `None` for what
    /// the browser asks for.
    async fn set_language(&mut self, id: AccountId, language: Option<Language>) -> Stored<bool>;
    /// Replaces the address, which was proven at `verified_at`; `Conflict` when
    /// another account has it or there is no such account.
    async fn set_email(
        &mut self,
        id: AccountId,
        email: &EmailAddress,
        verified_at: Timestamp,
    ) -> Stored<()>;
    /// Whether anybody administers the service.
    async fn any_admin(&mut self) -> Stored<bool>;
}

/// Links that work once.
#[async_trait]
pub trait Links: Send {
    /// Adds a link.
    async fn insert(&mut self, link: &OneTimeLink) -> Stored<()>;
    /// The link, if it still works; leaves it working.
    async fn find(
        &mut self,
        kind: LinkKind,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Stored<Option<OneTimeLink>>;
    /// The link, if it still works; of any number of callers one gets it.
    async fn take(
        &mut self,
        kind: LinkKind,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Stored<Option<OneTimeLink>>;
    /// Removes every link of this kind for this account (`None`: those without
    /// an account); returns how many.
    async fn remove_all(&mut self, kind: LinkKind, account: Option<AccountId>) -> Stored<u64>;
}

/// Log-ins in browsers.
#[async_trait]
pub trait Sessions: Send {
    /// Adds a session.
    async fn insert(&mut self, session: &Session) -> Stored<()>;
    /// By the hash of the cookie's value, unless expired.
    async fn find(&mut self, hash: &SecretHash, now: Timestamp) -> Stored<Option<Session>>;
    /// Gives it another secret: the hash of the cookie's new value.
    async fn set_secret(&mut self, id: SessionId, hash: &SecretHash) -> Stored<bool>;
    /// Notes that it was used; never turns back.
    async fn touch(&mut self, id: SessionId, at: Timestamp) -> Stored<bool>;
    /// Those of an account that have not expired, newest first.
    async fn list(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<Session>>;
    /// Ends one session of the account.
    async fn delete(&mut self, account: AccountId, id: SessionId) -> Stored<bool>;
    /// Ends all sessions of the account but one; returns how many.
    async fn delete_others(&mut self, account: AccountId, keep: SessionId) -> Stored<u64>;
    /// Ends all sessions of the account; returns how many.
    async fn delete_all(&mut self, account: AccountId) -> Stored<u64>;
}

/// Access and refresh tokens of programs.
#[async_trait]
pub trait Tokens: Send {
    /// Adds the first pair of a family.
    async fn insert(&mut self, pair: &TokenPair) -> Stored<()>;
    /// The pair an access token belongs to, unless expired or revoked.
    async fn find_by_access(
        &mut self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Stored<Option<TokenPair>>;
    /// The log-ins of an account that can still be renewed, newest first.
    async fn list(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<TokenFamily>>;
    /// The pair whose access or refresh token it is, expired and revoked ones
    /// too: for revoking.
    async fn find_by_secret(&mut self, hash: &SecretHash) -> Stored<Option<TokenPair>>;
    /// Uses a refresh token up and stores what follows it. **Commit whatever
    /// the answer is.** The old access token runs until it expires.
    async fn rotate(
        &mut self,
        refresh: &SecretHash,
        successor: &Successor,
        now: Timestamp,
    ) -> Stored<Rotation>;
    /// Ends one log-in of the account.
    async fn revoke_family(
        &mut self,
        account: AccountId,
        family: TokenId,
        at: Timestamp,
    ) -> Stored<bool>;
    /// Ends all log-ins of the account; returns how many pairs were alive.
    async fn revoke_all(&mut self, account: AccountId, at: Timestamp) -> Stored<u64>;
}

/// Customers. A tenant comes into its cell's feed with its first house.
#[async_trait]
pub trait Tenants: Send {
    /// Adds a tenant and its owner's membership; `Conflict` when the slug is,
    /// or ever was, taken.
    async fn insert(&mut self, tenant: &Tenant) -> Stored<()>;
    /// By id, for the service itself; whoever acts uses [`Tenants::find_for`].
    async fn find(&mut self, id: TenantId) -> Stored<Option<Tenant>>;
    /// By id, if the account has a role in it as a whole.
    async fn find_for(
        &mut self,
        account: AccountId,
        id: TenantId,
        now: Timestamp,
    ) -> Stored<Option<TenantAccess>>;
    /// Those in which the account has a role as a whole, oldest first.
    async fn list_for(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<TenantAccess>>;
    /// Makes a member with the role of an owner the one who answers for it;
    /// `false` when the account is none.
    async fn hand_over(&mut self, id: TenantId, to: AccountId) -> Stored<bool>;
    /// Changes what keeps running, and says why.
    async fn set_standing(
        &mut self,
        id: TenantId,
        standing: Standing,
        reason: &str,
        since: Timestamp,
    ) -> Stored<bool>;
    /// Changes the plan; `false` when there is no such tenant or plan.
    async fn set_plan(&mut self, id: TenantId, plan: &PlanName) -> Stored<bool>;
    /// Stops everything and notes when the tenant is erased; `false` when that
    /// was noted before.
    async fn erase_after(&mut self, id: TenantId, at: Timestamp) -> Stored<bool>;
    /// Takes that back; `false` when there was nothing to take back.
    async fn keep(&mut self, id: TenantId) -> Stored<bool>;
    /// Deletes it with its houses; ids and slug stay taken, its cell is told.
    async fn delete(&mut self, id: TenantId, at: Timestamp) -> Stored<bool>;
}

/// Homes.
#[async_trait]
pub trait Houses: Send {
    /// Adds a house; `Conflict` when its id is, or ever was, taken.
    async fn insert(&mut self, house: &House) -> Stored<()>;
    /// By id, if it is the tenant's.
    async fn find(&mut self, tenant: TenantId, id: &HouseId) -> Stored<Option<House>>;
    /// By id, if the account has a role in it: its own, or one in its tenant.
    async fn find_for(
        &mut self,
        account: AccountId,
        id: &HouseId,
        now: Timestamp,
    ) -> Stored<Option<HouseAccess>>;
    /// By id, if its tenant is placed in the cell.
    async fn find_placed(&mut self, cell: CellId, id: &HouseId) -> Stored<Option<House>>;
    /// Those of the tenant, oldest first.
    async fn list(&mut self, tenant: TenantId) -> Stored<Vec<House>>;
    /// Those in which the account has a role, oldest first.
    async fn list_for(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<HouseAccess>>;
    /// How many the tenant has. Write transactions run one at a time, so
    /// counting and adding in one of them cannot be raced.
    async fn count(&mut self, tenant: TenantId) -> Stored<u64>;
    /// Changes name and time zone.
    async fn describe(
        &mut self,
        tenant: TenantId,
        key: HouseKey,
        name: &DisplayName,
        timezone: &TimeZoneName,
    ) -> Stored<bool>;
    /// Has bus tokens refused whose `sub` or `jti` is `subject` and that
    /// expire by `until`.
    async fn revoke_bus_tokens(
        &mut self,
        tenant: TenantId,
        key: HouseKey,
        subject: &str,
        until: Timestamp,
    ) -> Stored<bool>;
    /// The same on every house of every tenant in which the account has any role.
    async fn revoke_bus_tokens_of(
        &mut self,
        account: AccountId,
        subject: &str,
        until: Timestamp,
    ) -> Stored<()>;
    /// Deletes it; its id stays taken, its credentials stop working.
    async fn delete(&mut self, tenant: TenantId, key: HouseKey, at: Timestamp) -> Stored<bool>;
}

/// Secrets of houses. Whoever acts has found the house first, see [`Houses`].
#[async_trait]
pub trait Credentials: Send {
    /// Adds a credential to a house that exists, or else `Conflict`.
    async fn insert(&mut self, credential: &Credential) -> Stored<()>;
    /// By id, if it is the house's; revoked ones too.
    async fn find(&mut self, house: HouseKey, id: CredentialId) -> Stored<Option<Credential>>;
    /// Those not revoked, oldest first.
    async fn list(&mut self, house: HouseKey) -> Stored<Vec<Credential>>;
    /// Revokes one of the house's; `false` when it is none or already revoked.
    async fn revoke(&mut self, house: HouseKey, id: CredentialId, at: Timestamp) -> Stored<bool>;
    /// Lets `successor`, which exists, take the place of one that has none yet
    /// and is not revoked: it ends at `end`, unless it ends earlier anyway.
    /// `false` when there is no such credential.
    async fn exchange(
        &mut self,
        house: HouseKey,
        id: CredentialId,
        successor: CredentialId,
        end: Timestamp,
    ) -> Stored<bool>;
    /// Notes that a client was connected with it, and from where if that is
    /// known; never turns back.
    async fn touch(
        &mut self,
        house: HouseKey,
        id: CredentialId,
        at: Timestamp,
        from: Option<IpAddr>,
    ) -> Stored<bool>;
}

/// Who is connected.
#[async_trait]
pub trait Presences: Send {
    /// Takes what a cell says; older than what is there changes nothing, and
    /// "last seen" is never forgotten.
    async fn upsert(&mut self, house: HouseKey, presence: &HousePresence) -> Stored<()>;
    /// Of one house; `None` before its cell said anything.
    async fn find(&mut self, house: HouseKey) -> Stored<Option<HousePresence>>;
    /// Of all houses in which the account has a role.
    async fn list_for(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Stored<Vec<(HouseKey, HousePresence)>>;
    /// Of all houses of the tenant.
    async fn list_of(&mut self, tenant: TenantId) -> Stored<Vec<(HouseKey, HousePresence)>>;
}

/// Finding tenants by whatever an admin types.
#[async_trait]
pub trait Directory: Send {
    /// At most `limit` tenants, newest first, behind `after`.
    async fn page(
        &mut self,
        search: &Search,
        after: Option<TenantId>,
        limit: u32,
        now: Timestamp,
    ) -> Stored<Vec<TenantSummary>>;
    /// Makes tenants findable that are not, because they are older than the
    /// table of words; returns how many, at most 100.
    async fn index_missing(&mut self) -> Stored<u64>;
}

/// Erasing tenants that were deleted.
#[async_trait]
pub trait Erasures: Send {
    /// Tenants whose time to come back is over; at most 10.
    async fn due(&mut self, now: Timestamp) -> Stored<Vec<TenantId>>;
    /// Erases the tenant with all that belongs to it, tells its cell, and
    /// writes down what was found afterwards; `None` when there is no such
    /// tenant. Its slug and house ids are never used again.
    async fn erase(&mut self, id: TenantId, at: Timestamp) -> Stored<Option<Receipt>>;
    /// What was written down.
    async fn receipt(&mut self, id: TenantId) -> Stored<Option<Receipt>>;
    /// The newest, at most `limit`.
    async fn receipts(&mut self, limit: u32) -> Stored<Vec<Receipt>>;
}

/// What was refused.
#[async_trait]
pub trait Refusals: Send {
    /// Takes one aggregated refusal. The same (house, client, reason, subject,
    /// minute) again keeps the larger count and the first id.
    async fn record(&mut self, house: HouseKey, id: RefusalId, refusal: &Refusal) -> Stored<()>;
    /// Counts one refusal of the portal or the API, of the tenant as a whole
    /// or of one of its houses. Its client is the account, its count is one.
    async fn note(
        &mut self,
        of: (TenantId, Option<HouseKey>),
        account: AccountId,
        id: RefusalId,
        refused: &Refused,
    ) -> Stored<()>;
    /// At most `limit` of a house, newest first.
    async fn list(
        &mut self,
        house: HouseKey,
        filter: &RefusalFilter,
        limit: u32,
    ) -> Stored<Vec<StoredRefusal>>;
    /// At most `limit` of a tenant and all its houses, newest first.
    async fn list_of_tenant(
        &mut self,
        tenant: TenantId,
        filter: &RefusalFilter,
        limit: u32,
    ) -> Stored<Vec<StoredRefusal>>;
    /// How often what was refused to the tenant and its houses since a moment,
    /// the most frequent reason first.
    async fn counts(
        &mut self,
        tenant: TenantId,
        since: Timestamp,
    ) -> Stored<Vec<(RefusalReason, u64)>>;
    /// Drops what is beyond the newest `keep` of the house; returns how many.
    async fn keep_newest(&mut self, house: HouseKey, keep: u32) -> Stored<u64>;
    /// The same for what [`Refusals::note`] counted of the tenant.
    async fn keep_newest_of_tenant(&mut self, tenant: TenantId, keep: u32) -> Stored<u64>;
}

/// What an admin decided about the service.
#[async_trait]
pub trait Settings: Send {
    /// `None` before anybody decided.
    async fn get(&mut self, key: SettingKey) -> Stored<Option<String>>;
    /// Decides.
    async fn set(&mut self, key: SettingKey, value: &str, at: Timestamp) -> Stored<()>;
}

/// Cells and their signing keys.
#[async_trait]
pub trait Cells: Send {
    /// Adds a cell; `Conflict` when the name is taken.
    async fn insert(&mut self, id: CellId, name: &model::Slug, at: Timestamp) -> Stored<()>;
    /// By id.
    async fn find(&mut self, id: CellId) -> Stored<Option<Cell>>;
    /// By name.
    async fn find_by_name(&mut self, name: &model::Slug) -> Stored<Option<Cell>>;
    /// Adds a key pair; `Conflict` when its key id is taken.
    async fn add_signing_key(&mut self, key: &SigningKeyPair) -> Stored<()>;
    /// Of the cell, newest first.
    async fn signing_keys(&mut self, cell: CellId) -> Stored<Vec<SigningKeyPair>>;
}

/// The rows a cell's feed is made of.
#[async_trait]
pub trait Feeds: Send {
    /// The documents of the cell's tenants that changed after `since`, whole,
    /// with hashes; bus tokens revoked until before `now` are left out.
    async fn tenants_since(
        &mut self,
        cell: CellId,
        since: Revision,
        now: Timestamp,
    ) -> Stored<Vec<TenantSpec>>;
    /// Tenants that left the cell after `since`.
    async fn gone_since(&mut self, cell: CellId, since: Revision) -> Stored<Vec<TenantId>>;
    /// Notes how far a reader is (never turns back) and forgets tombstones
    /// that every reader has seen.
    async fn acknowledge(
        &mut self,
        cell: CellId,
        reader: Reader,
        reached: Revision,
        at: Timestamp,
    ) -> Stored<()>;
    /// How far the reader said it is; 0 before it said anything.
    async fn acknowledged(&mut self, cell: CellId, reader: Reader) -> Stored<Revision>;
}
