//! Plans, exceptions, what keeps running, and finding and erasing tenants.

use std::collections::BTreeSet;

use cell::{CellState, Feed, Reader};
use control_plane::store::{PlanRecord, QuotaException, Search, TenantState};
use model::{DisplayName, Plan, Quota, Quotas, Standing, TenantId, TenantRole, Timestamp};

use super::harness::{World, follow};

fn quota(name: &str) -> &'static Quota {
    Quota::by_name(name).unwrap()
}

fn exception(world: &World, name: &str, value: u64, until: Option<Timestamp>) -> QuotaException {
    QuotaException {
        quota: quota(name),
        value,
        reason: "Trial".to_owned(),
        until,
        since: world.now(),
    }
}

async fn in_feed(world: &World, tenant: TenantId) -> Quotas {
    world.snapshot(Reader::Gateway).await.tenants[&tenant].quotas
}

pub async fn plans_begin_as_the_product_has_them(world: World) {
    let mut work = world.read().await;
    let plans = work.plans().list().await.unwrap();
    assert_eq!(plans.len(), Plan::ALL.len());
    for (plan, tenants) in plans {
        let built_in: Plan = plan.name.as_str().parse().unwrap();
        assert_eq!(plan.quotas, built_in.quotas(), "{built_in}");
        assert_eq!(tenants, 0);
    }
}

pub async fn a_plan_that_changes_changes_all_its_tenants(world: World) {
    let (_, anna) = world.customer("anna").await;
    let (_, bob) = world.customer("bob").await;
    let (_, idle) = world.customer("idle").await;
    for tenant in [&anna, &bob] {
        world.house(tenant.id).await;
    }
    let link = world.link().await;
    let mut state = CellState::default();
    follow(&link, Reader::Gateway, &mut state).await;

    let club = PlanRecord {
        name: "club".parse().unwrap(),
        title: "Club".parse().unwrap(),
        quotas: Plan::Pro.quotas(),
        changed_at: world.now(),
    };
    let mut work = world.write().await;
    work.plans().put(&club).await.unwrap();
    let committed = work.commit().await.unwrap();
    assert_eq!(committed.revision(link.cell()), None, "nobody is on it yet");

    let mut work = world.write().await;
    let nowhere = "nowhere".parse().unwrap();
    let tenants = work.tenants();
    assert!(!tenants.set_plan(anna.id, &nowhere).await.unwrap());
    for tenant in [&anna, &bob] {
        assert!(tenants.set_plan(tenant.id, &club.name).await.unwrap());
    }
    let mut larger = club.clone();
    larger.quotas.set(quota("houses"), 400);
    work.plans().put(&larger).await.unwrap();
    assert!(work.commit().await.unwrap().revision(link.cell()).is_some());

    let batch = link.feed().next(Reader::Gateway, state.revision).await;
    let batch = batch.unwrap();
    assert!(!batch.snapshot);
    let told: Vec<_> = batch.tenants.iter().map(|spec| spec.tenant).collect();
    assert_eq!(told.len(), 2, "and not {}", idle.id);
    state.apply(batch);
    assert_eq!(state, world.snapshot(Reader::Gateway).await);
    for tenant in [&anna, &bob] {
        assert_eq!(state.tenants[&tenant.id].quotas, larger.quotas);
    }
    let mut work = world.read().await;
    let found = work.plans().find(&club.name).await.unwrap();
    assert_eq!(found, Some(larger));
}

pub async fn exceptions_count_until_they_end(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let (_, other) = world.customer("bob").await;
    for tenant in [&tenant, &other] {
        world.house(tenant.id).await;
    }
    let until = Timestamp(world.now().0 + 60_000);
    let mut work = world.write().await;
    for one in [
        exception(&world, "houses", 9, None),
        exception(&world, "members", 40, None),
        exception(&world, "members", 50, Some(until)),
    ] {
        work.plans().except(tenant.id, &one).await.unwrap();
    }
    let committed = work.commit().await.unwrap();
    assert!(committed.revision(tenant.cell).is_some());

    let mut expected = Plan::Free.quotas();
    expected.houses = 9;
    let after = expected;
    expected.members = 50;
    assert_eq!(in_feed(&world, tenant.id).await, expected);
    assert_eq!(in_feed(&world, other.id).await, Plan::Free.quotas());
    let mut work = world.read().await;
    let now = world.now();
    let found = work.plans().entitlement(tenant.id, now).await.unwrap();
    let found = found.unwrap();
    assert_eq!(found.quotas(), expected);
    assert_eq!(found.exceptions.len(), 2);
    assert_eq!(
        found.exception(quota("members")).unwrap().until,
        Some(until)
    );
    assert_eq!(work.plans().outlived(now).await.unwrap(), []);
    drop(work);

    world.advance_secs(60);
    assert_eq!(in_feed(&world, tenant.id).await, after);
    let mut work = world.write().await;
    let now = world.now();
    assert_eq!(work.plans().outlived(now).await.unwrap(), [tenant.id]);
    assert!(!work.plans().end_outlived(other.id, now).await.unwrap());
    assert!(work.plans().end_outlived(tenant.id, now).await.unwrap());
    assert!(!work.plans().end_outlived(tenant.id, now).await.unwrap());
    let plans = work.plans();
    assert!(
        plans
            .end_exception(tenant.id, quota("houses"))
            .await
            .unwrap()
    );
    assert!(
        !plans
            .end_exception(tenant.id, quota("houses"))
            .await
            .unwrap()
    );
    let committed = work.commit().await.unwrap();
    assert!(
        committed.revision(tenant.cell).is_some(),
        "the cell is told"
    );
    assert_eq!(in_feed(&world, tenant.id).await, Plan::Free.quotas());
}

