use std::path::Path;

use cell::{FeedBatch, HouseSpec, Report, Revision, TenantSpec};
use model::time::ManualAmbient;
use model::{Hosting, HouseKey, Plan, Quotas, RefusalReason, Standing, TenantId, Timestamp};
use platform::Health;
use serde_json::json;
use tokio::sync::mpsc;

use super::*;
use crate::testing::{BusEnd, FakeBus, FakeFeed, FakeSink, FeedEnd, soon};
use crate::{Links, RuntimeConfig, start};

/// A whole runtime between a fake feed and a fake bus.
struct Bench {
    lifecycle: Lifecycle,
    sessions: mpsc::UnboundedReceiver<BusEnd>,
    feed: FeedEnd,
    reports: mpsc::UnboundedReceiver<Report>,
    tenant: TenantId,
    quotas: Quotas,
    revision: i64,
}

impl Bench {
    fn start(data_dir: &Path) -> Self {
        let ambient = Arc::new(ManualAmbient::at(Timestamp::from_secs(1_795_264_686)));
        let (bus, sessions) = FakeBus::new();
        let (source, feed) = FakeFeed::new();
        let lifecycle = Lifecycle::default();
        let config = RuntimeConfig {
            data_dir: data_dir.to_owned(),
            store_threads: Some(1),
            sleep_after: Duration::from_mins(10),
        };
        let tenant = TenantId::generate(ambient.as_ref());
        let (sink, reports) = FakeSink::new();
        let links = Links {
            feed: source,
            reports: sink,
            connector: bus,
        };
        start(&config, links, ambient, &lifecycle, Health::default()).unwrap();
        Self {
            lifecycle,
            sessions,
            feed,
            reports,
            tenant,
            quotas: Plan::Free.quotas(),
            revision: 0,
        }
    }

    /// Says what the tenant should be, as a change or as everything there is.
    fn say(&mut self, standing: Standing, houses: &[HouseSpec], snapshot: bool) {
        self.revision += 1;
        let tenant = TenantSpec {
            tenant: self.tenant,
            slug: "anna".parse().unwrap(),
            revision: Revision(self.revision),
            standing,
            quotas: self.quotas,
            houses: houses.to_vec(),
        };
        self.send(vec![tenant], vec![], snapshot);
    }

    fn send(&mut self, tenants: Vec<TenantSpec>, gone: Vec<TenantId>, snapshot: bool) {
        let batch = FeedBatch {
            revision: Revision(self.revision),
            snapshot,
            cell: None,
            tenants,
            gone,
        };
        self.feed.batches.send(batch).unwrap();
    }

    async fn session(&mut self) -> BusEnd {
        soon(self.sessions.recv()).await.unwrap()
    }

    /// Waits until everything said so far is done.
    async fn settled(&mut self) {
        let reached = Some(Revision(self.revision));
        while soon(self.feed.asked.recv()).await.unwrap() != reached {}
    }
}

fn house(name: &str, hosting: Hosting) -> HouseSpec {
    HouseSpec {
        key: HouseKey::generate(&ManualAmbient::at(Timestamp(1))),
        house: format!("{name}-aaaaaa").parse().unwrap(),
        name: name.to_owned(),
        hosting,
        timezone: "Europe/Berlin".parse().unwrap(),
        credentials: vec![],
        revoked: vec![],
    }
}

async fn ended(bus: &mut BusEnd) {
    while soon(bus.commands.recv()).await.is_some() {}
}

#[tokio::test]
async fn only_hosted_houses_of_tenants_in_good_standing_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path());
    let houses = [
        house("hosted", Hosting::Hosted),
        house("away", Hosting::OnPremise),
    ];
    bench.say(Standing::Suspended, &houses, true);
    bench.settled().await;
    assert!(bench.sessions.is_empty());
    bench.say(Standing::Active, &houses, false);
    let mut bus = bench.session().await;
    assert_eq!(bus.house.as_str(), "hosted-aaaaaa");
    bus.ask("v1/gui/a_1/controller/db/PING/null", json!({}))
        .await;
    bench.say(Standing::ReadOnly, &houses, false);
    bench.settled().await;
    bench.say(Standing::Suspended, &houses, false);
    ended(&mut bus).await;
    bench.settled().await;
    assert!(
        bench.sessions.is_empty(),
        "one task per house, none of others"
    );
    bench.say(Standing::Active, &houses, false);
    assert_eq!(bench.session().await.house.as_str(), "hosted-aaaaaa");
    let moved = [house("hosted", Hosting::OnPremise)];
    bench.say(Standing::Active, &moved, false);
    bench.settled().await;
    assert!(
        folder.path().join("houses/hosted-aaaaaa.db").exists(),
        "it may come back"
    );
}

#[tokio::test]
async fn a_deleted_house_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path());
    let houses = [house("one", Hosting::Hosted), house("two", Hosting::Hosted)];
    bench.say(Standing::Active, &houses, true);
    for _ in 0..2 {
        let mut bus = bench.session().await;
        bus.ask("v1/gui/a_1/controller/db/PING/null", json!({}))
            .await;
    }
    bench.say(Standing::Active, &houses[..1], false);
    bench.settled().await;
    let files = || -> Vec<String> {
        let folder = std::fs::read_dir(folder.path().join("houses")).unwrap();
        let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.contains("aaaaaa.db")).collect()
    };
    assert!(
        files().iter().all(|name| name.starts_with("one-")),
        "{:?}",
        files()
    );
    bench.revision += 1;
    let tenant = bench.tenant;
    bench.send(vec![], vec![tenant], false);
    bench.settled().await;
    assert_eq!(files(), Vec::<String>::new());
}

