use std::time::Duration;

use http::header;
use model::{Plan, Timestamp};
use serde_json::json;

use control_plane::setup;
use control_plane::store::SettingKey;
use control_plane::testing::{PASSWORD, token_in};

#[tokio::test]
async fn signing_up_confirming_and_logging_in_work_as_plain_forms() {
    let world = crate::tests::open().await;
    let mut browser = world.client();
    assert!(browser.visit("/").await.text.contains("/sign-up"));
    let typed = [
        ("email", "anna@example.org"),
        ("name", "Anna <b>"),
        ("password", "short"),
    ];
    let back = browser.submit("/sign-up", &typed).await;
    assert_eq!(back.status, 422);
    assert!(
        back.text.contains("anna@example.org"),
        "what was typed comes back"
    );
    assert!(back.text.contains("at least 10 characters"));
    assert!(!back.text.contains("Anna <b>"));

    let typed = [
        ("email", "anna@example.org"),
        ("name", "Anna"),
        ("password", PASSWORD),
    ];
    let sent = browser.submit("/sign-up", &typed).await;
    assert_eq!(sent.status, 200);
    let mails = world.mails_to("anna@example.org", 1).await;
    let token = token_in(&mails[0]);
    // Scanners follow links: looking confirms nothing.
    for _ in 0..2 {
        let ask = browser.visit(&format!("/verify?token={token}")).await;
        assert_eq!(ask.status, 200);
        assert!(ask.text.contains(&token));
    }
    let confirmed = browser.submit("/verify", &[("token", &token)]).await;
    assert_eq!(
        (confirmed.status, confirmed.location()),
        (303, "/log-in?confirmed=yes")
    );
    let again = browser.submit("/verify", &[("token", &token)]).await;
    assert_eq!(again.status, 410);

    let wrong = [
        ("email", "anna@example.org"),
        ("password", "wrong password"),
    ];
    let refused = browser.submit("/log-in", &wrong).await;
    assert_eq!(refused.status, 401);
    assert!(refused.text.contains("anna@example.org"));
    let right = [
        ("email", "anna@example.org"),
        ("password", PASSWORD),
        ("next", "/account"),
    ];
    let welcome = browser.submit("/log-in", &right).await;
    assert_eq!((welcome.status, welcome.location()), (303, "/account"));
    let account = browser.visit("/account").await;
    assert!(account.text.contains("anna@example.org"));
    assert_eq!(browser.visit("/").await.location(), "/houses");

    let cookie = browser.cookie.clone();
    let bye = browser.submit("/log-out", &[]).await;
    assert_eq!((bye.status, bye.location()), (303, "/"));
    assert!(bye.header("set-cookie").contains("Max-Age=0"));
    browser.cookie = cookie;
    assert_eq!(
        browser.visit("/houses").await.status,
        303,
        "the session is gone on the server"
    );
}

#[tokio::test]
async fn a_planted_session_is_worth_nothing_after_the_log_in() {
    let world = crate::tests::open().await;
    let (anna, mallory) = (world.person("Anna").await, world.person("Mallory").await);
    let planted = world.browser(&mallory).await.cookie.unwrap();
    let mut browser = world.client();
    browser.cookie = Some(planted.clone());
    let form = [("email", anna.email.as_str()), ("password", PASSWORD)];
    browser.submit("/log-in", &form).await;
    assert_ne!(browser.cookie.as_ref(), Some(&planted));
    let mut attacker = world.client();
    attacker.cookie = Some(planted);
    assert_eq!(attacker.visit("/houses").await.status, 303);
    // A cookie that never was a session does not become one.
    attacker.cookie = Some("session=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".into());
    attacker.submit("/log-in", &form).await;
    assert_ne!(
        attacker.cookie.as_deref(),
        Some("session=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
    );
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let browser = world.browser(&anna).await;
    world.ambient.advance(Duration::from_hours(24));
    assert_eq!(browser.visit("/houses").await.status, 200);
    world.ambient.advance(control_plane::sessions::LASTS);
    assert_eq!(browser.visit("/houses").await.status, 303);
}

#[tokio::test]
async fn the_way_back_after_the_log_in_is_always_ours() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let mut browser = world.client();
    let asked = browser.visit("/houses/new?x=1").await;
    assert_eq!(asked.location(), "/log-in?next=%2Fhouses%2Fnew%3Fx%3D1");
    for (next, followed) in [
        ("/houses/new?x=1", "/houses/new?x=1"),
        ("//evil.example", "/houses"),
        ("https://evil.example/", "/houses"),
        ("/\\evil.example", "/houses"),
        ("javascript:alert(1)", "/houses"),
    ] {
        browser.cookie = None;
        let form = [
            ("email", anna.email.as_str()),
            ("password", PASSWORD),
            ("next", next),
        ];
        let answer = browser.submit("/log-in", &form).await;
        assert_eq!(answer.location(), followed);
        let query = url::form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>();
        let already = browser.visit(&format!("/log-in?next={query}")).await;
        assert_eq!(already.location(), followed);
    }
}

