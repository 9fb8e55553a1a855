//! What must not tell who has an account, and what must not be guessed: the
//! attacks by their names.

use std::sync::{Arc, Mutex};

use http::{Method, header};
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Metadata, Subscriber};

use control_plane::testing::{Answer, Client, PASSWORD, PROXIES, World, field_of, token_in};

use super::{open, with};

/// Names of the statements that the store ran for requests, and for nothing
/// that goes on beside them.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    statements: Vec<String>,
    /// Ids of spans that are requests.
    requests: Vec<u64>,
    /// Spans that are entered, the innermost last.
    entered: Vec<u64>,
    spans: u64,
}

impl Statements {
    /// Notes them from now on, on this thread.
    fn watch() -> (Self, DefaultGuard) {
        let statements = Self::default();
        let guard = tracing::subscriber::set_default(statements.clone());
        (statements, guard)
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().statements)
    }
}

/// Reads the name of a statement from its span.
#[derive(Default)]
struct Name(Option<String>);

impl Visit for Name {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "statement" {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Subscriber for Statements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span()
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut name = Name::default();
        span.record(&mut name);
        let mut seen = self.0.lock().unwrap();
        seen.spans += 1;
        let id = seen.spans;
        // One DELETE either way: with an account to name, or without.
        let name = name
            .0
            .map(|name| name.replace("RemoveOfNobody", "RemoveOf"));
        if span.metadata().name() == "http.request" {
            seen.requests.push(id);
        }
        let answers = seen.entered.iter().any(|id| seen.requests.contains(id));
        seen.statements.extend(name.filter(|_| answers));
        Id::from_u64(id)
    }

    fn enter(&self, span: &Id) {
        self.0.lock().unwrap().entered.push(span.into_u64());
    }

