//! `controller/db`, against what stock modules asked and heard.

use super::*;

fn lab() -> Bench {
    let mut bench = Bench::born();
    let value = json!({"value": 21.5, "timestamp": NOW + 3_600});
    bench.say("v1/service/x/controller/db/SAVE/lab/temp", value);
    for (statistic, value) in [("min", 21.5), ("max", 21.5)] {
        let data = json!({
            "value": value, "timestamp": 1_795_266_000, "statistics": format!("hour/{statistic}"),
        });
        bench.say("v1/service/x/controller/db/SAVE/lab/temp", data);
    }
    bench.now = Timestamp::from_secs(NOW + 3);
    bench
}

/// Questions of the stock browser and alerter with their recorded answers.
#[test]
fn questions_are_answered_as_on_a_stock_house() {
    let mut bench = lab();
    for (command, query, answer) in [
        ("GET/lab/temp", json!({}), json!([21.5])),
        (
            "GET/lab/temp",
            json!({"start": -2, "end": -1, "withscores": true, "milliseconds": true}),
            json!([[1_795_268_286_000_i64, 21.5]]),
        ),
        (
            "GET/lab/temp/hour/range",
            json!({"timeframe": "last_24_hours"}),
            json!([[1_795_266_000_000_i64, 21.5, 21.5]]),
        ),
        (
            "GET/lab/temp/hour/range",
            json!({"timeframe": "today"}),
            json!([21.5, 21.5]),
        ),
        ("GET_TIMESTAMP/lab/temp", json!({}), json!([1_795_268_286])),
        ("GET_ELAPSED/lab/temp", json!({}), json!([3])),
        (
            "GET_COUNT/lab/temp",
            json!({"timeframe": "today"}),
            json!([1]),
        ),
        ("GET/nosuch", json!({}), json!([])),
        ("GET_TIMESTAMP/nosuch", json!({}), json!([])),
        ("GET_ELAPSED/nosuch", json!({}), json!([])),
        ("GET_COUNT/nosuch", json!({}), json!([0])),
        ("GET/lab/temp", json!({"timeframe": "soon"}), json!([])),
        (
            "GET/lab/temp",
            json!({"withscores": true, "format_date": true}),
            json!([["2026-11-21 13:38:06", 21.5]]),
        ),
        (
            "GET/lab/temp",
            json!({"formatter": "string"}),
            json!(["21.5"]),
        ),
        (
            "GET/lab/temp",
            json!({"start": 1_795_268_286, "end": 1_795_268_286, "withscores": true}),
            json!([[1_795_268_286, 21.5]]),
        ),
        ("GET/lab/temp", json!({"start": 1_795_268_287}), json!([])),
    ] {
        assert_eq!(
            bench.ask(command, query.clone()),
            answer,
            "{command} {query}"
        );
    }
}

#[test]
fn a_module_may_store_statistics_and_is_told_which() {
    let mut bench = Bench::born();
    let data = json!({"value": "x".repeat(60), "timestamp": 5, "statistics": "day/min"});
    bench.say("v1/service/weather/controller/db/SAVE/out/temp", data);
    assert_eq!(
        bench.heard("v1"),
        heard(&[(
            "controller/db/*/*/SAVED/out/temp",
            json!({
                "from_save": true, "timestamp": 5, "value": format!("{}...", "x".repeat(50)),
                "group_by": "day", "statistics": "day/min",
            }),
        )])
    );
    assert_eq!(
        bench.ask("GET_COUNT/out/temp/day/min", json!({})),
        json!([1])
    );
    bench.say(
        "v1/service/weather/controller/db/SAVE/out/temp",
        json!({"timestamp": 5}),
    );
    assert!(
        bench.heard("v1")[0]
            .1
            .as_str()
            .unwrap()
            .contains("no \"value\"")
    );
}

