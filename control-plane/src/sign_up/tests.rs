use http::Method;
use model::Plan;
use platform::settings::SignUpPolicy;
use serde_json::json;

use crate::testing::World;

const PATH: &str = "/api/v1/admin/settings/sign-up";

#[tokio::test]
async fn an_admin_opens_and_closes_the_door_and_nobody_else() {
    let world = World::with(None, "http://portal.test").await;
    let admin = world.person_on("Ada", Plan::Pro, true).await;
    let anna = world.person("Anna").await;
    let (ada, other) = (world.program(&admin).await, world.program(&anna).await);
    assert_eq!(ada.get(PATH).await.json(), json!({"policy": "closed"}));
    let open = json!({"policy": "open"});
    let refused = other.json(Method::PUT, PATH, open.clone()).await;
    assert_eq!(refused.problem(), "not-found");
    assert_eq!(other.get(PATH).await.problem(), "not-found");
    assert_eq!(ada.json(Method::PUT, PATH, open).await.status, 204);
    assert_eq!(ada.get(PATH).await.json(), json!({"policy": "open"}));
    for odd in [json!({"policy": "approve"}), json!({"policy": "x"})] {
        let refused = ada.json(Method::PUT, PATH, odd).await;
        assert_eq!(refused.json()["field"], "policy");
    }
}

#[tokio::test]
async fn what_the_configuration_sets_is_changed_there() {
    let world = World::with(Some(SignUpPolicy::Closed), "http://portal.test").await;
    let admin = world.person_on("Ada", Plan::Pro, true).await;
    let ada = world.program(&admin).await;
    let refused = ada.json(Method::PUT, PATH, json!({"policy": "open"})).await;
    assert_eq!(refused.problem(), "conflict");
    assert!(refused.text.contains("sign_up.policy"));
}
