//! Standing, the daily messages and the plan, row by row.

use std::time::Duration;

use model::RefusalReason as Reason;

use super::*;
use crate::Pause;

const IN: &str = "v2/service/fake/controller/hub/IN/lab/temp";
const DAY: Duration = Duration::from_hours(24);

fn lab() -> Bench {
    let temp = json!({
        "description": "Lab", "format": "float_1", "calculate": "avg_min_max", "retain": "history",
        "service": {"name": "fake", "mode": "push"},
    });
    let relay = json!({
        "format": "int", "retain": "single_value",
        "service": {"name": "command", "mode": "actuator", "configuration": {"pin": 4}},
    });
    let mut bench = Bench::born()
        .with_sensor("lab/temp", temp)
        .with_sensor("lab/relay", relay);
    bench.say(IN, json!({"value": 20, "timestamp": NOW - 3_600}));
    bench.said.clear();
    bench
}

fn read_only(terms: &mut Terms) {
    terms.pause = Some(Pause::ReadOnly);
}

fn day_used_up(terms: &mut Terms) {
    terms.pause = Some(Pause::DayUsedUp {
        allowed: 200_000,
        until: Timestamp::from_secs(NOW + 100),
    });
}

fn full(terms: &mut Terms) {
    terms.history_bytes = 0;
}

/// Topics said on v2, without the data.
fn topics(bench: &mut Bench) -> Vec<String> {
    bench
        .heard("v2")
        .into_iter()
        .map(|(topic, _)| topic)
        .collect()
}

fn history(bench: &mut Bench) -> Value {
    bench.ask("GET/lab/temp", json!({"start": 0, "end": -1}))
}

/// Read-only, over the daily messages, over the stored history.
#[test]
fn values_are_live_and_not_kept() {
    for (terms, reason) in [
        (read_only as fn(&mut Terms), Reason::Standing),
        (day_used_up, Reason::MessagesPerDay),
        (full, Reason::HistoryBytes),
    ] {
        let mut bench = lab();
        bench.agree(terms);
        bench.said.clear();
        bench.raw(
            IN,
            br#"{"request_id": 1, "data": {"value": "21.46", "timestamp": 1795264686}}"#,
        );
        assert_eq!(bench.acknowledged.last(), Some(&bench.delivered), "at once");
        let said = bench.heard("v2");
        assert!(
            said[0]
                .1
                .as_str()
                .unwrap()
                .starts_with("values are live but not kept: ")
        );
        assert_eq!(said[0].0, "controller/db/controller/logger/LOG/warning");
        assert_eq!(
            said[1..],
            heard(&[
                (
                    "controller/db/*/*/SAVED/lab/temp",
                    json!({"from_save": true, "value": "21.5", "timestamp": 1_795_268_286}),
                ),
                (
                    "controller/hub/*/*/NOTIFY/value/lab/temp",
                    json!("Lab: 21.5"),
                ),
            ])
        );
        let expected = (reason, "service/fake".to_owned(), "history".to_owned(), 1);
        assert_eq!(bench.refused(), [expected]);
        assert_eq!(
            bench.ask("GET/lab/temp", json!({})),
            json!([21.5]),
            "the latest"
        );
        assert_eq!(
            bench.ask("GET_TIMESTAMP/lab/temp", json!({})),
            json!([NOW + 3_600])
        );
        assert_eq!(bench.ask("GET_ELAPSED/lab/temp", json!({})), json!([0]));
        assert_eq!(history(&mut bench), json!([20.0]));
        let alerts = bench.ask("GET_COUNT/value", json!({"scope": "alerts", "start": 0}));
        assert_eq!(alerts, json!([1]), "only that of the value that was kept");
    }
}

#[test]
fn what_a_home_needs_goes_on() {
    for terms in [read_only as fn(&mut Terms), day_used_up, full] {
        let mut bench = lab();
        bench.agree(terms);
        bench.said.clear();
        bench.say(
            "v2/gui/admin_1/controller/hub/SET/lab/relay",
            json!({"value": 1}),
        );
        let said = bench.heard("v2");
        let told = said
            .iter()
            .find(|(topic, _)| topic == "controller/hub/service/command/OUT/lab/relay");
        assert_eq!(told.unwrap().1["value"], 1);
        assert_eq!(told.unwrap().1["pin"], 4);
        assert_eq!(bench.ask("GET/lab/relay", json!({})), json!([1.0]));
        bench.say("v2/gui/admin_1/controller/db/PING/null", json!({}));
        assert_eq!(topics(&mut bench), ["controller/db/gui/admin_1/PONG/null"]);
        bench.say(
            "v2/service/fake/controller/config/SUBSCRIBE/null",
            json!("1/sensors/#"),
        );
        assert!(
            topics(&mut bench)
                .iter()
                .any(|topic| topic.contains("/CONF/1/sensors/lab/temp"))
        );
    }
}

