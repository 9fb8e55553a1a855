//! A failed request, told to a person.

use axum::response::{Html, IntoResponse, Response};
use web::Text;
use web::page::ErrorPage;

use crate::render;
use control_plane::http::problem::Problem;

/// The page for `problem`; JSON if even the page fails.
pub(crate) fn render(problem: &Problem, request_id: &str) -> Response {
    let (status, _, title) = problem.row();
    let page = ErrorPage {
        status: status.as_u16(),
        title: Text::said(title),
        detail: detail(problem),
        request_id: request_id.to_owned(),
        way_out: ("/".to_owned(), Text::new("error-to-start")),
    };
    match web::render(&page, &render::reader()) {
        Ok(html) => {
            let mut response = (status, Html(html)).into_response();
            problem.add_headers(response.headers_mut());
            response
        }
        Err(error) => {
            tracing::error!(%error, "The error page cannot be rendered: {error}");
            problem.to_json_response(Some(request_id))
        }
    }
}

/// The problem, with what it needs where it stands alone on a page.
fn detail(problem: &Problem) -> Text {
    match problem {
        Problem::NotFound { .. } => Text::joined(
            [render::told(problem), Text::new("error-not-found-hint")],
            " ",
        ),
        Problem::Invalid { why, .. } => Text::said(render::sentence(why.as_str())),
        _ => render::told(problem),
    }
}
