//! Who is in a tenant, in SQL: roles in the whole tenant, and roles in single
//! houses of it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use model::{AccountId, DisplayName, EmailAddress, HouseId, TenantId, TenantRole, Timestamp};

use super::StoreError;
use super::houses;
use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Insert = "INSERT INTO members (tenant, account, role, since, until) \
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        InsertHouse = "INSERT INTO member_houses (account, house, tenant, role, since, until) \
            SELECT $2, h.house_key, h.tenant, $4, $5, $6 FROM houses h \
            WHERE h.tenant = $1 AND h.id = $3 AND h.deleted_at IS NULL ON CONFLICT DO NOTHING",
        List = "SELECT m.account, a.name, a.email, m.role, m.since, m.until, NULL AS house_id \
            FROM members m JOIN accounts a ON a.id = m.account \
            WHERE m.tenant = $1 AND (m.until IS NULL OR m.until > $2) UNION ALL \
            SELECT m.account, a.name, a.email, m.role, m.since, m.until, h.id AS house_id \
            FROM member_houses m JOIN accounts a ON a.id = m.account \
            JOIN houses h ON h.house_key = m.house \
            WHERE m.tenant = $1 AND (m.until IS NULL OR m.until > $2) \
            ORDER BY since, account, house_id",
        Find = "SELECT m.account, a.name, a.email, m.role, m.since, m.until, NULL AS house_id \
            FROM members m JOIN accounts a ON a.id = m.account \
            WHERE m.tenant = $1 AND m.account = $3 AND (m.until IS NULL OR m.until > $2) UNION ALL \
            SELECT m.account, a.name, a.email, m.role, m.since, m.until, h.id AS house_id \
            FROM member_houses m JOIN accounts a ON a.id = m.account \
            JOIN houses h ON h.house_key = m.house \
            WHERE m.tenant = $1 AND m.account = $3 AND (m.until IS NULL OR m.until > $2) \
            ORDER BY since, account, house_id",
        Count = "SELECT COUNT(*) AS n FROM (SELECT account FROM members \
            WHERE tenant = $1 AND (until IS NULL OR until > $2) UNION SELECT account \
            FROM member_houses WHERE tenant = $1 AND (until IS NULL OR until > $2)) people",
        CountOwnedBy = "SELECT COUNT(*) AS n FROM tenants WHERE id = $1 AND owner = $2",
        PassOn = "UPDATE tenants SET owner = (SELECT m.account FROM members m \
            WHERE m.tenant = $1 AND m.role = $3 AND m.account <> $2 \
            ORDER BY m.since, m.account LIMIT 1) WHERE id = $1 AND owner = $2 AND EXISTS \
            (SELECT 1 FROM members m WHERE m.tenant = $1 AND m.role = $3 AND m.account <> $2)",
        Remove = "DELETE FROM members WHERE tenant = $1 AND account = $2",
        RemoveHouses = "DELETE FROM member_houses WHERE tenant = $1 AND account = $2",
        Ended = "SELECT tenant, account FROM members WHERE until <= $1 UNION \
            SELECT tenant, account FROM member_houses WHERE until <= $1 LIMIT 100",
        End = "DELETE FROM members WHERE tenant = $1 AND account = $2 AND until <= $3",
        EndHouses = "DELETE FROM member_houses WHERE tenant = $1 AND account = $2 AND until <= $3",
    }
}

/// How far a membership reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A role in the whole tenant and in every house of it.
    Tenant(TenantRole),
    /// A role in each of these houses, and none in the tenant. Never empty.
    Houses(BTreeMap<HouseId, TenantRole>),
}

impl Reach {
    /// Every role in it.
    pub fn roles(&self) -> impl Iterator<Item = TenantRole> + '_ {
        let (whole, houses) = match self {
            Self::Tenant(role) => (Some(*role), None),
            Self::Houses(houses) => (None, Some(houses.values().copied())),
        };
        whole.into_iter().chain(houses.into_iter().flatten())
    }

    /// The role in the whole tenant, if that is what it is.
    #[must_use]
    pub const fn whole(&self) -> Option<TenantRole> {
        match self {
            Self::Tenant(role) => Some(*role),
            Self::Houses(_) => None,
        }
    }
}

