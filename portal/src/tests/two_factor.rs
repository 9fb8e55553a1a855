use std::time::Duration;

use serde_json::json;

use control_plane::testing::{Client, PASSWORD, Person, World, field_of};
use control_plane::two_factor::code_at;

/// Four steps: as long as one attempt of the limit takes to come back.
const PAUSE: Duration = Duration::from_mins(2);

async fn secret(world: &World, person: &Person) -> Vec<u8> {
    let mut work = world.app.store.begin_read().await.unwrap();
    let factor = work.second_factors().find(person.account).await;
    factor.unwrap().unwrap().secret
}

/// What the person's app shows; each call some steps later than the one before.
pub(super) async fn code(world: &World, person: &Person) -> String {
    world.ambient.advance(PAUSE);
    code_at(&secret(world, person).await, world.app.now())
}

fn recovery_codes(page: &str) -> Vec<String> {
    page.split("data-code>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect()
}

/// Turns it on by the forms; returns the recovery codes.
pub(super) async fn turn_on(world: &World, person: &Person, browser: &mut Client) -> Vec<String> {
    let begun = browser
        .submit("/account/two-factor/begin", &[("password", PASSWORD)])
        .await;
    assert_eq!(begun.location(), "/account/two-factor", "{}", begun.text);
    let typed = code(world, person).await;
    let on = browser
        .submit("/account/two-factor/confirm", &[("code", &typed)])
        .await;
    assert_eq!(on.status, 200, "{}", on.text);
    recovery_codes(&on.text)
}

#[tokio::test]
async fn it_is_turned_on_with_password_and_first_code_and_shows_its_secrets_once() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let mut browser = world.browser(&anna).await;
    let wrong = browser
        .submit(
            "/account/two-factor/begin",
            &[("password", "wrong password")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    browser
        .submit("/account/two-factor/begin", &[("password", PASSWORD)])
        .await;
    let page = browser.visit("/account/two-factor").await;
    let key = data_encoding::BASE32_NOPAD.encode(&secret(&world, &anna).await);
    assert!(page.text.contains(&key) && page.text.contains("class=\"qr\""));
    // Before the first code nothing is asked of log-ins.
    world.browser(&anna).await;
    let odd = browser
        .submit("/account/two-factor/confirm", &[("code", "000000")])
        .await;
    assert_eq!(odd.status, 422);
    let codes = turn_on(&world, &anna, &mut browser).await;
    assert_eq!(codes.len(), 10);
    let page = browser.visit("/account/two-factor").await;
    assert!(page.text.contains("10 recovery codes"), "{}", page.text);
    assert!(!page.text.contains(&key) && !page.text.contains(&codes[0]));
    let mails = world.mails_to(&anna.email, 1).await;
    assert!(mails[0].text.contains("turned on"), "{}", mails[0].text);
}

#[tokio::test]
async fn a_log_in_needs_a_code_that_was_not_used_before() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let codes = turn_on(&world, &anna, &mut world.browser(&anna).await).await;
    let mut browser = world.client();
    let form = [
        ("email", anna.email.as_str()),
        ("password", PASSWORD),
        ("next", "/account"),
    ];
    let asked = browser.submit("/log-in", &form).await;
    assert_eq!(asked.status, 200);
    assert!(browser.cookie.is_none(), "no session yet");
    let ticket = field_of(&asked.text, "ticket");
    let step = |code: &str| {
        [
            ("ticket", ticket.clone()),
            ("code", code.to_owned()),
            ("next", "/account".to_owned()),
        ]
    };
    let wrong = browser.submit_owned("/log-in/code", &step("000000")).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.text.contains(&ticket), "the form comes back");
    let right = code(&world, &anna).await;
    let welcome = browser.submit_owned("/log-in/code", &step(&right)).await;
    assert_eq!((welcome.status, welcome.location()), (303, "/account"));
    assert_eq!(browser.visit("/houses").await.status, 200);
    let again = browser.submit_owned("/log-in/code", &step(&right)).await;
    assert_eq!(again.status, 410, "the ticket works once");

    // The same code in the same step, by another way in.
    let program = world.client();
    let token = |totp: &str| json!({"email": anna.email, "password": PASSWORD, "totp": totp});
    let reused = program.post("/api/v1/tokens", token(&right)).await;
    assert_eq!(
        (reused.status, reused.problem().as_str()),
        (401, "wrong-code")
    );
    let none = json!({"email": anna.email, "password": PASSWORD});
    let needed = program.post("/api/v1/tokens", none).await;
    assert_eq!(
        (needed.status, needed.problem().as_str()),
        (401, "code-needed")
    );
    let next = code(&world, &anna).await;
    assert_eq!(
        program.post("/api/v1/tokens", token(&next)).await.status,
        200
    );
    // A recovery code, written in any way, once; its owner is told.
    let shouted = codes[3].to_uppercase().replace('-', " ");
    assert_eq!(
        program.post("/api/v1/tokens", token(&shouted)).await.status,
        200
    );
    let reused = program.post("/api/v1/tokens", token(&codes[3])).await;
    assert_eq!(reused.problem(), "wrong-code");
    let mails = world.mails_to(&anna.email, 2).await;
    assert!(mails[1].text.contains("recovery code"), "{}", mails[1].text);
    assert!(
        browser
            .visit("/account/two-factor")
            .await
            .text
            .contains("9 recovery codes")
    );
}

