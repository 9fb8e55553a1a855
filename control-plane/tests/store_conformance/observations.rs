//! What cells report.

use cell::{ClientPresence, Presence, Report, ReportSink};
use control_plane::cell_link::Reports;
use control_plane::store::{HousePresence, RefusalFilter};
use model::{
    BusRole, CellId, CredentialId, HouseId, Limit, Refusal, RefusalId, RefusalReason, Refused,
    Timestamp,
};

use super::harness::World;

const MINUTE: i64 = 60_000;

fn client(name: &str, credential: Option<CredentialId>) -> ClientPresence {
    ClientPresence {
        client: name.to_owned(),
        credential,
        role: BusRole::House,
        protocol: "MQTT 3.1.1".to_owned(),
        connected_at: Timestamp(1),
        address: None,
    }
}

fn refusal(house: &HouseId, at: i64, count: u64) -> Refusal {
    Refusal {
        house: house.clone(),
        at: Timestamp(at),
        reason: RefusalReason::Permission,
        limit: None,
        client: "x".to_owned(),
        subject: "egeoffrey/v1/other/#".to_owned(),
        count,
        clears_at: None,
    }
}

pub async fn presence_keeps_the_newest(world: World) {
    let (anna, tenant) = world.customer("anna").await;
    let house = world.house(tenant.id).await;
    let said = |at: i64, name: &str, last_seen: Option<i64>| HousePresence {
        at: Timestamp(at),
        clients: vec![client(name, None)],
        last_seen: last_seen.map(Timestamp),
    };
    let mut work = world.write().await;
    let presences = work.presences();
    assert_eq!(presences.find(house.key).await.unwrap(), None);
    presences
        .upsert(house.key, &said(10, "new", Some(9)))
        .await
        .unwrap();
    presences
        .upsert(house.key, &said(5, "old", Some(4)))
        .await
        .unwrap();
    let kept = presences.find(house.key).await.unwrap().unwrap();
    assert_eq!(kept, said(10, "new", Some(9)));
    presences
        .upsert(house.key, &said(20, "restarted", None))
        .await
        .unwrap();
    let kept = presences.find(house.key).await.unwrap().unwrap();
    assert_eq!(kept, said(20, "restarted", Some(9)), "last seen stays");
    let listed = presences.list_for(anna.id, world.now()).await.unwrap();
    assert_eq!(listed, [(house.key, kept)]);
}

pub async fn refusals_count_once_and_page(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let house = world.house(tenant.id).await;
    let limited = Refusal {
        reason: RefusalReason::MessageSize,
        limit: Some(Limit {
            name: "message_bytes".to_owned(),
            window_secs: None,
            allowed: 1,
            seen: u64::MAX,
        }),
        clears_at: Some(Timestamp(77)),
        ..refusal(&house.id, MINUTE, u64::MAX)
    };
    let mut work = world.write().await;
    let refusals = work.refusals();
    let mut record = async |refusal: &Refusal| {
        let id = RefusalId::generate(&*world.ambient);
        refusals.record(house.key, id, refusal).await.unwrap();
    };
    record(&refusal(&house.id, MINUTE, 3)).await;
    record(&refusal(&house.id, MINUTE, 7)).await;
    record(&refusal(&house.id, MINUTE, 5)).await;
    record(&limited).await;
    for minute in 2..6 {
        record(&refusal(&house.id, minute * MINUTE, 1)).await;
    }
    let mut pages = Vec::new();
    let mut filter = RefusalFilter::default();
    loop {
        let page = refusals.list(house.key, &filter, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.after = Some(last.cursor().to_string().parse().unwrap());
        pages.push(page);
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2]);
    let all: Vec<Refused> = pages
        .into_iter()
        .flatten()
        .map(|stored| stored.refusal)
        .collect();
    assert!(all.is_sorted_by_key(|one| std::cmp::Reverse(one.at)));
    assert_eq!(all[0], refusal(&house.id, 5 * MINUTE, 1).into());
    let counted = all.iter().find(|one| one.count == 7).unwrap();
    let largest = Refused::from(refusal(&house.id, MINUTE, 7));
    assert_eq!(*counted, largest, "the largest count");
    let kept = all.iter().find(|one| one.limit.is_some()).unwrap();
    assert_eq!(kept.limit, limited.limit);
    assert_eq!(kept.clears_at, limited.clears_at);
    assert_eq!(kept.count, u64::try_from(i64::MAX).unwrap());
}

