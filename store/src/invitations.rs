//! Invitations in SQL: to a tenant, or to the service itself. The store knows
//! only the hash of a link's token.

use std::collections::BTreeMap;

use async_trait::async_trait;
use model::{
    AccountId, DisplayName, EmailAddress, HouseId, InvitationId, SecretHash, TenantId, TenantRole,
    Timestamp,
};

use super::StoreError;
use super::members::Reach;
use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Insert = "INSERT INTO invitations (id, tenant, email, email_canonical, hash, role, houses, \
            member_until, invited_by, created_at, sent_at, expires_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11) ON CONFLICT DO NOTHING",
        DropExpired = "DELETE FROM invitations WHERE tenant IS NOT DISTINCT FROM $1 \
            AND email_canonical = $2 AND expires_at <= $3",
        List = "SELECT i.id, i.tenant, i.email, i.role, i.houses, i.member_until, i.invited_by, \
            a.name, a.email AS inviter_email, i.created_at, i.sent_at, i.expires_at \
            FROM invitations i JOIN accounts a ON a.id = i.invited_by \
            WHERE i.tenant IS NOT DISTINCT FROM $1 ORDER BY i.created_at DESC, i.id DESC",
        Find = "SELECT i.id, i.tenant, i.email, i.role, i.houses, i.member_until, i.invited_by, \
            a.name, a.email AS inviter_email, i.created_at, i.sent_at, i.expires_at \
            FROM invitations i JOIN accounts a ON a.id = i.invited_by \
            WHERE i.tenant IS NOT DISTINCT FROM $1 AND i.id = $2",
        FindByHash = "SELECT i.id, i.tenant, i.email, i.role, i.houses, i.member_until, \
            i.invited_by, a.name, a.email AS inviter_email, i.created_at, i.sent_at, i.expires_at \
            FROM invitations i JOIN accounts a ON a.id = i.invited_by \
            WHERE i.hash = $1 AND i.expires_at > $2",
        Count = "SELECT COUNT(*) AS n FROM invitations WHERE tenant = $1 AND expires_at > $2",
        Renew = "UPDATE invitations SET hash = $3, sent_at = $4, expires_at = $5 \
            WHERE tenant IS NOT DISTINCT FROM $1 AND id = $2",
        Remove = "DELETE FROM invitations WHERE tenant IS NOT DISTINCT FROM $1 AND id = $2",
    }
}

/// An invitation that was neither accepted nor withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id, safe to show.
    pub id: InvitationId,
    /// To what.
    pub to: InvitedTo,
    /// To whom: whoever accepts has to have this address.
    pub email: EmailAddress,
    /// By whom.
    pub invited_by: AccountId,
    /// What that person is called; only read, never written.
    pub inviter: DisplayName,
    /// That person's address; only read, never written.
    pub inviter_email: EmailAddress,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its link was last sent.
    pub sent_at: Timestamp,
    /// From when on it does nothing.
    pub expires_at: Timestamp,
}

/// What somebody is invited to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvitedTo {
    /// The service: an account with a tenant of its own.
    Service,
    /// A tenant.
    Tenant {
        /// Which.
        tenant: TenantId,
        /// What the person may do there, and where.
        reach: Reach,
        /// From when on no more; `None`: it does not end.
        until: Option<Timestamp>,
    },
}

impl InvitedTo {
    /// The tenant, if it is one.
    #[must_use]
    pub const fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::Service => None,
            Self::Tenant { tenant, .. } => Some(*tenant),
        }
    }
}