#[tokio::test]
async fn requests_from_other_sites_change_nothing() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let browser = world.browser(&anna).await;
    for (name, value) in [
        (header::ORIGIN.as_str(), "http://evil.example"),
        (header::ORIGIN.as_str(), "null"),
        (header::ORIGIN.as_str(), "http://portal.test:81"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        for path in ["/log-out", "/log-in", "/houses/new", "/api/v1/tokens"] {
            let mut request = browser.form(path, &[]);
            request.headers_mut().remove(header::ORIGIN);
            request.headers_mut().remove(header::ACCEPT);
            request.headers_mut().insert(name, value.parse().unwrap());
            let refused = browser.send(request).await;
            assert_eq!(refused.problem(), "cross-site", "{path} {name}: {value}");
        }
    }
    assert_eq!(
        browser.visit("/houses").await.status,
        200,
        "still logged in"
    );
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect() {
    let world = crate::tests::open().await;
    let client = world.client();
    for path in [
        "/",
        "/api/v1/tenants",
        "/nothing",
        "/healthz",
        "/static/portal.css",
    ] {
        let answer = client.visit(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert!(
            policy.contains("connect-src 'self' ws://gateway.test:8083;"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        let cache = answer.header("cache-control");
        assert_eq!(cache == "no-store", !path.starts_with("/static/"), "{path}");
    }
    let asset = client.get(&web::assets::url("portal.css")).await;
    assert_eq!(asset.status, 200);
    let request = client
        .request(http::Method::GET, &web::assets::url("portal.css"))
        .header(header::IF_NONE_MATCH, asset.header("etag"));
    let known = client
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!((known.status, known.text.as_str()), (304, ""));
}

#[tokio::test]
async fn over_https_the_cookie_belongs_to_this_host_alone() {
    let world = crate::tests::with(None, "https://portal.test").await;
    let anna = world.person("Anna").await;
    let mut browser = world.client();
    let form = [("email", anna.email.as_str()), ("password", PASSWORD)];
    let mut request = browser.form("/log-in", &form);
    let origin = "https://portal.test".parse().unwrap();
    request.headers_mut().insert(header::ORIGIN, origin);
    let answer = browser.send(request).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
    browser.cookie = cookie.split_once(';').map(|(pair, _)| pair.to_owned());
    assert_eq!(browser.visit("/houses").await.status, 200);
}

#[tokio::test]
async fn a_new_house_leads_to_its_passcode_which_is_shown_once() {
    let world = crate::tests::open().await;
    let anna = world.person_on("Anna", Plan::Free, false).await;
    let mut browser = world.browser(&anna).await;
    assert_eq!(browser.visit("/houses/new").await.status, 200);
    let odd = [
        ("name", ""),
        ("timezone", "Mars/Olympus"),
        ("hosting", "hosted"),
    ];
    let back = browser.submit("/houses/new", &odd).await;
    assert_eq!(back.status, 422);
    assert!(
        back.text
            .contains("is not a time zone such as Europe/Berlin")
    );

    let good = [
        ("name", "Villa"),
        ("timezone", "Europe/Berlin"),
        ("hosting", "on-premise"),
    ];
    let made = browser.submit("/houses/new", &good).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let connect = made.location().to_owned();
    assert!(connect.starts_with("/houses/villa-") && connect.ends_with("/connect"));
    let stranger = world.browser(&anna).await;
    let first_look = stranger.visit(&connect).await;
    let page = browser.visit(&connect).await;
    assert_eq!(page.status, 200);
    let house = connect.split('/').nth(2).unwrap();
    let mut work = world.app.store.begin_read().await.unwrap();
    let key = work
        .houses()
        .find(anna.tenant, &house.parse().unwrap())
        .await
        .unwrap()
        .unwrap()
        .key;
    let hash = work.credentials().list(key).await.unwrap()[0].secret_hash;
    drop(work);
    let words = |text: &str| -> bool {
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| model::SecretHash::of(word.as_bytes()) == hash)
    };
    assert!(words(&page.text), "the passcode stands on the page");
    assert!(!words(&first_look.text), "another session does not see it");
    assert!(!words(&browser.visit(&connect).await.text), "and not twice");

    let full = browser.submit("/houses/new", &good).await;
    assert_eq!(full.status, 403);
    assert!(
        full.text.contains("The plan allows 1 house"),
        "{}",
        full.text
    );
    assert!(full.text.contains("Villa"), "what was typed comes back");
}

#[tokio::test]
async fn credentials_are_made_and_revoked_on_the_connect_page() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let mut browser = world.browser(&anna).await;
    let path = format!("/houses/{house}/credentials");
    let back = browser
        .submit(&path, &[("name", ""), ("role", "house")])
        .await;
    assert_eq!(back.status, 422);
    let made = browser
        .submit(&path, &[("name", "Weather <i>"), ("role", "house")])
        .await;
    assert_eq!(made.location(), format!("/houses/{house}/connect"));
    let page = browser.visit(made.location()).await;
    assert!(page.text.contains("Weather &#60;i&#62;") || page.text.contains("Weather &lt;i&gt;"));
    let (_, rest) = page.text.split_once(&format!("{path}/crd_")).unwrap();
    let id = rest.split('/').next().unwrap();
    let revoked = browser
        .submit(&format!("{path}/crd_{id}/revoke"), &[])
        .await;
    assert_eq!(
        revoked.location(),
        format!("/houses/{house}/connect?done=revoked")
    );
    assert!(!browser.visit(revoked.location()).await.text.contains(id));
}

#[tokio::test]
async fn hostile_names_are_text_on_every_page() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=1>";
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, HOSTILE).await;
    world.houses.with(&house, |villa| {
        let sensor = json!({"format": "string", "description": HOSTILE, "unit": HOSTILE,
            "service": {"name": HOSTILE, "mode": "push"}});
        villa
            .sensors
            .insert("a<script>b/'\"c".into(), sensor.clone());
        villa.sensors.insert("plain".into(), sensor);
        villa
            .values
            .insert("plain".into(), vec![(1_795_264_000, json!(HOSTILE))]);
        villa.unknown.push(
            json!({"sensor": "<script>x", "sender": HOSTILE, "value": HOSTILE,
            "timestamp": 1_795_264_000}),
        );
    });
    let browser = world.browser(&anna).await;
    for path in [
        "/houses".to_owned(),
        format!("/houses/{house}"),
        format!("/houses/{house}/connect"),
        format!("/houses/{house}/sensors/plain?range=all"),
        web::routes::sensor(house.as_str(), "a<script>b/'\"c"),
        format!("/houses/{house}/refusals"),
    ] {
        let page = browser.visit(&path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        assert!(
            page.text.contains("alert(1)"),
            "{path} does not show the name"
        );
        assert!(!page.text.contains("<script>alert"), "{path}");
        assert!(!page.text.contains("<img src=x"), "{path}");
    }
}

#[tokio::test]
async fn the_live_page_shows_values_and_offers_and_adds_with_one_click() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    world.houses.with(&house, |villa| {
        let temp = json!({"format": "float_1", "unit": "°C", "description": "Kitchen"});
        villa.sensors.insert("kitchen/temp".into(), temp);
        let points = vec![(1_795_264_000, json!(21))];
        villa.values.insert("kitchen/temp".into(), points);
        villa.unknown.push(
            json!({"sensor": "attic/temp", "sender": "service/rtl", "value": 3.5,
            "timestamp": 1_795_264_000}),
        );
    });
    let mut browser = world.browser(&anna).await;
    let page = browser.visit(&format!("/houses/{house}")).await;
    for shown in ["Kitchen", "21.0", "°C", "attic/temp", "service/rtl"] {
        assert!(page.text.contains(shown), "{shown}");
    }
    let form = [
        ("sensor", "attic/temp"),
        ("sender", "service/rtl"),
        ("description", "Attic"),
        ("unit", ""),
        ("format", "float_1"),
    ];
    let added = browser
        .submit(&format!("/houses/{house}/sensors"), &form)
        .await;
    assert_eq!(added.location(), format!("/houses/{house}?done=added"));
    world.houses.with(&house, |villa| {
        assert_eq!(
            villa.sensors["attic/temp"],
            json!({"format": "float_1", "description": "Attic",
                   "service": {"name": "rtl", "mode": "push"}})
        );
    });
    let page = browser.visit(added.location()).await;
    assert!(page.text.contains("The sensor was added."));
    let forged = browser
        .visit(&format!("/houses/{house}?done=You+won+a+prize"))
        .await;
    assert!(!forged.text.contains("prize"));
}

