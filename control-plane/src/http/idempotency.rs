//! `Idempotency-Key`: a request that may come twice is done once.
//!
//! The key belongs to the account that sends it and stands for one request for
//! a day. The same request again gets the same answer, marked with
//! `Idempotency-Replayed: true` and **without the secrets** that the first one
//! showed: they are never kept. A request that failed leaves the key free.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use model::{AccountId, SecretHash};
use serde_json::Value;

use super::BODY_LIMIT_BYTES;
use super::caller;
use super::problem::Problem;
use super::route::is_api;
use crate::app::App;
use crate::store::KeyedRequest;

/// How long a key stands for its request.
const KEPT: Duration = Duration::from_hours(24);

/// The longest key.
const KEY_MAX: usize = 255;

/// The largest answer that is kept; what asks for a key answers with less.
const ANSWER_MAX: usize = 1024 * 1024;

/// Members of an answer that are shown once.
const SECRETS: [&str; 6] = [
    "passcode",
    "secret",
    "token",
    "access_token",
    "refresh_token",
    "recovery_codes",
];

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The layer.
pub async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !is_api(request.uri().path()) {
        return next.run(request).await;
    }
    let Some(key) = request.headers().get(KEY).cloned() else {
        return next.run(request).await;
    };
    match keyed(&app, &key, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn keyed(
    app: &App,
    key: &HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    // Whoever is nobody gets no answer worth keeping.
    let Some(caller) = caller::identify(app, &parts.headers).await? else {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let account = caller.account().id;
    let hash = of_key(account, key)?;
    let body = to_bytes(body, BODY_LIMIT_BYTES).await;
    let body = body.map_err(|_| Problem::TooLarge)?;
    let asked = of_request(&parts.method, parts.uri.path(), &body);
    let mut work = app.store.begin_write().await?;
    let keys = work.idempotency();
    let is_first = keys
        .begin(account, &hash, &asked, app.now().after(KEPT))
        .await?;
    if !is_first {
        let known = work.idempotency().find(&hash).await?;
        return replay(known, &asked);
    }
    work.commit().await?;
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    finish(app, &hash, response).await
}

/// The hash of account and key.
fn of_key(account: AccountId, key: &HeaderValue) -> Result<SecretHash, Problem> {
    let text = key.to_str().ok();
    let text = text.filter(|text| (1..=KEY_MAX).contains(&text.len()));
    let text = text.ok_or(Problem::Invalid {
        field: "Idempotency-Key",
        why: format!("must have 1 to {KEY_MAX} visible characters"),
    })?;
    Ok(SecretHash::of(format!("{account}\n{text}").as_bytes()))
}

fn of_request(method: &Method, path: &str, body: &Bytes) -> SecretHash {
    let mut text = format!("{method} {path}\n").into_bytes();
    text.extend_from_slice(body);
    SecretHash::of(&text)
}

/// What the request came to when it came first.
fn replay(known: Option<KeyedRequest>, asked: &SecretHash) -> Result<Response, Problem> {
    const BUSY: Problem = Problem::Conflict(
        "The request with this Idempotency-Key is being done, or was cut off. Look whether it \
         was done, and try again with another key if not.",
    );
    let known = known.ok_or(BUSY)?;
    if known.request != *asked {
        return Err(Problem::Invalid {
            field: "Idempotency-Key",
            why: "stands for another request; draw a new one for each".to_owned(),
        });
    }
    let status = known.status.and_then(|status| u16::try_from(status).ok());
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let (status, answer) = status.zip(known.answer).ok_or(BUSY)?;
    let mut response = (status, answer).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

/// Keeps what the request came to, or gives the key back.
async fn finish(app: &App, hash: &SecretHash, response: Response) -> Result<Response, Problem> {
    let mut work = app.store.begin_write().await?;
    if !response.status().is_success() {
        work.idempotency().forget(hash).await?;
        work.commit().await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, ANSWER_MAX)
        .await
        .map_err(Problem::internal)?;
    let kept = without_secrets(&body);
    let status = parts.status.as_u16();
    work.idempotency().finish(hash, status, &kept).await?;
    work.commit().await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// The answer without what is shown once; empty when it is no JSON.
fn without_secrets(body: &[u8]) -> String {
    let Ok(Value::Object(mut members)) = serde_json::from_slice(body) else {
        return String::new();
    };
    members.retain(|name, _| !SECRETS.contains(&name.as_str()));
    Value::Object(members).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{Answer, Client, World};

    async fn post(client: &Client, path: &str, key: &str, name: &str) -> Answer {
        let body = json!({"name": name, "timezone": "Europe/Berlin", "hosting": "hosted"});
        let request = client
            .request(http::Method::POST, path)
            .header("content-type", "application/json")
            .header("idempotency-key", key);
        client
            .send(request.body(body.to_string().into()).unwrap())
            .await
    }

    #[tokio::test]
    async fn a_request_that_comes_twice_is_done_once() {
        let world = World::open().await;
        let anna = world.person("Anna").await;
        let client = world.program(&anna).await;
        let path = format!("/api/v1/tenants/{}/houses", anna.tenant);
        let first = post(&client, &path, "one", "Villa").await;
        assert_eq!(first.status, 201, "{}", first.text);
        assert!(first.json()["passcode"].is_string());
        let again = post(&client, &path, "one", "Villa").await;
        assert_eq!(again.status, 201);
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.json()["house_id"], first.json()["house_id"]);
        assert!(again.json()["passcode"].is_null(), "shown once is once");
        let houses = client.get(&path).await.json();
        assert_eq!(houses["houses"].as_array().unwrap().len(), 1);

        let other = post(&client, &path, "one", "Cabin").await;
        assert_eq!(other.status, 422);
        assert_eq!(other.problem(), "invalid");
        assert_eq!(post(&client, &path, "two", "Cabin").await.status, 201);
        let long = "x".repeat(256);
        assert_eq!(post(&client, &path, &long, "Loft").await.status, 422);
    }

    #[tokio::test]
    async fn what_failed_leaves_the_key_free_and_keys_are_ones_own() {
        let world = World::open().await;
        let (anna, bob) = (world.person("Anna").await, world.person("Bob").await);
        let (hers, his) = (world.program(&anna).await, world.program(&bob).await);
        let her_path = format!("/api/v1/tenants/{}/houses", anna.tenant);
        let his_path = format!("/api/v1/tenants/{}/houses", bob.tenant);
        assert_eq!(post(&hers, &her_path, "k", "").await.status, 400);
        let made = post(&hers, &her_path, "k", "Villa").await;
        assert_eq!(made.status, 201, "{}", made.text);
        // Another person's key of the same text is another key.
        let other = post(&his, &his_path, "k", "Villa").await;
        assert_eq!(other.status, 201, "{}", other.text);
        assert_ne!(other.json()["house_id"], made.json()["house_id"]);
        let stolen = post(&his, &her_path, "k", "Villa").await;
        assert!(
            stolen.status == 404 || stolen.status == 422,
            "{}",
            stolen.status
        );
        let nobody = post(&world.client(), &her_path, "k", "Villa").await;
        assert_eq!(nobody.status, 401);
    }

    #[tokio::test]
    async fn a_day_later_the_key_is_free() {
        let world = World::open().await;
        let anna = world.person("Anna").await;
        let client = world.program(&anna).await;
        let path = format!("/api/v1/tenants/{}/houses", anna.tenant);
        assert_eq!(post(&client, &path, "k", "Villa").await.status, 201);
        world.ambient.advance(std::time::Duration::from_hours(24));
        crate::chores::tidy(&world.app).await;
        let client = world.program(&anna).await;
        let second = post(&client, &path, "k", "Villa").await;
        assert_eq!(second.status, 201, "{}", second.text);
        assert_eq!(second.header("idempotency-replayed"), "");
    }
}
