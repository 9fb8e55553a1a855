//! The feed: complete documents of what should be, numbered per cell.
//!
//! One revision counter per cell is raised in the transaction of each change,
//! so a reader that says the last revision it stored can never miss one. A
//! reader keeps its state on disk: a dead control plane stops nobody.

use std::collections::BTreeMap;

use async_trait::async_trait;
use model::{
    Binding, BusRole, CellId, CredentialId, CredentialKind, Hosting, HouseId, HouseKey, Quotas,
    SecretHash, Slug, Standing, TenantId, TimeZoneName, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::LinkError;

/// A cell's revision: raised by one with every change of what the cell should
/// be. 0 is "nothing seen yet".
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Revision(pub i64);

/// The two readers of a cell's feed, each with its own view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// Sees hashes, roles, quotas and standing; no runtime secrets.
    Gateway,
    /// Runs the tenant runtimes (operator or in-process supervisor); sees
    /// hosting and quotas, no hashes.
    Operator,
}

/// What one tenant should be in its cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantSpec {
    /// The tenant.
    pub tenant: TenantId,
    /// Its short name.
    pub slug: Slug,
    /// The cell's revision at which this document last changed.
    pub revision: Revision,
    /// What keeps running.
    pub standing: Standing,
    /// Plan quotas with exceptions applied.
    pub quotas: Quotas,
    /// Its houses.
    pub houses: Vec<HouseSpec>,
}

/// What one house should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseSpec {
    /// Its key in the control plane.
    pub key: HouseKey,
    /// Its name on the bus.
    pub house: HouseId,
    /// What people call it.
    pub name: String,
    /// Where its controller modules run.
    pub hosting: Hosting,
    /// Its time zone.
    pub timezone: TimeZoneName,
    /// The secrets it may connect with. Empty in the operator's view.
    pub credentials: Vec<CredentialSpec>,
    /// Subjects and tokens that are refused although their signature is right.
    pub revoked: Vec<Revoked>,
}

/// One secret of a house, as its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialSpec {
    /// Its id.
    pub id: CredentialId,
    /// What kind of secret it is.
    pub kind: CredentialKind,
    /// What it may be on the bus.
    pub role: BusRole,
    /// As whom it may speak there.
    #[serde(default)]
    pub binding: Binding,
    /// The first of the credentials that took each other's place; `None` for
    /// itself. All of them are one holder to whom client ids belong.
    #[serde(default)]
    pub line: Option<CredentialId>,
    /// What its owner calls it.
    pub name: String,
    /// SHA-256 of the secret.
    pub secret_hash: SecretHash,
    /// When it expires; `None` for never.
    pub not_after: Option<Timestamp>,
}

/// A signed token or its subject that must be refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// The `sub` or the `jti` of the token.
    pub subject: String,
    /// Tokens that expire later than this are not covered and need not be:
    /// all that could be were issued before the revocation.
    pub until: Timestamp,
}

/// What the cell as a whole should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellSpec {
    /// The cell.
    pub cell: CellId,
    /// The cell's revision at which this document last changed.
    pub revision: Revision,
    /// Public keys that bus tokens are verified with.
    pub signing_keys: Vec<SigningKey>,
}

impl CellSpec {
    /// The audience of bus tokens for this cell: `bus:cel_…`.
    #[must_use]
    pub fn audience(&self) -> String {
        audience(self.cell)
    }
}

/// The audience of bus tokens for `cell`.
#[must_use]
pub fn audience(cell: CellId) -> String {
    format!("bus:{cell}")
}

/// A public Ed25519 key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKey {
    /// The `kid` in the token's header.
    pub key_id: String,
    /// The 32 bytes of the key, base64url without padding (JWK's `x`).
    pub x: String,
}

/// What a reader gets: everything, or what came since the revision it named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedBatch {
    /// The revision the reader has reached once it stored this batch.
    pub revision: Revision,
    /// Whether tenants that are not named are to be forgotten.
    pub snapshot: bool,
    /// The cell, if it changed.
    pub cell: Option<CellSpec>,
    /// The tenants that changed, whole.
    pub tenants: Vec<TenantSpec>,
    /// Tenants deleted or moved away.
    pub gone: Vec<TenantId>,
}

/// The feed as a reader sees it.
#[async_trait]
pub trait Feed: Send + Sync {
    /// Waits until there is something newer than `since` and returns it.
    ///
    /// `since` is the last revision the reader has stored, which acknowledges
    /// it; `None` asks for a snapshot, which is returned at once.
    async fn next(&self, reader: Reader, since: Option<Revision>) -> Result<FeedBatch, LinkError>;
}

