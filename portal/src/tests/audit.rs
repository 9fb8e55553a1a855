//! The pages of the audit log and of support access.

use control_plane::testing::{Client, Person, World};
use http::Method;
use model::{HouseId, Plan, TenantRole};
use serde_json::json;

use super::open;

struct Scene {
    world: World,
    anna: Person,
    owner: Client,
    admin: Client,
    house: HouseId,
}

impl Scene {
    async fn set() -> Self {
        let world = open().await;
        let anna = world.person("Anna").await;
        let ada = world.person_on("Ada", Plan::Pro, true).await;
        let house = world.house(&anna, "<script>alert(1)</script>").await;
        Self {
            owner: world.browser(&anna).await,
            admin: world.browser(&ada).await,
            world,
            anna,
            house,
        }
    }

    fn own(&self, page: &str) -> String {
        format!("/tenants/{}/{page}", self.anna.tenant)
    }

    fn over(&self) -> String {
        format!("/admin/tenants/{}/support", self.anna.tenant)
    }

    fn house_page(&self) -> String {
        format!("/houses/{}", self.house)
    }
}

async fn post(client: &Client, path: &str, fields: &[(&str, &str)]) -> u16 {
    client.send(client.form(path, fields)).await.status
}

#[tokio::test]
async fn the_log_is_shown_to_those_who_manage_and_names_stay_text() {
    let scene = Scene::set().await;
    let program = scene.world.program(&scene.anna).await;
    let renamed = json!({"name": "<img src=x onerror=alert(1)>"});
    let path = format!("/api/v1/houses/{}", scene.house);
    let changed = program.json(Method::PATCH, &path, renamed).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let page = scene.owner.visit(&scene.own("audit")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.text.matches("data-testid=\"audit-row\"").count(), 3);
    assert!(page.text.contains("House changed"), "{}", page.text);
    assert!(!page.text.contains("<img src=x") && !page.text.contains("<script>alert"));
    let made = format!("{}?action=house.created", scene.own("audit"));
    let made = scene.owner.visit(&made).await;
    assert_eq!(made.text.matches("data-testid=\"audit-row\"").count(), 1);
    let odd = format!("{}?actor=%3Cb%3E", scene.own("audit"));
    let odd = scene.owner.visit(&odd).await;
    assert_eq!(odd.status, 422);
    assert!(odd.text.contains("&#60;b&#62;") && odd.text.contains("must be like"));

    let rita = scene.world.person("Rita").await;
    scene
        .world
        .join(&rita, scene.anna.tenant, TenantRole::Resident)
        .await;
    let rita = scene.world.browser(&rita).await;
    assert_eq!(rita.visit(&scene.own("audit")).await.status, 403);
    assert_eq!(scene.admin.visit(&scene.own("audit")).await.status, 404);
    assert_eq!(scene.owner.visit("/admin/audit").await.status, 404);

    assert_eq!(post(&scene.admin, "/admin/audit/heads", &[]).await, 303);
    let page = scene.admin.visit("/admin/audit").await;
    assert!(page.text.contains("Audit heads signed"), "{}", page.text);
    assert!(page.text.contains("Logged in"));
}

#[tokio::test]
async fn support_asks_is_let_in_and_leaves_with_banners_for_all() {
    let scene = Scene::set().await;
    assert_eq!(scene.admin.visit(&scene.house_page()).await.status, 404);
    let nothing = [("level", "read"), ("hours", "many"), ("reason", "x")];
    assert_eq!(post(&scene.admin, &scene.over(), &nothing).await, 422);
    let ask = [
        ("level", "change"),
        ("hours", "24"),
        ("reason", "<b>Lamp</b>"),
    ];
    assert_eq!(post(&scene.admin, &scene.over(), &ask).await, 303);
    assert_eq!(post(&scene.admin, &scene.over(), &ask).await, 409);

    let page = scene.owner.visit(&scene.own("support")).await;
    assert!(page.text.contains("data-testid=\"support-asked\""));
    assert!(page.text.contains("&#60;b&#62;Lamp") && !page.text.contains("<b>Lamp"));
    let (_, rest) = page.text.split_once("/support/sup_").unwrap();
    let id = format!("sup_{}", rest.split('/').next().unwrap());
    let grant = format!("{}/{id}/grant", scene.own("support"));
    assert_eq!(post(&scene.owner, &grant, &[("level", "read")]).await, 303);

    let seen = scene.owner.visit(&scene.house_page()).await;
    assert!(seen.text.contains("Support is let in until"), "no banner");
    assert!(
        seen.text.contains(&scene.own("support")),
        "nowhere to end it"
    );
    let all = scene.owner.visit("/houses").await;
    assert!(all.text.contains("Support is let in to"), "no banner");
    let here = scene.admin.visit(&scene.house_page()).await;
    assert_eq!(here.status, 200);
    assert!(here.text.contains("You are here as support"), "no banner");
    let places = scene.admin.visit(&scene.over()).await;
    assert!(places.text.contains(&scene.house_page()), "nowhere to go");
    let rename = format!("{}/sensors", scene.house_page());
    let fields = [("sensor", "a/b"), ("format", "int")];
    assert_eq!(post(&scene.admin, &rename, &fields).await, 403);
    let offer = [("level", "change"), ("hours", "1"), ("reason", "")];
    let own = scene.own("support");
    assert_eq!(post(&scene.admin, &own, &offer).await, 403);

    let end = format!("{own}/{id}/end");
    assert_eq!(post(&scene.owner, &end, &[]).await, 303);
    assert_eq!(scene.admin.visit(&scene.house_page()).await.status, 404);
    let quiet = scene.owner.visit(&scene.house_page()).await;
    assert!(!quiet.text.contains("Support is let in until"));
    let log = scene.owner.visit(&scene.own("audit")).await;
    assert!(log.text.contains("Support looked"), "{}", log.text);
}

#[tokio::test]
async fn a_token_that_administers_is_made_by_admins_and_ends() {
    let scene = Scene::set().await;
    let page = scene.owner.visit("/account/tokens").await;
    assert!(!page.text.contains("name=\"admin\""));
    let page = scene.admin.visit("/account/tokens").await;
    assert!(page.text.contains("name=\"admin\""));
    let fields = |days| [("name", "Terminal"), ("admin", "yes"), ("days", days)];
    assert_eq!(
        post(&scene.owner, "/account/tokens", &fields("7")).await,
        422
    );
    for days in ["", "91"] {
        assert_eq!(
            post(&scene.admin, "/account/tokens", &fields(days)).await,
            422
        );
    }
    let made = scene.admin.form("/account/tokens", &fields("90"));
    let made = scene.admin.send(made).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let (_, rest) = made.text.split_once("egt_").unwrap();
    let secret: String = rest
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let mut program = scene.world.client();
    program.bearer = Some(format!("egt_{secret}"));
    assert_eq!(program.get("/api/v1/admin/tenants").await.status, 200);
    // It administers, and nothing more.
    let account = program.get("/api/v1/account/sessions").await;
    assert_eq!(account.problem(), "forbidden");
    let houses = program.get("/api/v1/tenants").await;
    assert_eq!(houses.problem(), "scope");
    // And a token with other scopes does not administer.
    let other = json!({"name": "x", "scopes": ["manage"]});
    let other = scene.admin.post("/api/v1/account/api-tokens", other).await;
    program.bearer = Some(other.json()["secret"].as_str().unwrap().to_owned());
    let refused = program.get("/api/v1/admin/tenants").await;
    assert_eq!(
        (refused.problem().as_str(), &refused.json()["scope"]),
        ("scope", &json!("admin"))
    );
}
