use ::house::Identity;
use ::house::reference_store::ReferenceStore;
use ::house::statistics::{Bucket, Grain, Grid, Statistic};
use ::house::store::{
    Aggregate, Derive, FileChange, Offer, Overview, Point, PointValue, Purge, REPEATS, ReadLimit,
    SavePoint, Scope, Select, Series,
};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn house(name: &str) -> HouseId {
    format!("{name}-aaaaaa").parse().unwrap()
}

fn value(name: &str, at: i64, value: PointValue) -> StoreOp {
    StoreOp::Save(SavePoint {
        series: Series::sensor(name),
        point: Point { at, value },
        keep_newest: None,
        new_only: false,
        also: None,
        aggregate: None,
    })
}

fn all(name: &str) -> StoreOp {
    StoreOp::Read {
        series: vec![Series::sensor(name)],
        select: Select::Positions { start: 0, end: -1 },
        limit: ReadLimit {
            points: 1_000,
            text_bytes: 1_000_000,
        },
    }
}

fn identity() -> Identity {
    Identity {
        name: "Villa".to_owned(),
        timezone: "Europe/Berlin".parse().unwrap(),
    }
}

/// Asks for all of `ops` at once and waits for all answers.
fn run(stores: &Stores, house: &HouseId, ops: Vec<StoreOp>) -> Vec<StoreReply> {
    let (answer_to, mut replies) = mpsc::unbounded_channel();
    let count = ops.len();
    for (ticket, op) in (0..).zip(ops) {
        stores.submit(house, Ticket(ticket), op, &answer_to);
    }
    (0..count)
        .map(|_| replies.blocking_recv().unwrap())
        .collect()
}

fn load(stores: &Stores, house: &HouseId) -> Result<Snapshot, StoreFault> {
    let (reply, answer) = oneshot::channel();
    let request = Request::Load {
        house: house.clone(),
        reply,
    };
    assert!(stores.send(house, request));
    answer.blocking_recv().unwrap()
}

fn sorted(mut snapshot: Snapshot) -> Snapshot {
    snapshot.files.sort_by(|a, b| a.id.cmp(&b.id));
    // How large it is depends on the kind of store.
    snapshot.bytes = 0;
    snapshot.offers.sort_by(|a, b| a.sensor.cmp(&b.sensor));
    snapshot
}

#[test]
fn what_was_answered_is_there_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::open(folder.path(), 2).unwrap();
    let villa = house("villa");
    let ops = vec![
        StoreOp::ChangeFiles {
            author: "portal".to_owned(),
            at: 5,
            changes: vec![FileChange {
                id: "house".to_owned(),
                version: 1,
                content: Some(json!({"name": "Villa", "latitude": 46.0})),
            }],
            identity: Some(identity()),
        },
        StoreOp::MarkAnnounced,
        value("a", 100, PointValue::Real(21.5)),
        value("a", 101, PointValue::Int(21)),
        value("a", 102, PointValue::Text("21\0".to_owned())),
    ];
    for reply in run(&stores, &villa, ops) {
        reply.unwrap();
    }
    // The disk at the moment of the kill: the files of a store that is open.
    let disk = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), disk.path().join(entry.file_name())).unwrap();
    }
    let next = Stores::open(disk.path(), 1).unwrap();
    let snapshot = load(&next, &villa).unwrap();
    assert_eq!(snapshot.identity, Some(identity()));
    assert!(snapshot.announced);
    assert_eq!(
        snapshot.files[0].content,
        Some(json!({"name": "Villa", "latitude": 46.0}))
    );
    let points = [
        PointValue::Real(21.5),
        PointValue::Int(21),
        PointValue::Text("21\0".to_owned()),
    ];
    let points = (100..).zip(points).map(|(at, value)| Point { at, value });
    let expected = StoreAnswer::Points(vec![points.collect()]);
    assert_eq!(
        run(&next, &villa, vec![all("a")]),
        [Ok((Ticket(0), expected))]
    );
}

