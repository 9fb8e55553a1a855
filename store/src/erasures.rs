//! Erasing a tenant, and the receipt of it, in SQL. Slug and house ids stay
//! reserved: their rows lose everything else.

use std::fmt::Write as _;

use async_trait::async_trait;
use cell::{Reader, Revision};
use model::{Actor, AuditAction, CellId, Slug, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::audit::{AuditEntry, Chain, ChainHead};
use super::repositories::{Erasures, Stored};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row, Value};
use super::work::Work;

/// What became of one store of a tenant that was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ErasedStore {
    /// The table.
    pub store: String,
    /// How many rows were there.
    pub removed: u64,
    /// How many were found afterwards.
    pub found: u64,
}

/// Proof that a tenant was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The tenant.
    pub tenant: TenantId,
    /// Its short name, which stays reserved.
    pub slug: Slug,
    /// The cell it was placed in.
    pub cell: CellId,
    /// The cell's revision that says it is gone: who has reached it has erased
    /// what it had.
    pub revision: Revision,
    /// When.
    pub erased_at: Timestamp,
    /// Every store of the control plane that knew the tenant.
    pub stores: Vec<ErasedStore>,
    /// Where the tenant's audit log ended, which was erased with it; `None` when
    /// it had none.
    pub audit: Option<ChainHead>,
    /// Who of the cell has not said yet that it has erased its part.
    pub waiting_for: Vec<Reader>,
}

statements! {
    pub(super) enum Sql {
        Due = "SELECT id FROM tenants WHERE erase_after <= $1 AND deleted_at IS NULL LIMIT 10",
        Revision = "SELECT revision AS n FROM tenants WHERE id = $1",
        Credentials = "DELETE FROM credentials WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        CountCredentials = "SELECT COUNT(*) AS n FROM credentials WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        BusRevocations = "DELETE FROM bus_revocations WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        CountBusRevocations = "SELECT COUNT(*) AS n FROM bus_revocations WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        Presences = "DELETE FROM presences WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        CountPresences = "SELECT COUNT(*) AS n FROM presences WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        Refusals = "DELETE FROM refusals WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        CountRefusals = "SELECT COUNT(*) AS n FROM refusals WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        UsageHours = "DELETE FROM usage_hours WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        CountUsageHours = "SELECT COUNT(*) AS n FROM usage_hours WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        UsageDays = "DELETE FROM usage_days WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        CountUsageDays = "SELECT COUNT(*) AS n FROM usage_days WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        Kept = "DELETE FROM house_kept WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        CountKept = "SELECT COUNT(*) AS n FROM house_kept WHERE house IN \
            (SELECT house_key FROM houses WHERE tenant = $1)",
        UsageToCheck = "DELETE FROM usage_to_check WHERE tenant = $1",
        CountUsageToCheck = "SELECT COUNT(*) AS n FROM usage_to_check WHERE tenant = $1",
        Notices = "DELETE FROM quota_notices WHERE tenant = $1",
        CountNotices = "SELECT COUNT(*) AS n FROM quota_notices WHERE tenant = $1",
        TenantRefusals = "DELETE FROM tenant_refusals WHERE tenant = $1",
        CountTenantRefusals = "SELECT COUNT(*) AS n FROM tenant_refusals WHERE tenant = $1",
        Members = "DELETE FROM members WHERE tenant = $1",
        CountMembers = "SELECT COUNT(*) AS n FROM members WHERE tenant = $1",
        MemberHouses = "DELETE FROM member_houses WHERE tenant = $1",
        CountMemberHouses = "SELECT COUNT(*) AS n FROM member_houses WHERE tenant = $1",
        Invitations = "DELETE FROM invitations WHERE tenant = $1",
        CountInvitations = "SELECT COUNT(*) AS n FROM invitations WHERE tenant = $1",
        Exceptions = "DELETE FROM quota_exceptions WHERE tenant = $1",
        CountExceptions = "SELECT COUNT(*) AS n FROM quota_exceptions WHERE tenant = $1",
        Words = "DELETE FROM tenant_words WHERE tenant = $1",
        CountWords = "SELECT COUNT(*) AS n FROM tenant_words WHERE tenant = $1",
        Support = "DELETE FROM support_access WHERE tenant = $1",
        CountSupport = "SELECT COUNT(*) AS n FROM support_access WHERE tenant = $1",
        AuditEntries = "DELETE FROM audit_entries WHERE tenant = $1",
        CountAuditEntries = "SELECT COUNT(*) AS n FROM audit_entries WHERE tenant = $1",
        AuditChains = "DELETE FROM audit_chains WHERE tenant = $1",
        CountAuditChains = "SELECT COUNT(*) AS n FROM audit_chains WHERE tenant = $1",
        Houses = "UPDATE houses SET name = '', timezone = '' WHERE tenant = $1 AND name <> ''",
        CountHouses = "SELECT COUNT(*) AS n FROM houses WHERE tenant = $1 \
            AND (name <> '' OR timezone <> '' OR deleted_at IS NULL)",
        Tenant = "UPDATE tenants SET name = '', standing_reason = '' WHERE id = $1 AND name <> ''",
        CountTenant = "SELECT COUNT(*) AS n FROM tenants WHERE id = $1 \
            AND (name <> '' OR standing_reason <> '' OR deleted_at IS NULL)",
        Write = "INSERT INTO deletion_receipts \
            (tenant, slug, cell, revision, erased_at, stores, audit_seq, audit_hash) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        Receipt = "SELECT tenant, slug, cell, revision, erased_at, stores, \
            audit_seq, audit_hash FROM deletion_receipts \
            WHERE tenant = $1",
        Receipts = "SELECT tenant, slug, cell, revision, erased_at, stores, \
            audit_seq, audit_hash FROM deletion_receipts \
            ORDER BY erased_at DESC, tenant DESC LIMIT $1",
    }
}

