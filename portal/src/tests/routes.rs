//! Walks the table of all routes and demands of each what its guard promises.

use std::time::Duration;

use http::Method;
use model::{HouseId, PasskeyId, SupportId, SupportLevel, TenantRole};
use serde_json::json;

use control_plane::http::route::{Guard, Route, is_api};
use control_plane::store::{PasskeyRecord, SupportAccess};
use control_plane::testing::{Answer, Client, Person, World};

/// One entry without its handler.
struct Entry {
    method: Method,
    path: &'static str,
    guard: Guard,
}

fn table() -> Vec<Entry> {
    let strip = |route: Route| Entry {
        method: route.method,
        path: route.path,
        guard: route.guard,
    };
    let pages = crate::routes();
    let table = control_plane::routes::all().into_iter().chain(pages);
    table.map(strip).collect()
}

/// A tenant with a house and what stands in paths below it.
struct Target {
    owner: Person,
    house: HouseId,
    credential: String,
    session: String,
    api_token: String,
    passkey: String,
    member: String,
    invitation: String,
    access: String,
}

impl Target {
    async fn make(world: &World) -> Self {
        let owner = world.person("Victim").await;
        let house = world.house(&owner, "Villa").await;
        world.houses.with(&house, |villa| {
            let lamp = json!({"format": "int", "service": {"name": "x", "mode": "actuator"}});
            villa.sensors.insert("hall/lamp".into(), lamp);
        });
        let client = world.program(&owner).await;
        let path = format!("/api/v1/houses/{house}/credentials");
        let body = json!({"kind": "secret", "role": "house", "name": "Spare"});
        let made = client.post(&path, body).await.json();
        let browser = world.browser(&owner).await;
        let sessions = browser.get("/api/v1/account/sessions").await.json();
        let body = json!({"name": "Backup", "scopes": ["read"]});
        let token = client.post("/api/v1/account/api-tokens", body).await.json();
        let passkey = passkey(world, &owner).await;
        let member = world.person("Sibling").await;
        world.join(&member, owner.tenant, TenantRole::Guest).await;
        let path = format!("/api/v1/tenants/{}/invitations", owner.tenant);
        let body = json!({"email": "cousin@example.org", "role": "guest"});
        let invitation = client.post(&path, body).await.json();
        let access = support(world, &owner).await;
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        Self {
            access,
            owner,
            house,
            credential: text(&made["credential_id"]),
            session: text(&sessions["sessions"][0]["session_id"]),
            api_token: text(&token["token_id"]),
            passkey,
            member: member.account.to_string(),
            invitation: text(&invitation["invitation_id"]),
        }
    }

    /// The path with every parameter filled in.
    fn path(&self, pattern: &str) -> String {
        let path = pattern
            .replace("{tenant}", &self.owner.tenant.to_string())
            .replace("{house}", self.house.as_str())
            .replace("{credential}", &self.credential)
            .replace("{plan}", "club")
            .replace("{session}", &self.session)
            .replace("{token}", &self.api_token)
            .replace("{passkey}", &self.passkey)
            .replace("{account}", &self.member)
            .replace("{invitation}", &self.invitation)
            .replace("{access}", &self.access)
            .replace("{sensor}", "hall%2Flamp")
            .replace("{*sensor}", "hall/lamp")
            .replace("{*path}", "portal.css");
        assert!(
            !path.contains('{'),
            "teach this test the parameters of {pattern}"
        );
        path
    }
}

/// A question of support to `owner` that waits for an answer.
async fn support(world: &World, owner: &Person) -> String {
    let now = world.app.now();
    let asked = SupportAccess {
        id: SupportId::generate(world.ambient.as_ref()),
        tenant: owner.tenant,
        asked_by: None,
        reason: "Lamp".to_owned(),
        level: SupportLevel::Read,
        hours: 2,
        created_at: now,
        granted_by: None,
        granted_at: None,
        ends_at: now.after(Duration::from_hours(24)),
        ended_at: None,
    };
    let mut work = world.app.store.begin_write().await.unwrap();
    work.support().insert(&asked).await.unwrap();
    work.commit().await.unwrap();
    asked.id.to_string()
}

/// A passkey of `owner`, as it stands in the store.
async fn passkey(world: &World, owner: &Person) -> String {
    let record = PasskeyRecord {
        id: PasskeyId::generate(world.ambient.as_ref()),
        account: owner.account,
        credential_id: b"credential".to_vec(),
        credential: "{}".to_owned(),
        name: "Phone".parse().unwrap(),
        created_at: world.app.now(),
        last_used_at: None,
    };
    let mut work = world.app.store.begin_write().await.unwrap();
    work.passkeys().insert(&record).await.unwrap();
    work.commit().await.unwrap();
    record.id.to_string()
}

