//! Credentials with roles: what each may say, from where it was used, its
//! exchange and its end.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tests::{Dial, House, Module, Person, QoS, Server, api, wait};

/// Makes a credential; its id and its secret.
async fn credential(anna: &Person, villa: &House, wish: Value) -> Result<(String, String)> {
    let path = format!("/api/v1/houses/{}/credentials", villa.id);
    let mut wish = wish;
    let fields = wish.as_object_mut().context("a wish is an object")?;
    fields.insert("kind".to_owned(), json!("secret"));
    let made = anna.api.post(&path, &wish).await?.expect(201)?;
    Ok((
        api::text(&made, "credential_id")?,
        api::text(&made, "secret")?,
    ))
}

async fn listed(anna: &Person, villa: &House, id: &str) -> Result<Value> {
    let path = format!("/api/v1/houses/{}/credentials", villa.id);
    let all = anna.api.get(&path).await?.expect(200)?;
    let found = api::list(all.get("credentials").unwrap_or(&Value::Null))?;
    let named = |one: &Value| one["credential_id"] == id;
    found.into_iter().find(named).context("not in the list")
}

#[tokio::test]
async fn people_and_packages_say_what_their_role_allows_and_as_themselves() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("lab/temp", "push").await?;
    let package = json!({"role": "package", "name": "Lab", "package": "egeoffrey-service-lab",
        "senders": ["service/lab2"]});
    let set = "controller/hub/SET/lab/temp";
    let save = "controller/config/SAVE/1/house";
    let get = "controller/db/GET/lab/temp";
    let own = "controller/hub/IN/lab/temp";
    for (wish, sender, allowed, refused) in [
        (
            json!({"role": "viewer", "name": "Hall"}),
            "gui/hall_61839",
            vec![get],
            vec![set, save],
        ),
        (
            json!({"role": "resident", "name": "Kitchen", "user": "kitchen"}),
            "gui/kitchen_1",
            vec![get, set],
            vec![save],
        ),
        (
            json!({"role": "admin", "name": "Anna"}),
            "gui/anna_999999",
            vec![get, set, "controller/hub/POLL/lab/temp"],
            vec![],
        ),
        (package, "service/lab2", vec![own, get], vec![save]),
    ] {
        let role = wish["role"].to_string();
        let (id, secret) = credential(&anna, &villa, wish).await?;
        let client_id = format!("egeoffrey-{}-{}", villa.id, sender.replace('/', "-"));
        let client = Dial::new(&server, &villa.id, &secret, &client_id)
            .connect()
            .await?;
        let payload = serde_json::to_vec(&json!({"request_id": 1, "data": {"value": 20.5}}))?;
        let say = async |sender: &str, what: &str, retain| {
            let topic = villa.topic(&format!("{sender}/{what}"));
            client.try_publish(&topic, &payload, QoS::One, retain).await
        };
        for what in allowed {
            assert!(say(sender, what, false).await?.is_ok(), "{role} {what}");
        }
        for what in refused {
            assert!(say(sender, what, false).await?.is_err(), "{role} {what}");
        }
        for other in ["controller/hub", "service/lab", "gui/bob_1", "gui/anna"] {
            assert!(say(other, get, false).await?.is_err(), "{role} as {other}");
        }
        assert!(
            say(sender, "*/*/STATUS/1", true).await?.is_err(),
            "{role} retains"
        );
        let used = wait::until("its use to be noted", async || {
            let one = listed(&anna, &villa, &id).await?;
            Ok(one["last_used_at"].is_string().then_some(one))
        })
        .await?;
        assert_eq!(used["last_used_from"], json!("127.0.0.1"), "{used}");
        assert_eq!(used["created_by"], json!("anna"), "{used}");
    }
    let refusals = anna.refusals(&villa).await?;
    assert!(
        refusals
            .iter()
            .any(|one| one["reason"] == json!("permission")),
        "{refusals:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_stock_gui_with_a_viewer_s_passcode_sees_values_and_no_secrets() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("lab/temp", "push").await?;
    let (_, secret) = credential(&anna, &villa, json!({"role": "viewer", "name": "Hall"})).await?;
    let sender = "gui/hall_4711";
    let mut gui = Dial::new(&server, &villa.id, &secret, "gui")
        .connect()
        .await?;
    gui.subscribe(&villa.topic(&format!("+/+/{sender}/+/#")))
        .await?;
    gui.subscribe(&villa.topic("controller/db/*/*/SAVED/#"))
        .await?;
    lab.report("lab/temp", &json!(19.5)).await?;
    gui.on(&villa.topic("controller/db/*/*/SAVED/lab/temp"))
        .await?;
    let ask = serde_json::to_vec(&json!({"request_id": 7, "data": "1/sensors/#"}))?;
    let topic = villa.topic(&format!("{sender}/controller/config/SUBSCRIBE/null"));
    gui.publish(&topic, &ask, QoS::One, false).await?;
    let sensor = villa.topic(&format!(
        "controller/config/{sender}/CONF/1/sensors/lab/temp"
    ));
    let shown = gui.on(&sensor).await?.data();
    assert_eq!(shown["service"]["name"], json!("lab"), "{shown}");
    assert_eq!(shown["service"].get("configuration"), None, "{shown}");
    Ok(())
}

#[tokio::test]
async fn an_exchanged_secret_works_until_its_overlap_is_over() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let (id, old) = credential(&anna, &villa, json!({"role": "house", "name": "Garden"})).await?;
    let mut before = Dial::new(&server, &villa.id, &old, "before")
        .connect()
        .await?;
    let path = format!("/api/v1/houses/{}/credentials/{id}/rotate", villa.id);
    let overlap = json!({"overlap_seconds": 2});
    let made = anna.api.post(&path, &overlap).await?.expect(201)?;
    let fresh = api::text(&made, "secret")?;
    // Both work: the new one also under the client id of the old one.
    let mut after = Dial::new(&server, &villa.id, &fresh, "after")
        .connect()
        .await?;
    after.settle(&villa.id).await?;
    before.settle(&villa.id).await?;
    assert_eq!(
        anna.api.post(&path, &overlap).await?.problem(409)?,
        "conflict"
    );
    let why = before.ended().await?;
    assert!(
        why.contains("MaximumConnectTime") || why.contains("NotAuthorized"),
        "{why}"
    );
    let again = Dial::new(&server, &villa.id, &old, "before")
        .try_connect()
        .await?;
    assert!(again.is_err(), "an ended credential connects");
    after.settle(&villa.id).await?;
    assert!(!after.has_ended());
    Ok(())
}

#[tokio::test]
async fn nobody_else_exchanges_makes_or_sees_credentials() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let (id, _) = credential(&anna, &villa, json!({"role": "viewer", "name": "Hall"})).await?;
    let mallory = server.person("mallory").await?;
    let path = format!("/api/v1/houses/{}/credentials", villa.id);
    let wish = json!({"kind": "secret", "role": "viewer", "name": "Mine"});
    let rotate = format!("{path}/{id}/rotate");
    assert_eq!(
        mallory.api.post(&path, &wish).await?.problem(404)?,
        "not-found"
    );
    assert_eq!(mallory.api.get(&path).await?.problem(404)?, "not-found");
    assert_eq!(
        mallory.api.post(&rotate, &json!({})).await?.problem(404)?,
        "not-found"
    );
    Ok(())
}
