//! A failed request, told to a person.

use axum::response::{Html, IntoResponse, Response};
use web::Template;
use web::page::ErrorPage;

use control_plane::http::problem::Problem;

/// The page for `problem`; JSON if even the page fails.
pub(crate) fn render(problem: &Problem, request_id: &str) -> Response {
    let (status, _, title) = problem.row();
    let page = ErrorPage {
        status: status.as_u16(),
        title: title.to_owned(),
        detail: detail(problem),
        request_id: request_id.to_owned(),
        way_out: ("/".to_owned(), "Go to the start".to_owned()),
    };
    match page.render() {
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

fn detail(problem: &Problem) -> String {
    match problem {
        Problem::OverQuota { remedy, .. } => format!("{problem} {remedy}"),
        Problem::NotFound { .. } => {
            format!("{problem} It may have been deleted, or it belongs to another account.")
        }
        _ => problem.to_string(),
    }
}