/// A body that is right for the route, so that nothing but the guard refuses.
fn body(entry: &Entry) -> serde_json::Value {
    match (entry.method.as_str(), entry.path) {
        ("POST", "/api/v1/tenants/{tenant}/houses") => {
            json!({"name": "Mine", "timezone": "Europe/Berlin", "hosting": "hosted"})
        }
        ("PATCH", "/api/v1/houses/{house}") => json!({"name": "Mine"}),
        ("POST", "/api/v1/houses/{house}/credentials") => {
            json!({"kind": "secret", "role": "house", "name": "Mine"})
        }
        ("PUT", "/api/v1/houses/{house}/sensors/{sensor}") => json!({"format": "int"}),
        ("PUT", "/api/v1/houses/{house}/sensors/{sensor}/value") => json!({"value": 1}),
        (
            "POST",
            "/api/v1/tenants/{tenant}/support-access"
            | "/api/v1/admin/tenants/{tenant}/support-access",
        ) => json!({"level": "read", "hours": 2, "reason": "Lamp"}),
        ("PUT", "/api/v1/admin/plans/{plan}") => json!({"quotas": model::Plan::Pro.quotas()}),
        ("PUT", "/api/v1/admin/tenants/{tenant}/plan") => json!({"plan": "pro"}),
        ("PUT", "/api/v1/admin/tenants/{tenant}/quotas") => json!({"houses": 99}),
        (
            "POST",
            "/api/v1/admin/tenants/{tenant}/suspend" | "/api/v1/admin/tenants/{tenant}/read-only",
        ) => {
            json!({"reason": "Because"})
        }
        ("POST", "/api/v1/tenants/{tenant}/invitations") => {
            json!({"email": "mine@example.org", "role": "owner"})
        }
        ("PATCH", "/api/v1/tenants/{tenant}/members/{account}") => json!({"role": "owner"}),
        ("POST", "/api/v1/tenants/{tenant}/hand-over") => {
            json!({"account_id": "usr_aaaaaaaaaaaaaaaaaaaaaaaaaa"})
        }
        ("POST", "/api/v1/admin/invitations") => json!({"email": "mine@example.org"}),
        ("PUT", "/api/v1/admin/settings/sign-up") => json!({"policy": "open"}),
        _ => json!({}),
    }
}

async fn knock(client: &Client, entry: &Entry, path: &str) -> Answer {
    if is_api(entry.path) {
        return match entry.method {
            Method::GET | Method::DELETE => client.call(entry.method.clone(), path).await,
            _ => client.json(entry.method.clone(), path, body(entry)).await,
        };
    }
    if entry.method == Method::GET {
        return client.visit(path).await;
    }
    let fields: &[(&str, &str)] = match entry.path {
        "/tenants/{tenant}/support" | "/admin/tenants/{tenant}/support" => {
            &[("level", "read"), ("hours", "2"), ("reason", "Lamp")]
        }
        "/tenants/{tenant}/support/{access}/grant" => &[("level", "read")],
        "/admin/tenants/{tenant}/plan" => &[("plan", "pro")],
        "/admin/tenants/{tenant}/quotas" => &[("quota", "houses"), ("value", "99")],
        "/admin/tenants/{tenant}/standing" => &[("standing", "suspended"), ("reason", "x")],
        "/admin/tenants/{tenant}/delete" => &[("confirm", "victim")],
        "/tenants/{tenant}/invitations" => &[("email", "a@example.org"), ("role", "owner")],
        "/tenants/{tenant}/members/{account}" => &[("role", "owner")],
        "/admin/invitations" => &[("email", "mine@example.org")],
        "/houses/{house}/sensors" => &[("sensor", "a/b"), ("format", "int")],
        "/houses/{house}/sensors/{*sensor}" => &[("do", "delete"), ("confirm", "hall/lamp")],
        "/houses/{house}/credentials" => &[("name", "Mine"), ("role", "house")],
        _ => &[],
    };
    client.send(client.form(path, fields)).await
}

#[test]
fn no_route_with_an_id_is_public_and_guards_fit_their_paths() {
    for Entry {
        method,
        path,
        guard,
    } in table()
    {
        let expected = if path.contains("/admin/") {
            guard == Guard::ServiceAdmin
        } else if path.contains("{house}") {
            matches!(guard, Guard::House(_))
        } else if path.contains("{tenant}") {
            matches!(guard, Guard::Tenant(_))
        } else {
            matches!(guard, Guard::Public | Guard::LoggedIn)
        };
        assert!(expected, "{method} {path} is guarded by {guard:?}");
    }
}

