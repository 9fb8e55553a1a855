use platform::health::State;
use std::path::Path;

use cell::{BusCommand, DeliveryId, Report};
use model::time::ManualAmbient;
use model::{Plan, RefusalReason, Timestamp};
use platform::{Health, Lifecycle};
use serde_json::json;
use tokio::sync::mpsc;

use super::*;
use crate::testing::{BusEnd, FakeBus, FakeSink, soon, until};

const SLEEP_AFTER: Duration = Duration::from_mins(10);

/// One house on a fake bus, until it is dropped or stopped.
struct Bench {
    lifecycle: Lifecycle,
    health: Health,
    sessions: mpsc::UnboundedReceiver<BusEnd>,
    wanted: watch::Sender<Wanted>,
    reported: mpsc::UnboundedReceiver<Report>,
}

impl Bench {
    fn start(folder: &Path, house: &str) -> Self {
        let now = Timestamp::from_secs(1_795_264_686);
        Self::start_with(folder, house, Arc::new(ManualAmbient::at(now)))
    }

    fn start_with(folder: &Path, house: &str, ambient: Arc<ManualAmbient>) -> Self {
        let (bus, sessions) = FakeBus::new();
        let health = Health::default();
        let (sink, reported) = FakeSink::new();
        let reports = Reports::default();
        let around = Surroundings {
            stores: Stores::open(folder, 1).unwrap(),
            connector: bus,
            ambient: Arc::clone(&ambient) as Arc<dyn Ambient>,
            troubles: Troubles::new(health.clone()),
            reports: reports.clone(),
            sleep_after: SLEEP_AFTER,
        };
        let (wanted, level) = watch::channel(Wanted {
            identity: Identity {
                name: "Villa".to_owned(),
                timezone: "Europe/Berlin".parse().unwrap(),
            },
            quotas: Plan::Pro.quotas(),
            read_only: false,
        });
        let lifecycle = Lifecycle::default();
        let task = HouseTask {
            house: house.parse().unwrap(),
            wanted: level,
            around: Arc::new(around),
            stop: lifecycle.drain(),
        };
        lifecycle.spawn_task("house", task.run());
        lifecycle.spawn("reports", |drain| reports.send(sink, ambient, drain));
        Self {
            lifecycle,
            health,
            sessions,
            wanted,
            reported,
        }
    }

    async fn session(&mut self) -> BusEnd {
        soon(self.sessions.recv()).await.unwrap()
    }

    async fn stop(self) {
        self.lifecycle
            .stop(std::time::Duration::from_secs(30))
            .await;
    }
}

const SENSOR: &str = "v2/gui/admin_1/controller/config/SAVE/1/sensors/lab/temp";
const IN: &str = "v1/service/fake/controller/hub/IN/lab/temp";
const GET: &str = "v2/gui/admin_1/controller/db/GET/lab/temp";

fn sensor() -> serde_json::Value {
    json!({"format": "float_1", "service": {"name": "fake", "mode": "push"}})
}

#[tokio::test]
async fn a_value_is_committed_said_and_only_then_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path(), "villa-aaaaaa");
    let mut bus = bench.session().await;
    let BusCommand::Subscribe(filters) = bus.command().await else {
        panic!("a session begins with its subscriptions");
    };
    assert!(filters.contains(&"egeoffrey/+/villa-aaaaaa/+/+/controller/db/+/#".to_owned()));
    let said = bus.ask(SENSOR, sensor()).await;
    let topics: Vec<&str> = said.iter().map(|(topic, _)| topic.as_str()).collect();
    assert!(
        topics.contains(&"controller/config/*/*/CONF/1/house"),
        "it was born: {topics:?}"
    );
    let said = bus
        .ask(IN, json!({"value": "21.46", "timestamp": 1_795_264_686}))
        .await;
    assert_eq!(said[0].0, "controller/db/*/*/SAVED/lab/temp");
    assert_eq!(
        said[0].1,
        json!({"from_save": true, "value": "21.5", "timestamp": 1_795_268_286})
    );
    // Acknowledged, so it is on disk: seen by a reader of the file itself.
    let file = rusqlite::Connection::open(folder.path().join("villa-aaaaaa.db")).unwrap();
    let stored: (i64, f64) = file
        .query_row(
            "SELECT at, value FROM point JOIN series ON series.id = point.series
             WHERE scope = 'sensors' AND name = 'lab/temp'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(stored, (1_795_264_686, 21.5));
    assert!(bench.health.is_ready());
}

