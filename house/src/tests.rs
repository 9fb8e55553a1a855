//! A house with a store in memory: replayed traffic of stock modules, and
//! properties that hold for any traffic.

mod configuration;
mod history;
mod keeping;
mod measurements;
mod properties;
mod statistics;

use std::collections::VecDeque;

use model::{HouseId, Plan, RefusalReason, Timestamp};
use serde_json::{Value, json};

use crate::reference_store::ReferenceStore;
use crate::{
    DeliveryRef, Effect, Given, House, Identity, Input, Memory, Publication, Refused, Snapshot,
    Terms,
};

/// 2026-11-21 12:38:06 UTC, 13:38:06 in the house.
const NOW: i64 = 1_795_264_686;

fn identity() -> Identity {
    Identity {
        name: "Villa".to_owned(),
        timezone: "Europe/Berlin".parse().unwrap(),
    }
}

/// Those of a plan whose history outlasts what the tests measure.
fn terms() -> Terms {
    Terms::of(&Plan::Pro.quotas())
}

fn house_id() -> HouseId {
    "villa-7k3q9x".parse().unwrap()
}

/// A house, its store, and what it said.
struct Bench {
    house: House,
    store: ReferenceStore,
    unanswered: VecDeque<(crate::Ticket, crate::StoreOp)>,
    said: Vec<Publication>,
    refused: Vec<Refused>,
    acknowledged: Vec<u64>,
    delivered: u64,
    now: Timestamp,
}

impl Bench {
    /// A house that was born and has said so.
    fn born() -> Self {
        let mut bench = Self::woken(ReferenceStore::default(), identity());
        bench.said.clear();
        bench
    }

    fn woken(store: ReferenceStore, identity: Identity) -> Self {
        let mut bench = Self::waking(store, identity);
        bench.answer_all();
        bench
    }

    /// A house whose store has not answered yet.
    fn waking(store: ReferenceStore, identity: Identity) -> Self {
        let mut effects = Vec::new();
        let now = Timestamp::from_secs(NOW);
        let snapshot = store.snapshot();
        let given = Given {
            house: house_id(),
            identity,
            terms: terms(),
        };
        let memory = Memory::default();
        let house = House::wake(now, given, snapshot, memory, &mut effects);
        let mut bench = Self {
            house,
            store,
            unanswered: VecDeque::new(),
            said: Vec::new(),
            refused: Vec::new(),
            acknowledged: Vec::new(),
            delivered: 0,
            now,
        };
        bench.perform(effects);
        bench
    }

    /// Under other terms from now on.
    fn agree(&mut self, change: impl FnOnce(&mut Terms)) {
        let mut terms = terms();
        change(&mut terms);
        self.step(Input::Agreed(terms));
        self.answer_all();
    }

    /// What was refused since the last call: reason, client, subject, count.
    fn refused(&mut self) -> Vec<(RefusalReason, String, String, u64)> {
        let refused = std::mem::take(&mut self.refused);
        refused
            .into_iter()
            .map(|one| (one.reason, one.client, one.subject, one.count))
            .collect()
    }

    /// With a sensor whose file says `content`.
    fn with_sensor(mut self, id: &str, content: Value) -> Self {
        self.say(
            &format!("v1/gui/admin_1/controller/config/SAVE/1/sensors/{id}"),
            content,
        );
        self.said.clear();
        self
    }

    /// A message from a module, all of whose effects are done.
    fn say(&mut self, short_topic: &str, data: Value) {
        self.raw(short_topic, &bus::Envelope::new(42, data).to_bytes());
        self.answer_all();
    }

    /// A message whose store operations wait. `v1/<rest>` stands for
    /// `egeoffrey/v1/<house>/<rest>`.
    fn raw(&mut self, short_topic: &str, payload: &[u8]) {
        let (version, rest) = short_topic.split_once('/').unwrap();
        let topic = format!("egeoffrey/{version}/{}/{rest}", house_id());
        self.delivered += 1;
        let input = Input::Delivered {
            delivery: DeliveryRef {
                session: 0,
                number: self.delivered,
            },
            topic: &topic,
            payload,
            retained: false,
        };
        self.step(input);
    }

