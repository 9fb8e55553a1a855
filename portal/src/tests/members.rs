use control_plane::testing::{Client, PASSWORD, Person, World, token_in};
use model::{HouseId, Plan, TenantRole};
use platform::settings::SignUpPolicy;

/// A tenant with a house, and its owner's browser.
async fn home(world: &World) -> (Person, HouseId, Client) {
    let anna = world.person("Anna").await;
    let house = world.house(&anna, "Villa").await;
    let browser = world.browser(&anna).await;
    (anna, house, browser)
}

fn page_of(person: &Person) -> String {
    format!("/tenants/{}/members", person.tenant)
}

async fn invited(world: &World, email: &str, count: usize) -> String {
    let mails = world.mails_to(email, count).await;
    token_in(mails.last().unwrap())
}

#[tokio::test]
async fn somebody_is_invited_by_a_form_and_joins_by_a_page() {
    let world = crate::tests::open().await;
    let (anna, house, mut host) = home(&world).await;
    let form = format!("/tenants/{}/invitations", anna.tenant);
    let named = format!("house.{house}");
    let fields = [
        ("email", "kim@example.org"),
        ("where", "houses"),
        ("role", "resident"),
        (named.as_str(), "resident"),
        ("until", ""),
    ];
    let done = host.submit(&form, &fields).await;
    assert_eq!(done.location(), format!("{}?done=invited", page_of(&anna)));
    let page = host.visit(&page_of(&anna)).await;
    assert!(page.text.contains("kim@example.org"), "{}", page.text);
    assert!(page.text.contains("Villa: resident"), "{}", page.text);
    let token = invited(&world, "kim@example.org", 1).await;
    let link = format!("/invitation?token={token}");
    // Before accepting, the page says who invites to what.
    let mut kim = world.client();
    let page = kim.visit(&link).await;
    assert_eq!(page.status, 200);
    for text in [
        "Anna",
        "anna@example.org",
        "Villa: resident",
        "kim@example.org",
    ] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    let typed = [
        ("token", token.as_str()),
        ("name", "Kim"),
        ("password", "x"),
    ];
    let back = kim.submit("/invitation", &typed).await;
    assert_eq!(back.status, 422);
    assert!(back.text.contains("value=\"Kim\""), "what was typed stays");
    let typed = [
        ("token", token.as_str()),
        ("email", "kim@example.org"),
        ("name", "Kim"),
        ("password", PASSWORD),
    ];
    let joined = kim.submit("/invitation", &typed).await;
    assert_eq!(joined.location(), "/houses?done=joined", "{}", joined.text);
    let page = kim.visit("/houses").await;
    assert!(page.text.contains("Villa") && page.text.contains(house.as_str()));
    let page = kim.visit(&format!("/houses/{house}")).await;
    assert_eq!(page.status, 200, "a resident sees the house");
    assert_eq!(kim.visit(&page_of(&anna)).await.status, 404);
    // The link is used up, and says nothing of what it was.
    let again = world.client().visit(&link).await;
    assert_eq!(again.status, 410);
    assert!(!again.text.contains("Anna") && !again.text.contains("Villa"));
    let left = kim.submit(&format!("/houses/{house}/leave"), &[]).await;
    assert_eq!(left.location(), "/houses?done=left");
    assert_eq!(kim.visit(&format!("/houses/{house}")).await.status, 404);
}

#[tokio::test]
async fn somebody_with_an_account_logs_in_to_accept_and_others_are_told_nothing() {
    let world = crate::tests::open().await;
    let (anna, _, mut host) = home(&world).await;
    let (bob, mallory) = (world.person("Bob").await, world.person("Mallory").await);
    let form = format!("/tenants/{}/invitations", anna.tenant);
    let fields = [
        ("email", "bob@example.org"),
        ("where", "all"),
        ("role", "guest"),
        ("until", "2099-12-31"),
    ];
    host.submit(&form, &fields).await;
    let token = invited(&world, "bob@example.org", 1).await;
    let link = format!("/invitation?token={token}");
    let page = world.client().visit(&link).await;
    let next = format!("/log-in?next=%2Finvitation%3Ftoken%3D{token}");
    assert!(page.text.contains(&next), "{}", page.text);
    let stranger = world.browser(&mallory).await;
    let page = stranger.visit(&link).await;
    assert_eq!(page.status, 403);
    assert!(!page.text.contains("Anna") && !page.text.contains("bob@"));
    let mut bobs = world.browser(&bob).await;
    let page = bobs.visit(&link).await;
    assert!(page.text.contains("1 Jan 2100"), "the end: {}", page.text);
    let joined = bobs.submit("/invitation", &[("token", &token)]).await;
    assert_eq!(joined.location(), "/houses?done=joined");
    // Two tenants: the switcher names both.
    let page = bobs.visit("/houses").await;
    for tenant in [anna.tenant, bob.tenant] {
        let href = format!("/houses?tenant={tenant}");
        assert!(page.text.contains(&href), "{}", page.text);
    }
    // A guest sees their own membership and nobody else's.
    let page = bobs.visit(&page_of(&anna)).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("guest") && !page.text.contains("anna@example.org"));
    let left = bobs
        .submit(&format!("/tenants/{}/leave", anna.tenant), &[])
        .await;
    assert_eq!(left.location(), "/houses?done=left");
    assert_eq!(bobs.visit(&page_of(&anna)).await.status, 404);
}

