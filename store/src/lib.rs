//! The control plane's store: one SQL text over two engines, SQLite and
//! PostgreSQL, behind repositories that never mention either.
//!
//! | module | subject |
//! |---|---|
//! | [`entities`], `observed` | what is kept |
//! | [`repositories`] | one small trait per aggregate |
//! | `open`, `engine`, `migrate` | a URL becomes typed pools on an up-to-date schema |
//! | `work`, `revision` | one transaction; raising a cell's revision |
//! | `statement`, `value` | every statement there is; what goes in and comes out |
//! | `accounts` … `feeds` | one file of SQL per repository |
//! | `tidy` | what expires |
//!
//! [`Store::open`] opens and migrates a database. [`Store::begin_read`] and
//! [`Store::begin_write`] give a [`Work`], one open transaction that hands out
//! the repositories; dropping it rolls back, [`Work::commit`] alone keeps it.
//! Write transactions run one at a time on both engines, so what was read in
//! one is still true when it commits.
//!
//! Whatever a cell should see raises the cell's revision in the same
//! transaction: the statements that change it can be run in no other way.

mod account_erasures;
mod accounts;
mod api_tokens;
mod approvals;
pub mod audit;
mod cells;
mod credentials;
mod directory;
mod engine;
pub mod entities;
mod erasures;
mod feeds;
mod houses;
mod idempotency;
mod invitations;
mod leaving;
mod links;
mod members;
mod migrate;
mod notices;
mod observed;
mod open;
mod overviews;
mod passkeys;
mod plans;
mod presences;
mod refusals;
pub mod repositories;
mod revision;
mod second_factors;
mod sessions;
mod settings;
mod statement;
mod support;
mod tenant_state;
mod tenants;
mod tidy;
mod tokens;
mod usage;
mod value;
mod work;

pub use account_erasures::{AccountErasures, AccountReceipt};
pub use api_tokens::{ApiToken, ApiTokens};
pub use approvals::{Approvals, Waiting};
pub use audit::{
    AUDIT_KEPT, Audit, AuditEntry, AuditFilter, AuditKey, AuditRecord, Chain, ChainHead, ChainState,
};
pub use directory::{SEARCH_WORDS, Search, TenantSummary};
pub use entities::{
    Account, Cell, Credential, House, HouseAccess, LinkKind, OneTimeLink, PasswordHash, Rotation,
    Session, SettingKey, SigningKeyPair, Successor, Tenant, TenantAccess, TokenPair,
};
pub use erasures::{ErasedStore, Receipt};
pub use idempotency::{Idempotency, KeyedRequest};
pub use invitations::{Invitation, Invitations, InvitedTo};
pub use leaving::{AskedBy, Leaving};
pub use members::{Member, Members, NewMember, Reach};
pub use notices::{Notices, QuotaNotice};
pub use observed::{BadCursor, HousePresence, RefusalCursor, RefusalFilter, StoredRefusal};
pub use open::{OpenError, Store};
pub use overviews::Overviews;
pub use passkeys::{Ceremony, CeremonyKind, PasskeyRecord, Passkeys};
pub use plans::{Entitlement, PlanRecord, Plans, QuotaException};
pub use repositories::{
    Accounts, Cells, Credentials, Directory, Erasures, Feeds, Houses, Links, Presences, Refusals,
    Sessions, Settings, Stored, Tenants, Tokens,
};
pub use second_factors::{SecondFactor, SecondFactors};
pub use support::{Support, SupportAccess};
pub use tenant_state::TenantState;
pub use tidy::{REFUSALS_KEPT, REFUSALS_PER_HOUSE, REFUSALS_PER_TENANT};
pub use tokens::TokenFamily;
pub use usage::{DAYS_KEPT, Grain, HOURS_KEPT, HouseKept, Sent, SentPoint, Span, Usages};
pub use work::{Committed, Work};

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique name is taken, or a row this one depends on is not there.
    #[error("another change won the race; reload and retry")]
    Conflict,
    /// Stored data does not decode.
    #[error("row {row} of {table} does not decode")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// Its key, or the column at fault.
        row: String,
    },
    /// The database failed.
    #[error("the database refused or could not be reached")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}