#[test]
fn every_change_of_a_file_is_kept_with_its_author() {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::open(folder.path(), 1).unwrap();
    let villa = house("villa");
    let change = |author: &str, content: Option<serde_json::Value>| StoreOp::ChangeFiles {
        author: author.to_owned(),
        at: 7,
        changes: vec![FileChange {
            id: "sensors/a".to_owned(),
            version: 1,
            content,
        }],
        identity: None,
    };
    let ops = vec![
        change("gui/anna_1", Some(json!({"format": "int"}))),
        change("gui/bob_1", Some(json!({"format": "int"}))),
        change("gui/bob_1", None),
        change("gui/bob_1", None),
    ];
    for reply in run(&stores, &villa, ops) {
        reply.unwrap();
    }
    let file = rusqlite::Connection::open(open::path(folder.path(), &villa)).unwrap();
    let mut statement = file
        .prepare("SELECT author, at, content FROM config_change ORDER BY seq")
        .unwrap();
    let changes: Vec<(String, i64, Option<String>)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        changes,
        [
            (
                "gui/anna_1".to_owned(),
                7,
                Some(r#"{"format":"int"}"#.to_owned())
            ),
            ("gui/bob_1".to_owned(), 7, None),
        ],
        "what changes nothing is no change"
    );
}

#[test]
fn a_damaged_file_stops_only_its_own_house_and_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let (bad, good) = (house("bad"), house("good"));
    let path = open::path(folder.path(), &bad);
    let garbage = b"this is not a database, and long enough to be read as one".repeat(40);
    std::fs::write(&path, &garbage).unwrap();
    // One thread: they share it.
    let stores = Stores::open(folder.path(), 1).unwrap();
    let fault = load(&stores, &bad).unwrap_err();
    assert!(
        matches!(&fault, StoreFault::Damaged(why) if why.contains("backup")),
        "{fault}"
    );
    let op = || vec![value("a", 1, PointValue::Int(1))];
    assert!(matches!(
        run(&stores, &bad, op())[0],
        Err(StoreFault::Damaged(_))
    ));
    assert_eq!(
        run(&stores, &good, op()),
        [Ok((Ticket(0), StoreAnswer::Saved(Some(vec![]))))]
    );
    assert_eq!(std::fs::read(&path).unwrap(), garbage);
}

#[test]
fn a_file_of_a_later_release_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let villa = house("villa");
    let file = rusqlite::Connection::open(open::path(folder.path(), &villa)).unwrap();
    file.pragma_update(None, "user_version", 99).unwrap();
    let stores = Stores::open(folder.path(), 1).unwrap();
    let fault = load(&stores, &villa).unwrap_err();
    assert!(fault.to_string().contains("later release"), "{fault}");
}

#[test]
fn a_batch_is_stored_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("villa.db");
    let mut connection = rusqlite::Connection::open(&path).unwrap();
    schema::prepare(&mut connection).unwrap();
    connection
        .execute_batch("ALTER TABLE offer RENAME TO hidden")
        .unwrap();
    let mut file = file::HouseFile::new(connection);
    let offer = Offer {
        sensor: "b".to_owned(),
        sender: "service/x".to_owned(),
        value: json!(1),
        at: 1,
    };
    let batch = vec![value("a", 1, PointValue::Int(1)), StoreOp::PutOffer(offer)];
    let fault = file.apply(batch.clone()).unwrap_err();
    assert!(matches!(fault, StoreFault::Unavailable(_)));
    drop(file);
    let mut connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch("ALTER TABLE hidden RENAME TO offer")
        .unwrap();
    schema::prepare(&mut connection).unwrap();
    let mut file = file::HouseFile::new(connection);
    assert_eq!(
        file.apply(vec![all("a")]).unwrap(),
        [StoreAnswer::Points(vec![vec![]])]
    );
    assert_eq!(
        file.apply(batch).unwrap(),
        [StoreAnswer::Saved(Some(vec![])), StoreAnswer::Done]
    );
}

#[test]
fn houses_have_files_of_their_own_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::open(folder.path(), 2).unwrap();
    let (one, two) = (house("one"), house("two"));
    assert!(!stores.exists(&one));
    run(&stores, &one, vec![value("a", 1, PointValue::Int(1))]);
    assert!(stores.exists(&one) && !stores.exists(&two));
    run(&stores, &two, vec![value("a", 1, PointValue::Int(2))]);
    let answer = run(&stores, &one, vec![all("a")]).remove(0).unwrap().1;
    let only = Point {
        at: 1,
        value: PointValue::Int(1),
    };
    assert_eq!(answer, StoreAnswer::Points(vec![vec![only]]));
    let mode = std::fs::metadata(open::path(folder.path(), &one)).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
}

