//! The other end of an invitation: seeing what one is invited to, and accepting.
//!
//! The token was mailed, so whoever has it has the mailbox. That proves the
//! address of a new account, and makes nobody a member whose account has
//! another one.

use std::net::IpAddr;

use model::{
    AccountId, AuditAction, DisplayName, EmailAddress, HouseId, Plan, SecretHash, TenantId,
    Timestamp,
};
use platform::settings::SignUpPolicy;

use super::service::member;
use crate::accounts::{NewAccount, NewPerson, insert_account, insert_person};
use crate::app::App;
use crate::audit::Note;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::members::rules;
use crate::store::{
    Account, Invitation, InvitedTo, LinkKind, NewMember, PasswordHash, Reach, Tenant, Work,
};
use crate::{plans, sign_up, standing};

/// Unknown, used, expired and withdrawn look the same.
const DEAD: Problem = Problem::DeadLink {
    remedy: "Ask whoever invited you for a new invitation.",
};

/// What somebody is invited to, and how they can accept.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The invitation.
    pub invitation: Invitation,
    /// The tenant, if it is to one.
    pub tenant: Option<Tenant>,
    /// The houses it names that are still there, with what they are called.
    pub houses: Vec<(HouseId, DisplayName)>,
    /// How to accept.
    pub way: Way,
}

/// How an invitation can be accepted.
#[derive(Clone, Debug)]
pub enum Way {
    /// By the account that is logged in.
    Join,
    /// After logging in: the address has an account.
    LogIn,
    /// With a new account for the address.
    SignUp,
    /// Not at the moment: why.
    Not(Problem),
}

/// What accepting made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Who.
    pub account: AccountId,
    /// The tenant that the account is a member of now, or its own new one.
    pub tenant: TenantId,
}

/// What the link with `token` offers. A person who is logged in with another
/// address learns only that.
pub async fn look(
    app: &App,
    from: IpAddr,
    caller: Option<&Caller>,
    token: &str,
) -> Result<Offer, Problem> {
    app.limits.address(from)?;
    let now = app.now();
    let mut work = app.store.begin_read().await?;
    let (invitation, terms) = open(&mut work, token, now).await?;
    if let Some(caller) = caller {
        same_address(caller.account(), &invitation.email)?;
    }
    let mut houses = Vec::new();
    if let Some(Reach::Houses(named)) = terms.as_ref().map(|terms| &terms.reach)
        && let Some(tenant) = invitation.to.tenant()
    {
        for id in named.keys() {
            if let Some(house) = work.houses().find(tenant, id).await? {
                houses.push((house.id, house.name));
            }
        }
    }
    let way = way(app, &mut work, caller, &invitation).await?;
    Ok(Offer {
        tenant: terms.map(|terms| terms.tenant),
        invitation,
        houses,
        way,
    })
}

async fn way(
    app: &App,
    work: &mut Work,
    caller: Option<&Caller>,
    invitation: &Invitation,
) -> Result<Way, Problem> {
    if caller.is_some() {
        return Ok(match invitation.to {
            InvitedTo::Service => Way::Not(HAS_ACCOUNT),
            InvitedTo::Tenant { .. } => Way::Join,
        });
    }
    let holder = work.accounts().find_by_email(&invitation.email).await?;
    if holder.is_some_and(|holder| holder.verified_at.is_some()) {
        return Ok(Way::LogIn);
    }
    let policy = sign_up::current(app, work).await?;
    Ok(match may_sign_up(policy, invitation) {
        Ok(()) => Way::SignUp,
        Err(problem) => Way::Not(problem),
    })
}

const HAS_ACCOUNT: Problem =
    Problem::Conflict("You have an account here already, so there is nothing to accept.");

/// Whether an invitation opens the door for a new account. One by an admin of
/// the service always does; one by a tenant wherever anybody can come in.
fn may_sign_up(policy: SignUpPolicy, invitation: &Invitation) -> Result<(), Problem> {
    match (policy, &invitation.to) {
        (SignUpPolicy::Closed, InvitedTo::Tenant { .. }) => sign_up::allowed(SignUpPolicy::Closed),
        _ => Ok(()),
    }
}