pub async fn what_is_being_deleted_is_stopped_and_can_come_back(world: World) {
    let (anna, tenant) = world.customer("anna").await;
    let house = world.house(tenant.id).await;
    let standing = async || world.snapshot(Reader::Gateway).await.tenants[&tenant.id].standing;
    let mut work = world.write().await;
    let (since, read_only) = (world.now(), Standing::ReadOnly);
    let tenants = work.tenants();
    let set = tenants.set_standing(tenant.id, read_only, "Unpaid", since);
    assert!(set.await.unwrap());
    work.commit().await.unwrap();
    assert_eq!(standing().await, read_only);

    let at = Timestamp(world.now().0 + 1_000);
    let mut work = world.write().await;
    assert!(work.tenants().erase_after(tenant.id, at).await.unwrap());
    assert!(!work.tenants().erase_after(tenant.id, at).await.unwrap());
    work.commit().await.unwrap();
    assert_eq!(standing().await, Standing::Suspended);
    let mut work = world.read().await;
    let access = work
        .houses()
        .find_for(anna.id, &house.id, world.now())
        .await
        .unwrap();
    let expected = TenantState {
        standing: read_only,
        reason: "Unpaid".to_owned(),
        since: Some(since),
        erase_after: Some(at),
    };
    assert_eq!(access.unwrap().state, expected, "its members still see it");
    assert_eq!(work.erasures().due(world.now()).await.unwrap(), []);
    assert_eq!(work.erasures().due(at).await.unwrap(), [tenant.id]);
    drop(work);

    let mut work = world.write().await;
    assert!(work.tenants().keep(tenant.id).await.unwrap());
    assert!(!work.tenants().keep(tenant.id).await.unwrap());
    work.commit().await.unwrap();
    assert_eq!(standing().await, read_only);
    let mut work = world.read().await;
    assert_eq!(work.erasures().due(at).await.unwrap(), []);
}

/// The names of all tables that know a tenant or a house.
async fn tables_about_tenants(world: &World) -> BTreeSet<String> {
    let sql = if world.url.starts_with("sqlite:") {
        "SELECT DISTINCT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND c.name IN ('tenant', 'house')"
    } else {
        "SELECT DISTINCT table_name::text FROM information_schema.columns \
         WHERE table_schema = 'public' AND column_name IN ('tenant', 'house')"
    };
    world.raw_texts(sql).await.into_iter().collect()
}

pub async fn erasing_leaves_names_reserved_and_nothing_else(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let (_, other) = world.customer("bob").await;
    let (house, spare) = (world.house(tenant.id).await, world.house(other.id).await);
    world.credential(house.key).await;
    let kept = world.credential(spare.key).await;
    let mut work = world.write().await;
    let one = exception(&world, "houses", 9, None);
    work.plans().except(tenant.id, &one).await.unwrap();
    let until = world.now();
    work.houses()
        .revoke_bus_tokens(tenant.id, house.key, "tok_a", until)
        .await
        .unwrap();
    work.commit().await.unwrap();

    let mut work = world.write().await;
    let receipt = work.erasures().erase(tenant.id, world.now()).await.unwrap();
    let receipt = receipt.unwrap();
    let again = work.erasures().erase(tenant.id, world.now()).await.unwrap();
    assert_eq!(again, None);
    let committed = work.commit().await.unwrap();
    assert_eq!(committed.revision(tenant.cell), Some(receipt.revision));
    assert!(receipt.stores.iter().all(|store| store.found == 0));
    let removed = |name: &str| {
        let store = receipt.stores.iter().find(|store| store.store == name);
        store.unwrap().removed
    };
    for (store, rows) in [
        ("credentials", 1),
        ("bus_revocations", 1),
        ("members", 1),
        ("quota_exceptions", 1),
        ("presences", 0),
        ("houses", 1),
        ("tenants", 1),
    ] {
        assert_eq!(removed(store), rows, "{store}");
    }
    // Every table that knows tenants is on the receipt, but for the two that
    // are about them being gone.
    let mut named: BTreeSet<String> = receipt.stores.iter().map(|s| s.store.clone()).collect();
    assert!(named.remove("tenants"), "its own table");
    named.extend(["tombstones".to_owned(), "deletion_receipts".to_owned()]);
    assert_eq!(tables_about_tenants(&world).await, named);

    let state = world.snapshot(Reader::Gateway).await;
    assert!(!state.tenants.contains_key(&tenant.id));
    assert_eq!(state.tenants[&other.id].houses[0].credentials.len(), 1);
    let mut work = world.write().await;
    assert_eq!(work.credentials().list(spare.key).await.unwrap(), [kept]);
    let claim = control_plane::store::House {
        id: house.id.clone(),
        ..world.new_house(other.id)
    };
    assert!(
        work.houses().insert(&claim).await.is_err(),
        "the id is taken"
    );
    drop(work);

    assert_eq!(receipt.waiting_for, [Reader::Gateway, Reader::Operator]);
    for (reader, left) in [
        (Reader::Gateway, vec![Reader::Operator]),
        (Reader::Operator, vec![]),
    ] {
        let mut work = world.write().await;
        let (cell, reached) = (tenant.cell, receipt.revision);
        let feeds = work.feeds();
        feeds
            .acknowledge(cell, reader, reached, world.now())
            .await
            .unwrap();
        work.commit().await.unwrap();
        let mut work = world.read().await;
        let found = work.erasures().receipt(tenant.id).await.unwrap().unwrap();
        assert_eq!(found.waiting_for, left);
        assert_eq!(work.erasures().receipts(10).await.unwrap(), [found]);
    }
}

