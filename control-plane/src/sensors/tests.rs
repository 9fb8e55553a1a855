use http::Method;
use model::{BusRole, HouseId, TenantRole, Timestamp};
use serde_json::{Value, json};

use super::history::DEFAULT_PAGE;
use crate::testing::{Client, World, roles_asked};

/// A house with a thermometer and a lamp, one hour ahead of UTC.
async fn furnished() -> (World, Client, HouseId) {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    world.houses.with(&house, |villa| {
        villa.timezone = 1;
        let temp = json!({"format": "float_1", "unit": "°C", "description": "Kitchen",
            "service": {"name": "fake", "mode": "push", "configuration": {"key": 1}}});
        villa.sensors.insert("kitchen/temp".into(), temp);
        let lamp = json!({"format": "int", "service": {"name": "fake", "mode": "actuator"}});
        villa.sensors.insert("hall/lamp".into(), lamp);
        let points = vec![(1_795_264_686 + 3_600, json!(21.5))];
        villa.values.insert("kitchen/temp".into(), points);
        villa.unknown.push(
            json!({"sensor": "attic/temp", "sender": "service/rtl", "value": 3.5,
            "timestamp": 1_795_264_600 + 3_600}),
        );
        villa
            .unknown
            .push(json!({"sensor": "+/#", "sender": "x", "value": 1, "timestamp": 1}));
    });
    let client = world.program(&anna).await;
    (world, client, house)
}

#[tokio::test]
async fn sensors_come_with_their_newest_values_in_utc_and_what_is_offered() {
    let (_world, client, house) = furnished().await;
    let answer = client.get(&format!("/api/v1/houses/{house}/sensors")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        answer.json(),
        json!({
            "sensors": [
                {"sensor": "hall/lamp", "description": "", "unit": "", "format": "int",
                 "sender": "fake", "mode": "actuator"},
                {"sensor": "kitchen/temp", "description": "Kitchen", "unit": "°C",
                 "format": "float_1", "sender": "fake", "mode": "push",
                 "latest": {"value": 21.5, "at": Timestamp::from_secs(1_795_264_686).to_rfc3339()}},
            ],
            "unknown": [{"sensor": "attic/temp", "sender": "service/rtl", "value": "3.5",
                         "at": Timestamp::from_secs(1_795_264_600).to_rfc3339()}],
        })
    );
}

#[tokio::test]
async fn a_sensor_is_added_changed_and_deleted_through_the_bus() {
    let (world, client, house) = furnished().await;
    let path = format!("/api/v1/houses/{house}/sensors/attic%2Ftemp");
    let no_format = client.json(Method::PUT, &path, json!({"unit": "K"})).await;
    assert_eq!(no_format.json()["field"], "format");
    let body = json!({"format": "float_1", "sender": "service/rtl"});
    let added = client.json(Method::PUT, &path, body).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let change = json!({"unit": "°C"});
    assert_eq!(client.json(Method::PUT, &path, change).await.status, 200);
    world.houses.with(&house, |villa| {
        assert_eq!(
            villa.sensors["attic/temp"],
            json!({"format": "float_1", "unit": "°C", "service": {"name": "rtl", "mode": "push"}})
        );
    });
    let odd = json!({"format": "int", "tenant": "ten_x"});
    assert_eq!(client.json(Method::PUT, &path, odd).await.status, 400);

    assert_eq!(client.call(Method::DELETE, &path).await.status, 204);
    assert_eq!(
        client.call(Method::DELETE, &path).await.problem(),
        "not-found"
    );
    for wild in ["%23", "%2B%2Ftemp", "..%2F..%2Fhouse", "a%2F%2Fb"] {
        let path = format!("/api/v1/houses/{house}/sensors/{wild}");
        let refused = client
            .json(Method::PUT, &path, json!({"format": "int"}))
            .await;
        assert_eq!(refused.problem(), "not-found", "{wild}");
    }
}

