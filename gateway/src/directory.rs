//! Who may connect: the cell's state, arranged for looking up a CONNECT.
//!
//! Built whole from each state of the feed and never changed afterwards, so
//! readers on all threads see one revision or the next, nothing between.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use cell::{CellState, CredentialSpec, Revoked};
use jsonwebtoken::DecodingKey;
use model::{Hosting, HouseId, Quotas, Standing, TenantId};

/// What a CONNECT for one house is checked against.
#[derive(Clone, Debug)]
pub struct HouseEntry {
    /// Its owner.
    pub tenant: TenantId,
    /// What keeps running.
    pub standing: Standing,
    /// The limits of its tenant.
    pub quotas: Quotas,
    /// Where its controller modules run.
    pub hosting: Hosting,
    /// The secrets it may connect with.
    pub credentials: Vec<CredentialSpec>,
    /// Tokens and subjects that are refused.
    pub revoked: Vec<Revoked>,
}

/// One revision of the cell.
#[derive(Default)]
pub struct Directory {
    audience: Option<String>,
    keys: HashMap<String, DecodingKey>,
    houses: HashMap<HouseId, HouseEntry>,
}

impl Directory {
    /// Arranges `state`. Signing keys that are no Ed25519 keys are left out,
    /// so tokens that name them are refused.
    #[must_use]
    pub fn from_state(state: &CellState) -> Self {
        let mut keys = HashMap::new();
        for key in state.cell.iter().flat_map(|cell| &cell.signing_keys) {
            match DecodingKey::from_ed_components(&key.x) {
                Ok(decoding) => {
                    keys.insert(key.key_id.clone(), decoding);
                }
                Err(error) => {
                    tracing::error!(key.id = %key.key_id, %error, "signing key cannot be read; its tokens are refused");
                }
            }
        }
        let entry = |tenant: &cell::TenantSpec, house: &cell::HouseSpec| HouseEntry {
            tenant: tenant.tenant,
            standing: tenant.standing,
            quotas: tenant.quotas,
            hosting: house.hosting,
            credentials: house.credentials.clone(),
            revoked: house.revoked.clone(),
        };
        Self {
            audience: state.cell.as_ref().map(cell::CellSpec::audience),
            keys,
            houses: state
                .houses()
                .map(|(tenant, house)| (house.house.clone(), entry(tenant, house)))
                .collect(),
        }
    }

    /// A house of this cell.
    #[must_use]
    pub fn house(&self, house: &HouseId) -> Option<&HouseEntry> {
        self.houses.get(house)
    }

    /// Whether `house` is one of this cell.
    #[must_use]
    pub fn knows(&self, house: &HouseId) -> bool {
        self.houses.contains_key(house)
    }

    /// The key a token names.
    #[must_use]
    pub fn key(&self, key_id: &str) -> Option<&DecodingKey> {
        self.keys.get(key_id)
    }

    /// The audience tokens for this cell carry; `None` while the cell has no
    /// document, when all tokens are refused.
    #[must_use]
    pub fn audience(&self) -> Option<&str> {
        self.audience.as_deref()
    }
}

/// The directory in force, shared by all threads and swapped whole.
///
/// Empty until a state was read: then everybody is refused, never let in.
#[derive(Clone, Default)]
pub struct CurrentDirectory {
    held: Arc<RwLock<Option<Arc<Directory>>>>,
}

impl CurrentDirectory {
    /// The directory in force; `None` while there is none.
    #[must_use]
    pub fn get(&self) -> Option<Arc<Directory>> {
        self.held
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Puts the next one in force.
    pub fn swap(&self, next: Directory) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(next));
    }
}
