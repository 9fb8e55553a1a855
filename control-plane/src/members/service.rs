//! Seeing, changing and removing members. Every change reads the actor's own
//! role again in its write transaction: of two who change each other at once,
//! the second is judged by what the first has left.

use std::collections::BTreeMap;

use model::{AccountId, AuditAction, HouseId, TenantId, TenantRole, Timestamp};

use super::rules;
use crate::app::App;
use crate::audit::Audited;
use crate::bus_tokens;
use crate::http::acting::{Acting, Admin, Guest, Owner};
use crate::http::problem::Problem;
use crate::store::{House, Member, NewMember, Reach, StoreError, Tenant, Work};

/// What a membership is to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What the person may do, and where.
    pub reach: Reach,
    /// From when on no more; `None`: it does not end.
    pub until: Option<Timestamp>,
}

/// Somebody with a role in a house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseMember {
    /// Who, with all that they may do.
    pub member: Member,
    /// The role in this house.
    pub role: TenantRole,
}

const NOBODY: Problem = Problem::NotFound { what: "member" };

/// Everybody in the tenant, oldest first.
pub async fn list(app: &App, acting: &Acting<Admin, Tenant>) -> Result<Vec<Member>, Problem> {
    let mut work = app.store.begin_read().await?;
    let members = work.members();
    Ok(members.list(acting.tenant().id, app.now()).await?)
}

/// One member.
pub async fn find(
    app: &App,
    acting: &Acting<Admin, Tenant>,
    account: AccountId,
) -> Result<Member, Problem> {
    let mut work = app.store.begin_read().await?;
    let found = work.members();
    let found = found.find(acting.tenant().id, account, app.now()).await?;
    found.ok_or(NOBODY)
}

/// Everybody with a role in the house. Who has a role in this house alone sees
/// only others of that kind: the tenant's own members are not their business.
pub async fn of_house(
    app: &App,
    acting: &Acting<Admin, House>,
) -> Result<Vec<HouseMember>, Problem> {
    let house = acting.house();
    let mut work = app.store.begin_read().await?;
    let all = work.members().list(house.tenant, app.now()).await?;
    let role_here = |member: &Member| match &member.reach {
        Reach::Tenant(role) => acting.is_whole().then_some(*role),
        Reach::Houses(houses) => houses.get(&house.id).copied(),
    };
    let here = all.into_iter().filter_map(|member| {
        let role = role_here(&member)?;
        Some(HouseMember { member, role })
    });
    Ok(here.map(|one| within(one, acting)).collect())
}

/// What of a person's reach somebody may see who has a role in one house alone:
/// that house.
fn within(mut one: HouseMember, acting: &Acting<Admin, House>) -> HouseMember {
    if let Reach::Houses(houses) = &mut one.member.reach
        && !acting.is_whole()
    {
        houses.retain(|house, _| *house == acting.house().id);
    }
    one
}

/// The role in the tenant that the actor has at this moment of the write
/// transaction, which may be less than when the request came.
pub async fn authority(
    work: &mut Work,
    tenant: TenantId,
    actor: AccountId,
    now: Timestamp,
) -> Result<TenantRole, Problem> {
    let member = work.members().find(tenant, actor, now).await?;
    let role = member.and_then(|member| member.reach.whole());
    role.ok_or(Problem::NotFound { what: "tenant" })
}

