//! How much a house may send, and what is counted of it.

use cell::{BusConnector, Keeping};
use gateway::store::FILE_NAME;
use model::{Hosting, Refusal, RefusalReason};

use crate::client::{Client, Connect, V5, packet, publish};
use crate::world::{Home, PATIENCE, World, now, until};

fn reading(home: &Home) -> String {
    home.topic("service/fake/controller/hub/IN/lab/temp")
}

async fn send(client: &mut Client, home: &Home, messages: usize) {
    for _ in 0..messages {
        assert_eq!(client.publish(&reading(home), "21.5", 1, false).await, 0);
    }
}

/// Waits until the control plane knows of so many messages of a house.
async fn metered(world: &World, home: &Home, messages: u64) {
    until("the usage", || {
        let usage = world.control.usage(&home.id);
        assert!(usage <= messages, "{usage} counted, {messages} sent");
        (usage == messages).then_some(())
    })
    .await;
}

async fn refusal(world: &World, home: &Home, reason: RefusalReason) -> Refusal {
    until("the refusal", || {
        let refusals = world.control.refusals(&home.id);
        refusals
            .into_iter()
            .find(|refusal| refusal.reason == reason)
    })
    .await
}

/// Neither the day's count nor the rows begin anew with the process.
#[tokio::test]
async fn what_was_sent_is_counted_over_a_kill() {
    let world = World::new().await;
    let day = now().start_of_day();
    let mut client = world.client(&world.villa, "c").await;
    send(&mut client, &world.villa, 40).await;
    // Counted as three: 64 KiB and one byte begin a second time, and the limit
    // of the packet is far.
    client
        .publish(&reading(&world.villa), &"x".repeat(131_073), 2, false)
        .await;
    let file = rusqlite::Connection::open(world.folder().join(FILE_NAME)).unwrap();
    let spent = || -> u64 {
        file.query_row("SELECT coalesce(sum(messages), 0) FROM spent", [], |row| {
            row.get::<_, i64>(0)
        })
        .unwrap()
        .try_into()
        .unwrap()
    };
    until("the disk", || (spent() == 43).then_some(())).await;

    world.control.change_tenant(&world.villa.id, |tenant| {
        tenant.quotas.messages_per_day = 50;
    });
    let next = world.after_a_kill().await;
    let mut client = next.client(&next.villa, "c").await;
    send(&mut client, &next.villa, 8).await;
    metered(&next, &next.villa, 51).await;
    if now().start_of_day() == day {
        let refusal = refusal(&next, &next.villa, RefusalReason::MessagesPerDay).await;
        let limit = refusal.limit.unwrap();
        assert_eq!(
            (&*limit.name, limit.window_secs, limit.allowed, limit.seen),
            ("messages_per_day", Some(86_400), 50, 51)
        );
        assert_eq!(refusal.clears_at, Some(day.next_midnight()));
        assert_eq!(refusal.client, "c");
    }
    assert_eq!(next.control.usage(&next.hut.id), 0);
}