/// A reader's picture of its cell, kept on disk by the reader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellState {
    /// The revision of the last batch applied; `None` before the first.
    pub revision: Option<Revision>,
    /// The cell.
    pub cell: Option<CellSpec>,
    /// Its tenants.
    pub tenants: BTreeMap<TenantId, TenantSpec>,
}

impl CellState {
    /// Applies a batch and returns the tenants whose documents changed or
    /// vanished. Batches that are not newer change nothing.
    pub fn apply(&mut self, batch: FeedBatch) -> Vec<TenantId> {
        if !batch.snapshot
            && self
                .revision
                .is_some_and(|reached| batch.revision <= reached)
        {
            return Vec::new();
        }
        let mut touched = Vec::new();
        if batch.snapshot {
            let named = |id: &TenantId| batch.tenants.iter().any(|tenant| tenant.tenant == *id);
            self.tenants.retain(|id, _| {
                let keep = named(id);
                if !keep {
                    touched.push(*id);
                }
                keep
            });
        }
        for id in batch.gone {
            if self.tenants.remove(&id).is_some() {
                touched.push(id);
            }
        }
        for tenant in batch.tenants {
            if self.tenants.get(&tenant.tenant) != Some(&tenant) {
                touched.push(tenant.tenant);
                self.tenants.insert(tenant.tenant, tenant);
            }
        }
        if batch.cell.is_some() {
            self.cell = batch.cell;
        }
        self.revision = Some(batch.revision);
        touched
    }

    /// Every house of the cell with its tenant.
    pub fn houses(&self) -> impl Iterator<Item = (&TenantSpec, &HouseSpec)> {
        self.tenants
            .values()
            .flat_map(|tenant| tenant.houses.iter().map(move |house| (tenant, house)))
    }
}

#[cfg(test)]
mod tests {
    use model::Plan;
    use model::time::ManualAmbient;
    use proptest::prelude::*;

    use super::*;

    fn tenants(count: usize) -> Vec<TenantId> {
        let ambient = ManualAmbient::at(Timestamp(0));
        (0..count).map(|_| TenantId::generate(&ambient)).collect()
    }

    fn spec(tenant: TenantId, revision: i64, standing: Standing) -> TenantSpec {
        TenantSpec {
            tenant,
            slug: "anna".parse().unwrap(),
            revision: Revision(revision),
            standing,
            quotas: Plan::Free.quotas(),
            houses: Vec::new(),
        }
    }

    proptest! {
        /// A reader that applies every change, in batches of any size, with
        /// repetitions, ends where a reader ends that starts with a snapshot.
        #[test]
        fn increments_and_snapshot_lead_to_the_same(
            changes in prop::collection::vec((0usize..4, 0usize..4), 0..30),
            cuts in prop::collection::vec(1usize..5, 1..30),
        ) {
            let ids = tenants(4);
            let mut truth: BTreeMap<TenantId, TenantSpec> = BTreeMap::new();
            let mut tombs: BTreeMap<TenantId, i64> = BTreeMap::new();
            let mut reader = CellState::default();
            let mut cut = cuts.iter().cycle();
            let mut until_read = 0;
            for (at, (who, what)) in changes.iter().enumerate() {
                let revision = i64::try_from(at).unwrap() + 1;
                let id = ids[*who];
                if *what == 3 {
                    truth.remove(&id);
                    tombs.insert(id, revision);
                } else {
                    tombs.remove(&id);
                    truth.insert(id, spec(id, revision, Standing::ALL[*what]));
                }
                if until_read == 0 {
                    let since = reader.revision.unwrap_or_default();
                    let batch = FeedBatch {
                        revision: Revision(revision),
                        snapshot: false,
                        cell: None,
                        tenants: truth.values().filter(|t| t.revision > since).cloned().collect(),
                        gone: tombs.iter().filter(|(_, r)| Revision(**r) > since).map(|(t, _)| *t).collect(),
                    };
                    reader.apply(batch.clone());
                    prop_assert_eq!(reader.apply(batch), vec![]);
                    prop_assert_eq!(&reader.tenants, &truth);
                    until_read = *cut.next().unwrap();
                }
                until_read -= 1;
            }
            let mut late = CellState::default();
            late.tenants.insert(ids[0], spec(ids[0], 0, Standing::Suspended));
            late.apply(FeedBatch {
                revision: Revision(99),
                snapshot: true,
                cell: None,
                tenants: truth.values().cloned().collect(),
                gone: vec![],
            });
            prop_assert_eq!(&late.tenants, &truth);
        }
    }
}
