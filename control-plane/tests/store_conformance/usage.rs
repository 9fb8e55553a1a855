//! What houses send and keep, over restarts, repeats, months and jumps of the
//! clock; notices; refusals that did not come from a bus.

use std::sync::Arc;
use std::time::Duration;

use cell::{Kept, Report, ReportSink, Usage};
use control_plane::cell_link::Reports;
use control_plane::store::{
    DAYS_KEPT, Grain, HOURS_KEPT, House, HouseKept, QuotaNotice, RefusalFilter, Sent, Span, Tenant,
};
use model::{
    CellId, HouseId, Limit, Quota, RefusalId, RefusalReason, Refused, TenantId, Timestamp,
};

use super::harness::World;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn at(text: &str) -> Timestamp {
    Timestamp::from_rfc3339(text).unwrap()
}

fn usage(house: &HouseId, epoch: i64, hour: Timestamp, messages: u64) -> Usage {
    Usage {
        epoch,
        house: house.clone(),
        hour,
        messages,
        bytes: messages * 10,
    }
}

async fn sent(world: &World, tenant: TenantId, span: Span) -> u64 {
    let mut work = world.read().await;
    work.usage().sent(tenant, span).await.unwrap().messages
}

fn ago(world: &World, span: Duration) -> Timestamp {
    Timestamp(world.now().0 - i64::try_from(span.as_millis()).unwrap())
}

pub async fn what_is_sent_counts_once_over_repeats_and_restarts(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let (_, other) = world.customer("bob").await;
    let (house, second) = (world.house(tenant.id).await, world.house(tenant.id).await);
    let foreign = world.house(other.id).await;
    let cell = tenant.cell;
    let hour = world.now().start_of_hour();
    let mut work = world.write().await;
    for (house, epoch, messages) in [
        (&house, 1, 10),
        (&house, 1, 25),
        (&house, 1, 25), // a repeat
        (&house, 1, 7),  // an older line that comes late
        (&house, 2, 5),  // after a restart
        (&second, 2, 100),
        (&foreign, 2, 1_000),
    ] {
        let line = usage(&house.id, epoch, Timestamp(hour.0 + 59_000), messages);
        assert!(work.usage().record(house.key, cell, &line).await.unwrap());
    }
    // The same run of another cell is another count.
    let moved = CellId::generate(&*world.ambient);
    let name = "other".parse().unwrap();
    work.cells()
        .insert(moved, &name, world.now())
        .await
        .unwrap();
    let line = usage(&house.id, 1, hour, 3);
    work.usage().record(house.key, moved, &line).await.unwrap();
    work.commit().await.unwrap();

    let today = Span::day(world.now());
    assert_eq!(sent(&world, tenant.id, today).await, 25 + 5 + 3 + 100);
    assert_eq!(sent(&world, other.id, today).await, 1_000);
    let mut work = world.read().await;
    let usages = work.usage();
    let points = usages.history(tenant.id, None, today, Grain::Hour).await;
    let points = points.unwrap();
    assert_eq!(points.len(), 2);
    assert!(points.iter().all(|point| point.at == hour));
    let one = usages
        .history(tenant.id, Some(second.key), today, Grain::Day)
        .await
        .unwrap();
    assert_eq!(one.len(), 1);
    assert_eq!((&one[0].house, one[0].at), (&second.id, today.from));
    assert_eq!(
        one[0].sent,
        Sent {
            messages: 100,
            bytes: 1_000
        }
    );
    let theirs = usages
        .history(tenant.id, Some(foreign.key), today, Grain::Day)
        .await
        .unwrap();
    assert_eq!(theirs, [], "a house of another tenant is not there");
}

