use cell::{Report, Usage};
use control_plane::testing::{Client, Person, World};
use control_plane::usage::telling;
use http::Method;
use model::{HouseId, Limit, Plan, Refusal, RefusalReason};
use serde_json::json;

async fn sends(world: &World, house: &HouseId, messages: u64) {
    let usage = Usage {
        epoch: 1,
        house: house.clone(),
        hour: world.app.now().start_of_hour(),
        messages,
        bytes: messages * 50,
    };
    let report = Report {
        usage: vec![usage],
        ..Report::default()
    };
    world.report(report).await;
    telling::look(&world.app).await.unwrap();
}

async fn slowed(world: &World, house: &HouseId, client: &str) {
    let refusal = Refusal {
        house: house.clone(),
        at: world.app.now(),
        reason: RefusalReason::MessageRate,
        limit: Some(Limit {
            name: "messages_per_second".to_owned(),
            window_secs: Some(1),
            allowed: 20,
            seen: 143,
        }),
        client: client.to_owned(),
        subject: String::new(),
        count: 3,
        clears_at: Some(world.app.now()),
    };
    let report = Report {
        refusals: vec![refusal],
        ..Report::default()
    };
    world.report(report).await;
}

async fn page(browser: &Client, person: &Person, rest: &str) -> String {
    let path = format!("/tenants/{}/{rest}", person.tenant);
    let page = browser.visit(&path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.text);
    page.text
}

#[tokio::test]
async fn the_page_tells_what_is_used_of_what_and_what_was_stopped() {
    let world = super::open().await;
    let anna = world.person_on("Anna", Plan::Free, false).await;
    let house = world.house(&anna, "Villa").await;
    let browser = world.browser(&anna).await;
    let empty = page(&browser, &anna, "usage").await;
    assert!(empty.contains("0 of 200,000 messages today"));
    assert!(empty.contains("1 of 1"), "houses");
    assert!(!empty.contains("class=\"columns\""), "nothing to draw");

    sends(&world, &house, 140_212).await;
    slowed(
        &world,
        &house,
        &format!("egeoffrey-{house}-service-mysensors"),
    )
    .await;
    let told = page(&browser, &anna, "usage").await;
    assert!(told.contains("140,212 of 200,000 messages today"));
    assert!(told.contains("resets at 01:00 (Europe/Berlin)"));
    assert!(told.contains("140,212 messages this month"));
    assert!(told.contains("class=\"columns\"") && told.contains("<rect"));
    assert!(
        !told.contains("style="),
        "the content security policy forbids it"
    );
    assert!(told.contains(
        "service/mysensors was slowed at 13:38. It sent 143 messages in 1 s; \
         your plan allows 20. Nothing was lost."
    ));
    assert!(told.contains(&format!(
        "/tenants/{}/refusals?reason=message-rate",
        anna.tenant
    )));
    assert!(told.contains(&format!("/houses/{house}/refusals")));
    assert!(!told.contains("four fifths are used"));
}

#[tokio::test]
async fn a_quota_that_is_nearly_used_is_told_above_the_pages_of_its_tenant() {
    let world = super::open().await;
    let anna = world.person_on("Anna", Plan::Free, false).await;
    let bob = world.person("Bob").await;
    let house = world.house(&anna, "Villa").await;
    let browser = world.browser(&anna).await;
    let pages = [
        "/houses".to_owned(),
        format!("/houses/{house}"),
        format!("/houses/{house}/refusals"),
        format!("/tenants/{}/usage", anna.tenant),
    ];
    for path in &pages {
        let text = browser.visit(path).await.text;
        assert!(!text.contains("Messages per day:"), "{path}");
    }
    sends(&world, &house, 160_000).await;
    for path in &pages {
        let text = browser.visit(path).await.text;
        assert!(
            text.contains("Messages per day: four fifths are used."),
            "{path}"
        );
        assert!(text.contains("160,000 of 200,000"), "{path}");
    }
    sends(&world, &house, 200_000).await;
    for path in &pages {
        let text = browser.visit(path).await.text;
        assert!(
            text.contains("Messages per day: all of it is used."),
            "{path}"
        );
        assert!(!text.contains("four fifths"), "{path}");
    }
    let other = world.browser(&bob).await;
    let text = other.visit("/houses").await.text;
    assert!(
        !text.contains("Messages per day:"),
        "another tenant's banner"
    );
    for path in ["usage", "refusals"] {
        let path = format!("/tenants/{}/{path}", anna.tenant);
        assert_eq!(other.visit(&path).await.status, 404, "{path}");
    }
    let german = browser
        .visit(&format!("/tenants/{}/usage?language=de", anna.tenant))
        .await;
    assert!(
        german
            .text
            .contains("200.000 von 200.000 Nachrichten heute"),
        "{}",
        german.text
    );
}

#[tokio::test]
async fn refusals_of_a_tenant_are_chosen_by_reason_and_client() {
    let world = super::open().await;
    let anna = world.person_on("Anna", Plan::Free, false).await;
    let house = world.house(&anna, "Villa").await;
    slowed(&world, &house, "<b>meter</b>").await;
    let program = world.program(&anna).await;
    let new = json!({"name": "<i>Cabin</i>", "timezone": "UTC", "hosting": "hosted"});
    let houses = format!("/api/v1/tenants/{}/houses", anna.tenant);
    assert_eq!(
        program.json(Method::POST, &houses, new).await.problem(),
        "over-quota"
    );

    let browser = world.browser(&anna).await;
    let all = page(&browser, &anna, "refusals").await;
    assert_eq!(all.matches("data-testid=\"refusal-row\"").count(), 2);
    assert!(all.contains("could not add the house"), "{all}");
    assert!(!all.contains("<b>meter") && !all.contains("<i>Cabin"));
    for (query, rows) in [
        ("reason=houses", 1),
        ("reason=message-rate&client=", 1),
        ("client=%3Cb%3Emeter%3C%2Fb%3E", 1),
        ("client=Anna&reason=message-rate", 0),
    ] {
        let text = page(&browser, &anna, &format!("refusals?{query}")).await;
        assert_eq!(
            text.matches("data-testid=\"refusal-row\"").count(),
            rows,
            "{query}"
        );
    }
    let nothing = page(&browser, &anna, "refusals?reason=protocol").await;
    assert!(nothing.contains("Nothing of that kind was stopped"));
    let odd = format!("/tenants/{}/refusals?reason=x", anna.tenant);
    assert_eq!(browser.visit(&odd).await.status, 422);
    let of_house = browser
        .visit(&format!("/houses/{house}/refusals"))
        .await
        .text;
    assert!(
        !of_house.contains("Cabin"),
        "the tenant's own are not the house's"
    );
}
