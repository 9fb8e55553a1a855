//! `/api/v1/houses/{house}/credentials`.

use axum::extract::State;
use http::StatusCode;
use model::{BusRole, CredentialId, CredentialKind, DisplayName, HouseId, TenantRole, Timestamp};
use serde::{Deserialize, Serialize};

use super::service::{self, NewCredential};
use crate::app::App;
use crate::http::acting::{Acting, Admin};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::{Credential, House};

/// Owns `/api/v1/houses/{house}/credentials` and what is below.
pub fn routes() -> Vec<Route> {
    const ALL: &str = "/api/v1/houses/{house}/credentials";
    const ADMINS: Guard = Guard::House(TenantRole::Admin);
    vec![
        Route::post(ALL, ADMINS, create),
        Route::get(ALL, ADMINS, list),
        Route::delete(
            "/api/v1/houses/{house}/credentials/{credential}",
            ADMINS,
            revoke,
        ),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    kind: CredentialKind,
    role: BusRole,
    name: DisplayName,
    not_after: Option<String>,
}

#[derive(Serialize)]
struct Made {
    credential_id: CredentialId,
    secret: String,
}

async fn create(
    State(app): State<App>,
    acting: Acting<Admin, House>,
    Json(wanted): Json<Wanted>,
) -> Result<(StatusCode, axum::Json<Made>), Problem> {
    let new = NewCredential {
        kind: wanted.kind,
        role: wanted.role,
        name: wanted.name,
        not_after: wanted.not_after.as_deref().map(moment).transpose()?,
    };
    let made = service::create(&app, &acting, new).await?;
    let answer = Made {
        credential_id: made.id,
        secret: made.secret.expose().to_owned(),
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

fn moment(text: &str) -> Result<Timestamp, Problem> {
    Timestamp::from_rfc3339(text).ok_or(Problem::Invalid {
        field: "not_after",
        why: "must be a date and time such as 2027-01-31T00:00:00Z".to_owned(),
    })
}

#[derive(Serialize)]
struct CredentialView {
    credential_id: CredentialId,
    kind: CredentialKind,
    role: BusRole,
    name: String,
    created_at: String,
    not_after: Option<String>,
    last_used_at: Option<String>,
}

impl From<Credential> for CredentialView {
    fn from(credential: Credential) -> Self {
        Self {
            credential_id: credential.id,
            kind: credential.kind,
            role: credential.role,
            name: credential.name.to_string(),
            created_at: credential.created_at.to_rfc3339(),
            not_after: credential.not_after.map(Timestamp::to_rfc3339),
            last_used_at: credential.last_used_at.map(Timestamp::to_rfc3339),
        }
    }
}

#[derive(Serialize)]
struct Credentials {
    credentials: Vec<CredentialView>,
}

async fn list(
    State(app): State<App>,
    acting: Acting<Admin, House>,
) -> Result<axum::Json<Credentials>, Problem> {
    let found = service::list(&app, &acting).await?;
    let credentials = found.into_iter().map(CredentialView::from).collect();
    Ok(axum::Json(Credentials { credentials }))
}

async fn revoke(
    State(app): State<App>,
    acting: Acting<Admin, House>,
    Path((_house, credential)): Path<(HouseId, CredentialId)>,
) -> Result<StatusCode, Problem> {
    service::revoke(&app, &acting, credential).await?;
    Ok(StatusCode::NO_CONTENT)
}