/// Thousands of values in one second lead to as many notices in that second:
/// each is compared with few others, here and in the reference.
#[test]
fn a_new_text_is_compared_with_the_last_of_its_second_only() {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::open(folder.path(), 1).unwrap();
    let series = Series {
        scope: Scope::Logs,
        name: "info".to_owned(),
    };
    let say = |text: usize| {
        let value = PointValue::Text(text.to_string());
        StoreOp::Append(series.clone(), Point { at: 7, value })
    };
    let last = REPEATS + 9;
    let mut ops: Vec<StoreOp> = (0..=last).map(say).collect();
    ops.extend([say(last), say(last - REPEATS + 1), say(0)]);
    ops.push(StoreOp::Count {
        series: series.clone(),
        select: Select::Positions { start: 0, end: -1 },
    });
    let mut reference = ReferenceStore::default();
    let expected = ops.iter().cloned().map(|op| reference.apply(op)).last();
    let found = run(&stores, &house("villa"), ops).pop().unwrap();
    let count = StoreAnswer::Count(u64::try_from(last + 2).unwrap());
    assert_eq!(expected, Some(count.clone()));
    assert_eq!(found.unwrap().1, count);
}

/// What is large goes out of sight at once and away bit by bit.
#[test]
fn a_large_series_is_deleted_bit_by_bit() {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::open(folder.path(), 1).unwrap();
    let villa = house("villa");
    let many = 6_000;
    let points = |from: i64| -> Vec<StoreOp> {
        let points = (from..from + many).map(|at| value("a", at, PointValue::Int(at)));
        points.collect()
    };
    run(&stores, &villa, points(0));
    let ops = vec![
        StoreOp::DeleteSeries(vec![Series::sensor("a")]),
        all("a"),
        value("a", 7, PointValue::Int(1)),
        StoreOp::Sweep(4_000),
        StoreOp::Sweep(4_000),
        StoreOp::Stats,
    ];
    let mut answers = run(&stores, &villa, ops)
        .into_iter()
        .map(|reply| reply.unwrap().1);
    let mut next = || answers.next().unwrap();
    assert_eq!(next(), StoreAnswer::Done);
    assert_eq!(next(), StoreAnswer::Points(vec![vec![]]));
    assert_eq!(next(), StoreAnswer::Saved(Some(vec![])), "the name is free");
    assert_eq!(next(), StoreAnswer::Purged { more: true });
    assert_eq!(next(), StoreAnswer::Purged { more: true });
    let StoreAnswer::Stats(stats) = next() else {
        panic!("statistics were asked for");
    };
    let names: Vec<_> = stats
        .series
        .iter()
        .map(|one| (&*one.series.name, one.points))
        .collect();
    assert_eq!(names, [("a", 1)]);
    let sweeps = vec![StoreOp::Sweep(4_000), StoreOp::Sweep(4_000)];
    let last = run(&stores, &villa, sweeps).pop().unwrap();
    assert_eq!(last.unwrap().1, StoreAnswer::Purged { more: false });
    let file = rusqlite::Connection::open(open::path(folder.path(), &villa)).unwrap();
    let left: (i64, i64) = file
        .query_row(
            "SELECT (SELECT count(*) FROM point), (SELECT count(*) FROM series)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(left, (1, 1));
}

/// A file of the first release has no summaries: they are made of its points.
#[test]
fn a_file_of_an_earlier_release_gets_its_statistics() {
    let folder = tempfile::tempdir().unwrap();
    let villa = house("villa");
    let file = rusqlite::Connection::open(open::path(folder.path(), &villa)).unwrap();
    file.execute_batch(include_str!(
        "../../../migrations/house/0001_configuration_and_history.sql"
    ))
    .unwrap();
    file.execute_batch(
        "PRAGMA user_version = 1;
         INSERT INTO fact VALUES ('announced', 'yes');
         INSERT INTO series VALUES (1, 'sensors', 'a'), (2, 'sensors', 'a/day/min'),
                                   (3, 'alerts', 'value'), (4, 'sensors', 'text');
         INSERT INTO point VALUES (1, -1, 0, 5), (1, 0, 0, 1.5), (1, 60, 0, 2), (1, 899, 0, 'None'),
                                  (1, 90000, 0, -3.25), (2, 0, 0, 9), (3, 0, 0, 'hot'),
                                  (4, 0, 0, 'up');",
    )
    .unwrap();
    drop(file);
    let stores = Stores::open(folder.path(), 1).unwrap();
    let derive = |statistics| {
        StoreOp::Derive(Derive {
            sensor: "a".to_owned(),
            statistics,
            grain: Grain::Day,
            grid: Grid::Offset(0),
            select: Select::Positions { start: 0, end: -1 },
            limit: ReadLimit {
                points: 100,
                text_bytes: 1_000,
            },
        })
    };
    let ops = vec![
        derive(vec![Statistic::Max, Statistic::Min, Statistic::Count]),
        StoreOp::Stats,
    ];
    let mut answers = run(&stores, &villa, ops)
        .into_iter()
        .map(|reply| reply.unwrap().1);
    let real = |at, value| Point {
        at,
        value: PointValue::Real(value),
    };
    let count = |at, count| Point {
        at,
        value: PointValue::Int(count),
    };
    let expected = StoreAnswer::Points(vec![
        vec![real(-86_400, 5.0), real(0, 2.0), real(86_400, -3.25)],
        vec![real(-86_400, 5.0), count(0, 9), real(86_400, -3.25)],
        vec![count(-86_400, 1), count(0, 2), count(86_400, 1)],
    ]);
    assert_eq!(
        answers.next(),
        Some(expected),
        "what was stored as a minimum stays one"
    );
    let Some(StoreAnswer::Stats(stats)) = answers.next() else {
        panic!("statistics were asked for");
    };
    let counts = stats.series.iter().map(|one| one.points);
    assert_eq!(counts.collect::<Vec<_>>(), [5, 1, 1, 1]);
    assert!(
        load(&stores, &villa).unwrap().announced,
        "the rest is as it was"
    );
}

fn saved(id: &str, at: i64, content: Option<serde_json::Value>) -> StoreOp {
    StoreOp::ChangeFiles {
        author: "gui/admin_1".to_owned(),
        at,
        changes: vec![FileChange {
            id: id.to_owned(),
            version: 1,
            content,
        }],
        identity: None,
    }
}

/// The changes that are kept: how many of each file, and whether the counter
/// of their bytes is right.
fn changes_kept(folder: &Path, house: &HouseId) -> Vec<(String, i64)> {
    let file = rusqlite::Connection::open(open::path(folder, house)).unwrap();
    let right: bool = file
        .query_row(
            "SELECT (SELECT bytes FROM config_change_size) = coalesce(sum(
                 64 + length(id) + coalesce(length(CAST(content AS BLOB)), 0)), 0)
             FROM config_change",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(right);
    let mut statement = file
        .prepare("SELECT id, count(*) FROM config_change GROUP BY id ORDER BY id")
        .unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn the_history_of_changes_has_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::open(folder.path(), 1).unwrap();
    let villa = house("villa");
    let day = 86_400;
    let mut ops: Vec<StoreOp> = (0..60)
        .map(|n| saved("often", n * day, Some(json!({"n": n}))))
        .collect();
    ops.push(saved("once", 0, Some(json!({}))));
    ops.push(saved("gone", 0, Some(json!({}))));
    ops.push(saved("gone", 1, None));
    for reply in run(&stores, &villa, ops) {
        reply.unwrap();
    }
    let kept = |list: &[(&str, i64)]| -> Vec<(String, i64)> {
        list.iter().map(|(id, n)| ((*id).to_owned(), *n)).collect()
    };
    assert_eq!(
        changes_kept(folder.path(), &villa),
        kept(&[("gone", 2), ("often", 50), ("once", 1)])
    );
    // A year after the thirtieth day: days 10 to 29 go, and what is gone.
    run(&stores, &villa, vec![StoreOp::MarkTidied(395 * day)]);
    assert_eq!(
        changes_kept(folder.path(), &villa),
        kept(&[("often", 30), ("once", 1)])
    );
    assert_eq!(
        load(&stores, &villa).unwrap().files.len(),
        2,
        "the files stay"
    );
    let large = "x".repeat(1 << 20);
    let ops = (0..40).map(|n| {
        let id = format!("large/{n}");
        saved(&id, 395 * day, Some(json!([large])))
    });
    let sizes: Vec<StoreOp> = ops.chain([StoreOp::Measure]).collect();
    let size = run(&stores, &villa, sizes).pop().unwrap().unwrap().1;
    let changes = changes_kept(folder.path(), &villa);
    assert_eq!(changes.len(), 31, "{changes:?}");
    assert!(changes.iter().all(|(id, _)| id.starts_with("large/")));
    assert!(
        matches!(size, StoreAnswer::Size(bytes) if bytes > 70 << 20),
        "{size:?}"
    );
}