/// Invitations. `tenant` is the tenant they are to, or `None` for those to the
/// service.
#[async_trait]
pub trait Invitations: Send {
    /// Adds an invitation whose token has this hash. One to the same address
    /// that has expired goes; one that still works is a `Conflict`.
    async fn insert(&mut self, invitation: &Invitation, hash: &SecretHash) -> Stored<()>;
    /// All that were neither accepted nor withdrawn, expired ones too; newest
    /// first.
    async fn list(&mut self, tenant: Option<TenantId>) -> Stored<Vec<Invitation>>;
    /// One of them.
    async fn find(
        &mut self,
        tenant: Option<TenantId>,
        id: InvitationId,
    ) -> Stored<Option<Invitation>>;
    /// The one whose link has this token, if it still works.
    async fn find_by_hash(
        &mut self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Stored<Option<Invitation>>;
    /// How many to the tenant still work.
    async fn count(&mut self, tenant: TenantId, now: Timestamp) -> Stored<u64>;
    /// Gives it another token and another end; the old link stops working.
    async fn renew(
        &mut self,
        tenant: Option<TenantId>,
        id: InvitationId,
        hash: &SecretHash,
        sent_at: Timestamp,
        expires_at: Timestamp,
    ) -> Stored<bool>;
    /// Removes it: because it was accepted, or withdrawn.
    async fn remove(&mut self, tenant: Option<TenantId>, id: InvitationId) -> Stored<bool>;
}

impl Entity for Invitation {
    const TABLE: &'static str = "invitations";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            id: row.get("id")?,
            to: invited_to(row)?,
            email: row.get("email")?,
            invited_by: row.get("invited_by")?,
            inviter: row.get("name")?,
            inviter_email: row.get("inviter_email")?,
            created_at: row.get("created_at")?,
            sent_at: row.get("sent_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

fn invited_to(row: &Row) -> Result<InvitedTo, BadColumn> {
    let Some(tenant) = row.get::<Option<TenantId>>("tenant")? else {
        return Ok(InvitedTo::Service);
    };
    let role: Option<String> = row.get("role")?;
    let houses: Option<String> = row.get("houses")?;
    let reach = match (role, houses) {
        (Some(role), None) => Reach::Tenant(role.parse().map_err(|_| BadColumn::named("role"))?),
        (None, Some(houses)) => {
            Reach::Houses(serde_json::from_str(&houses).map_err(|_| BadColumn::named("houses"))?)
        }
        (Some(_), Some(_)) | (None, None) => return Err(BadColumn::named("houses")),
    };
    Ok(InvitedTo::Tenant {
        tenant,
        reach,
        until: row.get("member_until")?,
    })
}

fn house_text(houses: &BTreeMap<HouseId, TenantRole>) -> Stored<String> {
    serde_json::to_string(houses).map_err(|error| StoreError::Backend(Box::new(error)))
}

#[async_trait]
impl Invitations for Work {
    async fn insert(&mut self, invitation: &Invitation, hash: &SecretHash) -> Stored<()> {
        let (role, houses, until) = match &invitation.to {
            InvitedTo::Service => (None, None, None),
            InvitedTo::Tenant { reach, until, .. } => match reach {
                Reach::Tenant(role) => (Some(role.as_str().to_owned()), None, *until),
                Reach::Houses(houses) => (None, Some(house_text(houses)?), *until),
            },
        };
        let tenant = invitation.to.tenant();
        let canonical = invitation.email.canonical();
        let old = [
            tenant.into(),
            canonical.clone().into(),
            invitation.created_at.into(),
        ];
        self.run(Sql::DropExpired, &old).await?;
        let row = [
            invitation.id.into(),
            tenant.into(),
            (&invitation.email).into(),
            canonical.into(),
            hash.into(),
            role.into(),
            houses.into(),
            until.into(),
            invitation.invited_by.into(),
            invitation.created_at.into(),
            invitation.expires_at.into(),
        ];
        if self.touched(Sql::Insert, &row).await? {
            match tenant {
                Some(tenant) => self.notices().look_at(tenant).await,
                None => Ok(()),
            }
        } else {
            Err(StoreError::Conflict)
        }
    }

    async fn list(&mut self, tenant: Option<TenantId>) -> Stored<Vec<Invitation>> {
        self.all(Sql::List, &[tenant.into()]).await
    }

    async fn find(
        &mut self,
        tenant: Option<TenantId>,
        id: InvitationId,
    ) -> Stored<Option<Invitation>> {
        self.one(Sql::Find, &[tenant.into(), id.into()]).await
    }

    async fn find_by_hash(
        &mut self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Stored<Option<Invitation>> {
        self.one(Sql::FindByHash, &[hash.into(), now.into()]).await
    }

    async fn count(&mut self, tenant: TenantId, now: Timestamp) -> Stored<u64> {
        let which = [tenant.into(), now.into()];
        let count = self.number(Sql::Count, &which).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn renew(
        &mut self,
        tenant: Option<TenantId>,
        id: InvitationId,
        hash: &SecretHash,
        sent_at: Timestamp,
        expires_at: Timestamp,
    ) -> Stored<bool> {
        let change = [
            tenant.into(),
            id.into(),
            hash.into(),
            sent_at.into(),
            expires_at.into(),
        ];
        self.touched(Sql::Renew, &change).await
    }

    async fn remove(&mut self, tenant: Option<TenantId>, id: InvitationId) -> Stored<bool> {
        self.touched(Sql::Remove, &[tenant.into(), id.into()]).await
    }
}
