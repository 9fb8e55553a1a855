//! `/houses/{house}/refusals`: "why was I stopped?"

use axum::extract::State;
use axum::response::Response;
use model::TenantRole;
use url::form_urlencoded;
use web::page::{RefusalRow, RefusalsPage};
use web::{Section, routes};

use super::render;
use crate::app::App;
use crate::http::acting::{Acting, Guest};
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::refusals::{self, Asked};
use crate::store::House;

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