    fn exit(&self, span: &Id) {
        let mut seen = self.0.lock().unwrap();
        let at = seen.entered.iter().rposition(|id| *id == span.into_u64());
        at.map(|at| seen.entered.remove(at));
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
}

/// What one request cost and brought.
#[derive(Debug, PartialEq, Eq)]
struct Work {
    status: u16,
    text: String,
    headers: Vec<(String, String)>,
    hashes: u64,
    statements: Vec<String>,
}

/// Sends it and measures; what differs from request to request is left out.
async fn measured(world: &World, seen: &Statements, path: &str, body: Value) -> Work {
    seen.take();
    let before = world.app.passwords.runs();
    let answer = world.client().post(path, body).await;
    let mut json: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    for own in ["request_id", "account_id", "tenant_id"] {
        if let Some(value) = json.get_mut(own) {
            *value = Value::Null;
        }
    }
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id");
    Work {
        status: answer.status,
        text: json.to_string(),
        headers: headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        hashes: world.app.passwords.runs() - before,
        statements: seen.take(),
    }
}

#[tokio::test]
async fn a26_known_and_unknown_addresses_get_the_same_answer_for_the_same_work() {
    let world = open().await;
    let anna = world.person("Anna").await;
    let (seen, _guard) = Statements::watch();
    let known = anna.email.as_str();
    let unknown = "nobody@example.org";
    let log_in = |email: &str| json!({"email": email, "password": "wrong password"});
    let reset = |email: &str| json!({ "email": email });
    for (path, body) in [
        ("/api/v1/tokens", &log_in as &dyn Fn(&str) -> Value),
        ("/api/v1/accounts/password-reset", &reset),
        ("/api/v1/accounts/verify/resend", &reset),
    ] {
        let one = measured(&world, &seen, path, body(known)).await;
        let other = measured(&world, &seen, path, body(unknown)).await;
        assert_eq!(one, other, "{path}");
        assert!(!one.statements.is_empty(), "nothing was seen of {path}");
    }
    let checked = measured(&world, &seen, "/api/v1/tokens", log_in(known)).await;
    assert_eq!(checked.hashes, 1, "a password is checked with a hash");
}

#[tokio::test]
async fn a26_signing_up_tells_nobody_who_has_an_account() {
    let world = open().await;
    let anna = world.person("Anna").await;
    let (seen, _guard) = Statements::watch();
    let body = |email: &str| json!({"email": email, "password": PASSWORD, "name": "Eve"});
    let path = "/api/v1/accounts";
    let known = measured(&world, &seen, path, body(&anna.email)).await;
    let fresh = measured(&world, &seen, path, body("eve@example.org")).await;
    assert_eq!(
        (known.status, &known.text, &known.headers, known.hashes),
        (fresh.status, &fresh.text, &fresh.headers, fresh.hashes)
    );
    assert_eq!(known.hashes, 1);
    // Both are one write transaction that begins alike; only the new one goes
    // on to make a tenant.
    let wrote = |work: &Work| {
        let insert = |name: &&String| name.contains("accounts::Sql::Insert");
        work.statements.iter().filter(insert).count()
    };
    assert_eq!((wrote(&known), wrote(&fresh)), (1, 1));
    // And both are mailed to.
    world.mails_to(&anna.email, 1).await;
    world.mails_to("eve@example.org", 1).await;
}

#[tokio::test]
async fn the_link_that_proves_an_address_is_sent_again_and_no_oftener_than_allowed() {
    let world = open().await;
    let mut browser = world.client();
    let form = [
        ("email", "eve@example.org"),
        ("name", "Eve"),
        ("password", PASSWORD),
    ];
    let sent = browser.submit("/sign-up", &form).await;
    assert!(sent.text.contains("/verify/resend"), "{}", sent.text);
    let first = token_in(&world.mails_to("eve@example.org", 1).await[0]);
    let again = browser.submit("/verify/resend", &form[..1]).await;
    assert!(again.text.contains("sent it again"), "{}", again.text);
    let second = token_in(&world.mails_to("eve@example.org", 2).await[1]);
    let typed = json!({"email": "eve@example.org", "password": PASSWORD});
    let log_in = browser.submit("/log-in", &[form[0], form[2]]).await;
    assert_eq!(log_in.status, 403);
    assert!(log_in.text.contains("/verify/resend"), "{}", log_in.text);
    let dead = browser
        .post("/api/v1/accounts/verify", json!({"token": first}))
        .await;
    assert_eq!(dead.status, 410);
    browser.submit("/verify/resend", &form[..1]).await;
    let limited = browser.submit("/verify/resend", &form[..1]).await;
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, "300")
    );
    assert!(
        limited.text.contains("Try again in 5 minutes"),
        "{}",
        limited.text
    );
    // The third mail replaced the second's link; its own works, and afterwards
    // nothing is mailed any more.
    let third = world.mails_to("eve@example.org", 3).await;
    let verify = |token: &str| json!({ "token": token });
    let dead = browser
        .post("/api/v1/accounts/verify", verify(&second))
        .await;
    assert_eq!(dead.status, 410);
    let proven = browser
        .post("/api/v1/accounts/verify", verify(&token_in(&third[2])))
        .await;
    assert_eq!(proven.status, 204);
    world.ambient.advance(std::time::Duration::from_hours(1));
    browser.submit("/verify/resend", &form[..1]).await;
    assert_eq!(
        world.client().post("/api/v1/tokens", typed).await.status,
        200
    );
    assert_eq!(world.mails_now("eve@example.org").len(), 3);
}

async fn try_at(world: &World, from: &str, email: &str) -> Answer {
    let mut client = world.client();
    client.address = Some(from.parse().unwrap());
    let body = json!({"email": email, "password": "wrong password"});
    client.post("/api/v1/tokens", body).await
}

#[tokio::test]
async fn a27_one_password_is_not_tried_on_many_accounts() {
    let world = open().await;
    let anna = world.person("Anna").await;
    for number in 0..20 {
        let email = format!("person{number}@example.org");
        let refused = try_at(&world, "192.0.2.7", &email).await;
        assert_eq!(refused.problem(), "wrong-log-in");
    }
    let limited = try_at(&world, "192.0.2.7", "another@example.org").await;
    assert_eq!(limited.problem(), "too-many-requests");
    assert_eq!(limited.header("retry-after"), "60");
    assert_eq!(limited.json()["retry_after"], 60);
    // Neither the browser's form nor the right password gets past it.
    let mut browser = world.client();
    browser.address = Some("192.0.2.7".parse().unwrap());
    let form = [("email", anna.email.as_str()), ("password", PASSWORD)];
    let page = browser.submit("/log-in", &form).await;
    assert_eq!((page.status, page.header("retry-after")), (429, "60"));
    assert!(
        page.text.contains("Try again in 60 seconds"),
        "{}",
        page.text
    );
    // Elsewhere people log in as ever, however often.
    browser.address = Some("192.0.2.8".parse().unwrap());
    for _ in 0..8 {
        assert_eq!(browser.submit("/log-in", &form).await.status, 303);
    }
}

