//! Who is let in, and who is thrown out again.

use platform::health::State;
use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use model::{Hosting, RefusalReason, Standing, Timestamp};
use serde_json::json;

use crate::client::{Client, Connect, V3, V5, V311, packet};
use crate::world::{PATIENCE, World, now, start_gateway, until};

#[tokio::test]
async fn a_wrong_passcode_and_an_unknown_house_look_alike() {
    let world = World::with(Hosting::OnPremise, |config| {
        // Answers at once, however many failed before.
        config.limits.held_back_refusals = 0;
    })
    .await;
    for (level, code) in [(V3, 4), (V311, 4), (V5, 0x86)] {
        let right = Connect::new(&world.villa, "c").level(level);
        let wrong = [
            right.clone().password("wrong"),
            right.clone().password(""),
            right.clone().username("nobody-aaaaaa"),
            right.clone().username("#"),
            right.clone().username(world.hut.id.as_str()),
        ];
        for connect in wrong {
            let mut client = world.dial().await;
            assert_eq!(client.knock(&connect).await, code);
            assert_eq!(client.closed().await, []);
        }
        let mut client = world.dial().await;
        assert_eq!(client.knock(&right).await, 0);
    }
    let refusal = until("the refusal", || {
        world.control.refusals(&world.villa.id).pop()
    })
    .await;
    assert_eq!(refusal.reason, RefusalReason::Authentication);
    assert_eq!(refusal.client, "c");
}

#[tokio::test]
async fn a_suspended_house_is_refused_and_thrown_out_within_a_second() {
    let world = World::new().await;
    let connect = Connect::new(&world.villa, "c").level(V5);
    let mut client = world.connected(&connect).await;
    let mut neighbour = world.client(&world.hut, "c").await;
    world.control.change_tenant(&world.villa.id, |tenant| {
        tenant.standing = Standing::Suspended;
    });
    let said = client.closed().await;
    assert_eq!((said[0].first, said[0].body[0]), (0xE0, 0x98));
    for (level, code) in [(V311, 5), (V5, 0x8A)] {
        let mut client = world.dial().await;
        assert_eq!(client.knock(&connect.clone().level(level)).await, code);
    }
    neighbour.expect_nothing().await;
    let refusals = until("the refusal", || {
        let rows = world.control.refusals(&world.villa.id);
        (!rows.is_empty()).then_some(rows)
    })
    .await;
    assert!(
        refusals
            .iter()
            .any(|row| row.reason == RefusalReason::Standing)
    );
    world.control.change_tenant(&world.villa.id, |tenant| {
        tenant.standing = Standing::Active;
    });
    let revision = Some(world.control.revision());
    until("the new standing", || {
        let acknowledged = world.control.acknowledged.lock().unwrap();
        acknowledged.contains(&revision).then_some(())
    })
    .await;
    world.connected(&connect).await;
}

#[tokio::test]
async fn a_withdrawn_credential_ends_its_connections() {
    let world = World::new().await;
    let connect = Connect::new(&world.villa, "c").level(V5);
    let mut client = world.connected(&connect).await;
    let mut old_client = world.client(&world.villa, "old").await;
    world.control.change_tenant(&world.villa.id, |tenant| {
        tenant.houses[0].credentials.clear();
    });
    let said = client.closed().await;
    assert_eq!((said[0].first, said[0].body[0]), (0xE0, 0x87));
    assert_eq!(old_client.closed().await, []);
    let mut again = world.dial().await;
    assert_eq!(again.knock(&connect).await, 0x86);
    let nobody = || {
        world
            .control
            .clients(&world.villa.id)?
            .is_empty()
            .then_some(())
    };
    until("an empty house", nobody).await;
}

#[tokio::test]
async fn a_token_opens_its_house_as_its_sender_until_it_ends() {
    let world = World::new().await;
    let connect = |token: &str| Connect::new(&world.villa, "web").level(V5).password(token);
    let token = world.token(&world.villa, &json!({}));
    let mut client = world.connected(&connect(&token)).await;
    let as_self = world.villa.topic("gui/anna_4711/controller/db/GET/x");
    let as_other = world.villa.topic("gui/anna_4712/controller/db/GET/x");
    assert!(client.publish(&as_self, "", 1, false).await < 0x80);
    assert_eq!(client.publish(&as_other, "", 1, false).await, 0x87);

    let expired = world.token(&world.villa, &json!({"exp": now().as_secs() - 1}));
    let of_other_house = world.token(&world.hut, &json!({}));
    let for_other_cell = world.token(&world.villa, &json!({"aud": "bus:cel_other"}));
    let too_powerful = world.token(&world.villa, &json!({"role": "runtime"}));
    for token in [expired, of_other_house, for_other_cell, too_powerful] {
        let mut refused = world.dial().await;
        assert_eq!(refused.knock(&connect(&token)).await, 0x86, "{token}");
    }

    let short = world.token(&world.villa, &json!({"exp": now().as_secs() + 2}));
    let mut short = world
        .connected(&connect(&short).username(world.villa.id.as_str()))
        .await;
    let said = short.closed().await;
    assert_eq!((said[0].first, said[0].body[0]), (0xE0, 0xA0));
}

#[tokio::test]
async fn a_revoked_subject_is_thrown_out() {
    let world = World::new().await;
    let token = world.token(&world.villa, &json!({}));
    let connect = Connect::new(&world.villa, "web").level(V5).password(&token);
    let mut client = world.connected(&connect).await;
    world.control.change_tenant(&world.villa.id, |tenant| {
        tenant.houses[0].revoked.push(cell::Revoked {
            subject: "usr_anna".into(),
            until: Timestamp::from_secs(now().as_secs() + 600),
        });
    });
    let said = client.closed().await;
    assert_eq!((said[0].first, said[0].body[0]), (0xE0, 0x87));
    let mut again = world.dial().await;
    assert_eq!(again.knock(&connect).await, 0x86);
}

