use std::time::Duration;

use cell::{Feed, Reader, Revoked};
use http::{Method, header};
use model::HouseId;

use control_plane::testing::{Client, World};

const PATH: &str = "/api/v1/account/sessions";

async fn revoked(world: &World, house: &HouseId) -> Vec<Revoked> {
    let feed = world.app.link.feed();
    let batch = feed.next(Reader::Gateway, None).await.unwrap();
    let mut houses = batch.tenants.into_iter().flat_map(|tenant| tenant.houses);
    houses.find(|spec| spec.house == *house).unwrap().revoked
}

async fn own_id(client: &Client) -> String {
    let listed = client.get(PATH).await.json();
    let sessions = listed["sessions"].as_array().unwrap();
    let own = sessions.iter().find(|one| one["current"] == true).unwrap();
    own["session_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_person_sees_their_sessions_in_words_and_ends_one() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let mut phone = world.client();
    phone.address = Some("203.0.113.77".parse().unwrap());
    let form = [
        ("email", anna.email.as_str()),
        ("password", control_plane::testing::PASSWORD),
    ];
    let mut request = phone.form("/log-in", &form);
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    request
        .headers_mut()
        .insert(header::USER_AGENT, agent.parse().unwrap());
    let answer = phone.send(request).await;
    let (pair, _) = answer.header("set-cookie").split_once(';').unwrap();
    phone.cookie = Some(pair.to_owned());
    world.ambient.advance(Duration::from_mins(30));
    let mut desk = world.browser(&anna).await;

    let page = desk.visit("/account/sessions").await;
    assert_eq!(page.status, 200);
    for text in [
        "Firefox on Linux",
        "203.0.113.…",
        "30 min ago",
        "This browser",
    ] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    assert!(!page.text.contains("203.0.113.77"));
    let listed = desk.get(PATH).await.json();
    assert_eq!(listed["sessions"].as_array().unwrap().len(), 2);
    let phone_id = own_id(&phone).await;
    let done = desk
        .submit(&format!("/account/sessions/{phone_id}/end"), &[])
        .await;
    assert_eq!(
        (done.status, done.location()),
        (303, "/account/sessions?done=session")
    );
    assert_eq!(phone.visit("/houses").await.status, 303);
    assert_eq!(desk.visit("/houses").await.status, 200);
}

#[tokio::test]
async fn logging_out_ends_the_bus_tokens_of_that_log_in() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let mut browser = world.browser(&anna).await;
    let id = own_id(&browser).await;
    let token = browser
        .call(Method::POST, &format!("/api/v1/houses/{house}/bus-token"))
        .await;
    let token = token.json()["token"].as_str().unwrap().to_owned();
    let claims = control_plane::testing::claims(&token);
    assert_eq!(claims["jti"], id.as_str());
    assert!(revoked(&world, &house).await.is_empty());
    browser.submit("/log-out", &[]).await;
    let until = world.app.now().after(Duration::from_mins(10));
    assert_eq!(
        revoked(&world, &house).await,
        [Revoked { subject: id, until }]
    );
    assert!(
        claims["exp"].as_i64().unwrap() <= until.as_secs(),
        "it is covered"
    );
}

#[tokio::test]
async fn logging_out_everywhere_ends_browsers_programs_and_bus_tokens() {
    let world = crate::tests::open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    let house = world.house(&anna, "Villa").await;
    let (mut one, two) = (world.browser(&anna).await, world.browser(&anna).await);
    let program = world.program(&anna).await;
    let others = world.browser(&bob).await;
    let bye = one.submit("/account/sessions/end-all", &[]).await;
    assert_eq!((bye.status, bye.location()), (303, "/log-in"));
    assert!(bye.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(two.visit("/houses").await.status, 303);
    assert_eq!(program.get("/api/v1/tenants").await.status, 401);
    assert_eq!(others.visit("/houses").await.status, 200);
    let subject = anna.account.to_string();
    assert_eq!(revoked(&world, &house).await[0].subject, subject);
}

#[tokio::test]
async fn anothers_session_is_not_found_and_stays() {
    let world = crate::tests::open().await;
    let (anna, mallory) = (world.person("Anna").await, world.person("Mallory").await);
    let victim = world.browser(&anna).await;
    let id = own_id(&victim).await;
    let program = world.program(&mallory).await;
    let theirs = program.call(Method::DELETE, &format!("{PATH}/{id}")).await;
    assert_eq!(
        (theirs.status, theirs.problem().as_str()),
        (404, "not-found")
    );
    let odd = program
        .call(Method::DELETE, &format!("{PATH}/nonsense"))
        .await;
    assert_eq!(odd.status, 404);
    assert_eq!(victim.visit("/houses").await.status, 200);
    assert_eq!(victim.call(Method::DELETE, PATH).await.status, 204);
    assert_eq!(victim.visit("/houses").await.status, 303);
}
