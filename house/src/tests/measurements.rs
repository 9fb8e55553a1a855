//! `controller/hub`, against what stock modules said and heard.

use super::*;

fn lab_temp() -> Value {
    json!({
        "description": "Lab temperature", "format": "float_1", "unit": "C",
        "calculate": "avg_min_max", "retain": "history",
        "service": {"name": "fake", "mode": "push"},
    })
}

/// A push service sends one value: recorded on a stock house.
#[test]
fn a_value_is_normalised_stored_and_said() {
    let mut bench = Bench::born().with_sensor("lab/temp", lab_temp());
    bench.raw(
        "v1/service/fake/controller/hub/IN/lab/temp",
        br#"{"request_id": 3176511357, "data": {"value": "21.46", "timestamp": 1795264686}}"#,
    );
    assert_eq!(bench.said, [], "nothing is said before it is on disk");
    assert!(!bench.acknowledged.contains(&bench.delivered));
    bench.answer_all();
    assert_eq!(bench.acknowledged.last(), Some(&bench.delivered));
    let expected = heard(&[
        (
            "controller/db/*/*/SAVED/lab/temp",
            json!({"from_save": true, "value": "21.5", "timestamp": 1_795_268_286}),
        ),
        (
            "controller/db/*/*/SAVED/lab/temp",
            json!({"timestamp": 1_795_266_000, "group_by": "hour", "value": "21.5,21.5,21.5,-,-,-,-"}),
        ),
        (
            "controller/db/*/*/SAVED/lab/temp",
            json!({"timestamp": 1_795_219_200, "group_by": "day", "value": "21.5,21.5,21.5,-,-,-,-"}),
        ),
        (
            "controller/hub/*/*/NOTIFY/value/lab/temp",
            json!("Lab temperature: 21.5C"),
        ),
    ]);
    let said = bench.said.clone();
    assert_eq!(bench.heard("v1"), expected);
    bench.said = said;
    assert_eq!(bench.heard("v2"), expected);
    let alerts = bench.ask(
        "GET_COUNT/value",
        json!({"scope": "alerts", "timeframe": "last_24_hours"}),
    );
    assert_eq!(alerts, json!([1]));
}

/// Rules and buttons: bare values, and texts where a number belongs.
#[test]
fn bare_values_are_taken_and_others_refused_in_the_log() {
    let mut bench = Bench::born().with_sensor("lab/temp", lab_temp());
    bench.say("v1/gui/admin_1/controller/hub/SET/lab/temp", json!("28.25"));
    assert_eq!(bench.heard("v1")[0].1["value"], "28.2");
    for (data, why) in [
        (json!({"value": ""}), "it is not a number"),
        (
            json!({"value": 1, "timestamp": 1_795_264_686_000_i64}),
            "milliseconds",
        ),
        (json!(null), "carries nothing"),
    ] {
        bench.say("v1/service/fake/controller/hub/IN/lab/temp", data);
        let said = bench.heard("v1");
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].0, "controller/hub/controller/logger/LOG/warning");
        assert!(said[0].1.as_str().unwrap().contains(why), "{said:?}");
    }
    assert_eq!(
        bench.ask("GET_COUNT/lab/temp", json!({"start": 0})),
        json!([1])
    );
}

#[test]
fn duplicates_limits_and_disabled_sensors_are_dropped_without_a_word() {
    let mut limited = lab_temp();
    limited["max_value"] = json!(40);
    let mut bench = Bench::born().with_sensor("lab/temp", limited.clone());
    let send = |bench: &mut Bench, value: f64, timestamp: i64| {
        let data = json!({"value": value, "timestamp": timestamp});
        bench.say("v2/service/fake/controller/hub/IN/lab/temp", data);
        bench.heard("v2").len()
    };
    assert_eq!(send(&mut bench, 21.0, NOW), 4);
    assert_eq!(send(&mut bench, 21.0, NOW + 3), 0, "a duplicate");
    assert_eq!(send(&mut bench, 21.0, NOW + 4), 4);
    assert_eq!(send(&mut bench, 41.0, NOW + 60), 0, "too high");
    assert_eq!(send(&mut bench, 22.0, NOW + 4), 4, "another value replaces");
    limited["disabled"] = json!(true);
    let mut bench = bench.with_sensor("lab/temp", limited);
    assert_eq!(send(&mut bench, 30.0, NOW + 90), 0, "disabled");
    assert_eq!(bench.acknowledged.len() as u64, bench.delivered);
    assert_eq!(
        bench.ask("GET/lab/temp", json!({"start": 0})),
        json!([21.0, 22.0])
    );
}

