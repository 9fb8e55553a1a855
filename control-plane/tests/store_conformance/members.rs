//! Roles in tenants and in single houses, memberships that end, invitations,
//! accounts that wait.

use std::collections::BTreeMap;

use cell::Reader;
use control_plane::store::{
    Account, House, Invitation, InvitedTo, NewMember, Reach, StoreError, Tenant, Work,
};
use model::{AccountId, InvitationId, TenantId, TenantRole, Timestamp};

use super::harness::World;

fn conflict<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    let refused = result.expect_err("a conflict");
    assert!(matches!(refused, StoreError::Conflict), "{refused}");
}

fn later(at: Timestamp, secs: i64) -> Timestamp {
    Timestamp(at.0 + secs * 1_000)
}

fn in_houses(houses: &[(&House, TenantRole)]) -> Reach {
    let named = houses.iter().map(|(house, role)| (house.id.clone(), *role));
    Reach::Houses(named.collect())
}

fn member(account: AccountId, reach: Reach, since: Timestamp) -> NewMember {
    NewMember {
        account,
        reach,
        since,
        until: None,
    }
}

async fn put(world: &World, tenant: TenantId, new: &NewMember) -> Result<(), StoreError> {
    let mut work = world.write().await;
    let until = later(world.now(), 600);
    work.members().put(tenant, new, until).await?;
    work.commit().await.map(drop)
}

/// What somebody sees: tenants, houses.
async fn seen(work: &mut Work, account: AccountId, now: Timestamp) -> (usize, Vec<TenantRole>) {
    let tenants = work.tenants().list_for(account, now).await.unwrap();
    let houses = work.houses().list_for(account, now).await.unwrap();
    let presences = work.presences().list_for(account, now).await.unwrap();
    assert!(presences.len() <= houses.len());
    (
        tenants.len(),
        houses.iter().map(|access| access.role).collect(),
    )
}

pub async fn a_role_in_one_house_opens_nothing_else(world: World) {
    let (anna, tenant) = world.customer("anna").await;
    let (_, other) = world.customer("other").await;
    let bob = world.account("bob@example.org").await;
    let (one, two) = (world.house(tenant.id).await, world.house(tenant.id).await);
    let theirs = world.house(other.id).await;
    let now = world.now();
    let reach = in_houses(&[(&one, TenantRole::Resident)]);
    put(&world, tenant.id, &member(bob.id, reach.clone(), now))
        .await
        .unwrap();

    let mut work = world.read().await;
    assert_eq!(
        seen(&mut work, bob.id, now).await,
        (0, vec![TenantRole::Resident])
    );
    let houses = work.houses();
    let access = houses.find_for(bob.id, &one.id, now).await.unwrap();
    let access = access.unwrap();
    assert_eq!((access.role, access.whole), (TenantRole::Resident, false));
    assert_eq!(access.tenant_name, tenant.name);
    for hidden in [&two.id, &theirs.id] {
        assert_eq!(houses.find_for(bob.id, hidden, now).await.unwrap(), None);
    }
    let whole = houses.find_for(anna.id, &one.id, now).await.unwrap();
    assert!(whole.unwrap().whole);
    let found = work.tenants().find_for(bob.id, tenant.id, now).await;
    assert_eq!(found.unwrap(), None, "the tenant itself is not theirs");
    let found = work.members().find(tenant.id, bob.id, now).await.unwrap();
    assert_eq!(found.unwrap().reach, reach);
    assert_eq!(work.members().count(tenant.id, now).await.unwrap(), 2);
    assert_eq!(work.members().list(other.id, now).await.unwrap().len(), 1);
    drop(work);

    // A house of another tenant, no house at all, an owner of a house's own.
    for odd in [
        in_houses(&[(&theirs, TenantRole::Guest)]),
        in_houses(&[(&one, TenantRole::Guest), (&theirs, TenantRole::Guest)]),
        Reach::Houses(BTreeMap::new()),
    ] {
        conflict(put(&world, tenant.id, &member(bob.id, odd, now)).await);
    }
    // Nothing came of it, and another reach takes the place of the first.
    let mut work = world.read().await;
    let roles = seen(&mut work, bob.id, now).await;
    assert_eq!(roles, (0, vec![TenantRole::Resident]));
    drop(work);
    let whole = member(bob.id, Reach::Tenant(TenantRole::Installer), now);
    put(&world, tenant.id, &whole).await.unwrap();
    let mut work = world.read().await;
    let roles = seen(&mut work, bob.id, now).await;
    assert_eq!(roles, (1, vec![TenantRole::Installer; 2]));
    drop(work);
    put(&world, tenant.id, &member(bob.id, reach, now))
        .await
        .unwrap();
    let mut work = world.write().await;
    let gone = work.houses().delete(tenant.id, one.key, now).await;
    assert!(gone.unwrap());
    work.commit().await.unwrap();
    let mut work = world.read().await;
    assert_eq!(seen(&mut work, bob.id, now).await, (0, vec![]));
    assert_eq!(work.members().count(tenant.id, now).await.unwrap(), 1);
}

