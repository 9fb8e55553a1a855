//! What a cell's feed is made of, in SQL: three reads joined in memory, and
//! the readers' acknowledgements.

use std::collections::BTreeMap;

use async_trait::async_trait;
use cell::{CredentialSpec, HouseSpec, Reader, Revision, Revoked, TenantSpec};
use model::{CellId, HouseKey, TenantId, Timestamp};

use super::entities::{Credential, House};
use super::plans::{self, ExceptionRow, PlanRecord};
use super::repositories::{Feeds, Stored};
use super::statement::statements;
use super::tenant_state::TenantState;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Tenants = "SELECT t.id, t.slug, t.standing, t.standing_reason, t.standing_since, \
            t.erase_after, t.revision, p.name, p.title, p.quotas, p.changed_at \
            FROM tenants t LEFT JOIN plans p ON p.name = t.plan \
            WHERE t.cell = $1 AND t.revision > $2 AND t.deleted_at IS NULL ORDER BY t.id",
        Houses = "SELECT h.house_key, h.id, h.tenant, h.name, h.hosting, h.timezone, h.created_at \
            FROM houses h JOIN tenants t ON t.id = h.tenant \
            WHERE t.cell = $1 AND t.revision > $2 AND t.deleted_at IS NULL \
            AND h.deleted_at IS NULL ORDER BY h.created_at, h.house_key",
        Credentials = "SELECT c.id, c.house, c.kind, c.role, c.binding, c.line, c.successor, \
            c.name, c.secret_hash, c.not_after, c.revoked_at, c.created_at, c.created_by, \
            c.last_used_at, c.last_used_from FROM credentials c \
            JOIN houses h ON h.house_key = c.house JOIN tenants t ON t.id = h.tenant \
            WHERE t.cell = $1 AND t.revision > $2 AND t.deleted_at IS NULL \
            AND h.deleted_at IS NULL AND c.revoked_at IS NULL ORDER BY c.created_at, c.id",
        Revocations = "SELECT r.house, r.subject, r.until FROM bus_revocations r \
            JOIN houses h ON h.house_key = r.house JOIN tenants t ON t.id = h.tenant \
            WHERE t.cell = $1 AND t.revision > $2 AND t.deleted_at IS NULL \
            AND h.deleted_at IS NULL AND r.until > $3 ORDER BY r.subject",
        Gone = "SELECT tenant FROM tombstones WHERE cell = $1 AND revision > $2 ORDER BY tenant",
        Acknowledge = "INSERT INTO feed_readers (cell, reader, reached, seen_at) \
            VALUES ($1, $2, $3, $4) ON CONFLICT (cell, reader) DO UPDATE SET \
            reached = excluded.reached, seen_at = excluded.seen_at \
            WHERE excluded.reached > feed_readers.reached",
        Acknowledged = "SELECT reached AS n FROM feed_readers WHERE cell = $1 AND reader = $2",
        DropTombstones = "DELETE FROM tombstones WHERE cell = $1 AND revision <= $2",
        Forget = "UPDATE cells SET forgotten = $2 WHERE id = $1 AND forgotten < $2",
    }
}

/// Everybody who reads a cell's feed.
const READERS: [Reader; 2] = [Reader::Gateway, Reader::Operator];

const fn word(reader: Reader) -> &'static str {
    match reader {
        Reader::Gateway => "gateway",
        Reader::Operator => "operator",
    }
}

struct TenantRow(TenantSpec);

impl Entity for TenantRow {
    const TABLE: &'static str = "tenants";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self(TenantSpec {
            tenant: row.get("id")?,
            slug: row.get("slug")?,
            revision: row.get("revision")?,
            standing: TenantState::read(row)?.in_force(),
            quotas: PlanRecord::read(row)?.quotas,
            houses: Vec::new(),
        }))
    }
}

struct RevocationRow {
    house: HouseKey,
    revoked: Revoked,
}

impl Entity for RevocationRow {
    const TABLE: &'static str = "bus_revocations";
    const KEY: &'static str = "house";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            house: row.get("house")?,
            revoked: Revoked {
                subject: row.get("subject")?,
                until: row.get("until")?,
            },
        })
    }
}

struct TombstoneRow(TenantId);