#[tokio::test]
async fn who_does_not_finish_connect_is_cut_off() {
    let world = World::with(Hosting::OnPremise, |config| {
        config.limits.connect_timeout = Duration::from_millis(100);
        config.limits.connect_bytes = 300;
    })
    .await;
    let whole = Connect::new(&world.villa, "c").bytes();
    let too_large = packet(0x10, &[b'x'; 400]);
    for beginning in [&whole[..0], &whole[..1], &whole[..20], &too_large[..3]] {
        let mut slow = world.dial().await;
        slow.send(beginning).await;
        assert_eq!(slow.closed().await, []);
    }
    for nonsense in [
        packet(0xC0, &[]),
        packet(0x10, b"nonsense"),
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
    ] {
        let mut odd = world.dial().await;
        odd.send(&nonsense).await;
        odd.closed().await;
    }
    world.client(&world.villa, "c").await;
}

#[tokio::test]
async fn a_right_passcode_does_not_wait_behind_wrong_ones() {
    let world = World::new().await;
    let wrong = Connect::new(&world.villa, "old").password("old");
    let mut knocking = Vec::new();
    for _ in 0..20 {
        let mut client = world.dial().await;
        client.send(&wrong.bytes()).await;
        knocking.push(client);
    }
    let twenty = || {
        // The newest row of each minute has its total.
        let rows = world.control.refusals(&world.villa.id).into_iter();
        let totals: BTreeMap<_, _> = rows.map(|row| (row.at, row.count)).collect();
        (totals.values().sum::<u64>() == 20).then_some(())
    };
    until("twenty refusals", twenty).await;
    world.client(&world.villa, "new").await;
    // The last of them are answered after seconds, and can be left waiting.
    let knocking = knocking.iter_mut();
    let answered = knocking.filter_map(|client| client.try_receive().now_or_never());
    assert!(answered.count() < 20);
}

#[tokio::test]
async fn one_address_does_not_take_all_the_room_before_connect() {
    let world = World::with(Hosting::OnPremise, |config| {
        config.limits.undecided_per_address = 3;
        config.limits.connect_timeout = Duration::from_mins(10);
    })
    .await;
    let mut half_open = Vec::new();
    for _ in 0..10 {
        half_open.push(world.dial().await);
    }
    // Three stay, whichever they are.
    let mut closing: FuturesUnordered<_> = half_open.iter_mut().map(Client::closed).collect();
    for _ in 0..7 {
        assert_eq!(closing.next().await, Some(vec![]));
    }
    drop(closing);
    drop(half_open);
    let let_in = async {
        loop {
            let mut client = world.dial().await;
            client
                .try_send(&Connect::new(&world.villa, "c").bytes())
                .await;
            if client.try_receive().await.is_some() {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, let_in)
        .await
        .expect("the room is free again");
}

#[tokio::test]
async fn a_dead_control_plane_stops_nobody() {
    let world = World::new().await;
    let revision = Some(world.control.revision());
    until("the first state on disk", || {
        let acknowledged = world.control.acknowledged.lock().unwrap();
        acknowledged.contains(&revision).then_some(())
    })
    .await;
    let _left_behind = world.client(&world.villa, "left behind").await;
    let online = || (!world.control.clients(&world.villa.id)?.is_empty()).then_some(());
    until("a client", online).await;
    world.control.set_reachable(false);
    let next = world.after_a_kill().await;
    assert!(next.health.is_ready());
    let nobody = || {
        world
            .control
            .clients(&world.villa.id)?
            .is_empty()
            .then_some(())
    };
    until("the word that nobody is connected any more", nobody).await;
    next.client(&next.villa, "c").await;
    let mut stranger = next.dial().await;
    assert_eq!(
        stranger
            .knock(&Connect::new(&next.villa, "c").password("no"))
            .await,
        4
    );
}

#[tokio::test]
async fn without_a_state_nobody_is_let_in() {
    let world = World::new().await;
    let connect = Connect::new(&world.villa, "c").level(V5);
    world.control.set_reachable(false);
    let empty = tempfile::tempdir().unwrap();
    let damaged = tempfile::tempdir().unwrap();
    let noise = "this is no database, and long enough to be read ".repeat(100);
    std::fs::write(damaged.path().join("gateway.db"), &noise).unwrap();
    for (folder, word) in [(&empty, "control plane"), (&damaged, "backup")] {
        let (gateway, health, _lifecycle) =
            start_gateway(&world.control, folder.path(), |_| {}).await;
        let mut client = Client::tcp(gateway.mqtt_address()).await;
        assert_eq!(client.knock(&connect).await, 0x88);
        let State::Failed(trouble) = health.report()["gateway"].clone() else {
            panic!("a gateway without state says that it is well");
        };
        assert!(trouble.contains(word), "{trouble}");
    }
    let kept = std::fs::read_to_string(damaged.path().join("gateway.db")).unwrap();
    assert_eq!(
        kept, noise,
        "a damaged file is left for whoever can save it"
    );
}

#[tokio::test]
async fn at_a_stop_clients_are_told_and_the_port_is_free() {
    let world = World::new().await;
    let connect = Connect::new(&world.villa, "c").level(V5);
    let mut client = world.connected(&connect).await;
    let address = world.gateway.mqtt_address();
    let hanging_up = async move { client.closed().await };
    let (said, ()) = tokio::join!(hanging_up, world.gateway.stop());
    assert_eq!((said[0].first, said[0].body[0]), (0xE0, 0x8B));
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    assert_eq!(world.control.clients(&world.villa.id), Some(vec![]));
    world.lifecycle.stop(Duration::from_secs(5)).await;
}