pub async fn a_membership_ends_by_itself_everywhere(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let (bob, cleo) = (
        world.account("bob@example.org").await,
        world.account("cleo@example.org").await,
    );
    let house = world.house(tenant.id).await;
    let now = world.now();
    let end = later(now, 60);
    for (account, reach) in [
        (bob.id, Reach::Tenant(TenantRole::Guest)),
        (cleo.id, in_houses(&[(&house, TenantRole::Guest)])),
    ] {
        let new = NewMember {
            until: Some(end),
            ..member(account, reach, now)
        };
        put(&world, tenant.id, &new).await.unwrap();
    }
    let owner = NewMember {
        until: Some(end),
        ..member(bob.id, Reach::Tenant(TenantRole::Owner), now)
    };
    conflict(put(&world, tenant.id, &owner).await);

    let mut work = world.write().await;
    let before = Timestamp(end.0 - 1);
    for account in [bob.id, cleo.id] {
        assert_eq!(seen(&mut work, account, before).await.1.len(), 1);
        assert_eq!(seen(&mut work, account, end).await, (0, vec![]));
        let house = work.houses().find_for(account, &house.id, end).await;
        assert_eq!(house.unwrap(), None);
        let access = work.tenants().find_for(account, tenant.id, end).await;
        assert_eq!(access.unwrap(), None);
        let found = work.members().find(tenant.id, account, end).await;
        assert_eq!(found.unwrap(), None);
    }
    let members = work.members();
    assert_eq!(members.count(tenant.id, before).await.unwrap(), 3);
    assert_eq!(members.count(tenant.id, end).await.unwrap(), 1);
    assert_eq!(members.ended(before).await.unwrap(), []);
    let mut ended = members.ended(end).await.unwrap();
    ended.sort_unstable();
    let mut expected = [(tenant.id, bob.id), (tenant.id, cleo.id)];
    expected.sort_unstable();
    assert_eq!(ended, expected);
    let until = later(end, 600);
    for (tenant, account) in ended {
        assert!(members.end(tenant, account, end, until).await.unwrap());
        assert!(!members.end(tenant, account, end, until).await.unwrap());
    }
    assert_eq!(members.ended(end).await.unwrap(), []);
    work.commit().await.unwrap();
    let state = world.snapshot(Reader::Gateway).await;
    let (_, spec) = state.houses().next().unwrap();
    assert_eq!(spec.revoked.len(), 2, "their bus tokens end as well");
}

/// A tenant with two owners, the first of whom answers for it.
async fn two_owners(world: &World) -> (Account, Account, Tenant) {
    let (anna, tenant) = world.customer("anna").await;
    let bob = world.account("bob@example.org").await;
    let owner = member(bob.id, Reach::Tenant(TenantRole::Owner), world.now());
    put(world, tenant.id, &owner).await.unwrap();
    (anna, bob, tenant)
}

