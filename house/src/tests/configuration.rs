//! `controller/config`.

use super::*;

const SENSOR: &str = "v2/gui/admin_1/controller/config/SAVE/1/sensors/lab/temp";

fn subscribe(bench: &mut Bench, module: &str, what: &str) -> Vec<(String, Value)> {
    bench.said.clear();
    bench.say(
        &format!("v2/{module}/controller/config/SUBSCRIBE/null"),
        json!(what),
    );
    bench.heard("v2")
}

#[test]
fn a_saved_file_is_kept_on_v1_and_said_on_v2_once_it_is_on_disk() {
    let mut bench = Bench::born();
    let content = json!({"format": "int", "unknown": {"deep": [1, 1.0, "1"]}, "port": 1234});
    let payload = json!({"request_id": 7, "data": content}).to_string();
    bench.raw(SENSOR, payload.as_bytes());
    assert_eq!(bench.said, []);
    bench.answer_all();
    let said = bench.said.clone();
    let v1 = bench.heard("v1");
    assert_eq!(
        v1[0],
        (
            "!controller/config/*/*/CONF/1/sensors/lab/temp".to_owned(),
            content.clone()
        )
    );
    assert_eq!(
        v1[1],
        (
            "!controller/config/*/*/CONF/1/__index".to_owned(),
            json!(null)
        )
    );
    assert_eq!(v1[2].1["sensors/lab/temp"]["version"], "1");
    bench.said = said;
    assert_eq!(
        bench.heard("v2"),
        heard(&[("controller/config/*/*/CONF/1/sensors/lab/temp", content)])
    );
    let (author, change) = bench.store.changes().last().unwrap();
    assert_eq!(
        (author.as_str(), change.id.as_str()),
        ("gui/admin_1", "sensors/lab/temp")
    );
}

#[test]
fn a_deleted_file_ends_on_both_protocols_also_when_it_was_not_there() {
    let mut bench = Bench::born().with_sensor("a", json!({"format": "int"}));
    for _ in 0..2 {
        bench.say(
            "v2/gui/admin_1/controller/config/DELETE/1/sensors/a",
            json!({}),
        );
        let said = bench.said.clone();
        for version in ["v1", "v2"] {
            bench.said = said.clone();
            let gone = (
                "!controller/config/*/*/CONF/1/sensors/a".to_owned(),
                json!(null),
            );
            assert_eq!(bench.heard(version)[0], gone);
        }
    }
    assert_eq!(bench.store.snapshot().files.len(), 2);
}

#[test]
fn a_subscriber_gets_all_matches_then_the_acknowledgement_held_until_it_listens() {
    let mut bench = Bench::born()
        .with_sensor("a", json!({"service": {"name": "command"}}))
        .with_sensor("b", json!({"service": {"name": "other"}}));
    bench.say(
        "v2/service/command/controller/config/SUBSCRIBE/null",
        json!("1/sensors/#"),
    );
    assert!(
        bench
            .said
            .iter()
            .all(|said| said.hold_for_listener.is_some() && !said.retain)
    );
    assert_eq!(
        bench.heard("v2"),
        heard(&[
            (
                "controller/config/service/command/CONF/1/sensors/a",
                json!({"service": {"name": "command"}})
            ),
            (
                "controller/config/service/command/SUBSCRIBE_ACK/null",
                json!("1/sensors/#")
            ),
        ])
    );
    assert_eq!(bench.heard("v1"), []);
    let topics = |said: Vec<(String, Value)>| -> Vec<String> {
        said.into_iter().map(|(topic, _)| topic).collect()
    };
    let hub = topics(subscribe(&mut bench, "gui/admin_1", "3/controller/hub"));
    assert_eq!(
        hub[0],
        "controller/config/gui/admin_1/CONF/3/controller/hub"
    );
    let hub = topics(subscribe(&mut bench, "controllers/x", "+/controller/hub"));
    assert_eq!(
        hub[0],
        "controller/config/controllers/x/CONF/4/controller/hub"
    );
    let nothing = topics(subscribe(&mut bench, "gui/admin_1", "1/gui/users"));
    assert_eq!(
        nothing,
        ["controller/config/gui/admin_1/SUBSCRIBE_ACK/null"]
    );
}

#[test]
fn later_matches_are_pushed_and_all_is_said_again_when_the_module_is_there() {
    let mut bench = Bench::born();
    assert_eq!(
        subscribe(&mut bench, "service/command", "1/sensors/#").len(),
        1
    );
    bench.say(
        SENSOR,
        json!({"service": {"name": "command", "mode": "push"}}),
    );
    let pushed = "controller/config/service/command/CONF/1/sensors/lab/temp";
    assert_eq!(bench.heard("v2")[1].0, pushed);
    bench.say("v2/service/command/*/*/STATUS/1", json!({}));
    let again = bench.heard("v2");
    assert_eq!(again[0].0, pushed);
    assert_eq!(
        again[1].0,
        "controller/config/service/command/SUBSCRIBE_ACK/null"
    );
    bench.say("v2/service/command/*/*/STATUS/0", json!({}));
    bench.say(
        SENSOR,
        json!({"service": {"name": "command", "mode": "pull"}}),
    );
    assert_eq!(
        bench.heard("v2").len(),
        1,
        "it stopped: only everybody is told"
    );
}

