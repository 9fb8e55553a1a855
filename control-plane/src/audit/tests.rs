use std::path::Path;
use std::time::Duration;

use data_encoding::HEXLOWER;
use http::Method;
use model::{Plan, Timestamp};
use serde_json::{Value, json};

use super::check::{AuditReport, check};
use super::heads::{Heads, file_name};
use crate::standing::{erase, service::GRACE};
use crate::store::audit::chain;
use crate::store::{AuditRecord, Chain};
use crate::testing::{Person, World};

fn log_of(person: &Person) -> String {
    format!("/api/v1/tenants/{}/audit", person.tenant)
}

fn actions(answer: &Value) -> Vec<String> {
    let rows = answer["audit"].as_array().unwrap().iter();
    rows.map(|row| row["action"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn what_is_changed_is_told_with_who_and_from_where() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}");
    let renamed = json!({"name": "<b>Palazzo</b>"});
    let answer = client.json(Method::PATCH, &path, renamed).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let credential = json!({"kind": "secret", "role": "house", "name": "Spare"});
    let made = client
        .post(&format!("{path}/credentials"), credential)
        .await
        .json();
    let secret = made["secret"].as_str().unwrap();
    assert_eq!(client.call(Method::DELETE, &path).await.status, 204);

    let log = client.get(&log_of(&anna)).await;
    assert!(!log.text.contains(secret), "a secret in the log");
    let rows = log.json();
    assert_eq!(
        actions(&rows),
        [
            "house.deleted",
            "credential.made",
            "house.changed",
            "house.created",
            "tenant.created"
        ]
    );
    let changed = &rows["audit"][2];
    assert_eq!(changed["actor"], format!("account:{}", anna.account));
    assert_eq!(changed["actor_name"], "Anna");
    assert_eq!(changed["subject"], house.as_str());
    assert_eq!(changed["detail"]["name"], "<b>Palazzo</b>");
    let from = changed["client"].as_str().unwrap();
    assert!(from.contains("tok_"), "by which log-in: {from}");
    let refused = json!({"name": "x", "hosting": "hosted", "timezone": "Europe/Berlin"});
    let houses = format!("/api/v1/tenants/{}/houses", anna.tenant);
    for _ in 0..4 {
        client.post(&houses, refused.clone()).await;
    }
    let rows = client.get(&log_of(&anna)).await.json();
    let made = actions(&rows);
    let made = made.iter().filter(|action| *action == "house.created");
    assert_eq!(made.count(), 4, "what was refused did not happen");
}

#[tokio::test]
async fn what_admins_decide_is_in_both_logs_and_their_names_in_one() {
    let world = World::open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    let ada = world.person_on("Ada", Plan::Pro, true).await;
    let admin = world.program(&ada).await;
    let suspend = format!("/api/v1/admin/tenants/{}/suspend", anna.tenant);
    let why = json!({"reason": "Sends spam"});
    assert_eq!(admin.post(&suspend, why).await.status, 200);
    let own = world.program(&anna).await.get(&log_of(&anna)).await.json();
    let row = &own["audit"][0];
    assert_eq!(row["action"], "tenant.standing_set");
    assert_eq!(row["actor"], format!("admin:{}", ada.account));
    assert_eq!(row.get("actor_name"), None);
    let decided = "/api/v1/admin/audit?action=tenant.standing_set";
    let all = admin.get(decided).await.json();
    let row = &all["audit"][0];
    assert_eq!(row["action"], "tenant.standing_set");
    assert_eq!(row["actor_name"], "Ada");
    assert_eq!(row["subject"], anna.tenant.to_string());
    let theirs = world.program(&bob).await.get(&log_of(&bob)).await.json();
    assert_eq!(actions(&theirs), ["tenant.created"]);
}

#[tokio::test]
async fn a_list_is_narrowed_and_goes_on_where_it_ended() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}");
    for number in 0..5 {
        let name = json!({"name": format!("Villa {number}")});
        client.json(Method::PATCH, &path, name).await;
    }
    let log = log_of(&anna);
    let mut seen = Vec::new();
    let mut next = format!("{log}?action=house.changed&limit=2");
    loop {
        let page = client.get(&next).await.json();
        for row in page["audit"].as_array().unwrap() {
            seen.push(row["detail"]["name"].as_str().unwrap().to_owned());
        }
        let Some(cursor) = page["next"].as_str() else {
            break;
        };
        next = format!("{log}?action=house.changed&limit=2&cursor={cursor}");
    }
    assert_eq!(
        seen,
        ["Villa 4", "Villa 3", "Villa 2", "Villa 1", "Villa 0"]
    );
    let tomorrow = format!("{log}?from=2099-01-01");
    assert_eq!(actions(&client.get(&tomorrow).await.json()).len(), 0);
    for query in ["action=x", "actor=x", "limit=0", "from=x", "page=2"] {
        let refused = client.get(&format!("{log}?{query}")).await;
        assert!(
            matches!(refused.status, 400 | 422),
            "{query}: {}",
            refused.text
        );
    }
}

