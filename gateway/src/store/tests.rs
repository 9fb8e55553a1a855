use std::sync::mpsc as sync_mpsc;

use bus::QoS;
use bytes::Bytes;
use cell::Revision;
use model::Timestamp;

use super::*;

fn house(name: &str) -> HouseId {
    name.parse().unwrap()
}

fn message(topic: &str, payload: &str) -> RetainedMessage {
    RetainedMessage {
        topic: topic.into(),
        payload: Bytes::copy_from_slice(payload.as_bytes()),
        qos: QoS::AtLeastOnce,
        properties: Bytes::from_static(b"\x26"),
        expires_at: Some(Timestamp(7)),
    }
}

fn open(folder: &Path) -> (Store, Result<Option<CellState>, OpenError>) {
    Store::open(folder, |_| {}).unwrap()
}

/// Puts changes in line and waits until each was answered.
fn change(store: &Store, house: &HouseId, changes: Vec<RetainedChange>) {
    let (done, answers) = sync_mpsc::channel();
    for change in changes {
        let done = done.clone();
        store.change(house.clone(), change, move |outcome| {
            done.send(outcome).unwrap();
        });
    }
    drop(done);
    assert!(answers.iter().all(|outcome| outcome.is_ok()));
}

#[tokio::test]
async fn what_was_answered_is_there_for_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    let (villa, hut) = (house("villa-7k3q9x"), house("hut-aaaaaa"));
    let (store, state) = open(folder.path());
    assert_eq!(state.unwrap(), None);
    let keep = RetainedChange::Store;
    change(
        &store,
        &villa,
        vec![
            keep(message("a", "1")),
            keep(message("b", "1")),
            keep(message("a", "2")),
            RetainedChange::Clear { topic: "b".into() },
        ],
    );
    change(&store, &hut, vec![keep(message("a", "hut"))]);
    let told = CellState {
        revision: Some(Revision(3)),
        ..CellState::default()
    };
    store
        .keep_state(told.clone(), Gone::default())
        .await
        .unwrap();

    // The first store is never stopped: what follows is what a kill leaves.
    let (next, state) = open(folder.path());
    assert_eq!(state.unwrap(), Some(told));
    assert_eq!(next.load(villa).await.unwrap(), vec![message("a", "2")]);
    assert_eq!(next.load(hut).await.unwrap(), vec![message("a", "hut")]);
}

#[tokio::test]
async fn the_houses_that_are_gone_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (villa, hut) = (house("villa-7k3q9x"), house("hut-aaaaaa"));
    let (store, _) = open(folder.path());
    for house in [&villa, &hut] {
        change(
            &store,
            house,
            vec![RetainedChange::Store(message("a", "1"))],
        );
    }
    store
        .keep_state(
            CellState::default(),
            Gone {
                houses: vec![villa.clone()],
                tenants: vec![],
            },
        )
        .await
        .unwrap();
    assert_eq!(store.load(villa).await.unwrap(), vec![]);
    assert_eq!(store.load(hut).await.unwrap().len(), 1);
}

#[test]
fn a_file_that_cannot_be_written_refuses_the_change_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (said, outcomes) = sync_mpsc::channel();
    let on_write = move |outcome: Result<(), &StoreError>| {
        said.send(outcome.map_err(Clone::clone)).unwrap();
    };
    let (store, _) = Store::open(folder.path(), on_write).unwrap();
    let other = rusqlite::Connection::open(folder.path().join(FILE_NAME)).unwrap();
    other.execute_batch("DROP TABLE retained").unwrap();
    let (done, answer) = sync_mpsc::channel();
    let wanted = RetainedChange::Store(message("a", "1"));
    store.change(house("villa-7k3q9x"), wanted, move |outcome| {
        done.send(outcome).unwrap();
    });
    assert!(matches!(answer.recv().unwrap(), Err(StoreError::Disk(_))));
    assert!(matches!(outcomes.recv().unwrap(), Err(StoreError::Disk(_))));
    store.stop();
}

#[test]
fn a_stopped_store_takes_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path());
    store.stop();
    let (done, answer) = sync_mpsc::channel();
    let wanted = RetainedChange::Clear { topic: "a".into() };
    store.change(house("villa-7k3q9x"), wanted, move |outcome| {
        done.send(outcome).unwrap();
    });
    assert_eq!(answer.recv().unwrap(), Err(StoreError::Stopped));
    store.stop();
}

#[test]
fn a_damaged_or_later_file_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    std::fs::write(
        &path,
        "this is not a database, and long enough to be seen".repeat(100),
    )
    .unwrap();
    let Err(error) = Store::open(folder.path(), |_| {}) else {
        panic!("a damaged file was opened");
    };
    assert!(error.to_string().contains("backup"), "{error}");

    std::fs::remove_file(&path).unwrap();
    drop(schema::open(&path).unwrap());
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(
        Store::open(folder.path(), |_| {}),
        Err(OpenError::Newer { found: 99, .. })
    ));
}

#[test]
fn a_state_that_makes_no_sense_is_told_apart_from_none() {
    let folder = tempfile::tempdir().unwrap();
    let raw = schema::open(&folder.path().join(FILE_NAME)).unwrap();
    raw.execute(
        "INSERT INTO cell_state VALUES (1, 5, '{\"tenants\": 7}')",
        [],
    )
    .unwrap();
    let (_store, state) = open(folder.path());
    assert!(matches!(state, Err(OpenError::State(_))));
}