impl Entity for TombstoneRow {
    const TABLE: &'static str = "tombstones";
    const KEY: &'static str = "tenant";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        row.get("tenant").map(Self)
    }
}

impl From<Credential> for CredentialSpec {
    fn from(credential: Credential) -> Self {
        Self {
            id: credential.id,
            kind: credential.kind,
            role: credential.role,
            binding: credential.binding,
            line: credential.line,
            name: credential.name.as_str().to_owned(),
            secret_hash: credential.secret_hash,
            not_after: credential.not_after,
        }
    }
}

/// Puts exceptions and houses into their tenants, and what hangs on houses
/// into them.
fn join(
    mut tenants: BTreeMap<TenantId, TenantSpec>,
    exceptions: Vec<ExceptionRow>,
    houses: Vec<House>,
    credentials: Vec<Credential>,
    revocations: Vec<RevocationRow>,
) -> Vec<TenantSpec> {
    for ExceptionRow { tenant, exception } in exceptions {
        if let (Some(spec), Some(exception)) = (tenants.get_mut(&tenant), exception) {
            spec.quotas.set(exception.quota, exception.value);
        }
    }
    let mut by_house: BTreeMap<HouseKey, (Vec<CredentialSpec>, Vec<Revoked>)> = BTreeMap::new();
    for credential in credentials {
        let entry = by_house.entry(credential.house).or_default();
        entry.0.push(credential.into());
    }
    for RevocationRow { house, revoked } in revocations {
        by_house.entry(house).or_default().1.push(revoked);
    }
    for house in houses {
        let (credentials, revoked) = by_house.remove(&house.key).unwrap_or_default();
        let Some(spec) = tenants.get_mut(&house.tenant) else {
            continue;
        };
        spec.houses.push(HouseSpec {
            key: house.key,
            house: house.id,
            name: house.name.as_str().to_owned(),
            hosting: house.hosting,
            timezone: house.timezone,
            credentials,
            revoked,
        });
    }
    tenants.into_values().collect()
}

#[async_trait]
impl Feeds for Work {
    async fn tenants_since(
        &mut self,
        cell: CellId,
        since: Revision,
        now: Timestamp,
    ) -> Stored<Vec<TenantSpec>> {
        // A tenant with revision 0 has nothing a cell should see.
        let since = since.max(Revision(0));
        let which = [cell.into(), since.into()];
        let tenants: Vec<TenantRow> = self.all(Sql::Tenants, &which).await?;
        let by_id = tenants
            .into_iter()
            .map(|TenantRow(spec)| (spec.tenant, spec))
            .collect();
        let until = [cell.into(), since.into(), now.into()];
        let exceptions = self.all(plans::Sql::InFeed, &until).await?;
        let houses = self.all(Sql::Houses, &which).await?;
        let credentials = self.all(Sql::Credentials, &which).await?;
        let revocations = self.all(Sql::Revocations, &until).await?;
        Ok(join(by_id, exceptions, houses, credentials, revocations))
    }

    async fn gone_since(&mut self, cell: CellId, since: Revision) -> Stored<Vec<TenantId>> {
        let rows: Vec<TombstoneRow> = self.all(Sql::Gone, &[cell.into(), since.into()]).await?;
        Ok(rows.into_iter().map(|TombstoneRow(id)| id).collect())
    }

    async fn acknowledge(
        &mut self,
        cell: CellId,
        reader: Reader,
        reached: Revision,
        at: Timestamp,
    ) -> Stored<()> {
        let row = [cell.into(), word(reader).into(), reached.into(), at.into()];
        self.run(Sql::Acknowledge, &row).await?;
        let mut seen_by_all = reached;
        for reader in READERS {
            seen_by_all = seen_by_all.min(self.acknowledged(cell, reader).await?);
        }
        let bound = [cell.into(), seen_by_all.into()];
        if self.touched(Sql::DropTombstones, &bound).await? {
            self.run(Sql::Forget, &bound).await?;
        }
        Ok(())
    }

    async fn acknowledged(&mut self, cell: CellId, reader: Reader) -> Stored<Revision> {
        let who = [cell.into(), word(reader).into()];
        self.number(Sql::Acknowledged, &who).await.map(Revision)
    }
}