    fn step(&mut self, input: Input<'_>) {
        let mut effects = Vec::new();
        self.house.step(self.now, input, &mut effects);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Publish(publication) => self.said.push(publication),
                Effect::Store(ticket, op) => self.unanswered.push_back((ticket, op)),
                Effect::Acknowledge(delivery) => self.acknowledged.push(delivery.number),
                Effect::Refused(refused) => self.refused.push(refused),
            }
        }
    }

    fn answer_one(&mut self) -> bool {
        let Some((ticket, op)) = self.unanswered.pop_front() else {
            return false;
        };
        let answer = self.store.apply(op);
        self.step(Input::Stored { ticket, answer });
        true
    }

    fn answer_all(&mut self) {
        while self.answer_one() {}
    }

    /// What was said since the last call on protocol `version`: topic behind
    /// the house, and data (`null` for a null message), `!` before what the
    /// bus keeps.
    fn heard(&mut self, version: &str) -> Vec<(String, Value)> {
        let prefix = format!("egeoffrey/{version}/{}/", house_id());
        let said = std::mem::take(&mut self.said);
        said.into_iter()
            .filter_map(|publication| {
                let topic = publication.topic.strip_prefix(&prefix)?;
                let kept = if publication.retain { "!" } else { "" };
                let envelope = bus::Envelope::parse(&publication.payload).unwrap();
                let data = envelope.map_or(Value::Null, |envelope| envelope.data);
                Some((format!("{kept}{topic}"), data))
            })
            .collect()
    }

    /// What the store answers to `GET` and its like.
    fn ask(&mut self, command: &str, data: Value) -> Value {
        self.said.clear();
        self.say(&format!("v2/gui/admin_1/controller/db/{command}"), data);
        let mut heard = self.heard("v2");
        assert_eq!(heard.len(), 1, "{command}: {heard:?}");
        let (topic, mut data) = heard.remove(0);
        assert_eq!(topic, format!("controller/db/gui/admin_1/{command}"));
        data["data"].take()
    }
}

fn heard(list: &[(&str, Value)]) -> Vec<(String, Value)> {
    list.iter()
        .map(|(topic, data)| ((*topic).to_owned(), data.clone()))
        .collect()
}

#[test]
fn a_house_without_a_past_is_born_and_says_so_once() {
    let mut bench = Bench::waking(ReferenceStore::default(), identity());
    assert_eq!(bench.said, []);
    bench.answer_all();
    let v1 = bench.said.clone();
    let house = json!({
        "name": "Villa", "timezone": 1, "language": "en", "units": "metric",
        "latitude": 0.0, "longitude": 0.0,
    });
    let topics: Vec<String> = {
        bench.said = v1;
        let said = bench.heard("v1");
        assert_eq!(said[0].1, house);
        assert_eq!(said[1].1["retain"]["history"]["policies"]["raw"], 5);
        assert_eq!(said[1].1, said[2].1);
        assert_eq!(said[4].1["controller/hub"]["version"], "4");
        said.into_iter().map(|(topic, _)| topic).collect()
    };
    assert_eq!(
        topics,
        [
            "!controller/config/*/*/CONF/1/house",
            "!controller/config/*/*/CONF/4/controller/hub",
            "!controller/config/*/*/CONF/3/controller/hub",
            "!controller/config/*/*/CONF/1/__index",
            "!controller/config/*/*/CONF/1/__index",
        ]
    );
    assert!(bench.store.snapshot().announced);
    let again = Bench::woken(bench.store, identity());
    assert_eq!(again.said, []);
    assert_eq!(again.store.changes().len(), 2);
}

#[test]
fn a_house_that_died_before_it_said_so_says_so_at_its_next_life() {
    let mut bench = Bench::waking(ReferenceStore::default(), identity());
    let (_, op) = bench.unanswered.pop_front().unwrap();
    bench.store.apply(op);
    let mut next = Bench::woken(bench.store, identity());
    assert_eq!(next.heard("v1").len(), 5);
    assert!(next.store.snapshot().announced);
}

