use model::{Plan, Standing};

use control_plane::testing::{Client, World};

async fn admin(world: &World) -> Client {
    let ada = world.person_on("Ada", Plan::Pro, true).await;
    world.browser(&ada).await
}

#[tokio::test]
async fn a_tenant_is_found_and_managed_with_plain_forms() {
    let world = crate::tests::open().await;
    let mut ada = admin(&world).await;
    let anna = world.person("Anna").await;
    world.house(&anna, "Villa <i>").await;
    let list = ada.visit("/admin/tenants?query=villa").await;
    let page = format!("/admin/tenants/{}", anna.tenant);
    assert!(list.text.contains(&page), "{}", list.text);
    assert!(
        ada.visit("/admin/tenants?query=zzz")
            .await
            .text
            .contains("Nothing is called that")
    );
    assert_eq!(ada.visit("/admin/tenants?query=a+b+c+d").await.status, 422);

    let shown = ada.visit(&page).await;
    assert!(shown.text.contains("Villa") && shown.text.contains("data-testid=\"quota-houses\""));
    assert!(!shown.text.contains("<i>"));
    let quotas = format!("{page}/quotas");
    let fields = [
        ("quota", "houses"),
        ("value", "1 000"),
        ("until", "2030-01-31"),
        ("reason", "Trial"),
        ("do", "make"),
    ];
    let made = ada.submit(&quotas, &fields).await;
    assert_eq!(
        (made.status, made.location()),
        (303, format!("{page}?done=saved").as_str())
    );
    let shown = ada.visit(&page).await.text;
    assert!(
        shown.contains("instead of 3: Trial (until 31 Jan 2030, 00:00:00 UTC)"),
        "{shown}"
    );
    for fields in [
        [("quota", "houses"), ("value", "many")],
        [("quota", "houses"), ("value", "0")],
        [("quota", "robots"), ("value", "5")],
        [("quota", "houses"), ("until", "soon")],
    ] {
        assert_eq!(ada.submit(&quotas, &fields).await.status, 422, "{fields:?}");
    }
    ada.submit(&quotas, &[("quota", "houses"), ("do", "end")])
        .await;
    assert!(!ada.visit(&page).await.text.contains("instead of"));

    ada.submit(&format!("{page}/plan"), &[("plan", "pro")])
        .await;
    assert!(
        ada.visit(&page)
            .await
            .text
            .contains("value=\"pro\" selected")
    );
    assert_eq!(
        ada.submit(&format!("{page}/plan"), &[("plan", "x y")])
            .await
            .status,
        422
    );
}

#[tokio::test]
async fn standing_and_deletion_are_forms_too() {
    let world = crate::tests::open().await;
    let mut ada = admin(&world).await;
    let anna = world.person("Anna").await;
    let page = format!("/admin/tenants/{}", anna.tenant);
    let standing = format!("{page}/standing");
    let state = async || {
        let mut work = world.app.store.begin_read().await.unwrap();
        work.tenants()
            .find(anna.tenant)
            .await
            .unwrap()
            .unwrap()
            .state
    };
    assert_eq!(
        ada.submit(&standing, &[("standing", "suspended")])
            .await
            .status,
        422
    );
    assert_eq!(
        ada.submit(&standing, &[("standing", "gone")]).await.status,
        400
    );
    ada.submit(
        &standing,
        &[("standing", "read_only"), ("reason", "Unpaid")],
    )
    .await;
    assert_eq!(
        (state().await.in_force(), state().await.reason.as_str()),
        (Standing::ReadOnly, "Unpaid")
    );
    ada.submit(&standing, &[("standing", "active"), ("reason", "Unpaid")])
        .await;
    assert_eq!(
        (state().await.in_force(), state().await.reason.as_str()),
        (Standing::Active, "")
    );

    let delete = format!("{page}/delete");
    assert_eq!(ada.submit(&delete, &[("confirm", "bob")]).await.status, 422);
    assert_eq!(
        ada.submit(&delete, &[("confirm", "anna")]).await.status,
        303
    );
    assert!(
        ada.visit(&page)
            .await
            .text
            .contains("Take the deletion back")
    );
    assert!(state().await.erase_after.is_some());
    ada.submit(&format!("{page}/undelete"), &[]).await;
    assert_eq!(state().await.erase_after, None);
}

#[tokio::test]
async fn plans_are_made_and_changed_with_plain_forms() {
    let world = crate::tests::open().await;
    let mut ada = admin(&world).await;
    let new = [("name", "club"), ("title", "The club"), ("like", "home")];
    let made = ada.submit("/admin/plans", &new).await;
    assert_eq!(made.location(), "/admin/plans/club");
    let taken = ada.submit("/admin/plans", &new).await;
    assert_eq!(taken.status, 422);
    assert!(taken.text.contains("is taken") && taken.text.contains("The club"));
    let odd = [("name", "Our club!"), ("title", ""), ("like", "home")];
    assert_eq!(ada.submit("/admin/plans", &odd).await.status, 422);
    assert!(
        ada.visit("/admin/plans")
            .await
            .text
            .contains("/admin/plans/club")
    );

    let page = "/admin/plans/club";
    let fields = [("title", "Club"), ("houses", "7"), ("message_bytes", "5")];
    let faulty = ada.submit(page, &fields).await;
    assert_eq!(faulty.status, 422);
    assert!(faulty.text.contains("aria-invalid") && faulty.text.contains("value=\"7\""));
    let fields = [
        ("title", "Club"),
        ("houses", "unlimited"),
        ("members", "1,000"),
    ];
    assert_eq!(ada.submit(page, &fields).await.status, 303);
    let mut work = world.app.store.begin_read().await.unwrap();
    let plan = work
        .plans()
        .find(&"club".parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    drop(work);
    assert_eq!(plan.title.as_str(), "Club");
    assert_eq!(plan.quotas.members, 1_000);
    assert_eq!(
        plan.quotas.sensors_per_house, 500,
        "what is not named stays"
    );
    assert!(ada.visit(page).await.text.contains("value=\"unlimited\""));
    assert_eq!(ada.submit(page, &[("price", "3")]).await.status, 400);
    assert_eq!(ada.visit("/admin/plans/nowhere").await.status, 404);
}

#[tokio::test]
async fn health_and_receipts_are_pages() {
    let world = crate::tests::open().await;
    let ada = admin(&world).await;
    world
        .health
        .degrade("runtimes", "1 house does not start".into());
    let health = ada.visit("/admin/health").await;
    assert!(health.text.contains("1 house does not start") && health.text.contains("Degraded"));
    assert!(health.text.contains("Cell main"));
    let receipts = ada.visit("/admin/deletions").await;
    assert!(receipts.text.contains("No tenant was erased"));
    let anna = world.person("Anna").await;
    let browser = world.browser(&anna).await;
    assert!(!browser.visit("/houses").await.text.contains("/admin/"));
}