#[tokio::test]
async fn an_actuator_is_set_when_the_house_has_stored_it() {
    let (world, client, house) = furnished().await;
    let path = format!("/api/v1/houses/{house}/sensors/hall%2Flamp/value");
    let set = client.json(Method::PUT, &path, json!({"value": 1})).await;
    assert_eq!(set.json(), json!({"sensor": "hall/lamp", "value": "1"}));
    assert!(
        roles_asked(&world, &house)
            .iter()
            .all(|role| *role == BusRole::Admin)
    );

    let measured = path.replace("hall%2Flamp", "kitchen%2Ftemp");
    let refused = client
        .json(Method::PUT, &measured, json!({"value": 1}))
        .await;
    assert_eq!(refused.problem(), "conflict");
    let missing = path.replace("lamp", "ghost");
    let refused = client
        .json(Method::PUT, &missing, json!({"value": 1}))
        .await;
    assert_eq!(refused.problem(), "not-found");
    for odd in [
        json!({"value": {"a": 1}}),
        json!({"value": null}),
        json!({}),
    ] {
        let refused = client.json(Method::PUT, &path, odd).await;
        assert!((400..=422).contains(&refused.status));
    }
    world.houses.with(&house, |villa| villa.picky = true);
    let refused = client.json(Method::PUT, &path, json!({"value": 9})).await;
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (422, "invalid")
    );
    world.houses.with(&house, |villa| villa.silent = true);
    let silent = client.json(Method::PUT, &path, json!({"value": 1})).await;
    assert_eq!(
        (silent.status, silent.problem().as_str()),
        (504, "house-unreachable")
    );
}

#[tokio::test]
async fn a_guest_looks_a_resident_sets_and_neither_changes() {
    let (world, _client, house) = furnished().await;
    let mut work = world.app.store.begin_read().await.unwrap();
    let cell = world.app.link.cell();
    let tenant = work
        .houses()
        .find_placed(cell, &house)
        .await
        .unwrap()
        .unwrap()
        .tenant;
    drop(work);
    let value = format!("/api/v1/houses/{house}/sensors/hall%2Flamp/value");
    let one = format!("/api/v1/houses/{house}/sensors/hall%2Flamp");
    for (name, role, bus_role, sets) in [
        ("Guest", TenantRole::Guest, BusRole::Viewer, 403),
        ("Rita", TenantRole::Resident, BusRole::Resident, 200),
    ] {
        let person = world.person(name).await;
        world.join(&person, tenant, role).await;
        let client = world.program(&person).await;
        world.houses.asked.lock().unwrap().clear();
        let read = client.get(&format!("/api/v1/houses/{house}/sensors")).await;
        assert_eq!(read.status, 200);
        let set = client.json(Method::PUT, &value, json!({"value": 1})).await;
        assert_eq!(set.status, sets, "{name}");
        let change = client.json(Method::PUT, &one, json!({"unit": "K"})).await;
        assert_eq!(change.problem(), "forbidden", "{name}");
        assert!(
            roles_asked(&world, &house)
                .iter()
                .all(|asked| *asked == bus_role)
        );
    }
}

#[tokio::test]
async fn history_comes_newest_page_first_and_nothing_is_lost_between_pages() {
    let (world, client, house) = furnished().await;
    let now = world.app.now().as_secs();
    let count = i64::try_from(DEFAULT_PAGE).unwrap() * 2 + 5;
    world.houses.with(&house, |villa| {
        let series = villa.values.get_mut("kitchen/temp").unwrap();
        *series = (0..count)
            .map(|n| (now - count + n + 3_600, json!(n)))
            .collect();
    });
    let by_query = format!("/api/v1/houses/{house}/history?sensor=kitchen/temp");
    let by_path = format!("/api/v1/houses/{house}/sensors/kitchen%2Ftemp/history?resolution=raw");
    for start in [by_query, by_path] {
        let mut path = start.clone();
        let mut pages: Vec<Vec<Value>> = Vec::new();
        loop {
            let page = client.get(&path).await;
            assert_eq!(page.status, 200, "{}", page.text);
            let body = page.json();
            pages.push(body["points"].as_array().unwrap().clone());
            let Some(next) = body["next"].as_str() else {
                break;
            };
            path = format!("{start}&cursor={next}");
        }
        let lengths: Vec<usize> = pages.iter().map(Vec::len).collect();
        assert_eq!(lengths, [DEFAULT_PAGE, DEFAULT_PAGE, 5]);
        pages.reverse();
        let values: Vec<i64> = pages
            .concat()
            .iter()
            .map(|point| point["value"].as_i64().unwrap())
            .collect();
        assert_eq!(values, (0..count).collect::<Vec<_>>());
        let oldest = Timestamp::from_secs(now - count).to_rfc3339();
        assert_eq!(pages[0][0]["at"], oldest);
    }
}