pub async fn days_and_months_end_where_utc_says(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let house = world.house(tenant.id).await;
    // The end of a leap February, and a night when Berlin sets its clocks.
    let hours = [
        "2028-02-28T23:00:00Z",
        "2028-02-29T00:00:00Z",
        "2028-02-29T23:00:00Z",
        "2028-03-01T00:00:00Z",
        "2028-03-26T00:00:00Z",
        "2028-03-26T01:00:00Z",
        "2028-03-26T23:00:00Z",
    ];
    let mut work = world.write().await;
    for (n, hour) in hours.iter().enumerate() {
        let line = usage(&house.id, 1, at(hour), 1 << n);
        work.usage()
            .record(house.key, tenant.cell, &line)
            .await
            .unwrap();
    }
    work.commit().await.unwrap();
    for (day, messages) in [
        ("2028-02-28T12:00:00Z", 1),
        ("2028-02-29T12:00:00Z", 2 + 4),
        ("2028-03-01T00:00:00Z", 8),
        ("2028-03-26T23:59:59.999Z", 16 + 32 + 64),
        ("2028-03-27T00:00:00Z", 0),
    ] {
        assert_eq!(
            sent(&world, tenant.id, Span::day(at(day))).await,
            messages,
            "{day}"
        );
    }
    let february = Span {
        from: at("2028-02-29T23:00:00Z").start_of_month(),
        to: at("2028-03-01T00:00:00Z"),
    };
    assert_eq!(sent(&world, tenant.id, february).await, 1 + 2 + 4);
    let mut work = world.read().await;
    let days = work
        .usage()
        .history(tenant.id, None, february, Grain::Day)
        .await
        .unwrap();
    let days: Vec<_> = days.iter().map(|one| (one.at, one.sent.messages)).collect();
    assert_eq!(
        days,
        [
            (at("2028-02-28T00:00:00Z"), 1),
            (at("2028-02-29T00:00:00Z"), 6)
        ]
    );
}

pub async fn old_hours_become_days_and_no_message_counts_twice(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let house = world.house(tenant.id).await;
    let today = world.now().start_of_day();
    let first = Timestamp(today.0 - 50 * DAY);
    let mut work = world.write().await;
    for day in 0..50 {
        for (epoch, hour) in [(1, 0), (1, 5), (2, 5)] {
            let hour = Timestamp(first.0 + day * DAY + hour * HOUR);
            let line = usage(&house.id, epoch, hour, 2);
            work.usage()
                .record(house.key, tenant.cell, &line)
                .await
                .unwrap();
        }
    }
    work.commit().await.unwrap();
    let all = Span {
        from: first,
        to: Timestamp(today.0 + DAY),
    };
    assert_eq!(sent(&world, tenant.id, all).await, 300);

    let mut folded = 0;
    loop {
        let mut work = world.write().await;
        let n = work.usage().fold(ago(&world, HOURS_KEPT)).await.unwrap();
        work.commit().await.unwrap();
        if n == 0 {
            break;
        }
        folded += n;
    }
    assert_eq!(folded, 5, "days that ended 45 days ago");
    assert_eq!(
        sent(&world, tenant.id, all).await,
        300,
        "folding loses nothing"
    );
    let mut work = world.write().await;
    let line = usage(&house.id, 1, Timestamp(first.0 + HOUR), 1_000);
    let taken = work.usage().record(house.key, tenant.cell, &line).await;
    assert!(
        !taken.unwrap(),
        "a day that is folded takes nothing any more"
    );
    let hours = work.usage().history(tenant.id, None, all, Grain::Hour);
    assert_eq!(hours.await.unwrap().len(), 45 * 2);
    let days = work.usage().history(tenant.id, None, all, Grain::Day);
    let days = days.await.unwrap();
    assert_eq!(days.len(), 50);
    assert!(days.iter().all(|day| day.sent.messages == 6));
    work.commit().await.unwrap();

    world.advance_secs(DAYS_KEPT.as_secs() - 47 * 86_400);
    let mut work = world.write().await;
    let dropped = work.usage().forget(ago(&world, DAYS_KEPT)).await.unwrap();
    assert_eq!(dropped, 4, "that began more than 25 months ago");
}