pub async fn a_tenant_never_is_without_an_owner(world: World) {
    let (anna, bob, tenant) = two_owners(&world).await;
    let (now, until) = (world.now(), later(world.now(), 600));
    // The one who answers leaves: the other one answers.
    let mut work = world.write().await;
    let removed = work.members().remove(tenant.id, anna.id, until).await;
    assert!(removed.unwrap());
    let found = work.tenants().find(tenant.id).await.unwrap().unwrap();
    assert_eq!(found.owner, bob.id);
    conflict(work.members().remove(tenant.id, bob.id, until).await);
    let less = member(bob.id, Reach::Tenant(TenantRole::Admin), now);
    conflict(work.members().put(tenant.id, &less, until).await);
    drop(work);

    // Two who remove each other at once: one stays.
    let mut racers = tokio::task::JoinSet::new();
    for account in [anna.id, bob.id] {
        let (store, tenant) = (world.store.clone(), tenant.id);
        racers.spawn(async move {
            let mut work = store.begin_write().await.unwrap();
            match work.members().remove(tenant, account, until).await {
                Ok(removed) => {
                    work.commit().await.unwrap();
                    removed
                }
                Err(StoreError::Conflict) => false,
                Err(other) => panic!("{other}"),
            }
        });
    }
    let removed = racers.join_all().await;
    assert_eq!(removed.iter().filter(|removed| **removed).count(), 1);
    let mut work = world.read().await;
    let left = work.members().list(tenant.id, now).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].reach, Reach::Tenant(TenantRole::Owner));
    let found = work.tenants().find(tenant.id).await.unwrap().unwrap();
    assert_eq!(found.owner, left[0].account);
}

fn invitation(world: &World, by: &Account, email: &str, to: InvitedTo) -> Invitation {
    Invitation {
        id: InvitationId::generate(&*world.ambient),
        to,
        email: email.parse().unwrap(),
        invited_by: by.id,
        inviter: by.name.clone(),
        inviter_email: by.email.clone(),
        created_at: world.now(),
        sent_at: world.now(),
        expires_at: later(world.now(), 60),
    }
}

pub async fn an_invitation_is_its_tenants_own_and_works_in_its_time(world: World) {
    let (anna, tenant) = world.customer("anna").await;
    let (_, other) = world.customer("bob").await;
    let house = world.house(tenant.id).await;
    let now = world.now();
    let to = |reach: Reach, until| InvitedTo::Tenant {
        tenant: tenant.id,
        reach,
        until,
    };
    let whole = to(Reach::Tenant(TenantRole::Guest), Some(later(now, 900)));
    let whole = invitation(&world, &anna, "Guest@Example.org", whole);
    let single = to(in_houses(&[(&house, TenantRole::Resident)]), None);
    let single = invitation(&world, &anna, "single@example.org", single);
    let service = invitation(&world, &anna, "guest@example.org", InvitedTo::Service);
    let hashes = [world.hash(), world.hash(), world.hash()];
    let mut work = world.write().await;
    let invitations = work.invitations();
    for (one, hash) in [&whole, &single, &service].into_iter().zip(&hashes) {
        invitations.insert(one, hash).await.unwrap();
        let again = Invitation {
            id: InvitationId::generate(&*world.ambient),
            email: one.email.as_str().to_uppercase().parse().unwrap(),
            ..one.clone()
        };
        conflict(invitations.insert(&again, &world.hash()).await);
        let end = one.expires_at;
        let before = Timestamp(end.0 - 1);
        let found = invitations.find_by_hash(hash, before).await.unwrap();
        assert_eq!(found.as_ref(), Some(one));
        assert_eq!(invitations.find_by_hash(hash, end).await.unwrap(), None);
    }
    assert_eq!(invitations.count(tenant.id, now).await.unwrap(), 2);
    assert_eq!(invitations.count(other.id, now).await.unwrap(), 0);
    assert_eq!(invitations.list(Some(other.id)).await.unwrap(), []);
    let listed = invitations.list(Some(tenant.id)).await.unwrap();
    assert_eq!(listed.len(), 2);
    let to_service = invitations.list(None).await.unwrap();
    assert_eq!(to_service, std::slice::from_ref(&service));
    for stranger in [Some(other.id), None] {
        assert_eq!(invitations.find(stranger, whole.id).await.unwrap(), None);
        assert!(!invitations.remove(stranger, whole.id).await.unwrap());
        let fresh = world.hash();
        let renewed = invitations.renew(stranger, whole.id, &fresh, now, now);
        assert!(!renewed.await.unwrap());
    }
    let fresh = world.hash();
    let end = later(now, 120);
    let renewed = invitations.renew(Some(tenant.id), whole.id, &fresh, now, end);
    assert!(renewed.await.unwrap());
    let old = invitations.find_by_hash(&hashes[0], now).await.unwrap();
    assert_eq!(old, None, "the old link stopped working");
    assert!(invitations.remove(Some(tenant.id), whole.id).await.unwrap());
    assert!(!invitations.remove(Some(tenant.id), whole.id).await.unwrap());
    assert_eq!(
        invitations.find_by_hash(&fresh, now).await.unwrap(),
        None,
        "it was used up"
    );
    // What has expired makes way.
    let again = Invitation {
        id: InvitationId::generate(&*world.ambient),
        created_at: single.expires_at,
        sent_at: single.expires_at,
        expires_at: later(single.expires_at, 60),
        ..single.clone()
    };
    invitations.insert(&again, &world.hash()).await.unwrap();
    let found = invitations.find(Some(tenant.id), single.id).await.unwrap();
    assert_eq!(found, None);
    work.commit().await.unwrap();
}

