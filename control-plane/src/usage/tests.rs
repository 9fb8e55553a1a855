use std::time::Duration;

use cell::{Kept, Report, Usage};
use http::Method;
use model::{HouseId, Plan, TenantRole, Timestamp};
use serde_json::{Value, json};

use super::{chore, telling};
use crate::testing::{Client, Person, World};

fn sent(world: &World, house: &HouseId, epoch: i64, messages: u64) -> Report {
    let usage = Usage {
        epoch,
        house: house.clone(),
        hour: world.app.now().start_of_hour(),
        messages,
        bytes: messages * 100,
    };
    Report {
        usage: vec![usage],
        ..Report::default()
    }
}

fn kept(world: &World, house: &HouseId, sensors: u64) -> Report {
    let kept = Kept {
        house: house.clone(),
        at: world.app.now(),
        retained_bytes: None,
        sensors: Some(sensors),
        rules: Some(1),
        history_bytes: Some(4_096),
    };
    let retained = Kept {
        retained_bytes: Some(512),
        sensors: None,
        rules: None,
        history_bytes: None,
        ..kept.clone()
    };
    Report {
        kept: vec![kept, retained],
        ..Report::default()
    }
}

async fn usage(client: &Client, person: &Person) -> Value {
    let path = format!("/api/v1/tenants/{}/usage", person.tenant);
    client.get(&path).await.json()
}

fn row<'a>(usage: &'a Value, quota: &str) -> &'a Value {
    let rows = usage["quotas"].as_array().unwrap();
    let of_it = |row: &&Value| row["quota"] == quota;
    let mut found = rows.iter().filter(of_it);
    let fullest = found.clone().find(|row| row["fullest"] == true);
    fullest.or_else(|| found.next()).unwrap()
}

fn quota_mails(world: &World, person: &Person) -> Vec<String> {
    let mails = world.mails_now(&person.email);
    let of_quotas = mails.iter().filter(|mail| mail.text.contains("70 %"));
    of_quotas.map(|mail| mail.subject.clone()).collect()
}