pub async fn a_clock_that_jumps_counts_nothing_twice(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let house = world.house(tenant.id).await;
    let now = world.now();
    let mut work = world.write().await;
    let line = usage(&house.id, 1, now, 40);
    work.usage()
        .record(house.key, tenant.cell, &line)
        .await
        .unwrap();
    // Somebody sets the clock a hundred days ahead, and the chore runs.
    let jumped = Timestamp(now.0 + 100 * DAY);
    assert_eq!(work.usage().fold(jumped).await.unwrap(), 1);
    assert_eq!(work.usage().fold(jumped).await.unwrap(), 0);
    // The clock is right again, and the gateway says the same once more.
    assert!(
        !work
            .usage()
            .record(house.key, tenant.cell, &line)
            .await
            .unwrap()
    );
    work.commit().await.unwrap();
    assert_eq!(sent(&world, tenant.id, Span::day(now)).await, 40);
}

pub async fn what_is_kept_is_the_newest_of_each_part(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let (_, other) = world.customer("bob").await;
    let house = world.house(tenant.id).await;
    let nothing = Kept {
        house: house.id.clone(),
        at: Timestamp(0),
        retained_bytes: None,
        sensors: None,
        rules: None,
        history_bytes: None,
    };
    let mut work = world.write().await;
    let usages = work.usage();
    for kept in [
        Kept {
            at: Timestamp(20),
            retained_bytes: Some(500),
            ..nothing.clone()
        },
        // The runtime's word is older than the gateway's, and counts.
        Kept {
            at: Timestamp(10),
            sensors: Some(7),
            rules: Some(1),
            history_bytes: Some(9),
            ..nothing.clone()
        },
        Kept {
            at: Timestamp(15),
            retained_bytes: Some(1),
            ..nothing.clone()
        },
        Kept {
            at: Timestamp(12),
            sensors: Some(8),
            ..nothing.clone()
        },
        Kept {
            at: Timestamp(11),
            sensors: Some(1),
            ..nothing.clone()
        },
        Kept {
            at: Timestamp(30),
            ..nothing.clone()
        },
    ] {
        usages.keep(house.key, &kept).await.unwrap();
    }
    let expected = HouseKept {
        retained_bytes: Some(500),
        sensors: Some(8),
        rules: Some(1),
        history_bytes: Some(9),
    };
    assert_eq!(
        usages.kept(tenant.id).await.unwrap(),
        [(house.key, expected)]
    );
    assert_eq!(usages.kept(other.id).await.unwrap(), []);
}

pub async fn a_cell_counts_for_its_own_houses_and_not_for_the_future(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let house = world.house(tenant.id).await;
    let other_cell = CellId::generate(&*world.ambient);
    let mut work = world.write().await;
    let name = "other".parse().unwrap();
    work.cells()
        .insert(other_cell, &name, world.now())
        .await
        .unwrap();
    let waiting = work.notices().to_look_at(10).await.unwrap();
    for tenant in waiting {
        assert!(work.notices().take(tenant).await.unwrap());
    }
    work.commit().await.unwrap();
    let now = world.now();
    let report = Report {
        usage: vec![
            usage(&house.id, 1, now, 9),
            usage(&house.id, 1, Timestamp(now.0 + 3 * HOUR), 1_000),
            usage(&"nobody-aaaaaa".parse().unwrap(), 1, now, 1_000),
        ],
        kept: vec![Kept {
            house: house.id.clone(),
            at: Timestamp(now.0 + DAY),
            retained_bytes: Some(u64::MAX),
            sensors: None,
            rules: None,
            history_bytes: None,
        }],
        ..Report::default()
    };
    let thief = Reports::new(world.store.clone(), other_cell, world.ambient.clone());
    thief.report(report.clone()).await.unwrap();
    assert_eq!(thief.ignored(), 4);
    let tomorrow = Span {
        from: Timestamp(0),
        to: Timestamp(now.0 + 9 * DAY),
    };
    assert_eq!(sent(&world, tenant.id, tomorrow).await, 0);
    let mut work = world.read().await;
    assert_eq!(work.notices().to_look_at(10).await.unwrap(), []);
    drop(work);

    let own = world.link().await.reports();
    own.report(report.clone()).await.unwrap();
    own.report(report).await.unwrap();
    assert_eq!(own.ignored(), 4, "the future and nobody's, twice");
    assert_eq!(sent(&world, tenant.id, tomorrow).await, 9);
    let mut work = world.read().await;
    assert_eq!(work.notices().to_look_at(10).await.unwrap(), [tenant.id]);
    let kept = work.usage().kept(tenant.id).await.unwrap();
    let most = u64::try_from(i64::MAX).unwrap();
    assert_eq!(kept[0].1.retained_bytes, Some(most));
}

