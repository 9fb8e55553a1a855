//! Plans, and the exceptions from them, in SQL.

use std::collections::BTreeMap;

use async_trait::async_trait;
use model::{DisplayName, Plan, PlanName, Quota, Quotas, TenantId, Timestamp};

use super::StoreError;
use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

/// A plan as admins made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRecord {
    /// Its name, never changed.
    pub name: PlanName,
    /// What people call it.
    pub title: DisplayName,
    /// What it gives.
    pub quotas: Quotas,
    /// When it was last changed; 0 for a plan that is as it came.
    pub changed_at: Timestamp,
}

/// One quota of one tenant that is not as its plan says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaException {
    /// Which.
    pub quota: &'static Quota,
    /// What is allowed instead.
    pub value: u64,
    /// Why, in an admin's words; may be empty.
    pub reason: String,
    /// When it ends by itself; `None` for never.
    pub until: Option<Timestamp>,
    /// When it was made.
    pub since: Timestamp,
}

/// What a tenant is allowed: a plan, and exceptions from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    /// The plan.
    pub plan: PlanRecord,
    /// The exceptions in force, by quota's name.
    pub exceptions: Vec<QuotaException>,
}

impl Entitlement {
    /// The limits in force.
    #[must_use]
    pub fn quotas(&self) -> Quotas {
        let mut quotas = self.plan.quotas;
        for exception in &self.exceptions {
            quotas.set(exception.quota, exception.value);
        }
        quotas
    }

    /// The exception for `quota`, if there is one.
    #[must_use]
    pub fn exception(&self, quota: &Quota) -> Option<&QuotaException> {
        self.exceptions.iter().find(|one| one.quota == quota)
    }
}

/// Plans and exceptions from them.
#[async_trait]
pub trait Plans: Send {
    /// All, by name, each with the number of its tenants.
    async fn list(&mut self) -> Stored<Vec<(PlanRecord, u64)>>;
    /// By name.
    async fn find(&mut self, name: &PlanName) -> Stored<Option<PlanRecord>>;
    /// Adds a plan or changes it, with effect on all its tenants.
    async fn put(&mut self, plan: &PlanRecord) -> Stored<()>;
    /// What the tenant is allowed at `now`; `None` when there is no such tenant.
    async fn entitlement(
        &mut self,
        tenant: TenantId,
        now: Timestamp,
    ) -> Stored<Option<Entitlement>>;
    /// Puts an exception in the place of the one that was, if any.
    async fn except(&mut self, tenant: TenantId, exception: &QuotaException) -> Stored<()>;
    /// Ends an exception; `false` when there was none.
    async fn end_exception(&mut self, tenant: TenantId, quota: &Quota) -> Stored<bool>;
    /// Tenants with exceptions whose end has come; at most 100.
    async fn outlived(&mut self, now: Timestamp) -> Stored<Vec<TenantId>>;
    /// Ends the tenant's exceptions whose end has come.
    async fn end_outlived(&mut self, tenant: TenantId, now: Timestamp) -> Stored<bool>;
}

statements! {
    pub(super) enum Sql {
        List = "SELECT p.name, p.title, p.quotas, p.changed_at, (SELECT COUNT(*) FROM tenants t \
            WHERE t.plan = p.name AND t.deleted_at IS NULL) AS tenants FROM plans p ORDER BY p.name",
        Find = "SELECT name, title, quotas, changed_at FROM plans WHERE name = $1",
        OfTenant = "SELECT p.name, p.title, p.quotas, p.changed_at FROM plans p \
            JOIN tenants t ON t.plan = p.name WHERE t.id = $1 AND t.deleted_at IS NULL",
        Exceptions = "SELECT tenant, quota, value, reason, until, since FROM quota_exceptions \
            WHERE tenant = $1 AND (until IS NULL OR until > $2) ORDER BY quota",
        InFeed = "SELECT e.tenant, e.quota, e.value, e.reason, e.until, e.since \
            FROM quota_exceptions e JOIN tenants t ON t.id = e.tenant \
            WHERE t.cell = $1 AND t.revision > $2 AND t.deleted_at IS NULL \
            AND (e.until IS NULL OR e.until > $3)",
        Outlived = "SELECT DISTINCT tenant FROM quota_exceptions WHERE until <= $1 LIMIT 100",
    }
}

statements! {
    pub(super) enum Change {
        Put = "INSERT INTO plans (name, title, quotas, created_at, changed_at) \
            VALUES ($1, $2, $3, $4, $4) ON CONFLICT (name) DO UPDATE SET \
            title = excluded.title, quotas = excluded.quotas, changed_at = excluded.changed_at",
        Except = "INSERT INTO quota_exceptions (tenant, quota, value, reason, until, since) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant, quota) DO UPDATE SET \
            value = excluded.value, reason = excluded.reason, until = excluded.until, \
            since = excluded.since",
        EndException = "DELETE FROM quota_exceptions WHERE tenant = $1 AND quota = $2",
        EndOutlived = "DELETE FROM quota_exceptions WHERE tenant = $1 AND until <= $2",
    }
}

impl Entity for PlanRecord {
    const TABLE: &'static str = "plans";
    const KEY: &'static str = "name";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let quotas: String = row.get("quotas")?;
        Ok(Self {
            name: row.get("name")?,
            title: row.get("title")?,
            quotas: read_quotas(&quotas).ok_or(BadColumn::named("quotas"))?,
            changed_at: row.get("changed_at")?,
        })
    }
}