pub async fn refusals_are_kept_up_to_a_number(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let (house, other) = (world.house(tenant.id).await, world.house(tenant.id).await);
    let mut work = world.write().await;
    for house in [&house, &other] {
        for minute in 0..10 {
            let id = RefusalId::generate(&*world.ambient);
            let refusal = refusal(&house.id, minute * MINUTE, 1);
            work.refusals()
                .record(house.key, id, &refusal)
                .await
                .unwrap();
        }
    }
    let refusals = work.refusals();
    assert_eq!(refusals.keep_newest(house.key, 4).await.unwrap(), 6);
    assert_eq!(refusals.keep_newest(house.key, 4).await.unwrap(), 0);
    let left = refusals
        .list(house.key, &RefusalFilter::default(), 100)
        .await
        .unwrap();
    let minutes: Vec<i64> = left.iter().map(|one| one.refusal.at.0 / MINUTE).collect();
    assert_eq!(minutes, [9, 8, 7, 6]);
    let theirs = refusals
        .list(other.key, &RefusalFilter::default(), 100)
        .await
        .unwrap();
    assert_eq!(theirs.len(), 10, "another house keeps its own");
    work.commit().await.unwrap();
    assert_eq!(world.store.tidy(world.now()).await.unwrap(), 14, "too old");
}

pub async fn a_cell_speaks_for_its_own_houses_only(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let (house, deleted) = (world.house(tenant.id).await, world.house(tenant.id).await);
    let credential = world.credential(house.key).await;
    let foreign = world.credential(deleted.key).await;
    let mut work = world.write().await;
    work.houses()
        .delete(tenant.id, deleted.key, world.now())
        .await
        .unwrap();
    let other_cell = CellId::generate(&*world.ambient);
    work.cells()
        .insert(other_cell, &"other".parse().unwrap(), world.now())
        .await
        .unwrap();
    work.commit().await.unwrap();

    let future = Timestamp(world.now().0 + 1_000 * MINUTE);
    let presence = |house: &HouseId| Presence {
        house: house.clone(),
        at: future,
        clients: vec![
            client(&"c\0".repeat(500), Some(credential.id)),
            client("thief", Some(foreign.id)),
        ],
        last_seen: Some(future),
    };
    let report = Report {
        presence: vec![presence(&house.id), presence(&deleted.id)],
        refusals: vec![
            refusal(&house.id, future.0, 2),
            refusal(&house.id, future.0, 2),
            refusal(&deleted.id, 0, 2),
            refusal(&"nobody-aaaaaa".parse().unwrap(), 0, 2),
        ],
        ..Report::default()
    };
    let ambient = world.ambient.clone();
    let other = Reports::new(world.store.clone(), other_cell, ambient);
    other.report(report.clone()).await.unwrap();
    assert_eq!(other.ignored(), 6);
    let mut work = world.read().await;
    assert_eq!(work.presences().find(house.key).await.unwrap(), None);
    let nothing = RefusalFilter::default();
    let refused = work.refusals().list(house.key, &nothing, 9).await.unwrap();
    assert_eq!(refused, []);
    drop(work);

    let own = world.link().await.reports();
    own.report(report.clone()).await.unwrap();
    own.report(report).await.unwrap();
    assert_eq!(own.ignored(), 6, "three lines, reported twice");
    let mut work = world.read().await;
    let kept = work.presences().find(house.key).await.unwrap().unwrap();
    assert_eq!((kept.at, kept.last_seen), (world.now(), Some(world.now())));
    assert_eq!(kept.clients[0].client.chars().count(), 128);
    assert!(!kept.clients[0].client.contains('\0'));
    let refused = work.refusals().list(house.key, &nothing, 9).await.unwrap();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].refusal.count, 2, "repeats count once");
    assert!(refused[0].refusal.at <= world.now());
    let credentials = work.credentials();
    let used = credentials.find(house.key, credential.id).await.unwrap();
    assert_eq!(used.unwrap().last_used_at, Some(world.now()));
    let theirs = credentials.find(deleted.key, foreign.id).await.unwrap();
    assert_eq!(theirs.unwrap().last_used_at, None);
}
