use std::time::Duration;

use cell::{Feed, Reader};
use http::Method;
use model::{Plan, Standing};
use serde_json::{Value, json};

use control_plane::standing::{erase, service};
use control_plane::testing::{Client, Person, World};

async fn admin(world: &World) -> Client {
    let ada = world.person_on("Ada", Plan::Pro, true).await;
    world.program(&ada).await
}

fn of(person: &Person, rest: &str) -> String {
    format!("/api/v1/admin/tenants/{}{rest}", person.tenant)
}

/// What the cell is told of the tenant.
async fn in_feed(world: &World, person: &Person) -> Option<Standing> {
    let feed = world.app.link.feed();
    let batch = feed.next(Reader::Operator, None).await.unwrap();
    let found = batch
        .tenants
        .iter()
        .find(|spec| spec.tenant == person.tenant);
    found.map(|spec| spec.standing)
}

#[tokio::test]
async fn suspending_stops_with_a_reason_and_resuming_lets_go() {
    let world = crate::tests::open().await;
    let (ada, anna) = (admin(&world).await, world.person("Anna").await);
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let houses = format!("/api/v1/tenants/{}/houses", anna.tenant);
    for body in [
        json!({}),
        json!({"reason": "x", "until": 3}),
        json!({"reason": 5}),
    ] {
        assert_eq!(ada.post(&of(&anna, "/suspend"), body).await.status, 400);
    }
    let blank = ada
        .post(&of(&anna, "/suspend"), json!({"reason": " "}))
        .await;
    assert_eq!(
        (blank.status, &blank.json()["field"]),
        (422, &json!("reason"))
    );

    let stopped = ada
        .post(&of(&anna, "/suspend"), json!({"reason": "Sends spam."}))
        .await;
    assert_eq!(stopped.json()["standing"], "suspended", "{}", stopped.text);
    assert_eq!(in_feed(&world, &anna).await, Some(Standing::Suspended));
    let new = json!({"name": "B", "timezone": "UTC", "hosting": "hosted"});
    let refused = client.post(&houses, new.clone()).await;
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (403, "standing")
    );
    let told = refused.json();
    assert_eq!(told["standing"], "suspended");
    assert_eq!(told["reason"], "Sends spam.");
    assert!(
        told["detail"]
            .as_str()
            .unwrap()
            .contains("suspended: Sends spam. Nothing")
    );
    assert_eq!(client.get(&houses).await.status, 200, "reading stays");
    let listed = client.get("/api/v1/tenants").await.json();
    assert_eq!(listed["tenants"][0]["standing_reason"], "Sends spam.");
    let browser = world.browser(&anna).await;
    for path in ["/houses".to_owned(), format!("/houses/{house}")] {
        let page = browser.visit(&path).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Sends spam"), "no banner on {path}");
    }

    let free = ada.call(Method::POST, &of(&anna, "/resume")).await;
    assert_eq!(free.json()["standing"], "active", "{}", free.text);
    assert_eq!(in_feed(&world, &anna).await, Some(Standing::Active));
    assert_eq!(client.post(&houses, new).await.status, 201);
    assert!(!browser.visit("/houses").await.text.contains("Sends spam"));
}

#[tokio::test]
async fn read_only_keeps_the_home_running() {
    let world = crate::tests::open().await;
    let (ada, anna) = (admin(&world).await, world.person("Anna").await);
    let house = world.house(&anna, "Villa").await;
    world.houses.with(&house, |villa| {
        let lamp = json!({"format": "int", "service": {"name": "x", "mode": "actuator"}});
        villa.sensors.insert("hall/lamp".into(), lamp);
    });
    let why = json!({"reason": "Unpaid"});
    ada.post(&of(&anna, "/read-only"), why).await;
    let client = world.program(&anna).await;
    let lamp = format!("/api/v1/houses/{house}/sensors/hall%2Flamp");
    let set = client
        .json(Method::PUT, &format!("{lamp}/value"), json!({"value": 1}))
        .await;
    assert!(set.status < 300, "{}", set.text);
    let token = client
        .post(&format!("/api/v1/houses/{house}/bus-token"), json!({}))
        .await;
    assert!(token.status < 300, "{}", token.text);
    let save = client.json(Method::PUT, &lamp, json!({"unit": "x"})).await;
    assert_eq!(save.problem(), "standing");
    let delete = client
        .call(Method::DELETE, &format!("/api/v1/houses/{house}"))
        .await;
    assert_eq!(delete.problem(), "standing");
}

#[tokio::test]
async fn a_deleted_tenant_comes_back_or_is_erased_with_a_receipt() {
    let world = crate::tests::open().await;
    let admin = world.person_on("Ada", Plan::Pro, true).await;
    let ada = world.program(&admin).await;
    let anna = world.person("Anna").await;
    let bob = world.person("Bob").await;
    let house = world.house(&anna, "Villa").await;
    world.house(&bob, "Bob's").await;
    let first = ada.call(Method::DELETE, &of(&anna, "")).await;
    assert_eq!(first.status, 202, "{}", first.text);
    let at = first.json()["erase_after"].clone();
    assert!(at.is_string());
    assert_eq!(in_feed(&world, &anna).await, Some(Standing::Suspended));
    world.ambient.advance(Duration::from_hours(24));
    let ada = world.program(&admin).await;
    let again = ada.call(Method::DELETE, &of(&anna, "")).await.json();
    assert_eq!(again["erase_after"], at, "the first word counts");
    let banner = world.browser(&anna).await.visit("/houses").await;
    assert!(banner.text.contains("is being deleted"));
    assert_eq!(erase::erase_due(&world.app).await.unwrap(), []);

    let back = ada.call(Method::POST, &of(&anna, "/undelete")).await;
    assert_eq!(back.json()["standing"], "active", "{}", back.text);
    let nothing = ada.call(Method::POST, &of(&anna, "/undelete")).await;
    assert_eq!(nothing.status, 409);
    assert_eq!(in_feed(&world, &anna).await, Some(Standing::Active));

    ada.call(Method::DELETE, &of(&anna, "")).await;
    world.ambient.advance(service::GRACE);
    assert_eq!(erase::erase_due(&world.app).await.unwrap().len(), 1);
    assert_eq!(erase::erase_due(&world.app).await.unwrap(), []);
    assert_eq!(in_feed(&world, &anna).await, None);
    assert_eq!(in_feed(&world, &bob).await, Some(Standing::Active));
    let ada = world.program(&admin).await;
    assert_eq!(ada.get(&of(&anna, "")).await.status, 404);
    let receipt = ada
        .get(&format!("/api/v1/admin/deletions/{}", anna.tenant))
        .await
        .json();
    assert_eq!(receipt["slug"], "anna");
    let stores = receipt["stores"].as_array().unwrap();
    assert!(stores.len() > 8);
    assert!(stores.iter().all(|store| store["found"] == 0), "{receipt}");
    let all = ada.get("/api/v1/admin/deletions").await.json();
    assert_eq!(all["deletions"].as_array().unwrap().len(), 1);
    let client = world.program(&anna).await;
    assert_eq!(
        client.get("/api/v1/tenants").await.json()["tenants"],
        json!([])
    );
    let gone = client.get(&format!("/api/v1/houses/{house}")).await;
    assert_eq!(gone.status, 404);
    let own: Value = ada.get("/api/v1/admin/tenants?query=anna").await.json();
    assert_eq!(own["tenants"], json!([]));
}