#[tokio::test]
async fn a27_one_account_is_not_guessed_from_many_places() {
    let world = open().await;
    let anna = world.person("Anna").await;
    for place in 0..10 {
        let from = format!("192.0.2.{place}");
        assert_eq!(try_at(&world, &from, &anna.email).await.status, 401);
    }
    let limited = try_at(&world, "192.0.2.99", "ANNA@example.org").await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, "20"));
}

/// Guesses from behind a proxy at `proxy` that says `forwarded`.
async fn guess_behind(world: &World, proxy: &str, forwarded: &str) -> Answer {
    let mut client = world.client();
    client.address = Some(proxy.parse().unwrap());
    let request = client
        .request(Method::POST, "/api/v1/accounts/verify")
        .header("x-forwarded-for", forwarded)
        .header(header::CONTENT_TYPE, "application/json");
    let body = json!({"token": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"});
    client
        .send(request.body(body.to_string().into()).unwrap())
        .await
}

#[tokio::test]
async fn a27_limits_see_who_is_behind_a_trusted_proxy_and_believe_nobody_else() {
    let world = open().await;
    assert_eq!(PROXIES, "198.18.0.0/24");
    for _ in 0..30 {
        let heard = guess_behind(&world, "198.18.0.7", "203.0.113.9").await;
        assert_eq!(heard.problem(), "dead-link");
    }
    let limited = guess_behind(&world, "198.18.0.8", "203.0.113.9").await;
    assert_eq!(limited.status, 429, "one client by two proxies");
    let made_up = guess_behind(&world, "198.18.0.7", "1.2.3.4, 203.0.113.9").await;
    assert_eq!(made_up.status, 429, "what the client says of itself");
    let neighbour = guess_behind(&world, "198.18.0.7", "203.0.113.10").await;
    assert_eq!(neighbour.status, 410, "one client does not lock all out");
    // No proxy of ours: every request a new address, and still one client.
    for number in 0..30 {
        let forwarded = format!("203.0.113.{number}");
        let heard = guess_behind(&world, "192.0.2.7", &forwarded).await;
        assert_eq!(heard.status, 410);
    }
    let limited = guess_behind(&world, "192.0.2.7", "203.0.113.77").await;
    assert_eq!(limited.status, 429);
}

#[tokio::test]
async fn sessions_show_the_place_behind_the_proxy() {
    let world = open().await;
    let anna = world.person("Anna").await;
    let mut browser = world.client();
    browser.address = Some("198.18.0.7".parse().unwrap());
    let form = [("email", anna.email.as_str()), ("password", PASSWORD)];
    let mut request = browser.form("/log-in", &form);
    let place = "203.0.113.77".parse().unwrap();
    request.headers_mut().insert("x-forwarded-for", place);
    let answer = browser.send(request).await;
    browser.keep_cookies(&answer);
    let listed = browser.get("/api/v1/account/sessions").await.json();
    assert_eq!(listed["sessions"][0]["address"], "203.0.113.…");
}

fn cookie_of(client: &Client) -> String {
    let jar = client.cookie.clone().unwrap();
    let mut own = jar.split("; ").filter(|pair| pair.contains("session="));
    own.next().unwrap().to_owned()
}

#[tokio::test]
async fn a25_a_session_gets_another_secret_when_what_guards_it_changes() {
    let world = open().await;
    let anna = world.person("Anna").await;
    // A cookie that was planted before the log-in opens nothing after it.
    let mut planted = world.client();
    planted.cookie = Some("session=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned());
    let form = [("email", anna.email.as_str()), ("password", PASSWORD)];
    assert_eq!(planted.submit("/log-in", &form).await.status, 303);
    assert_ne!(
        cookie_of(&planted),
        "session=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    );
    // One that somebody else is logged in with ends when it is brought along.
    let mallory = world.person("Mallory").await;
    let bait = world.browser(&mallory).await;
    let mut victim = world.client();
    victim.cookie.clone_from(&bait.cookie);
    assert_eq!(victim.submit("/log-in", &form).await.status, 303);
    assert_ne!(cookie_of(&victim), cookie_of(&bait));
    assert_eq!(bait.visit("/houses").await.status, 303);

    let mut browser = world.browser(&anna).await;
    let sessions = async |client: &Client| {
        let listed = client.get("/api/v1/account/sessions").await.json();
        let all = listed["sessions"].as_array().unwrap().clone();
        let own = all.into_iter().find(|one| one["current"] == true).unwrap();
        own["session_id"].as_str().unwrap().to_owned()
    };
    let id = sessions(&browser).await;
    let stale = async |before: &str, after: &Client, what: &str| {
        assert_ne!(before, cookie_of(after), "{what}");
        let mut thief = world.client();
        thief.cookie = Some(before.to_owned());
        assert_eq!(thief.visit("/houses").await.status, 303, "{what}");
        assert_eq!(after.visit("/account").await.status, 200, "{what}");
    };
    let before = cookie_of(&browser);
    super::two_factor::turn_on(&world, &anna, &mut browser).await;
    stale(&before, &browser, "two-step log-in").await;
    let before = cookie_of(&browser);
    let typed = [("current", PASSWORD), ("new", "four ships at anchor")];
    browser.submit("/account/password", &typed).await;
    stale(&before, &browser, "password").await;
    let before = cookie_of(&browser);
    let body = json!({"current": "four ships at anchor", "new": "five ships at anchor"});
    let changed = browser
        .json(Method::PUT, "/api/v1/account/password", body)
        .await;
    assert_eq!(changed.status, 204, "{}", changed.text);
    browser.keep_cookies(&changed);
    stale(&before, &browser, "password by the API").await;
    assert_eq!(sessions(&browser).await, id, "it is the same session");
}

#[tokio::test]
async fn a25_cookies_are_bound_to_the_host_over_https_and_scripts_never_see_them() {
    for (url, name, secure) in [
        ("https://portal.test", "__Host-session=", true),
        ("http://portal.test", "session=", false),
    ] {
        let world = with(None, url).await;
        let anna = world.person("Anna").await;
        let form = [("email", anna.email.as_str()), ("password", PASSWORD)];
        let answer = world.client().submit("/log-in", &form).await;
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with(name), "{cookie}");
        for flag in ["; Path=/", "; HttpOnly", "; SameSite=Lax"] {
            assert!(cookie.contains(flag), "{flag} is missing in {cookie}");
        }
        assert!(!cookie.contains("Domain="), "{cookie}");
        assert_eq!(cookie.contains("; Secure"), secure, "{cookie}");
    }
}

#[tokio::test]
async fn a25_no_log_in_leads_to_another_site() {
    let world = open().await;
    let anna = world.person("Anna").await;
    for evil in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/houses\r\nLocation: https://evil.example",
    ] {
        let form = [
            ("email", anna.email.as_str()),
            ("password", PASSWORD),
            ("next", evil),
        ];
        let mut browser = world.client();
        let welcome = browser.submit("/log-in", &form).await;
        assert_eq!(welcome.location(), "/houses", "{evil:?}");
        let query: String = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect();
        let again = browser.visit(&format!("/log-in?next={query}")).await;
        assert_eq!(again.location(), "/houses", "{evil:?}");
    }
}

#[tokio::test]
async fn a25_forms_from_other_sites_change_nothing() {
    let world = open().await;
    let anna = world.person("Anna").await;
    let browser = world.browser(&anna).await;
    let paths = [
        "/account/password",
        "/account/email",
        "/account/delete",
        "/account/passkeys/begin",
        "/account/sessions/end-all",
        "/log-in",
        "/log-in/passkey",
        "/log-in/keep",
        "/api/v1/account/deletion",
        "/api/v1/passkeys/log-in",
    ];
    for path in paths {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let mut request = browser.form(path, &[("email", &anna.email)]);
            request.headers_mut().remove(header::ORIGIN);
            request.headers_mut().insert(name, value.parse().unwrap());
            let refused = browser.send(request).await;
            assert_eq!(refused.status, 403, "{path} {name}: {value}");
        }
    }
    assert_eq!(browser.visit("/account").await.status, 200);
}

#[tokio::test]
async fn a27_a_link_for_a_new_password_works_once_and_not_after_the_address_changed() {
    let world = open().await;
    let anna = world.person("Anna").await;
    let client = world.client();
    let ask = json!({"email": anna.email});
    let reset = "/api/v1/accounts/password-reset";
    client.post(reset, ask.clone()).await;
    let token = token_in(&world.mails_to(&anna.email, 1).await[0]);
    // Meanwhile the address moves on: whoever still reads the old mailbox gets
    // nothing by it.
    let program = world.program(&anna).await;
    let moved = json!({"email": "anna@new.example", "password": PASSWORD});
    let asked = program
        .json(Method::PUT, "/api/v1/account/email", moved)
        .await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let link = token_in(&world.mails_to("anna@new.example", 1).await[0]);
    let confirm = "/api/v1/accounts/email/confirm";
    let moved = client.post(confirm, json!({"token": link})).await;
    assert_eq!(moved.status, 204);
    let choose = |token: &str| json!({"token": token, "password": "four ships at anchor"});
    let confirm = format!("{reset}/confirm");
    assert_eq!(client.post(&confirm, choose(&token)).await.status, 410);
    // One that was asked for at the new address works, once.
    client
        .post(reset, json!({"email": "anna@new.example"}))
        .await;
    let token = token_in(&world.mails_to("anna@new.example", 2).await[1]);
    assert_eq!(client.post(&confirm, choose(&token)).await.status, 204);
    assert_eq!(client.post(&confirm, choose(&token)).await.status, 410);
}

#[tokio::test]
async fn a27_codes_of_an_app_and_recovery_codes_work_once_by_every_way_in() {
    let world = open().await;
    let anna = world.person("Anna").await;
    let mut browser = world.browser(&anna).await;
    let codes = super::two_factor::turn_on(&world, &anna, &mut browser).await;
    let code = super::two_factor::code(&world, &anna).await;
    for spent in [&code, &codes[0]] {
        let body = json!({"email": anna.email, "password": PASSWORD, "totp": spent});
        let client = world.client();
        assert_eq!(
            client.post("/api/v1/tokens", body.clone()).await.status,
            200
        );
        let again = client.post("/api/v1/tokens", body).await;
        assert_eq!(
            (again.status, again.problem().as_str()),
            (401, "wrong-code")
        );
        let mut other = world.client();
        let form = [("email", anna.email.as_str()), ("password", PASSWORD)];
        let page = other.submit("/log-in", &form).await;
        let ticket = field_of(&page.text, "ticket");
        let form = [("ticket", ticket.as_str()), ("code", spent.as_str())];
        assert_eq!(other.submit("/log-in/code", &form).await.status, 401);
        // As long as the limit of codes takes to forgive three tries.
        world.ambient.advance(std::time::Duration::from_mins(10));
    }
}

/// The person's API token still opens something.
async fn works(world: &World, token: &str) -> bool {
    let mut script = world.client();
    script.bearer = Some(token.to_owned());
    script.get("/api/v1/tenants").await.status == 200
}

#[tokio::test]
async fn api_tokens_end_with_the_password_when_the_person_says_so() {
    let world = open().await;
    let anna = world.person("Anna").await;
    let mut browser = world.browser(&anna).await;
    let fresh = async |client: &Client| {
        let body = json!({"name": "Backup", "scopes": ["read"]});
        let made = client.post("/api/v1/account/api-tokens", body).await.json();
        made["secret"].as_str().unwrap().to_owned()
    };
    let token = fresh(&browser).await;
    let first = [("current", PASSWORD), ("new", "four ships at anchor")];
    browser.submit("/account/password", &first).await;
    assert!(works(&world, &token).await, "nothing was said");
    let second = [
        ("current", "four ships at anchor"),
        ("new", "five ships at anchor"),
        ("revoke_tokens", "yes"),
    ];
    let done = browser.submit("/account/password", &second).await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(!works(&world, &token).await);

    // After a forgotten password they end unless the person says otherwise.
    for (keep, left) in [(Some(false), true), (None, false)] {
        let token = fresh(&browser).await;
        let ask = json!({"email": anna.email});
        let client = world.client();
        let seen = world.mails_now(&anna.email).len();
        client.post("/api/v1/accounts/password-reset", ask).await;
        let link = token_in(&world.mails_to(&anna.email, seen + 1).await[seen]);
        let page = client.visit(&format!("/reset-password?token={link}")).await;
        assert!(page.text.contains("checked"), "{}", page.text);
        let mut body = json!({"token": link, "password": PASSWORD});
        if let Some(revoke) = keep {
            body["revoke_api_tokens"] = json!(revoke);
        }
        let chosen = client.post("/api/v1/accounts/password-reset/confirm", body);
        assert_eq!(chosen.await.status, 204);
        assert_eq!(works(&world, &token).await, left);
        browser = world.browser(&anna).await;
    }
}
