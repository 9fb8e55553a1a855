//! The audit log: whole while nobody touches it, and found out when somebody
//! does.

use control_plane::store::audit::chain::{ChainFault, Witness};
use control_plane::store::{
    AUDIT_KEPT, AuditEntry, AuditFilter, AuditKey, Chain, ChainHead, OpenError, Store,
    SupportAccess,
};
use model::{AccountId, Actor, AuditAction, SupportId, SupportLevel, TenantId, Timestamp};

use super::harness::World;

fn entry(world: &World, action: AuditAction, actor: Actor) -> AuditEntry {
    AuditEntry {
        at: world.now(),
        actor,
        client: "203.0.113.…".to_owned(),
        action,
        subject: "villa-7k3q9x".to_owned(),
        detail: r#"{"name":"Ödland"}"#.to_owned(),
    }
}

/// Appends as many rows, a second apart; returns where the chain ends.
async fn fill(world: &World, chain: Chain, count: usize) -> ChainHead {
    let mut head = ChainHead::default();
    for _ in 0..count {
        world.advance_secs(1);
        let mut work = world.write().await;
        let row = entry(world, AuditAction::HouseCreated, Actor::Service);
        head = work.audit().append(chain, &row).await.unwrap();
        work.commit().await.unwrap();
    }
    head
}

async fn faults(world: &World, chain: Chain, witnesses: Vec<Witness>) -> Vec<ChainFault> {
    let mut work = world.read().await;
    let found = work.audit().verify(chain, witnesses, world.now()).await;
    found.unwrap()
}

fn witness(world: &World, head: ChainHead) -> Witness {
    Witness {
        head,
        at: world.now(),
        source: "heads".into(),
    }
}

/// Runs SQL of somebody who should not.
async fn tamper(world: &World, sql: &str) {
    let touched = world.raw_texts(&format!("{sql} RETURNING 'x'")).await;
    assert!(!touched.is_empty(), "{sql}");
}