async fn look(world: &World) {
    telling::look(&world.app).await.unwrap();
    // Mails are sent by tasks of their own.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn every_quota_stands_beside_its_use_with_limit_share_and_window() {
    let world = World::open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    let (villa, cabin) = (
        world.house(&anna, "Villa").await,
        world.house(&anna, "Cabin").await,
    );
    world.report(sent(&world, &villa, 1, 300_000)).await;
    world.report(sent(&world, &villa, 2, 100_000)).await;
    world.report(sent(&world, &cabin, 2, 100_000)).await;
    world.report(kept(&world, &villa, 7)).await;
    world.report(kept(&world, &cabin, 250)).await;
    let client = world.program(&anna).await;
    let told = usage(&client, &anna).await;

    let messages = row(&told, "messages_per_day");
    assert_eq!(messages["used"], 500_000);
    assert_eq!(messages["limit"], 2_000_000);
    assert_eq!(messages["share"], 0.25);
    assert_eq!(messages["window"], 86_400);
    let midnight = world.app.now().next_midnight().to_rfc3339();
    assert_eq!(messages["resets_at"], midnight);
    assert_eq!(told["today"]["messages"], 500_000);
    assert_eq!(told["today"]["bytes"], 50_000_000);
    assert_eq!(told["this_month"]["messages"], 500_000);
    let sensors = row(&told, "sensors_per_house");
    assert_eq!(sensors["house_id"], json!(cabin), "the fullest house");
    assert_eq!(
        (&sensors["used"], &sensors["share"]),
        (&json!(250), &json!(0.5))
    );
    assert_eq!(sensors["resets_at"], Value::Null);
    assert_eq!(row(&told, "retained_bytes")["used"], 512);
    assert_eq!(row(&told, "history_bytes")["used"], 4_096);
    assert_eq!(row(&told, "rules_per_house")["used"], 1);
    assert_eq!(told["notices"], json!([]));

    let stranger = world.program(&bob).await;
    for path in ["usage", "usage/history", "refusals"] {
        let path = format!("/api/v1/tenants/{}/{path}", anna.tenant);
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn four_fifths_are_told_once_by_banner_and_mail_and_so_is_all() {
    let world = World::open().await;
    let anna = world.person_on("Anna", Plan::Free, false).await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    world.report(sent(&world, &house, 1, 159_999)).await;
    look(&world).await;
    assert_eq!(usage(&client, &anna).await["notices"], json!([]));
    assert_eq!(quota_mails(&world, &anna), Vec::<String>::new());

    world.report(sent(&world, &house, 1, 160_000)).await;
    let racing = (0..4).map(|_| telling::look(&world.app));
    for looked in futures_util::future::join_all(racing).await {
        looked.unwrap();
    }
    world.report(sent(&world, &house, 1, 170_000)).await;
    look(&world).await;
    let told = usage(&client, &anna).await;
    let notice = &told["notices"][0];
    assert_eq!(
        (
            &notice["quota"],
            &notice["level"],
            &notice["used"],
            &notice["limit"]
        ),
        (
            &json!("messages_per_day"),
            &json!(80),
            &json!(170_000),
            &json!(200_000)
        )
    );
    assert_eq!(notice["share"], 0.85);
    assert_eq!(quota_mails(&world, &anna).len(), 1);

    world.report(sent(&world, &house, 2, 40_000)).await;
    look(&world).await;
    look(&world).await;
    let told = usage(&client, &anna).await;
    assert_eq!(told["notices"].as_array().unwrap().len(), 1);
    assert_eq!(told["notices"][0]["level"], 100);
    assert_eq!(row(&told, "messages_per_day")["over"], true);
    let mails = quota_mails(&world, &anna);
    assert_eq!(mails.len(), 2);
    assert_ne!(mails[0], mails[1]);

    world.ambient.advance(Duration::from_hours(24));
    let client = world.program(&anna).await;
    let told = usage(&client, &anna).await;
    assert_eq!(told["notices"], json!([]), "a new day");
    assert_eq!(row(&told, "messages_per_day")["used"], 0);
    world.report(sent(&world, &house, 2, 190_000)).await;
    look(&world).await;
    assert_eq!(quota_mails(&world, &anna).len(), 3);
}

#[tokio::test]
async fn a_lowered_limit_keeps_what_is_there_and_refuses_what_is_new() {
    let world = World::open().await;
    let ada = world.person_on("Ada", Plan::Pro, true).await;
    let anna = world.person_on("Anna", Plan::Pro, false).await;
    let (admin, client) = (world.program(&ada).await, world.program(&anna).await);
    let house = world.house(&anna, "Villa").await;
    for name in ["A", "B", "C", "D", "E", "F"] {
        world.house(&anna, name).await;
    }
    world.report(kept(&world, &house, 90)).await;
    look(&world).await;
    assert_eq!(usage(&client, &anna).await["notices"], json!([]));

    let quotas = format!("/api/v1/admin/tenants/{}/quotas", anna.tenant);
    let lower = json!({"houses": 5, "sensors_per_house": 100, "members": 1});
    let changed = admin.json(Method::PUT, &quotas, lower).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    look(&world).await;
    let told = usage(&client, &anna).await;
    let mut notices: Vec<(&str, u64)> = told["notices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["quota"].as_str().unwrap(),
                one["level"].as_u64().unwrap(),
            )
        })
        .collect();
    notices.sort_unstable();
    assert_eq!(notices, [("houses", 100), ("sensors_per_house", 80)]);
    assert_eq!(row(&told, "houses")["over"], true);
    assert_eq!(row(&told, "houses")["used"], 7);
    let houses = format!("/api/v1/tenants/{}/houses", anna.tenant);
    let new = json!({"name": "One more", "timezone": "UTC", "hosting": "hosted"});
    for _ in 0..2 {
        let refused = client.post(&houses, new.clone()).await;
        assert_eq!(refused.problem(), "over-quota");
        let body = refused.json();
        assert_eq!(body["limit"], "houses");
        assert_eq!((&body["allowed"], &body["seen"]), (&json!(5), &json!(7)));
        assert!(body["window"].is_null() && body["clears_at"].is_null());
        assert!(!body["remedy"].as_str().unwrap().is_empty());
    }
    assert_eq!(
        client.get(&houses).await.json()["houses"]
            .as_array()
            .unwrap()
            .len(),
        7
    );

    let refusals = format!("/api/v1/tenants/{}/refusals", anna.tenant);
    let listed = client.get(&refusals).await.json();
    let one = &listed["refusals"][0];
    assert_eq!(listed["refusals"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&one["reason"], &one["count"]),
        (&json!("houses"), &json!(2))
    );
    assert_eq!((&one["allowed"], &one["seen"]), (&json!(5), &json!(7)));
    assert_eq!(
        (&one["client"], &one["subject"]),
        (&json!("Anna"), &json!("One more"))
    );
    assert_eq!(one.get("house_id"), None);

    // With the limit gone the notices are, and the next time is told anew.
    let back = json!({"houses": null, "sensors_per_house": null});
    admin.json(Method::PUT, &quotas, back).await;
    look(&world).await;
    assert_eq!(usage(&client, &anna).await["notices"], json!([]));
    assert_eq!(client.post(&houses, new).await.status, 201);
}