/// Every table that knows tenants or houses: how its rows go, and how what is
/// left is counted. A test holds it together with the schema.
const STORES: &[(&str, Sql, Sql)] = &[
    ("credentials", Sql::Credentials, Sql::CountCredentials),
    (
        "bus_revocations",
        Sql::BusRevocations,
        Sql::CountBusRevocations,
    ),
    ("presences", Sql::Presences, Sql::CountPresences),
    ("refusals", Sql::Refusals, Sql::CountRefusals),
    ("usage_hours", Sql::UsageHours, Sql::CountUsageHours),
    ("usage_days", Sql::UsageDays, Sql::CountUsageDays),
    ("house_kept", Sql::Kept, Sql::CountKept),
    ("usage_to_check", Sql::UsageToCheck, Sql::CountUsageToCheck),
    ("quota_notices", Sql::Notices, Sql::CountNotices),
    (
        "tenant_refusals",
        Sql::TenantRefusals,
        Sql::CountTenantRefusals,
    ),
    ("members", Sql::Members, Sql::CountMembers),
    ("member_houses", Sql::MemberHouses, Sql::CountMemberHouses),
    ("invitations", Sql::Invitations, Sql::CountInvitations),
    ("quota_exceptions", Sql::Exceptions, Sql::CountExceptions),
    ("tenant_words", Sql::Words, Sql::CountWords),
    ("support_access", Sql::Support, Sql::CountSupport),
    ("audit_entries", Sql::AuditEntries, Sql::CountAuditEntries),
    ("audit_chains", Sql::AuditChains, Sql::CountAuditChains),
    ("houses", Sql::Houses, Sql::CountHouses),
    ("tenants", Sql::Tenant, Sql::CountTenant),
];

impl Entity for Receipt {
    const TABLE: &'static str = "deletion_receipts";
    const KEY: &'static str = "tenant";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let stores: String = row.get("stores")?;
        Ok(Self {
            tenant: row.get("tenant")?,
            slug: row.get("slug")?,
            cell: row.get("cell")?,
            revision: row.get("revision")?,
            erased_at: row.get("erased_at")?,
            stores: serde_json::from_str(&stores).map_err(|_| BadColumn::named("stores"))?,
            audit: audit_head(row)?,
            waiting_for: Vec::new(),
        })
    }
}

