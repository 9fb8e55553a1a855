//! Tenants, members, houses, credentials.

use cell::Reader;
use control_plane::store::{Credential, House, StoreError, Tenant};
use model::{CredentialId, HouseKey, TenantId, TenantRole, Timestamp};

use super::harness::World;

fn conflict<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    let refused = result.expect_err("a conflict");
    assert!(matches!(refused, StoreError::Conflict), "{refused}");
}

pub async fn a_second_tenant_sees_nothing_of_the_first(world: World) {
    let (anna, hers) = world.customer("anna").await;
    let (mallory, his) = world.customer("mallory").await;
    let house = world.house(hers.id).await;
    let credential = world.credential(house.key).await;
    let his_house = world.house(his.id).await;

    let mut work = world.write().await;
    let seen = work
        .tenants()
        .find_for(mallory.id, hers.id, world.now())
        .await
        .unwrap();
    assert_eq!(seen, None);
    let listed = work
        .tenants()
        .list_for(mallory.id, world.now())
        .await
        .unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0].tenant, listed[0].role),
        (&his, TenantRole::Owner)
    );

    let houses = work.houses();
    assert_eq!(houses.find(his.id, &house.id).await.unwrap(), None);
    assert_eq!(
        houses
            .find_for(mallory.id, &house.id, world.now())
            .await
            .unwrap(),
        None
    );
    let own = houses.list(his.id).await.unwrap();
    assert_eq!(own, std::slice::from_ref(&his_house));
    let listed = houses.list_for(mallory.id, world.now()).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].house, his_house);
    assert_eq!(houses.count(his.id).await.unwrap(), 1);
    let (name, zone) = (house.name.clone(), house.timezone.clone());
    let described = houses.describe(his.id, house.key, &name, &zone).await;
    assert!(!described.unwrap());
    let revoked = houses
        .revoke_bus_tokens(his.id, house.key, "x", world.now())
        .await;
    assert!(!revoked.unwrap());
    let deleted = houses.delete(his.id, house.key, world.now()).await;
    assert!(!deleted.unwrap());

    let credentials = work.credentials();
    let seen = credentials.find(his_house.key, credential.id).await;
    assert_eq!(seen.unwrap(), None);
    let revoked = credentials
        .revoke(his_house.key, credential.id, world.now())
        .await;
    assert!(!revoked.unwrap());
    let touched = credentials
        .touch(his_house.key, credential.id, world.now(), None)
        .await;
    assert!(!touched.unwrap());
    assert_eq!(
        work.presences()
            .list_for(mallory.id, world.now())
            .await
            .unwrap(),
        [],
        "nothing reported yet"
    );
    assert_eq!(
        work.commit().await.unwrap().revision(hers.cell),
        None,
        "what changed nothing raised nothing"
    );

    let mut work = world.read().await;
    let access = work
        .houses()
        .find_for(anna.id, &house.id, world.now())
        .await
        .unwrap();
    assert_eq!(access.unwrap().house, house);
}

pub async fn slugs_are_never_reused(world: World) {
    let (anna, tenant) = world.customer("anna").await;
    let house = world.house(tenant.id).await;
    let again = Tenant {
        id: TenantId::generate(&*world.ambient),
        ..tenant.clone()
    };
    let mut work = world.write().await;
    conflict(work.tenants().insert(&again).await);
    assert!(work.tenants().delete(tenant.id, world.now()).await.unwrap());
    assert!(!work.tenants().delete(tenant.id, world.now()).await.unwrap());
    conflict(work.tenants().insert(&again).await);
    assert_eq!(work.tenants().find(tenant.id).await.unwrap(), None);
    assert_eq!(
        work.tenants().list_for(anna.id, world.now()).await.unwrap(),
        []
    );
    let house_left = work
        .houses()
        .find_for(anna.id, &house.id, world.now())
        .await
        .unwrap();
    assert_eq!(house_left, None, "its houses went with it");
    conflict(work.houses().insert(&world.new_house(tenant.id)).await);
    work.commit().await.unwrap();
}

