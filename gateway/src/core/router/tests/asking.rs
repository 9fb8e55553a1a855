//! Questions of the control plane.

use std::time::Duration;

use ::model::{BusRole, Timestamp};
use bus::QoS::{AtLeastOnce, AtMostOnce};
use bus::{Envelope, Topic};
use bytes::Bytes;
use cell::{Ask, AskError, AskReply, BusCommand, BusMessage, OutgoingMessage, Until};
use serde_json::{Value, json};

use super::stage::*;
use crate::core::AskId;
use crate::core::codec::Version;

fn ask(role: BusRole, command: &str, until: Until) -> Ask {
    Ask {
        house: HOUSE.parse().unwrap(),
        role,
        user: "anna".into(),
        to: "controller/db".into(),
        command: command.into(),
        args: "lab/temp".into(),
        data: Some(json!({"withscores": true})),
        until,
        deadline: Duration::from_secs(5),
    }
}

/// Puts a question; the runtime's delivery of it: sender and request id.
fn put(stage: &mut Stage, question: &Ask) -> (String, Envelope) {
    stage.router.ask(stage.now, AskId(1), question);
    stage.settle();
    let delivery = stage.delivery().expect("the question");
    let topic = Topic::parse(&delivery.topic).unwrap();
    assert_eq!(
        (topic.to.to_string(), topic.args),
        (question.to.clone(), "lab/temp")
    );
    (
        topic.from.to_string(),
        Envelope::parse(&delivery.payload).unwrap().unwrap(),
    )
}

fn answer(stage: &mut Stage, from: &str, to: &str, rest: &str, payload: &Envelope) {
    let message = OutgoingMessage {
        topic: topic(&format!("{from}/{to}/{rest}")),
        payload: payload.to_bytes().into(),
        qos: AtMostOnce,
        retain: false,
        hold_for_listener: Some(Duration::from_secs(10)),
    };
    stage.link(BusCommand::Publish(message));
}

fn message(command: &str, args: &str, data: Option<Value>) -> BusMessage {
    BusMessage {
        command: command.into(),
        args: args.into(),
        data,
    }
}

fn answered(stage: &mut Stage) -> Option<AskReply> {
    stage.answers.pop().map(|(_, result)| result.unwrap())
}

fn with_db() -> Stage {
    let mut stage = Stage::hosted();
    stage.link(BusCommand::Subscribe(vec![topic("+/+/controller/+/+/#")]));
    stage
}

#[test]
fn a_reply_has_the_questions_command_and_number_and_comes_from_whom_was_asked() {
    let mut stage = with_db();
    let (sender, question) = put(&mut stage, &ask(BusRole::Viewer, "GET", Until::Reply));
    assert_eq!(question.data, json!({"withscores": true}));
    assert!(sender.starts_with("gui/anna_9") && sender.len() == "gui/anna_900001".len());
    let reply = |data| Envelope {
        data,
        ..question.clone()
    };
    let other = Envelope::new(77, json!("other number"));
    answer(&mut stage, "controller/db", &sender, "GET/lab/temp", &other);
    answer(
        &mut stage,
        "controller/db",
        "gui/anna_900009",
        "GET/lab/temp",
        &reply(json!(1)),
    );
    answer(
        &mut stage,
        "controller/hub",
        &sender,
        "GET/lab/temp",
        &reply(json!(2)),
    );
    assert_eq!(answered(&mut stage), None);
    answer(
        &mut stage,
        "controller/db",
        &sender,
        "GET/lab/temp",
        &reply(json!([3])),
    );
    let wanted = vec![message("GET", "lab/temp", Some(json!([3])))];
    assert_eq!(answered(&mut stage), Some(AskReply { messages: wanted }));
    assert!(stage.router.next_wake().is_some());
    stage.pass(Duration::from_secs(6));
    assert!(stage.answers.is_empty(), "answered once");
}