/// An alerter with an older file upgrades it itself: `DELETE`, then `SAVE`.
#[test]
fn another_version_replaces_the_file() {
    let mut bench = Bench::born();
    bench.say(
        "v1/gui/admin_1/controller/config/SAVE/2/notification/smtp",
        json!({"to": "a"}),
    );
    bench.said.clear();
    bench.say(
        "v1/gui/admin_1/controller/config/SAVE/1/notification/smtp",
        json!({"to": "b"}),
    );
    let said = bench.heard("v1");
    assert_eq!(
        said[0],
        (
            "!controller/config/*/*/CONF/2/notification/smtp".to_owned(),
            json!(null)
        )
    );
    assert_eq!(said[1].1, json!({"to": "b"}));
    bench.say(
        "v1/notification/smtp/controller/config/DELETE/1/notification/smtp",
        json!({}),
    );
    bench.say(
        "v1/notification/smtp/controller/config/SAVE/2/notification/smtp",
        json!({"to": "c"}),
    );
    let files = bench.store.snapshot().files;
    let file = files
        .iter()
        .find(|file| file.id == "notification/smtp")
        .unwrap();
    assert_eq!(
        (file.version, file.content.clone()),
        (2, Some(json!({"to": "c"})))
    );
}

#[test]
fn the_hubs_file_is_upgraded_and_published_under_both_schemas() {
    let mut bench = Bench::born();
    bench.say(
        "v1/gui/admin_1/controller/config/SAVE/1/controller/hub",
        json!({"retain": {"mine": {"policies": {"count": 1}}}}),
    );
    let said = bench.heard("v1");
    assert_eq!(said[0].0, "!controller/config/*/*/CONF/4/controller/hub");
    assert_eq!(said[1].0, "!controller/config/*/*/CONF/3/controller/hub");
    assert_eq!(said[0].1["duplicates_tolerance"], 3);
    bench.say(
        "v1/gui/admin_1/controller/config/DELETE/3/controller/hub",
        json!({}),
    );
    let gone = bench.heard("v1");
    assert_eq!(gone[0].0, "!controller/config/*/*/CONF/4/controller/hub");
    assert_eq!(gone[1].0, "!controller/config/*/*/CONF/3/controller/hub");
    assert!(gone[0].1.is_null() && gone[1].1.is_null());
}

#[test]
fn names_and_contents_that_are_no_files_are_refused_in_the_log() {
    let mut bench = Bench::born();
    let before = bench.store.snapshot();
    for (args, data) in [
        ("1/../../etc/passwd", json!({})),
        ("1/sensors//a", json!({})),
        ("house", json!({})),
        ("1/__index", json!({})),
        ("1/sensors/a", json!("text")),
        ("1/sensors/a", json!(null)),
        ("1/sensors/a", json!({"big": "x".repeat(1 << 20)})),
    ] {
        bench.say(
            &format!("v1/gui/admin_1/controller/config/SAVE/{args}"),
            data,
        );
        let said = bench.heard("v1");
        assert_eq!(said.len(), 1, "{args}");
        assert_eq!(said[0].0, "controller/config/controller/logger/LOG/warning");
    }
    bench.say(
        "v2/gui/admin_1/controller/config/SUBSCRIBE/null",
        json!({"a": 1}),
    );
    assert_eq!(
        bench.heard("v2")[0].0,
        "controller/config/controller/logger/LOG/warning"
    );
    assert_eq!(bench.store.snapshot(), before);
}

/// One small `STATUS` must not lead to any number of messages.
#[test]
fn a_module_that_asked_for_the_same_in_many_ways_gets_each_file_once() {
    let mut bench = Bench::born();
    for n in 0..50 {
        bench = bench.with_sensor(&format!("s{n}"), json!({"format": "int"}));
    }
    for n in 0..9 {
        subscribe(&mut bench, "interaction/x", &format!("{n}/sensors/#"));
    }
    bench.said.clear();
    bench.say("v2/interaction/x/*/*/STATUS/1", json!({}));
    let said = bench.heard("v2");
    let files = said.iter().filter(|(topic, _)| topic.contains("/CONF/"));
    assert_eq!(files.count(), 50);
    assert_eq!(said.len(), 50 + 9, "each request is acknowledged");
}