#[test]
fn nothing_is_changed_while_nothing_is_kept() {
    for (terms, reason) in [
        (read_only as fn(&mut Terms), Reason::Standing),
        (day_used_up, Reason::MessagesPerDay),
    ] {
        for command in [
            "config/SAVE/1/sensors/lab/new",
            "config/SAVE/1/sensors/lab/temp",
            "config/SAVE/2/rules/a",
            "config/DELETE/1/sensors/lab/temp",
            "db/DELETE_SENSOR/lab/temp",
            "db/RENAME_SENSOR/lab/temp",
            "db/PURGE_SENSOR/lab/temp",
        ] {
            let mut bench = lab();
            bench.agree(terms);
            bench.said.clear();
            let files = bench.store.changes().len();
            let topic = format!("gui/admin_1/controller/{command}");
            let data = if command.contains("RENAME") {
                json!("lab/other")
            } else {
                json!({"raw": 1})
            };
            bench.say(&format!("v2/{topic}"), data);
            let said = bench.heard("v2");
            assert_eq!(said.len(), 1, "{command}: {said:?}");
            assert!(said[0].0.ends_with("/controller/logger/LOG/warning"));
            assert!(
                said[0]
                    .1
                    .as_str()
                    .unwrap()
                    .contains("not done: the account"),
                "{said:?}"
            );
            let subject = format!("egeoffrey/v2/{}/{topic}", house_id());
            let refused = bench.refused.remove(0);
            assert_eq!((refused.reason, &refused.subject), (reason, &subject));
            assert_eq!(refused.client, "gui/admin_1");
            assert_eq!(refused.limit.is_some(), reason == Reason::MessagesPerDay);
            assert_eq!(
                refused.clears_at.is_some(),
                reason == Reason::MessagesPerDay
            );
            assert_eq!(bench.store.changes().len(), files, "{command}");
            assert_eq!(history(&mut bench), json!([20.0]), "{command}");
        }
    }
}

/// A house whose history is full is changed as ever: deleting makes room.
#[test]
fn a_full_history_forbids_no_change() {
    let mut bench = lab();
    bench.agree(full);
    bench.say(
        "v2/gui/admin_1/controller/config/SAVE/1/sensors/b",
        json!({"format": "int"}),
    );
    bench.say(
        "v2/gui/admin_1/controller/db/DELETE_SENSOR/lab/temp",
        json!({}),
    );
    assert_eq!(bench.refused(), []);
    assert_eq!(history(&mut bench), json!([]));
    assert_eq!(bench.house.possessions().sensors, 3);
}

#[test]
fn it_is_kept_again_once_nothing_stands_in_the_way() {
    let mut bench = lab();
    bench.agree(read_only);
    for (value, at) in [(21, NOW), (22, NOW + 60), (23, NOW + 120)] {
        bench.say(IN, json!({"value": value, "timestamp": at}));
    }
    let counts: Vec<u64> = bench.refused().iter().map(|row| row.3).collect();
    assert_eq!(counts, [1], "not a row for each");
    bench.said.clear();
    bench.agree(|_| {});
    let said = bench.heard("v2");
    assert_eq!(
        said,
        heard(&[(
            "controller/db/controller/logger/LOG/info",
            json!("values are kept again")
        )])
    );
    let counts: Vec<u64> = bench.refused().iter().map(|row| row.3).collect();
    assert_eq!(counts, [2], "the rest is not lost");
    assert_eq!(
        bench.ask("GET/lab/temp", json!({})),
        json!([23.0]),
        "still the latest"
    );
    bench.say(IN, json!({"value": 24, "timestamp": NOW + 180}));
    assert_eq!(bench.ask("GET/lab/temp", json!({})), json!([24.0]));
    assert_eq!(history(&mut bench), json!([20.0, 24.0]));
}