pub async fn of_many_who_see_a_mark_passed_one_tells(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let (_, other) = world.customer("bob").await;
    let notice = QuotaNotice {
        quota: Quota::by_name("messages_per_day").unwrap(),
        house: None,
        level: 80,
        begun: Some(Timestamp(DAY)),
        raised_at: Timestamp(DAY + 5),
        used: 160_000,
        allowed: 200_000,
    };
    let world = Arc::new(world);
    let mut racing = tokio::task::JoinSet::new();
    for n in 0..8 {
        let (world, tenant) = (Arc::clone(&world), tenant.id);
        let notice = QuotaNotice {
            used: notice.used + n,
            ..notice.clone()
        };
        racing.spawn(async move {
            let mut work = world.write().await;
            let first = work.notices().raise(tenant, &notice).await.unwrap();
            work.commit().await.unwrap();
            first
        });
    }
    let first = racing.join_all().await;
    assert_eq!(first.iter().filter(|first| **first).count(), 1);

    let mut work = world.write().await;
    let notices = work.notices();
    let house = QuotaNotice {
        quota: Quota::by_name("sensors_per_house").unwrap(),
        house: Some("villa-7k3q9x".parse().unwrap()),
        begun: None,
        ..notice.clone()
    };
    for another in [
        QuotaNotice {
            level: 100,
            ..notice.clone()
        },
        QuotaNotice {
            begun: Some(Timestamp(2 * DAY)),
            ..notice.clone()
        },
        house.clone(),
    ] {
        assert!(notices.raise(tenant.id, &another).await.unwrap());
        assert!(!notices.raise(tenant.id, &another).await.unwrap());
    }
    assert_eq!(notices.list(tenant.id).await.unwrap().len(), 4);
    assert!(notices.list(tenant.id).await.unwrap().contains(&house));
    assert_eq!(notices.list(other.id).await.unwrap(), []);
    let now = Timestamp(DAY);
    let hers = notices.list_for(tenant.owner, now).await.unwrap();
    assert_eq!(hers.len(), 4);
    assert!(hers.iter().all(|(of, _)| *of == tenant.id));
    assert_eq!(notices.list_for(other.owner, now).await.unwrap(), []);
    assert!(!notices.end(other.id, &house).await.unwrap());
    assert!(notices.end(tenant.id, &house).await.unwrap());
    assert!(!notices.end(tenant.id, &house).await.unwrap());
    work.commit().await.unwrap();
    world.store.tidy(world.now()).await.unwrap();
    let mut work = world.read().await;
    assert_eq!(
        work.notices().list(tenant.id).await.unwrap(),
        [],
        "old days go"
    );
}

pub async fn tenants_are_looked_at_when_something_changed(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let (bob, _) = world.customer("bob").await;
    let clear = async || {
        let mut work = world.write().await;
        for tenant in work.notices().to_look_at(100).await.unwrap() {
            assert!(work.notices().take(tenant).await.unwrap());
            assert!(!work.notices().take(tenant).await.unwrap());
        }
        work.commit().await.unwrap();
    };
    let changed = async || {
        let mut work = world.read().await;
        let all = work.notices().to_look_at(100).await.unwrap();
        drop(work);
        clear().await;
        all.contains(&tenant.id)
    };
    clear().await;
    assert!(!changed().await);
    world.house(tenant.id).await;
    assert!(changed().await, "a house more");
    let mut work = world.write().await;
    let role = model::TenantRole::Guest;
    work.members()
        .insert(tenant.id, bob.id, role, world.now())
        .await
        .unwrap();
    work.commit().await.unwrap();
    assert!(changed().await, "a member more");
    let mut work = world.write().await;
    let plan = work.plans().find(&tenant.plan).await.unwrap().unwrap();
    work.plans().put(&plan).await.unwrap();
    work.commit().await.unwrap();
    assert!(changed().await, "another plan");
    assert!(!changed().await);
}

