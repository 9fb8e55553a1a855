//! The feed of a cell.

use std::time::Duration;

use cell::{CellState, Feed, Reader, Revision};
use model::{Ambient, Plan, Standing, Timestamp};

use super::harness::{DEADLINE, World, follow};

pub async fn concurrent_writers_lose_no_revision(world: World) {
    const TASKS: usize = 8;
    const WRITES: usize = 5;
    let (_, tenant) = world.customer("anna").await;
    let link = world.link().await;
    let before = world.snapshot(Reader::Gateway).await.revision.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let (store, tenant) = (world.store.clone(), tenant.clone());
        writers.spawn(async move {
            let mut raised = Vec::new();
            for at in 0..WRITES {
                let standing = Standing::ALL[(task + at) % Standing::ALL.len()];
                let mut work = store.begin_write().await.unwrap();
                work.tenants()
                    .set_standing(tenant.id, standing, "x", tenant.created_at)
                    .await
                    .unwrap();
                let committed = work.commit().await.unwrap();
                raised.push(committed.revision(tenant.cell).unwrap());
            }
            assert!(raised.is_sorted());
            raised
        });
    }
    let mut all: Vec<Revision> = writers.join_all().await.into_iter().flatten().collect();
    all.sort();
    let expected: Vec<Revision> = (1..=i64::try_from(TASKS * WRITES).unwrap())
        .map(|step| Revision(before.0 + step))
        .collect();
    assert_eq!(all, expected, "each once, none lost");
    let batch = link.feed().next(Reader::Gateway, None).await.unwrap();
    assert_eq!(Some(&batch.revision), expected.last());
}

/// Makes one change that `step` decides.
async fn change(world: &World, step: u8) {
    let mut work = world.write().await;
    let (now, cell) = (world.now(), world.link_cell(&mut work).await);
    let tenants = work
        .feeds()
        .tenants_since(cell, Revision(0), now)
        .await
        .unwrap();
    let Some(tenant) = tenants.get(usize::from(step >> 4) % tenants.len().max(1)) else {
        return;
    };
    match step & 15 {
        0..=3 => {
            let house = world.new_house(tenant.tenant);
            work.houses().insert(&house).await.unwrap();
            let credential = world.new_credential(house.key);
            work.credentials().insert(&credential).await.unwrap();
        }
        4..=7 => {
            let standing = Standing::ALL[usize::from(step >> 4) % 3];
            work.tenants()
                .set_standing(tenant.tenant, standing, "x", now)
                .await
                .unwrap();
        }
        8 => {
            work.tenants()
                .set_plan(tenant.tenant, &Plan::Pro.into())
                .await
                .unwrap();
        }
        9..=11 => {
            if let Some(house) = tenant.houses.first() {
                work.houses()
                    .delete(tenant.tenant, house.key, now)
                    .await
                    .unwrap();
            }
        }
        12..=14 => {
            if let Some(house) = tenant.houses.last() {
                for credential in &house.credentials {
                    work.credentials()
                        .revoke(house.key, credential.id, now)
                        .await
                        .unwrap();
                }
            }
        }
        _ => {
            work.tenants().delete(tenant.tenant, now).await.unwrap();
        }
    }
    work.commit().await.unwrap();
}

pub async fn increments_and_snapshots_agree(world: World) {
    for slug in ["anna", "bob", "carla", "dora"] {
        let (_, tenant) = world.customer(slug).await;
        world.house(tenant.id).await;
    }
    let link = world.link().await;
    let mut steps = [0; 40];
    world.ambient.fill_random(&mut steps);
    let mut eager = CellState::default();
    let mut lazy = CellState::default();
    follow(&link, Reader::Gateway, &mut eager).await;
    follow(&link, Reader::Operator, &mut lazy).await;
    for (at, step) in steps.into_iter().enumerate() {
        let before = world.snapshot(Reader::Gateway).await;
        change(&world, step).await;
        let after = world.snapshot(Reader::Gateway).await;
        if before.revision != after.revision {
            follow(&link, Reader::Gateway, &mut eager).await;
        }
        assert_eq!(eager, after, "after step {at} ({step})");
        if at % 7 == 6 && lazy.revision != after.revision {
            follow(&link, Reader::Operator, &mut lazy).await;
            assert_eq!(lazy, world.snapshot(Reader::Operator).await);
        }
    }
}

pub async fn each_reader_has_its_own_view(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let house = world.house(tenant.id).await;
    let credential = world.credential(house.key).await;
    let gateway = world.snapshot(Reader::Gateway).await;
    let operator = world.snapshot(Reader::Operator).await;
    let credentials = |state: &CellState| {
        let (_, spec) = state.houses().next().unwrap();
        assert_eq!((&spec.house, spec.key), (&house.id, house.key));
        assert_eq!(spec.hosting, house.hosting);
        spec.credentials.clone()
    };
    let seen = credentials(&gateway);
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].secret_hash, credential.secret_hash);
    assert_eq!(credentials(&operator), []);
    let keys = gateway.cell.unwrap().signing_keys;
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].x.len(), 43, "32 bytes as base64url");
    assert_eq!(
        gateway.tenants[&tenant.id].quotas,
        Plan::Free.quotas(),
        "quotas are those of the plan"
    );
}

pub async fn a_tenant_comes_with_its_first_house(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let state = world.snapshot(Reader::Gateway).await;
    assert!(state.tenants.is_empty(), "nothing of it concerns the cell");
    let committed = world.add_house(&world.new_house(tenant.id)).await.unwrap();
    let revision = committed.revision(tenant.cell).unwrap();
    let state = world.snapshot(Reader::Gateway).await;
    assert_eq!(state.revision, Some(revision));
    assert_eq!(state.tenants[&tenant.id].revision, revision);
}

