use model::TenantRole;
use serde_json::{Value, json};

use crate::testing::World;

#[tokio::test]
async fn quotas_stand_beside_use_and_a_silent_house_counts_as_unknown() {
    let world = World::open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    world.join(&bob, anna.tenant, TenantRole::Guest).await;
    let (one, other) = (
        world.house(&anna, "One").await,
        world.house(&anna, "Other").await,
    );
    world.houses.with(&one, |house| {
        house.sensors.insert("a/b".into(), json!({"format": "int"}));
    });
    world.houses.with(&other, |house| house.silent = true);
    let client = world.program(&bob).await;
    let path = format!("/api/v1/tenants/{}/usage", anna.tenant);
    let usage = client.get(&path).await.json();
    assert_eq!(usage["plan"], "home");
    let used = |quota: &str, house: Option<&model::HouseId>| -> (Value, Value) {
        let rows = usage["quotas"].as_array().unwrap();
        let row = rows.iter().find(|row| {
            row["quota"] == quota && row.get("house_id") == house.map(|id| json!(id)).as_ref()
        });
        let row = row.unwrap_or_else(|| panic!("{quota} is missing in {usage}"));
        (row["allowed"].clone(), row["used"].clone())
    };
    assert_eq!(used("houses", None), (json!(3), json!(2)));
    assert_eq!(used("members", None), (json!(10), json!(2)));
    assert_eq!(
        used("connections_per_house", Some(&one)),
        (json!(100), json!(0))
    );
    assert_eq!(
        used("sensors_per_house", Some(&one)),
        (json!(500), json!(1))
    );
    assert_eq!(
        used("sensors_per_house", Some(&other)),
        (json!(500), Value::Null)
    );
}

#[tokio::test]
async fn a_person_sees_the_tenants_they_are_a_member_of() {
    let world = World::open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    world.join(&bob, anna.tenant, TenantRole::Resident).await;
    let body = world
        .program(&bob)
        .await
        .get("/api/v1/tenants")
        .await
        .json();
    let roles: Vec<(Value, Value)> = body["tenants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tenant| (tenant["tenant_id"].clone(), tenant["role"].clone()))
        .collect();
    assert!(roles.contains(&(json!(anna.tenant), json!("resident"))));
    assert!(roles.contains(&(json!(bob.tenant), json!("owner"))));
    assert_eq!(roles.len(), 2);
}