/// A person in a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub account: AccountId,
    /// What the person is called.
    pub name: DisplayName,
    /// The person's address.
    pub email: EmailAddress,
    /// What the person may do, and where.
    pub reach: Reach,
    /// Since when.
    pub since: Timestamp,
    /// From when on no more; `None`: it does not end.
    pub until: Option<Timestamp>,
}

/// People in tenants. Whatever changes what somebody may do has every bus token
/// refused that the person may hold for the tenant's houses and that expires by
/// `tokens_until`.
#[async_trait]
pub trait Members: Send {
    /// Adds a member with a role in the whole tenant that does not end;
    /// `Conflict` when the account is one.
    async fn insert(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        role: TenantRole,
        since: Timestamp,
    ) -> Stored<()>;
    /// The member, unless the membership has ended.
    async fn find(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        now: Timestamp,
    ) -> Stored<Option<Member>>;
    /// Those whose membership has not ended, oldest first.
    async fn list(&mut self, tenant: TenantId, now: Timestamp) -> Stored<Vec<Member>>;
    /// How many they are. Write transactions run one at a time, so counting and
    /// adding in one of them cannot be raced.
    async fn count(&mut self, tenant: TenantId, now: Timestamp) -> Stored<u64>;
    /// Adds a member or puts another reach in the place of the one they have.
    /// `Conflict` when a house is not the tenant's, when the tenant would be
    /// left without an owner, or when an owner's membership would end. Where
    /// the one who answers for the tenant becomes less, the oldest of the other
    /// owners answers for it from now on.
    async fn put(
        &mut self,
        tenant: TenantId,
        member: &NewMember,
        tokens_until: Timestamp,
    ) -> Stored<()>;
    /// Removes a member; `false` when there is none, `Conflict` when the tenant
    /// would be left without an owner. See [`Members::put`] for who answers.
    async fn remove(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        tokens_until: Timestamp,
    ) -> Stored<bool>;
    /// Memberships that have ended; at most 100.
    async fn ended(&mut self, now: Timestamp) -> Stored<Vec<(TenantId, AccountId)>>;
    /// Removes what has ended of one membership.
    async fn end(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        now: Timestamp,
        tokens_until: Timestamp,
    ) -> Stored<bool>;
}

/// What a membership is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMember {
    /// Whose.
    pub account: AccountId,
    /// What the person may do, and where.
    pub reach: Reach,
    /// Since when.
    pub since: Timestamp,
    /// From when on no more; `None`: it does not end.
    pub until: Option<Timestamp>,
}

/// One row of a membership; one of several where it is of houses.
struct MemberRow(Member);

impl Entity for MemberRow {
    const TABLE: &'static str = "members";
    const KEY: &'static str = "account";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let role = row.get("role")?;
        let house: Option<String> = row.get("house_id")?;
        let reach = match house {
            None => Reach::Tenant(role),
            Some(house) => {
                let house = house.parse().map_err(|_| BadColumn::named("house_id"))?;
                Reach::Houses(BTreeMap::from([(house, role)]))
            }
        };
        Ok(Self(Member {
            account: row.get("account")?,
            name: row.get("name")?,
            email: row.get("email")?,
            reach,
            since: row.get("since")?,
            until: row.get("until")?,
        }))
    }
}

/// Puts the rows of each person together, in the order of their first.
fn together(rows: Vec<MemberRow>) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    for MemberRow(row) in rows {
        let known = members.iter_mut().find(|one| one.account == row.account);
        match (known, row.reach) {
            (Some(member), Reach::Houses(more)) => {
                if let Reach::Houses(houses) = &mut member.reach {
                    houses.extend(more);
                }
            }
            (Some(_), Reach::Tenant(_)) => {}
            (None, reach) => members.push(Member { reach, ..row }),
        }
    }
    members
}

struct EndedRow(TenantId, AccountId);

impl Entity for EndedRow {
    const TABLE: &'static str = "members";
    const KEY: &'static str = "account";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self(row.get("tenant")?, row.get("account")?))
    }
}

#[async_trait]
impl Members for Work {
    async fn insert(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        role: TenantRole,
        since: Timestamp,
    ) -> Stored<()> {
        let member = NewMember {
            account,
            reach: Reach::Tenant(role),
            since,
            until: None,
        };
        self.add(tenant, &member).await?;
        self.index_tenant(tenant).await
    }

