//! What keeps running for a tenant, why, and since when.

use model::{Standing, Timestamp};

use super::value::{BadColumn, Row};

/// A tenant's standing with its reason, and whether it is being deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantState {
    /// The standing an admin gave it.
    pub standing: Standing,
    /// Why, in an admin's words; may be empty.
    pub reason: String,
    /// Since when; `None`: since the tenant was made.
    pub since: Option<Timestamp>,
    /// When it is erased, if it was deleted; until then it can come back.
    pub erase_after: Option<Timestamp>,
}

impl TenantState {
    /// What a tenant begins with.
    #[must_use]
    pub const fn active() -> Self {
        Self {
            standing: Standing::Active,
            reason: String::new(),
            since: None,
            erase_after: None,
        }
    }

    /// What keeps running: nothing does for a tenant that is being deleted.
    #[must_use]
    pub const fn in_force(&self) -> Standing {
        match self.erase_after {
            Some(_) => Standing::Suspended,
            None => self.standing,
        }
    }

    /// Reads the columns `standing`, `standing_reason`, `standing_since` and
    /// `erase_after`.
    pub(super) fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            standing: row.get("standing")?,
            reason: row.get("standing_reason")?,
            since: row.get("standing_since")?,
            erase_after: row.get("erase_after")?,
        })
    }
}