#[test]
fn a_day_ends_by_itself_and_long_silence_is_told_every_quarter() {
    let mut bench = lab();
    bench.agree(day_used_up);
    bench.say(IN, json!({"value": 21}));
    bench.now = Timestamp::from_secs(NOW + 100);
    bench.said.clear();
    bench.say(IN, json!({"value": 22}));
    assert_eq!(
        topics(&mut bench)[0],
        "controller/db/controller/logger/LOG/info"
    );
    assert_eq!(history(&mut bench), json!([20.0, 22.0]));
    bench.refused.clear();
    bench.agree(read_only);
    for _ in 0..40 {
        bench.now = bench.now.after(Duration::from_mins(1));
        let value = bench.delivered;
        bench.say(IN, json!({"value": value}));
    }
    let counts: Vec<u64> = bench.refused().iter().map(|row| row.3).collect();
    assert_eq!(counts, [1, 15, 15]);
}

#[test]
fn a_repeated_value_is_said_once_also_when_it_is_not_kept() {
    let mut bench = lab();
    bench.agree(read_only);
    let save = "v2/service/fake/controller/db/SAVE/lab/temp";
    bench.say(save, json!({"value": 5, "timestamp": NOW}));
    bench.said.clear();
    bench.say(save, json!({"value": 5, "timestamp": NOW}));
    assert_eq!(bench.heard("v2"), []);
    let newest = json!({"value": 6, "timestamp": NOW, "retain": {"new_only": true}});
    bench.say(save, newest);
    assert_eq!(bench.heard("v2"), [], "not newer");
}

#[test]
fn more_sensors_and_rules_than_the_plan_has_are_refused() {
    for (kind, reason, quota) in [
        ("sensors", Reason::Sensors, "sensors_per_house"),
        ("rules", Reason::Rules, "rules_per_house"),
    ] {
        let mut bench = Bench::born();
        bench.agree(|terms| (terms.sensors, terms.rules) = (2, 2));
        let save = |bench: &mut Bench, id: &str| {
            bench.said.clear();
            let topic = format!("v2/gui/admin_1/controller/config/SAVE/1/{kind}/{id}");
            bench.say(&topic, json!({"format": "int"}));
            topics(bench)
        };
        let conf = |id: &str| vec![format!("controller/config/*/*/CONF/1/{kind}/{id}")];
        assert_eq!(save(&mut bench, "a"), conf("a"));
        assert_eq!(save(&mut bench, "b"), conf("b"));
        let said = save(&mut bench, "c");
        assert_eq!(said, ["controller/config/controller/logger/LOG/warning"]);
        let refused = bench.refused.remove(0);
        assert_eq!(refused.reason, reason);
        let limit = refused.limit.unwrap();
        assert_eq!(
            (limit.name.as_str(), limit.allowed, limit.seen),
            (quota, 2, 2)
        );
        assert_eq!(
            save(&mut bench, "a").len(),
            1,
            "what is there may be changed"
        );
        assert!(bench.refused.is_empty());

        // A smaller plan takes nothing away.
        bench.agree(|terms| (terms.sensors, terms.rules) = (1, 1));
        assert_eq!(save(&mut bench, "b"), conf("b"));
        bench.say(
            &format!("v2/gui/admin_1/controller/config/DELETE/1/{kind}/a"),
            json!({}),
        );
        save(&mut bench, "c");
        assert_eq!(bench.refused.remove(0).limit.unwrap().seen, 1);
        let has = bench.house.possessions();
        assert_eq!(has.sensors + has.rules, 1);
    }
}

#[test]
fn a_history_that_is_full_has_room_again_once_something_went() {
    let mut bench = lab();
    for n in 0..50 {
        bench.say(
            IN,
            json!({"value": format!("{n}.5"), "timestamp": NOW - 90 * 86_400 + n * 900}),
        );
    }
    // A house measures what it has when it wakes.
    bench = Bench::woken(bench.store, identity());
    let used = bench.house.possessions().history_bytes;
    assert!(used > 100);
    bench.agree(|terms| terms.history_bytes = used);
    bench.refused.clear();
    bench.say(IN, json!({"value": 1, "timestamp": NOW}));
    let refused = bench.refused.remove(0);
    let limit = refused.limit.unwrap();
    assert_eq!((limit.allowed, limit.seen), (used, used));
    bench.said.clear();
    bench.say(
        "v2/gui/admin_1/controller/db/PURGE_SENSOR/lab/temp",
        json!({"raw": 7}),
    );
    while bench.house.rest(bench.now) < Duration::from_secs(1) {
        bench.step(Input::Tick);
        bench.answer_all();
    }
    let (topic, text) = bench.heard("v2").remove(0);
    assert!(topic.ends_with("LOG/info"), "{text}");
    assert!(bench.house.possessions().history_bytes < used);
    bench.say(IN, json!({"value": 2, "timestamp": NOW + 1}));
    assert_eq!(history(&mut bench), json!([20.0, 2.0]));
}