#[tokio::test]
async fn a_snapshot_that_forgets_a_house_erases_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path());
    bench.say(Standing::Active, &[house("one", Hosting::Hosted)], true);
    let mut bus = bench.session().await;
    bus.ask("v1/gui/a_1/controller/db/PING/null", json!({}))
        .await;
    bench.revision += 1;
    bench.send(vec![], vec![], true);
    ended(&mut bus).await;
    bench.settled().await;
    assert!(folder.path().join("houses/one-aaaaaa.db").exists());
}

#[tokio::test]
async fn a_dead_control_plane_stops_no_house() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path());
    bench.say(Standing::Active, &[house("one", Hosting::Hosted)], true);
    let mut bus = bench.session().await;
    // An answer comes after the birth, and one of the store after all that
    // the birth left to do there.
    bus.ask("v1/gui/a_1/controller/db/PING/null", json!({}))
        .await;
    bus.ask("v1/gui/a_1/controller/db/GET/x", json!({})).await;
    bench.settled().await;
    bench.lifecycle.stop(Duration::from_secs(30)).await;

    let mut bench = Bench::start(folder.path());
    let mut bus = bench.session().await;
    let said = bus
        .ask("v1/gui/a_1/controller/db/PING/null", json!({}))
        .await;
    assert_eq!(said[0].0, "controller/db/gui/a_1/PONG/null");
    assert_eq!(soon(bench.feed.asked.recv()).await, Some(Some(Revision(1))));
}

#[tokio::test]
async fn a_start_with_a_thousand_houses_opens_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let houses: Vec<HouseSpec> = (0..1_000)
        .map(|n| house(&format!("h{n}"), Hosting::Hosted))
        .collect();
    let files = folder.path().join("houses");
    std::fs::create_dir(&files).unwrap();
    for house in &houses {
        std::fs::write(files.join(format!("{}.db", house.house)), b"").unwrap();
    }
    let mut bench = Bench::start(folder.path());
    bench.say(Standing::Active, &houses, true);
    let mut connected = Vec::new();
    for _ in &houses {
        connected.push(bench.session().await);
    }
    let opened = houses
        .iter()
        .filter(|house| {
            let path = files.join(format!("{}.db", house.house));
            std::fs::metadata(path).unwrap().len() > 0
        })
        .count();
    assert_eq!(opened, 0);
    let last = connected.last_mut().unwrap();
    last.ask("v1/gui/a_1/controller/db/PING/null", json!({}))
        .await;
    let woken = files.join(format!("{}.db", last.house));
    assert!(std::fs::metadata(woken).unwrap().len() > 0);
}

/// Within one session and one life: nothing is restarted.
#[tokio::test]
async fn standing_and_quotas_reach_a_house_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path());
    let houses = [house("one", Hosting::Hosted)];
    bench.say(Standing::Active, &houses, true);
    let mut bus = bench.session().await;
    let save = |name: &str| format!("v1/gui/a_1/controller/config/SAVE/1/sensors/{name}");
    let value = "v1/service/x/controller/hub/IN/a";
    let sensor = json!({"format": "int"});
    bus.ask(&save("a"), sensor.clone()).await;
    bus.ask(value, json!({"value": 1, "timestamp": 1_795_264_600}))
        .await;

    bench.say(Standing::ReadOnly, &houses, false);
    bench.settled().await;
    let said = bus.ask(value, json!({"value": 2})).await;
    assert!(
        said.iter().any(|(topic, _)| topic.contains("/SAVED/a")),
        "{said:?}"
    );
    bus.ask(&save("b"), sensor.clone()).await;

    bench.say(Standing::Active, &houses, false);
    bench.settled().await;
    bus.ask(value, json!({"value": 3, "timestamp": 1_795_264_660}))
        .await;
    let said = bus
        .ask(
            "v1/gui/a_1/controller/db/GET/a",
            json!({"start": 0, "end": -1}),
        )
        .await;
    assert_eq!(said.last().unwrap().1, json!({"data": [1.0, 3.0]}));

    bench.quotas.sensors_per_house = 1;
    bench.say(Standing::Active, &houses, false);
    bench.settled().await;
    bus.ask(&save("b"), sensor).await;
    let (mut reasons, mut sensors) = (Vec::new(), None);
    while !reasons.contains(&RefusalReason::Sensors) || sensors.is_none() {
        let report = soon(bench.reports.recv()).await.unwrap();
        reasons.extend(report.refusals.iter().map(|row| row.reason));
        sensors = report.kept.last().map_or(sensors, |kept| kept.sensors);
    }
    assert!(reasons.contains(&RefusalReason::Standing), "{reasons:?}");
    assert!(bench.sessions.is_empty(), "one session all the time");
}

#[tokio::test]
async fn a_suspended_house_comes_back_with_all_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path());
    let houses = [house("one", Hosting::Hosted)];
    bench.say(Standing::Active, &houses, true);
    let mut bus = bench.session().await;
    let save = "v1/gui/a_1/controller/config/SAVE/1/sensors/a";
    bus.ask(save, json!({"format": "int"})).await;
    bus.ask("v1/service/x/controller/hub/IN/a", json!({"value": 7}))
        .await;
    bench.say(Standing::Suspended, &houses, false);
    ended(&mut bus).await;
    bench.settled().await;
    bench.say(Standing::ReadOnly, &houses, false);
    let mut bus = bench.session().await;
    let said = bus.ask("v1/gui/a_1/controller/db/GET/a", json!({})).await;
    assert_eq!(said[0].1, json!({"data": [7.0]}));
}