pub async fn tombstones_stay_until_every_reader_has_seen_them(world: World) {
    let (_, tenant) = world.customer("anna").await;
    world.house(tenant.id).await;
    let link = world.link().await;
    let feed = link.feed();
    let old = feed.next(Reader::Gateway, None).await.unwrap().revision;
    let mut work = world.write().await;
    work.tenants().delete(tenant.id, world.now()).await.unwrap();
    work.commit().await.unwrap();

    let batch = feed.next(Reader::Gateway, Some(old)).await.unwrap();
    assert!(!batch.snapshot);
    assert_eq!(batch.gone, [tenant.id]);
    let acknowledge = async |reader: Reader| {
        let mut work = world.write().await;
        work.feeds()
            .acknowledge(link.cell(), reader, batch.revision, world.now())
            .await
            .unwrap();
        work.commit().await.unwrap();
    };
    acknowledge(Reader::Gateway).await;
    let same = feed.next(Reader::Operator, Some(old)).await.unwrap();
    assert_eq!(same.gone, [tenant.id], "the operator has not seen it");
    acknowledge(Reader::Operator).await;
    let mut work = world.read().await;
    let left = work.feeds().gone_since(link.cell(), Revision(0)).await;
    assert_eq!(left.unwrap(), []);
    drop(work);
    let back = feed.next(Reader::Gateway, Some(old)).await.unwrap();
    assert!(back.snapshot, "increments would leave the tenant alive");
    assert_eq!((back.tenants, back.gone), (vec![], vec![]));
}

pub async fn a_commit_wakes_readers_and_their_word_wakes_waiters(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let link = world.link().await;
    let mut state = CellState::default();
    follow(&link, Reader::Gateway, &mut state).await;

    let feed = link.feed();
    let reader = async {
        // Twice: the second call acknowledges the first batch, and then waits
        // for a change that never comes.
        follow(&link, Reader::Gateway, &mut state).await;
        let known = state.revision;
        feed.next(Reader::Gateway, known).await
    };
    let writer = async {
        let committed = world.add_house(&world.new_house(tenant.id)).await.unwrap();
        link.wait_until_applied(&committed, DEADLINE).await.unwrap()
    };
    let applied = tokio::select! {
        applied = writer => applied,
        batch = reader => panic!("nothing more was committed: {batch:?}"),
    };
    assert!(applied, "the gateway said so");

    let committed = world.add_house(&world.new_house(tenant.id)).await.unwrap();
    let applied = link.wait_until_applied(&committed, Duration::ZERO).await;
    assert!(!applied.unwrap(), "nobody reads any more");
    // The word of a reader of another process comes through the database.
    let mut work = world.write().await;
    let revision = committed.revision(link.cell()).unwrap();
    work.feeds()
        .acknowledge(link.cell(), Reader::Gateway, revision, world.now())
        .await
        .unwrap();
    work.commit().await.unwrap();
    let applied = link.wait_until_applied(&committed, DEADLINE).await;
    assert!(applied.unwrap());
}

pub async fn the_cell_is_made_once(world: World) {
    let (one, two) = tokio::join!(world.link(), world.link());
    assert_eq!(one.cell(), two.cell());
    let again = world.link().await;
    assert_eq!(again.cell(), one.cell());
    let mut work = world.read().await;
    assert_eq!(
        work.cells().signing_keys(one.cell()).await.unwrap().len(),
        1
    );
    let cell = work.cells().find(one.cell()).await.unwrap().unwrap();
    assert_eq!(cell.name.as_str(), "main");
    assert_eq!(cell.revision, cell.spec_revision);
}

pub async fn revoked_tokens_are_named_until_they_expire(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let house = world.house(tenant.id).await;
    let until = |secs: i64| Timestamp(world.now().0 + secs * 1_000);
    let (soon, late) = (until(60), until(600));
    let mut work = world.write().await;
    for (subject, until) in [("tok_a", soon), ("tok_b", late), ("tok_b", soon)] {
        let revoked = work
            .houses()
            .revoke_bus_tokens(tenant.id, house.key, subject, until)
            .await;
        assert!(revoked.unwrap());
    }
    work.commit().await.unwrap();
    let named = async || {
        let state = world.snapshot(Reader::Gateway).await;
        let (_, spec) = state.houses().next().unwrap();
        let subjects = spec.revoked.iter();
        subjects
            .map(|one| (one.subject.clone(), one.until))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        named().await,
        [("tok_a".to_owned(), soon), ("tok_b".to_owned(), late)],
        "the later end stands"
    );
    world.advance_secs(60);
    assert_eq!(named().await, [("tok_b".to_owned(), late)]);
    assert_eq!(world.store.tidy(world.now()).await.unwrap(), 1);
}

pub async fn a_reader_from_the_future_starts_again(world: World) {
    let (_, tenant) = world.customer("anna").await;
    world.house(tenant.id).await;
    let link = world.link().await;
    let future = Revision(1_000);
    let batch = link.feed().next(Reader::Gateway, Some(future)).await;
    let batch = batch.unwrap();
    assert!(batch.snapshot, "a backup was restored: begin again");
    assert!(batch.revision < future);
    let mut work = world.read().await;
    let reached = work
        .feeds()
        .acknowledged(link.cell(), Reader::Gateway)
        .await;
    assert_eq!(reached.unwrap(), Revision(0), "and is not believed");
}
