use std::time::Duration;

use model::Plan;
use serde_json::{Value, json};

use crate::testing::{Client, World};

async fn admin(world: &World) -> Client {
    let ada = world.person_on("Ada", Plan::Pro, true).await;
    world.program(&ada).await
}

async fn slugs(ada: &Client, query: &str) -> Vec<String> {
    let answer = ada
        .get(&format!("/api/v1/admin/tenants?query={query}"))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    let tenants = body["tenants"].as_array().unwrap();
    let slug = |tenant: &Value| tenant["slug"].as_str().unwrap().to_owned();
    tenants.iter().map(slug).collect()
}

#[tokio::test]
async fn tenants_are_found_by_what_they_are_called() {
    let world = World::open().await;
    let ada = admin(&world).await;
    let anna = world.person("Anna Berg").await;
    // The newest come first, by the millisecond.
    world.ambient.advance(Duration::from_millis(1));
    let bob = world.person("Bob").await;
    let villa = world.house(&anna, "Villa Sonnenhang").await;
    world
        .join(&bob, anna.tenant, model::TenantRole::Guest)
        .await;
    let id = anna.tenant.to_string();
    for query in [
        "sonnenhang",
        "anna.berg@example.org",
        villa.as_str(),
        &id,
        "BERG%20villa",
    ] {
        assert_eq!(slugs(&ada, query).await, ["anna-berg"], "{query}");
    }
    assert_eq!(
        slugs(&ada, "bob").await,
        ["bob", "anna-berg"],
        "a member of both"
    );
    assert_eq!(slugs(&ada, "").await, ["bob", "anna-berg", "ada"]);
    assert_eq!(slugs(&ada, "%25").await, Vec::<String>::new());
    for odd in ["?query=a%20b%20c%20d", "?cursor=x", "?limit=9"] {
        let refused = ada.get(&format!("/api/v1/admin/tenants{odd}")).await;
        assert!(
            [400, 422].contains(&refused.status),
            "{odd}: {}",
            refused.text
        );
    }
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let world = World::open().await;
    let ada = admin(&world).await;
    for at in 0..60 {
        world.person(&format!("P{at}")).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/api/v1/admin/tenants?query=example".to_owned());
    loop {
        let page = ada.get(&path).await.json();
        let tenants = page["tenants"].as_array().unwrap();
        seen.extend(tenants.iter().map(|tenant| tenant["tenant_id"].clone()));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/admin/tenants?query=example&cursor={next}");
    }
    assert_eq!(seen.len(), 61);
    seen.sort_by_key(Value::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 61, "each once");
}

#[tokio::test]
async fn a_tenant_is_shown_with_all_that_is_known_of_it() {
    let world = World::open().await;
    let ada = admin(&world).await;
    let anna = world.person("Anna").await;
    let villa = world.house(&anna, "Villa").await;
    let now = world.app.now();
    let client = |name: &str| cell::ClientPresence {
        client: name.to_owned(),
        credential: None,
        role: model::BusRole::House,
        protocol: "mqttv5".to_owned(),
        connected_at: now,
        address: None,
    };
    let presence = cell::Presence {
        house: villa.clone(),
        at: now,
        clients: vec![client("a"), client("b")],
        last_seen: Some(now),
    };
    world
        .report(cell::Report {
            presence: vec![presence],
            ..cell::Report::default()
        })
        .await;
    let path = format!("/api/v1/admin/tenants/{}", anna.tenant);
    let shown = ada.get(&path).await.json();
    assert_eq!(shown["slug"], "anna");
    assert_eq!(shown["standing"], "active");
    assert_eq!(shown["last_seen"], now.to_rfc3339());
    assert_eq!(shown["houses"][0]["house_id"], json!(villa));
    assert_eq!(shown["houses"][0]["clients"], 2);
    assert_eq!(shown["members"][0]["email"], anna.email);
    let rows = shown["quotas"].as_array().unwrap();
    assert_eq!(rows.len(), model::Quota::ALL.len());
    let of = |name: &str| rows.iter().find(|row| row["quota"] == name).unwrap();
    assert_eq!(of("connections_per_house")["used"], 2);
    assert_eq!(of("houses")["used"], 1);
    assert_eq!(of("rules_per_house")["used"], Value::Null);
    let list = ada.get("/api/v1/admin/tenants?query=anna").await.json();
    assert_eq!(list["tenants"][0]["last_seen"], now.to_rfc3339());
    assert_eq!(list["tenants"][0]["owner"], anna.email);
}

#[tokio::test]
async fn health_tells_parts_and_how_far_the_cell_is() {
    let world = World::open().await;
    let ada = admin(&world).await;
    world
        .health
        .set("gateway", Err("its disk is full; make room".into()));
    let anna = world.person("Anna").await;
    world.house(&anna, "Villa").await;
    let health = ada.get("/api/v1/admin/health").await.json();
    assert_eq!(health["ready"], false);
    assert_eq!(health["parts"]["database"], "ok");
    assert_eq!(health["parts"]["gateway"], "its disk is full; make room");
    let gateway = &health["readers"][0];
    assert_eq!(gateway["reader"], "gateway");
    assert_eq!(
        gateway["reached"], health["revision"],
        "it has applied the house"
    );
    assert_eq!(
        health["readers"][1]["reached"], 0,
        "nobody runs houses here"
    );
}