#[tokio::test]
async fn a_restart_keeps_configuration_and_values_and_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path(), "villa-aaaaaa");
    let mut bus = bench.session().await;
    bus.ask(SENSOR, sensor()).await;
    bus.ask(IN, json!({"value": 21})).await;
    bench.stop().await;

    let mut bench = Bench::start(folder.path(), "villa-aaaaaa");
    let mut bus = bench.session().await;
    let said = bus.ask(GET, json!({"withscores": true})).await;
    let answer = json!({"data": [[1_795_268_286, 21.0]]});
    assert_eq!(
        said,
        [("controller/db/gui/admin_1/GET/lab/temp".to_owned(), answer)]
    );
    let said = bus
        .ask(
            "v2/gui/admin_1/controller/config/SUBSCRIBE/null",
            json!("1/sensors/#"),
        )
        .await;
    assert_eq!(
        said[0],
        (
            "controller/config/gui/admin_1/CONF/1/sensors/lab/temp".to_owned(),
            sensor()
        )
    );
    assert_eq!(
        said[1].0,
        "controller/config/gui/admin_1/SUBSCRIBE_ACK/null"
    );
}

#[tokio::test]
async fn more_than_may_wait_is_answered_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path(), "villa-aaaaaa");
    let mut bus = bench.session().await;
    bus.ask(SENSOR, sensor()).await;
    let first = 2;
    let count = 600;
    let sender = bus.deliveries.clone();
    let house = bus.house.clone();
    let deliver = async move {
        for number in first..first + count {
            // Values, questions and pings: what needs the store and what does not.
            let (rest, data) = match number % 3 {
                0 => (
                    "service/x/controller/hub/IN/lab/temp",
                    json!({"value": number, "timestamp": number}),
                ),
                1 => ("gui/admin_1/controller/db/GET/lab/temp", json!({})),
                _ => ("gui/admin_1/controller/db/PING/null", json!({})),
            };
            let delivery = cell::Delivery {
                id: DeliveryId(number),
                topic: format!("egeoffrey/v2/{house}/{rest}"),
                payload: bus::Envelope::new(1, data).to_bytes().into(),
                qos: bus::QoS::AtLeastOnce,
                retained: false,
            };
            sender.send(delivery).await.unwrap();
        }
    };
    let listen = async {
        let (mut acknowledged, mut newest) = (Vec::new(), 0.0);
        while acknowledged.len() < usize::try_from(count).unwrap() {
            match bus.command().await {
                BusCommand::Acknowledge(DeliveryId(number)) => acknowledged.push(number),
                BusCommand::Publish(message) if message.topic.contains("/GET/") => {
                    let envelope = bus::Envelope::parse(&message.payload).unwrap().unwrap();
                    let value = envelope.data["data"][0].as_f64().unwrap_or(0.0);
                    assert!(
                        value >= newest,
                        "a question sees all that was said before it"
                    );
                    newest = value;
                }
                _ => {}
            }
        }
        assert_eq!(acknowledged, (first..first + count).collect::<Vec<_>>());
        assert!(newest > 0.0);
    };
    tokio::join!(deliver, listen);
}

