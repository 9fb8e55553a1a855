//! Quotas that are nearly or fully used, in SQL, and which tenants have to be
//! looked at again.

use async_trait::async_trait;
use model::{AccountId, HouseId, Quota, TenantId, Timestamp};

use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row, Value};
use super::work::Work;

/// That a quota is nearly or fully used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaNotice {
    /// Which quota.
    pub quota: &'static Quota,
    /// The house, for a quota that counts per house.
    pub house: Option<HouseId>,
    /// How full, in percent: 80 or 100.
    pub level: u8,
    /// Start of the window it counts in; `None` for a quota without one.
    pub begun: Option<Timestamp>,
    /// When it was first so.
    pub raised_at: Timestamp,
    /// What was used when it was last looked at.
    pub used: u64,
    /// What was allowed then.
    pub allowed: u64,
}

/// Quotas that are nearly or fully used.
#[async_trait]
pub trait Notices: Send {
    /// Has the tenant's quotas looked at again soon.
    async fn look_at(&mut self, tenant: TenantId) -> Stored<()>;
    /// At most `limit` tenants that have to be looked at.
    async fn to_look_at(&mut self, limit: u32) -> Stored<Vec<TenantId>>;
    /// Notes that the tenant is looked at now; `false` when somebody else did.
    async fn take(&mut self, tenant: TenantId) -> Stored<bool>;
    /// The tenant's, also those of windows that are over.
    async fn list(&mut self, tenant: TenantId) -> Stored<Vec<QuotaNotice>>;
    /// Those of every tenant that the account is a member of.
    async fn list_for(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Stored<Vec<(TenantId, QuotaNotice)>>;
    /// Adds a notice; of any number of callers one gets `true`. For the others
    /// what is used and allowed is brought up to date.
    async fn raise(&mut self, tenant: TenantId, notice: &QuotaNotice) -> Stored<bool>;
    /// Removes a notice.
    async fn end(&mut self, tenant: TenantId, notice: &QuotaNotice) -> Stored<bool>;
}

statements! {
    pub(super) enum Sql {
        LookAt = "INSERT INTO usage_to_check (tenant) VALUES ($1) ON CONFLICT DO NOTHING",
        LookAtPlan = "INSERT INTO usage_to_check (tenant) SELECT id FROM tenants \
            WHERE plan = $1 AND deleted_at IS NULL ON CONFLICT DO NOTHING",
        ToLookAt = "SELECT tenant FROM usage_to_check LIMIT $1",
        Take = "DELETE FROM usage_to_check WHERE tenant = $1",
        List = "SELECT tenant, quota, house, level, begun, raised_at, used, allowed \
            FROM quota_notices WHERE tenant = $1 ORDER BY level DESC, quota, house, begun",
        ListFor = "SELECT n.tenant, n.quota, n.house, n.level, n.begun, n.raised_at, n.used, \
            n.allowed FROM members m JOIN quota_notices n ON n.tenant = m.tenant \
            WHERE m.account = $1 AND (m.until IS NULL OR m.until > $2) \
            ORDER BY n.level DESC, n.tenant, n.quota, n.house, n.begun",
        Raise = "INSERT INTO quota_notices \
            (tenant, quota, house, level, begun, raised_at, used, allowed) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        Update = "UPDATE quota_notices SET used = $6, allowed = $7 WHERE tenant = $1 \
            AND quota = $2 AND house = $3 AND level = $4 AND begun = $5",
        End = "DELETE FROM quota_notices WHERE tenant = $1 AND quota = $2 AND house = $3 \
            AND level = $4 AND begun = $5",
    }
}

/// A notice; `None` when it is about a quota we do not know.
struct NoticeRow(TenantId, Option<QuotaNotice>);

impl Entity for NoticeRow {
    const TABLE: &'static str = "quota_notices";
    const KEY: &'static str = "tenant";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let amount = |column| {
            let number: i64 = row.get(column)?;
            u64::try_from(number).map_err(|_| BadColumn::named(column))
        };
        let (name, house): (String, String) = (row.get("quota")?, row.get("house")?);
        let house = (!house.is_empty()).then(|| house.parse()).transpose();
        let begun: Timestamp = row.get("begun")?;
        let tenant = row.get("tenant")?;
        let notice = QuotaNotice {
            quota: match Quota::by_name(&name) {
                Some(quota) => quota,
                None => return Ok(Self(tenant, None)),
            },
            house: house.map_err(|_| BadColumn::named("house"))?,
            level: u8::try_from(amount("level")?).map_err(|_| BadColumn::named("level"))?,
            begun: (begun.0 != 0).then_some(begun),
            raised_at: row.get("raised_at")?,
            used: amount("used")?,
            allowed: amount("allowed")?,
        };
        Ok(Self(tenant, Some(notice)))
    }
}

