//! Pages, faults and mails in the reader's language.

use axum::body::Body;
use http::{Method, header};
use serde_json::json;

use control_plane::testing::{Answer, Client, PASSWORD};

/// What a browser gets that asks for `accepted`.
async fn visit(browser: &Client, path: &str, accepted: &str) -> Answer {
    let request = browser
        .request(Method::GET, path)
        .header(header::ACCEPT, "text/html,*/*")
        .header(header::ACCEPT_LANGUAGE, accepted);
    browser.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_visitor_reads_what_the_browser_asks_for_and_may_choose_another() {
    let world = crate::tests::open().await;
    let browser = world.client();
    let german = visit(&browser, "/log-in", "de-AT,en;q=0.5").await;
    assert!(german.text.contains("<html lang=\"de\""), "{}", german.text);
    assert!(german.text.contains("Passwort vergessen?"));
    assert!(german.text.contains("href=\"/log-in?language=en\""));
    let french = visit(&browser, "/log-in", "fr").await;
    assert!(french.text.contains("<html lang=\"en\""));

    let chosen = visit(&browser, "/log-in?next=%2Fhouses&language=de", "en").await;
    assert!(chosen.text.contains("<html lang=\"de\""));
    assert!(
        chosen
            .text
            .contains("href=\"/log-in?next=%2Fhouses&#38;language=en\""),
        "the link keeps what the address says: {}",
        chosen.text
    );
    let cookie = chosen.header("set-cookie");
    assert!(cookie.starts_with("language=de; Path=/;"), "{cookie}");
    let missing = visit(&browser, "/nowhere", "de").await;
    assert_eq!(missing.status, 404);
    assert!(
        missing.text.contains("Diese Seite gibt es hier nicht."),
        "{}",
        missing.text
    );
    let program = browser.get("/api/v1/nowhere").await;
    assert!(
        program.text.contains("There is no such page."),
        "programs read English"
    );
}

#[tokio::test]
async fn an_account_is_spoken_to_in_the_language_it_chose() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let mut browser = world.browser(&anna).await;
    let before = visit(&browser, "/account", "en").await;
    assert!(before.text.contains("<html lang=\"en\""));
    let done = browser
        .submit("/account/language", &[("language", "de")])
        .await;
    assert_eq!((done.status, done.location()), (303, "/account?done=saved"));
    let after = visit(&browser, "/account?done=saved", "en").await;
    assert!(after.text.contains("<html lang=\"de\""), "{}", after.text);
    assert!(after.text.contains("Gespeichert.") && after.text.contains("Ihr Konto"));
    let back = browser
        .submit("/account/password", &[("current", "x"), ("new", "short")])
        .await;
    assert_eq!(back.status, 422);
    assert!(
        back.text.contains("Das muss mindestens 10 Zeichen haben"),
        "{}",
        back.text
    );

    let typed = [("current", PASSWORD), ("new", "four ships at anchor")];
    assert_eq!(
        browser.submit("/account/password", &typed).await.status,
        303
    );
    let mails = world.mails_to(&anna.email, 1).await;
    assert_eq!(mails[0].subject, "Ihr Passwort wurde geändert");
    assert!(
        mails[0]
            .text
            .contains("wählen Sie sofort ein neues Passwort")
    );

    let wrong = browser
        .submit("/account/language", &[("language", "xx")])
        .await;
    assert_eq!(wrong.status, 422);
    let none = browser
        .submit("/account/language", &[("language", "")])
        .await;
    assert_eq!(none.status, 303);
    let english = visit(&browser, "/account", "en").await;
    assert!(english.text.contains("<html lang=\"en\""));
}

#[tokio::test]
async fn programs_choose_the_language_too_and_for_nobody_else() {
    let world = crate::tests::open().await;
    let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
    let program = world.program(&anna).await;
    let path = "/api/v1/account/language";
    let put = |body| program.json(Method::PUT, path, body);
    assert_eq!(put(json!({"language": "de"})).await.status, 204);
    assert_eq!(put(json!({"language": "klingon"})).await.status, 422);
    let nobody = world.client();
    let refused = nobody.json(Method::PUT, path, json!({"language": "de"}));
    assert_eq!(refused.await.status, 401);
    let his = visit(&world.browser(&bob).await, "/account", "en").await;
    assert!(his.text.contains("<html lang=\"en\""));
    let hers = visit(&world.browser(&anna).await, "/account", "en").await;
    assert!(hers.text.contains("<html lang=\"de\""));
}
