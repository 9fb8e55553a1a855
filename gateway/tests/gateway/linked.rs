//! The runtime's session, and questions to a house.

use std::time::Duration;

use bus::{Envelope, QoS};
use cell::{
    Ask, AskError, AskReply, Asker, BusCommand, BusConnector, BusMessage, BusSession, Delivery,
    OutgoingMessage, Until,
};
use model::{BusRole, Hosting};
use serde_json::json;

use crate::world::{Home, PATIENCE, World};

async fn hosted() -> World {
    World::with(Hosting::Hosted, |_| {}).await
}

async fn session(world: &World, home: &Home) -> BusSession {
    let session = world.gateway.connect(&home.id).await.unwrap();
    let filters = vec![home.topic("+/+/controller/#")];
    session
        .commands
        .send(BusCommand::Subscribe(filters))
        .await
        .unwrap();
    session
}

async fn delivery(session: &mut BusSession) -> Delivery {
    tokio::time::timeout(PATIENCE, session.deliveries.recv())
        .await
        .expect("nothing was delivered")
        .expect("the session ended")
}

fn reading(home: &Home) -> String {
    home.topic("service/fake/controller/hub/IN/lab/temp")
}

#[tokio::test]
async fn a_publisher_is_acknowledged_when_the_runtime_has_committed() {
    let world = hosted().await;
    let mut session = session(&world, &world.villa).await;
    let mut client = world.client(&world.villa, "c").await;
    for qos in [1, 2] {
        let id = client
            .publish_only(&reading(&world.villa), "21.5", qos, false)
            .await;
        let delivered = delivery(&mut session).await;
        assert_eq!(delivered.topic, reading(&world.villa));
        client.expect_nothing().await;
        session
            .commands
            .send(BusCommand::Acknowledge(delivered.id))
            .await
            .unwrap();
        client.acknowledged(qos, id).await;
    }
}

#[tokio::test]
async fn what_a_dead_runtime_did_not_commit_comes_again() {
    let world = hosted().await;
    let mut first = session(&world, &world.villa).await;
    let mut client = world.client(&world.villa, "c").await;
    let id = client
        .publish_only(&reading(&world.villa), "21.5", 1, false)
        .await;
    let delivered = delivery(&mut first).await;
    drop(first);
    let mut second = session(&world, &world.villa).await;
    let again = delivery(&mut second).await;
    assert_eq!(again.payload, delivered.payload);
    client.expect_nothing().await;
    second
        .commands
        .send(BusCommand::Acknowledge(again.id))
        .await
        .unwrap();
    client.acknowledged(1, id).await;
}

#[tokio::test]
async fn a_second_session_ends_the_first_and_hears_its_own_house_only() {
    let world = hosted().await;
    let mut first = session(&world, &world.villa).await;
    let mut second = session(&world, &world.villa).await;
    let ended = tokio::time::timeout(PATIENCE, first.deliveries.recv()).await;
    assert_eq!(ended, Ok(None));
    let mut neighbour = session(&world, &world.hut).await;
    let mut client = world.client(&world.hut, "c").await;
    client
        .publish_only(&reading(&world.hut), "neighbour", 0, false)
        .await;
    assert_eq!(delivery(&mut neighbour).await.payload, "neighbour");
    let mut client = world.client(&world.villa, "c").await;
    client
        .publish_only(&reading(&world.villa), "own", 0, false)
        .await;
    assert_eq!(delivery(&mut second).await.payload, "own");

    // A runtime cannot speak into another house either.
    let intruder = OutgoingMessage {
        topic: world.hut.topic("controller/hub/controller/db/SET/x"),
        payload: "intruder".into(),
        qos: QoS::AtLeastOnce,
        retain: true,
        hold_for_listener: None,
    };
    second
        .commands
        .send(BusCommand::Publish(intruder))
        .await
        .unwrap();
    client
        .publish_only(&reading(&world.villa), "after", 0, false)
        .await;
    assert_eq!(delivery(&mut second).await.payload, "after");
    neighbour.deliveries.try_recv().unwrap_err();
}

#[tokio::test]
async fn an_answer_waits_for_who_asked_before_listening() {
    let world = hosted().await;
    let session = session(&world, &world.villa).await;
    let topic = world
        .villa
        .topic("controller/config/service/fake/CONF/1/house");
    let answer = OutgoingMessage {
        topic: topic.clone(),
        payload: "house".into(),
        qos: QoS::AtLeastOnce,
        retain: false,
        hold_for_listener: Some(Duration::from_secs(10)),
    };
    session
        .commands
        .send(BusCommand::Publish(answer))
        .await
        .unwrap();
    let mut client = world.client(&world.villa, "c").await;
    client
        .subscribe(&world.villa.topic("+/+/service/fake/#"))
        .await;
    let message = client.message().await;
    assert_eq!(
        (message.topic, message.payload),
        (topic, "house".to_owned())
    );
}

#[tokio::test]
async fn a_house_with_controllers_of_its_own_has_no_runtime_session() {
    let world = World::new().await;
    let refused = world.gateway.connect(&world.villa.id).await.unwrap_err();
    assert!(refused.to_string().contains("own controller"), "{refused}");
    let unknown = world
        .gateway
        .connect(&"nobody-aaaaaa".parse().unwrap())
        .await;
    assert!(unknown.is_err());
}

fn question(home: &Home, deadline: Duration) -> Ask {
    Ask {
        house: home.id.clone(),
        role: BusRole::Viewer,
        user: "anna".into(),
        to: "controller/db".into(),
        command: "GET".into(),
        args: "lab/temp".into(),
        data: Some(json!({"withscores": true})),
        until: Until::Reply,
        deadline,
    }
}

#[tokio::test]
async fn a_question_is_answered_by_the_house() {
    let world = World::new().await;
    let mut database = world.client(&world.villa, "db").await;
    database
        .subscribe(&world.villa.topic("+/+/controller/db/#"))
        .await;
    let asking = world.gateway.ask(question(&world.villa, PATIENCE));
    let answering = async {
        let asked = database.message().await;
        let parsed = bus::Topic::parse(&asked.topic).unwrap();
        let sender = parsed.from.to_string();
        assert!(sender.starts_with("gui/anna_"), "{sender}");
        let mut envelope = Envelope::parse(asked.payload.as_bytes()).unwrap().unwrap();
        assert_eq!(envelope.data, json!({"withscores": true}));
        envelope.data = json!([[1, 21.5]]);
        let payload = String::from_utf8(envelope.to_bytes()).unwrap();
        let topic = world
            .villa
            .topic(&format!("controller/db/{sender}/GET/lab/temp"));
        database.publish(&topic, &payload, 1, false).await;
    };
    let (answer, ()) = tokio::join!(asking, answering);
    let message = BusMessage {
        command: "GET".into(),
        args: "lab/temp".into(),
        data: Some(json!([[1, 21.5]])),
    };
    assert_eq!(
        answer,
        Ok(AskReply {
            messages: vec![message]
        })
    );
}

#[tokio::test]
async fn a_question_that_nobody_answers_ends_at_its_deadline() {
    let world = World::new().await;
    let _client = world.client(&world.villa, "c").await;
    let unanswered = world
        .gateway
        .ask(question(&world.villa, Duration::from_millis(50)))
        .await;
    let Err(AskError::Unreachable { last_seen: Some(_) }) = unanswered else {
        panic!("{unanswered:?}");
    };
    let mut too_much = question(&world.villa, PATIENCE);
    too_much.command = "SET".into();
    assert!(matches!(
        world.gateway.ask(too_much).await,
        Err(AskError::Denied(_))
    ));
}