pub async fn rows_are_numbered_and_chained_per_tenant(world: World) {
    let (anna, hers) = world.customer("anna").await;
    let (_, his) = world.customer("bob").await;
    let (hers, his) = (Chain::Tenant(hers.id), Chain::Tenant(his.id));
    let mut work = world.write().await;
    let by = Actor::Account(anna.id);
    let made = entry(&world, AuditAction::HouseCreated, by);
    let gone = entry(&world, AuditAction::HouseDeleted, Actor::Service);
    let audit = work.audit();
    assert_eq!(audit.append(hers, &made).await.unwrap().seq, 1);
    assert_eq!(audit.append(his, &made).await.unwrap().seq, 1);
    assert_eq!(audit.append(hers, &gone).await.unwrap().seq, 2);
    assert_eq!(audit.append(Chain::Service, &made).await.unwrap().seq, 1);
    work.commit().await.unwrap();

    let mut work = world.read().await;
    let any = AuditFilter::default();
    let all = work.audit().page(hers, &any, None, 10);
    let all = all.await.unwrap();
    assert_eq!(all.iter().map(|row| row.seq).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(all[1].actor.parse(), Ok(by));
    assert_eq!(all[1].action, "house.created");
    assert_eq!(all[1].detail, made.detail);
    assert_eq!(all[1].at, made.at);
    let older = work.audit().page(hers, &any, Some(2), 10);
    assert_eq!(older.await.unwrap(), all[1..]);
    let filter = |action, actor, from, to| AuditFilter {
        action,
        actor,
        from,
        to,
    };
    let after = Timestamp(world.now().0 + 1);
    for (filter, expected) in [
        (
            filter(Some(AuditAction::HouseDeleted), None, None, None),
            vec![2],
        ),
        (filter(None, Some(by), None, None), vec![1]),
        (
            filter(Some(AuditAction::HouseDeleted), Some(by), None, None),
            vec![],
        ),
        (
            filter(Some(AuditAction::HouseCreated), Some(by), None, None),
            vec![1],
        ),
        (filter(None, None, Some(after), None), vec![]),
        (filter(None, None, None, Some(after)), vec![2, 1]),
        (
            filter(None, None, Some(world.now()), Some(world.now())),
            vec![],
        ),
    ] {
        let found = work.audit().page(hers, &filter, None, 10).await.unwrap();
        let found: Vec<i64> = found.iter().map(|row| row.seq).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
    let chains = work.audit().chains(None, 10).await.unwrap();
    let names: Vec<Chain> = chains.iter().map(|(chain, _)| *chain).collect();
    assert_eq!(names, [Chain::Service, hers, his]);
    let rest = work.audit().chains(Some(hers), 10).await.unwrap();
    assert_eq!(rest, chains[2..]);
    for (chain, state) in chains {
        assert_eq!(faults(&world, chain, vec![]).await, []);
        let known = witness(&world, state.head);
        assert_eq!(faults(&world, chain, vec![known]).await, []);
    }
}

pub async fn writers_at_once_break_no_chain(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let chain = Chain::Tenant(tenant.id);
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let store = world.store.clone();
        let row = entry(&world, AuditAction::SensorSaved, Actor::Service);
        writers.spawn(async move {
            for _ in 0..5 {
                let mut work = store.begin_write().await.unwrap();
                work.audit().append(chain, &row).await.unwrap();
                work.commit().await.unwrap();
            }
        });
    }
    writers.join_all().await;
    let mut work = world.read().await;
    let state = work.audit().state(chain).await.unwrap().unwrap();
    assert_eq!(state.head.seq, 80);
    assert_eq!(faults(&world, chain, vec![]).await, []);
}

pub async fn a_row_is_not_there_without_its_change(world: World) {
    let chain = Chain::Service;
    let mut work = world.write().await;
    let row = entry(&world, AuditAction::PlanChanged, Actor::Service);
    work.audit().append(chain, &row).await.unwrap();
    drop(work);
    let mut work = world.read().await;
    assert_eq!(work.audit().state(chain).await.unwrap(), None);
}

pub async fn an_altered_row_is_found(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let chain = Chain::Tenant(tenant.id);
    fill(&world, chain, 5).await;
    for column in ["actor", "client", "action", "subject", "detail"] {
        let restore = format!("SELECT {column} FROM audit_entries WHERE seq = 3");
        let was = world.raw_texts(&restore).await.remove(0);
        let set =
            |text: &str| format!("UPDATE audit_entries SET {column} = '{text}' WHERE seq = 3");
        tamper(&world, &set("other")).await;
        let altered = ChainFault::Altered { seq: 3 };
        assert_eq!(faults(&world, chain, vec![]).await, [altered], "{column}");
        tamper(&world, &set(&was)).await;
        assert_eq!(faults(&world, chain, vec![]).await, [], "{column}");
    }
    tamper(&world, "UPDATE audit_entries SET at = at + 1 WHERE seq = 5").await;
    let altered = ChainFault::Altered { seq: 5 };
    assert_eq!(faults(&world, chain, vec![]).await, [altered]);
}

pub async fn dropped_moved_and_cut_rows_are_found(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let (_, other) = world.customer("bob").await;
    let (chain, spare) = (Chain::Tenant(tenant.id), Chain::Tenant(other.id));
    let head = fill(&world, chain, 6).await;
    fill(&world, spare, 6).await;
    let known = || vec![witness(&world, head)];

    // Two rows change places.
    for (from, to) in [(2, -1), (3, 2), (-1, 3)] {
        tamper(
            &world,
            &format!("UPDATE audit_entries SET seq = {to} WHERE seq = {from}"),
        )
        .await;
    }
    let found = faults(&world, chain, vec![]).await;
    assert!(found.contains(&ChainFault::Altered { seq: 2 }), "{found:?}");
    assert!(found.contains(&ChainFault::Altered { seq: 3 }), "{found:?}");
    for (from, to) in [(2, -1), (3, 2), (-1, 3)] {
        tamper(
            &world,
            &format!("UPDATE audit_entries SET seq = {to} WHERE seq = {from}"),
        )
        .await;
    }
    assert_eq!(faults(&world, chain, known()).await, []);

    // One is dropped.
    tamper(&world, "DELETE FROM audit_entries WHERE seq = 4").await;
    let missing = ChainFault::Missing { from: 4, to: 4 };
    assert_eq!(faults(&world, chain, vec![]).await, [missing]);

    // The tail is cut, the note of the end with it.
    tamper(&world, "DELETE FROM audit_entries WHERE seq > 3").await;
    let missing = ChainFault::Missing { from: 4, to: 6 };
    assert_eq!(faults(&world, chain, vec![]).await, [missing]);
    tamper(
        &world,
        "UPDATE audit_chains SET seq = 3, hash = (SELECT hash FROM audit_entries e \
         WHERE e.tenant = audit_chains.tenant AND e.seq = 3)",
    )
    .await;
    assert_eq!(faults(&world, chain, vec![]).await, []);
    let found = faults(&world, chain, known()).await;
    assert!(
        matches!(
            found[..],
            [ChainFault::Cut {
                known: 6,
                ends: 3,
                ..
            }]
        ),
        "{found:?}"
    );

    // And at last all of it, with and without the note.
    tamper(&world, "DELETE FROM audit_chains").await;
    let mut work = world.read().await;
    assert_eq!(work.audit().unnoted().await.unwrap().len(), 2);
    drop(work);
    let found = faults(&world, chain, vec![]).await;
    assert_eq!(found, [ChainFault::BehindTheEnd { seq: 1 }]);
    tamper(&world, "DELETE FROM audit_entries").await;
    let found = faults(&world, chain, known()).await;
    assert!(
        matches!(
            found[..],
            [ChainFault::Cut {
                known: 6,
                ends: 0,
                ..
            }]
        ),
        "{found:?}"
    );
}

pub async fn rows_go_when_their_time_is_over_and_the_chain_stays_whole(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let chain = Chain::Tenant(tenant.id);
    let old = fill(&world, chain, 3).await;
    let before = witness(&world, old);
    world.ambient.advance(AUDIT_KEPT);
    world.advance_secs(1);
    let head = fill(&world, chain, 2).await;
    assert_eq!(world.store.tidy(world.now()).await.unwrap(), 3);
    assert_eq!(world.store.tidy(world.now()).await.unwrap(), 0);
    let mut work = world.read().await;
    let state = work.audit().state(chain).await.unwrap().unwrap();
    assert_eq!((state.base, state.head), (old, head));
    drop(work);
    let known = vec![before, witness(&world, head)];
    assert_eq!(faults(&world, chain, known).await, []);
    // Even when all are old, the last one stays: the chain goes on from it.
    world.ambient.advance(AUDIT_KEPT * 2);
    assert_eq!(world.store.tidy(world.now()).await.unwrap(), 1);
    assert_eq!(world.store.tidy(world.now()).await.unwrap(), 0);
    fill(&world, chain, 1).await;
    assert_eq!(faults(&world, chain, vec![]).await, []);
    let early = Witness {
        head: old,
        at: world.now(),
        source: "heads".into(),
    };
    let found = faults(&world, chain, vec![early]).await;
    assert!(
        matches!(found[..], [ChainFault::RemovedEarly { .. }]),
        "{found:?}"
    );
}

pub async fn a_chain_goes_with_its_tenant_and_the_receipt_knows_its_end(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let (_, other) = world.customer("bob").await;
    let head = fill(&world, Chain::Tenant(tenant.id), 4).await;
    fill(&world, Chain::Tenant(other.id), 2).await;
    let mut work = world.write().await;
    let receipt = work.erasures().erase(tenant.id, world.now()).await.unwrap();
    let receipt = receipt.unwrap();
    work.commit().await.unwrap();
    assert_eq!(receipt.audit, Some(head));
    let mut work = world.read().await;
    let gone = work.audit().state(Chain::Tenant(tenant.id)).await.unwrap();
    assert_eq!(gone, None);
    let found = work.erasures().receipt(tenant.id).await.unwrap().unwrap();
    assert_eq!(found.audit, Some(head));
    assert_eq!(faults(&world, Chain::Tenant(other.id), vec![]).await, []);
    drop(work);
    let (_, quiet) = world.customer("quiet").await;
    let mut work = world.write().await;
    let receipt = work.erasures().erase(quiet.id, world.now()).await.unwrap();
    assert_eq!(receipt.unwrap().audit, None);
}

pub async fn keys_that_sign_heads_are_kept(world: World) {
    let key = |id: &str| AuditKey {
        key_id: id.to_owned(),
        pkcs8: vec![1, 2, 3],
        public_x: "x".to_owned(),
        created_at: world.now(),
    };
    let (first, mut second) = (key("aa"), key("bb"));
    second.created_at = Timestamp(world.now().0 + 1);
    let mut work = world.write().await;
    work.audit().add_key(&first).await.unwrap();
    work.audit().add_key(&second).await.unwrap();
    assert!(work.audit().add_key(&first).await.is_err());
    work.commit().await.unwrap();
    let mut work = world.read().await;
    assert_eq!(work.audit().keys().await.unwrap(), [second, first]);
}

fn access(world: &World, tenant: TenantId, asked_by: Option<AccountId>) -> SupportAccess {
    SupportAccess {
        id: SupportId::generate(&*world.ambient),
        tenant,
        asked_by,
        reason: "A lamp does not answer".to_owned(),
        level: SupportLevel::Read,
        hours: 2,
        created_at: world.now(),
        granted_by: None,
        granted_at: None,
        ends_at: Timestamp(world.now().0 + 60_000),
        ended_at: None,
    }
}

pub async fn support_is_let_in_for_its_time_and_where_it_was_granted(world: World) {
    let (anna, tenant) = world.customer("anna").await;
    let (_, other) = world.customer("bob").await;
    let house = world.house(tenant.id).await;
    let ada = world.account("ada@example.org").await;
    let asked = access(&world, tenant.id, Some(ada.id));
    let mut work = world.write().await;
    work.support().insert(&asked).await.unwrap();
    let now = world.now();
    assert_eq!(work.support().active(tenant.id, now).await.unwrap(), None);
    assert!(asked.is_asked(now) && !asked.is_active(now));
    let granted = SupportAccess {
        granted_by: Some(anna.id),
        granted_at: Some(now),
        ends_at: Timestamp(now.0 + 120_000),
        ..asked.clone()
    };
    // Nobody grants for another tenant, and only one answer counts.
    let elsewhere = SupportAccess {
        tenant: other.id,
        ..granted.clone()
    };
    assert!(!work.support().grant(&elsewhere).await.unwrap());
    assert!(work.support().grant(&granted).await.unwrap());
    assert!(!work.support().grant(&granted).await.unwrap());
    let found = work.support().active(tenant.id, now).await.unwrap();
    assert_eq!(found, Some(granted.clone()));
    assert_eq!(work.support().active(other.id, now).await.unwrap(), None);
    assert_eq!(
        work.support().find(other.id, granted.id).await.unwrap(),
        None
    );
    // The one that goes further counts.
    let further = SupportAccess {
        id: SupportId::generate(&*world.ambient),
        level: SupportLevel::Change,
        ends_at: Timestamp(now.0 + 60_000),
        ..granted.clone()
    };
    work.support().insert(&further).await.unwrap();
    let found = work.support().active(tenant.id, now).await.unwrap();
    assert_eq!(found, Some(further.clone()));
    let all = work.support().all_active(now, 10).await.unwrap();
    assert_eq!(all, [further.clone(), granted.clone()]);
    assert!(!work.support().end(other.id, further.id, now).await.unwrap());
    assert!(
        work.support()
            .end(tenant.id, further.id, now)
            .await
            .unwrap()
    );
    assert!(
        !work
            .support()
            .end(tenant.id, further.id, now)
            .await
            .unwrap()
    );
    let found = work.support().active(tenant.id, now).await.unwrap();
    assert_eq!(found, Some(granted.clone()));
    let mine = work.support().active_for(anna.id, now).await.unwrap();
    assert_eq!(mine, std::slice::from_ref(&granted));
    assert_eq!(work.support().active_for(ada.id, now).await.unwrap(), []);
    let later = Timestamp(now.0 + 120_000);
    assert_eq!(work.support().active(tenant.id, later).await.unwrap(), None);
    assert_eq!(work.support().all_active(later, 10).await.unwrap(), []);
    let listed = work.support().list(tenant.id, 10).await.unwrap();
    assert_eq!(listed.len(), 2);
    let place = work.support().house(&house.id).await.unwrap().unwrap();
    assert_eq!((place.0.id, place.1), (tenant.id, house));
    let ghost = "ghost-aaaaaa".parse().unwrap();
    assert_eq!(work.support().house(&ghost).await.unwrap(), None);
}

pub async fn looking_changes_nothing_and_needs_something_to_look_at(world: World) {
    fill(&world, Chain::Service, 2).await;
    let (store, missing) = Store::look(&world.url).await.unwrap();
    assert!(missing.is_empty(), "{missing:?}");
    let mut work = store.begin_read().await.unwrap();
    let seen = work.audit().state(Chain::Service).await.unwrap().unwrap();
    assert_eq!(seen.head.seq, 2);
    drop(work);
    store.close().await;
    tamper(&world, "DELETE FROM migrations WHERE name = '0007_audit'").await;
    let (store, missing) = Store::look(&world.url).await.unwrap();
    assert_eq!(missing, ["0007_audit"]);
    store.close().await;
    world.store.close().await;
    world.drop_everything().await;
    let error = Store::look(&world.url).await.unwrap_err();
    assert!(matches!(error, OpenError::Absent), "{error}");
}