/// Only the account that has the address the invitation was mailed to.
fn same_address(account: &Account, email: &EmailAddress) -> Result<(), Problem> {
    if account.verified_at.is_some() && account.email.canonical() == email.canonical() {
        return Ok(());
    }
    Err(Problem::Forbidden(
        "This invitation was sent to another address than that of your account. Log out, and \
         open it again with the account it is for."
            .into(),
    ))
}

/// What an invitation to a tenant comes to at this moment.
struct Terms {
    tenant: Tenant,
    reach: Reach,
    until: Option<Timestamp>,
}

/// The invitation with this token, if it still works and its inviter could
/// still give what it gives. `None` for the terms of one to the service.
async fn open(
    work: &mut Work,
    token: &str,
    now: Timestamp,
) -> Result<(Invitation, Option<Terms>), Problem> {
    let hash = SecretHash::of(token.as_bytes());
    let found = work.invitations().find_by_hash(&hash, now).await?;
    let invitation = found.ok_or(DEAD)?;
    let terms = terms(work, &invitation, now).await?;
    Ok((invitation, terms))
}

async fn terms(
    work: &mut Work,
    invitation: &Invitation,
    now: Timestamp,
) -> Result<Option<Terms>, Problem> {
    let (id, reach, until) = match &invitation.to {
        InvitedTo::Service => {
            let inviter = work.accounts().find(invitation.invited_by).await?;
            let still = inviter.is_some_and(|inviter| inviter.admin);
            return if still { Ok(None) } else { Err(DEAD) };
        }
        InvitedTo::Tenant {
            tenant,
            reach,
            until,
        } => (*tenant, reach.clone(), *until),
    };
    let tenant = work.tenants().find(id).await?.ok_or(DEAD)?;
    let inviter = member(work, id, invitation.invited_by, now).await?;
    let inviter = inviter.and_then(|member| member.reach.whole());
    let still = inviter.is_some_and(|own| rules::may_manage(own, &reach).is_ok());
    let reach = still_there(work, id, reach).await?;
    if !still || rules::possible(&reach, until, now).is_err() {
        return Err(DEAD);
    }
    Ok(Some(Terms {
        tenant,
        reach,
        until,
    }))
}

/// The reach without houses that were deleted meanwhile.
async fn still_there(work: &mut Work, tenant: TenantId, reach: Reach) -> Result<Reach, Problem> {
    let Reach::Houses(mut houses) = reach else {
        return Ok(reach);
    };
    for house in houses.keys().cloned().collect::<Vec<_>>() {
        if work.houses().find(tenant, &house).await?.is_none() {
            houses.remove(&house);
        }
    }
    Ok(Reach::Houses(houses))
}

/// Makes the caller a member of what they are invited to.
#[tracing::instrument(name = "invitation.accept", skip_all)]
pub async fn accept(
    app: &App,
    from: IpAddr,
    caller: &Caller,
    token: &str,
) -> Result<Joined, Problem> {
    app.limits.address(from)?;
    if caller.scopes().is_some() {
        return Err(Problem::Forbidden(
            "API tokens do not accept invitations. Log in with your password.".into(),
        ));
    }
    let (account, now) = (caller.account(), app.now());
    let mut work = app.store.begin_write().await?;
    let (invitation, terms) = open(&mut work, token, now).await?;
    same_address(account, &invitation.email)?;
    let terms = terms.ok_or(HAS_ACCOUNT)?;
    let joined = join(&mut work, &invitation, terms, account.id, now).await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    Ok(joined)
}

