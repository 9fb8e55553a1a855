//! What guards an account: second factors, scoped tokens, moving and erasing.

use cell::Reader;
use control_plane::store::{LinkKind, OneTimeLink, Session, StoreError};
use model::{AccountId, SessionId, TenantRole, Timestamp};

use super::harness::World;

fn later(at: Timestamp, secs: i64) -> Timestamp {
    Timestamp(at.0 + secs * 1_000)
}

fn session(world: &World, account: AccountId) -> Session {
    Session {
        id: SessionId::generate(&*world.ambient),
        hash: world.hash(),
        account,
        device: "Firefox on Linux".to_owned(),
        address: "203.0.113.…".to_owned(),
        created_at: world.now(),
        last_seen_at: world.now(),
        expires_at: later(world.now(), 60),
    }
}

pub async fn a_step_and_a_recovery_code_work_once(world: World) {
    let account = world.account("a@example.org").await.id;
    let other = world.account("b@example.org").await.id;
    let now = world.now();
    let mut work = world.write().await;
    let factors = work.second_factors();
    assert!(factors.begin(account, b"first", now).await.unwrap());
    assert!(factors.begin(account, b"second", now).await.unwrap());
    assert!(factors.begin(other, b"theirs", now).await.unwrap());
    let found = factors.find(account).await.unwrap().unwrap();
    assert_eq!(
        (found.secret.as_slice(), found.confirmed_at),
        (&b"second"[..], None)
    );
    assert!(factors.confirm(account, now).await.unwrap());
    assert!(!factors.confirm(account, now).await.unwrap());
    // A confirmed one is not replaced by beginning again.
    assert!(!factors.begin(account, b"third", now).await.unwrap());
    let found = factors.find(account).await.unwrap().unwrap();
    assert_eq!(found.confirmed_at, Some(now));
    assert_eq!(found.secret, b"second");

    assert!(factors.use_step(account, 7).await.unwrap());
    assert!(!factors.use_step(account, 7).await.unwrap());
    assert!(!factors.use_step(account, 6).await.unwrap());
    assert!(factors.use_step(account, 8).await.unwrap());

    let [one, two, three] = [world.hash(), world.hash(), world.hash()];
    factors
        .set_recovery_codes(account, &[one, two])
        .await
        .unwrap();
    assert!(!factors.use_recovery_code(other, &one).await.unwrap());
    assert!(factors.use_recovery_code(account, &one).await.unwrap());
    assert!(!factors.use_recovery_code(account, &one).await.unwrap());
    assert_eq!(factors.count_recovery_codes(account).await.unwrap(), 1);
    factors.set_recovery_codes(account, &[three]).await.unwrap();
    assert!(!factors.use_recovery_code(account, &two).await.unwrap());
    assert!(factors.remove(account).await.unwrap());
    assert!(!factors.remove(account).await.unwrap());
    assert_eq!(factors.count_recovery_codes(account).await.unwrap(), 0);
    assert_eq!(factors.find(account).await.unwrap(), None);
    assert!(factors.find(other).await.unwrap().is_some());
    work.commit().await.unwrap();

    // Of many who show one code at once, one gets in.
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let store = world.store.clone();
        racers.spawn(async move {
            let mut work = store.begin_write().await.unwrap();
            let used = work.second_factors().use_step(other, 9).await.unwrap();
            work.commit().await.unwrap();
            used
        });
    }
    let used = racers.join_all().await;
    assert_eq!(used.iter().filter(|used| **used).count(), 1);
}

pub async fn an_api_token_is_its_persons_own(world: World) {
    let account = world.account("a@example.org").await.id;
    let other = world.account("b@example.org").await.id;
    let now = world.now();
    let mut lasting = world.new_api_token(account, None);
    let ending = world.new_api_token(account, Some(later(now, 60)));
    let theirs = world.new_api_token(other, None);
    let mut work = world.write().await;
    let tokens = work.api_tokens();
    for token in [&lasting, &ending, &theirs] {
        tokens.insert(token).await.unwrap();
    }
    assert!(tokens.touch(lasting.id, now).await.unwrap());
    assert!(!tokens.touch(lasting.id, now).await.unwrap());
    lasting.last_used_at = Some(now);
    let found = tokens.find(&lasting.hash, later(now, 900)).await.unwrap();
    assert_eq!(found.as_ref(), Some(&lasting));
    let found = tokens.find(&ending.hash, now).await.unwrap();
    assert_eq!(found.as_ref(), Some(&ending));
    let expired = tokens.find(&ending.hash, later(now, 60)).await.unwrap();
    assert_eq!(expired, None);
    assert_eq!(tokens.list(account, now).await.unwrap().len(), 2);
    let late = tokens.list(account, later(now, 60)).await.unwrap();
    assert_eq!(late, [lasting.clone()]);
    assert!(!tokens.delete(account, theirs.id).await.unwrap());
    assert!(tokens.delete(account, lasting.id).await.unwrap());
    assert_eq!(tokens.find(&lasting.hash, now).await.unwrap(), None);
    assert_eq!(tokens.list(other, now).await.unwrap(), [theirs]);
}