/// Gives a member another reach or another end. It takes effect at once, on
/// the bus as well.
#[tracing::instrument(name = "member.change", skip_all, fields(tenant.id = %acting.tenant().id))]
pub async fn change(
    app: &App,
    acting: &Acting<Admin, Tenant>,
    account: AccountId,
    wish: Wish,
) -> Result<Member, Problem> {
    let (tenant, now) = (acting.tenant().id, app.now());
    rules::possible(&wish.reach, wish.until, now)?;
    let mut work = app.store.begin_write().await?;
    let own = authority(&mut work, tenant, acting.account().id, now).await?;
    let found = work.members().find(tenant, account, now).await?;
    let member = found.ok_or(NOBODY)?;
    rules::may_manage(own, &member.reach)?;
    rules::may_manage(own, &wish.reach)?;
    known_houses(&mut work, tenant, &wish.reach).await?;
    let reach = in_words(&wish.reach);
    put(&mut work, tenant, &member, wish, now).await?;
    keep_invitations_within(&mut work, tenant, account, now).await?;
    acting
        .did(AuditAction::MemberChanged, account)
        .with("reach", reach)
        .write(app, &mut work)
        .await?;
    let changed = work.members().find(tenant, account, now).await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!(account.id = %account, "Member {account} was changed");
    changed.ok_or(NOBODY)
}

async fn put(
    work: &mut Work,
    tenant: TenantId,
    member: &Member,
    wish: Wish,
    now: Timestamp,
) -> Result<(), Problem> {
    let new = NewMember {
        account: member.account,
        reach: wish.reach,
        since: member.since,
        until: wish.until,
    };
    let tokens_until = now.after(bus_tokens::LASTS);
    let done = work.members().put(tenant, &new, tokens_until).await;
    done.map_err(last_owner)
}

/// A reach in the words of the audit log.
pub(crate) fn in_words(reach: &Reach) -> String {
    match reach {
        Reach::Tenant(role) => role.to_string(),
        Reach::Houses(houses) => {
            let each = houses
                .iter()
                .map(|(house, role)| format!("{house}: {role}"));
            each.collect::<Vec<_>>().join(", ")
        }
    }
}

/// What a change that the store refuses means, once everything else was
/// checked: somebody has to answer for the tenant.
fn last_owner(error: StoreError) -> Problem {
    match error {
        StoreError::Conflict => rules::LAST_OWNER,
        other => other.into(),
    }
}

/// Refuses a reach over houses that the tenant does not have.
pub(crate) async fn known_houses(
    work: &mut Work,
    tenant: TenantId,
    reach: &Reach,
) -> Result<(), Problem> {
    let none = BTreeMap::new();
    let houses = match reach {
        Reach::Tenant(_) => &none,
        Reach::Houses(houses) => houses,
    };
    for house in houses.keys() {
        if work.houses().find(tenant, house).await?.is_none() {
            return Err(Problem::Invalid {
                field: "houses",
                why: format!("names {house}, which is none of this account's houses"),
            });
        }
    }
    Ok(())
}

/// Withdraws the open invitations by somebody that they could not give any
/// more: what a role has begun ends with it.
async fn keep_invitations_within(
    work: &mut Work,
    tenant: TenantId,
    account: AccountId,
    now: Timestamp,
) -> Result<(), Problem> {
    let left = work.members().find(tenant, account, now).await?;
    let left = left.and_then(|member| member.reach.whole());
    for invitation in work.invitations().list(Some(tenant)).await? {
        let crate::store::InvitedTo::Tenant { reach, .. } = &invitation.to else {
            continue;
        };
        let kept = left.is_some_and(|own| rules::may_manage(own, reach).is_ok());
        if invitation.invited_by == account && !kept {
            work.invitations()
                .remove(Some(tenant), invitation.id)
                .await?;
        }
    }
    Ok(())
}

/// Takes a member out of the tenant, and off the bus at once.
#[tracing::instrument(name = "member.remove", skip_all, fields(tenant.id = %acting.tenant().id))]
pub async fn remove(
    app: &App,
    acting: &Acting<Admin, Tenant>,
    account: AccountId,
) -> Result<(), Problem> {
    let (tenant, now) = (acting.tenant().id, app.now());
    let mut work = app.store.begin_write().await?;
    let own = authority(&mut work, tenant, acting.account().id, now).await?;
    let found = work.members().find(tenant, account, now).await?;
    rules::may_manage(own, &found.ok_or(NOBODY)?.reach)?;
    acting
        .did(AuditAction::MemberRemoved, account)
        .write(app, &mut work)
        .await?;
    take_out(app, work, tenant, account).await
}

