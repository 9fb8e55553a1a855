//! `/api/v1/account`: the caller's own account.

use axum::extract::State;
use http::{HeaderMap, StatusCode};
use model::EmailAddress;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::password::NewPassword;
use super::{address, language, leaving, password};
use crate::app::App;
use crate::http::caller::Person;
use crate::http::client_address::ClientAddress;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::sessions::{self, Confirmation, CookieHeader};

/// Owns `/api/v1/account` and `/api/v1/accounts/email`.
pub(super) fn routes() -> Vec<Route> {
    let confirm = "/api/v1/accounts/email/confirm";
    vec![
        Route::put("/api/v1/account/password", Guard::LoggedIn, change_password),
        Route::put("/api/v1/account/email", Guard::LoggedIn, ask_for_address),
        Route::post(confirm, Guard::Public, confirm_address),
        Route::put("/api/v1/account/language", Guard::LoggedIn, choose_language),
        Route::post("/api/v1/account/deletion", Guard::LoggedIn, delete),
    ]
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Passwords {
    current: String,
    new: String,
    /// Whether API tokens end as well; they stay when nothing is said.
    #[serde(default)]
    revoke_api_tokens: bool,
}

async fn change_password(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    caller: Person,
    Json(body): Json<Passwords>,
) -> Result<(CookieHeader, StatusCode), Problem> {
    let typed = NewPassword {
        current: &body.current,
        new: &body.new,
        end_api_tokens: body.revoke_api_tokens,
    };
    let secret = password::change_password(&app, from, &caller, typed).await?;
    let cookie = sessions::cookie(&app, secret.as_ref());
    Ok((cookie, StatusCode::NO_CONTENT))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Address {
    email: String,
    password: String,
}

/// 202: it is the account's address once the mailed link was used.
async fn ask_for_address(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    caller: Person,
    Json(body): Json<Address>,
) -> Result<StatusCode, Problem> {
    let new: EmailAddress = body.email.parse().map_err(|bad| Problem::email(&bad))?;
    address::ask_for_address(&app, from, &caller, &new, &body.password).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Link {
    token: String,
}

async fn confirm_address(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<Link>,
) -> Result<StatusCode, Problem> {
    address::confirm_address(&app, from, &body.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `null` for what the browser asks for.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChosenLanguage")]
struct Chosen {
    language: Option<String>,
}

async fn choose_language(
    State(app): State<App>,
    caller: Person,
    Json(body): Json<Chosen>,
) -> Result<StatusCode, Problem> {
    let language = language::parse_language(body.language.as_deref().unwrap_or_default())?;
    language::set_language(&app, &caller, language).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The account's address, typed, and the password or a passkey's answer.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Farewell {
    email: String,
    #[serde(default)]
    password: String,
    passkey: Option<Value>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Deleted {
    erase_after: String,
}

/// 202: it is erased later, and kept when its owner logs in before.
async fn delete(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    caller: Person,
    Json(typed): Json<Farewell>,
) -> Result<(StatusCode, axum::Json<Deleted>), Problem> {
    let ceremony = app.cookie.read_ceremony(&headers);
    let passkey = typed.passkey.as_ref().map(Value::to_string);
    let proof = Confirmation {
        password: &typed.password,
        passkey: passkey.as_deref().unwrap_or_default(),
        ceremony: ceremony.as_deref(),
    };
    let at = leaving::delete(&app, from, &caller, &typed.email, proof).await?;
    let answer = Deleted {
        erase_after: at.to_rfc3339(),
    };
    Ok((StatusCode::ACCEPTED, axum::Json(answer)))
}