#[tokio::test]
async fn what_was_not_acknowledged_is_taken_again_after_the_session_ended() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path(), "villa-aaaaaa");
    let mut bus = bench.session().await;
    bus.ask(SENSOR, sensor()).await;
    let value = json!({"value": 21, "timestamp": 1_795_264_686});
    bus.deliver(IN, value.clone()).await;
    drop(bus);
    let mut bus = bench.session().await;
    assert!(matches!(bus.command().await, BusCommand::Subscribe(_)));
    bus.ask(IN, value).await;
    let said = bus
        .ask(
            "v2/gui/admin_1/controller/db/GET_COUNT/lab/temp",
            json!({"start": 0}),
        )
        .await;
    let count = &said.last().unwrap().1;
    assert_eq!(*count, json!({"data": [1]}), "once, however often it came");
}

#[tokio::test]
async fn a_damaged_house_acknowledges_nothing_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("villa-aaaaaa.db"),
        b"garbage ".repeat(600),
    )
    .unwrap();
    let mut bench = Bench::start(folder.path(), "villa-aaaaaa");
    let mut bus = bench.session().await;
    bus.deliver(IN, json!({"value": 1})).await;
    until(|| bench.health.report()["house stores"] != State::Well).await;
    let report = bench.health.report();
    assert!(
        matches!(report["house stores"], State::Degraded(_)),
        "{report:?}"
    );
    while let Some(command) = soon(bus.commands.recv()).await {
        assert!(matches!(command, BusCommand::Subscribe(_)), "{command:?}");
    }
    bench.stop().await;
}

#[tokio::test]
async fn a_store_that_fails_for_a_while_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path(), "villa-aaaaaa");
    let mut bus = bench.session().await;
    bus.ask(SENSOR, sensor()).await;
    let file = rusqlite::Connection::open(folder.path().join("villa-aaaaaa.db")).unwrap();
    file.execute_batch("ALTER TABLE point RENAME TO hidden")
        .unwrap();
    let value = json!({"value": 21, "timestamp": 1_795_264_686});
    bus.deliver(IN, value.clone()).await;
    until(|| bench.health.report()["house stores"] != State::Well).await;
    while let Some(command) = soon(bus.commands.recv()).await {
        assert!(!matches!(command, BusCommand::Acknowledge(_)));
    }
    file.execute_batch("ALTER TABLE hidden RENAME TO point")
        .unwrap();
    let mut bus = bench.session().await;
    let said = bus.ask(IN, value).await;
    assert_eq!(said[0].0, "controller/db/*/*/SAVED/lab/temp");
    until(|| bench.health.report()["house stores"] == State::Well).await;
}

#[tokio::test]
async fn another_houses_message_and_file_are_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = Bench::start(folder.path(), "other-aaaaaa");
    other.session().await.ask(SENSOR, sensor()).await;
    other.stop().await;
    let path = folder.path().join("other-aaaaaa.db");
    // Its thread has closed the file once SQLite's own files are gone.
    until(|| !folder.path().join("other-aaaaaa.db-wal").exists()).await;
    let before = std::fs::read(&path).unwrap();

    let mut bench = Bench::start(folder.path(), "villa-aaaaaa");
    let mut bus = bench.session().await;
    bus.ask(SENSOR, sensor()).await;
    let foreign = cell::Delivery {
        id: DeliveryId(900),
        topic: "egeoffrey/v1/other-aaaaaa/service/fake/controller/hub/IN/lab/temp".to_owned(),
        payload: bus::Envelope::new(1, json!({"value": 1})).to_bytes().into(),
        qos: bus::QoS::AtLeastOnce,
        retained: false,
    };
    bus.deliveries.send(foreign).await.unwrap();
    assert_eq!(bus.until_acknowledged(900, "v1").await, []);
    let said = bus.ask(GET, json!({})).await;
    assert_eq!(said[0].1, json!({"data": []}));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_new_name_reaches_the_file_and_the_bus() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path(), "villa-aaaaaa");
    let mut bus = bench.session().await;
    bus.ask(SENSOR, sensor()).await;
    bench
        .wanted
        .send_modify(|wanted| wanted.identity.name = "Lake".to_owned());
    loop {
        if let BusCommand::Publish(message) = bus.command().await
            && message
                .topic
                .ends_with("/v2/villa-aaaaaa/controller/config/*/*/CONF/1/house")
        {
            let envelope = bus::Envelope::parse(&message.payload).unwrap().unwrap();
            assert_eq!(envelope.data["name"], "Lake");
            return;
        }
    }
}