/// Two houses of a tenant, served by whichever threads, and eight clients at
/// once: the sum is what counts.
#[tokio::test]
async fn the_houses_of_a_tenant_share_its_day() {
    let world = World::with(Hosting::Hosted, |_| {}).await;
    world.control.move_house(&world.hut.id, &world.villa.id);
    let revision = Some(world.control.revision());
    until("the move", || {
        let acknowledged = world.control.acknowledged.lock().unwrap();
        acknowledged.contains(&revision).then_some(())
    })
    .await;
    world.control.change_tenant(&world.villa.id, |tenant| {
        tenant.quotas.messages_per_day = 80;
    });
    let mut sessions = Vec::new();
    for home in [&world.villa, &world.hut] {
        let mut session = world.gateway.connect(&home.id).await.unwrap();
        let nothing = cell::BusCommand::Subscribe(vec![]);
        session.commands.send(nothing).await.unwrap();
        assert_eq!(*session.allowance.borrow_and_update(), Keeping::Kept);
        sessions.push(session);
    }
    let mut clients = Vec::new();
    for number in 0..4 {
        for home in [&world.villa, &world.hut] {
            clients.push((world.client(home, &format!("c{number}")).await, home));
        }
    }
    let sending = clients
        .iter_mut()
        .map(|(client, home)| send(client, home, 10));
    futures_util::future::join_all(sending).await;
    assert!(sessions.iter().all(|s| !s.allowance.has_changed().unwrap()));
    for home in [&world.villa, &world.hut] {
        metered(&world, home, 40).await;
    }
    // One more is too much, for both houses as soon as they send.
    let until = now().next_midnight();
    for ((client, home), session) in clients.iter_mut().zip(&mut sessions) {
        send(client, home, 1).await;
        let told = *session.allowance.borrow_and_update();
        assert_eq!(told, Keeping::NotKept { until });
    }
    // A larger plan, without anybody sending or connecting again.
    world.control.change_tenant(&world.villa.id, |tenant| {
        tenant.quotas.messages_per_day = 1_000;
    });
    for session in &mut sessions {
        let kept = session.allowance.wait_for(|told| *told == Keeping::Kept);
        tokio::time::timeout(PATIENCE, kept).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_client_that_is_too_fast_waits_and_is_heard_meanwhile() {
    for level in [4, V5] {
        let world = World::new().await;
        world.control.change_tenant(&world.villa.id, |tenant| {
            tenant.quotas.messages_burst = 5;
            tenant.quotas.messages_per_second = 1;
        });
        let mut listener = world.client(&world.villa, "l").await;
        listener.subscribe(&world.villa.topic("#")).await;
        let connect = Connect::new(&world.villa, "c").level(level);
        let mut client = world.connected(&connect).await;
        let mut ids = Vec::new();
        for number in 0..90 {
            let payload = number.to_string();
            let topic = reading(&world.villa);
            ids.push(client.publish_only(&topic, &payload, 1, false).await);
        }
        client.send(&packet(0xC0, &[])).await;
        let mut acknowledged = 0;
        while client.receive().await.first == 0x40 {
            acknowledged += 1;
        }
        assert!(
            (5..90).contains(&acknowledged),
            "{acknowledged} before PINGRESP"
        );
        for number in 0..90 {
            assert_eq!(listener.message().await.payload, number.to_string());
        }
        let refusal = refusal(&world, &world.villa, RefusalReason::MessageRate).await;
        assert_eq!(refusal.limit.unwrap().allowed, 1);
        assert!(refusal.clears_at.is_some() && refusal.client == "c");
        // An admin raises the limit: all are answered, in order.
        world.control.change_tenant(&world.villa.id, |tenant| {
            tenant.quotas.messages_per_second = 1_000_000;
        });
        for id in ids.split_off(acknowledged) {
            assert_eq!(client.acknowledged(1, id).await, 0);
        }
        metered(&world, &world.villa, 90).await;
    }
}

/// One house is stopped at its limit; another, on the same thread, does not
/// lose a message and waits for none.
#[tokio::test]
async fn a_noisy_house_does_not_slow_another() {
    let world = World::with(Hosting::OnPremise, |config| config.threads = 1).await;
    world.control.change_tenant(&world.villa.id, |tenant| {
        tenant.quotas.messages_burst = 10;
        tenant.quotas.messages_per_second = 1;
    });
    let mut noisy = world.client(&world.villa, "noisy").await;
    let mut quiet = world.client(&world.hut, "quiet").await;
    let mut listener = world.client(&world.hut, "listener").await;
    listener.subscribe(&world.hut.topic("#")).await;
    let done = tokio_util::sync::CancellationToken::new();
    let flood = async {
        let hundred = publish(4, &reading(&world.villa), b"x", 0, false, 0).repeat(100);
        let mut sent = 0u64;
        while !done.is_cancelled() {
            noisy.send(&hundred).await;
            sent += 100;
        }
        sent
    };
    let living = async {
        for number in 0..150 {
            let payload = number.to_string();
            let topic = reading(&world.hut);
            assert_eq!(quiet.publish(&topic, &payload, 1, false).await, 0);
            assert_eq!(listener.message().await.payload, payload);
        }
        done.cancel();
    };
    let (sent, ()) = tokio::join!(flood, living);
    noisy.expect_nothing().await;
    // What passed and what was dropped are all that was sent.
    until("the count", || {
        let refusals = world.control.latest_refusals(&world.villa.id);
        let dropped: u64 = refusals.iter().map(|refusal| refusal.count).sum();
        (world.control.usage(&world.villa.id) + dropped == sent).then_some(())
    })
    .await;
    assert!(sent > 1_000, "{sent}");
    assert!(world.control.usage(&world.villa.id) < sent / 2);
    assert_eq!(world.control.refusals(&world.hut.id), []);
    metered(&world, &world.hut, 150).await;
}

#[tokio::test]
async fn a_5_0_client_is_told_the_limit_and_what_to_do() {
    let world = World::new().await;
    world.control.change_tenant(&world.villa.id, |tenant| {
        tenant.quotas.connections_per_house = 1;
        tenant.quotas.message_bytes = 2_048;
    });
    let mut first = world
        .connected(&Connect::new(&world.villa, "one").level(V5))
        .await;
    let connect = Connect::new(&world.villa, "two").level(V5);
    let mut second = world.dial().await;
    second.send(&connect.bytes()).await;
    let said = second.receive().await;
    let words = String::from_utf8_lossy(&said.body);
    assert_eq!((said.first, said.body[1]), (0x20, 0x97));
    assert!(
        words.contains("Connections per house: 1 allowed, 2 seen. Stop"),
        "{words}"
    );
    let topic = reading(&world.villa);
    first
        .publish_only(&topic, &"x".repeat(4_000), 1, false)
        .await;
    let said = first.closed().await.pop().unwrap();
    let words = String::from_utf8_lossy(&said.body);
    assert_eq!((said.first, said.body[0]), (0xE0, 0x95));
    assert!(
        words.contains("Largest message: 2048 allowed, 4"),
        "{words}"
    );
    for reason in [RefusalReason::Connections, RefusalReason::MessageSize] {
        assert!(refusal(&world, &world.villa, reason).await.limit.is_some());
    }
}

#[tokio::test]
async fn what_a_house_retains_is_reported_when_it_changes() {
    let world = World::new().await;
    let topic = world.villa.topic("controller/config/*/*/MANIFEST/null");
    let mut client = world.client(&world.villa, "c").await;
    let bytes = u64::try_from(topic.len()).unwrap() + 7;
    for (payload, expected) in [("seven b", bytes), ("", 0)] {
        client.publish(&topic, payload, 1, true).await;
        until("the retained bytes", || {
            (world.control.retained_bytes(&world.villa.id) == Some(expected)).then_some(())
        })
        .await;
    }
    assert_eq!(world.control.retained_bytes(&world.hut.id), None);
}

/// The account of a deleted house and of its tenant goes from the disk; what
/// was not told before is told still.
#[tokio::test]
async fn a_deleted_tenant_leaves_no_account() {
    let world = World::new().await;
    for home in [&world.villa, &world.hut] {
        let mut client = world.client(home, "c").await;
        send(&mut client, home, 5).await;
    }
    world.control.delete_tenant(&world.villa.id);
    let revision = Some(world.control.revision());
    until("the erasure", || {
        let acknowledged = world.control.acknowledged.lock().unwrap();
        acknowledged.contains(&revision).then_some(())
    })
    .await;
    metered(&world, &world.villa, 5).await;
    metered(&world, &world.hut, 5).await;
    world.gateway.stop().await;
    let file = rusqlite::Connection::open(world.folder().join(FILE_NAME)).unwrap();
    let count = |table: &str| -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        file.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("usage"), count("spent")), (1, 1));
}