/// Reads what a plan gives. A quota it says nothing about, because the plan is
/// older than the quota, is as in the smallest plan; a quota we do not know,
/// because a newer version wrote it, is left out.
fn read_quotas(text: &str) -> Option<Quotas> {
    let values: BTreeMap<String, u64> = serde_json::from_str(text).ok()?;
    let mut quotas = Plan::Free.quotas();
    for quota in Quota::ALL {
        if let Some(value) = values.get(quota.name) {
            quotas.set(quota, *value);
        }
    }
    Some(quotas)
}

struct Counted(PlanRecord, u64);

impl Entity for Counted {
    const TABLE: &'static str = "plans";
    const KEY: &'static str = "name";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let tenants: i64 = row.get("tenants")?;
        let tenants = u64::try_from(tenants).map_err(|_| BadColumn::named("tenants"))?;
        Ok(Self(PlanRecord::read(row)?, tenants))
    }
}

/// An exception as it stands in the database; `None` when it is from a quota
/// we do not know.
pub(super) struct ExceptionRow {
    pub(super) tenant: TenantId,
    pub(super) exception: Option<QuotaException>,
}

impl Entity for ExceptionRow {
    const TABLE: &'static str = "quota_exceptions";
    const KEY: &'static str = "tenant";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let (name, value): (String, i64) = (row.get("quota")?, row.get("value")?);
        let value = u64::try_from(value).map_err(|_| BadColumn::named("value"))?;
        let (reason, until, since) = (row.get("reason")?, row.get("until")?, row.get("since")?);
        Ok(Self {
            tenant: row.get("tenant")?,
            exception: Quota::by_name(&name).map(|quota| QuotaException {
                quota,
                value,
                reason,
                until,
                since,
            }),
        })
    }
}

struct TenantRow(TenantId);

impl Entity for TenantRow {
    const TABLE: &'static str = "quota_exceptions";
    const KEY: &'static str = "tenant";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        row.get("tenant").map(Self)
    }
}

#[async_trait]
impl Plans for Work {
    async fn list(&mut self) -> Stored<Vec<(PlanRecord, u64)>> {
        let rows: Vec<Counted> = self.all(Sql::List, &[]).await?;
        Ok(rows.into_iter().map(|Counted(plan, n)| (plan, n)).collect())
    }

    async fn find(&mut self, name: &PlanName) -> Stored<Option<PlanRecord>> {
        self.one(Sql::Find, &[name.into()]).await
    }

    async fn put(&mut self, plan: &PlanRecord) -> Stored<()> {
        let quotas = serde_json::to_string(&plan.quotas)
            .map_err(|error| StoreError::Backend(Box::new(error)))?;
        let row = [
            (&plan.name).into(),
            (&plan.title).into(),
            quotas.into(),
            plan.changed_at.into(),
        ];
        self.change_plan(&plan.name, Change::Put, &row).await
    }

    async fn entitlement(
        &mut self,
        tenant: TenantId,
        now: Timestamp,
    ) -> Stored<Option<Entitlement>> {
        let plan: Option<PlanRecord> = self.one(Sql::OfTenant, &[tenant.into()]).await?;
        let Some(plan) = plan else {
            return Ok(None);
        };
        let rows: Vec<ExceptionRow> = self
            .all(Sql::Exceptions, &[tenant.into(), now.into()])
            .await?;
        let exceptions = rows.into_iter().filter_map(|row| row.exception).collect();
        Ok(Some(Entitlement { plan, exceptions }))
    }

    async fn except(&mut self, tenant: TenantId, exception: &QuotaException) -> Stored<()> {
        let row = [
            tenant.into(),
            exception.quota.name.into(),
            i64::try_from(exception.value).unwrap_or(i64::MAX).into(),
            exception.reason.as_str().into(),
            exception.until.into(),
            exception.since.into(),
        ];
        self.change_tenant(tenant, Change::Except, &row)
            .await
            .map(drop)
    }

    async fn end_exception(&mut self, tenant: TenantId, quota: &Quota) -> Stored<bool> {
        let which = [tenant.into(), quota.name.into()];
        self.change_tenant(tenant, Change::EndException, &which)
            .await
    }

    async fn outlived(&mut self, now: Timestamp) -> Stored<Vec<TenantId>> {
        let rows: Vec<TenantRow> = self.all(Sql::Outlived, &[now.into()]).await?;
        Ok(rows.into_iter().map(|TenantRow(id)| id).collect())
    }

    async fn end_outlived(&mut self, tenant: TenantId, now: Timestamp) -> Stored<bool> {
        let which = [tenant.into(), now.into()];
        self.change_tenant(tenant, Change::EndOutlived, &which)
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_of_another_version_is_read_as_far_as_it_goes() {
        let quotas = read_quotas(r#"{"houses": 7, "robots": 3}"#).unwrap();
        let mut expected = Plan::Free.quotas();
        expected.houses = 7;
        assert_eq!(quotas, expected);
        for odd in ["", "[]", r#"{"houses": -1}"#, r#"{"houses": "7"}"#] {
            assert_eq!(read_quotas(odd), None, "{odd}");
        }
    }
}