#[tokio::test]
async fn a_house_that_does_not_answer_still_has_its_pages() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    world.houses.with(&house, |villa| villa.silent = true);
    let browser = world.browser(&anna).await;
    for path in [
        format!("/houses/{house}"),
        format!("/houses/{house}/sensors/kitchen/temp"),
    ] {
        let page = browser.visit(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text.contains("Villa"));
        assert!(page.text.contains("answer"), "{path} does not say so");
    }
}

#[tokio::test]
async fn a_sensor_is_changed_and_deleted_with_a_typed_confirmation() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let now = world.app.now();
    world.houses.with(&house, |villa| {
        let temp = json!({"format": "int", "icon": "sun"});
        villa.sensors.insert("kitchen/temp".into(), temp);
        let series = (0..60)
            .map(|n| (now.as_secs() - 60 + n, json!(n)))
            .collect();
        villa.values.insert("kitchen/temp".into(), series);
    });
    let mut browser = world.browser(&anna).await;
    let path = format!("/houses/{house}/sensors/kitchen/temp");
    let page = browser.visit(&format!("{path}?range=1h")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains(&Timestamp(now.0).to_rfc3339()));

    let mut save = vec![
        ("do", "save"),
        ("description", "Kitchen"),
        ("unit", "°C"),
        ("format", "float_1"),
        ("min_value", "cold"),
        ("max_value", ""),
    ];
    let back = browser.submit(&path, &save).await;
    assert_eq!(back.status, 422);
    assert!(back.text.contains("Write a number"));
    save[4].1 = "-40,5";
    let saved = browser.submit(&path, &save).await;
    assert_eq!(saved.location(), format!("{path}?done=saved"));
    world.houses.with(&house, |villa| {
        let expected = json!({"format": "float_1", "icon": "sun", "description": "Kitchen",
            "unit": "°C", "min_value": -40.5});
        assert_eq!(villa.sensors["kitchen/temp"], expected);
    });
    let unsure = browser
        .submit(&path, &[("do", "delete"), ("confirm", "kitchen")])
        .await;
    assert_eq!(unsure.status, 422);
    let gone = browser
        .submit(&path, &[("do", "delete"), ("confirm", "kitchen/temp")])
        .await;
    assert_eq!(gone.location(), format!("/houses/{house}?done=deleted"));
    assert_eq!(browser.visit(&path).await.status, 404);
}

