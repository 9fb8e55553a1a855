use std::time::Duration;

use http::Method;
use model::{Plan, TenantRole};
use serde_json::json;

use control_plane::testing::{Client, Person, World};

const PATH: &str = "/api/v1/account/api-tokens";

async fn token(world: &World, person: &Person, scopes: &[&str]) -> Client {
    let maker = world.program(person).await;
    let body = json!({"name": "Backup", "scopes": scopes});
    let made = maker.post(PATH, body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let mut client = world.client();
    client.bearer = Some(made.json()["secret"].as_str().unwrap().to_owned());
    client
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say_and_is_told_what_it_lacks() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let lamp = json!({"format": "int", "service": {"name": "x", "mode": "actuator"}});
    world.houses.with(&house, |villa| {
        villa.sensors.insert("hall/lamp".into(), lamp);
    });
    let look = (Method::GET, format!("/api/v1/houses/{house}"), json!({}));
    let value = format!("/api/v1/houses/{house}/sensors/hall%2Flamp/value");
    let control = (Method::PUT, value, json!({"value": 1}));
    let bus = format!("/api/v1/houses/{house}/bus-token");
    let manage = (Method::PATCH, look.1.clone(), json!({"name": "Palazzo"}));
    for (scope, allowed) in [
        ("read", [true, false, false]),
        ("control", [false, true, false]),
        ("manage", [false, false, true]),
    ] {
        let client = token(&world, &anna, &[scope]).await;
        let tries = [("read", &look), ("control", &control), ("manage", &manage)];
        for ((needed, (method, path, body)), allowed) in tries.into_iter().zip(allowed) {
            let answer = client.json(method.clone(), path, body.clone()).await;
            if allowed {
                assert!(
                    answer.status < 300,
                    "{scope} {method} {path}: {}",
                    answer.text
                );
                continue;
            }
            assert_eq!((answer.status, answer.problem().as_str()), (403, "scope"));
            assert_eq!(answer.json()["scope"], needed);
            let header = answer.header("www-authenticate");
            assert!(header.contains("insufficient_scope") && header.contains(needed));
        }
    }
    let control = token(&world, &anna, &["control"]).await;
    let granted = control.post(&bus, json!({})).await.json();
    let claims = control_plane::testing::claims(granted["token"].as_str().unwrap());
    assert_eq!(claims["role"], "resident", "cut to the scope");
    assert_eq!(
        control.post(&bus, json!({"role": "admin"})).await.status,
        403
    );
}

#[tokio::test]
async fn no_token_reaches_the_account_or_the_service() {
    let world = crate::tests::open().await;
    let admin = world.person_on("Ada", Plan::Pro, true).await;
    let client = token(&world, &admin, &["read", "control", "manage"]).await;
    assert_eq!(client.get("/api/v1/tenants").await.status, 200);
    let made = json!({"name": "More", "scopes": ["manage"]});
    for (method, path, body) in [
        (Method::POST, PATH, made),
        (Method::GET, PATH, json!({})),
        (Method::GET, "/api/v1/account/sessions", json!({})),
        (Method::DELETE, "/api/v1/account/sessions", json!({})),
        (
            Method::PUT,
            "/api/v1/account/password",
            json!({"current": "x", "new": "y"}),
        ),
        (
            Method::PUT,
            "/api/v1/account/email",
            json!({"email": "x@y.org", "password": "z"}),
        ),
        (Method::GET, "/account", json!({})),
        (
            Method::PUT,
            "/api/v1/admin/settings/sign-up",
            json!({"policy": "open"}),
        ),
    ] {
        let answer = client.json(method.clone(), path, body).await;
        assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text);
    }
}

