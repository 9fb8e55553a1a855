//! A value's way: hub, store, database, on both protocols.

use anyhow::Result;
use serde_json::json;
use tests::{Module, Protocol, Server};

#[tokio::test]
async fn a_value_is_normalised_kept_and_announced_on_both_protocols() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    for protocol in [Protocol::V1, Protocol::V2] {
        let id = format!("egeoffrey-{}-service-{}", villa.id, protocol.level());
        let mut lab = Module::on(villa.dial(&server, &id), &villa, "service/lab", protocol).await?;
        let sensor = format!("lab/{}", protocol.level());
        lab.add_sensor(&sensor, "push").await?;
        lab.listen("controller/db/*/*/SAVED/#").await?;

        lab.report(&sensor, &json!("21.26")).await?;
        let saved = lab
            .heard(&format!("controller/db/*/*/SAVED/{sensor}"))
            .await?;
        assert_eq!(saved.data()["value"], json!("21.3"), "{:?}", saved.data());
        assert_eq!(saved.data()["from_save"], json!(true));
        assert!(!saved.retained);

        let newest = lab
            .ask("controller/db", &format!("GET/{sensor}"), &json!({}))
            .await?;
        assert_eq!(
            newest.data(),
            json!({"data": [21.3]}),
            "the newest value, as a number"
        );
        let scored = lab
            .ask(
                "controller/db",
                &format!("GET/{sensor}"),
                &json!({"withscores": true}),
            )
            .await?;
        assert_eq!(
            scored.data()["data"][0][1],
            json!(21.3),
            "{:?}",
            scored.data()
        );

        // What is no number is dropped, and what was stored stays.
        lab.report(&sensor, &json!("warm")).await?;
        lab.report(&sensor, &json!(22)).await?;
        let saved = lab
            .heard(&format!("controller/db/*/*/SAVED/{sensor}"))
            .await?;
        assert_eq!(saved.data()["value"], json!("22.0"));
    }
    Ok(())
}

#[tokio::test]
async fn the_acknowledgement_comes_after_the_commit() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("lab/temp", "push").await?;
    let path = format!(
        "/api/v1/houses/{}/sensors/lab%2Ftemp/history?resolution=raw",
        villa.id
    );
    for count in 1..=5 {
        // `report` returns with the acknowledgement; nobody waits for the value.
        lab.report_at("lab/temp", &json!(count), count).await?;
        let points = anna.api.get(&path).await?.expect(200)?;
        assert_eq!(
            points["points"].as_array().map(Vec::len),
            usize::try_from(count).ok(),
            "{points}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn controllers_answer_a_ping_on_both_protocols() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    for protocol in [Protocol::V1, Protocol::V2] {
        let id = format!("egeoffrey-{}-gui-anna_{}", villa.id, protocol.level());
        let mut gui = Module::on(villa.dial(&server, &id), &villa, "gui/anna_1", protocol).await?;
        for controller in ["controller/config", "controller/db", "controller/hub"] {
            let id = gui.send(controller, "PING/null", &json!({})).await?;
            let pong = gui
                .heard(&format!("{controller}/gui/anna_1/PONG/null"))
                .await?;
            assert_eq!(pong.request_id(), Some(id));
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_sensor_is_offered_and_added_in_the_portal() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    lab.listen("controller/hub/*/*/UNKNOWN/#").await?;
    lab.listen("controller/config/*/*/CONF/1/sensors/#").await?;

    lab.report("cellar/humidity", &json!(71.5)).await?;
    let offered = lab
        .heard("controller/hub/*/*/UNKNOWN/cellar/humidity")
        .await?;
    assert_eq!(offered.data()["sender"], json!("service/lab"));
    assert_eq!(
        offered.data()["value"].to_string().trim_matches('"'),
        "71.5"
    );
    let all = lab
        .ask("controller/hub", "GET_UNKNOWN/null", &json!({}))
        .await?;
    assert_eq!(
        all.data()["data"][0]["sensor"],
        json!("cellar/humidity"),
        "{:?}",
        all.data()
    );

    let browser = server.api()?;
    let log_in = [
        ("email", anna.email.as_str()),
        ("password", tests::person::PASSWORD),
    ];
    assert!(
        browser
            .form("/log-in", &log_in)
            .await?
            .status
            .is_redirection()
    );
    let form = [
        ("sensor", "cellar/humidity"),
        ("sender", "service/lab"),
        ("description", "Cellar humidity"),
        ("unit", "%"),
        ("format", "float_1"),
    ];
    let added = browser
        .form(&format!("/houses/{}/sensors", villa.id), &form)
        .await?;
    assert!(
        added.status.is_redirection(),
        "{} {}",
        added.status,
        added.body
    );
    let sensor = lab
        .heard("controller/config/*/*/CONF/1/sensors/cellar/humidity")
        .await?;
    assert_eq!(sensor.data()["service"]["name"], json!("lab"));
    assert_eq!(sensor.data()["service"]["mode"], json!("push"));

    lab.report("cellar/humidity", &json!(72.5)).await?;
    assert_eq!(
        lab.history("cellar/humidity").await?.last(),
        Some(&json!(72.5))
    );
    let rest = lab
        .ask("controller/hub", "GET_UNKNOWN/null", &json!({}))
        .await?;
    assert_eq!(
        rest.data()["data"],
        json!([]),
        "what was added is still offered"
    );
    Ok(())
}

#[tokio::test]
async fn an_actuator_is_told_what_was_set() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut relay = Module::connect(&server, &villa, "service/relay").await?;
    relay.add_sensor("hall/light", "actuator").await?;
    let mut gui = Module::connect(&server, &villa, "gui/anna_7").await?;
    gui.listen("controller/db/*/*/SAVED/#").await?;
    gui.send("controller/hub", "SET/hall/light", &json!({"value": 1}))
        .await?;
    let told = relay
        .heard("controller/hub/service/relay/OUT/hall/light")
        .await?;
    assert_eq!(
        told.data()["pin"],
        json!(4),
        "the service's own configuration comes along: {:?}",
        told.data()
    );
    assert_eq!(
        told.data()["value"].as_f64(),
        Some(1.0),
        "{:?}",
        told.data()
    );
    let saved = gui.heard("controller/db/*/*/SAVED/hall/light").await?;
    assert_eq!(saved.data()["value"], json!("1.0"));
    Ok(())
}