#[tokio::test]
async fn what_is_refused_in_a_house_is_listed_there_and_in_its_tenant() {
    let world = World::open().await;
    let ada = world.person_on("Ada", Plan::Pro, true).await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    let (villa, cabin) = (
        world.house(&anna, "Villa").await,
        world.house(&anna, "Cabin").await,
    );
    let (admin, client) = (world.program(&ada).await, world.program(&anna).await);
    let quotas = format!("/api/v1/admin/tenants/{}/quotas", anna.tenant);
    admin
        .json(Method::PUT, &quotas, json!({"sensors_per_house": 1}))
        .await;
    let sensor = |id: &str| format!("/api/v1/houses/{villa}/sensors/{id}");
    let format = json!({"format": "int"});
    client
        .json(Method::PUT, &sensor("a%2Fb"), format.clone())
        .await;
    let refused = client
        .json(Method::PUT, &sensor("c%2Fd"), format.clone())
        .await;
    assert_eq!(refused.problem(), "over-quota");
    let stand = format!("/api/v1/admin/tenants/{}/read-only", anna.tenant);
    admin.post(&stand, json!({"reason": "Unpaid"})).await;
    let refused = client
        .json(Method::PUT, &sensor("a%2Fb"), json!({"unit": "K"}))
        .await;
    assert_eq!(refused.problem(), "standing");

    let of_house = format!("/api/v1/houses/{villa}/refusals");
    let of_tenant = format!("/api/v1/tenants/{}/refusals", anna.tenant);
    let listed = client.get(&of_house).await.json();
    let reasons = |answer: &Value| -> Vec<String> {
        let rows = answer["refusals"].as_array().unwrap().iter();
        let mut all: Vec<_> = rows
            .map(|row| row["reason"].as_str().unwrap().to_owned())
            .collect();
        all.sort_unstable();
        all
    };
    assert_eq!(reasons(&listed), ["sensors", "standing"]);
    let told = client.get(&of_tenant).await.json();
    assert_eq!(reasons(&told), ["sensors", "standing"]);
    assert!(
        told["refusals"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["house_id"] == json!(villa))
    );
    let chosen = client
        .get(&format!("{of_tenant}?reason=sensors&client=Anna"))
        .await
        .json();
    assert_eq!(chosen["refusals"][0]["subject"], "c/d");
    assert_eq!(reasons(&chosen), ["sensors"]);
    for (query, status) in [
        ("reason=nonsense", 422),
        ("before=x", 400),
        ("limit=1", 400),
    ] {
        let odd = client.get(&format!("{of_tenant}?{query}")).await;
        assert_eq!(odd.status, status, "{query}: {}", odd.text);
    }
    let none = client
        .get(&format!("/api/v1/houses/{cabin}/refusals"))
        .await
        .json();
    assert_eq!(none["refusals"], json!([]));
    let stranger = world.program(&bob).await;
    assert_eq!(stranger.get(&of_house).await.status, 404);
    let own = format!("/api/v1/tenants/{}/refusals", bob.tenant);
    assert_eq!(stranger.get(&own).await.json()["refusals"], json!([]));
}