#[test]
fn an_answer_of_many_messages_ends_with_its_last() {
    let mut stage = with_db();
    let until = Until::Command("SUBSCRIBE_ACK".into());
    let (sender, question) = put(&mut stage, &ask(BusRole::Admin, "SUBSCRIBE", until));
    for rest in ["CONF/1/sensors/a", "CONF/1/sensors/b"] {
        answer(
            &mut stage,
            "controller/db",
            &sender,
            rest,
            &Envelope::new(5, json!(rest)),
        );
    }
    assert_eq!(answered(&mut stage), None);
    answer(
        &mut stage,
        "controller/db",
        &sender,
        "SUBSCRIBE_ACK/null",
        &question,
    );
    let reply = answered(&mut stage).unwrap();
    let args: Vec<&str> = reply.messages.iter().map(|m| &*m.args).collect();
    assert_eq!(args, ["1/sensors/a", "1/sensors/b", ""]);
}

/// A house that never ends its answer costs bounded memory.
#[test]
fn an_answer_is_bounded_in_bytes() {
    let mut stage = with_db();
    let until = Until::Command("SUBSCRIBE_ACK".into());
    let (sender, question) = put(&mut stage, &ask(BusRole::Admin, "SUBSCRIBE", until));
    for n in 0..40 {
        let large = Envelope::new(5, json!("x".repeat(500_000)));
        let rest = format!("CONF/1/sensors/{n}");
        answer(&mut stage, "controller/db", &sender, &rest, &large);
    }
    let last = "SUBSCRIBE_ACK/null";
    answer(&mut stage, "controller/db", &sender, last, &question);
    let reply = answered(&mut stage).unwrap();
    assert!(reply.messages.len() <= 17, "{}", reply.messages.len());
    let args: Vec<&str> = reply.messages.iter().map(|m| &*m.args).collect();
    assert_eq!(args[args.len() - 2..], ["1/sensors/39", ""]);
}

#[test]
fn too_many_open_questions_are_turned_away_and_so_is_one_that_nobody_can_hear() {
    let mut stage = with_db();
    let question = ask(BusRole::Admin, "GET", Until::Reply);
    for n in 0..300 {
        stage.router.ask(stage.now, AskId(n), &question);
    }
    stage.settle();
    assert_eq!(stage.answers.len(), 300 - 256);
    stage.answers.clear();
    stage.pass(Duration::from_secs(5));
    assert_eq!(stage.answers.len(), 256);
    stage.answers.clear();
    while stage.delivery().is_some() {}
    stage.join(1, Version::V311);
    let large = "x".repeat(1_000_000);
    for id in 1..=70 {
        let text = topic("service/a/controller/hub/IN/x");
        stage.publish(1, &text, &large, AtLeastOnce, id);
    }
    stage.router.ask(stage.now, AskId(1), &question);
    stage.settle();
    assert!(matches!(
        stage.answers[..],
        [(AskId(1), Err(AskError::Unreachable { .. }))]
    ));
}

#[test]
fn a_broadcast_may_be_the_answer_also_an_empty_one() {
    let mut stage = with_db();
    let until = Until::Broadcast {
        from: "controller/config".into(),
        command: "CONF".into(),
        args: "1/sensors/a".into(),
    };
    put(&mut stage, &ask(BusRole::Admin, "DELETE", until));
    answer(
        &mut stage,
        "controller/config",
        "*/*",
        "CONF/1/sensors/b",
        &Envelope::new(1, json!(0)),
    );
    answer(
        &mut stage,
        "controller/hub",
        "*/*",
        "CONF/1/sensors/a",
        &Envelope::new(1, json!(0)),
    );
    assert_eq!(answered(&mut stage), None);
    let null = OutgoingMessage {
        topic: topic("controller/config/*/*/CONF/1/sensors/a"),
        payload: Bytes::new(),
        qos: AtMostOnce,
        retain: true,
        hold_for_listener: None,
    };
    stage.link(BusCommand::Publish(null));
    let wanted = vec![message("CONF", "1/sensors/a", None)];
    assert_eq!(answered(&mut stage), Some(AskReply { messages: wanted }));
}