/// Anna's tenant with four kinds of refusals, Bob's with two.
async fn refused_people(world: &World) -> (Tenant, House, Tenant) {
    let (anna, tenant) = world.customer("anna").await;
    let (bob, other) = world.customer("bob").await;
    let (house, foreign) = (world.house(tenant.id).await, world.house(other.id).await);
    let refused = |reason, minute: i64, subject: &str| Refused {
        at: Timestamp(minute * 60_000),
        reason,
        limit: Some(Limit {
            name: "houses".to_owned(),
            window_secs: None,
            allowed: 1,
            seen: 1,
        }),
        client: String::new(),
        subject: subject.to_owned(),
        count: 1,
        clears_at: None,
    };
    let mut work = world.write().await;
    let refusals = work.refusals();
    let (own, at_home) = ((tenant.id, None), (tenant.id, Some(house.key)));
    for (of, who, refused) in [
        (own, anna.id, refused(RefusalReason::Houses, 5, "Villa")),
        (own, anna.id, refused(RefusalReason::Houses, 5, "Villa")),
        (
            own,
            anna.id,
            refused(RefusalReason::Members, 6, "x@example.org"),
        ),
        (at_home, anna.id, refused(RefusalReason::Sensors, 7, "a/b")),
        (at_home, anna.id, refused(RefusalReason::Sensors, 7, "a/b")),
        (
            (other.id, Some(foreign.key)),
            bob.id,
            refused(RefusalReason::Sensors, 8, "a/b"),
        ),
        (
            (other.id, None),
            bob.id,
            refused(RefusalReason::Houses, 9, "Villa"),
        ),
    ] {
        let id = RefusalId::generate(&*world.ambient);
        refusals.note(of, who, id, &refused).await.unwrap();
    }
    let of_bus = model::Refusal {
        house: house.id.clone(),
        at: Timestamp(8 * 60_000),
        reason: RefusalReason::Connections,
        limit: None,
        client: "m".to_owned(),
        subject: String::new(),
        count: 10,
        clears_at: None,
    };
    let id = RefusalId::generate(&*world.ambient);
    refusals.record(house.key, id, &of_bus).await.unwrap();
    work.commit().await.unwrap();
    (tenant, house, other)
}

