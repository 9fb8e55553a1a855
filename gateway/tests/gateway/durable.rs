//! What is promised is on disk.

use gateway::store::FILE_NAME;

use crate::client::{Connect, V5};
use crate::world::{PATIENCE, World, until};

const MANIFEST: &str = "controller/config/*/*/MANIFEST/null";

#[tokio::test]
async fn retained_messages_survive_a_kill() {
    let world = World::new().await;
    let mut client = world.client(&world.villa, "c").await;
    let (kept, cleared) = (
        world.villa.topic(MANIFEST),
        world.villa.topic("a/b/*/*/MANIFEST/x"),
    );
    client.publish(&kept, "first", 1, true).await;
    client.publish(&cleared, "short-lived", 2, true).await;
    client.publish(&kept, "second", 1, true).await;
    client.publish(&cleared, "", 1, true).await;

    let next = world.after_a_kill().await;
    let mut client = next.client(&next.villa, "c").await;
    client.subscribe(&next.villa.topic("#")).await;
    let message = client.message().await;
    assert_eq!(
        (message.topic, message.payload.as_str(), message.retain),
        (kept, "second", true)
    );
    client.expect_nothing().await;
}

#[tokio::test]
async fn a_deleted_house_leaves_nothing_on_disk_and_nobody_connected() {
    let world = World::new().await;
    for home in [&world.villa, &world.hut] {
        let mut client = world.client(home, "c").await;
        client
            .publish(&home.topic(MANIFEST), "canary", 1, true)
            .await;
    }
    let mut client = world
        .connected(&Connect::new(&world.villa, "c").level(V5))
        .await;
    world.control.delete_tenant(&world.villa.id);
    let said = client.closed().await;
    assert_eq!((said[0].first, said[0].body[0]), (0xE0, 0x87));
    let revision = Some(world.control.revision());
    until("the erasure", || {
        let acknowledged = world.control.acknowledged.lock().unwrap();
        acknowledged.contains(&revision).then_some(())
    })
    .await;
    let file = rusqlite::Connection::open(world.folder().join(FILE_NAME)).unwrap();
    let houses: Vec<String> = file
        .prepare("SELECT house FROM retained")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(houses, [world.hut.id.as_str()]);
}

#[tokio::test]
async fn what_cannot_be_written_is_not_acknowledged_and_the_rest_goes_on() {
    let world = World::new().await;
    let mut client = world
        .connected(&Connect::new(&world.villa, "c").level(V5))
        .await;
    client.subscribe(&world.villa.topic("#")).await;
    let file = rusqlite::Connection::open(world.folder().join(FILE_NAME)).unwrap();
    file.execute_batch("ALTER TABLE retained RENAME TO elsewhere")
        .unwrap();
    let topic = world.villa.topic(MANIFEST);
    let mut speaker = world
        .connected(&Connect::new(&world.villa, "s").level(V5))
        .await;
    assert!(speaker.publish(&topic, "1", 1, true).await >= 0x80);
    assert!(!world.health.is_ready());
    client.message().await;
    speaker.publish(&topic, "2", 1, false).await;
    assert_eq!(client.message().await.payload, "2");

    file.execute_batch("ALTER TABLE elsewhere RENAME TO retained")
        .unwrap();
    assert!(speaker.publish(&topic, "3", 1, true).await < 0x80);
    assert!(world.health.is_ready());
}

#[tokio::test]
async fn a_state_is_acknowledged_once_it_is_on_disk() {
    let world = World::new().await;
    world
        .control
        .change_tenant(&world.villa.id, |tenant| tenant.quotas.members = 7);
    let revision = world.control.revision();
    until("the acknowledgement", || {
        let acknowledged = world.control.acknowledged.lock().unwrap();
        acknowledged.contains(&Some(revision)).then_some(())
    })
    .await;
    let file = rusqlite::Connection::open(world.folder().join(FILE_NAME)).unwrap();
    let stored: i64 = file
        .query_row("SELECT revision FROM cell_state", [], |row| row.get(0))
        .unwrap();
    assert_eq!(stored, revision.0);
}

#[tokio::test]
async fn a_house_that_nobody_uses_is_forgotten_and_read_again() {
    let world = World::with(model::Hosting::OnPremise, |config| {
        config.limits.house_rest = std::time::Duration::from_millis(20);
    })
    .await;
    let topic = world.villa.topic(MANIFEST);
    let mut client = world.client(&world.villa, "c").await;
    client.publish(&topic, "1", 1, true).await;
    drop(client);
    // Only a house that is read again can know what was changed on disk.
    let file = rusqlite::Connection::open(world.folder().join(FILE_NAME)).unwrap();
    file.execute("UPDATE retained SET payload = CAST('2' AS BLOB)", [])
        .unwrap();
    let read_again = async {
        loop {
            let mut client = world.client(&world.villa, "c").await;
            client.subscribe(&topic).await;
            if client.message().await.payload == "2" {
                break;
            }
            drop(client);
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, read_again)
        .await
        .expect("the house is still in memory");
}