#[tokio::test]
async fn a_form_that_cannot_be_comes_back_with_what_was_typed() {
    let world = crate::tests::open().await;
    let (anna, _, mut host) = home(&world).await;
    let form = format!("/tenants/{}/invitations", anna.tenant);
    for (fields, fault) in [
        (
            [("email", "nobody"), ("where", "all"), ("role", "guest")],
            "value=\"nobody\"",
        ),
        (
            [
                ("email", "a@example.org"),
                ("where", "houses"),
                ("role", "guest"),
            ],
            "Choose a role in at least one house.",
        ),
        (
            [
                ("email", "a@example.org"),
                ("role", "guest"),
                ("until", "soon"),
            ],
            "2027-01-31",
        ),
        (
            [("email", "a@example.org"), ("role", "king"), ("until", "")],
            "Choose a role.",
        ),
    ] {
        let back = host.submit(&form, &fields).await;
        assert_eq!(back.status, 422, "{fields:?}");
        assert!(back.text.contains(fault), "{fault}: {}", back.text);
    }
    let odd = [
        ("email", "a@example.org"),
        ("role", "guest"),
        ("plan", "pro"),
    ];
    assert_eq!(host.submit(&form, &odd).await.status, 400);
    assert!(world.mails_now("a@example.org").is_empty());
}

#[tokio::test]
async fn a_member_is_changed_handed_over_to_and_removed_by_forms() {
    let world = crate::tests::open().await;
    let (anna, house, mut host) = home(&world).await;
    let bob = world.person("Bob").await;
    world.join(&bob, anna.tenant, TenantRole::Guest).await;
    let one = format!("{}/{}", page_of(&anna), bob.account);
    let page = host.visit(&one).await;
    assert!(page.text.contains("bob@example.org"), "{}", page.text);
    let named = format!("house.{house}");
    let fields = [
        ("where", "houses"),
        ("role", "guest"),
        (named.as_str(), "installer"),
        ("until", "2099-12-31"),
    ];
    let done = host.submit(&one, &fields).await;
    assert_eq!(done.location(), format!("{}?done=saved", page_of(&anna)));
    let page = host.visit(&one).await;
    assert!(page.text.contains("value=\"2099-12-31\""), "{}", page.text);
    let bobs = world.browser(&bob).await;
    let connect = bobs.visit(&format!("/houses/{house}/connect")).await;
    assert_eq!(connect.status, 200);
    assert_eq!(bobs.visit(&page_of(&anna)).await.status, 404);
    let whole = [("where", "all"), ("role", "admin"), ("until", "")];
    assert_eq!(host.submit(&one, &whole).await.status, 303);
    let handed = host.submit(&format!("{one}/hand-over"), &[]).await;
    let expected = format!("{}?done=handed-over", page_of(&anna));
    assert_eq!(handed.location(), expected, "{}", handed.text);
    // The owner who is left can be removed, the last one cannot.
    let mut bobs = world.browser(&bob).await;
    let other = format!("{}/{}", page_of(&anna), anna.account);
    let removed = bobs.submit(&format!("{other}/remove"), &[]).await;
    assert_eq!(removed.status, 303, "{}", removed.text);
    let last = bobs.submit(&format!("{one}/remove"), &[]).await;
    assert_eq!(last.status, 409);
    assert!(last.text.contains("owner"), "{}", last.text);
    assert_eq!(host.visit(&page_of(&anna)).await.status, 404);
}

