//! The router built from the table, with what surrounds every route.
//!
//! From outside in: request id, log line, security headers and the rendering
//! of problems; panics caught; requests from other sites refused; a time
//! limit; a body limit; the route.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use data_encoding::BASE32_NOPAD;
use http::header::HeaderName;
use http::{HeaderValue, Method, StatusCode, header};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument;
use url::form_urlencoded;

use super::client_address::ClientAddress;
use super::language::Wish;
use super::pages::Pages;
use super::problem::Problem;
use super::route::{Route, is_api};
use super::{BODY_LIMIT_BYTES, headers, idempotency};
use crate::app::App;
use crate::health;

/// The longest a request may take; asking a house takes at most a third.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);

/// The header that carries the request id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Builds the router from the table of routes.
pub fn router(app: App, routes: Vec<Route>) -> Router {
    let origin = app.portal.public_url.origin().ascii_serialization();
    let csrf = CsrfLayer::new();
    // The public URL was parsed, so its origin is one; behind a proxy that
    // rewrites `Host` it is what browsers send.
    let csrf = csrf
        .add_trusted_origin(&origin)
        .unwrap_or_else(|_| CsrfLayer::new())
        .with_rejection_response(|_: ProtectionError| Problem::CrossSite.into_response());
    let table = routes
        .into_iter()
        .fold(Router::new(), |router, route| {
            router.route(route.path, route.handler)
        })
        .fallback(|| async { Problem::NotFound { what: "page" } })
        .with_state(app.clone());
    table
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            REQUEST_LIMIT,
        ))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            idempotency::once,
        ))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(|panic| caught(&panic)))
        .layer(middleware::from_fn_with_state(app, outermost))
}

fn caught(_panic: &Box<dyn std::any::Any + Send>) -> Response {
    // The panic hook has logged where and why.
    Problem::internal("a handler panicked").into_response()
}

async fn outermost(State(app): State<App>, mut request: Request, next: Next) -> Response {
    ClientAddress::note(&mut request, &app.trusted_proxies);
    let id = request_id(&app);
    let visit = Visit::of(&request);
    let span = tracing::info_span!(
        "http.request",
        request.id = %id,
        http.method = %visit.method,
        http.path = visit.path,
    );
    let began = app.now();
    let wish = Wish::of(&request);
    let answered = async {
        let response = next.run(request).await;
        finish(response, &visit, &id, app.pages)
    };
    let mut response = wish.apply(answered).instrument(span.clone()).await;
    if let Some(cookie) = wish.cookie(app.cookie.is_secure()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    headers::secure(response.headers_mut(), &app.policy);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    span.in_scope(|| {
        let status = response.status().as_u16();
        let took_ms = app.now().since(began).as_millis();
        tracing::debug!(http.status = status, took_ms, "Answered {status}");
    });
    metrics::counter!("http_requests_total", "status" => response.status().as_str().to_owned())
        .increment(1);
    response
}

/// What is remembered of a request until its answer is there.
struct Visit {
    method: Method,
    path: String,
    query: Option<String>,
    reads_html: bool,
}

impl Visit {
    fn of(request: &Request) -> Self {
        let path = request.uri().path().to_owned();
        let accepts_html = request
            .headers()
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
        Self {
            method: request.method().clone(),
            reads_html: accepts_html && !is_api(&path),
            query: request.uri().query().map(str::to_owned),
            path,
        }
    }

    /// The log-in page that leads back here, or to the start when there is no
    /// page to come back to.
    fn log_in(&self) -> String {
        if self.method != Method::GET {
            return "/log-in".to_owned();
        }
        let here = match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("next", &here);
        format!("/log-in?{}", query.finish())
    }
}

fn request_id(app: &App) -> String {
    let mut random = [0; 10];
    app.ambient.fill_random(&mut random);
    let mut id = BASE32_NOPAD.encode(&random);
    id.make_ascii_lowercase();
    id
}

/// Gives a failure the form its reader understands, and logs what is ours.
fn finish(mut response: Response, visit: &Visit, id: &str, pages: Pages) -> Response {
    let problem = response.extensions_mut().remove::<Problem>();
    let is_bare = response.headers().get(header::CONTENT_TYPE).is_none();
    let bare = || Problem::of_bare_status(response.status()).filter(|_| is_bare);
    let Some(problem) = problem.or_else(bare) else {
        return response;
    };
    if let Problem::Internal(cause) = &problem {
        tracing::error!(error = %chain(cause.as_ref()), "Request failed: {}", chain(cause.as_ref()));
    }
    let is_page = !is_api(&visit.path) && !health::PATHS.contains(&visit.path.as_str());
    if matches!(problem, Problem::Unauthenticated) && is_page {
        return Redirect::to(&visit.log_in()).into_response();
    }
    let mut rendered = if visit.reads_html {
        (pages.problem)(&problem, id)
    } else {
        problem.to_json_response(Some(id))
    };
    // Such as `Allow` of a 405.
    for (name, value) in response.headers() {
        if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
            rendered
                .headers_mut()
                .entry(name)
                .or_insert_with(|| value.clone());
        }
    }
    rendered
}

/// An error with its causes, as one sentence.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(": ")
}
