//! `/houses/{house}/refusals`: "why was I stopped?"

use axum::extract::State;
use axum::response::Response;
use model::TenantRole;
use url::form_urlencoded;
use web::page::{RefusalRow, RefusalsPage};
use web::{Section, routes};

use super::render;
use control_plane::app::App;
use control_plane::http::acting::{Acting, Guest};
use control_plane::http::extract::Query;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Route};
use control_plane::refusals::{self, Asked};
use control_plane::store::House;

pub(super) fn routes() -> Vec<Route> {
    let path = "/houses/{house}/refusals";
    vec![Route::get(path, Guard::House(TenantRole::Guest), show)]
}

async fn show(
    State(app): State<App>,
    acting: Acting<Guest, House>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let house = acting.house();
    let (rows, next) = refusals::page(&app, house, asked.after()?).await?;
    let now = app.now();
    let older = next.map(|cursor| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("cursor", &cursor.to_string());
        format!("{}?{}", routes::refusals(house.id.as_str()), query.finish())
    });
    render::page(&RefusalsPage {
        shell: render::house_shell(&acting, Section::Refusals),
        rows: rows
            .iter()
            .map(|row| RefusalRow::new(&row.refusal, now, &house.timezone))
            .collect(),
        older,
    })
}