#[tokio::test]
async fn an_admin_lets_people_in_and_invites_others() {
    let world = crate::tests::with(Some(SignUpPolicy::Approve), "http://portal.test").await;
    let admin = world.person_on("Ada", Plan::Pro, true).await;
    let mut ada = world.browser(&admin).await;
    let mut kim = world.client();
    let typed = [
        ("email", "kim@example.org"),
        ("name", "Kim"),
        ("password", PASSWORD),
    ];
    assert_eq!(kim.submit("/sign-up", &typed).await.status, 200);
    let token = invited(&world, "kim@example.org", 1).await;
    let proven = kim.submit("/verify", &[("token", &token)]).await;
    assert_eq!(proven.location(), "/log-in?confirmed=waits");
    let log_in = [("email", "kim@example.org"), ("password", PASSWORD)];
    let refused = kim.submit("/log-in", &log_in).await;
    assert!(refused.status == 403 && kim.cookie.is_none());
    // Whoever decides is told on every page.
    let page = ada.visit("/houses").await;
    assert!(page.text.contains("1 person waits"), "{}", page.text);
    let page = ada.visit("/admin/sign-up").await;
    let (_, rest) = page.text.split_once("/admin/sign-ups/").unwrap();
    let id = rest.split('/').next().unwrap().to_owned();
    let done = ada
        .submit(&format!("/admin/sign-ups/{id}/approve"), &[])
        .await;
    assert_eq!(done.location(), "/admin/sign-up?done=let-in");
    assert_eq!(kim.submit("/log-in", &log_in).await.status, 303);

    let typed = [("email", "lea@example.org")];
    let done = ada.submit("/admin/invitations", &typed).await;
    assert_eq!(done.location(), "/admin/sign-up?done=invited");
    assert_eq!(ada.submit("/admin/invitations", &typed).await.status, 409);
    let token = invited(&world, "lea@example.org", 1).await;
    let mut lea = world.client();
    let typed = [
        ("token", token.as_str()),
        ("name", "Lea"),
        ("password", PASSWORD),
    ];
    let joined = lea.submit("/invitation", &typed).await;
    assert_eq!(joined.status, 303, "{}", joined.text);
    assert_eq!(
        lea.visit("/houses/new").await.status,
        200,
        "a tenant of her own"
    );
}

const HOUSES: [&str; 8] = [
    "Attic", "Barn", "Cabin", "Dacha", "Estate", "Farm", "Gazebo", "Hut",
];

#[tokio::test]
async fn an_installer_finds_a_house_among_many_tenants() {
    let world = crate::tests::open().await;
    let installer = world.person_on("Ira", Plan::Free, false).await;
    let mut hosts = Vec::new();
    for name in ["Anna", "Bob"] {
        let host = world.person_on(name, Plan::Pro, false).await;
        hosts.push(host);
    }
    for host in &hosts {
        world
            .join(&installer, host.tenant, TenantRole::Installer)
            .await;
        for name in HOUSES {
            world.house(host, name).await;
        }
    }
    let browser = world.browser(&installer).await;
    let page = browser.visit("/houses").await;
    assert!(page.text.contains("1 to 16 of 16"), "{}", page.text);
    for host in &hosts {
        let add = format!("/houses/new?tenant={}", host.tenant);
        assert!(page.text.contains(&add));
    }
    let page = browser.visit("/houses?q=bob+gazebo&state=never").await;
    assert!(page.text.contains("1 to 1 of 1"), "{}", page.text);
    let page = browser.visit("/houses?state=online").await;
    assert!(page.text.contains("No house fits."), "{}", page.text);
    let of_anna = format!("/houses?tenant={}", hosts[0].tenant);
    let page = browser.visit(&of_anna).await;
    assert!(page.text.contains("1 to 8 of 8"), "{}", page.text);
    // A house is added where the address says, and nowhere else.
    let mut browser = browser;
    let form = format!("/houses/new?tenant={}", hosts[1].tenant);
    let typed = [
        ("name", "New one"),
        ("timezone", "Europe/Berlin"),
        ("hosting", "hosted"),
    ];
    let made = browser.submit(&form, &typed).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let page = browser.visit("/houses?q=new").await;
    assert!(page.text.contains("Bob") && page.text.contains("New one"));
    let stranger = world.person("Stranger").await;
    let theirs = format!("/houses/new?tenant={}", stranger.tenant);
    assert_eq!(browser.visit(&theirs).await.status, 404);
    assert_eq!(browser.submit(&theirs, &typed).await.status, 404);
}