    async fn find(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        now: Timestamp,
    ) -> Stored<Option<Member>> {
        let which = [tenant.into(), now.into(), account.into()];
        let rows = self.all(Sql::Find, &which).await?;
        Ok(together(rows).pop())
    }

    async fn list(&mut self, tenant: TenantId, now: Timestamp) -> Stored<Vec<Member>> {
        let rows = self.all(Sql::List, &[tenant.into(), now.into()]).await?;
        Ok(together(rows))
    }

    async fn count(&mut self, tenant: TenantId, now: Timestamp) -> Stored<u64> {
        let count = self
            .number(Sql::Count, &[tenant.into(), now.into()])
            .await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn put(
        &mut self,
        tenant: TenantId,
        member: &NewMember,
        tokens_until: Timestamp,
    ) -> Stored<()> {
        if member.reach.whole() != Some(TenantRole::Owner) {
            self.pass_on(tenant, member.account).await?;
        }
        let who = [tenant.into(), member.account.into()];
        self.run(Sql::Remove, &who).await?;
        self.run(Sql::RemoveHouses, &who).await?;
        self.add(tenant, member).await?;
        self.cut_off(tenant, member.account, tokens_until).await
    }

    async fn remove(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        tokens_until: Timestamp,
    ) -> Stored<bool> {
        self.pass_on(tenant, account).await?;
        let who = [tenant.into(), account.into()];
        let whole = self.touched(Sql::Remove, &who).await?;
        let houses = self.touched(Sql::RemoveHouses, &who).await?;
        if whole || houses {
            self.cut_off(tenant, account, tokens_until).await?;
        }
        Ok(whole || houses)
    }

    async fn ended(&mut self, now: Timestamp) -> Stored<Vec<(TenantId, AccountId)>> {
        let rows: Vec<EndedRow> = self.all(Sql::Ended, &[now.into()]).await?;
        Ok(rows.into_iter().map(|EndedRow(a, b)| (a, b)).collect())
    }

    async fn end(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        now: Timestamp,
        tokens_until: Timestamp,
    ) -> Stored<bool> {
        let which = [tenant.into(), account.into(), now.into()];
        let whole = self.touched(Sql::End, &which).await?;
        let houses = self.touched(Sql::EndHouses, &which).await?;
        if whole || houses {
            self.cut_off(tenant, account, tokens_until).await?;
        }
        Ok(whole || houses)
    }
}

impl Work {
    async fn add(&mut self, tenant: TenantId, member: &NewMember) -> Stored<()> {
        let added = match &member.reach {
            Reach::Tenant(TenantRole::Owner) if member.until.is_some() => false,
            Reach::Tenant(role) => {
                let row = [
                    tenant.into(),
                    member.account.into(),
                    role.as_str().into(),
                    member.since.into(),
                    member.until.into(),
                ];
                self.touched(Sql::Insert, &row).await?
            }
            Reach::Houses(houses) => {
                let mut all = !houses.is_empty();
                for (house, role) in houses {
                    let row = [
                        tenant.into(),
                        member.account.into(),
                        house.into(),
                        role.as_str().into(),
                        member.since.into(),
                        member.until.into(),
                    ];
                    all &= self.touched(Sql::InsertHouse, &row).await?;
                }
                all
            }
        };
        if added {
            self.notices().look_at(tenant).await
        } else {
            Err(StoreError::Conflict)
        }
    }

    /// Lets another owner answer for the tenant, where it is `account` who
    /// does; `Conflict` when there is no other.
    async fn pass_on(&mut self, tenant: TenantId, account: AccountId) -> Stored<()> {
        let who = [tenant.into(), account.into()];
        if self.number(Sql::CountOwnedBy, &who).await? == 0 {
            return Ok(());
        }
        let change = [
            tenant.into(),
            account.into(),
            TenantRole::Owner.as_str().into(),
        ];
        if self.touched(Sql::PassOn, &change).await? {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }

    /// Ends the bus tokens that the person may hold for the tenant's houses.
    async fn cut_off(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        tokens_until: Timestamp,
    ) -> Stored<()> {
        self.index_tenant(tenant).await?;
        let revocation = [
            tenant.into(),
            account.to_string().into(),
            tokens_until.into(),
        ];
        self.change_tenant(tenant, houses::Change::RevokeTokensOfAll, &revocation)
            .await
            .map(drop)
    }
}
