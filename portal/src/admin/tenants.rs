//! `/admin/tenants` and `/admin/deletions`.

use axum::extract::State;
use axum::response::Response;
use url::form_urlencoded;
use web::page::admin::{
    DeletionsPage, ReceiptCard, StandingSign, TenantRow, TenantsPage, plan_in_words,
};
use web::{Section, Text};

use super::{Clock, shell};
use control_plane::admin::tenants::{Asked, Found, find};

use crate::render;
use control_plane::app::App;
use control_plane::http::caller::ServiceAdmin;
use control_plane::http::extract::Query;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::store::{Receipt, TenantSummary};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Page::get("/admin/tenants", Guard::ServiceAdmin, list),
        Page::get("/admin/deletions", Guard::ServiceAdmin, deletions),
    ]
}

async fn list(
    State(app): State<App>,
    admin: ServiceAdmin,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let clock = Clock::of(&app)?;
    let mut page = TenantsPage {
        shell: shell(&admin, Section::AdminTenants, &render::Arrival::default()),
        query: asked.query.clone(),
        fault: None,
        rows: Vec::new(),
        next: None,
    };
    match find(&app, &admin, &asked).await {
        Ok(Found { tenants, next }) => {
            page.rows = tenants.iter().map(|one| row(&clock, one)).collect();
            page.next = next.map(|id| {
                let mut query = form_urlencoded::Serializer::new(String::new());
                query.append_pair("query", &asked.query);
                query.append_pair("cursor", &id.to_string());
                format!("/admin/tenants?{}", query.finish())
            });
            render::page(&page)
        }
        Err(problem @ Problem::Invalid { field: "query", .. }) => {
            page.fault = Some(Text::new("admin-search-too-many-words").with("most", 3_u64));
            render::refused(&page, &problem)
        }
        Err(other) => Err(other),
    }
}

fn row(clock: &Clock, summary: &TenantSummary) -> TenantRow {
    let tenant = &summary.tenant;
    TenantRow {
        id: tenant.id.to_string(),
        name: tenant.name.to_string(),
        owner: summary.owner.to_string(),
        standing: StandingSign::new(tenant.state.standing, tenant.state.erase_after.is_some()),
        plan: plan_in_words(tenant.plan.as_str(), summary.exceptions),
        houses: web::words::count(summary.houses),
        last_seen: summary.last_seen.map(|at| clock.moment(at)),
    }
}

async fn deletions(State(app): State<App>, admin: ServiceAdmin) -> Result<Response, Problem> {
    let clock = Clock::of(&app)?;
    let receipts = control_plane::admin::deletions(&app, &admin).await?;
    render::page(&DeletionsPage {
        shell: shell(&admin, Section::AdminTenants, &render::Arrival::default()),
        receipts: receipts.iter().map(|one| card(&clock, one)).collect(),
    })
}

fn card(clock: &Clock, receipt: &Receipt) -> ReceiptCard {
    let stores = receipt.stores.iter();
    let waiting: Vec<Text> = receipt
        .waiting_for
        .iter()
        .map(|reader| super::health::reader_name(*reader))
        .collect();
    ReceiptCard {
        id: receipt.tenant.to_string(),
        slug: receipt.slug.to_string(),
        at: clock.moment(receipt.erased_at),
        clean: waiting.is_empty() && stores.clone().all(|store| store.found == 0),
        stores: stores
            .map(|store| {
                let (removed, found) = (store.removed, store.found);
                let told = web::words::count;
                (store.store.clone(), told(removed), told(found))
            })
            .collect(),
        waiting_for: Text::joined(waiting, ", "),
    }
}