async fn join(
    work: &mut Work,
    invitation: &Invitation,
    terms: Terms,
    account: AccountId,
    now: Timestamp,
) -> Result<Joined, Problem> {
    let tenant = terms.tenant.id;
    if standing::refusal(&terms.tenant.state).is_some() {
        return Err(Problem::Conflict(
            "What you are invited to takes no new members at the moment. Ask whoever invited you.",
        ));
    }
    if member(work, tenant, account, now).await?.is_some() {
        return Err(Problem::Conflict(
            "You are a member already. Ask an admin there to change your role.",
        ));
    }
    let quotas = plans::quotas(work, tenant, now).await?;
    if work.members().count(tenant, now).await? >= quotas.members {
        return Err(Problem::Conflict(
            "There is no room for another member at the moment. Ask whoever invited you.",
        ));
    }
    let new = NewMember {
        account,
        reach: terms.reach,
        since: now,
        until: terms.until,
    };
    // There is no token yet that would have to end.
    work.members().put(tenant, &new, now).await?;
    work.invitations()
        .remove(Some(tenant), invitation.id)
        .await?;
    Note::by_account(account, AuditAction::MemberJoined)
        .in_tenant(tenant)
        .with("invitation", invitation.id.to_string())
        .write_at(now, work)
        .await?;
    tracing::info!(account.id = %account, tenant.id = %tenant, "An invitation was accepted");
    Ok(Joined { account, tenant })
}

/// Makes an account for the address that was invited, which counts as proven,
/// and whatever the invitation gives. `new` has that address: see
/// [`Offer::invitation`].
#[tracing::instrument(name = "invitation.accept_as_new", skip_all)]
pub async fn accept_as_new(
    app: &App,
    from: IpAddr,
    token: &str,
    new: NewAccount,
) -> Result<(Account, Joined), Problem> {
    app.limits.address(from)?;
    app.limits.account(&new.email.canonical())?;
    let password = PasswordHash::from_phc(app.passwords.hash(new.password).await?);
    let now = app.now();
    let mut work = app.store.begin_write().await?;
    let (invitation, terms) = open(&mut work, token, now).await?;
    if invitation.email.canonical() != new.email.canonical() {
        return Err(DEAD);
    }
    may_sign_up(sign_up::current(app, &mut work).await?, &invitation)?;
    let person = Newcomer {
        email: invitation.email.clone(),
        name: new.name,
        password,
    };
    let account = account(app, &mut work, person, terms.is_none()).await?;
    let joined = match terms {
        Some(terms) => join(&mut work, &invitation, terms, account.id, now).await?,
        None => own_tenant(&mut work, &invitation, account.id, now).await?,
    };
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    Ok((account, joined))
}

/// The tenant that came with an account of its own.
async fn own_tenant(
    work: &mut Work,
    invitation: &Invitation,
    account: AccountId,
    now: Timestamp,
) -> Result<Joined, Problem> {
    work.invitations().remove(None, invitation.id).await?;
    let own = work.tenants().list_for(account, now).await?;
    let own = own.into_iter().next();
    let own = own.ok_or_else(|| Problem::internal("an account came without its tenant"))?;
    tracing::info!(account.id = %account, "An invitation to the service was accepted");
    Ok(Joined {
        account,
        tenant: own.tenant.id,
    })
}

struct Newcomer {
    email: EmailAddress,
    name: DisplayName,
    password: PasswordHash,
}

/// The account for a newcomer: a new one, or one that somebody made for the
/// address without ever proving it.
async fn account(
    app: &App,
    work: &mut Work,
    person: Newcomer,
    with_tenant: bool,
) -> Result<Account, Problem> {
    let (ambient, now) = (app.ambient.as_ref(), app.now());
    if let Some(found) = work.accounts().find_by_email(&person.email).await? {
        let approvals = work.approvals();
        let claimed = approvals.claim(found.id, &person.name, &person.password, now);
        if !claimed.await? {
            return Err(Problem::Conflict(
                "This address has an account already. Log in, and open the invitation again.",
            ));
        }
        work.links()
            .remove_all(LinkKind::VerifyEmail, Some(found.id))
            .await?;
        let claimed = work.accounts().find(found.id).await?;
        return claimed.ok_or_else(|| Problem::internal("an account that was claimed is gone"));
    }
    let new = NewPerson {
        account: AccountId::generate(ambient),
        tenant: TenantId::generate(ambient),
        email: person.email,
        name: person.name,
        password: person.password,
        admin: false,
        verified_at: Some(now),
        plan: Plan::Free,
    };
    let made = if with_tenant {
        insert_person(ambient, app.link.cell(), work, new).await?
    } else {
        insert_account(ambient, work, &new).await?
    };
    made.ok_or_else(|| Problem::internal("an address was both taken and free"))
}
