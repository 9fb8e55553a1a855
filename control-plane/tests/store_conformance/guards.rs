//! What guards an account: second factors, scoped tokens, moving and erasing.

use std::collections::BTreeSet;

use cell::Reader;
use control_plane::store::{
    AskedBy, Ceremony, CeremonyKind, LinkKind, OneTimeLink, PasskeyRecord, PasswordHash, Session,
    StoreError,
};
use model::{AccountId, PasskeyId, SecretHash, SessionId, TenantRole, Timestamp};

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
    let passkey = passkey(&world, account.id, b"credential");
    work.passkeys().insert(&passkey).await.unwrap();
    let receipt = work.account_erasures().erase(account.id, now).await;
    let receipt = receipt.unwrap().unwrap();
    let again = work.account_erasures().erase(account.id, now).await;
    assert_eq!(again.unwrap(), None);
    work.commit().await.unwrap();
    assert_eq!(receipt.left(), 0, "{receipt:?}");
    let removed = |store: &str| {
        let found = receipt.stores.iter().find(|one| one.store == store);
        found.unwrap().removed
    };
    for store in [
        "sessions",
        "api_tokens",
        "second_factors",
        "passkeys",
        "members",
    ] {
        assert_eq!(removed(store), 1, "{store}");
    }
    // Every table that knows people is on the receipt, but for those that show
    // the account's name, which is gone.
    let mut named: BTreeSet<String> = receipt.stores.iter().map(|s| s.store.clone()).collect();
    assert!(named.remove("accounts"), "its own table");
    named.extend(["account_receipts", "tenant_refusals"].map(str::to_owned));
    assert_eq!(tables_about_people(&world).await, named);

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
    let members = work.members().list(tenant.id, now).await.unwrap();
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

/// Names of tables with a column that names an account.
async fn tables_about_people(world: &World) -> BTreeSet<String> {
    let sql = if world.url.starts_with("sqlite:") {
        "SELECT DISTINCT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND c.name IN ('account', 'invited_by')"
    } else {
        "SELECT DISTINCT c.table_name::text FROM information_schema.columns c \
         JOIN information_schema.tables t ON t.table_name = c.table_name \
         AND t.table_schema = c.table_schema WHERE c.table_schema = 'public' \
         AND t.table_type = 'BASE TABLE' AND c.column_name IN ('account', 'invited_by')"
    };
    world.raw_texts(sql).await.into_iter().collect()
}

fn passkey(world: &World, account: AccountId, credential: &[u8]) -> PasskeyRecord {
    PasskeyRecord {
        id: PasskeyId::generate(&*world.ambient),
        account,
        credential_id: credential.to_vec(),
        credential: "{}".to_owned(),
        name: "Phone".parse().unwrap(),
        created_at: world.now(),
        last_used_at: None,
    }
}

pub async fn a_passkey_is_its_persons_own_and_the_last_way_in_stays(world: World) {
    let (anna, bob) = (
        world.account("a@example.org").await,
        world.account("b@example.org").await,
    );
    let (first, second) = (
        passkey(&world, anna.id, b"one"),
        passkey(&world, anna.id, b"two"),
    );
    let mut work = world.write().await;
    work.passkeys().insert(&first).await.unwrap();
    let taken = PasskeyRecord {
        account: bob.id,
        id: PasskeyId::generate(&*world.ambient),
        ..first.clone()
    };
    let refused = work.passkeys().insert(&taken).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    work.passkeys().insert(&second).await.unwrap();
    assert!(!work.passkeys().delete(bob.id, first.id).await.unwrap());
    let at = world.now();
    assert!(
        work.passkeys()
            .used(first.id, "{\"n\":1}", at)
            .await
            .unwrap()
    );
    let found = work.passkeys().find_by_credential(b"one").await.unwrap();
    let found = found.unwrap();
    assert_eq!(
        (found.credential.as_str(), found.last_used_at),
        ("{\"n\":1}", Some(at))
    );
    assert_eq!(work.passkeys().list(anna.id).await.unwrap().len(), 2);
    assert_eq!(work.passkeys().list(bob.id).await.unwrap(), []);

    let none = PasswordHash::from_phc(String::new());
    work.accounts().set_password(anna.id, &none).await.unwrap();
    assert!(work.passkeys().delete(anna.id, first.id).await.unwrap());
    assert!(!work.passkeys().delete(anna.id, second.id).await.unwrap());
    let some = PasswordHash::from_phc("$argon2id$x".to_owned());
    work.accounts().set_password(anna.id, &some).await.unwrap();
    assert!(work.passkeys().delete(anna.id, second.id).await.unwrap());
}