#[tokio::test]
async fn a_span_is_what_was_asked_and_odd_questions_are_refused() {
    let (world, client, house) = furnished().await;
    let path = format!("/api/v1/houses/{house}/history?sensor=kitchen/temp");
    let at = world.app.now();
    let moment = |secs: i64| Timestamp::from_secs(at.as_secs() + secs).to_rfc3339();
    for (span, count) in [
        (String::new(), 1),
        (format!("&from={}&to={}", moment(-5), moment(0)), 1),
        (format!("&from={}&to={}", moment(1), moment(9)), 0),
        (format!("&to={}", moment(-1)), 0),
    ] {
        let answer = client.get(&format!("{path}{span}")).await.json();
        assert_eq!(answer["points"].as_array().unwrap().len(), count, "{span}");
    }
    for odd in [
        "&from=yesterday",
        "&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
        "&cursor=x",
        "&limit=many",
        "&sensor=other/one",
    ] {
        let refused = client.get(&format!("{path}{odd}")).await;
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (400, "malformed"),
            "{odd}"
        );
    }
    for (odd, field) in [
        ("&resolution=second", "resolution"),
        ("&limit=0", "limit"),
        ("&limit=5001", "limit"),
    ] {
        let refused = client.get(&format!("{path}{odd}")).await;
        assert_eq!(
            (refused.status, &refused.json()["field"]),
            (422, &json!(field))
        );
    }
    let no_sensor = client.get(&format!("/api/v1/houses/{house}/history")).await;
    assert_eq!(no_sensor.json()["field"], "sensor");
    let unknown = client
        .get(&format!("/api/v1/houses/{house}/history?sensor=no/such"))
        .await;
    assert_eq!(unknown.json(), json!({"points": [], "next": null}));
}

#[tokio::test]
async fn a_silent_house_is_said_to_be_unreachable() {
    let (world, client, house) = furnished().await;
    world.houses.with(&house, |villa| villa.silent = true);
    for path in ["sensors", "history?sensor=kitchen/temp"] {
        let answer = client.get(&format!("/api/v1/houses/{house}/{path}")).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (504, "house-unreachable")
        );
    }
}

#[tokio::test]
async fn the_plan_limits_the_sensors_of_a_house() {
    let world = World::open().await;
    let anna = world.person_on("Anna", model::Plan::Free, false).await;
    let house = world.house(&anna, "Villa").await;
    world.houses.with(&house, |villa| {
        for n in 0..100 {
            villa
                .sensors
                .insert(format!("s/{n}"), json!({"format": "int"}));
        }
    });
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/sensors/one%2Fmore");
    let refused = client
        .json(Method::PUT, &path, json!({"format": "int"}))
        .await;
    assert_eq!(refused.problem(), "over-quota");
    assert_eq!(refused.json()["limit"], "sensors_per_house");
    let known = format!("/api/v1/houses/{house}/sensors/s%2F5");
    let changed = client.json(Method::PUT, &known, json!({"unit": "K"})).await;
    assert_eq!(changed.status, 200);
}

/// The house itself makes no change then: who asks is told why, not that the
/// house is silent.
#[tokio::test]
async fn nothing_is_changed_once_the_messages_of_the_day_are_used_up() {
    let world = World::open().await;
    let anna = world.person_on("Anna", model::Plan::Free, false).await;
    let house = world.house(&anna, "Villa").await;
    world.houses.with(&house, |villa| {
        villa.sensors.insert("a".into(), json!({"format": "int"}));
    });
    let usage = cell::Usage {
        epoch: 1,
        house: house.clone(),
        hour: world.app.now().start_of_hour(),
        messages: model::Plan::Free.quotas().messages_per_day,
        bytes: 1,
    };
    let report = cell::Report {
        usage: vec![usage],
        ..cell::Report::default()
    };
    world.report(report).await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/sensors/a");
    for method in [Method::PUT, Method::DELETE] {
        let refused = client
            .json(method.clone(), &path, json!({"unit": "K"}))
            .await;
        assert_eq!(refused.problem(), "over-quota", "{method}");
        assert_eq!(refused.json()["limit"], "messages_per_day");
    }
    let refusals = format!("/api/v1/houses/{house}/refusals?reason=messages-per-day");
    let rows = client.get(&refusals).await.json();
    let row = &rows["refusals"][0];
    assert_eq!(row["subject"], "a");
    assert_eq!(row["window"], 86_400);
    world
        .houses
        .with(&house, |villa| assert!(villa.sensors.contains_key("a")));
}