pub async fn an_address_moves_to_a_free_one_only(world: World) {
    let account = world.account("Anna@Example.org").await;
    let other = world.account("bob@example.org").await;
    let taken = "BOB@example.org".parse().unwrap();
    let free = "anna.berg@example.org".parse().unwrap();
    let now = later(world.now(), 5);
    let mut work = world.write().await;
    let accounts = work.accounts();
    let refused = accounts.set_email(account.id, &taken, now).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    accounts.set_email(account.id, &free, now).await.unwrap();
    // One's own address in other letters is free.
    let louder = "Anna.Berg@example.org".parse().unwrap();
    accounts.set_email(account.id, &louder, now).await.unwrap();
    let found = accounts.find_by_email(&free).await.unwrap().unwrap();
    assert_eq!((found.id, found.email), (account.id, louder));
    assert_eq!(found.verified_at, Some(now));
    assert_eq!(accounts.find_by_email(&account.email).await.unwrap(), None);
    assert_eq!(accounts.find(other.id).await.unwrap(), Some(other));
}

pub async fn a_link_carries_the_address_it_proves(world: World) {
    let account = world.account("a@example.org").await;
    let link = OneTimeLink {
        hash: world.hash(),
        kind: LinkKind::ChangeEmail,
        account: Some(account.id),
        email: Some("new@example.org".parse().unwrap()),
        created_at: world.now(),
        expires_at: later(world.now(), 60),
    };
    let mut work = world.write().await;
    work.links().insert(&link).await.unwrap();
    let taken = work
        .links()
        .take(LinkKind::ChangeEmail, &link.hash, world.now())
        .await;
    assert_eq!(taken.unwrap(), Some(link));
}

pub async fn other_sessions_end_and_this_one_stays(world: World) {
    let account = world.account("a@example.org").await.id;
    let other = world.account("b@example.org").await.id;
    let mine = session(&world, account);
    let theirs = session(&world, other);
    let mut work = world.write().await;
    let sessions = work.sessions();
    for one in [&mine, &session(&world, account), &theirs] {
        sessions.insert(one).await.unwrap();
    }
    assert_eq!(sessions.delete_others(account, mine.id).await.unwrap(), 1);
    let now = world.now();
    assert_eq!(sessions.list(account, now).await.unwrap(), [mine]);
    assert_eq!(sessions.list(other, now).await.unwrap(), [theirs]);
}

pub async fn an_erased_person_leaves_nothing(world: World) {
    let (owner, tenant) = world.customer("owner").await;
    let account = world.account("anna@example.org").await;
    let now = world.now();
    let session = session(&world, account.id);
    let token = world.new_api_token(account.id, None);
    let mut work = world.write().await;
    work.sessions().insert(&session).await.unwrap();
    work.api_tokens().insert(&token).await.unwrap();
    let factors = work.second_factors();
    factors.begin(account.id, b"secret", now).await.unwrap();
    let code = world.hash();
    factors
        .set_recovery_codes(account.id, &[code])
        .await
        .unwrap();
    work.members()
        .insert(tenant.id, account.id, TenantRole::Guest, now)
        .await
        .unwrap();
    assert!(work.accounts().erase(account.id, now).await.unwrap());
    assert!(!work.accounts().erase(account.id, now).await.unwrap());
    work.commit().await.unwrap();

    let everywhere = world
        .raw_texts("SELECT email || email_canonical || name || password FROM accounts")
        .await
        .concat();
    assert!(!everywhere.contains("anna"), "{everywhere}");
    let mut work = world.read().await;
    assert_eq!(work.accounts().find(account.id).await.unwrap(), None);
    assert_eq!(
        work.sessions().find(&session.hash, now).await.unwrap(),
        None
    );
    assert_eq!(
        work.api_tokens().find(&token.hash, now).await.unwrap(),
        None
    );
    assert_eq!(work.second_factors().find(account.id).await.unwrap(), None);
    let members = work.members().list(tenant.id).await.unwrap();
    assert_eq!(members.len(), 1);
    assert_eq!(members[0].account, owner.id);
    drop(work);
    // The address is free again.
    world.account("anna@example.org").await;
}

pub async fn bus_tokens_of_a_person_are_refused_in_every_tenant(world: World) {
    let (anna, home) = world.customer("anna").await;
    let (_, club) = world.customer("club").await;
    let (_, strangers) = world.customer("strangers").await;
    for tenant in [home.id, club.id, strangers.id] {
        world.house(tenant).await;
    }
    let until = later(world.now(), 600);
    let mut work = world.write().await;
    work.members()
        .insert(club.id, anna.id, TenantRole::Guest, world.now())
        .await
        .unwrap();
    work.houses()
        .revoke_bus_tokens_of(anna.id, "ses_1", until)
        .await
        .unwrap();
    work.commit().await.unwrap();
    let state = world.snapshot(Reader::Gateway).await;
    for (tenant, house) in state.houses() {
        let subjects: Vec<&str> = house
            .revoked
            .iter()
            .map(|one| one.subject.as_str())
            .collect();
        if tenant.tenant == strangers.id {
            assert!(subjects.is_empty());
        } else {
            assert_eq!(subjects, ["ses_1"]);
        }
    }
}

pub async fn a_tenant_is_handed_to_another_owner_only(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let heir = world.account("heir@example.org").await.id;
    let guest = world.account("guest@example.org").await.id;
    let mut work = world.write().await;
    for (account, role) in [(heir, TenantRole::Owner), (guest, TenantRole::Guest)] {
        work.members()
            .insert(tenant.id, account, role, world.now())
            .await
            .unwrap();
    }
    assert!(!work.tenants().hand_over(tenant.id, guest).await.unwrap());
    assert!(work.tenants().hand_over(tenant.id, heir).await.unwrap());
    let found = work.tenants().find(tenant.id).await.unwrap().unwrap();
    assert_eq!(found.owner, heir);
}
