//! Hours and days, against what a stock house said and against the plainest
//! way to compute them.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

fn sensor(calculate: &str) -> Value {
    json!({"format": "float_1", "calculate": calculate, "retain": "history", "unit": "mm"})
}

fn measure(bench: &mut Bench, sensor: &str, value: &Value, at: i64) {
    let data = json!({"value": value, "timestamp": at});
    bench.say(&format!("v1/service/fake/controller/hub/IN/{sensor}"), data);
}

/// Lets the chores go on until there are none for now.
fn tidy_up(bench: &mut Bench) {
    for _ in 0..1_000 {
        if bench.house.rest(bench.now) > std::time::Duration::from_secs(1) {
            return;
        }
        bench.step(Input::Tick);
        bench.answer_all();
    }
    panic!("there is no end to the chores");
}

/// Advances to the daily round and does it.
fn next_round(bench: &mut Bench) {
    let rest = bench.house.rest(bench.now);
    bench.now = bench.now.after(rest);
    bench.step(Input::Tick);
    bench.answer_all();
    tidy_up(bench);
}

/// As recorded: a value, then its hour, then its day, then the notice.
#[test]
fn hours_and_days_are_said_after_the_value() {
    let mut bench = Bench::born().with_sensor("lab/rain", sensor("sum"));
    measure(&mut bench, "lab/rain", &json!("2.5"), 1_795_264_729);
    bench.said.clear();
    measure(&mut bench, "lab/rain", &json!("3.5"), 1_795_264_730);
    let saved = "controller/db/*/*/SAVED/lab/rain";
    let expected = heard(&[
        (
            saved,
            json!({"from_save": true, "value": "3.5", "timestamp": 1_795_268_330}),
        ),
        (
            saved,
            json!({"timestamp": 1_795_266_000, "group_by": "hour", "value": "-,3.0,-,-,6.0,-,-"}),
        ),
        (
            saved,
            json!({"timestamp": 1_795_219_200, "group_by": "day", "value": "-,3.0,-,-,6.0,-,-"}),
        ),
        (
            "controller/hub/*/*/NOTIFY/value/lab/rain",
            json!("lab/rain: 3.5mm"),
        ),
    ]);
    let said = bench.said.clone();
    assert_eq!(bench.heard("v1"), expected);
    bench.said = said;
    assert_eq!(bench.heard("v2"), expected);
}

/// As recorded, but for the day: its minimum and maximum are those of its
/// values, where a stock house has those of its hours' means.
#[test]
fn questions_about_hours_and_days_are_answered() {
    let mut bench = Bench::born().with_sensor("lab/temp", sensor("avg_min_max"));
    measure(&mut bench, "lab/temp", &json!(21.5), NOW);
    measure(&mut bench, "lab/temp", &json!(35.0), NOW + 6);
    bench.now = Timestamp::from_secs(NOW + 60);
    for (command, query, answer) in [
        ("GET/lab/temp/hour/avg", json!({}), json!([28.2])),
        (
            "GET/lab/temp/hour/range",
            json!({"timeframe": "last_24_hours"}),
            json!([[1_795_266_000_000_i64, 21.5, 35.0]]),
        ),
        (
            "GET/lab/temp/day/range",
            json!({"timeframe": "today"}),
            json!([21.5, 35.0]),
        ),
        (
            "GET/lab/temp/day/count",
            json!({"withscores": true}),
            json!([[1_795_219_200, 2.0]]),
        ),
        ("GET/lab/temp/day/sum", json!({}), json!([56.5])),
        ("GET/lab/temp/day/rate", json!({}), json!([])),
        ("GET/lab/temp/day/count_unique", json!({}), json!([])),
        (
            "GET_COUNT/lab/temp/hour/avg",
            json!({"start": 0}),
            json!([1]),
        ),
        (
            "GET_TIMESTAMP/lab/temp/day/avg",
            json!({}),
            json!([1_795_219_200]),
        ),
        (
            "GET/lab/temp/day/max",
            json!({"timeframe": "yesterday"}),
            json!([]),
        ),
        ("GET/nosuch/day/range", json!({}), json!([])),
    ] {
        let found = bench.ask(command, query.clone());
        assert_eq!(found, answer, "{command} {query}");
    }
}

