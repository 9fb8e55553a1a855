//! `/api/v1/houses/{house}/credentials`.

use std::net::IpAddr;

use axum::extract::State;
use http::StatusCode;
use model::{
    Binding, BusRole, CredentialId, CredentialKind, DisplayName, HouseId, TenantRole, Timestamp,
};
use serde::{Deserialize, Serialize};

use super::service::{self, Listed};
use super::wish::{NewCredential, Rotation};
use crate::app::App;
use crate::http::acting::{Acting, Installer};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::House;

/// Owns `/api/v1/houses/{house}/credentials` and what is below.
pub fn routes() -> Vec<Route> {
    const ALL: &str = "/api/v1/houses/{house}/credentials";
    const INSTALLERS: Guard = Guard::House(TenantRole::Installer);
    vec![
        Route::post(ALL, INSTALLERS, create),
        Route::get(ALL, INSTALLERS, list),
        Route::delete(
            "/api/v1/houses/{house}/credentials/{credential}",
            INSTALLERS,
            revoke,
        ),
        Route::post(
            "/api/v1/houses/{house}/credentials/{credential}/rotate",
            INSTALLERS,
            rotate,
        ),
    ]
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewCredential")]
struct Wanted {
    kind: CredentialKind,
    role: BusRole,
    name: DisplayName,
    user: Option<String>,
    package: Option<String>,
    #[serde(default)]
    senders: Vec<String>,
    not_after: Option<String>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "MadeCredential")]
struct Made {
    credential_id: CredentialId,
    secret: String,
    not_after: Option<String>,
}

impl From<service::Made> for Made {
    fn from(made: service::Made) -> Self {
        Self {
            credential_id: made.id,
            secret: made.secret.expose().to_owned(),
            not_after: made.kept.not_after.map(Timestamp::to_rfc3339),
        }
    }
}

async fn create(
    State(app): State<App>,
    acting: Acting<Installer, House>,
    Json(wanted): Json<Wanted>,
) -> Result<(StatusCode, axum::Json<Made>), Problem> {
    let new = NewCredential {
        kind: wanted.kind,
        role: wanted.role,
        name: wanted.name,
        user: wanted.user,
        package: wanted.package,
        senders: wanted.senders,
        not_after: wanted.not_after.as_deref().map(moment).transpose()?,
    };
    let made = service::create(&app, &acting, new).await?;
    Ok((StatusCode::CREATED, axum::Json(made.into())))
}

fn moment(text: &str) -> Result<Timestamp, Problem> {
    Timestamp::from_rfc3339(text).ok_or(Problem::Invalid {
        field: "not_after",
        why: "must be a date and time such as 2027-01-31T00:00:00Z".to_owned(),
    })
}

#[derive(Serialize, schemars::JsonSchema)]
struct CredentialView {
    credential_id: CredentialId,
    kind: CredentialKind,
    role: BusRole,
    name: String,
    user: Option<String>,
    package: Option<String>,
    senders: Vec<String>,
    created_at: String,
    created_by: Option<String>,
    not_after: Option<String>,
    replaced_by: Option<CredentialId>,
    last_used_at: Option<String>,
    last_used_from: Option<IpAddr>,
}

impl From<Listed> for CredentialView {
    fn from(listed: Listed) -> Self {
        let credential = listed.credential;
        let (user, package, senders) = match credential.binding {
            Binding::House => (None, None, Vec::new()),
            Binding::Person { user } => (Some(user.to_string()), None, Vec::new()),
            Binding::Package { package, senders } => {
                let senders = senders.iter().map(ToString::to_string).collect();
                (None, Some(package.to_string()), senders)
            }
        };
        Self {
            credential_id: credential.id,
            kind: credential.kind,
            role: credential.role,
            name: credential.name.to_string(),
            user,
            package,
            senders,
            created_at: credential.created_at.to_rfc3339(),
            created_by: listed.created_by.map(|name| name.to_string()),
            not_after: credential.not_after.map(Timestamp::to_rfc3339),
            replaced_by: credential.successor,
            last_used_at: credential.last_used_at.map(Timestamp::to_rfc3339),
            last_used_from: credential.last_used_from,
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
struct Credentials {
    credentials: Vec<CredentialView>,
}

async fn list(
    State(app): State<App>,
    acting: Acting<Installer, House>,
) -> Result<axum::Json<Credentials>, Problem> {
    let found = service::list(&app, &acting).await?;
    let credentials = found.into_iter().map(CredentialView::from).collect();
    Ok(axum::Json(Credentials { credentials }))
}

async fn revoke(
    State(app): State<App>,
    acting: Acting<Installer, House>,
    Path((_house, credential)): Path<(HouseId, CredentialId)>,
) -> Result<StatusCode, Problem> {
    service::revoke(&app, &acting, credential).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Exchange {
    overlap_seconds: Option<u64>,
}

async fn rotate(
    State(app): State<App>,
    acting: Acting<Installer, House>,
    Path((_house, credential)): Path<(HouseId, CredentialId)>,
    wanted: Option<Json<Exchange>>,
) -> Result<(StatusCode, axum::Json<Made>), Problem> {
    let wanted = wanted.and_then(|Json(wanted)| wanted.overlap_seconds);
    let rotation = match wanted {
        Some(seconds) => Rotation::of_seconds(seconds)?,
        None => Rotation::default(),
    };
    let made = service::rotate(&app, &acting, credential, rotation).await?;
    Ok((StatusCode::CREATED, axum::Json(made.into())))
}