/// How many points of `lab/temp` are on disk.
fn stored(folder: &Path) -> i64 {
    let file = rusqlite::Connection::open(folder.join("villa-aaaaaa.db")).unwrap();
    file.query_row(
        "SELECT count(*) FROM point JOIN series ON series.id = point.series
         WHERE scope = 'sensors' AND name = 'lab/temp'",
        [],
        |row| row.get(0),
    )
    .unwrap()
}

/// Awake or asleep.
#[tokio::test]
async fn once_a_day_what_is_too_old_goes() {
    let folder = tempfile::tempdir().unwrap();
    let house: HouseId = "villa-aaaaaa".parse().unwrap();
    let day = Duration::from_hours(24);
    let (second, two) = (Duration::from_secs(1), Duration::from_secs(2));
    let evening = Timestamp::from_secs(1_795_264_686);
    let before = |now: Timestamp| now.after(until_slot(&house, now).saturating_sub(second));
    let ambient = Arc::new(ManualAmbient::at(before(evening)));
    let mut bench = Bench::start_with(folder.path(), house.as_str(), Arc::clone(&ambient));
    let mut bus = bench.session().await;
    let sensor = json!({"format": "float_1", "retain": "history"});
    bus.ask(SENSOR, sensor).await;
    let now = ambient.now().as_secs();
    let days_ago = |days: i64| json!({"value": days, "timestamp": now - days * 86_400});
    bus.ask(IN, days_ago(30)).await;
    bus.ask(IN, days_ago(4)).await;
    assert_eq!(stored(folder.path()), 2);
    ambient.advance(two);
    until(|| stored(folder.path()) == 1).await;
    let said = bus
        .ask(
            "v2/gui/admin_1/controller/db/GET/lab/temp/day/avg",
            json!({"start": 0}),
        )
        .await;
    assert_eq!(said[0].1, json!({"data": [30.0, 4.0]}), "its days stay");
    bench.stop().await;

    let ambient = Arc::new(ManualAmbient::at(before(evening.after(day * 3))));
    let mut bench = Bench::start_with(folder.path(), house.as_str(), Arc::clone(&ambient));
    let _bus = bench.session().await;
    ambient.advance(two);
    until(|| stored(folder.path()) == 0).await;
    until(|| !is_open(folder.path())).await;
    bench.stop().await;
}

/// Whether the house's file is open: SQLite keeps files of its own beside it.
fn is_open(folder: &Path) -> bool {
    folder.join("villa-aaaaaa.db-wal").exists()
}

/// What the house's history is.
async fn history(bus: &mut BusEnd) -> serde_json::Value {
    let said = bus.ask(GET, json!({"start": 0, "end": -1})).await;
    said.last().unwrap().1["data"].clone()
}

#[tokio::test]
async fn a_house_nobody_speaks_to_falls_asleep_and_wakes_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path(), "villa-aaaaaa");
    let mut bus = bench.session().await;
    until(|| !is_open(folder.path())).await;
    bus.ask(SENSOR, sensor()).await;
    bus.ask(IN, json!({"value": 21, "timestamp": 1_795_264_686}))
        .await;
    let subscribe = "v2/service/fake/controller/config/SUBSCRIBE/null";
    bus.ask(subscribe, json!("1/sensors/#")).await;
    assert!(is_open(folder.path()));
    for _ in 0..2 {
        tokio::time::pause();
        tokio::time::advance(SLEEP_AFTER + Duration::from_secs(1)).await;
        tokio::time::resume();
        until(|| !is_open(folder.path())).await;
        assert_eq!(history(&mut bus).await, json!([21.0]));
        assert!(is_open(folder.path()));
    }
    let said = bus
        .ask(
            SENSOR,
            json!({"format": "int", "service": {"name": "fake"}}),
        )
        .await;
    let asked = "controller/config/service/fake/CONF/1/sensors/lab/temp";
    assert!(
        said.iter().any(|(topic, _)| topic == asked),
        "it knows who asked"
    );
}

