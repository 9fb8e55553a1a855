//! Somebody who sends requests to the router.

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use http::{HeaderMap, Method, Request, header};
use serde_json::Value;
use tower::ServiceExt;
use url::form_urlencoded;

/// A browser or a program: remembers cookies, sends a token when it has one.
#[derive(Clone)]
pub struct Client {
    router: Router,
    /// `name=value` of the session cookie and others, as browsers send them.
    pub cookie: Option<String>,
    /// An access token.
    pub bearer: Option<String>,
    /// From where it connects.
    pub address: Option<IpAddr>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// Where it redirects to; empty for nowhere.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// A header; empty for none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// The slug of the problem.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["status"], self.status);
        let slug = body["type"].as_str().unwrap().strip_prefix("/problems/");
        slug.unwrap().to_owned()
    }
}

impl Client {
    /// Nobody yet.
    pub fn new(router: Router) -> Self {
        Self {
            router,
            cookie: None,
            bearer: None,
            address: None,
        }
    }

    /// A request with what the client would send along.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "portal.test");
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(SocketAddr::new(address, 50_000)));
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(token) = &self.bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        request
    }

    /// Sends it.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Without a body.
    pub async fn call(&self, method: Method, path: &str) -> Answer {
        let request = self.request(method, path);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// As a program.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path).await
    }

    /// As a browser that wants a page.
    pub async fn visit(&self, path: &str) -> Answer {
        let request = self
            .request(Method::GET, path)
            .header(header::ACCEPT, "text/html,*/*");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// With a body of JSON.
    pub async fn json(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = self
            .request(method, path)
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(body.to_string().into()).unwrap())
            .await
    }

    /// `POST` with a body of JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json(Method::POST, path, body).await
    }

    /// A form sent from one of our own pages.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Request<Body> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.request(Method::POST, path)
            .header(header::ACCEPT, "text/html,*/*")
            .header(header::ORIGIN, "http://portal.test")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.into())
            .unwrap()
    }

    /// The same with fields that were computed.
    pub async fn submit_owned(&mut self, path: &str, fields: &[(&str, String)]) -> Answer {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.submit(path, &fields).await
    }

    /// Sends a form and keeps the cookie that comes back.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.send(self.form(path, fields)).await;
        self.keep_cookies(&answer);
        answer
    }

    /// Keeps the cookies that came back, and forgets those that were cleared.
    pub fn keep_cookies(&mut self, answer: &Answer) {
        let mut jar: Vec<String> = self.cookie.take().map_or(Vec::new(), |line| {
            line.split("; ").map(str::to_owned).collect()
        });
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            jar.retain(|kept| !kept.starts_with(&format!("{name}=")));
            if !value.is_empty() {
                jar.push(pair.to_owned());
            }
        }
        self.cookie = (!jar.is_empty()).then(|| jar.join("; "));
    }
}
