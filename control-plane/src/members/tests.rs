use cell::Feed;
use http::Method;
use model::{HouseId, TenantRole};
use serde_json::{Value, json};

use super::chore;
use crate::testing::{Answer, Client, Person, World, claims};

/// A tenant with two houses and its owner.
struct Home {
    owner: Person,
    one: HouseId,
    two: HouseId,
}

impl Home {
    async fn of(world: &World, name: &str) -> Self {
        let owner = world.person(name).await;
        Self {
            one: world.house(&owner, "One").await,
            two: world.house(&owner, "Two").await,
            owner,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/tenants/{}{rest}", self.owner.tenant)
    }

    fn member(&self, person: &Person) -> String {
        self.path(&format!("/members/{}", person.account))
    }
}

/// Somebody with this role in the whole tenant.
async fn joined(world: &World, home: &Home, name: &str, role: TenantRole) -> (Person, Client) {
    let person = world.person(name).await;
    world.join(&person, home.owner.tenant, role).await;
    let client = world.program(&person).await;
    (person, client)
}

async fn change(client: &Client, home: &Home, person: &Person, to: Value) -> Answer {
    client.json(Method::PATCH, &home.member(person), to).await
}

/// What a request comes to: 2xx, or the slug of the problem.
fn outcome(answer: &Answer) -> String {
    if answer.status < 300 {
        return "ok".to_owned();
    }
    answer.problem()
}

/// Every action of a tenant and of a house, with the least role that may do it.
#[tokio::test]
async fn each_role_may_do_what_the_table_says_and_no_more() {
    use TenantRole::{Admin, Guest, Installer, Owner, Resident};
    let world = World::open().await;
    let home = Home::of(&world, "Anna").await;
    let house = |rest: &str| format!("/api/v1/houses/{}{rest}", home.one);
    let other = world.person("Other").await;
    let new_house = json!({"name": "X", "timezone": "Europe/Berlin", "hosting": "hosted"});
    let credential = json!({"kind": "secret", "role": "house", "name": "Mine"});
    let invitation = json!({"email": "nobody", "role": "guest"});
    let table: Vec<(TenantRole, Method, String, Value)> = vec![
        (Guest, Method::GET, house(""), json!({})),
        (Guest, Method::GET, house("/sensors"), json!({})),
        (Guest, Method::GET, house("/refusals"), json!({})),
        (Guest, Method::POST, house("/bus-token"), json!({})),
        (Guest, Method::GET, home.path("/houses"), json!({})),
        (Guest, Method::GET, home.path("/usage"), json!({})),
        (
            Resident,
            Method::PUT,
            house("/sensors/a%2Fb/value"),
            json!({"value": 1}),
        ),
        (Installer, Method::PATCH, house(""), json!({"name": "New"})),
        (Installer, Method::GET, house("/credentials"), json!({})),
        (Installer, Method::POST, house("/credentials"), credential),
        (
            Installer,
            Method::PUT,
            house("/sensors/a%2Fb"),
            json!({"format": "int"}),
        ),
        (Installer, Method::POST, home.path("/houses"), new_house),
        (Admin, Method::GET, house("/members"), json!({})),
        (Admin, Method::GET, home.path("/members"), json!({})),
        (Admin, Method::GET, home.path("/invitations"), json!({})),
        (Admin, Method::POST, home.path("/invitations"), invitation),
        (
            Admin,
            Method::PATCH,
            home.member(&other),
            json!({"role": "guest"}),
        ),
        (Admin, Method::DELETE, home.member(&other), json!({})),
        (
            Owner,
            Method::POST,
            home.path("/hand-over"),
            json!({"account_id": other.account}),
        ),
    ];
    let mut people = vec![(Owner, world.program(&home.owner).await)];
    for role in [Admin, Installer, Resident, Guest] {
        let (_, client) = joined(&world, &home, &format!("P {role}"), role).await;
        people.push((role, client));
    }
    for (least, method, path, body) in table {
        for (role, client) in &people {
            let answer = match method {
                Method::GET | Method::DELETE => client.call(method.clone(), &path).await,
                _ => client.json(method.clone(), &path, body.clone()).await,
            };
            let forbidden = answer.status == 403 && answer.problem() == "forbidden";
            assert_eq!(
                forbidden,
                role > &least,
                "{role}: {method} {path}: {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn nobody_reaches_above_themselves() {
    use TenantRole::{Admin, Guest, Owner, Resident};
    let world = World::open().await;
    let home = Home::of(&world, "Anna").await;
    let owner = world.program(&home.owner).await;
    let (ada, admin) = joined(&world, &home, "Ada", Admin).await;
    let (rita, _) = joined(&world, &home, "Rita", Resident).await;
    let (bob, _) = joined(&world, &home, "Bob", Owner).await;
    // Nobody raises themselves or others above their own role.
    for (person, to) in [(&ada, "owner"), (&rita, "owner")] {
        let refused = change(&admin, &home, person, json!({"role": to})).await;
        assert_eq!(refused.problem(), "forbidden", "{to}");
    }
    // Admins change no owners, in no way.
    for to in [json!({"role": "guest"}), json!({"role": "owner"})] {
        assert_eq!(change(&admin, &home, &bob, to).await.problem(), "forbidden");
    }
    let removed = admin.call(Method::DELETE, &home.member(&bob)).await;
    assert_eq!(removed.problem(), "forbidden");
    let handed = json!({"account_id": ada.account});
    let handed = admin.post(&home.path("/hand-over"), handed).await;
    assert_eq!(handed.problem(), "forbidden");
    // What they may do works.
    for to in ["admin", "guest"] {
        let done = change(&admin, &home, &rita, json!({"role": to})).await;
        assert_eq!((done.status, done.json()["role"].clone()), (200, json!(to)));
    }
    let less = change(&admin, &home, &ada, json!({"role": "resident"})).await;
    assert_eq!(less.status, 200, "everybody may become less");
    let back = change(&admin, &home, &ada, json!({"role": "admin"})).await;
    assert_eq!(back.problem(), "forbidden", "and not more again");
    // Of two owners one can go, and then no further.
    let bobs = world.program(&bob).await;
    let gone = bobs.call(Method::DELETE, &home.member(&home.owner)).await;
    assert_eq!(gone.status, 204);
    assert_eq!(owner.get(&home.path("/members")).await.status, 404);
    for last in [
        bobs.call(Method::DELETE, &home.member(&bob)).await,
        bobs.call(Method::POST, &home.path("/leave")).await,
        change(&bobs, &home, &bob, json!({"role": "admin"})).await,
    ] {
        assert_eq!(last.problem(), "conflict", "{}", last.text);
        assert!(last.text.contains("owner"));
    }
    // Mass assignment and odd values.
    for odd in [
        json!({"role": "guest", "tenant": "ten_x"}),
        json!({"role": "king"}),
        json!({"role": "guest", "houses": {}}),
        json!({"until": "tomorrow"}),
        json!({"until": "2001-01-01T00:00:00Z"}),
        json!({"houses": {}}),
        json!({"houses": {home.one.as_str(): "owner"}}),
        json!({"houses": {"villa-aaaaaa": "guest"}}),
    ] {
        let refused = change(&bobs, &home, &rita, odd.clone()).await;
        assert!(
            ["malformed", "invalid"].contains(&refused.problem().as_str()),
            "{odd}: {}",
            refused.text
        );
    }
    let rita_now = bobs.get(&home.member(&rita)).await.json();
    assert_eq!(rita_now["role"], json!(Guest), "nothing came of it");
}

#[tokio::test]
async fn two_owners_who_remove_each_other_at_once_leave_one() {
    for _ in 0..4 {
        let world = World::open().await;
        let home = Home::of(&world, "Anna").await;
        let (bob, bobs) = joined(&world, &home, "Bob", TenantRole::Owner).await;
        let annas = world.program(&home.owner).await;
        let (mine, theirs) = (home.member(&home.owner), home.member(&bob));
        let (one, two) = tokio::join!(
            annas.call(Method::DELETE, &theirs),
            bobs.call(Method::DELETE, &mine),
        );
        let statuses = [one.status, two.status];
        assert_eq!(
            statuses.iter().filter(|status| **status == 204).count(),
            1,
            "{statuses:?}"
        );
        let mut work = world.app.store.begin_read().await.unwrap();
        let now = world.app.now();
        let left = work.members().list(home.owner.tenant, now).await.unwrap();
        assert_eq!(left.len(), 1);
        let tenant = work.tenants().find(home.owner.tenant).await.unwrap();
        assert_eq!(tenant.unwrap().owner, left[0].account);
    }
}

#[tokio::test]
async fn whoever_has_a_role_in_one_house_sees_that_house_alone() {
    let world = World::open().await;
    let home = Home::of(&world, "Anna").await;
    let owner = world.program(&home.owner).await;
    let (ira, client) = joined(&world, &home, "Ira", TenantRole::Guest).await;
    let only = json!({"houses": {home.one.as_str(): "installer"}});
    assert_eq!(change(&owner, &home, &ira, only).await.status, 200);
    let house = |id: &HouseId, rest: &str| format!("/api/v1/houses/{id}{rest}");
    let mine = client.get(&house(&home.one, "")).await.json();
    assert_eq!(mine["role"], "installer");
    let token = client
        .post(&house(&home.one, "/bus-token"), json!({}))
        .await;
    let token = token.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(claims(&token)["role"], "admin");
    assert_eq!(
        claims(&token)["house"].as_str(),
        Some(home.one.as_str()),
        "and for no other house"
    );
    let credentials = house(&home.one, "/credentials");
    assert_eq!(client.get(&credentials).await.status, 200);
    for (method, hidden) in [
        (Method::GET, house(&home.two, "")),
        (Method::GET, house(&home.two, "/sensors")),
        (Method::GET, house(&home.two, "/refusals")),
        (Method::GET, house(&home.two, "/credentials")),
        (Method::POST, house(&home.two, "/bus-token")),
        (Method::POST, house(&home.two, "/leave")),
        (Method::GET, home.path("/houses")),
        (Method::GET, home.path("/usage")),
        (Method::GET, home.path("/members")),
        (Method::GET, home.path("/invitations")),
        (Method::POST, home.path("/leave")),
    ] {
        let answer = client.call(method.clone(), &hidden).await;
        assert_eq!(answer.status, 404, "{method} {hidden}: {}", answer.text);
    }
    // Lists hold that house and nothing else of the tenant.
    let tenants = client.get("/api/v1/tenants").await.json();
    let ids: Vec<&Value> = tenants["tenants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tenant| &tenant["tenant_id"])
        .collect();
    assert_eq!(ids, [&json!(ira.tenant)]);
    let houses = client.get("/api/v1/houses").await.json();
    assert_eq!(houses["total"], 1);
    assert_eq!(houses["houses"][0]["house_id"], json!(home.one));
    assert_eq!(houses["houses"][0]["tenant_id"], json!(home.owner.tenant));
    // Not even as an admin of the house do they see who else is in the tenant.
    let admin = json!({"houses": {home.one.as_str(): "admin"}});
    change(&owner, &home, &ira, admin).await;
    let members = |client: &Client| {
        let client = client.clone();
        let path = house(&home.one, "/members");
        async move {
            let listed = client.get(&path).await.json();
            let all = listed["members"].as_array().unwrap().clone();
            all.iter()
                .map(|one| one["email"].clone())
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(members(&client).await, [json!(ira.email)]);
    assert_eq!(members(&owner).await.len(), 2);
    // Giving it up ends it.
    let left = client.post(&house(&home.one, "/leave"), json!({})).await;
    assert_eq!(left.status, 204);
    assert_eq!(client.get(&house(&home.one, "")).await.status, 404);
    let listed = owner.get(&home.path("/members")).await.json();
    assert_eq!(listed["members"].as_array().unwrap().len(), 1);
    let whole = owner.post(&house(&home.one, "/leave"), json!({})).await;
    assert_eq!(whole.problem(), "conflict");
}

/// The revocations of one person that the gateway knows of a house.
async fn revoked(world: &World, person: &Person, house: &HouseId) -> usize {
    let feed = world.app.link.feed();
    let batch = feed.next(cell::Reader::Gateway, None).await.unwrap();
    let mut state = cell::CellState::default();
    state.apply(batch);
    let spec = state.houses().find(|(_, spec)| spec.house == *house);
    let (_, spec) = spec.unwrap();
    let subject = person.account.to_string();
    let of_person = spec.revoked.iter().filter(|one| one.subject == subject);
    of_person.count()
}

#[tokio::test]
async fn what_a_member_loses_ends_on_the_bus_at_once() {
    let world = World::open().await;
    let home = Home::of(&world, "Anna").await;
    let owner = world.program(&home.owner).await;
    let (rita, client) = joined(&world, &home, "Rita", TenantRole::Resident).await;
    let (gus, _) = joined(&world, &home, "Gus", TenantRole::Guest).await;
    assert_eq!(revoked(&world, &rita, &home.one).await, 0);
    let less = change(&owner, &home, &rita, json!({"role": "guest"})).await;
    assert_eq!(less.status, 200);
    for house in [&home.one, &home.two] {
        assert_eq!(revoked(&world, &rita, house).await, 1);
    }
    let removed = owner.call(Method::DELETE, &home.member(&gus)).await;
    assert_eq!(removed.status, 204);
    assert_eq!(revoked(&world, &gus, &home.one).await, 1);
    assert_eq!(
        client.post(&home.path("/leave"), json!({})).await.status,
        204
    );
    assert_eq!(client.get(&home.path("/houses")).await.status, 404);
    let again = owner.call(Method::DELETE, &home.member(&gus)).await;
    assert_eq!(again.problem(), "not-found");
}

#[tokio::test]
async fn a_guest_goes_when_the_time_is_over() {
    let world = World::open().await;
    let home = Home::of(&world, "Anna").await;
    let owner = world.program(&home.owner).await;
    let (gus, client) = joined(&world, &home, "Gus", TenantRole::Guest).await;
    let end = world.app.now().after(std::time::Duration::from_mins(5));
    let until = json!({"until": end.to_rfc3339()});
    let changed = change(&owner, &home, &gus, until).await.json();
    assert_eq!(changed["until"], end.to_rfc3339());
    assert_eq!(changed["role"], "guest", "what is not named stays");
    let path = format!("/api/v1/houses/{}", home.one);
    assert_eq!(client.get(&path).await.status, 200);
    let token = client.post(&format!("{path}/bus-token"), json!({})).await;
    let token = token.json();
    assert_eq!(token["expires_in"], 300, "no longer than the membership");
    let claims = claims(token["token"].as_str().unwrap());
    assert_eq!(claims["exp"], end.as_secs());
    assert_eq!(chore::end_due(&world.app).await.unwrap(), 0);

    world.ambient.advance(std::time::Duration::from_mins(5));
    assert_eq!(client.get(&path).await.status, 404, "by itself");
    assert_eq!(client.get(&home.path("/houses")).await.status, 404);
    let listed = owner.get(&home.path("/members")).await.json();
    assert_eq!(listed["members"].as_array().unwrap().len(), 1);
    assert_eq!(chore::end_due(&world.app).await.unwrap(), 1);
    assert_eq!(chore::end_due(&world.app).await.unwrap(), 0);
    assert_eq!(revoked(&world, &gus, &home.one).await, 1);
    // An owner's membership does not end.
    let forever = json!({"until": end.after(std::time::Duration::from_hours(1)).to_rfc3339()});
    let refused = change(&owner, &home, &home.owner, forever).await;
    assert_eq!(refused.json()["field"], "until");
}

#[tokio::test]
async fn handing_over_makes_another_owner_answer() {
    let world = World::open().await;
    let home = Home::of(&world, "Anna").await;
    let owner = world.program(&home.owner).await;
    let (rita, _) = joined(&world, &home, "Rita", TenantRole::Resident).await;
    let (gus, _) = joined(&world, &home, "Gus", TenantRole::Guest).await;
    let only = json!({"houses": {home.one.as_str(): "admin"}});
    change(&owner, &home, &gus, only).await;
    let stranger = world.person("Stranger").await;
    let path = home.path("/hand-over");
    for (person, problem) in [(&gus, "conflict"), (&stranger, "not-found")] {
        let to = json!({"account_id": person.account});
        let refused = owner.post(&path, to).await;
        assert_eq!(refused.problem(), problem);
    }
    let to = json!({"account_id": rita.account});
    assert_eq!(outcome(&owner.post(&path, to).await), "ok");
    let mut work = world.app.store.begin_read().await.unwrap();
    let tenant = work.tenants().find(home.owner.tenant).await.unwrap();
    assert_eq!(tenant.unwrap().owner, rita.account);
    drop(work);
    let member = owner.get(&home.member(&rita)).await.json();
    assert_eq!(member["role"], "owner");
    // Whoever handed over is an owner still, and free to go.
    let left = owner.post(&home.path("/leave"), json!({})).await;
    assert_eq!(left.status, 204);
}

#[tokio::test]
async fn a_token_does_no_more_than_its_owner_may_still_do() {
    let world = World::open().await;
    let home = Home::of(&world, "Anna").await;
    let owner = world.program(&home.owner).await;
    let (ada, person) = joined(&world, &home, "Ada", TenantRole::Admin).await;
    let make = |scopes: Value| {
        let person = person.clone();
        async move {
            let body = json!({"name": "Robot", "scopes": scopes});
            let made = person.post("/api/v1/account/api-tokens", body).await.json();
            made["secret"].as_str().unwrap().to_owned()
        }
    };
    let mut robot = world.client();
    robot.bearer = Some(make(json!(["read", "manage"])).await);
    let mut reader = world.client();
    reader.bearer = Some(make(json!(["read"])).await);
    let members = home.path("/members");
    assert_eq!(robot.get(&members).await.status, 200);
    assert_eq!(reader.get(&members).await.status, 200);
    let invite = json!({"email": "x@example.org", "role": "guest"});
    let refused = reader.post(&home.path("/invitations"), invite).await;
    assert_eq!(refused.problem(), "scope");
    // After the role is lost.
    change(&owner, &home, &ada, json!({"role": "guest"})).await;
    assert_eq!(robot.get(&members).await.problem(), "forbidden");
    let house = format!("/api/v1/houses/{}/credentials", home.one);
    assert_eq!(robot.get(&house).await.problem(), "forbidden");
    // After leaving.
    owner.call(Method::DELETE, &home.member(&ada)).await;
    assert_eq!(robot.get(&members).await.problem(), "not-found");
    assert_eq!(robot.get(&home.path("/houses")).await.status, 404);
}

#[tokio::test]
async fn many_houses_are_filtered_and_come_in_pages() {
    let world = World::open().await;
    let home = Home::of(&world, "Anna").await;
    let client = world.program(&home.owner).await;
    let found = |query: &str| {
        let (client, path) = (client.clone(), format!("/api/v1/houses?{query}"));
        async move {
            let body = client.get(&path).await.json();
            let houses = body["houses"].as_array().unwrap().clone();
            let names: Vec<String> = houses
                .iter()
                .map(|house| house["name"].as_str().unwrap().to_owned())
                .collect();
            (names, body["page"].clone(), body["pages"].clone())
        }
    };
    assert_eq!(found("").await.0, ["One", "Two"]);
    assert_eq!(found("q=tw").await.0, ["Two"]);
    assert_eq!(found("q=ANNA%20one").await.0, ["One"]);
    assert!(found("q=nothing").await.0.is_empty());
    assert_eq!(found("state=never").await.0.len(), 2);
    assert!(found("state=online").await.0.is_empty());
    assert_eq!(found("page=99").await.1, 1, "the last page");
    let other = world.person("Other").await;
    let theirs = format!("tenant={}", other.tenant);
    assert!(found(&theirs).await.0.is_empty());
    let odd = client.get("/api/v1/houses?state=blue").await;
    assert_eq!(odd.json()["field"], "state");
}