#[test]
fn the_last_hour_and_day_are_said_on_demand_and_nothing_is_stored() {
    let mut bench = Bench::born().with_sensor("lab/temp", sensor("avg_min_max"));
    measure(&mut bench, "lab/temp", &json!(21.5), NOW);
    bench.said.clear();
    let ask = |bench: &mut Bench, command: &str| {
        let topic = format!("v1/gui/admin_1/controller/db/{command}/lab/temp");
        bench.say(&topic, json!(["avg", "min_max"]));
        bench.heard("v1")
    };
    let saved = "controller/db/*/*/SAVED/lab/temp";
    let nothing = "None,None,None,-,-,-,-";
    assert_eq!(
        ask(&mut bench, "CALC_HOUR_STATS"),
        heard(&[(
            saved,
            json!({"timestamp": 1_795_262_400, "group_by": "hour", "value": nothing})
        )])
    );
    assert_eq!(
        ask(&mut bench, "CALC_DAY_STATS"),
        heard(&[(
            saved,
            json!({"timestamp": 1_795_132_800, "group_by": "day", "value": nothing})
        )])
    );
    let query = json!({"start": 0});
    assert_eq!(
        bench.ask("GET_COUNT/lab/temp/hour/avg", query),
        json!([1]),
        "no hour without values"
    );
    bench.now = Timestamp::from_secs(NOW + DAY);
    let said = ask(&mut bench, "CALC_DAY_STATS");
    assert_eq!(said[0].1["value"], "21.5,21.5,21.5,-,-,-,-");
}

#[test]
fn texts_have_a_most_frequent_one_and_documents_no_statistics() {
    let mut bench = Bench::born()
        .with_sensor("door", json!({"format": "string", "calculate": "counts"}))
        .with_sensor("cam", json!({"format": "image", "calculate": "counts"}));
    let hub = json!({"calculate": {"counts": {"operations": ["avg", "count", "count_unique"]}}});
    bench.say(
        "v1/gui/admin_1/controller/config/SAVE/4/controller/hub",
        hub,
    );
    for (at, value) in [(0, "open"), (10, "shut"), (HOUR, "open")] {
        measure(&mut bench, "door", &json!(value), NOW + at);
    }
    let said = bench.heard("v1");
    let day = said.iter().rfind(|(_, data)| data["group_by"] == "day");
    assert_eq!(day.unwrap().1["value"], "-,open,-,-,-,3,2");
    assert_eq!(bench.ask("GET/door/day/avg", json!({})), json!(["open"]));
    measure(&mut bench, "cam", &json!("aGk="), NOW);
    assert_eq!(bench.heard("v1").len(), 2, "the value and its notice");
}

/// A weather service brings its own days.
#[test]
fn stored_statistics_stand_before_computed_ones() {
    let mut bench = Bench::born().with_sensor("out", sensor("avg_min_max"));
    measure(&mut bench, "out", &json!(5), NOW);
    let today = NOW + HOUR - (NOW + HOUR) % DAY;
    for (day, value) in [(0, -3.5), (1, -4.5)] {
        let data = json!({
            "value": value, "timestamp": today + day * DAY, "statistics": "day/min",
        });
        bench.say("v1/service/weather/controller/db/SAVE/out", data);
    }
    let all = json!({"start": 0});
    assert_eq!(
        bench.ask("GET/out/day/min", all.clone()),
        json!([-3.5, -4.5])
    );
    assert_eq!(bench.ask("GET/out/day/max", all), json!([5.0]));
}

#[test]
fn what_is_too_old_goes_at_night_and_its_days_stay() {
    let mut bench = Bench::born().with_sensor("lab/temp", sensor("avg_min_max"));
    for (at, value) in [(0, 1.0), (60, 2.0), (6 * HOUR, 9.0)] {
        measure(&mut bench, "lab/temp", &json!(value), NOW + at);
    }
    let counts = |bench: &mut Bench| {
        ["lab/temp", "lab/temp/hour/avg", "lab/temp/day/avg"]
            .map(|series| bench.ask(&format!("GET_COUNT/{series}"), json!({"start": 0}))[0].clone())
    };
    next_round(&mut bench);
    assert_eq!(counts(&mut bench), [json!(3), json!(2), json!(1)]);
    let alerts = json!({"scope": "alerts", "start": 0});
    assert_eq!(bench.ask("GET_COUNT/value", alerts.clone()), json!([3]));
    for _ in 0..8 {
        next_round(&mut bench);
    }
    assert_eq!(counts(&mut bench), [json!(0), json!(0), json!(1)]);
    assert_eq!(
        bench.ask("GET/lab/temp/day/range", json!({})),
        json!([1.0, 9.0])
    );
    assert_eq!(bench.ask("GET/lab/temp/day/count", json!({})), json!([3.0]));
    assert_eq!(bench.ask("GET_COUNT/value", alerts), json!([0]));
    assert!(bench.store.snapshot().tidied.is_some());
}

