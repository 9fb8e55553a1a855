use cell::Report;
use model::{HouseId, Limit, Refusal, RefusalReason, Timestamp};
use serde_json::{Value, json};

use control_plane::refusals::PAGE;

fn refusal(house: &HouseId, at: Timestamp, client: String) -> Refusal {
    Refusal {
        house: house.clone(),
        at,
        reason: RefusalReason::Connections,
        limit: Some(Limit {
            name: "connections_per_house".into(),
            window_secs: None,
            allowed: 25,
            seen: 26,
        }),
        client,
        subject: String::new(),
        count: 3,
        clears_at: None,
    }
}

#[tokio::test]
async fn a_refusal_says_which_limit_allowed_seen_and_what_to_do() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let minute = Timestamp::from_secs(world.app.now().as_secs() / 60 * 60 - 60);
    let report = Report {
        presence: Vec::new(),
        refusals: vec![refusal(&house, minute, "<b>x</b>".into())],
        ..Report::default()
    };
    world.report(report).await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/refusals");
    assert_eq!(
        client.get(&path).await.json(),
        json!({
            "refusals": [{
                "at": minute.to_rfc3339(), "reason": "connections",
                "limit": "connections_per_house", "window": null, "allowed": 25, "seen": 26,
                "client": "<b>x</b>", "subject": "", "count": 3, "clears_at": null,
                "remedy": RefusalReason::Connections.remedy(),
            }],
            "next": null,
        })
    );
    let browser = world.browser(&anna).await;
    let page = browser.visit(&format!("/houses/{house}/refusals")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("&#60;b&#62;x") || page.text.contains("&lt;b&gt;x"));
    assert!(!page.text.contains("<b>x"));
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let world = crate::tests::open().await;
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let start = world.app.now().as_secs() / 60 * 60;
    let refusals: Vec<Refusal> = (0..i64::from(PAGE) + 20)
        .map(|n| {
            refusal(
                &house,
                Timestamp::from_secs(start - n * 60),
                format!("c{n}"),
            )
        })
        .collect();
    world
        .report(Report {
            presence: Vec::new(),
            refusals,
            ..Report::default()
        })
        .await;
    let client = world.program(&anna).await;
    let path = format!("/api/v1/houses/{house}/refusals");
    let first = client.get(&path).await.json();
    let next = first["next"].as_str().unwrap();
    let second = client.get(&format!("{path}?cursor={next}")).await.json();
    let count = |page: &Value| page["refusals"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&second)), (100, 20));
    assert_eq!(second["refusals"][0]["client"], "c100");
    assert_eq!(second["next"], Value::Null);
    for odd in ["cursor=x", "limit=5"] {
        let refused = client.get(&format!("{path}?{odd}")).await;
        assert_eq!(refused.problem(), "malformed");
    }
    let page = world
        .browser(&anna)
        .await
        .visit(&format!("/houses/{house}/refusals"))
        .await;
    assert!(page.text.contains("?cursor="));
}
