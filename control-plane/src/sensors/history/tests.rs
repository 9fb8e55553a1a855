//! History by resolution, and as a file, through the API.

use model::{HouseId, Timestamp};
use serde_json::{Value, json};

use crate::testing::{Client, FakeHouse, World};

const QUARTER: i64 = 900;

/// A house with a value every five minutes, `count` of them, the newest now.
async fn measured(count: i64) -> (World, Client, HouseId) {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let now = world.app.now().as_secs();
    world.houses.with(&house, |villa| {
        villa.timezone = 1;
        let points = (0..count).map(|n| (now - (count - 1 - n) * 300 + 3_600, json!(n)));
        villa.values.insert("lab/temp".into(), points.collect());
    });
    let client = world.program(&anna).await;
    (world, client, house)
}

/// All pages of a question, oldest point first, and how long they were.
async fn pages(client: &Client, path: &str) -> (Vec<Value>, Vec<usize>) {
    let mut found: Vec<Vec<Value>> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = client.get(&format!("{path}{cursor}")).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let body = page.json();
        found.push(body["points"].as_array().unwrap().clone());
        let Some(next) = body["next"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    let lengths = found.iter().map(Vec::len).collect();
    found.reverse();
    (found.concat(), lengths)
}

fn at(point: &Value) -> Timestamp {
    Timestamp::from_rfc3339(point["at"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn buckets_come_in_pages_without_gaps_or_doubles() {
    let (world, client, house) = measured(20_000).await;
    let from = Timestamp::from_secs(world.app.now().as_secs() - 20_000 * 300).to_rfc3339();
    let base = format!("/api/v1/houses/{house}/sensors/lab%2Ftemp/history?from={from}");
    for (resolution, width, limit) in [("quarter", QUARTER, 5_000), ("hour", 3_600, 100)] {
        let path = format!("{base}&resolution={resolution}&limit={limit}");
        let (points, lengths) = pages(&client, &path).await;
        assert!(lengths.len() > 1, "{lengths:?}");
        assert!(lengths.iter().all(|length| *length <= limit));
        let counts = points.iter().map(|point| point["count"].as_u64().unwrap());
        assert_eq!(counts.sum::<u64>(), 20_000);
        for pair in points.windows(2) {
            assert_eq!(at(&pair[1]).as_secs() - at(&pair[0]).as_secs(), width);
            let means = pair.iter().map(|point| point["avg"].as_f64().unwrap());
            assert!(means.is_sorted());
        }
        let one = &points[1];
        assert!(
            one["min"].as_f64() < one["avg"].as_f64() && one["avg"].as_f64() < one["max"].as_f64()
        );
    }
    let asked = world.houses.asked.lock().unwrap();
    let zones = asked
        .iter()
        .filter_map(|ask| ask.data.as_ref()?.get("zone")?.as_str());
    assert!(zones.clone().count() > 0);
    assert!(zones.into_iter().all(|zone| zone == "Europe/Berlin"));
}

#[tokio::test]
async fn a_file_has_every_value_once_from_the_oldest_on() {
    // More than one answer holds, in less than a day: windows shrink.
    let (world, client, house) = measured(12_000).await;
    world.houses.with(&house, |villa| {
        let now = villa.values["lab/temp"].last().unwrap().0;
        let series = villa.values.get_mut("lab/temp").unwrap();
        *series = (0..12_000).map(|n| (now - 11_999 + n, json!(n))).collect();
    });
    let path = format!("/api/v1/houses/{house}/sensors/lab%2Ftemp/history/export");
    let table = client.get(&format!("{path}?format=csv")).await;
    assert_eq!(table.status, 200, "{}", table.text);
    assert_eq!(
        table.header("content-type"),
        "text/csv; charset=utf-8; header=present"
    );
    assert_eq!(
        table.header("content-disposition"),
        format!("attachment; filename=\"{house}-lab-temp-raw.csv\"")
    );
    let mut lines = table.text.split("\r\n");
    assert_eq!(lines.next(), Some("at,value"));
    for n in 0..12_000 {
        let line = lines.next().unwrap();
        assert!(line.ends_with(&format!("+01:00,{n}")), "{n}: {line}");
    }
    assert_eq!((lines.next(), lines.next()), (Some(""), None));

    let object = client
        .get(&format!("{path}?format=json&resolution=hour"))
        .await
        .json();
    assert_eq!(object["sensor"], "lab/temp");
    let counts = object["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["count"].as_u64().unwrap());
    assert_eq!(counts.sum::<u64>(), 12_000);
    let none = client.get(&format!("{path}?to=1999-01-01T00:00:00Z")).await;
    assert_eq!(none.text, "at,value\r\n");
    for (odd, field) in [("format=xls", "format"), ("resolution=week", "resolution")] {
        let refused = client.get(&format!("{path}?{odd}")).await;
        assert_eq!(
            (refused.status, &refused.json()["field"]),
            (422, &json!(field))
        );
    }
    world.houses.with(&house, |villa| villa.silent = true);
    let silent = client.get(&path).await;
    assert_eq!(silent.problem(), "house-unreachable");
}

#[tokio::test]
async fn what_devices_send_stays_text_in_a_table() {
    let (world, client, house) = measured(1).await;
    world.houses.with(&house, |villa| {
        let at = villa.values["lab/temp"][0].0;
        let series = villa.values.get_mut("lab/temp").unwrap();
        *series = vec![
            (at - 1, json!("=HYPERLINK(\"http://x\")")),
            (at, json!("a,b")),
        ];
    });
    let path = format!("/api/v1/houses/{house}/sensors/lab%2Ftemp/history/export");
    let table = client.get(&path).await.text;
    let values: Vec<&str> = table
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap().1)
        .collect();
    assert_eq!(values, ["\"'=HYPERLINK(\"\"http://x\"\")\"", "\"a,b\""]);
}

#[tokio::test]
async fn a_controller_at_home_is_asked_for_what_it_keeps() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let client = world.program(&anna).await;
    let made = client
        .post(
            &format!("/api/v1/tenants/{}/houses", anna.tenant),
            json!({"name": "Hut", "timezone": "Europe/Berlin", "hosting": "on-premise"}),
        )
        .await;
    let house: HouseId = made.json()["house_id"].as_str().unwrap().parse().unwrap();
    let mut hut = FakeHouse {
        timezone: 1,
        ..FakeHouse::default()
    };
    let hour = world.app.now().as_secs() / 3_600 * 3_600 - 3_600;
    for (statistic, value) in [
        ("avg", json!(21.5)),
        ("min", json!(20.0)),
        ("max", json!(23.0)),
        ("count", json!(4.0)),
    ] {
        let nothing = (hour, Value::Null);
        let points = vec![nothing, (hour + 3_600, value)];
        hut.values
            .insert(format!("lab/temp/hour/{statistic}"), points);
    }
    world.houses.add(&house, hut);
    let path = format!("/api/v1/houses/{house}/sensors/lab%2Ftemp/history");
    let hours = client.get(&format!("{path}?resolution=hour")).await.json();
    let point = json!({"at": Timestamp::from_secs(hour).to_rfc3339(), "min": 20.0, "avg": 21.5,
        "max": 23.0, "count": 4});
    assert_eq!(hours, json!({"points": [point], "next": null}));
    let quarters = client.get(&format!("{path}?resolution=quarter")).await;
    assert_eq!(
        (quarters.status, &quarters.json()["field"]),
        (422, &json!("resolution"))
    );
}

#[tokio::test]
async fn the_history_of_another_tenant_is_not_there() {
    let (world, _client, house) = measured(10).await;
    let mallory = world.person("Mallory").await;
    let own = world.house(&mallory, "Own").await;
    let stranger = world.program(&mallory).await;
    assert_eq!(
        stranger
            .get(&format!("/api/v1/houses/{own}/history?sensor=lab/temp"))
            .await
            .status,
        200
    );
    for path in [
        "history?sensor=lab/temp",
        "history?sensor=lab/temp&resolution=day",
        "sensors/lab%2Ftemp/history?resolution=quarter",
        "sensors/lab%2Ftemp/history/export",
        "sensors/lab%2Ftemp/history/export?format=json&resolution=hour",
    ] {
        let refused = stranger
            .get(&format!("/api/v1/houses/{house}/{path}"))
            .await;
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (404, "not-found"),
            "{path}"
        );
    }
    let asked = world.houses.asked.lock().unwrap();
    assert!(asked.iter().all(|ask| ask.house != house));
}