#[test]
fn a_role_that_may_not_ask_is_told_so_and_nothing_is_published() {
    let mut stage = with_db();
    for bad in [
        ask(BusRole::Viewer, "SET", Until::Reply),
        ask(BusRole::Resident, "SAVE", Until::Reply),
        Ask {
            user: "an/na".into(),
            ..ask(BusRole::Admin, "GET", Until::Reply)
        },
        Ask {
            to: "controller/db/x".into(),
            ..ask(BusRole::Admin, "GET", Until::Reply)
        },
        Ask {
            to: "*/*".into(),
            ..ask(BusRole::Admin, "GET", Until::Reply)
        },
        Ask {
            args: "#".into(),
            ..ask(BusRole::Admin, "GET", Until::Reply)
        },
        ask(BusRole::Admin, "GET/x", Until::Reply),
        ask(BusRole::Admin, "", Until::Reply),
    ] {
        stage.router.ask(stage.now, AskId(1), &bad);
        stage.settle();
        assert!(
            matches!(
                stage.answers.pop(),
                Some((AskId(1), Err(AskError::Denied(_))))
            ),
            "{bad:?}"
        );
        assert_eq!(stage.delivery(), None);
    }
}

#[test]
fn no_answer_by_the_deadline() {
    let mut stage = with_db();
    stage.close_link();
    stage.router.ask(
        stage.now,
        AskId(1),
        &ask(BusRole::Admin, "GET", Until::Reply),
    );
    stage.pass(Duration::from_millis(4_999));
    assert!(stage.answers.is_empty());
    stage.pass(Duration::from_millis(1));
    let unreachable = AskError::Unreachable { last_seen: None };
    assert_eq!(stage.answers.pop(), Some((AskId(1), Err(unreachable))));
    stage.open_link();
    assert_eq!(stage.delivery(), None, "nobody acts on it later");
    stage.join(1, Version::V311);
    let seen = stage.now;
    stage.router.ask(
        stage.now,
        AskId(2),
        &ask(BusRole::Admin, "GET", Until::Reply),
    );
    stage.pass(Duration::from_secs(5));
    let late = AskError::Unreachable {
        last_seen: Some(seen),
    };
    assert_eq!(stage.answers.pop(), Some((AskId(2), Err(late))));
    stage.router.ask(
        stage.now,
        AskId(3),
        &ask(BusRole::Admin, "GET", Until::Reply),
    );
    stage.router.forget_ask(AskId(3));
    stage.pass(Duration::from_secs(5));
    assert!(stage.answers.is_empty());
    assert_ne!(seen, Timestamp(0));
}

#[test]
fn a_house_of_its_own_is_asked_on_the_trees_it_speaks() {
    let mut stage = Stage::new();
    stage.join(1, Version::V311);
    stage.subscribe(
        1,
        "egeoffrey/+/villa-7k3q9x/+/+/controller/db/#",
        AtMostOnce,
    );
    stage.publish(
        1,
        "egeoffrey/v1/villa-7k3q9x/controller/db/*/*/STATUS/1",
        "",
        AtMostOnce,
        0,
    );
    stage.router.ask(
        stage.now,
        AskId(1),
        &ask(BusRole::Viewer, "GET", Until::Reply),
    );
    stage.settle();
    let received = stage.received(1);
    assert_eq!(received.len(), 1);
    let asked = Topic::parse(&received[0].topic).unwrap();
    assert_eq!(asked.version, bus::ProtocolVersion::V1);
    let back = format!(
        "egeoffrey/v1/{HOUSE}/controller/db/{}/GET/lab/temp",
        asked.from
    );
    let payload = String::from_utf8(received[0].payload.clone()).unwrap();
    stage.publish(1, &back, &payload, AtMostOnce, 0);
    assert!(answered(&mut stage).is_some());
}