#[tokio::test]
async fn the_end_of_the_days_messages_counts_from_the_next_value_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path(), "villa-aaaaaa");
    let mut bus = bench.session().await;
    bus.ask(SENSOR, sensor()).await;
    bus.ask(IN, json!({"value": 20, "timestamp": 1_795_264_600}))
        .await;
    let until = Timestamp::from_secs(1_795_305_600);
    bus.allowance.send(Keeping::NotKept { until }).unwrap();
    let said = bus.ask(IN, json!({"value": 21})).await;
    assert!(
        said.iter().any(|(topic, _)| topic.contains("/SAVED/")),
        "{said:?}"
    );
    let said = bus.ask(SENSOR, sensor()).await;
    assert!(said.last().unwrap().0.ends_with("LOG/warning"), "{said:?}");
    assert_eq!(history(&mut bus).await, json!([20.0]));
    let mut refused = Vec::new();
    while refused.len() < 2 {
        refused.extend(soon(bench.reported.recv()).await.unwrap().refusals);
    }
    for refusal in &refused {
        assert_eq!(refusal.reason, RefusalReason::MessagesPerDay);
        assert_eq!(refusal.house.as_str(), "villa-aaaaaa");
        assert_eq!(refusal.clears_at, Some(until));
        let limit = refusal.limit.as_ref().unwrap();
        assert_eq!(limit.allowed, Plan::Pro.quotas().messages_per_day);
    }
    refused.sort_by(|a, b| a.client.cmp(&b.client));
    let clients: Vec<&str> = refused.iter().map(|row| row.client.as_str()).collect();
    assert_eq!(clients, ["gui/admin_1", "service/fake"]);
    bus.allowance.send(Keeping::Kept).unwrap();
    bus.ask(IN, json!({"value": 22})).await;
    assert_eq!(history(&mut bus).await, json!([20.0, 22.0]));
}

/// The size of an empty file and some values: room for no more.
#[tokio::test]
async fn a_full_file_is_measured_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(folder.path(), "villa-aaaaaa");
    let mut bus = bench.session().await;
    bus.ask(SENSOR, sensor()).await;
    let kept = loop {
        if let Some(kept) = soon(bench.reported.recv()).await.unwrap().kept.pop() {
            break kept;
        }
    };
    let size = std::fs::metadata(folder.path().join("villa-aaaaaa.db")).unwrap();
    let bytes = kept.history_bytes.unwrap();
    assert!(bytes > 0 && bytes <= size.len().max(1 << 20), "{bytes}");
    bench
        .wanted
        .send_modify(|wanted| wanted.quotas.history_bytes = bytes);
    let said = bus.ask(IN, json!({"value": 21})).await;
    assert!(
        said.iter().any(|(topic, _)| topic.contains("/SAVED/")),
        "{said:?}"
    );
    let said = bus.ask(GET, json!({})).await;
    assert_eq!(said[0].1, json!({"data": [21.0]}), "the latest is answered");
    assert_eq!(history(&mut bus).await, json!([]));
    let refusal = loop {
        let report = soon(bench.reported.recv()).await.unwrap();
        if let Some(refusal) = report.refusals.into_iter().next() {
            break refusal;
        }
    };
    assert_eq!(refusal.reason, RefusalReason::HistoryBytes);
    let limit = refusal.limit.unwrap();
    assert_eq!(
        (limit.name.as_str(), limit.allowed),
        ("history_bytes", bytes)
    );
    assert!(limit.seen >= bytes);
}