pub async fn a_challenge_is_taken_once_in_its_time_as_its_kind(world: World) {
    let anna = world.account("a@example.org").await;
    let waiting = |kind, account| Ceremony {
        hash: world.hash(),
        kind,
        account,
        name: account.map(|_| "Phone".parse().unwrap()),
        state: "{}".to_owned(),
        expires_at: Timestamp(world.now().0 + 300_000),
    };
    let register = waiting(CeremonyKind::Register, Some(anna.id));
    let log_in = waiting(CeremonyKind::LogIn, None);
    let mut work = world.write().await;
    work.passkeys().begin(&register).await.unwrap();
    work.passkeys().begin(&log_in).await.unwrap();
    work.commit().await.unwrap();
    let taken = async |kind, hash: &SecretHash| {
        let mut work = world.write().await;
        let taken = work.passkeys().take(kind, hash, world.now()).await.unwrap();
        work.commit().await.unwrap();
        taken
    };
    assert_eq!(taken(CeremonyKind::Confirm, &register.hash).await, None);
    let found = taken(CeremonyKind::Register, &register.hash).await;
    assert_eq!(found, Some(register.clone()));
    assert_eq!(taken(CeremonyKind::Register, &register.hash).await, None);
    world.advance_secs(300);
    assert_eq!(taken(CeremonyKind::LogIn, &log_in.hash).await, None);
    assert_eq!(world.store.tidy(world.now()).await.unwrap(), 1);
}

pub async fn who_leaves_comes_back_with_what_went_along(world: World) {
    let (anna, own) = world.customer("anna").await;
    let (_, other) = world.customer("bob").await;
    let now = world.now();
    let at = Timestamp(now.0 + 1_000);
    let mut work = world.write().await;
    assert!(!work.leaving().keep_account(anna.id).await.unwrap());
    assert!(
        work.leaving()
            .erase_account_after(anna.id, at)
            .await
            .unwrap()
    );
    assert!(
        !work
            .leaving()
            .erase_account_after(anna.id, now)
            .await
            .unwrap()
    );
    let found = work.accounts().find(anna.id).await.unwrap().unwrap();
    assert_eq!(found.erase_after, Some(at));
    let leaving = work.leaving();
    for (tenant, asked) in [(&own, AskedBy::OwnersAccount), (&other, AskedBy::Owner)] {
        assert!(
            leaving
                .erase_tenant_after(tenant.id, at, asked)
                .await
                .unwrap()
        );
        assert_eq!(leaving.asked_by(tenant.id).await.unwrap(), Some(asked));
    }
    assert_eq!(leaving.keep_tenants_of(anna.id).await.unwrap(), [own.id]);
    assert_eq!(leaving.asked_by(own.id).await.unwrap(), None);
    assert!(leaving.keep_account(anna.id).await.unwrap());
    assert!(leaving.keep_tenant(other.id).await.unwrap());
    assert!(!leaving.keep_tenant(other.id).await.unwrap());
    // An admin's word only an admin takes back.
    assert!(work.tenants().erase_after(own.id, at).await.unwrap());
    let leaving = work.leaving();
    assert_eq!(
        leaving.asked_by(own.id).await.unwrap(),
        Some(AskedBy::Admin)
    );
    assert!(!leaving.keep_tenant(own.id).await.unwrap());
    assert!(work.tenants().keep(own.id).await.unwrap());
    let committed = work.commit().await.unwrap();
    assert!(committed.revision(own.cell).is_some(), "the cell is told");

    let mut work = world.write().await;
    work.leaving()
        .erase_account_after(anna.id, at)
        .await
        .unwrap();
    assert_eq!(work.account_erasures().due(now).await.unwrap(), []);
    let due = work.account_erasures().due(at).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].email, anna.email);
}
