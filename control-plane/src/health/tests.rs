use serde_json::json;

use crate::testing::World;

#[tokio::test]
async fn a_sick_part_makes_it_unready_but_not_dead() {
    let world = World::open().await;
    let client = world.client();
    assert_eq!(client.get("/healthz").await.text, "ok\n");
    let ready = client.get("/readyz").await;
    assert_eq!(
        ready.json(),
        json!({"ready": true, "parts": {"database": "ok", "mail": "ok"}})
    );
    let trouble = "the gateway cannot read its state; restore it".to_owned();
    world.health.set("gateway", Err(trouble.clone()));
    let unready = client.get("/readyz").await;
    assert_eq!(unready.status, 503);
    assert_eq!(unready.json()["parts"]["gateway"], trouble);
    assert_eq!(client.get("/healthz").await.status, 200);
    assert_eq!(client.get("/metrics").await.text, "up 1\n");
}

#[tokio::test]
async fn a_database_that_is_gone_makes_it_unready() {
    let world = World::open().await;
    world.app.store.close().await;
    let unready = world.client().get("/readyz").await;
    assert_eq!(unready.status, 503);
    assert_ne!(unready.json()["parts"]["database"], "ok");
}