#[tokio::test]
async fn the_first_admin_comes_in_by_the_printed_link_and_it_works_once() {
    let world = crate::tests::with(None, "http://portal.test").await;
    let stale = setup::one_time_link(&world.app).await.unwrap().unwrap();
    let link = setup::one_time_link(&world.app).await.unwrap().unwrap();
    let path = |link: &str| link.strip_prefix("http://portal.test").unwrap().to_owned();
    let mut browser = world.client();
    for dead in [path(&stale), "/setup?token=wrong".into(), "/setup".into()] {
        let page = browser.visit(&dead).await;
        assert_eq!(page.status, 410, "{dead}");
        assert!(page.text.contains("not valid any more"));
    }
    assert_eq!(browser.visit(&path(&link)).await.status, 200);
    let token = link.split_once("token=").unwrap().1;
    let form = |password| {
        [
            ("token", token),
            ("email", "ada@example.org"),
            ("name", "Ada"),
            ("password", password),
            ("policy", "open"),
        ]
    };
    assert_eq!(browser.submit("/setup", &form("short")).await.status, 422);
    let made = browser.submit("/setup", &form(PASSWORD)).await;
    assert_eq!((made.status, made.location()), (303, "/houses"));
    world.mails_to("ada@example.org", 1).await;
    let policy = browser.visit("/admin/sign-up").await;
    assert_eq!(policy.status, 200);
    let mut work = world.app.store.begin_read().await.unwrap();
    let stored = work.settings().get(SettingKey::SignUpPolicy).await.unwrap();
    assert_eq!(stored.as_deref(), Some("open"));
    drop(work);
    let closed = browser
        .submit("/admin/sign-up", &[("policy", "closed")])
        .await;
    assert_eq!(closed.location(), "/admin/sign-up?done=saved");
    assert!(
        world
            .client()
            .visit("/sign-up")
            .await
            .text
            .contains("takes no new accounts")
    );

    let mut second = world.client();
    assert_eq!(second.submit("/setup", &form(PASSWORD)).await.status, 410);
    assert_eq!(setup::one_time_link(&world.app).await.unwrap(), None);
}

