//! A house's configuration on both protocols.

use anyhow::Result;
use serde_json::json;
use tests::{Module, Protocol, Server};

#[tokio::test]
async fn a_module_of_protocol_2_asks_and_is_answered_even_before_it_listens() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    // Asks first, subscribes its own filter afterwards, as stock modules do.
    let bus = villa
        .dial(&server, &format!("egeoffrey-{}-service-late", villa.id))
        .connect()
        .await?;
    let question = serde_json::to_vec(&json!({"request_id": 7, "data": "1/house"}))?;
    let topic = villa.topic("service/late/controller/config/SUBSCRIBE/null");
    bus.publish(&topic, &question, tests::QoS::Two, false)
        .await?;
    bus.subscribe(&villa.topic("+/+/service/late/+/#")).await?;
    let mut bus = bus;
    let house = bus
        .on(&villa.topic("controller/config/service/late/CONF/1/house"))
        .await?;
    assert_eq!(house.data()["name"], json!("Villa"), "{:?}", house.data());
    assert_eq!(
        house.data()["timezone"],
        json!(1),
        "whole hours of Berlin's standard time"
    );
    let done = bus
        .on(&villa.topic("controller/config/service/late/SUBSCRIBE_ACK/null"))
        .await?;
    assert_eq!(done.data(), json!("1/house"));
    Ok(())
}

#[tokio::test]
async fn the_hubs_tables_come_in_both_schemas() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut gui = Module::connect(&server, &villa, "gui/anna_3").await?;
    for version in [3, 4] {
        gui.send(
            "controller/config",
            "SUBSCRIBE/null",
            &json!(format!("{version}/controller/hub")),
        )
        .await?;
        let hub = gui
            .heard(&format!(
                "controller/config/gui/anna_3/CONF/{version}/controller/hub"
            ))
            .await?;
        assert!(
            hub.data()["calculate"]["avg_min_max"].is_object(),
            "{:?}",
            hub.data()
        );
        assert!(
            hub.data()["retain"]["history"].is_object(),
            "{:?}",
            hub.data()
        );
        gui.heard("controller/config/gui/anna_3/SUBSCRIBE_ACK/null")
            .await?;
    }
    Ok(())
}

#[tokio::test]
async fn sensors_are_saved_announced_and_deleted_on_protocol_2() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let mut lab = Module::connect(&server, &villa, "service/lab").await?;
    lab.add_sensor("lab/a", "push").await?;
    lab.add_sensor("lab/b", "push").await?;

    lab.send("controller/config", "SUBSCRIBE/null", &json!("+/sensors/#"))
        .await?;
    let topic = |sensor: &str| format!("controller/config/service/lab/CONF/1/sensors/{sensor}");
    let a = lab.heard(&topic("lab/a")).await?;
    assert_eq!(a.data()["format"], json!("float_1"));
    assert_eq!(
        a.data()["service"]["configuration"]["pin"],
        json!(4),
        "unknown keys stay"
    );
    lab.heard(&topic("lab/b")).await?;
    lab.heard("controller/config/service/lab/SUBSCRIBE_ACK/null")
        .await?;

    lab.send("controller/config", "DELETE/1/sensors/lab/a", &json!({}))
        .await?;
    let gone = lab
        .heard("controller/config/*/*/CONF/1/sensors/lab/a")
        .await?;
    assert!(gone.payload.is_empty(), "a deletion is an empty message");
    lab.send("controller/config", "SUBSCRIBE/null", &json!("+/sensors/#"))
        .await?;
    lab.heard("controller/config/service/lab/SUBSCRIBE_ACK/null")
        .await?;
    let rest: Vec<_> = lab
        .bus
        .arrived()
        .into_iter()
        .filter(|message| message.topic.contains("/CONF/"))
        .collect();
    assert_eq!(rest.len(), 1, "{rest:?}");
    assert!(rest[0].topic.ends_with("/sensors/lab/b"));
    Ok(())
}

#[tokio::test]
async fn configuration_is_retained_on_protocol_1() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let dial = villa.dial(&server, &format!("egeoffrey-{}-service-old", villa.id));
    let mut old = Module::on(dial, &villa, "service/old", Protocol::V1).await?;
    // A house that is just starting says it first to whoever is there already.
    let house = loop {
        old.listen("controller/config/*/*/CONF/+/house").await?;
        let house = old.heard("controller/config/*/*/CONF/1/house").await?;
        if house.retained {
            break house;
        }
    };
    assert_eq!(house.data()["name"], json!("Villa"));
    for version in [3, 4] {
        old.listen(&format!(
            "controller/config/*/*/CONF/{version}/controller/hub"
        ))
        .await?;
        let hub = old
            .heard(&format!(
                "controller/config/*/*/CONF/{version}/controller/hub"
            ))
            .await?;
        assert!(hub.retained && hub.data()["retain"].is_object());
    }

    old.add_sensor("old/temp", "push").await?;
    let dial = villa.dial(&server, "another");
    let mut another = Module::on(dial, &villa, "service/another", Protocol::V1).await?;
    another
        .listen("controller/config/*/*/CONF/1/sensors/#")
        .await?;
    assert!(
        another
            .heard("controller/config/*/*/CONF/1/sensors/old/temp")
            .await?
            .retained
    );

    old.send("controller/config", "DELETE/1/sensors/old/temp", &json!({}))
        .await?;
    let gone = another
        .heard("controller/config/*/*/CONF/1/sensors/old/temp")
        .await?;
    assert!(gone.payload.is_empty());
    let dial = villa.dial(&server, "third");
    let mut third = Module::on(dial, &villa, "service/third", Protocol::V1).await?;
    third
        .listen("controller/config/*/*/CONF/1/sensors/#")
        .await?;
    third.bus.settle(&villa.id).await?;
    let left = third.bus.arrived();
    assert!(
        left.is_empty(),
        "a deleted sensor is still retained: {left:?}"
    );
    Ok(())
}

#[tokio::test]
async fn protocol_1_modules_that_ask_as_protocol_2_are_answered() -> Result<()> {
    let server = Server::start().await?;
    let anna = server.person("anna").await?;
    let villa = anna.house("Villa").await?;
    let dial = villa.dial(&server, "mixed");
    let mut mixed = Module::on(dial, &villa, "service/mixed", Protocol::V1).await?;
    mixed
        .send("controller/config", "SUBSCRIBE/null", &json!("1/house"))
        .await?;
    mixed
        .heard("controller/config/service/mixed/CONF/1/house")
        .await?;
    mixed
        .heard("controller/config/service/mixed/SUBSCRIBE_ACK/null")
        .await?;
    Ok(())
}
