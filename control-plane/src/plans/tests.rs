use http::Method;
use model::{Plan, Quota};
use serde_json::{Value, json};

use crate::testing::{Answer, Client, Person, World};

async fn admin(world: &World) -> Client {
    let ada = world.person_on("Ada", Plan::Pro, true).await;
    world.program(&ada).await
}

fn of(person: &Person, rest: &str) -> String {
    format!("/api/v1/admin/tenants/{}{rest}", person.tenant)
}

/// One quota of an answer about a tenant.
fn quota(answer: &Value, name: &str) -> Value {
    let rows = answer["quotas"].as_array().unwrap();
    rows.iter()
        .find(|row| row["quota"] == name)
        .unwrap()
        .clone()
}

async fn put(client: &Client, path: &str, body: Value) -> Answer {
    client.json(Method::PUT, path, body).await
}

#[tokio::test]
async fn an_exception_gives_room_and_its_end_takes_it_back() {
    let world = World::open().await;
    let (ada, anna) = (
        admin(&world).await,
        world.person_on("Anna", Plan::Free, false).await,
    );
    world.house(&anna, "One").await;
    let client = world.program(&anna).await;
    let houses = format!("/api/v1/tenants/{}/houses", anna.tenant);
    let new = json!({"name": "Two", "timezone": "UTC", "hosting": "hosted"});
    let refused = client.post(&houses, new.clone()).await;
    assert_eq!(refused.problem(), "over-quota");
    let told = refused.json();
    assert_eq!(
        (&told["limit"], &told["allowed"], &told["seen"]),
        (&json!("houses"), &json!(1), &json!(1))
    );
    assert!(!told["remedy"].as_str().unwrap().is_empty());

    let until = model::Timestamp(world.app.now().0 + 60_000).to_rfc3339();
    let path = of(
        &anna,
        &format!("/quotas?reason=Trial%20month&until={until}"),
    );
    let changed = put(&ada, &path, json!({"houses": 2, "members": "unlimited"})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let row = quota(&changed.json(), "houses");
    assert_eq!(
        (&row["plan"], &row["allowed"], &row["used"]),
        (&json!(1), &json!(2), &json!(1))
    );
    assert_eq!(row["exception"]["reason"], "Trial month");
    assert_eq!(quota(&changed.json(), "members")["allowed"], "unlimited");
    assert_eq!(client.post(&houses, new.clone()).await.status, 201);
    let usage = client
        .get(&format!("/api/v1/tenants/{}/usage", anna.tenant))
        .await
        .json();
    assert_eq!(usage["limits"]["houses"], 2);
    assert_eq!(usage["exceptions"][0]["quota"], "houses");
    assert_eq!(usage["exceptions"][0]["reason"], "Trial month");
    assert_eq!(usage["exceptions"][0]["until"], until);

    world.ambient.advance(std::time::Duration::from_mins(1));
    super::service::end_outlived(&world.app).await.unwrap();
    let now = ada.get(&of(&anna, "")).await.json();
    let row = quota(&now, "houses");
    assert_eq!(
        (&row["allowed"], &row["used"], &row["over"]),
        (&json!(1), &json!(2), &json!(true))
    );
    assert_eq!(row.get("exception"), None);
    let usage = client
        .get(&format!("/api/v1/tenants/{}/usage", anna.tenant))
        .await
        .json();
    assert_eq!(usage["exceptions"], json!([]));
    assert_eq!(quota(&usage, "houses")["over"], true, "what is there stays");
    let refused = client.post(&houses, new).await.json();
    assert_eq!(
        (&refused["allowed"], &refused["seen"]),
        (&json!(1), &json!(2))
    );
}

#[tokio::test]
async fn null_ends_an_exception_and_a_fault_changes_nothing() {
    let world = World::open().await;
    let (ada, anna) = (admin(&world).await, world.person("Anna").await);
    let path = of(&anna, "/quotas");
    let set = put(&ada, &path, json!({"houses": 7, "members": 8})).await;
    assert_eq!(quota(&set.json(), "houses")["allowed"], 7);
    for (query, body, field) in [
        ("", json!({"members": 9, "robots": 3}), "quota"),
        ("", json!({"members": 9, "houses": 0}), "houses"),
        (
            "",
            json!({"members": 9, "message_bytes": 5}),
            "message_bytes",
        ),
        (
            "?until=2020-01-01T00:00:00Z",
            json!({"members": 9}),
            "until",
        ),
        ("?until=soon", json!({"members": 9}), "until"),
        ("?reason=a%0Ab", json!({"members": 9}), "reason"),
    ] {
        let refused = put(&ada, &format!("{path}{query}"), body).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(refused.json()["field"], field);
    }
    for (query, body) in [
        ("", json!({"houses": -1})),
        ("", json!({"houses": 1.5})),
        ("", json!({"houses": "many"})),
        ("", json!([])),
        ("?tenant=x", json!({"houses": 9})),
    ] {
        let refused = put(&ada, &format!("{path}{query}"), body).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
    }
    let same = ada.get(&of(&anna, "")).await.json();
    assert_eq!(quota(&same, "members")["allowed"], 8);
    let ended = put(&ada, &path, json!({"houses": null})).await.json();
    assert_eq!(quota(&ended, "houses")["allowed"], 3);
    assert_eq!(quota(&ended, "members")["allowed"], 8);
}

#[tokio::test]
async fn a_plan_is_made_changed_and_given() {
    let world = World::open().await;
    let (ada, anna) = (admin(&world).await, world.person("Anna").await);
    world.house(&anna, "Villa").await;
    let club = "/api/v1/admin/plans/club";
    let missing = put(&ada, club, json!({"quotas": {"houses": 5}})).await;
    assert_eq!(
        (missing.status, &missing.json()["field"]),
        (422, &json!("members"))
    );
    let mut quotas = serde_json::to_value(Plan::Home.quotas()).unwrap();
    quotas["houses"] = json!("unlimited");
    let made = put(&ada, club, json!({"title": "The club", "quotas": quotas})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["quotas"]["houses"], "unlimited");
    for body in [json!({"price": 3}), json!({"quotas": {"houses": null}})] {
        assert_eq!(put(&ada, club, body).await.status, 400);
    }
    let unknown = put(&ada, club, json!({"quotas": {"robots": 3}})).await;
    assert!(
        unknown.json()["detail"]
            .as_str()
            .unwrap()
            .contains("robots")
    );
    assert_eq!(
        put(&ada, "/api/v1/admin/plans/Bad%20Name", json!({}))
            .await
            .status,
        404
    );

    let given = put(&ada, &of(&anna, "/plan"), json!({"plan": "club"})).await;
    assert_eq!(given.json()["plan"], "club", "{}", given.text);
    let nowhere = put(&ada, &of(&anna, "/plan"), json!({"plan": "nowhere"})).await;
    assert_eq!(
        (nowhere.status, &nowhere.json()["field"]),
        (422, &json!("plan"))
    );
    let changed = put(&ada, club, json!({"quotas": {"sensors_per_house": 0}})).await;
    assert_eq!(changed.json()["field"], "sensors_per_house");
    let changed = put(&ada, club, json!({"quotas": {"sensors_per_house": 3}})).await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.json()["title"], "The club", "what is absent stays");
    let seen = ada.get(&of(&anna, "")).await.json();
    assert_eq!(quota(&seen, "sensors_per_house")["allowed"], 3);

    let plans = ada.get("/api/v1/admin/plans").await.json();
    let plans = plans["plans"].as_array().unwrap();
    let names: Vec<_> = plans
        .iter()
        .map(|plan| plan["plan"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["club", "free", "home", "pro"]);
    assert_eq!(plans[0]["tenants"], 1);
    assert_eq!(
        plans[1]["quotas"].as_object().unwrap().len(),
        Quota::ALL.len()
    );
}

#[tokio::test]
async fn of_many_who_add_at_the_limit_one_comes_through() {
    let world = World::open().await;
    let (ada, anna) = (admin(&world).await, world.person("Anna").await);
    put(&ada, &of(&anna, "/quotas"), json!({"houses": 5})).await;
    for name in ["A", "B", "C", "D"] {
        world.house(&anna, name).await;
    }
    let client = world.program(&anna).await;
    let path = format!("/api/v1/tenants/{}/houses", anna.tenant);
    let body = json!({"name": "Last", "timezone": "UTC", "hosting": "hosted"});
    let racing = (0..8).map(|_| client.post(&path, body.clone()));
    let answers = futures_util::future::join_all(racing).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    let refused = answers.iter().find(|answer| answer.status == 403).unwrap();
    assert_eq!(refused.json()["seen"], 5);
}

#[tokio::test]
async fn the_last_sensor_is_refused_with_the_limit_in_force() {
    let world = World::open().await;
    let (ada, anna) = (admin(&world).await, world.person("Anna").await);
    let house = world.house(&anna, "Villa").await;
    put(&ada, &of(&anna, "/quotas"), json!({"sensors_per_house": 1})).await;
    let client = world.program(&anna).await;
    let sensor = |id| format!("/api/v1/houses/{house}/sensors/{id}");
    let format = json!({"format": "int"});
    let made = put(&client, &sensor("a%2Fb"), format.clone()).await;
    assert!(made.status < 300, "{}", made.text);
    let told = put(&client, &sensor("c%2Fd"), format.clone()).await;
    assert_eq!(told.problem(), "over-quota");
    let told = told.json();
    assert_eq!(told["limit"], "sensors_per_house");
    assert_eq!((&told["allowed"], &told["seen"]), (&json!(1), &json!(1)));
    let changed = put(&client, &sensor("a%2Fb"), json!({"unit": "K"})).await;
    assert!(changed.status < 300, "a known one can still be changed");
}
