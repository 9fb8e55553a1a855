use std::time::Duration;

use http::Method;
use model::{HouseId, Plan, TenantRole};
use serde_json::{Value, json};

use crate::testing::{Client, Person, World};

struct Scene {
    world: World,
    anna: Person,
    owner: Client,
    ada: Person,
    admin: Client,
    house: HouseId,
}

impl Scene {
    async fn set() -> Self {
        let world = World::open().await;
        let anna = world.person("Anna").await;
        let ada = world.person_on("Ada", Plan::Pro, true).await;
        let house = world.house(&anna, "Villa").await;
        Self {
            owner: world.program(&anna).await,
            admin: world.program(&ada).await,
            world,
            anna,
            ada,
            house,
        }
    }

    fn own(&self) -> String {
        format!("/api/v1/tenants/{}/support-access", self.anna.tenant)
    }

    fn over(&self) -> String {
        format!("/api/v1/admin/tenants/{}/support-access", self.anna.tenant)
    }

    fn house_path(&self) -> String {
        format!("/api/v1/houses/{}", self.house)
    }

    /// Anna lets support in; returns the id.
    async fn offer(&self, level: &str, hours: u32) -> String {
        let body = json!({"level": level, "hours": hours, "reason": "Look at the lamp"});
        let made = self.owner.post(&self.own(), body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(made.json()["state"], "active");
        made.json()["access_id"].as_str().unwrap().to_owned()
    }

    /// What Anna's audit log says support did, the newest first.
    async fn done_by_support(&self) -> Vec<Value> {
        let owner = self.world.program(&self.anna).await;
        let path = format!("/api/v1/tenants/{}/audit", self.anna.tenant);
        let query = format!("{path}?actor=support:{}", self.ada.account);
        let rows = owner.get(&query).await.json();
        rows["audit"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn without_consent_there_is_nothing_and_after_its_end_neither() {
    let scene = Scene::set().await;
    let anna = &scene.anna;
    let paths = [
        scene.house_path(),
        format!("{}/credentials", scene.house_path()),
        format!("/api/v1/tenants/{}/usage", anna.tenant),
        format!("/api/v1/tenants/{}/audit", anna.tenant),
        scene.own(),
    ];
    let statuses = async |client: &Client| {
        let mut all = Vec::new();
        for path in &paths {
            all.push(client.get(path).await.status);
        }
        all
    };
    assert_eq!(statuses(&scene.admin).await, [404; 5]);
    let id = scene.offer("read", 2).await;
    assert_eq!(statuses(&scene.admin).await, [200; 5]);
    // Somebody else's consent opens nothing, and nobody else is let in by it.
    let (bob, carl) = (
        scene.world.person("Bob").await,
        scene.world.person("Carl").await,
    );
    let other = scene.world.house(&bob, "Other").await;
    let theirs = format!("/api/v1/houses/{other}");
    assert_eq!(scene.admin.get(&theirs).await.status, 404);
    let carl = scene.world.program(&carl).await;
    assert_eq!(statuses(&carl).await, [404; 5]);
    // A program of the admin's is not let in.
    let token = json!({"name": "x", "scopes": ["read", "admin"], "days": 1});
    let token = scene.admin.post("/api/v1/account/api-tokens", token).await;
    let mut program = scene.world.client();
    program.bearer = Some(token.json()["secret"].as_str().unwrap().to_owned());
    assert_eq!(statuses(&program).await, [404; 5]);

    let ended = format!("{}/{id}", scene.own());
    let ended = scene.owner.call(Method::DELETE, &ended).await;
    assert_eq!(ended.status, 204, "{}", ended.text);
    assert_eq!(statuses(&scene.admin).await, [404; 5]);
    let again = format!("{}/{id}", scene.own());
    assert_eq!(scene.owner.call(Method::DELETE, &again).await.status, 409);

    scene.offer("read", 1).await;
    assert_eq!(scene.admin.get(&paths[0]).await.status, 200);
    scene.world.ambient.advance(Duration::from_hours(1));
    let admin = scene.world.program(&scene.ada).await;
    assert_eq!(statuses(&admin).await, [404; 5]);
}

#[tokio::test]
async fn looking_changes_nothing_and_all_of_it_is_told() {
    let scene = Scene::set().await;
    scene.offer("read", 2).await;
    assert_eq!(scene.admin.get(&scene.house_path()).await.status, 200);
    let renamed = json!({"name": "Mine"});
    let refused = scene
        .admin
        .json(Method::PATCH, &scene.house_path(), renamed)
        .await;
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (403, "forbidden")
    );
    let token = format!("{}/bus-token", scene.house_path());
    assert_eq!(scene.admin.post(&token, json!({})).await.status, 403);
    let house = scene.owner.get(&scene.house_path()).await.json();
    assert_eq!(house["name"], "Villa");

    let told = scene.done_by_support().await;
    let line = |row: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let detail = &row["detail"];
        let refused = detail["refused"].as_bool().unwrap_or(false);
        (text(&row["action"]), text(&detail["method"]), refused)
    };
    let looked = ("support.looked".to_owned(), "GET".to_owned(), false);
    let tried = |method: &str| ("support.acted".to_owned(), method.to_owned(), true);
    let told: Vec<_> = told.iter().map(line).collect();
    assert_eq!(told, [tried("POST"), tried("PATCH"), looked]);
    let rows = scene.done_by_support().await;
    assert_eq!(rows[2]["subject"], scene.house_path());
    assert_eq!(rows[2].get("actor_name"), None, "who of the service it was");
}

#[tokio::test]
async fn changing_stops_where_somebody_would_be_let_in_for_good() {
    let scene = Scene::set().await;
    let id = scene.offer("change", 2).await;
    let renamed = json!({"name": "Palazzo"});
    let changed = scene
        .admin
        .json(Method::PATCH, &scene.house_path(), renamed)
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let told = scene.done_by_support().await;
    assert_eq!(told[0]["action"], "house.changed");
    assert_eq!(told[0]["detail"]["name"], "Palazzo");

    let tenant = format!("/api/v1/tenants/{}", scene.anna.tenant);
    let made = json!({"kind": "secret", "role": "house", "name": "Mine"});
    let invited = json!({"email": "ada@example.org", "role": "admin"});
    let offered = json!({"level": "change", "hours": 168});
    for (path, body) in [
        (format!("{}/credentials", scene.house_path()), made),
        (format!("{}/bus-token", scene.house_path()), json!({})),
        (format!("{tenant}/invitations"), invited),
        (scene.own(), offered),
        (format!("{}/{id}/grant", scene.own()), json!({"hours": 168})),
    ] {
        let refused = scene.admin.post(&path, body).await;
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (403, "forbidden"),
            "{path}"
        );
    }
    // Leaving early is the admin's own affair.
    let leave = format!("{}/{id}", scene.over());
    assert_eq!(scene.admin.call(Method::DELETE, &leave).await.status, 204);
    assert_eq!(scene.admin.get(&scene.house_path()).await.status, 404);
}

#[tokio::test]
async fn an_admin_asks_with_a_reason_and_the_owner_allows_less() {
    let scene = Scene::set().await;
    let ask =
        |hours: i64, reason: &str| json!({"level": "change", "hours": hours, "reason": reason});
    for (body, field) in [
        (ask(2, " "), "reason"),
        (ask(0, "Lamp"), "hours"),
        (ask(169, "Lamp"), "hours"),
    ] {
        let refused = scene.admin.post(&scene.over(), body).await;
        assert_eq!(refused.problem(), "invalid");
        assert!(refused.text.contains(field), "{}", refused.text);
    }
    let asked = scene
        .admin
        .post(&scene.over(), ask(24, "The lamp is dark"))
        .await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    let id = asked.json()["access_id"].as_str().unwrap().to_owned();
    assert_eq!(asked.json()["state"], "asked");
    let twice = scene.admin.post(&scene.over(), ask(24, "Again")).await;
    assert_eq!(twice.problem(), "conflict");
    let mail = scene.world.mails_to(&scene.anna.email, 1).await.remove(0);
    assert!(mail.text.contains("The lamp is dark"), "{}", mail.text);
    let page = format!("/tenants/{}/support", scene.anna.tenant);
    assert!(mail.text.contains(&page), "{}", mail.text);
    assert_eq!(scene.admin.get(&scene.house_path()).await.status, 404);

    // Only those who manage the account answer, and nobody of another one.
    let (rita, bob) = (
        scene.world.person("Rita").await,
        scene.world.person("Bob").await,
    );
    scene
        .world
        .join(&rita, scene.anna.tenant, TenantRole::Resident)
        .await;
    let grant = format!("{}/{id}/grant", scene.own());
    for (person, status) in [(&rita, 403), (&bob, 404)] {
        let client = scene.world.program(person).await;
        assert_eq!(client.post(&grant, json!({})).await.status, status);
    }
    let elsewhere = format!("/api/v1/tenants/{}/support-access/{id}/grant", bob.tenant);
    let bob = scene.world.program(&bob).await;
    assert_eq!(bob.post(&elsewhere, json!({})).await.status, 404);

    let granted = scene
        .owner
        .post(&grant, json!({"level": "read", "hours": 1}))
        .await;
    assert_eq!(granted.status, 200, "{}", granted.text);
    assert_eq!(granted.json()["level"], "read");
    assert_eq!(granted.json()["hours"], 1);
    assert_eq!(scene.owner.post(&grant, json!({})).await.status, 409);
    assert_eq!(scene.admin.get(&scene.house_path()).await.status, 200);
    let active = scene.admin.get("/api/v1/admin/support-access").await.json();
    assert_eq!(active["support_access"][0]["access_id"], id.as_str());

    let listed = scene.owner.get(&scene.own()).await.json();
    assert_eq!(listed["support_access"][0]["state"], "active");
    let log = format!("/api/v1/tenants/{}/audit", scene.anna.tenant);
    let log = scene.owner.get(&log).await.json();
    let actions: Vec<&str> = log["audit"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["action"].as_str())
        .filter(|action| action.starts_with("support.") && *action != "support.looked")
        .collect();
    assert_eq!(actions, ["support.granted", "support.asked"]);
}

#[tokio::test]
async fn a_question_that_nobody_answers_lapses() {
    let scene = Scene::set().await;
    let body = json!({"level": "read", "hours": 2, "reason": "Lamp"});
    let asked = scene.admin.post(&scene.over(), body).await.json();
    let id = asked["access_id"].as_str().unwrap();
    scene.world.ambient.advance(super::service::ASKED_FOR);
    let owner = scene.world.program(&scene.anna).await;
    let grant = format!("{}/{id}/grant", scene.own());
    assert_eq!(owner.post(&grant, json!({})).await.status, 409);
    let listed = owner.get(&scene.own()).await.json();
    assert_eq!(listed["support_access"][0]["state"], "over");
}