/// The counters of a series are what a look at its points gives.
fn counters_are_right(folder: &Path, house: &HouseId) -> bool {
    let file = rusqlite::Connection::open(open::path(folder, house)).unwrap();
    file.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM series WHERE
             points <> (SELECT count(*) FROM point WHERE point.series = series.id) OR
             bytes <> (SELECT coalesce(sum(16 + length(CAST(value AS BLOB))), 0)
                       FROM point WHERE point.series = series.id))",
        [],
        |row| row.get(0),
    )
    .unwrap()
}

/// Moments of a few days in which a few quarters have several values; what is
/// stored before the epoch counts as well.
fn moment() -> impl Strategy<Value = i64> {
    let days = -1..4_i64;
    let quarter = prop::sample::select(vec![0, 1, 3, 4, 92, 93]);
    (days, quarter, 0..4_i64)
        .prop_map(|(day, quarter, second)| day * 86_400 + quarter * 900 + second)
}

/// Half hours, so that two clocks have different days.
fn grids() -> [Grid; 2] {
    let zone: model::TimeZoneName = "Asia/Kolkata".parse().unwrap();
    [Grid::Offset(3_600), Grid::Zone(zone.zone())]
}

fn any_aggregate() -> impl Strategy<Value = Option<Aggregate>> {
    let report = prop::collection::vec((any_grain(), moment()), 0..3);
    prop::option::of(
        (any::<bool>(), report).prop_map(|(with_tally, report)| Aggregate {
            with_tally,
            report: buckets(report),
        }),
    )
}