/// Leaves a tenant, whatever one's role in it.
#[tracing::instrument(name = "member.leave", skip_all, fields(tenant.id = %acting.tenant().id))]
pub async fn leave(app: &App, acting: &Acting<Guest, Tenant>) -> Result<(), Problem> {
    let mut work = app.store.begin_write().await?;
    acting
        .did(AuditAction::MemberRemoved, acting.account().id)
        .write(app, &mut work)
        .await?;
    take_out(app, work, acting.tenant().id, acting.account().id).await
}

async fn take_out(
    app: &App,
    mut work: Work,
    tenant: TenantId,
    account: AccountId,
) -> Result<(), Problem> {
    let now = app.now();
    let tokens_until = now.after(bus_tokens::LASTS);
    let members = work.members();
    let removed = members.remove(tenant, account, tokens_until).await;
    if !removed.map_err(last_owner)? {
        return Err(NOBODY);
    }
    keep_invitations_within(&mut work, tenant, account, now).await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!(account.id = %account, "Member {account} is none any more");
    Ok(())
}

/// Gives up a role in one house.
#[tracing::instrument(name = "member.leave_house", skip_all, fields(house.id = %acting.house().id))]
pub async fn leave_house(app: &App, acting: &Acting<Guest, House>) -> Result<(), Problem> {
    let (house, account) = (acting.house(), acting.account().id);
    let (tenant, now) = (house.tenant, app.now());
    let mut work = app.store.begin_write().await?;
    let found = work.members().find(tenant, account, now).await?;
    let member = found.ok_or(Problem::NotFound { what: "house" })?;
    let Reach::Houses(mut houses) = member.reach.clone() else {
        return Err(Problem::Conflict(
            "Your role is one in the whole account, not in this house alone. Leave the account.",
        ));
    };
    if houses.remove::<HouseId>(&house.id).is_none() {
        return Err(Problem::NotFound { what: "house" });
    }
    acting
        .did(AuditAction::MemberChanged, account)
        .with("left", house.id.as_str())
        .write(app, &mut work)
        .await?;
    if houses.is_empty() {
        return take_out(app, work, tenant, account).await;
    }
    let wish = Wish {
        reach: Reach::Houses(houses),
        until: member.until,
    };
    put(&mut work, tenant, &member, wish, now).await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    Ok(())
}

/// Makes a member the one who answers for the tenant, and an owner where they
/// are none yet. Whoever hands over stays an owner.
#[tracing::instrument(name = "tenant.hand_over", skip_all, fields(tenant.id = %acting.tenant().id))]
pub async fn hand_over(
    app: &App,
    acting: &Acting<Owner, Tenant>,
    account: AccountId,
) -> Result<(), Problem> {
    let (tenant, now) = (acting.tenant().id, app.now());
    let mut work = app.store.begin_write().await?;
    let own = authority(&mut work, tenant, acting.account().id, now).await?;
    rules::may_manage(own, &Reach::Tenant(TenantRole::Owner))?;
    let found = work.members().find(tenant, account, now).await?;
    let member = found.ok_or(NOBODY)?;
    if member.reach.whole().is_none() || member.until.is_some() {
        return Err(Problem::Conflict(
            "Only somebody with a role in the whole account that does not end can answer for it.",
        ));
    }
    if member.reach.whole() != Some(TenantRole::Owner) {
        let wish = Wish {
            reach: Reach::Tenant(TenantRole::Owner),
            until: None,
        };
        put(&mut work, tenant, &member, wish, now).await?;
    }
    if !work.tenants().hand_over(tenant, account).await? {
        return Err(NOBODY);
    }
    acting
        .did(AuditAction::OwnerChanged, account)
        .write(app, &mut work)
        .await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!(account.id = %account, "Account {account} answers for tenant {tenant} now");
    Ok(())
}