struct TenantRow(TenantId);

impl Entity for TenantRow {
    const TABLE: &'static str = "usage_to_check";
    const KEY: &'static str = "tenant";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        row.get("tenant").map(Self)
    }
}

/// What tells a notice from all others.
fn key(tenant: TenantId, notice: &QuotaNotice) -> [Value; 5] {
    [
        tenant.into(),
        notice.quota.name.into(),
        notice.house.as_ref().map_or("", HouseId::as_str).into(),
        i64::from(notice.level).into(),
        notice.begun.unwrap_or(Timestamp(0)).into(),
    ]
}

fn amounts(notice: &QuotaNotice) -> [Value; 2] {
    [notice.used, notice.allowed].map(|number| i64::try_from(number).unwrap_or(i64::MAX).into())
}

#[async_trait]
impl Notices for Work {
    async fn look_at(&mut self, tenant: TenantId) -> Stored<()> {
        self.run(Sql::LookAt, &[tenant.into()]).await.map(drop)
    }

    async fn to_look_at(&mut self, limit: u32) -> Stored<Vec<TenantId>> {
        let rows: Vec<TenantRow> = self.all(Sql::ToLookAt, &[i64::from(limit).into()]).await?;
        Ok(rows.into_iter().map(|TenantRow(id)| id).collect())
    }

    async fn take(&mut self, tenant: TenantId) -> Stored<bool> {
        self.touched(Sql::Take, &[tenant.into()]).await
    }

    async fn list(&mut self, tenant: TenantId) -> Stored<Vec<QuotaNotice>> {
        let rows: Vec<NoticeRow> = self.all(Sql::List, &[tenant.into()]).await?;
        Ok(rows
            .into_iter()
            .filter_map(|NoticeRow(_, notice)| notice)
            .collect())
    }

    async fn list_for(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Stored<Vec<(TenantId, QuotaNotice)>> {
        let which = [account.into(), now.into()];
        let rows: Vec<NoticeRow> = self.all(Sql::ListFor, &which).await?;
        Ok(rows
            .into_iter()
            .filter_map(|NoticeRow(tenant, notice)| Some((tenant, notice?)))
            .collect())
    }

    async fn raise(&mut self, tenant: TenantId, notice: &QuotaNotice) -> Stored<bool> {
        let (key, amounts) = (key(tenant, notice), amounts(notice));
        let mut row = key.to_vec();
        row.push(notice.raised_at.into());
        row.extend(amounts.clone());
        if self.touched(Sql::Raise, &row).await? {
            return Ok(true);
        }
        let update = [key.as_slice(), &amounts].concat();
        self.run(Sql::Update, &update).await?;
        Ok(false)
    }

    async fn end(&mut self, tenant: TenantId, notice: &QuotaNotice) -> Stored<bool> {
        self.touched(Sql::End, &key(tenant, notice)).await
    }
}

impl Work {
    /// Has the quotas of all tenants on a plan looked at again.
    pub(super) async fn look_at_plan(&mut self, plan: &model::PlanName) -> Stored<()> {
        self.run(Sql::LookAtPlan, &[plan.into()]).await.map(drop)
    }
}
