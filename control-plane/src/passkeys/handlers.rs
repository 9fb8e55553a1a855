//! `/api/v1/account/passkeys`, and the challenge for a log-in.

use axum::extract::State;
use axum::response::AppendHeaders;
use http::header::{HeaderName, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};
use model::{PasskeyId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ceremony::{Asked, LASTS};
use super::{answer, register};
use crate::app::App;
use crate::http::caller::Person;
use crate::http::client_address::ClientAddress;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::sessions::{self, CookieHeader};
use crate::store::PasskeyRecord;

/// Owns `/api/v1/account/passkeys` and what is below, and
/// `/api/v1/passkeys/log-in`. A browser answers the latter by the form of the
/// log-in page, `POST /log-in/passkey`.
pub fn routes() -> Vec<Route> {
    let all = "/api/v1/account/passkeys";
    let begin = "/api/v1/account/passkeys/begin";
    let confirm = "/api/v1/account/passkeys/confirm";
    let one = "/api/v1/account/passkeys/{passkey}";
    vec![
        Route::get(all, Guard::LoggedIn, list),
        Route::post(begin, Guard::LoggedIn, begin_registration),
        Route::post(all, Guard::LoggedIn, finish_registration),
        Route::post(confirm, Guard::LoggedIn, begin_confirmation),
        Route::delete(one, Guard::LoggedIn, remove),
        Route::post("/api/v1/passkeys/log-in", Guard::Public, begin_log_in),
    ]
}

/// A challenge, with the cookie that ties it to this browser.
type Challenge = (
    AppendHeaders<[(HeaderName, HeaderValue); 1]>,
    axum::Json<Value>,
);

fn challenge(app: &App, asked: Asked) -> Challenge {
    let secret = asked.secret.expose();
    let cookie = app.cookie.set_ceremony(secret, LASTS.as_secs());
    (
        AppendHeaders([(SET_COOKIE, cookie)]),
        axum::Json(asked.options),
    )
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Passkey")]
struct Shown {
    passkey_id: PasskeyId,
    name: String,
    created_at: String,
    last_used_at: Option<String>,
}

impl From<PasskeyRecord> for Shown {
    fn from(record: PasskeyRecord) -> Self {
        Self {
            passkey_id: record.id,
            name: record.name.to_string(),
            created_at: record.created_at.to_rfc3339(),
            last_used_at: record.last_used_at.map(Timestamp::to_rfc3339),
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Passkeys")]
struct Listed {
    passkeys: Vec<Shown>,
    /// Why there can be none here, when there can be none.
    impossible: Option<String>,
}

async fn list(State(app): State<App>, caller: Person) -> Result<axum::Json<Listed>, Problem> {
    let all = register::list(&app, &caller).await?;
    Ok(axum::Json(Listed {
        passkeys: all.into_iter().map(Shown::from).collect(),
        impossible: app.passkeys.impossible().map(|why| why.to_string()),
    }))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Begin {
    name: String,
    password: String,
}

async fn begin_registration(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    caller: Person,
    Json(typed): Json<Begin>,
) -> Result<Challenge, Problem> {
    let asked = register::begin(&app, from, &caller, &typed.name, &typed.password).await?;
    Ok(challenge(&app, asked))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Answer {
    /// What `navigator.credentials.create` gave, with bytes in base64url.
    credential: Value,
}

async fn finish_registration(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    caller: Person,
    Json(answer): Json<Answer>,
) -> Result<(StatusCode, CookieHeader, axum::Json<Shown>), Problem> {
    let ceremony = app.cookie.read_ceremony(&headers);
    let answer = &answer.credential.to_string();
    let (made, secret) = register::finish(&app, from, &caller, ceremony.as_deref(), answer).await?;
    let cookie = sessions::cookie(&app, secret.as_ref());
    Ok((StatusCode::CREATED, cookie, axum::Json(made.into())))
}

async fn begin_confirmation(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    caller: Person,
) -> Result<Challenge, Problem> {
    let asked = answer::begin_confirmation(&app, from, &caller).await?;
    Ok(challenge(&app, asked))
}

async fn remove(
    State(app): State<App>,
    caller: Person,
    Path(passkey): Path<PasskeyId>,
) -> Result<StatusCode, Problem> {
    register::remove(&app, &caller, passkey).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn begin_log_in(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
) -> Result<Challenge, Problem> {
    let asked = answer::begin_log_in(&app, from).await?;
    Ok(challenge(&app, asked))
}
