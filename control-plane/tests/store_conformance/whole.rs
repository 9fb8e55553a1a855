//! The store as a whole.

use control_plane::store::{OpenError, Session, SettingKey, Store, StoreError};
use model::SessionId;

use super::harness::World;

pub async fn every_statement_is_prepared(world: World) {
    let prepared = world.store.prepare_all().await.unwrap();
    assert!(prepared > 60, "{prepared}");
}

pub async fn a_work_not_committed_is_undone(world: World) {
    let account = world.new_account("a@example.org");
    let mut work = world.write().await;
    work.accounts().insert(&account).await.unwrap();
    assert!(work.accounts().find(account.id).await.unwrap().is_some());
    drop(work);
    let mut work = world.write().await;
    assert_eq!(work.accounts().find(account.id).await.unwrap(), None);
}

pub async fn a_read_cannot_write(world: World) {
    let account = world.new_account("a@example.org");
    let mut work = world.read().await;
    let refused = work.accounts().insert(&account).await;
    assert!(
        matches!(refused, Err(StoreError::Backend(_))),
        "{refused:?}"
    );
}

pub async fn what_was_kept_is_there_after_a_restart(world: World) {
    let (account, tenant) = world.customer("anna").await;
    let house = world.house(tenant.id).await;
    let credential = world.credential(house.key).await;
    let cell = world.link().await.cell();
    world.store.close().await;

    let store = Store::open(&world.url, &*world.ambient).await.unwrap();
    let mut work = store.begin_read().await.unwrap();
    assert_eq!(
        work.accounts().find(account.id).await.unwrap(),
        Some(account)
    );
    assert_eq!(work.tenants().find(tenant.id).await.unwrap(), Some(tenant));
    let found = work.houses().find_placed(cell, &house.id).await.unwrap();
    assert_eq!(found, Some(house.clone()));
    assert_eq!(
        work.credentials().list(house.key).await.unwrap(),
        [credential]
    );
    assert_eq!(work.cells().signing_keys(cell).await.unwrap().len(), 1);
}

pub async fn a_newer_or_changed_database_is_refused(world: World) {
    world.store.close().await;
    let reopen = async || {
        let opened = Store::open(&world.url, &*world.ambient).await;
        opened.map(drop)
    };
    world
        .raw_texts(
            "INSERT INTO migrations (name, checksum, applied_at) SELECT '9000_later', checksum, 0 \
             FROM migrations WHERE name = '0001_accounts' RETURNING name",
        )
        .await;
    let error = reopen().await.unwrap_err();
    assert!(
        matches!(&error, OpenError::Newer(name) if name == "9000_later"),
        "{error}"
    );
    assert!(error.to_string().contains("start that version"));

    world
        .raw_texts("DELETE FROM migrations WHERE name = '9000_later' RETURNING name")
        .await;
    reopen().await.unwrap();
    world
        .raw_texts(
            "UPDATE migrations SET checksum = (SELECT checksum FROM migrations \
             WHERE name = '0003_observations') WHERE name = '0001_accounts' RETURNING name",
        )
        .await;
    let error = reopen().await.unwrap_err();
    assert!(
        matches!(&error, OpenError::Changed(name) if name == "0001_accounts"),
        "{error}"
    );
}

pub async fn opening_at_once_migrates_once(world: World) {
    world.store.close().await;
    world.drop_everything().await;
    let mut opening = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (url, ambient) = (world.url.clone(), world.ambient.clone());
        opening.spawn(async move { Store::open(&url, &*ambient).await });
    }
    for store in opening.join_all().await {
        store.unwrap().prepare_all().await.unwrap();
    }
}

pub async fn tidying_removes_what_expired_and_nothing_else(world: World) {
    let account = world.account("a@example.org").await;
    let session = |secs: i64| Session {
        id: SessionId::generate(&*world.ambient),
        hash: world.hash(),
        account: account.id,
        device: String::new(),
        address: String::new(),
        created_at: world.now(),
        last_seen_at: world.now(),
        expires_at: model::Timestamp(world.now().0 + secs * 1_000),
    };
    let (short, long) = (session(10), session(100));
    let mut work = world.write().await;
    work.sessions().insert(&short).await.unwrap();
    work.sessions().insert(&long).await.unwrap();
    for expires_at in [None, Some(short.expires_at)] {
        let token = world.new_api_token(account.id, expires_at);
        work.api_tokens().insert(&token).await.unwrap();
    }
    work.commit().await.unwrap();

    assert_eq!(world.store.tidy(world.now()).await.unwrap(), 0);
    world.advance_secs(50);
    assert_eq!(world.store.tidy(world.now()).await.unwrap(), 2);
    let mut work = world.read().await;
    let left = work.sessions().list(account.id, world.now()).await.unwrap();
    assert_eq!(left, [long]);
    let earlier = model::Timestamp(0);
    let tokens = work.api_tokens().list(account.id, earlier).await.unwrap();
    assert_eq!(tokens.len(), 1);
}

pub async fn settings_keep_the_last_word(world: World) {
    let mut work = world.write().await;
    let key = SettingKey::SignUpPolicy;
    assert_eq!(work.settings().get(key).await.unwrap(), None);
    for value in ["closed", "open"] {
        work.settings().set(key, value, world.now()).await.unwrap();
    }
    work.commit().await.unwrap();
    let mut work = world.read().await;
    assert_eq!(
        work.settings().get(key).await.unwrap().as_deref(),
        Some("open")
    );
}
