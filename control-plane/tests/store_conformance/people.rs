//! Accounts, links, sessions, tokens.

use control_plane::store::{
    Account, LinkKind, OneTimeLink, PasswordHash, Rotation, Session, StoreError, Successor,
    TokenPair,
};
use model::{AccountId, Language, SecretHash, SessionId, Timestamp, TokenId};

use super::harness::World;

fn later(at: Timestamp, secs: i64) -> Timestamp {
    Timestamp(at.0 + secs * 1_000)
}

pub async fn an_address_has_one_account(world: World) {
    let first = world.account("Anna@Example.org").await;
    let mut work = world.write().await;
    let second = world.new_account("anna@example.ORG");
    let refused = work.accounts().insert(&second).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    // A conflict leaves the transaction usable on both engines.
    let third = Account {
        admin: true,
        ..world.new_account("bob@example.org")
    };
    assert!(!work.accounts().any_admin().await.unwrap());
    work.accounts().insert(&third).await.unwrap();
    work.commit().await.unwrap();

    let mut work = world.read().await;
    let found = work.accounts().find_by_email(&second.email).await.unwrap();
    assert_eq!(found, Some(first));
    assert_eq!(work.accounts().find(second.id).await.unwrap(), None);
    assert_eq!(work.accounts().find(third.id).await.unwrap(), Some(third));
    assert!(work.accounts().any_admin().await.unwrap());
}

pub async fn verification_and_password_change(world: World) {
    let account = world.account("a@example.org").await;
    let stranger = AccountId::generate(&*world.ambient);
    let first = world.now();
    let password = PasswordHash::from_phc("$argon2id$y".to_owned());
    let mut work = world.write().await;
    let accounts = work.accounts();
    assert!(accounts.mark_verified(account.id, first).await.unwrap());
    assert!(
        accounts
            .mark_verified(account.id, later(first, 9))
            .await
            .unwrap()
    );
    assert!(!accounts.mark_verified(stranger, first).await.unwrap());
    assert!(accounts.set_password(account.id, &password).await.unwrap());
    assert!(!accounts.set_password(stranger, &password).await.unwrap());
    let german = Some(Language::German);
    assert!(accounts.set_language(account.id, german).await.unwrap());
    assert!(!accounts.set_language(stranger, german).await.unwrap());
    let now = accounts.find(account.id).await.unwrap().unwrap();
    assert_eq!(now.language, german);
    assert_eq!(now.verified_at, Some(first), "the first time stands");
    assert_eq!(now.password, password);
}

fn new_link(world: &World, kind: LinkKind, account: Option<AccountId>) -> OneTimeLink {
    OneTimeLink {
        hash: world.hash(),
        kind,
        account,
        email: None,
        created_at: world.now(),
        expires_at: later(world.now(), 60),
    }
}

pub async fn one_taker_gets_a_link(world: World) {
    let account = world.account("a@example.org").await;
    let link = new_link(&world, LinkKind::VerifyEmail, Some(account.id));
    let mut work = world.write().await;
    work.links().insert(&link).await.unwrap();
    work.commit().await.unwrap();

    let mut takers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (store, hash, now) = (world.store.clone(), link.hash, world.now());
        takers.spawn(async move {
            let mut work = store.begin_write().await.unwrap();
            let taken = work
                .links()
                .take(LinkKind::VerifyEmail, &hash, now)
                .await
                .unwrap();
            work.commit().await.unwrap();
            taken
        });
    }
    let taken: Vec<OneTimeLink> = takers.join_all().await.into_iter().flatten().collect();
    assert_eq!(taken, [link]);
}

pub async fn a_link_works_as_its_kind_and_in_its_time(world: World) {
    let account = world.account("a@example.org").await;
    let link = new_link(&world, LinkKind::AdminSetUp, None);
    let mailed = new_link(&world, LinkKind::VerifyEmail, Some(account.id));
    let now = world.now();
    let mut work = world.write().await;
    let links = work.links();
    links.insert(&link).await.unwrap();
    links.insert(&mailed).await.unwrap();
    let as_other = links.take(LinkKind::VerifyEmail, &link.hash, now).await;
    assert_eq!(as_other.unwrap(), None);
    let seen = links.find(LinkKind::AdminSetUp, &link.hash, now).await;
    assert_eq!(seen.unwrap(), Some(link.clone()), "looking does not use it");
    let expired = links
        .take(LinkKind::AdminSetUp, &link.hash, link.expires_at)
        .await;
    assert_eq!(expired.unwrap(), None);
    let unmade = links.take(LinkKind::AdminSetUp, &world.hash(), now).await;
    assert_eq!(unmade.unwrap(), None);

    let removed = links.remove_all(LinkKind::AdminSetUp, None).await;
    assert_eq!(removed.unwrap(), 1);
    let removed = links
        .remove_all(LinkKind::VerifyEmail, Some(account.id))
        .await;
    assert_eq!(removed.unwrap(), 1);
    let gone = links.take(LinkKind::AdminSetUp, &link.hash, now).await;
    assert_eq!(gone.unwrap(), None);
}

