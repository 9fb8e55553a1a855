//! What holds for any traffic.

use proptest::prelude::*;

use super::*;

const TOPICS: [&str; 19] = [
    "v1/service/fake/controller/hub/IN/a",
    "v2/service/fake/controller/hub/IN/nobody",
    "v2/gui/admin_1/controller/hub/SET/a",
    "v2/gui/admin_1/controller/hub/GET_UNKNOWN/null",
    "v1/service/fake/controller/db/SAVE/a",
    "v2/gui/admin_1/controller/db/GET/a",
    "v2/gui/admin_1/controller/db/GET_COUNT/a",
    "v2/gui/admin_1/controller/db/GET/a/day/range",
    "v2/gui/admin_1/controller/db/CALC_HOUR_STATS/a",
    "v2/gui/admin_1/controller/db/PURGE_SENSOR/a",
    "v2/gui/admin_1/controller/db/PURGE_LOGS/null",
    "v2/gui/admin_1/controller/db/RENAME_SENSOR/a",
    "v2/gui/admin_1/controller/db/STATS/null",
    "v2/gui/admin_1/controller/db/DELETE_SENSOR/a",
    "v2/gui/admin_1/controller/config/SAVE/1/sensors/b",
    "v2/gui/admin_1/controller/config/DELETE/1/sensors/b",
    "v2/service/fake/controller/config/SUBSCRIBE/null",
    "v2/service/fake/*/*/STATUS/1",
    "v1/gui/admin_1/controller/alerter/PING/null",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|b| json!(b)),
        any::<i64>().prop_map(|n| json!(n)),
        any::<f64>().prop_map(|n| json!(n)),
        "\\PC{0,12}".prop_map(|s| json!(s)),
        Just(json!("1/sensors/#")),
        Just(json!(["avg", "min_max", "count_unique"])),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let key = prop_oneof![
            Just("value".to_owned()),
            Just("timestamp".to_owned()),
            Just("retain".to_owned()),
            Just("count".to_owned()),
            Just("start".to_owned()),
            Just("end".to_owned()),
            Just("timeframe".to_owned()),
            Just("statistics".to_owned()),
            Just("service".to_owned()),
            Just("timezone".to_owned()),
            Just("calculate".to_owned()),
            "[a-z]{1,4}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(key, inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn a_sensor() -> Bench {
    Bench::born().with_sensor("a", json!({"format": "float_1"}))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// However late the store answers: every message is acknowledged exactly
    /// once, in order, and what is said is what a prompt store would lead to.
    #[test]
    fn order_does_not_depend_on_the_store(
        traffic in prop::collection::vec((0..TOPICS.len(), any_json(), 0..3_usize), 1..25),
    ) {
        let (mut prompt, mut late) = (a_sensor(), a_sensor());
        prompt.acknowledged.clear();
        late.acknowledged.clear();
        for (topic, data, answers) in traffic {
            let payload = json!({"request_id": 5, "data": data}).to_string();
            prompt.raw(TOPICS[topic], payload.as_bytes());
            prompt.answer_all();
            late.raw(TOPICS[topic], payload.as_bytes());
            for _ in 0..answers {
                late.answer_one();
            }
        }
        late.answer_all();
        let all: Vec<u64> = (2..=late.delivered).collect();
        prop_assert_eq!(&late.acknowledged, &all);
        prop_assert_eq!(&prompt.acknowledged, &all);
        prop_assert_eq!(late.house.waiting(), 0);
        // The index is said when nothing waits, so only its place may differ.
        let without_index = |bench: &mut Bench| -> Vec<(String, Value)> {
            let said = std::mem::take(&mut bench.said);
            said.into_iter()
                .filter(|said| !said.topic.ends_with("__index"))
                .map(|said| {
                    let data = bus::Envelope::parse(&said.payload).unwrap();
                    (said.topic, data.map_or(Value::Null, |envelope| envelope.data))
                })
                .collect()
        };
        prop_assert_eq!(without_index(&mut late), without_index(&mut prompt));
    }

    #[test]
    fn no_message_panics_and_each_is_acknowledged(
        topic in "v[12]/(gui|service)/[a-z]{1,3}/controller/(db|hub|config)/(GET|SAVE|IN|SET|DELETE|SUBSCRIBE|POLL|DELETE_SENSOR|RENAME_SENSOR|PURGE_SENSOR|CALC_DAY_STATS)/\\PC{0,20}",
        payload in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut bench = a_sensor();
        bench.raw(&topic, &payload);
        bench.raw(&topic, b"");
        bench.raw(&topic, br#"{"request_id": 1, "data": {"value": 1}}"#);
        bench.answer_all();
        prop_assert_eq!(bench.acknowledged, vec![1, 2, 3, 4]);
    }

    #[test]
    fn what_is_saved_is_what_get_returns(
        values in prop::collection::btree_map(0..4_000_000_000_i64, -1e6..1e6_f64, 1..20),
    ) {
        let mut bench = a_sensor();
        for (at, value) in &values {
            let data = json!({"value": value, "timestamp": at});
            bench.say("v1/service/x/controller/db/SAVE/a", data);
        }
        let expected: Vec<Value> = values.iter().map(|(at, value)| json!([at, value])).collect();
        let query = json!({"start": 0, "end": -1, "withscores": true});
        prop_assert_eq!(bench.ask("GET/a", query), Value::Array(expected));
    }

    /// Nothing is ever said outside the house.
    #[test]
    fn a_house_speaks_only_in_its_own_tree(data in any_json(), at in 0..TOPICS.len()) {
        let mut bench = a_sensor();
        bench.say(TOPICS[at], data.clone());
        let payload = json!({"request_id": 5, "data": data}).to_string();
        let foreign = TOPICS[at].replacen('/', "/other-aaaaaa/", 1);
        let before = bench.said.len();
        bench.step(Input::Delivered {
            delivery: DeliveryRef { session: 0, number: 9 },
            topic: &format!("egeoffrey/{foreign}"),
            payload: payload.as_bytes(),
            retained: false,
        });
        prop_assert_eq!(bench.said.len(), before, "another house's message does nothing");
        for said in &bench.said {
            let own = said.topic.strip_prefix("egeoffrey/v1/villa-7k3q9x/")
                .or(said.topic.strip_prefix("egeoffrey/v2/villa-7k3q9x/"));
            prop_assert!(own.is_some(), "{}", said.topic);
            prop_assert!(bus::filter::is_topic_name(&said.topic), "{}", said.topic);
        }
    }
}

#[test]
fn a_replayed_retained_message_is_only_acknowledged() {
    let mut bench = a_sensor();
    let topic = "egeoffrey/v1/villa-7k3q9x/service/fake/controller/hub/IN/a";
    bench.step(Input::Delivered {
        delivery: DeliveryRef {
            session: 3,
            number: 9,
        },
        topic,
        payload: br#"{"request_id": 1, "data": {"value": 1}}"#,
        retained: true,
    });
    assert_eq!(bench.acknowledged.last(), Some(&9));
    assert!(bench.unanswered.is_empty() && bench.said.is_empty());
}

#[test]
fn a_snapshot_of_nothing_is_the_default() {
    assert_eq!(ReferenceStore::default().snapshot(), Snapshot::default());
}