#[test]
fn a_house_that_was_off_makes_up_for_it() {
    let mut bench = Bench::born().with_sensor("lab/temp", sensor("avg_min_max"));
    measure(&mut bench, "lab/temp", &json!(1), NOW - 30 * DAY);
    bench
        .store
        .apply(crate::StoreOp::MarkTidied(NOW - 20 * DAY));
    let mut bench = Bench::woken(bench.store, identity());
    assert!(bench.house.rest(bench.now).as_secs() < 900);
    next_round(&mut bench);
    let count = bench.ask("GET_COUNT/lab/temp", json!({"start": 0}));
    assert_eq!(count, json!([0]));
}

#[test]
fn a_sensor_is_purged_renamed_and_counted_on_demand() {
    let mut bench = Bench::born().with_sensor("lab/temp", sensor("avg_min_max"));
    for day in 0..10 {
        measure(&mut bench, "lab/temp", &json!(day), NOW - day * DAY);
    }
    let purge = json!({"raw": 5, "hourly": 5, "daily": 7});
    bench.say("v1/gui/admin_1/controller/db/PURGE_SENSOR/lab/temp", purge);
    tidy_up(&mut bench);
    let all = json!({"start": 0});
    let days = |bench: &mut Bench, sensor: &str| {
        let query = json!({"start": 0});
        bench.ask(&format!("GET_COUNT/{sensor}/day/avg"), query)
    };
    assert_eq!(bench.ask("GET_COUNT/lab/temp", all.clone()), json!([6]));
    assert_eq!(days(&mut bench, "lab/temp"), json!([7]));

    let rename = "v1/gui/admin_1/controller/db/RENAME_SENSOR/lab/temp";
    bench.say(rename, json!("cellar/temp"));
    assert_eq!(bench.ask("GET_COUNT/lab/temp", all.clone()), json!([0]));
    assert_eq!(bench.ask("GET_COUNT/cellar/temp", all), json!([6]));
    assert_eq!(days(&mut bench, "cellar/temp"), json!([7]));
    bench.said.clear();
    bench.say(rename, json!("../etc"));
    let (topic, _) = bench.heard("v1").remove(0);
    assert_eq!(topic, "controller/db/controller/logger/LOG/warning");

    bench.say("v2/gui/admin_1/controller/db/STATS/null", json!({}));
    let (topic, data) = bench.heard("v2").remove(0);
    assert_eq!(topic, "controller/db/gui/admin_1/STATS/null");
    let keys = data["keys"].as_array().unwrap();
    let names: Vec<&str> = keys.iter().map(|row| row[0].as_str().unwrap()).collect();
    let expected = ["eGeoffrey/alerts/value", "eGeoffrey/sensors/cellar/temp"];
    assert_eq!(names, expected);
    assert_eq!(keys[1][1], 6);
    assert_eq!(keys[1][3], NOW + HOUR - 5 * DAY);
    assert_eq!(keys[1][4], NOW + HOUR);
    assert_eq!(keys[1][5], "0.0");
    assert!(data["database_size"].is_number() && data["database_type"].is_string());
}

#[test]
fn wishes_for_purges_do_not_pile_up() {
    let mut bench = Bench::born();
    for n in 0..3_000 {
        let topic = format!("v1/gui/admin_1/controller/db/PURGE_SENSOR/s{n}");
        bench.say(&topic, json!({"raw": 1}));
    }
    let mut asked = 0;
    loop {
        bench.step(Input::Tick);
        if bench.unanswered.is_empty() {
            break;
        }
        asked += 1;
        bench.answer_all();
    }
    assert!((1..=1_000).contains(&asked), "{asked}");
}