pub async fn a_tenant_is_found_by_anything(world: World) {
    let (anna, hers) = world.customer("anna").await;
    let (_, his) = world.customer("bob").await;
    let bela = world.account("bela.x@club.example").await;
    let house = world.house(hers.id).await;
    let mut work = world.write().await;
    let name: DisplayName = "Haus Ödland".parse().unwrap();
    work.houses()
        .describe(hers.id, house.key, &name, &house.timezone)
        .await
        .unwrap();
    let guest = TenantRole::Guest;
    let members = work.members();
    members
        .insert(hers.id, bela.id, guest, world.now())
        .await
        .unwrap();
    work.commit().await.unwrap();

    let find = async |typed: &str| -> Vec<TenantId> {
        let mut work = world.read().await;
        let search = Search::of(typed).unwrap();
        let found = work.directory().page(&search, None, 10, world.now()).await;
        found.unwrap().iter().map(|one| one.tenant.id).collect()
    };
    let id = hers.id.to_string();
    for typed in [
        "ANNA@example",
        "bela.x@club.example",
        "club",
        "ödl",
        "ÖDLAND haus",
        house.id.as_str(),
        &house.id.as_str()[..8],
        &id,
        "bela haus anna",
    ] {
        assert_eq!(find(typed).await, [hers.id], "{typed}");
    }
    assert_eq!(find("").await, [his.id, hers.id], "newest first");
    assert_eq!(find("home").await.len(), 2, "both are called At home");
    for typed in ["nobody", "land", "bela bob", "%", "_", "'"] {
        assert_eq!(find(typed).await, [], "{typed}");
    }

    let mut work = world.write().await;
    let until = world.now();
    work.members()
        .remove(hers.id, bela.id, until)
        .await
        .unwrap();
    let other: model::EmailAddress = "new@elsewhere.example".parse().unwrap();
    work.accounts()
        .set_email(anna.id, &other, world.now())
        .await
        .unwrap();
    work.houses()
        .delete(hers.id, house.key, world.now())
        .await
        .unwrap();
    work.commit().await.unwrap();
    for gone in ["bela", "ödland", "anna@example.org", house.id.as_str()] {
        assert_eq!(find(gone).await, [], "{gone}");
    }
    assert_eq!(find("elsewhere").await, [hers.id]);
}

pub async fn lists_of_tenants_go_on_where_they_ended(world: World) {
    let mut all = Vec::new();
    for at in 0..7 {
        world.advance_secs(1);
        let (_, tenant) = world.customer(&format!("t{at}")).await;
        all.push(tenant.id);
    }
    all.reverse();
    for typed in ["", "example"] {
        let search = Search::of(typed).unwrap();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let mut work = world.read().await;
            let page = work.directory().page(&search, after, 3, world.now()).await;
            let page = page.unwrap();
            if page.is_empty() {
                break;
            }
            seen.extend(page.iter().map(|one| one.tenant.id));
            after = seen.last().copied();
        }
        assert_eq!(seen, all, "{typed}");
    }
}

pub async fn tenants_without_words_get_them(world: World) {
    let (_, tenant) = world.customer("anna").await;
    let search = Search::of("anna").unwrap();
    world
        .raw_texts("DELETE FROM tenant_words RETURNING word")
        .await;
    let mut work = world.write().await;
    let now = world.now();
    let found = work.directory().page(&search, None, 9, now).await.unwrap();
    assert_eq!(found.len(), 0);
    assert_eq!(work.directory().index_missing().await.unwrap(), 1);
    assert_eq!(work.directory().index_missing().await.unwrap(), 0);
    let found = work.directory().page(&search, None, 9, now).await.unwrap();
    assert_eq!(found[0].tenant, tenant);
    assert_eq!((found[0].houses, found[0].exceptions), (0, 0));
    work.commit().await.unwrap();
}