#[tokio::test]
async fn an_admin_from_the_command_line_can_log_in() {
    use control_plane::setup::{CreateAdminError, NewAdmin, create_admin};

    let world = crate::tests::with(None, "http://portal.test").await;
    let (store, cell) = (&world.app.store, world.app.link.cell());
    let new = |password| NewAdmin {
        email: "ada@example.org",
        password,
    };
    let weak = create_admin(store, cell, world.ambient.clone(), new(Some("short"))).await;
    assert!(matches!(weak, Err(CreateAdminError::Password(_))));
    let made = create_admin(store, cell, world.ambient.clone(), new(None))
        .await
        .unwrap();
    let password = made.drawn.unwrap();
    let again = create_admin(store, cell, world.ambient.clone(), new(None)).await;
    assert!(matches!(again, Err(CreateAdminError::Known)));
    let mut browser = world.client();
    let form = [
        ("email", "ada@example.org"),
        ("password", password.expose()),
    ];
    assert_eq!(browser.submit("/log-in", &form).await.status, 303);
    assert_eq!(browser.visit("/admin/sign-up").await.status, 200);
}

#[tokio::test]
async fn housekeeping_ends_what_has_had_its_time() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let _browser = world.browser(&anna).await;
    world
        .ambient
        .advance(control_plane::sessions::LASTS + Duration::from_hours(1));
    control_plane::chores::tidy(&world.app).await;
    world.ambient.advance(Duration::ZERO);
    let removed = world.app.store.tidy(world.app.now()).await.unwrap();
    assert_eq!(removed, 0, "nothing is left for a second round");
}
