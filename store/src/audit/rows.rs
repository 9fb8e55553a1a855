//! What the audit log is made of: chains, rows, heads, keys; and how they are
//! read from the database.

use std::fmt;

use model::{Actor, AuditAction, TenantId, Timestamp};
use uuid::Uuid;

use super::chain::{Hash, NOTHING};
use crate::value::{BadColumn, Column, Entity, Row, Value};

/// Whose chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Chain {
    /// The service's own.
    Service,
    /// A tenant's.
    Tenant(TenantId),
}

impl Chain {
    /// The id in the database; the service's is nil.
    pub(in crate::audit) const fn as_uuid(self) -> Uuid {
        match self {
            Self::Service => Uuid::nil(),
            Self::Tenant(id) => id.as_uuid(),
        }
    }

    fn of(uuid: Uuid) -> Self {
        if uuid.is_nil() {
            Self::Service
        } else {
            Self::Tenant(TenantId::from_uuid(uuid))
        }
    }

    pub(super) fn value(self) -> Value {
        Value::Uuid(Some(self.as_uuid()))
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service => f.write_str("service"),
            Self::Tenant(id) => id.fmt(f),
        }
    }
}

impl std::str::FromStr for Chain {
    type Err = model::id::BadId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "service" => Ok(Self::Service),
            _ => text.parse().map(Self::Tenant),
        }
    }
}

/// A row to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// From where: a shortened address and the id of the log-in; may be empty.
    pub client: String,
    /// What was done.
    pub action: AuditAction,
    /// To what: an id or a name; may be empty.
    pub subject: String,
    /// What else is to be known: a JSON object. Never a secret.
    pub detail: String,
}

/// A row as it stands. Texts are as found: somebody may have altered them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its number in its chain, from 1 on without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who did it, see [`Actor`].
    pub actor: String,
    /// From where; may be empty.
    pub client: String,
    /// What was done, see [`AuditAction`].
    pub action: String,
    /// To what; may be empty.
    pub subject: String,
    /// A JSON object.
    pub detail: String,
    /// See [`super::chain::hash`].
    pub hash: Hash,
}

/// A place in a chain: a row's number and hash. The default is the place
/// before the first row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// The row's number; 0 for the beginning.
    pub seq: i64,
    /// The row's hash.
    pub hash: Hash,
}

impl Default for ChainHead {
    fn default() -> Self {
        Self {
            seq: 0,
            hash: NOTHING,
        }
    }
}

/// Where a chain begins and ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChainState {
    /// The last row.
    pub head: ChainHead,
    /// The last row that retention removed.
    pub base: ChainHead,
}

/// Which rows of a chain are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only this action.
    pub action: Option<AuditAction>,
    /// Only by this one.
    pub actor: Option<Actor>,
    /// Only from then on.
    pub from: Option<Timestamp>,
    /// Only before then.
    pub to: Option<Timestamp>,
}

/// A key pair that heads of chains are signed with.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditKey {
    /// Its id: digits of the public key's hash.
    pub key_id: String,
    /// The private key, PKCS #8 in DER. Never leaves the control plane.
    pub pkcs8: Vec<u8>,
    /// The 32 bytes of the public key, base64url without padding.
    pub public_x: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditKey")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// A row of the note of a chain's ends.
pub(super) struct Noted {
    pub(super) chain: Chain,
    pub(super) state: ChainState,
}

/// A chain without such a note.
pub(super) struct UnnotedRow(pub(super) Chain);

fn hash_column(row: &Row, column: &'static str) -> Result<Hash, BadColumn> {
    let bytes: Vec<u8> = row.get(column)?;
    bytes.try_into().map_err(|_| BadColumn::named(column))
}

impl Entity for Noted {
    const TABLE: &'static str = "audit_chains";
    const KEY: &'static str = "tenant";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            chain: Chain::of(row.get("tenant")?),
            state: ChainState {
                head: ChainHead {
                    seq: row.get("seq")?,
                    hash: hash_column(row, "hash")?,
                },
                base: ChainHead {
                    seq: row.get("base_seq")?,
                    hash: hash_column(row, "base_hash")?,
                },
            },
        })
    }
}

impl Entity for UnnotedRow {
    const TABLE: &'static str = "audit_entries";
    const KEY: &'static str = "tenant";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        row.get("tenant").map(Chain::of).map(Self)
    }
}

impl Entity for AuditRecord {
    const TABLE: &'static str = "audit_entries";
    const KEY: &'static str = "seq";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        // A hash of another length is an altered row, not a broken database.
        let hash = <Vec<u8>>::read(row, "hash").and_then(|bytes| bytes.try_into().ok());
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            client: row.get("client")?,
            action: row.get("action")?,
            subject: row.get("subject")?,
            detail: row.get("detail")?,
            hash: hash.unwrap_or(NOTHING),
        })
    }
}

impl Entity for AuditKey {
    const TABLE: &'static str = "audit_keys";
    const KEY: &'static str = "key_id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            key_id: row.get("key_id")?,
            pkcs8: row.get("pkcs8")?,
            public_x: row.get("public_x")?,
            created_at: row.get("created_at")?,
        })
    }
}