#[test]
fn policies_decide_what_remains_before_times_are_compared() {
    let mut bench = Bench::born();
    let save = |bench: &mut Bench, value: i64, timestamp: i64, retain: Value| {
        let data = json!({"value": value, "timestamp": timestamp, "retain": retain});
        bench.say("v2/service/x/controller/db/SAVE/a", data);
        bench.heard("v2").len()
    };
    assert_eq!(save(&mut bench, 1, 100, json!({})), 1);
    assert_eq!(save(&mut bench, 1, 100, json!({})), 0, "the same again");
    assert_eq!(save(&mut bench, 2, 100, json!({})), 1, "another value");
    assert_eq!(
        save(&mut bench, 3, 99, json!({"new_only": true})),
        0,
        "older"
    );
    assert_eq!(save(&mut bench, 3, 200, json!({"new_only": true})), 1);
    assert_eq!(bench.ask("GET/a", json!({"start": 0})), json!([2.0, 3.0]));
    assert_eq!(save(&mut bench, 4, 300, json!({"count": 2})), 1);
    assert_eq!(bench.ask("GET/a", json!({"start": 0})), json!([3.0, 4.0]));
    assert_eq!(save(&mut bench, 5, 400, json!({"count": 1})), 1);
    assert_eq!(bench.ask("GET/a", json!({"start": 0})), json!([5.0]));
}

#[test]
fn a_sensor_is_deleted_with_its_statistics() {
    let mut bench = lab();
    bench.say(
        "v1/gui/admin_1/controller/db/DELETE_SENSOR/lab/temp",
        json!({}),
    );
    for series in ["lab/temp", "lab/temp/hour/min", "lab/temp/hour/max"] {
        assert_eq!(bench.ask(&format!("GET/{series}"), json!({})), json!([]));
    }
}

#[test]
fn alerts_and_logs_keep_different_texts_of_one_second() {
    let mut bench = Bench::born();
    for text in ["smoke", "fire", "smoke"] {
        bench.say("v1/service/x/controller/db/SAVE_ALERT/alert", json!(text));
    }
    bench.say("v1/service/x/controller/db/SAVE_LOG/info", json!("hello"));
    bench.say("v1/service/x/controller/db/SAVE_LOG/other", json!("hello"));
    let alerts = bench.ask(
        "GET/alert",
        json!({"scope": "alerts", "start": -10, "end": -1}),
    );
    assert_eq!(alerts, json!(["smoke", "fire"]));
    assert_eq!(
        bench.ask("GET/info", json!({"scope": "logs"})),
        json!(["hello"])
    );
    assert_eq!(bench.ask("GET/other", json!({"scope": "logs"})), json!([]));
}

#[test]
fn a_changed_time_zone_moves_what_is_shown_and_not_what_is_stored() {
    let mut bench = lab();
    bench.say(
        "v1/gui/admin_1/controller/config/SAVE/1/house",
        json!({"timezone": 2}),
    );
    assert_eq!(
        bench.ask("GET_TIMESTAMP/lab/temp", json!({})),
        json!([NOW + 7_200])
    );
}

/// A message that comes again, and one too late to count, leave what is there.
#[test]
fn what_is_superfluous_removes_nothing() {
    let mut bench = Bench::born();
    let save = |bench: &mut Bench, value: i64, timestamp: i64, retain: Value| {
        let data = json!({"value": value, "timestamp": timestamp, "retain": retain});
        bench.say("v2/service/x/controller/db/SAVE/a", data);
        bench.heard("v2").len()
    };
    let two = json!({"count": 2});
    assert_eq!(save(&mut bench, 1, 100, two.clone()), 1);
    assert_eq!(save(&mut bench, 2, 200, two.clone()), 1);
    assert_eq!(save(&mut bench, 2, 200, two.clone()), 0, "it came again");
    assert_eq!(
        save(&mut bench, 9, 150, json!({"count": 1, "new_only": true})),
        0,
        "too late to count"
    );
    assert_eq!(bench.ask("GET/a", json!({"start": 0})), json!([1.0, 2.0]));
    assert_eq!(save(&mut bench, 3, 200, two), 1, "another value");
    assert_eq!(bench.ask("GET/a", json!({"start": 0})), json!([1.0, 3.0]));
}