#[tokio::test]
async fn an_export_proves_itself() {
    let world = World::open().await;
    let anna = world.person("Anna").await;
    world.house(&anna, "Villa").await;
    let client = world.program(&anna).await;
    let export = client.get(&format!("{}/export", log_of(&anna))).await;
    assert_eq!(export.header("content-type"), "application/jsonl");
    assert!(export.header("content-disposition").contains("attachment"));
    let lines: Vec<&str> = export.text.lines().collect();
    let (head, rows) = lines.split_last().unwrap();
    let mut previous = chain::NOTHING;
    for line in rows {
        // The detail's exact text counts.
        let detail = line.split_once("\"detail\":").unwrap().1;
        let detail = detail.split_once(",\"hash\"").unwrap().0;
        let row: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let hash = HEXLOWER.decode(text("hash").as_bytes()).unwrap();
        let record = AuditRecord {
            seq: row["seq"].as_i64().unwrap(),
            at: Timestamp::from_rfc3339(&text("at")).unwrap(),
            actor: text("actor"),
            client: text("client"),
            action: text("action"),
            subject: text("subject"),
            detail: detail.to_owned(),
            hash: hash.try_into().unwrap(),
        };
        let chain = Chain::Tenant(anna.tenant);
        assert_eq!(
            chain::hash(chain, &previous, &record),
            record.hash,
            "{line}"
        );
        previous = record.hash;
    }
    let mut work = world.app.store.begin_read().await.unwrap();
    let keys = work.audit().keys().await.unwrap();
    let head = Heads::open(head.as_bytes(), &keys).unwrap();
    let (_, end) = head.heads[0].read().unwrap();
    assert_eq!((end.seq, end.hash), (2, previous));
}

async fn looked(world: &World) -> AuditReport {
    let app = &world.app;
    let report = check(&app.store, &app.audit_heads, app.now()).await;
    report.unwrap()
}

/// Has the heads written by an admin's word; returns the file.
async fn exported(world: &World, admin: &Person) -> std::path::PathBuf {
    let client = world.program(admin).await;
    let heads = client.post("/api/v1/admin/audit/heads", json!({})).await;
    assert_eq!(heads.status, 200, "{}", heads.text);
    world.app.audit_heads.join(file_name(world.app.now()))
}

fn forge(path: &Path, forge: impl FnOnce(&mut Value)) {
    let text = std::fs::read(path).unwrap();
    let mut document: Value = serde_json::from_slice(&text).unwrap();
    forge(&mut document);
    std::fs::write(path, document.to_string()).unwrap();
}

#[tokio::test]
async fn files_of_heads_are_written_and_what_becomes_of_them_is_found() {
    let world = World::open().await;
    let ada = world.person_on("Ada", Plan::Pro, true).await;
    let anna = world.person("Anna").await;
    world.house(&anna, "Villa").await;
    let today = exported(&world, &ada).await;
    let whole = looked(&world).await;
    assert_eq!(whole.faults, Vec::<String>::new());
    assert_eq!((whole.files, whole.chains), (1, 3));
    assert_eq!(whole.newest, Some(world.app.now()));

    // Altered, and put back as it was.
    let was = std::fs::read(&today).unwrap();
    forge(&today, |heads| heads["heads"][0]["seq"] = json!(1));
    let faults = looked(&world).await.faults;
    assert!(faults[0].contains("altered or forged"), "{faults:?}");
    std::fs::write(&today, &was).unwrap();
    assert_eq!(looked(&world).await.faults, Vec::<String>::new());

    // An earlier one of the same day in its place.
    world.ambient.advance(Duration::from_mins(1));
    exported(&world, &ada).await;
    std::fs::write(&today, &was).unwrap();
    let faults = looked(&world).await.faults;
    assert!(faults[0].contains("put in its place"), "{faults:?}");
    exported(&world, &ada).await;
    assert_eq!(looked(&world).await.faults, Vec::<String>::new());

    // Gone.
    std::fs::remove_file(&today).unwrap();
    let faults = looked(&world).await.faults;
    assert!(faults[0].contains("is missing"), "{faults:?}");

    // Of the next day, by itself; then its time passes.
    world.ambient.advance(Duration::from_hours(24));
    super::export::export_if_due(&world.app).await.unwrap();
    let next = world.app.audit_heads.join(file_name(world.app.now()));
    assert!(next.exists());
    let again = super::export::export_if_due(&world.app).await.unwrap();
    assert!(again.is_none(), "once a day");
    world.ambient.advance(Duration::from_hours(40 * 24));
    super::export::export_if_due(&world.app).await.unwrap();
    assert!(!next.exists(), "days are not kept for ever");
    assert_eq!(looked(&world).await.faults, Vec::<String>::new());
}

#[tokio::test]
async fn an_erased_tenant_leaves_where_its_log_ended_and_nothing_more() {
    let world = World::open().await;
    let ada = world.person_on("Ada", Plan::Pro, true).await;
    let anna = world.person("Anna").await;
    world.house(&anna, "Anna's secret villa").await;
    exported(&world, &ada).await;
    let admin = world.program(&ada).await;
    let delete = format!("/api/v1/admin/tenants/{}", anna.tenant);
    assert_eq!(admin.call(Method::DELETE, &delete).await.status, 202);
    world.ambient.advance(GRACE);
    assert_eq!(erase::erase_due(&world.app).await.unwrap().len(), 1);
    let report = looked(&world).await;
    assert_eq!(report.faults, Vec::<String>::new());

    let admin = world.program(&ada).await;
    let log = admin.get("/api/v1/admin/audit/export").await;
    assert!(log.text.contains("tenant.erased") && log.text.contains("audit_hash"));
    assert!(!log.text.contains("secret villa"), "{}", log.text);
    let receipt = format!("/api/v1/admin/deletions/{}", anna.tenant);
    let receipt = admin.get(&receipt).await.json();
    assert!(
        receipt["audit_head"]["seq"].as_i64().unwrap() >= 3,
        "{receipt}"
    );
}