fn any_grain() -> impl Strategy<Value = Grain> {
    prop_oneof![Just(Grain::Quarter), Just(Grain::Hour), Just(Grain::Day)]
}

fn buckets(moments: Vec<(Grain, i64)>) -> Vec<(Grain, Bucket)> {
    let [wire, _] = grids();
    let buckets = moments.into_iter();
    buckets
        .map(|(grain, at)| (grain, wire.bucket(grain, at)))
        .collect()
}

/// What statistics and upkeep ask of a store.
fn any_purge() -> impl Strategy<Value = Purge> {
    let series = || prop::sample::select(vec!["a", "b"]).prop_map(Series::sensor);
    let before = || prop::option::of(moment());
    let stored_and_newest = (moment(), any::<bool>());
    (
        series(),
        before(),
        before(),
        before(),
        stored_and_newest,
        1..9_usize,
    )
        .prop_map(
            |(series, raw_before, hours_before, days_before, (stored, keep_newest), most)| Purge {
                series,
                raw_before,
                hours_before,
                days_before,
                stored: vec![(Series::sensor("b/day/min"), stored)],
                days: grids().to_vec(),
                keep_newest,
                most,
            },
        )
}

fn statistical_op() -> impl Strategy<Value = StoreOp> {
    let sensor = || prop_oneof![Just("a"), Just("b")].prop_map(str::to_owned);
    let series = move || sensor().prop_map(Series::sensor);
    let select = prop_oneof![
        (-6..6_i64, -6..6_i64).prop_map(|(start, end)| Select::Positions { start, end }),
        (moment(), moment()).prop_map(|(from, to)| Select::Between { from, to }),
    ];
    let statistic = prop::sample::select(vec![
        Statistic::Avg,
        Statistic::Min,
        Statistic::Max,
        Statistic::Sum,
        Statistic::Count,
        Statistic::CountUnique,
    ]);
    let derive = (
        sensor(),
        prop::collection::vec(statistic, 1..3),
        any_grain(),
        select,
        1..9_usize,
    )
        .prop_flat_map(|(sensor, statistics, grain, select, points)| {
            prop::sample::select(grids().to_vec()).prop_map(move |grid| Derive {
                sensor: sensor.clone(),
                statistics: statistics.clone(),
                grain,
                grid,
                select,
                limit: ReadLimit {
                    points,
                    text_bytes: 1_000_000,
                },
            })
        });
    let overview = (
        prop::collection::vec(sensor(), 1..3),
        any_grain(),
        prop::sample::select(grids().to_vec()),
        (moment(), moment()),
        1..9_usize,
    )
        .prop_map(|(sensors, grain, grid, (from, to), most)| Overview {
            sensors,
            grain,
            grid,
            from,
            to,
            most,
        });
    let summarise = (
        series(),
        prop::collection::vec((any_grain(), moment()), 1..3),
    );
    prop_oneof![
        3 => derive.prop_map(StoreOp::Derive),
        3 => overview.prop_map(StoreOp::Overview),
        2 => any_purge().prop_map(StoreOp::Purge),
        2 => summarise.prop_map(|(series, moments)| StoreOp::Summarise {
            series,
            buckets: buckets(moments),
        }),
        1 => (series(), series()).prop_map(|names| StoreOp::Rename(vec![names])),
        1 => Just(StoreOp::Sweep(5)),
        1 => Just(StoreOp::ListSeries),
        1 => moment().prop_map(StoreOp::MarkTidied),
    ]
}

