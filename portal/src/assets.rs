//! `/static/…`: style, scripts and icons.

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};

use control_plane::http::extract::Path;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![Page::get("/static/{*path}", Guard::Public, serve)]
}

async fn serve(headers: HeaderMap, Path(path): Path<String>) -> Result<Response, Problem> {
    let asset = web::assets::get(&path).ok_or(Problem::NotFound { what: "file" })?;
    let known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|tags| tags.as_bytes() == asset.etag.as_bytes());
    let cached = [
        (ETAG, asset.etag),
        (CACHE_CONTROL, asset.cache_control.to_owned()),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, cached).into_response());
    }
    let kind = [(CONTENT_TYPE, asset.mime)];
    Ok((cached, kind, asset.bytes.into_owned()).into_response())
}