#[test]
fn every_fixed_address_and_every_form_of_the_portal_is_there() {
    let table = table();
    let has = |method: Method, path: &str| {
        table
            .iter()
            .any(|entry| entry.method == method && entry.path == path)
    };
    for (method, path) in [
        (Method::POST, "/api/v1/accounts"),
        (Method::POST, "/api/v1/accounts/verify"),
        (Method::POST, "/api/v1/tokens"),
        (Method::GET, "/api/v1/tenants"),
        (Method::POST, "/api/v1/tenants/{tenant}/houses"),
        (Method::GET, "/api/v1/tenants/{tenant}/usage"),
        (Method::GET, "/api/v1/houses/{house}"),
        (Method::POST, "/api/v1/houses/{house}/credentials"),
        (
            Method::DELETE,
            "/api/v1/houses/{house}/credentials/{credential}",
        ),
        (Method::POST, "/api/v1/houses/{house}/bus-token"),
        (Method::GET, "/api/v1/houses/{house}/sensors"),
        (Method::GET, "/api/v1/houses/{house}/history"),
        (
            Method::GET,
            "/api/v1/houses/{house}/sensors/{sensor}/history",
        ),
        (Method::GET, "/api/v1/houses/{house}/refusals"),
        (Method::GET, "/api/v1/admin/tenants"),
        (Method::GET, "/api/v1/admin/tenants/{tenant}"),
        (Method::DELETE, "/api/v1/admin/tenants/{tenant}"),
        (Method::PUT, "/api/v1/admin/tenants/{tenant}/quotas"),
        (Method::POST, "/api/v1/admin/tenants/{tenant}/suspend"),
        (Method::POST, "/api/v1/admin/tenants/{tenant}/resume"),
        (Method::GET, "/healthz"),
        (Method::GET, "/readyz"),
        (Method::GET, "/metrics"),
    ] {
        assert!(has(method.clone(), path), "{method} {path}");
    }
    for form in web::routes::FORM_ROUTES {
        assert!(has(Method::POST, form), "no handler for the form {form}");
    }
}

#[tokio::test]
async fn without_a_log_in_the_api_says_401_and_pages_lead_to_the_log_in() {
    let world = crate::tests::open().await;
    let target = Target::make(&world).await;
    let nobody = world.client();
    for entry in table().iter().filter(|entry| entry.guard != Guard::Public) {
        let answer = knock(&nobody, entry, &target.path(entry.path)).await;
        let name = format!("{} {}", entry.method, entry.path);
        if is_api(entry.path) {
            assert_eq!(answer.status, 401, "{name}");
            assert_eq!(answer.problem(), "unauthenticated", "{name}");
        } else {
            assert_eq!(answer.status, 303, "{name}");
            assert!(answer.location().starts_with("/log-in"), "{name}");
        }
    }
}