/// Dead between disk and bus: a file on v1, its end, and what the portal said.
#[test]
fn what_was_written_and_not_said_is_said_at_the_next_life() {
    let mut bench = Bench::born().with_sensor("a", json!({"format": "int"}));
    let topic = "v1/gui/admin_1/controller/config";
    for (command, data) in [
        ("SAVE/1/sensors/b", json!({"format": "int"})),
        ("DELETE/1/sensors/a", json!({})),
    ] {
        let payload = json!({"request_id": 1, "data": data}).to_string();
        bench.raw(&format!("{topic}/{command}"), payload.as_bytes());
    }
    bench.step(Input::Described(Identity {
        name: "Lake".to_owned(),
        ..identity()
    }));
    while let Some((_, op)) = bench.unanswered.pop_front() {
        bench.store.apply(op);
    }
    let moved = Identity {
        name: "Lake".to_owned(),
        ..identity()
    };
    let mut next = Bench::woken(bench.store, moved.clone());
    let said = next.heard("v1");
    let data = |topic: &str| {
        said.iter()
            .rfind(|(said, _)| said == topic)
            .map(|(_, data)| data)
    };
    let conf = |id: &str| data(&format!("!controller/config/*/*/CONF/1/{id}"));
    assert_eq!(conf("house").unwrap()["name"], "Lake");
    assert!(conf("sensors/b").is_some());
    let index = conf("__index").unwrap();
    assert!(index.get("sensors/b").is_some() && index.get("sensors/a").is_none());
    assert_eq!(Bench::woken(next.store, moved).said, [], "and only once");
}

#[test]
fn what_the_portal_changes_goes_into_the_file_and_nothing_else_does() {
    let mut bench = Bench::born();
    let edited = json!({"name": "Ours", "timezone": 1, "latitude": 46.5, "extra": true});
    bench.say("v2/gui/admin_1/controller/config/SAVE/1/house", edited);
    bench.said.clear();
    let moved = Identity {
        timezone: "Europe/Helsinki".parse().unwrap(),
        ..identity()
    };
    bench.step(Input::Described(moved.clone()));
    bench.answer_all();
    let expected = json!({"name": "Ours", "timezone": 2, "latitude": 46.5, "extra": true});
    assert_eq!(
        bench.heard("v2"),
        heard(&[("controller/config/*/*/CONF/1/house", expected)])
    );
    let asleep = bench.store.clone();
    assert_eq!(Bench::woken(asleep, moved.clone()).said, []);
    let renamed = Identity {
        name: "Lake".to_owned(),
        ..moved
    };
    let mut woken = Bench::woken(bench.store, renamed);
    assert_eq!(woken.heard("v2")[0].1["name"], "Lake");
}

#[test]
fn every_controller_answers_a_ping_on_both_protocols() {
    let mut bench = Bench::born();
    for module in ["config", "db", "hub", "alerter", "logger", "chatbot"] {
        for version in ["v1", "v2"] {
            bench.say(
                &format!("{version}/gui/admin_1/controller/{module}/PING/null"),
                json!({}),
            );
            let said = bench.said.pop().unwrap();
            assert!(
                said.topic.ends_with(&format!(
                    "/{version}/villa-7k3q9x/controller/{module}/gui/admin_1/PONG/null"
                )),
                "{}",
                said.topic
            );
            let envelope = bus::Envelope::parse(&said.payload).unwrap().unwrap();
            assert_eq!(envelope, bus::Envelope::new(42, json!({})));
        }
    }
    bench.say("v2/gui/admin_1/controller/other/PING/null", json!({}));
    bench.say("v2/gui/admin_1/service/x/PING/null", json!({}));
    assert_eq!(bench.heard("v2"), []);
}

#[test]
fn the_subscriptions_cover_what_is_handled_and_stay_in_the_house() {
    let filters = crate::subscriptions(&house_id());
    let selected = |topic: &str| {
        filters
            .iter()
            .any(|filter| bus::filter::matches(filter, topic))
    };
    for topic in [
        "egeoffrey/v1/villa-7k3q9x/service/a/controller/hub/IN/lab/temp",
        "egeoffrey/v2/villa-7k3q9x/gui/a_1/controller/logger/PING/null",
        "egeoffrey/v2/villa-7k3q9x/gui/a_1/controller/db/GET",
        "egeoffrey/v2/villa-7k3q9x/service/a/*/*/STATUS/1",
    ] {
        assert!(selected(topic), "{topic}");
    }
    for topic in [
        "egeoffrey/v1/other-aaaaaa/service/a/controller/hub/IN/lab/temp",
        "egeoffrey/v1/villa-7k3q9x/controller/hub/controller/logger/LOG/info",
        "egeoffrey/v1/villa-7k3q9x/controller/db/*/*/SAVED/lab/temp",
    ] {
        assert!(!selected(topic), "{topic}");
    }
}
