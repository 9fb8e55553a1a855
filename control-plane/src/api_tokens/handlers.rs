//! `/api/v1/account/api-tokens`.

use axum::extract::State;
use http::StatusCode;
use model::{DisplayName, Timestamp, TokenId};
use serde::{Deserialize, Serialize};

use super::scope::Scopes;
use super::service::{self, NewToken};
use crate::app::App;
use crate::http::caller::Person;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::ApiToken;

/// Owns `/api/v1/account/api-tokens` and what is below.
pub fn routes() -> Vec<Route> {
    let all = "/api/v1/account/api-tokens";
    let one = "/api/v1/account/api-tokens/{token}";
    vec![
        Route::get(all, Guard::LoggedIn, list),
        Route::post(all, Guard::LoggedIn, make),
        Route::delete(one, Guard::LoggedIn, revoke),
    ]
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "ApiToken")]
struct Shown {
    token_id: TokenId,
    name: String,
    scopes: Vec<String>,
    created_at: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    /// Only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl Shown {
    fn of(token: &ApiToken, secret: Option<String>) -> Self {
        Self {
            token_id: token.id,
            name: token.name.to_string(),
            scopes: token.scopes.split(' ').map(str::to_owned).collect(),
            created_at: token.created_at.to_rfc3339(),
            expires_at: token.expires_at.map(Timestamp::to_rfc3339),
            last_used_at: token.last_used_at.map(Timestamp::to_rfc3339),
            secret,
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "ApiTokens")]
struct Listed {
    api_tokens: Vec<Shown>,
}

async fn list(State(app): State<App>, person: Person) -> Result<axum::Json<Listed>, Problem> {
    let all = service::list(&app, &person).await?;
    let shown = |token| Shown::of(token, None);
    let api_tokens = all.iter().map(shown).collect();
    Ok(axum::Json(Listed { api_tokens }))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewApiToken")]
struct Wanted {
    name: String,
    scopes: Vec<String>,
    days: Option<u32>,
}

async fn make(
    State(app): State<App>,
    person: Person,
    Json(body): Json<Wanted>,
) -> Result<(StatusCode, axum::Json<Shown>), Problem> {
    let name: DisplayName = body.name.parse().map_err(|bad| Problem::Invalid {
        field: "name",
        why: model::name::BadName::to_string(&bad),
    })?;
    let scopes = Scopes::of(body.scopes.iter().map(String::as_str));
    let scopes = scopes.ok_or_else(service::unknown_scope)?;
    let new = NewToken {
        name,
        scopes,
        days: body.days,
    };
    let made = service::make(&app, &person, new).await?;
    let shown = Shown::of(&made.token, Some(made.secret));
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

async fn revoke(
    State(app): State<App>,
    person: Person,
    Path(token): Path<TokenId>,
) -> Result<StatusCode, Problem> {
    service::revoke(&app, &person, token).await?;
    Ok(StatusCode::NO_CONTENT)
}
