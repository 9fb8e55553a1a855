//! `/houses/{house}/refusals`: "why was I stopped?"

use axum::extract::State;
use axum::response::Response;
use model::{HouseId, Refused, TenantRole, TimeZoneName, Timestamp};
use url::form_urlencoded;
use web::page::{ReasonOption, RefusalRow, RefusalsPage};
use web::{Section, Shell, routes};

use super::render;
use control_plane::app::App;
use control_plane::http::acting::{Acting, Guest};
use control_plane::http::extract::Query;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::refusals::{self, Asked, PAGE};
use control_plane::store::{House, RefusalCursor, RefusalFilter, StoredRefusal};

pub(super) fn routes() -> Vec<Route> {
    let path = "/houses/{house}/refusals";
    vec![Page::get(path, Guard::House(TenantRole::Guest), show)]
}

async fn show(
    State(app): State<App>,
    acting: Acting<Guest, House>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let house = acting.house();
    let filter = asked.filter()?;
    let found = refusals::page(&app, house, &filter, PAGE).await?;
    let mut rows = rows(&found.rows, app.now(), &house.timezone, ToString::to_string);
    // All of them are about this house.
    for row in &mut rows {
        row.house = None;
    }
    let listed = Listed {
        rows,
        next: found.next,
        action: routes::refusals(house.id.as_str()),
    };
    let shell = render::house_shell(&acting, Section::Refusals);
    render::page(&listed.page(shell, &filter))
}

/// A list of refusals, ready to be shown.
pub(super) struct Listed {
    pub(super) rows: Vec<RefusalRow>,
    pub(super) next: Option<RefusalCursor>,
    /// The address of the page.
    pub(super) action: String,
}

impl Listed {
    /// The page that shows what `filter` chose.
    pub(super) fn page(self, shell: Shell, filter: &RefusalFilter) -> RefusalsPage {
        let older = self.next.map(|cursor| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            if let Some(reason) = filter.reason {
                query.append_pair("reason", reason.as_str());
            }
            if let Some(client) = &filter.client {
                query.append_pair("client", client);
            }
            query.append_pair("cursor", &cursor.to_string());
            format!("{}?{}", self.action, query.finish())
        });
        RefusalsPage {
            shell,
            reasons: ReasonOption::all(filter.reason),
            client: filter.client.clone().unwrap_or_default(),
            chosen: filter.reason.is_some() || filter.client.is_some(),
            rows: self.rows,
            older,
            action: self.action,
        }
    }
}

/// Refusals in people's words, by the clock of `zone`; `name` tells what a
/// house is called.
pub(super) fn rows(
    refusals: &[StoredRefusal],
    now: Timestamp,
    zone: &TimeZoneName,
    name: impl Fn(&HouseId) -> String,
) -> Vec<RefusalRow> {
    let row = |stored: &StoredRefusal| {
        let mut refused: Refused = stored.refusal.clone();
        if let Some(house) = &stored.house {
            refused.client = render::client_name(&refused.client, house);
        }
        let mut row = RefusalRow::new(&refused, now, zone);
        row.house = stored
            .house
            .as_ref()
            .map(|house| (name(house), routes::refusals(house.as_str())));
        row
    };
    refusals.iter().map(row).collect()
}