#[tokio::test]
async fn the_history_is_by_hour_and_day_of_one_house_or_all() {
    let world = World::open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    let (villa, cabin) = (
        world.house(&anna, "Villa").await,
        world.house(&anna, "Cabin").await,
    );
    let foreign = world.house(&bob, "Bob's").await;
    world.join(&bob, anna.tenant, TenantRole::Guest).await;
    world.report(sent(&world, &villa, 1, 10)).await;
    world.ambient.advance(Duration::from_hours(1));
    world.report(sent(&world, &villa, 1, 5)).await;
    world.report(sent(&world, &cabin, 1, 7)).await;
    let client = world.program(&bob).await;
    let path = format!("/api/v1/tenants/{}/usage/history", anna.tenant);
    let days = client.get(&path).await.json();
    assert_eq!(days["resolution"], "day");
    assert_eq!(days["total"], json!({"messages": 22, "bytes": 2_200}));
    assert_eq!(days["points"].as_array().unwrap().len(), 2);
    let hours = client
        .get(&format!("{path}?resolution=hour&house={villa}"))
        .await
        .json();
    let messages: Vec<u64> = hours["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["messages"].as_u64().unwrap())
        .collect();
    assert_eq!(messages, [10, 5]);
    for (query, status) in [
        (format!("house={foreign}"), 404),
        ("house=../x".to_owned(), 404),
        ("from=yesterday".to_owned(), 422),
        ("from=2020-01-01T00:00:00Z".to_owned(), 422),
        ("resolution=minute".to_owned(), 400),
        ("tenant=x".to_owned(), 400),
    ] {
        let odd = client.get(&format!("{path}?{query}")).await;
        assert_eq!(odd.status, status, "{query}: {}", odd.text);
    }
}

#[tokio::test]
async fn hours_that_became_days_are_still_told() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    world.report(sent(&world, &house, 1, 10)).await;
    let then = world.app.now();
    world.ambient.advance(Duration::from_hours(60 * 24));
    chore::fold(&world.app).await.unwrap();
    let client = world.program(&anna).await;
    let from = Timestamp(then.0 - 1).to_rfc3339();
    let path = format!("/api/v1/tenants/{}/usage/history?from={from}", anna.tenant);
    let told = client.get(&path).await.json();
    assert_eq!(told["total"]["messages"], 10);
    world.report(sent(&world, &house, 1, 3)).await;
    assert_eq!(usage(&client, &anna).await["today"]["messages"], 3);
}

#[tokio::test]
async fn of_many_who_make_a_credential_at_the_limit_one_comes_through() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/credentials");
    let listed = client.get(&path).await.json();
    let there = listed["credentials"].as_array().unwrap().len();
    let new = |n: usize| json!({"kind": "secret", "role": "house", "name": format!("Package {n}")});
    let most = usize::try_from(crate::credentials::MOST).unwrap();
    for n in there..most - 1 {
        let made = client.post(&path, new(n)).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let racing = (0..6).map(|_| client.post(&path, new(999)));
    let answers = futures_util::future::join_all(racing).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    let refused = answers.iter().find(|answer| answer.status == 403).unwrap();
    assert_eq!(refused.json()["limit"], "credentials_per_house");
    let listed = client
        .get(&format!(
            "/api/v1/houses/{house}/refusals?reason=credentials"
        ))
        .await
        .json();
    assert_eq!(listed["refusals"][0]["count"], 5);
    assert_eq!(listed["refusals"][0]["subject"], "Package 999");
}