fn any_op() -> impl Strategy<Value = StoreOp> {
    let series = || prop_oneof![Just("a"), Just("b"), Just("b/day/min")].prop_map(Series::sensor);
    let alerts = Series {
        scope: Scope::Alerts,
        name: "value".to_owned(),
    };
    let value = || {
        prop_oneof![
            (-3..3_i64).prop_map(PointValue::Int),
            // Exact, so that the order of a sum does not show.
            (-12..12_i32).prop_map(|quarters| PointValue::Real(f64::from(quarters) / 4.0)),
            "[a-c1]{0,2}".prop_map(PointValue::Text),
        ]
    };
    let point = move || (moment(), value()).prop_map(|(at, value)| Point { at, value });
    let line = (0..4_i64, "[ab]").prop_map(|(at, text)| Point {
        at,
        value: PointValue::Text(text),
    });
    let select = || {
        prop_oneof![
            (-6..6_i64, -6..6_i64).prop_map(|(start, end)| Select::Positions { start, end }),
            (moment(), moment()).prop_map(|(from, to)| Select::Between {
                from,
                to: to.max(from)
            }),
        ]
    };
    let text = || prop::sample::select(vec!["x", "y"]).prop_map(str::to_owned);
    let also = (Just(alerts.clone()), line.clone());
    prop_oneof![
        8 => (
            series(), point(), prop::option::weighted(0.1, 1..4_u64),
            prop::bool::weighted(0.1), prop::option::of(also), any_aggregate(),
        )
            .prop_map(|(series, point, keep_newest, new_only, also, aggregate)| {
                StoreOp::Save(SavePoint { series, point, keep_newest, new_only, also, aggregate })
            }),
        6 => statistical_op(),
        1 => line.prop_map(move |line| StoreOp::Append(alerts.clone(), line)),
        4 => (prop::collection::vec(series(), 1..3), select(), 1..5_usize, 1..4_usize)
            .prop_map(|(series, select, points, text_bytes)| StoreOp::Read {
                series, select, limit: ReadLimit { points, text_bytes },
            }),
        2 => (series(), select()).prop_map(|(series, select)| StoreOp::Count { series, select }),
        1 => series().prop_map(|series| StoreOp::DeleteSeries(vec![series])),
        1 => (text(), prop::option::of(0..3_i64)).prop_map(|(id, content)| StoreOp::ChangeFiles {
            author: "gui/a_1".to_owned(),
            at: 1,
            changes: vec![FileChange { id, version: 1, content: content.map(|n| json!({"n": n})) }],
            identity: None,
        }),
        1 => (text(), -3..3_i64).prop_map(|(sensor, at)| StoreOp::PutOffer(Offer {
            sensor, sender: "service/x".to_owned(), value: json!({"a": [1.5, "b"]}), at,
        })),
        1 => text().prop_map(|sensor| StoreOp::RemoveOffers(vec![sensor])),
        1 => Just(StoreOp::MarkAnnounced),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is asked, in whatever batches and with whatever restarts
    /// between them, the store answers as the reference does.
    #[test]
    fn the_store_does_what_the_reference_does(
        lives in prop::collection::vec(prop::collection::vec(any_op(), 1..40), 1..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let villa = house("villa");
        let mut reference = ReferenceStore::default();
        for ops in lives {
            let stores = Stores::open(folder.path(), 1).unwrap();
            let found = run(&stores, &villa, ops.clone());
            for (op, reply) in ops.into_iter().zip(found) {
                let expected = reference.apply(op.clone());
                prop_assert_eq!(reply.unwrap().1, expected, "{:?}", op);
            }
            let snapshot = load(&stores, &villa).unwrap();
            prop_assert_eq!(sorted(snapshot), sorted(reference.snapshot()));
            prop_assert!(counters_are_right(folder.path(), &villa));
        }
    }
}