pub async fn a_members_quota_cannot_be_raced(world: World) {
    let (anna, tenant) = world.customer("anna").await;
    let mut racers = tokio::task::JoinSet::new();
    let now = world.now();
    for n in 0..8 {
        let to = InvitedTo::Tenant {
            tenant: tenant.id,
            reach: Reach::Tenant(TenantRole::Guest),
            until: None,
        };
        let one = invitation(&world, &anna, &format!("g{n}@example.org"), to);
        let (store, hash, tenant) = (world.store.clone(), world.hash(), tenant.id);
        racers.spawn(async move {
            let mut work = store.begin_write().await.unwrap();
            let members = work.members().count(tenant, now).await.unwrap();
            let open = work.invitations().count(tenant, now).await.unwrap();
            if members + open >= 3 {
                return false;
            }
            work.invitations().insert(&one, &hash).await.unwrap();
            work.commit().await.unwrap();
            true
        });
    }
    let made = racers.join_all().await;
    assert_eq!(made.iter().filter(|made| **made).count(), 2);
}

pub async fn an_account_waits_until_it_is_let_in(world: World) {
    let (first, second) = (
        world.account("a@example.org").await,
        world.account("b@example.org").await,
    );
    let now = world.now();
    let mut work = world.write().await;
    for (account, at) in [(&second, later(now, 1)), (&first, now)] {
        work.approvals().wait(account.id, at).await.unwrap();
        assert!(work.approvals().is_waiting(account.id).await.unwrap());
    }
    assert_eq!(work.approvals().count().await.unwrap(), 0, "none is proven");
    for account in [&first, &second] {
        let proven = work.accounts().mark_verified(account.id, now).await;
        assert!(proven.unwrap());
    }
    let approvals = work.approvals();
    let listed = approvals.list(10).await.unwrap();
    let order: Vec<AccountId> = listed.iter().map(|one| one.account).collect();
    assert_eq!(order, [first.id, second.id]);
    assert_eq!(approvals.list(1).await.unwrap().len(), 1);
    assert_eq!(approvals.count().await.unwrap(), 2);
    assert!(approvals.release(first.id).await.unwrap());
    assert!(!approvals.release(first.id).await.unwrap());
    assert!(!approvals.is_waiting(first.id).await.unwrap());
    assert_eq!(approvals.find(first.id).await.unwrap(), None);
    // Nobody takes over an account whose address was proven.
    let claimed = approvals.claim(second.id, &second.name, &second.password, now);
    assert!(!claimed.await.unwrap());
    assert!(approvals.is_waiting(second.id).await.unwrap());
    work.commit().await.unwrap();
}