#[tokio::test]
async fn it_dies_with_the_role_with_its_end_and_when_revoked() {
    let world = crate::tests::open().await;
    let (anna, guest) = (world.person("Anna").await, world.person("Gus").await);
    let house = world.house(&anna, "Villa").await;
    world.join(&guest, anna.tenant, TenantRole::Guest).await;
    let client = token(&world, &guest, &["read", "manage"]).await;
    let path = format!("/api/v1/houses/{house}");
    assert_eq!(client.get(&path).await.status, 200);
    // The scope does not make more of the role.
    let rename = client
        .json(Method::PATCH, &path, json!({"name": "Mine"}))
        .await;
    assert_eq!(rename.problem(), "forbidden");
    let mut work = world.app.store.begin_write().await.unwrap();
    let until = world.app.now();
    work.members()
        .remove(anna.tenant, guest.account, until)
        .await
        .unwrap();
    work.commit().await.unwrap();
    assert_eq!(client.get(&path).await.status, 404);

    let maker = world.program(&anna).await;
    let body = json!({"name": "Short", "scopes": ["read"], "days": 1});
    let made = maker.post(PATH, body).await.json();
    let mut short = world.client();
    short.bearer = Some(made["secret"].as_str().unwrap().to_owned());
    assert!(made["secret"].as_str().unwrap().starts_with("egt_"));
    assert_eq!(short.get(&path).await.status, 200);
    let listed = world.program(&anna).await.get(PATH).await;
    assert!(!listed.text.contains("secret"));
    let used = &listed.json()["api_tokens"][0]["last_used_at"];
    assert_eq!(*used, json!(world.app.now().to_rfc3339()));
    world.ambient.advance(Duration::from_hours(24));
    assert_eq!(short.get(&path).await.status, 401);

    let last = token(&world, &anna, &["read"]).await;
    let maker = world.program(&anna).await;
    let id = maker.get(PATH).await.json()["api_tokens"][0]["token_id"].clone();
    let one = format!("{PATH}/{}", id.as_str().unwrap());
    assert_eq!(maker.call(Method::DELETE, &one).await.status, 204);
    assert_eq!(last.get(&path).await.status, 401);
    assert_eq!(maker.call(Method::DELETE, &one).await.status, 404);
}

#[tokio::test]
async fn odd_tokens_are_refused_at_the_field() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let maker = world.program(&anna).await;
    for (body, field) in [
        (json!({"name": "", "scopes": ["read"]}), "name"),
        (json!({"name": "X", "scopes": []}), "scopes"),
        (json!({"name": "X", "scopes": ["admin"]}), "scopes"),
        (json!({"name": "X", "scopes": ["read"], "days": 0}), "days"),
        (
            json!({"name": "X", "scopes": ["read"], "days": 367}),
            "days",
        ),
    ] {
        let refused = maker.post(PATH, body.clone()).await;
        assert_eq!(refused.json()["field"], field, "{body}");
    }
}

#[tokio::test]
async fn the_page_makes_shows_once_and_revokes() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let mut browser = world.browser(&anna).await;
    let odd = [("name", ""), ("days", "x")];
    let back = browser.submit("/account/tokens", &odd).await;
    assert_eq!(back.status, 422);
    assert!(back.text.contains("Choose at least one"), "{}", back.text);
    let form = [
        ("name", "Backup <b>"),
        ("read", "yes"),
        ("manage", "yes"),
        ("days", "30"),
    ];
    let made = browser.submit("/account/tokens", &form).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let (_, secret) = made.text.split_once("egt_").unwrap();
    let secret = format!("egt_{}", &secret[..32]);
    let mut client = world.client();
    client.bearer = Some(secret.clone());
    assert_eq!(client.get("/api/v1/tenants").await.status, 200);
    let page = browser.visit("/account/tokens").await;
    assert!(page.text.contains("Backup") && page.text.contains("Read, Manage"));
    assert!(!page.text.contains(&secret) && !page.text.contains("<b>\""));
    let (_, rest) = page.text.split_once("action=\"/account/tokens/").unwrap();
    let id = rest.split('/').next().unwrap().to_owned();
    let done = browser
        .submit(&format!("/account/tokens/{id}/revoke"), &[])
        .await;
    assert_eq!(done.location(), "/account/tokens?done=token");
    assert_eq!(client.get("/api/v1/tenants").await.status, 401);
}