/// What the service's log keeps of it: where the tenant's own log ended, and
/// nothing that would tell who they were.
fn erased(tenant: TenantId, at: Timestamp, end: Option<ChainHead>) -> AuditEntry {
    let detail = end.map_or_else(
        || "{}".to_owned(),
        |end| {
            let digits = end.hash.iter().fold(String::new(), |mut text, byte| {
                // Writing to a string does not fail.
                let _ = write!(text, "{byte:02x}");
                text
            });
            format!(r#"{{"audit_hash":"{digits}","audit_seq":{}}}"#, end.seq)
        },
    );
    AuditEntry {
        at,
        actor: Actor::Service,
        client: String::new(),
        action: AuditAction::TenantErased,
        subject: tenant.to_string(),
        detail,
    }
}

fn audit_head(row: &Row) -> Result<Option<ChainHead>, BadColumn> {
    let seq: Option<i64> = row.get("audit_seq")?;
    let Some(seq) = seq else {
        return Ok(None);
    };
    let hash: Vec<u8> = row.get("audit_hash")?;
    let hash = hash
        .try_into()
        .map_err(|_| BadColumn::named("audit_hash"))?;
    Ok(Some(ChainHead { seq, hash }))
}

struct DueRow(TenantId);

impl Entity for DueRow {
    const TABLE: &'static str = "tenants";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        row.get("id").map(Self)
    }
}

#[async_trait]
impl Erasures for Work {
    async fn due(&mut self, now: Timestamp) -> Stored<Vec<TenantId>> {
        let rows: Vec<DueRow> = self.all(Sql::Due, &[now.into()]).await?;
        Ok(rows.into_iter().map(|DueRow(id)| id).collect())
    }

    async fn erase(&mut self, id: TenantId, at: Timestamp) -> Stored<Option<Receipt>> {
        let Some(tenant) = self.tenants().find(id).await? else {
            return Ok(None);
        };
        self.tenants().delete(id, at).await?;
        let revision = Revision(self.number(Sql::Revision, &[id.into()]).await?);
        let audit = self.audit().state(Chain::Tenant(id)).await?;
        let audit = audit.map(|state| state.head);
        let mut stores = Vec::new();
        for &(store, remove, count) in STORES {
            let removed = self.run(remove, &[id.into()]).await?;
            let found = self.number(count, &[id.into()]).await?;
            stores.push(ErasedStore {
                store: store.to_owned(),
                removed,
                found: u64::try_from(found).unwrap_or(u64::MAX),
            });
        }
        let text =
            serde_json::to_string(&stores).map_err(|error| StoreError::Backend(Box::new(error)))?;
        let row = [
            id.into(),
            (&tenant.slug).into(),
            tenant.cell.into(),
            revision.into(),
            at.into(),
            text.into(),
            Value::Int(audit.map(|head| head.seq)),
            Value::Bytes(audit.map(|head| head.hash.to_vec())),
        ];
        self.run(Sql::Write, &row).await?;
        self.audit()
            .append(Chain::Service, &erased(id, at, audit))
            .await?;
        self.receipt(id).await
    }

    async fn receipt(&mut self, id: TenantId) -> Stored<Option<Receipt>> {
        let found: Option<Receipt> = self.one(Sql::Receipt, &[id.into()]).await?;
        match found {
            Some(receipt) => Ok(Some(self.with_readers(receipt).await?)),
            None => Ok(None),
        }
    }

    async fn receipts(&mut self, limit: u32) -> Stored<Vec<Receipt>> {
        let found: Vec<Receipt> = self.all(Sql::Receipts, &[i64::from(limit).into()]).await?;
        let mut receipts = Vec::new();
        for receipt in found {
            receipts.push(self.with_readers(receipt).await?);
        }
        Ok(receipts)
    }
}

impl Work {
    /// Adds who of the cell has not reached the receipt's revision.
    async fn with_readers(&mut self, mut receipt: Receipt) -> Stored<Receipt> {
        for reader in [Reader::Gateway, Reader::Operator] {
            let feeds = self.feeds();
            if feeds.acknowledged(receipt.cell, reader).await? < receipt.revision {
                receipt.waiting_for.push(reader);
            }
        }
        Ok(receipt)
    }
}