#[tokio::test]
async fn whoever_has_no_password_learns_nothing_of_a_second_step() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    turn_on(&world, &anna, &mut world.browser(&anna).await).await;
    let client = world.client();
    for email in [anna.email.as_str(), "nobody@example.org"] {
        let body = json!({"email": email, "password": "wrong password", "totp": "123456"});
        let refused = client.post("/api/v1/tokens", body).await;
        assert_eq!(refused.problem(), "wrong-log-in");
    }
}

#[tokio::test]
async fn guessing_codes_is_limited_and_says_until_when() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let mut browser = world.browser(&anna).await;
    let codes = turn_on(&world, &anna, &mut browser).await;
    let client = world.client();
    let body = json!({"email": anna.email, "password": PASSWORD, "totp": "000000"});
    for _ in 0..4 {
        let refused = client.post("/api/v1/tokens", body.clone()).await;
        assert_eq!(refused.problem(), "wrong-code");
    }
    let limited = client.post("/api/v1/tokens", body).await;
    assert_eq!(limited.status, 429);
    assert!(limited.header("retry-after").parse::<u64>().unwrap() <= 120);
    let page = browser
        .submit("/account/two-factor/off", &[("last_code", &codes[0])])
        .await;
    assert_eq!(page.status, 429, "one limit for every way");
    assert!(page.text.contains("Try again in"), "{}", page.text);
}

#[tokio::test]
async fn new_recovery_codes_and_turning_it_off_need_a_code() {
    let world = crate::tests::open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    let mut browser = world.browser(&anna).await;
    let old = turn_on(&world, &anna, &mut browser).await;
    let theirs = turn_on(&world, &bob, &mut world.browser(&bob).await).await;
    let foreign = browser
        .submit("/account/two-factor/codes", &[("code", &theirs[0])])
        .await;
    assert_eq!(foreign.status, 422, "another person's code");
    let typed = code(&world, &anna).await;
    let fresh = browser
        .submit("/account/two-factor/codes", &[("code", &typed)])
        .await;
    let fresh = recovery_codes(&fresh.text);
    let gone = browser
        .submit("/account/two-factor/off", &[("last_code", &old[0])])
        .await;
    assert_eq!(gone.status, 422, "the old ones are gone");
    let off = browser
        .submit("/account/two-factor/off", &[("last_code", &fresh[0])])
        .await;
    assert_eq!(off.location(), "/account/two-factor?done=two-factor-off");
    world.browser(&anna).await;
    let again = browser
        .submit("/account/two-factor/off", &[("last_code", &fresh[1])])
        .await;
    assert_eq!(again.status, 422);
}

#[tokio::test]
async fn a_secret_nobody_confirmed_is_forgotten_after_an_hour() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let mut browser = world.browser(&anna).await;
    browser
        .submit("/account/two-factor/begin", &[("password", PASSWORD)])
        .await;
    world.ambient.advance(Duration::from_hours(1));
    let typed = code(&world, &anna).await;
    let late = browser
        .submit("/account/two-factor/confirm", &[("code", &typed)])
        .await;
    assert_eq!(late.status, 409);
    let page = browser.visit("/account/two-factor").await;
    assert!(!page.text.contains("class=\"qr\""));
}