pub async fn sessions_are_found_touched_and_ended(world: World) {
    let account = world.account("a@example.org").await;
    let other = world.account("b@example.org").await;
    let session = |account: AccountId| Session {
        id: SessionId::generate(&*world.ambient),
        hash: world.hash(),
        account,
        device: "Firefox on Linux".to_owned(),
        address: "203.0.113.…".to_owned(),
        created_at: world.now(),
        last_seen_at: world.now(),
        expires_at: later(world.now(), 60),
    };
    let (mut one, two, theirs) = (session(account.id), session(account.id), session(other.id));
    let mut work = world.write().await;
    let sessions = work.sessions();
    for session in [&one, &two, &theirs] {
        sessions.insert(session).await.unwrap();
    }
    let seen = later(world.now(), 5);
    assert!(sessions.touch(one.id, seen).await.unwrap());
    assert!(!sessions.touch(one.id, world.now()).await.unwrap());
    one.last_seen_at = seen;
    let found = sessions.find(&one.hash, world.now()).await.unwrap();
    assert_eq!(found, Some(one.clone()));
    let expired = sessions.find(&one.hash, one.expires_at).await.unwrap();
    assert_eq!(expired, None);
    assert_eq!(sessions.list(account.id, seen).await.unwrap().len(), 2);

    assert!(!sessions.delete(other.id, one.id).await.unwrap());
    assert!(sessions.delete(account.id, one.id).await.unwrap());
    assert_eq!(sessions.find(&one.hash, seen).await.unwrap(), None);
    assert_eq!(sessions.delete_all(account.id).await.unwrap(), 1);
    assert_eq!(sessions.list(other.id, seen).await.unwrap(), [theirs]);
}

async fn pair(world: &World) -> TokenPair {
    let account = world.account("a@example.org").await;
    let id = TokenId::generate(&*world.ambient);
    let pair = TokenPair {
        id,
        family: id,
        account: account.id,
        access_hash: world.hash(),
        access_expires_at: later(world.now(), 60),
        refresh_hash: world.hash(),
        refresh_expires_at: later(world.now(), 600),
        created_at: world.now(),
    };
    let mut work = world.write().await;
    work.tokens().insert(&pair).await.unwrap();
    work.commit().await.unwrap();
    pair
}

fn successor(world: &World) -> Successor {
    Successor {
        id: TokenId::generate(&*world.ambient),
        access_hash: world.hash(),
        access_expires_at: later(world.now(), 120),
        refresh_hash: world.hash(),
        refresh_expires_at: later(world.now(), 900),
    }
}

async fn rotate(world: &World, refresh: &SecretHash, next: &Successor) -> Rotation {
    let mut work = world.write().await;
    let rotation = work.tokens().rotate(refresh, next, world.now()).await;
    work.commit().await.unwrap();
    rotation.unwrap()
}

async fn holder(world: &World, access: &SecretHash) -> Option<TokenId> {
    let mut work = world.read().await;
    let found = work.tokens().find_by_access(access, world.now()).await;
    found.unwrap().map(|pair| pair.id)
}

pub async fn a_refreshed_token_takes_over(world: World) {
    let first = pair(&world).await;
    assert_eq!(holder(&world, &first.access_hash).await, Some(first.id));
    assert_eq!(holder(&world, &first.refresh_hash).await, None);
    let next = successor(&world);
    let Rotation::Rotated(second) = rotate(&world, &first.refresh_hash, &next).await else {
        panic!("a fresh refresh token is taken");
    };
    assert_eq!((second.id, second.family), (next.id, first.id));
    assert_eq!(second.account, first.account);
    assert_eq!(holder(&world, &next.access_hash).await, Some(next.id));
    world.advance_secs(60);
    assert_eq!(holder(&world, &first.access_hash).await, None, "expired");
    world.advance_secs(1_000);
    let late = rotate(&world, &next.refresh_hash, &successor(&world)).await;
    assert_eq!(late, Rotation::Refused);
    let unmade = rotate(&world, &world.hash(), &successor(&world)).await;
    assert_eq!(unmade, Rotation::Refused);
}

pub async fn a_refresh_token_seen_twice_ends_its_family(world: World) {
    let first = pair(&world).await;
    let next = successor(&world);
    rotate(&world, &first.refresh_hash, &next).await;
    let again = rotate(&world, &first.refresh_hash, &successor(&world)).await;
    let reused = Rotation::Reused {
        account: first.account,
        family: first.family,
    };
    assert_eq!(again, reused);
    for access in [&first.access_hash, &next.access_hash] {
        assert_eq!(holder(&world, access).await, None);
    }
    let heir = rotate(&world, &next.refresh_hash, &successor(&world)).await;
    assert_eq!(heir, Rotation::Refused, "the whole family is revoked");

    let mut work = world.write().await;
    let tokens = work.tokens();
    let none = tokens.revoke_all(first.account, world.now()).await;
    assert_eq!(none.unwrap(), 0);
}

pub async fn of_two_refreshers_at_once_one_is_a_thief(world: World) {
    let first = pair(&world).await;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (store, hash, now) = (world.store.clone(), first.refresh_hash, world.now());
        let next = successor(&world);
        racers.spawn(async move {
            let mut work = store.begin_write().await.unwrap();
            let rotation = work.tokens().rotate(&hash, &next, now).await.unwrap();
            work.commit().await.unwrap();
            matches!(rotation, Rotation::Rotated(_))
        });
    }
    let rotated = racers.join_all().await;
    assert_eq!(rotated.iter().filter(|rotated| **rotated).count(), 1);
    let mut work = world.write().await;
    let family = work
        .tokens()
        .revoke_family(first.account, first.family, world.now())
        .await;
    assert!(!family.unwrap(), "already revoked");
}