pub async fn refusals_of_people_are_counted_and_listed(world: World) {
    let (tenant, _, _) = refused_people(&world).await;
    let mut work = world.write().await;
    let refusals = work.refusals();
    let mut told = Vec::new();
    let mut filter = RefusalFilter::default();
    loop {
        let page = refusals
            .list_of_tenant(tenant.id, &filter, 2)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        filter.after = Some(last.cursor());
        told.extend(page);
    }
    let told: Vec<_> = told
        .iter()
        .map(|one| {
            (
                one.refusal.reason,
                one.refusal.count,
                one.refusal.client.as_str(),
                one.house.is_some(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (RefusalReason::Connections, 10, "m", true),
            (RefusalReason::Sensors, 2, "Anna", true),
            (RefusalReason::Members, 1, "Anna", false),
            (RefusalReason::Houses, 2, "Anna", false),
        ]
    );
}

pub async fn refusals_of_people_are_found_and_their_own(world: World) {
    let (tenant, house, other) = refused_people(&world).await;
    let mut work = world.write().await;
    let refusals = work.refusals();
    let counts = refusals
        .counts(tenant.id, Timestamp(6 * 60_000))
        .await
        .unwrap();
    assert_eq!(
        counts,
        [
            (RefusalReason::Connections, 10),
            (RefusalReason::Sensors, 2),
            (RefusalReason::Members, 1)
        ]
    );
    let of_house = |reason, client: Option<&str>| RefusalFilter {
        reason,
        client: client.map(str::to_owned),
        after: None,
    };
    for (filter, found) in [
        (of_house(None, None), 2),
        (of_house(Some(RefusalReason::Sensors), None), 1),
        (of_house(None, Some("m")), 1),
        (of_house(None, Some("Anna")), 1),
        (of_house(Some(RefusalReason::Houses), None), 0),
        (of_house(Some(RefusalReason::Sensors), Some("m")), 0),
    ] {
        let list = refusals.list(house.key, &filter, 9).await.unwrap();
        assert_eq!(list.len(), found, "{filter:?}");
    }
    assert_eq!(
        refusals.keep_newest_of_tenant(tenant.id, 2).await.unwrap(),
        1
    );
    assert_eq!(
        refusals.keep_newest_of_tenant(tenant.id, 2).await.unwrap(),
        0
    );
    let every = RefusalFilter::default();
    let theirs = refusals.list_of_tenant(other.id, &every, 9).await.unwrap();
    assert_eq!(theirs.len(), 2, "another tenant keeps its own");
}

pub async fn an_erased_tenant_leaves_no_usage(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let (_, other) = world.customer("bob").await;
    let long_ago = Timestamp(world.now().0 - 60 * DAY);
    for tenant in [&tenant, &other] {
        let house = world.house(tenant.id).await;
        let mut work = world.write().await;
        for hour in [long_ago, world.now()] {
            let line = usage(&house.id, 1, hour, 5);
            work.usage()
                .record(house.key, tenant.cell, &line)
                .await
                .unwrap();
        }
        let kept = Kept {
            house: house.id.clone(),
            at: world.now(),
            retained_bytes: Some(1),
            sensors: None,
            rules: None,
            history_bytes: None,
        };
        work.usage().keep(house.key, &kept).await.unwrap();
        let notice = QuotaNotice {
            quota: Quota::by_name("retained_bytes").unwrap(),
            house: Some(house.id.clone()),
            level: 80,
            begun: None,
            raised_at: world.now(),
            used: 8,
            allowed: 10,
        };
        work.notices().raise(tenant.id, &notice).await.unwrap();
        let refused = Refused {
            at: world.now(),
            reason: RefusalReason::Standing,
            limit: None,
            client: String::new(),
            subject: "PUT /x".to_owned(),
            count: 1,
            clears_at: None,
        };
        let id = RefusalId::generate(&*world.ambient);
        let of = (tenant.id, Some(house.key));
        work.refusals()
            .note(of, tenant.owner, id, &refused)
            .await
            .unwrap();
        work.commit().await.unwrap();
    }
    let mut work = world.write().await;
    assert_eq!(work.usage().fold(world.now()).await.unwrap(), 2);
    let receipt = work.erasures().erase(tenant.id, world.now()).await.unwrap();
    work.commit().await.unwrap();
    let receipt = receipt.unwrap();
    for name in [
        "usage_hours",
        "usage_days",
        "house_kept",
        "usage_to_check",
        "quota_notices",
        "tenant_refusals",
    ] {
        let store = receipt.stores.iter().find(|store| store.store == name);
        let store = store.unwrap();
        assert_eq!((store.removed, store.found), (1, 0), "{name}");
    }
    let all = Span {
        from: Timestamp(0),
        to: Timestamp(world.now().0 + DAY),
    };
    assert_eq!(sent(&world, tenant.id, all).await, 0);
    assert_eq!(sent(&world, other.id, all).await, 10);
    let mut work = world.read().await;
    assert_eq!(work.notices().list(other.id).await.unwrap().len(), 1);
    assert_eq!(work.usage().kept(other.id).await.unwrap().len(), 1);
}