/// Advances to when the house next wants to tidy up, and lets it.
fn tidy_up(bench: &mut Bench) {
    bench.now = bench.now.after(bench.house.rest(bench.now));
    for _ in 0..1_000 {
        bench.step(Input::Tick);
        bench.answer_all();
        if bench.house.rest(bench.now) > Duration::from_secs(1) {
            return;
        }
    }
    panic!("there is no end to the chores");
}

#[test]
fn history_is_kept_as_long_as_the_plan_says() {
    let forever = json!({"format": "float_1"});
    let mut bench = Bench::born()
        .with_sensor("lab/temp", forever.clone())
        .with_sensor("lab/switch", forever);
    let days_ago = |days: i64| NOW - days * 86_400;
    for days in [100, 40, 20] {
        bench.say(IN, json!({"value": days, "timestamp": days_ago(days)}));
        let other = json!({"value": days, "timestamp": days_ago(days) + 3_600});
        bench.say("v2/service/fake/controller/db/SAVE/nobodys", other);
    }
    let switched = json!({"value": 1, "timestamp": days_ago(90)});
    bench.say("v2/service/fake/controller/hub/IN/lab/switch", switched);
    let rest = bench.house.rest(bench.now);
    assert!(
        rest > Duration::from_mins(1),
        "nothing to do for now: {rest:?}"
    );

    bench.agree(|terms| terms.history_days = 30);
    let rest = bench.house.rest(bench.now);
    assert!(
        rest <= Duration::from_mins(1),
        "another plan counts soon: {rest:?}"
    );
    tidy_up(&mut bench);
    assert_eq!(history(&mut bench), json!([20.0]));
    assert_eq!(
        bench.ask("GET/lab/temp/day/avg", json!({"start": 0, "end": -1})),
        json!([20.0])
    );
    let others = bench.ask("GET/nobodys", json!({"start": 0, "end": -1}));
    assert_eq!(others, json!([20.0]), "also what no file names");
    let switch = bench.ask("GET/lab/switch", json!({}));
    assert_eq!(switch, json!([1.0]), "a state that holds stays");
}

/// Kept data: `plan` while the day is used up, `kept` while read-only.
#[test]
fn a_read_only_house_waits_with_all_it_has() {
    let mut bench = Bench::born().with_sensor("lab/temp", json!({"format": "float_1"}));
    for days in [100, 20] {
        bench.say(IN, json!({"value": days, "timestamp": NOW - days * 86_400}));
    }
    bench.agree(|terms| {
        read_only(terms);
        terms.history_days = 30;
    });
    for _ in 0..3 {
        let rest = bench.house.rest(bench.now);
        assert!(rest > Duration::ZERO && rest <= DAY);
        bench.now = bench.now.after(rest);
        bench.step(Input::Tick);
        bench.answer_all();
    }
    assert_eq!(history(&mut bench), json!([100.0, 20.0]));
    assert!(bench.house.is_at_rest(bench.now), "it may sleep");
    bench.agree(|terms| terms.history_days = 30);
    tidy_up(&mut bench);
    assert_eq!(history(&mut bench), json!([20.0]));
}

#[test]
fn what_is_live_outlasts_a_sleep() {
    let mut bench = lab();
    bench.agree(read_only);
    bench.say(IN, json!({"value": 21, "timestamp": NOW}));
    bench.say(
        "v2/service/fake/controller/config/SUBSCRIBE/null",
        json!("1/sensors/#"),
    );
    assert!(bench.house.is_at_rest(bench.now));
    let memory = bench.house.fall_asleep();
    let mut effects = Vec::new();
    let given = Given {
        house: house_id(),
        identity: identity(),
        terms: terms(),
    };
    let snapshot = bench.store.snapshot();
    bench.house = House::wake(bench.now, given, snapshot, memory, &mut effects);
    assert_eq!(effects, []);
    bench.said.clear();
    assert_eq!(bench.ask("GET/lab/temp", json!({})), json!([21.0]));
    bench.say(
        "v2/gui/admin_1/controller/config/SAVE/1/sensors/lab/temp",
        json!({"format": "int", "service": {"name": "fake"}}),
    );
    let asked = "controller/config/service/fake/CONF/1/sensors/lab/temp".to_owned();
    assert!(topics(&mut bench).contains(&asked), "it knows who asked");
}