#[tokio::test]
async fn what_is_another_tenants_is_not_found_by_token_and_by_cookie() {
    let world = crate::tests::open().await;
    let target = Target::make(&world).await;
    let mallory = world.person("Mallory").await;
    world.house(&mallory, "Own house").await;
    let clients = [world.program(&mallory).await, world.browser(&mallory).await];
    let mut walked = 0;
    for entry in table() {
        if !matches!(entry.guard, Guard::Tenant(_) | Guard::House(_)) {
            continue;
        }
        for client in &clients {
            let theirs = knock(client, &entry, &target.path(entry.path)).await;
            let name = format!("{} {}", entry.method, entry.path);
            assert_eq!(theirs.status, 404, "{name}: {}", theirs.text);
            // It looks like something that never was.
            let ghost = Target {
                house: "ghost-aaaaaa".parse().unwrap(),
                owner: Person {
                    tenant: model::TenantId::generate(world.ambient.as_ref()),
                    ..target.owner.clone()
                },
                credential: target.credential.clone(),
                access: target.access.clone(),
                session: target.session.clone(),
                api_token: target.api_token.clone(),
                passkey: target.passkey.clone(),
                member: target.member.clone(),
                invitation: target.invitation.clone(),
            };
            let never = knock(client, &entry, &ghost.path(entry.path)).await;
            assert_eq!(never.status, 404, "{name}");
            if is_api(entry.path) {
                assert_eq!(theirs.json()["detail"], never.json()["detail"], "{name}");
            }
        }
        walked += 1;
    }
    assert!(walked > 20, "the table is too short: {walked}");
    // Nothing came of all that.
    let owner = world.program(&target.owner).await;
    let houses = owner
        .get(&target.path("/api/v1/tenants/{tenant}/houses"))
        .await
        .json();
    assert_eq!(houses["houses"].as_array().unwrap().len(), 1);
    assert_eq!(houses["houses"][0]["name"], "Villa");
    let credentials = owner
        .get(&target.path("/api/v1/houses/{house}/credentials"))
        .await
        .json();
    assert_eq!(credentials["credentials"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_another_persons_is_not_found_by_token_and_by_cookie() {
    let world = crate::tests::open().await;
    let target = Target::make(&world).await;
    let mallory = world.person("Mallory").await;
    let clients = [world.program(&mallory).await, world.browser(&mallory).await];
    let mut walked = 0;
    for entry in table() {
        if entry.guard != Guard::LoggedIn || !entry.path.contains('{') {
            continue;
        }
        for client in &clients {
            let theirs = knock(client, &entry, &target.path(entry.path)).await;
            let name = format!("{} {}", entry.method, entry.path);
            assert_eq!(theirs.status, 404, "{name}: {}", theirs.text);
        }
        walked += 1;
    }
    assert!(walked > 1, "the table is too short: {walked}");
}

#[tokio::test]
async fn a_role_that_is_too_small_is_forbidden_everywhere() {
    let world = crate::tests::open().await;
    let target = Target::make(&world).await;
    let mut members = Vec::new();
    for (name, role) in [
        ("Gus", TenantRole::Guest),
        ("Rita", TenantRole::Resident),
        ("Ira", TenantRole::Installer),
        ("Ada", TenantRole::Admin),
    ] {
        let person = world.person(name).await;
        world.join(&person, target.owner.tenant, role).await;
        members.push((role, world.program(&person).await));
    }
    for entry in table() {
        let (Guard::Tenant(least) | Guard::House(least)) = entry.guard else {
            continue;
        };
        for (role, client) in members.iter().filter(|(role, _)| *role > least) {
            let answer = knock(client, &entry, &target.path(entry.path)).await;
            let name = format!("{role}: {} {}", entry.method, entry.path);
            assert_eq!(answer.status, 403, "{name}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn what_admins_do_is_not_there_for_anybody_else() {
    let world = crate::tests::open().await;
    let target = Target::make(&world).await;
    let before = world.program(&target.owner).await;
    let usage = target.path("/api/v1/tenants/{tenant}/usage");
    let before = before.get(&usage).await.json();
    let mallory = world.person("Mallory").await;
    let clients = [
        world.program(&mallory).await,
        world.browser(&mallory).await,
        // Not even the owner of the tenant it is about.
        world.program(&target.owner).await,
    ];
    let mut walked = 0;
    for entry in table() {
        if entry.guard != Guard::ServiceAdmin {
            continue;
        }
        for client in &clients {
            let answer = knock(client, &entry, &target.path(entry.path)).await;
            let name = format!("{} {}", entry.method, entry.path);
            assert_eq!(answer.status, 404, "{name}: {}", answer.text);
        }
        walked += 1;
    }
    assert!(walked > 15, "the table is too short: {walked}");
    let after = world.program(&target.owner).await.get(&usage).await.json();
    assert_eq!(after, before, "nothing came of all that");
}

#[tokio::test]
async fn a_tenant_that_is_stopped_reads_and_changes_nothing() {
    let world = crate::tests::open().await;
    let target = Target::make(&world).await;
    let owner = world.program(&target.owner).await;
    let mut work = world.app.store.begin_write().await.unwrap();
    let tenants = work.tenants();
    let suspended = model::Standing::Suspended;
    let id = target.owner.tenant;
    let now = world.app.now();
    assert!(
        tenants
            .set_standing(id, suspended, "Spam", now)
            .await
            .unwrap()
    );
    work.commit().await.unwrap();
    let mut refused = 0;
    for entry in table() {
        if !matches!(entry.guard, Guard::Tenant(_) | Guard::House(_)) || !is_api(entry.path) {
            continue;
        }
        if entry.path.ends_with("/deletion") {
            // Leaving is possible while nothing else is.
            continue;
        }
        let answer = knock(&owner, &entry, &target.path(entry.path)).await;
        let name = format!("{} {}", entry.method, entry.path);
        if entry.method == Method::GET {
            assert!(answer.status != 403, "{name}: {}", answer.text);
        } else {
            assert_eq!(answer.status, 403, "{name}: {}", answer.text);
            assert_eq!(answer.problem(), "standing", "{name}");
            assert_eq!(answer.json()["reason"], "Spam", "{name}");
            refused += 1;
        }
    }
    assert!(refused > 6, "the table is too short: {refused}");
}

#[tokio::test]
async fn methods_and_paths_that_are_not_there_are_problems_too() {
    let world = crate::tests::open().await;
    let client = world.client();
    let wrong_method = client.call(Method::DELETE, "/api/v1/accounts").await;
    assert_eq!(
        (wrong_method.status, wrong_method.problem().as_str()),
        (405, "method-not-allowed")
    );
    assert_eq!(wrong_method.header("allow"), "POST");
    let nowhere = client.get("/api/v1/nothing").await;
    assert_eq!(nowhere.problem(), "not-found");
    assert_eq!(nowhere.json()["request_id"], nowhere.header("x-request-id"));
    let page = client.visit("/nothing").await;
    assert_eq!(page.status, 404);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text.contains(page.header("x-request-id")));
}