#[test]
fn an_actuator_is_told_once_the_wish_is_on_disk() {
    let relay = json!({
        "format": "int", "retain": "single_value",
        "service": {"name": "command", "mode": "actuator", "configuration": {"command": "true", "value": 7}},
    });
    let mut bench = Bench::born().with_sensor("lab/relay", relay);
    bench.say(
        "v1/service/command/controller/hub/IN/lab/relay",
        json!({"value": 1}),
    );
    assert_eq!(bench.heard("v1"), [], "actuators do not measure");
    bench.say(
        "v1/gui/admin_1/controller/hub/SET/lab/relay",
        json!({"value": "0"}),
    );
    let said = bench.heard("v1");
    assert_eq!(said[0].0, "controller/db/*/*/SAVED/lab/relay");
    assert_eq!(
        said[2],
        (
            "controller/hub/service/command/OUT/lab/relay".to_owned(),
            json!({
                "value": 7, "timestamp": NOW + 3_600, "command": "true",
                "retain": {"raw": 0, "count": 1},
            })
        ),
        "the service's configuration wins"
    );
}

#[test]
fn a_pulled_sensor_is_asked_through_its_service() {
    let uptime = json!({
        "format": "string",
        "service": {"name": "command", "mode": "pull", "configuration": {"command": "echo up"}},
    });
    let mut bench = Bench::born().with_sensor("lab/uptime", uptime);
    bench.say("v2/gui/admin_1/controller/hub/POLL/lab/uptime", json!({}));
    assert_eq!(
        bench.heard("v1"),
        heard(&[(
            "controller/hub/service/command/IN/lab/uptime",
            json!({"command": "echo up"})
        )])
    );
}

#[test]
fn processors_convert_before_the_value_is_stored_and_never_run() {
    let mut bench = Bench::born().with_sensor(
        "out/temp",
        json!({"format": "float_1", "post_processor": "fahrenheit_to_celsius"}),
    );
    bench.say(
        "v1/service/x/controller/hub/IN/out/temp",
        json!({"value": "212"}),
    );
    assert_eq!(bench.heard("v1")[0].1["value"], "100.0");
    let mut bench = bench.with_sensor("bad", json!({"post_processor": "reboot"}));
    bench.say("v1/service/x/controller/hub/IN/bad", json!({"value": 1}));
    let said = bench.heard("v1");
    assert!(
        said[0]
            .1
            .as_str()
            .unwrap()
            .contains("\"reboot\" is not known")
    );
}

#[test]
fn an_unknown_sensor_is_offered_until_it_is_configured() {
    let mut bench = Bench::born();
    let data = json!({"value": "21.46", "timestamp": NOW});
    bench.say("v2/service/fake/controller/hub/IN/new/temp", data.clone());
    assert_eq!(
        bench.heard("v1"),
        heard(&[(
            "controller/hub/*/*/UNKNOWN/new/temp",
            json!({"value": "21.46", "sender": "service/fake", "timestamp": NOW + 3_600}),
        )])
    );
    bench.say("v2/service/fake/controller/hub/IN/new/temp", data);
    assert_eq!(bench.heard("v1"), [], "not twice within a minute");
    let offers = |bench: &mut Bench| {
        bench.said.clear();
        bench.say("v2/gui/admin_1/controller/hub/GET_UNKNOWN/null", json!({}));
        let (topic, mut data) = bench.heard("v2").remove(0);
        assert_eq!(topic, "controller/hub/gui/admin_1/GET_UNKNOWN/null");
        data["data"].take()
    };
    let listed = json!([{
        "sensor": "new/temp", "sender": "service/fake", "value": "21.46",
        "timestamp": NOW + 3_600,
    }]);
    assert_eq!(offers(&mut bench), listed);
    let mut next = Bench::woken(bench.store, identity());
    assert_eq!(offers(&mut next), listed);
    let mut bench = next.with_sensor("new/temp", lab_temp());
    assert_eq!(offers(&mut bench), json!([]));
    assert_eq!(bench.store.snapshot().offers, []);
}

/// A module that has no clock yet counts from 1970; west of Greenwich that is
/// local 1969.
#[test]
fn the_first_seconds_are_a_time_everywhere() {
    let mut bench = Bench::born().with_sensor("lab/temp", lab_temp());
    bench.say(
        "v1/gui/admin_1/controller/config/SAVE/1/house",
        json!({"timezone": -5}),
    );
    bench.said.clear();
    let data = json!({"value": 21, "timestamp": 12});
    bench.say("v1/service/fake/controller/hub/IN/lab/temp", data);
    assert_eq!(bench.heard("v1")[0].1["timestamp"], json!(12 - 5 * 3_600));
}
