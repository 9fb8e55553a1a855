//! `/houses`: every house in which somebody has a role, of all tenants.

use axum::extract::State;
use axum::response::Response;
use model::{TenantId, TenantRole};
use serde::Deserialize;
use url::form_urlencoded;
use web::page::{HouseCard, HouseFilter, HouseGroup, HousesPage};
use web::{Section, Text, routes};

use super::render;
use super::usage;
use control_plane::app::App;
use control_plane::houses;
use control_plane::houses::overview::{self, Filter, Found, PER_PAGE, Seen};
use control_plane::http::caller::Caller;
use control_plane::http::extract::Query;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::store::TenantAccess;
use control_plane::{plans, standing, support};

/// From how many houses on they stand in a table, with a form to filter them.
const MANY: usize = 13;

pub(super) fn routes() -> Vec<Route> {
    vec![Page::get("/houses", Guard::LoggedIn, list)]
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Looked {
    q: String,
    state: String,
    tenant: String,
    /// From 1.
    page: Option<usize>,
    done: Option<String>,
}

impl Looked {
    /// What is looked for; a word that is none of ours looks for nothing.
    fn filter(&self) -> Filter {
        Filter {
            text: self.q.trim().to_owned(),
            state: overview::State::of(&self.state),
            tenant: self.tenant.parse().ok(),
        }
    }

    /// The address of another page of the same.
    fn at(filter: &Filter, page: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(tenant) = filter.tenant {
            query.append_pair("tenant", &tenant.to_string());
        }
        if !filter.text.is_empty() {
            query.append_pair("q", &filter.text);
        }
        if let Some(state) = filter.state {
            query.append_pair("state", state.as_str());
        }
        query.append_pair("page", &page.to_string());
        format!("/houses?{}", query.finish())
    }
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(looked): Query<Looked>,
) -> Result<Response, Problem> {
    let filter = looked.filter();
    let page = looked.page.unwrap_or(1).saturating_sub(1);
    let found = overview::overview(&app, &caller, &filter, page).await?;
    let mut work = app.store.begin_read().await?;
    let tenants = work.tenants();
    let tenants = tenants.list_for(caller.account().id, app.now()).await?;
    drop(work);
    let mut shell = render::shell(&caller, Section::Houses);
    shell.notices.extend(render::done(looked.done.as_deref()));
    let banners = tenants.iter().map(|access| &access.tenant.state);
    shell.notices.extend(banners.filter_map(render::banner));
    shell.notices.extend(usage::notices(&caller, None));
    let let_in = support::service::let_in(&app, &caller).await?;
    let told = let_in.iter().filter_map(|one| {
        let place = tenants
            .iter()
            .find(|access| access.tenant.id == one.tenant)?;
        Some(render::support_notice(place, one))
    });
    shell.notices.extend(told);
    let place = |id: TenantId| shell.tenants.iter().find(|one| one.id == id.to_string());
    if let Some(place) = filter.tenant.and_then(place).cloned() {
        shell = shell.of_tenant(place);
    }
    let manageable: Vec<&TenantAccess> = tenants
        .iter()
        .filter(|access| access.role <= TenantRole::Installer)
        .collect();
    let full = full(&app, &tenants, &manageable).await?;
    let many = found.of >= MANY;
    let active = filter != Filter::default();
    let filters = many || active;
    render::page(&HousesPage {
        shell,
        groups: groups(&found, &manageable, &app),
        many,
        filter: filters.then(|| fields(&filter, &found)),
        add: (manageable.len() == 1).then(|| "/houses/new".to_owned()),
        full,
    })
}

fn fields(filter: &Filter, found: &Found) -> HouseFilter {
    let first = found.page * PER_PAGE;
    let last = first + found.houses.len();
    let page = found.page + 1;
    HouseFilter {
        text: filter.text.clone(),
        states: overview::State::ALL
            .map(|state| (state.as_str(), filter.state == Some(state)))
            .to_vec(),
        tenant: filter
            .tenant
            .map_or_else(String::new, |tenant| tenant.to_string()),
        active: *filter != Filter::default(),
        found: if found.total == 0 {
            Text::new("houses-none-found")
        } else {
            Text::new("houses-found")
                .with("from", first + 1)
                .with("to", last)
                .with("total", found.total)
        },
        earlier: (found.page > 0).then(|| Looked::at(filter, page - 1)),
        later: (page < found.pages()).then(|| Looked::at(filter, page + 1)),
    }
}

/// The houses of the page, by tenant; without a heading where there is only
/// one tenant and no other is looked at.
fn groups(found: &Found, manageable: &[&TenantAccess], app: &App) -> Vec<HouseGroup> {
    let mut groups: Vec<(TenantId, HouseGroup)> = Vec::new();
    for seen in &found.houses {
        let tenant = seen.access.house.tenant;
        if groups.last().is_none_or(|(id, _)| *id != tenant) {
            let group = HouseGroup {
                tenant: seen.access.tenant_name.to_string(),
                add: add_to(tenant, manageable),
                houses: Vec::new(),
            };
            groups.push((tenant, group));
        }
        if let Some((_, group)) = groups.last_mut() {
            group.houses.push(card(seen, app));
        }
    }
    if let [(_, only)] = groups.as_mut_slice()
        && manageable.len() <= 1
    {
        only.tenant.clear();
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Where a house is added to one of several tenants.
fn add_to(tenant: TenantId, manageable: &[&TenantAccess]) -> Option<String> {
    let may = manageable.iter().any(|access| access.tenant.id == tenant);
    (may && manageable.len() > 1).then(|| routes::new_house_of(&tenant.to_string()))
}

/// Why the person can add no house, as a sentence.
async fn full(
    app: &App,
    tenants: &[TenantAccess],
    manageable: &[&TenantAccess],
) -> Result<Option<Text>, Problem> {
    let [home] = manageable else {
        let told = match (tenants.is_empty(), manageable.is_empty()) {
            (true, _) => Some(Text::new("houses-no-member")),
            (false, true) => Some(Text::new("houses-only-admins")),
            (false, false) => None,
        };
        return Ok(told);
    };
    if let Some(refusal) = standing::refusal(&home.tenant.state) {
        return Ok(Some(render::told(&refusal)));
    }
    let mut work = app.store.begin_read().await?;
    let seen = work.houses().count(home.tenant.id).await?;
    let quotas = plans::quotas(&mut work, home.tenant.id, app.now()).await?;
    let room = houses::room(quotas.houses, seen);
    Ok(room.err().map(|problem| render::told(&problem)))
}

fn card(seen: &Seen, app: &App) -> HouseCard {
    let house = &seen.access.house;
    let presence = render::presence(house, seen.presence.as_ref(), app.now());
    let clients = u64::try_from(presence.clients.len()).unwrap_or(u64::MAX);
    HouseCard {
        house: render::nav(house),
        online: presence.online,
        last_seen: presence.last_seen,
        clients: web::page::clients(clients),
        refusals: web::page::refusals_today(seen.refused),
        role: if seen.access.role <= TenantRole::Admin {
            Text::default()
        } else {
            Text::one_of("role", seen.access.role.as_str())
        },
        alone: !seen.access.whole,
    }
}