/// What one bucket comes to, in the plainest way.
fn plain(values: &[f64]) -> [Value; 5] {
    let one_decimal = |number: f64| json!(format!("{number:.1}").parse::<f64>().unwrap());
    let sum: f64 = values.iter().sum();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let count = u32::try_from(values.len()).unwrap();
    [
        one_decimal(sum / f64::from(count)),
        json!(least),
        json!(most),
        one_decimal(sum),
        json!(f64::from(count)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the order in which values arrive and however often they are
    /// replaced or come again, and after points were purged: hours and days
    /// are what the values of the past come to.
    #[test]
    fn statistics_are_those_of_the_values(
        // Quarters of a degree are exact, so the order of a sum does not show.
        values in prop::collection::vec((0..4_000_u32, -200..200_i32), 1..60),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
        purged_after in prop::option::of(0..4_000_i64),
        timezone in prop::sample::select(vec![-5, 0, 1, 13]),
    ) {
        let mut bench = Bench::born().with_sensor("a", json!({"format": "float_2"}));
        bench.say(
            "v1/gui/admin_1/controller/config/SAVE/1/house",
            json!({ "timezone": timezone }),
        );
        let offset = timezone * HOUR;
        let base = NOW - 20 * DAY;
        let mut points: BTreeMap<i64, f64> = BTreeMap::new();
        let repeated = again.iter().map(|index| *index.get(&values));
        let all: Vec<(u32, i32)> = values.iter().copied().chain(repeated).collect();
        for (n, (minute, quarter)) in all.iter().enumerate() {
            let at = base + i64::from(*minute) * 60;
            let value = f64::from(*quarter) / 4.0;
            points.insert(at + offset, value);
            let data = json!({"value": value, "timestamp": at + offset});
            bench.say("v1/service/x/controller/db/SAVE/a", data);
            if n + 1 == all.len() && let Some(minute) = purged_after {
                // As many whole days as lie between that minute and now.
                let days = 20 - minute * 60 / DAY;
                let data = json!({"raw": days, "hourly": 0, "daily": 0});
                bench.say("v1/gui/admin_1/controller/db/PURGE_SENSOR/a", data);
                tidy_up(&mut bench);
            }
        }
        for (grain, secs) in [("hour", HOUR), ("day", DAY)] {
            let mut buckets: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
            for (at, value) in &points {
                buckets.entry(at - at.rem_euclid(secs)).or_default().push(*value);
            }
            for (column, statistic) in ["avg", "min", "max", "sum", "count"].iter().enumerate() {
                let expected: Vec<Value> = buckets
                    .iter()
                    .map(|(at, values)| json!([at, plain(values)[column]]))
                    .collect();
                let query = json!({"start": 0, "end": -1, "withscores": true});
                let found = bench.ask(&format!("GET/a/{grain}/{statistic}"), query);
                prop_assert_eq!(found, Value::Array(expected), "{} {}", grain, statistic);
            }
        }
    }
}

fn utc(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_second()
}

/// A value at every half of an hour around the days on which Berlin sets its
/// clocks: 23 hours in spring, 25 in autumn.
#[test]
fn the_residents_days_are_as_long_as_their_clocks_say() {
    for (first, counts) in [
        ("2026-03-27T23:30:00Z", [24, 23, 24]),
        ("2026-10-23T22:30:00Z", [24, 25, 24]),
    ] {
        let mut bench = Bench::born().with_sensor("lab/temp", sensor("avg"));
        let (first, hours) = (utc(first), counts.iter().sum::<i64>());
        for hour in 0..hours {
            bench.now = Timestamp::from_secs(first + hour * HOUR);
            measure(&mut bench, "lab/temp", &json!(hour), first + hour * HOUR);
        }
        let midnight = first - HOUR / 2;
        let ask = |bench: &mut Bench, grain: &str, most: i64| {
            let query = json!({"sensors": ["lab/temp", "no/such"], "grain": grain,
                "zone": "Europe/Berlin", "start": midnight, "end": midnight + 4 * DAY,
                "max_items": most});
            let answer = bench.ask("GET_HISTORY/null", query);
            assert_eq!(answer["no/such"], json!([]));
            answer["lab/temp"].as_array().unwrap().clone()
        };
        let days = ask(&mut bench, "day", 100);
        let mut from = midnight;
        let mut value = 0;
        for (day, count) in days.iter().zip(counts) {
            let last = value + count - 1;
            let float = |whole: i64| f64::from(i32::try_from(whole).unwrap());
            let mean = float(value + last) / 2.0;
            assert_eq!(*day, json!([from, float(value), mean, float(last), count]));
            (from, value) = (from + count * HOUR, last + 1);
        }
        assert_eq!(days.len(), 3);
        let all = ask(&mut bench, "hour", 100);
        assert_eq!(i64::try_from(all.len()).unwrap(), hours);
        let newest = ask(&mut bench, "quarter", 2);
        assert_eq!(newest.len(), 2);
        assert_eq!(newest[1][0], json!(first + (hours - 1) * HOUR));
    }
}

#[test]
fn a_question_for_charts_that_cannot_be_read_selects_nothing() {
    let mut bench = Bench::born().with_sensor("lab/temp", sensor("avg"));
    measure(&mut bench, "lab/temp", &json!(21.5), NOW);
    let good = json!({"sensors": ["lab/temp"], "grain": "hour", "zone": "UTC",
        "start": NOW - DAY, "end": NOW});
    assert_eq!(
        bench.ask("GET_HISTORY/null", good.clone()),
        json!({"lab/temp": [[NOW - NOW % HOUR, 21.5, 21.5, 21.5, 1]]})
    );
    for (key, odd) in [
        ("sensors", json!([])),
        ("sensors", json!("lab/temp")),
        ("sensors", json!(["../etc"])),
        ("grain", json!("week")),
        ("zone", json!("Mars/Olympus")),
        ("start", json!("now")),
        ("end", json!(null)),
    ] {
        let mut query = good.clone();
        query[key] = odd;
        assert_eq!(bench.ask("GET_HISTORY/null", query), json!({}), "{key}");
    }
}
