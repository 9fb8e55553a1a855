//! `/api/v1/tenants/{tenant}/invitations`, `/api/v1/invitations/accept` and
//! `/api/v1/admin/invitations`.

use std::collections::BTreeMap;

use axum::extract::State;
use http::StatusCode;
use model::{AccountId, EmailAddress, HouseId, InvitationId, TenantId, TenantRole, Timestamp};
use serde::{Deserialize, Serialize};

use super::accept::{self, Joined};
use super::service::{self, NewInvitation};
use super::to_service;
use crate::accounts::Details;
use crate::app::App;
use crate::http::acting::{Acting, Admin};
use crate::http::caller::{Caller, ServiceAdmin};
use crate::http::client_address::ClientAddress;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::members::{ReachView, Wanted};
use crate::store::{Invitation, InvitedTo, Tenant};

/// Owns invitations to tenants and to the service, and accepting them.
pub(crate) fn routes() -> Vec<Route> {
    const ALL: &str = "/api/v1/tenants/{tenant}/invitations";
    const ADMINS: Guard = Guard::Tenant(TenantRole::Admin);
    const TO_SERVICE: &str = "/api/v1/admin/invitations";
    let one = "/api/v1/tenants/{tenant}/invitations/{invitation}";
    let again = "/api/v1/tenants/{tenant}/invitations/{invitation}/resend";
    let admins_one = "/api/v1/admin/invitations/{invitation}";
    let admins_again = "/api/v1/admin/invitations/{invitation}/resend";
    vec![
        Route::get(ALL, ADMINS, list),
        Route::post(ALL, ADMINS, invite),
        Route::delete(one, ADMINS, withdraw),
        Route::post(again, ADMINS, resend),
        Route::post("/api/v1/invitations/accept", Guard::Public, accept),
        Route::get(TO_SERVICE, Guard::ServiceAdmin, list_to_service),
        Route::post(TO_SERVICE, Guard::ServiceAdmin, invite_to_service),
        Route::delete(admins_one, Guard::ServiceAdmin, withdraw_to_service),
        Route::post(admins_again, Guard::ServiceAdmin, resend_to_service),
    ]
}

#[derive(Serialize, schemars::JsonSchema)]
struct View {
    invitation_id: InvitationId,
    email: String,
    #[serde(flatten)]
    reach: Option<ReachView>,
    /// When the membership would end, if it would.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    invited_by: String,
    created_at: String,
    sent_at: String,
    expires_at: String,
    expired: bool,
}

fn view(app: &App, invitation: &Invitation) -> View {
    let (reach, until) = match &invitation.to {
        InvitedTo::Service => (None, None),
        InvitedTo::Tenant { reach, until, .. } => (Some(ReachView::from(reach)), *until),
    };
    View {
        invitation_id: invitation.id,
        email: invitation.email.to_string(),
        reach,
        until: until.map(Timestamp::to_rfc3339),
        invited_by: invitation.inviter.to_string(),
        created_at: invitation.created_at.to_rfc3339(),
        sent_at: invitation.sent_at.to_rfc3339(),
        expires_at: invitation.expires_at.to_rfc3339(),
        expired: invitation.expires_at <= app.now(),
    }
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Invitations")]
struct Listed {
    invitations: Vec<View>,
}

fn listed(app: &App, all: &[Invitation]) -> axum::Json<Listed> {
    axum::Json(Listed {
        invitations: all.iter().map(|one| view(app, one)).collect(),
    })
}

async fn list(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
) -> Result<axum::Json<Listed>, Problem> {
    let all = service::list(&app, &acting).await?;
    Ok(listed(&app, &all))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Invite {
    email: String,
    #[serde(default)]
    role: Option<TenantRole>,
    #[serde(default)]
    houses: Option<BTreeMap<HouseId, TenantRole>>,
    #[serde(default)]
    until: Option<String>,
}

fn address(text: &str) -> Result<EmailAddress, Problem> {
    text.parse().map_err(|bad| Problem::email(&bad))
}

async fn invite(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Json(body): Json<Invite>,
) -> Result<(StatusCode, axum::Json<View>), Problem> {
    let wanted = Wanted {
        role: body.role,
        houses: body.houses,
        until: body.until,
    };
    let new = NewInvitation {
        email: address(&body.email)?,
        wish: wanted.wish()?,
    };
    let made = service::invite(&app, &acting, new).await?;
    Ok((StatusCode::CREATED, axum::Json(view(&app, &made))))
}

async fn resend(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path((_, id)): Path<(TenantId, InvitationId)>,
) -> Result<axum::Json<View>, Problem> {
    let sent = service::resend(&app, &acting, id).await?;
    Ok(axum::Json(view(&app, &sent)))
}

async fn withdraw(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path((_, id)): Path<(TenantId, InvitationId)>,
) -> Result<StatusCode, Problem> {
    service::withdraw(&app, &acting, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody with an account sends the token; somebody without, a name and a
/// password as well.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Accept {
    token: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    password: Option<String>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct JoinedView {
    account_id: AccountId,
    tenant_id: TenantId,
}

impl From<Joined> for JoinedView {
    fn from(joined: Joined) -> Self {
        Self {
            account_id: joined.account,
            tenant_id: joined.tenant,
        }
    }
}

async fn accept(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    caller: Option<Caller>,
    Json(body): Json<Accept>,
) -> Result<(StatusCode, axum::Json<JoinedView>), Problem> {
    if let Some(caller) = caller {
        let joined = accept::accept(&app, from, &caller, &body.token).await?;
        return Ok((StatusCode::OK, axum::Json(joined.into())));
    }
    let (Some(name), Some(password)) = (body.name, body.password) else {
        return Err(Problem::Unauthenticated);
    };
    let offer = accept::look(&app, from, None, &body.token).await?;
    let details = Details {
        email: offer.invitation.email.as_str(),
        name: &name,
        password: &password,
    };
    let (_, joined) = accept::accept_as_new(&app, from, &body.token, details.check()?).await?;
    Ok((StatusCode::CREATED, axum::Json(joined.into())))
}

async fn list_to_service(
    State(app): State<App>,
    admin: ServiceAdmin,
) -> Result<axum::Json<Listed>, Problem> {
    let all = to_service::list(&app, &admin).await?;
    Ok(listed(&app, &all))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct InviteToService {
    email: String,
}

async fn invite_to_service(
    State(app): State<App>,
    admin: ServiceAdmin,
    Json(body): Json<InviteToService>,
) -> Result<(StatusCode, axum::Json<View>), Problem> {
    let made = to_service::invite(&app, &admin, address(&body.email)?).await?;
    Ok((StatusCode::CREATED, axum::Json(view(&app, &made))))
}

async fn resend_to_service(
    State(app): State<App>,
    admin: ServiceAdmin,
    Path(id): Path<InvitationId>,
) -> Result<axum::Json<View>, Problem> {
    let sent = to_service::resend(&app, &admin, id).await?;
    Ok(axum::Json(view(&app, &sent)))
}

async fn withdraw_to_service(
    State(app): State<App>,
    admin: ServiceAdmin,
    Path(id): Path<InvitationId>,
) -> Result<StatusCode, Problem> {
    to_service::withdraw(&app, &admin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