pub async fn house_ids_are_never_reused(world: World) {
    let (_, hers) = world.customer("anna").await;
    let (_, his) = world.customer("bob").await;
    let house = world.house(hers.id).await;
    let claim = House {
        id: house.id.clone(),
        ..world.new_house(his.id)
    };
    let credential = world.new_credential(house.key);
    let mut work = world.write().await;
    conflict(work.houses().insert(&claim).await);
    let deleted = work.houses().delete(hers.id, house.key, world.now()).await;
    assert!(deleted.unwrap());
    conflict(work.houses().insert(&claim).await);
    conflict(work.credentials().insert(&credential).await);
    let found = work.houses().find(hers.id, &house.id).await.unwrap();
    assert_eq!(found, None);
    assert_eq!(work.houses().count(hers.id).await.unwrap(), 0);
    // Drawing another id works in the same transaction.
    let fresh = world.new_house(his.id);
    work.houses().insert(&fresh).await.unwrap();
    work.commit().await.unwrap();
    let state = world.snapshot(Reader::Gateway).await;
    let known: Vec<_> = state.houses().map(|(_, house)| &house.house).collect();
    assert_eq!(known, [&fresh.id]);
}

pub async fn a_quota_cannot_be_raced(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (store, house) = (world.store.clone(), world.new_house(tenant.id));
        racers.spawn(async move {
            let mut work = store.begin_write().await.unwrap();
            let room = work.houses().count(house.tenant).await.unwrap() < 1;
            if room {
                work.houses().insert(&house).await.unwrap();
                work.commit().await.unwrap();
            }
            room
        });
    }
    let added = racers.join_all().await;
    assert_eq!(added.iter().filter(|added| **added).count(), 1);
    let mut work = world.read().await;
    assert_eq!(work.houses().count(tenant.id).await.unwrap(), 1);
}

pub async fn an_owner_stays_and_a_member_leaves_with_his_tokens(world: World) {
    let (anna, tenant) = world.customer("anna").await;
    let bob = world.account("bob@example.org").await;
    let house = world.house(tenant.id).await;
    let until = Timestamp(world.now().0 + 600_000);
    let mut work = world.write().await;
    let members = work.members();
    members
        .insert(tenant.id, bob.id, TenantRole::Guest, world.now())
        .await
        .unwrap();
    conflict(
        members
            .insert(tenant.id, bob.id, TenantRole::Admin, world.now())
            .await,
    );
    let listed = members.list(tenant.id, world.now()).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().any(|member| member.email == bob.email));
    conflict(members.remove(tenant.id, anna.id, until).await);
    assert!(members.remove(tenant.id, bob.id, until).await.unwrap());
    assert!(!members.remove(tenant.id, bob.id, until).await.unwrap());
    let access = work
        .houses()
        .find_for(bob.id, &house.id, world.now())
        .await
        .unwrap();
    assert_eq!(access, None);
    assert!(work.commit().await.unwrap().revision(tenant.cell).is_some());

    let state = world.snapshot(Reader::Gateway).await;
    let (_, spec) = state.houses().next().unwrap();
    assert_eq!(spec.revoked.len(), 1);
    assert_eq!(spec.revoked[0].subject, bob.id.to_string());
    assert_eq!(spec.revoked[0].until, until);
}

pub async fn credentials_live_and_are_revoked(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let house = world.house(tenant.id).await;
    let credential = world.credential(house.key).await;
    let second = Credential {
        not_after: Some(world.now()),
        ..world.new_credential(house.key)
    };
    let nowhere = world.new_credential(HouseKey::generate(&*world.ambient));
    let mut work = world.write().await;
    let credentials = work.credentials();
    conflict(credentials.insert(&nowhere).await);
    credentials.insert(&second).await.unwrap();
    conflict(credentials.insert(&second).await);
    let unknown = CredentialId::generate(&*world.ambient);
    let revoked = credentials.revoke(house.key, unknown, world.now()).await;
    assert!(!revoked.unwrap());
    for expected in [true, false] {
        let revoked = credentials
            .revoke(house.key, credential.id, world.now())
            .await;
        assert_eq!(revoked.unwrap(), expected);
    }
    let used = Timestamp(world.now().0 + 5);
    let from = "192.0.2.7".parse().ok();
    for (at, from, expected) in [
        (Timestamp(used.0 - 2), from, true),
        (used, None, true),
        (world.now(), "192.0.2.8".parse().ok(), false),
    ] {
        let touched = credentials.touch(house.key, second.id, at, from).await;
        assert_eq!(touched.unwrap(), expected, "never turns back");
    }
    let second = Credential {
        last_used_at: Some(used),
        last_used_from: from,
        ..second
    };
    assert_eq!(credentials.list(house.key).await.unwrap(), [second]);
    let found = credentials.find(house.key, credential.id).await.unwrap();
    assert_eq!(found.unwrap().revoked_at, Some(world.now()));
}
