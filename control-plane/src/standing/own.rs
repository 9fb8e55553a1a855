//! A tenant's own owner deletes it, and takes that back.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use http::request::Parts;
use model::{AuditAction, TenantRole, Timestamp};

use super::service::GRACE;
use crate::app::App;
use crate::audit::{Audited, Note};
use crate::http::acting::parameter;
use crate::http::caller::Person;
use crate::http::problem::Problem;
use crate::sessions::{self, Confirmation};
use crate::store::{AskedBy, Tenant};

/// Proof that the caller is an owner of the tenant that the path names, in
/// whatever state it is: leaving and coming back are possible while nothing
/// else is.
#[derive(Clone, Debug)]
pub struct Owned {
    person: Person,
    tenant: Tenant,
}

impl Owned {
    /// Who acts.
    #[must_use]
    pub const fn person(&self) -> &Person {
        &self.person
    }

    /// The tenant.
    #[must_use]
    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }
}

impl FromRequestParts<App> for Owned {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let person = Person::from_request_parts(parts, app).await?;
        let missing = Problem::NotFound { what: "tenant" };
        let Some(id) = parameter(parts, app, "tenant").await else {
            return Err(missing);
        };
        let mut work = app.store.begin_read().await?;
        let access = work
            .tenants()
            .find_for(person.account().id, id, app.now())
            .await?;
        let access = access.ok_or(missing)?;
        if access.role != TenantRole::Owner {
            return Err(Problem::Forbidden(
                "Only an owner deletes an account with its houses, or takes that back.".into(),
            ));
        }
        let tenant = access.tenant;
        Ok(Self { person, tenant })
    }
}

impl Owned {
    /// What the owner did to the tenant, in its log and in the service's.
    fn did(&self, action: AuditAction) -> Note {
        let note = Audited::did(&self.person, action, self.tenant.id);
        note.also_in(self.tenant.id)
    }
}

/// Stops everything and erases the tenant after [`GRACE`], when `typed` is its
/// name and the proof is right; returns when. Asked again it changes nothing.
#[tracing::instrument(name = "tenant.delete_own", skip_all, fields(tenant.id = %own.tenant.id))]
pub async fn delete(
    app: &App,
    from: IpAddr,
    own: &Owned,
    typed: &str,
    proof: Confirmation<'_>,
) -> Result<Timestamp, Problem> {
    let tenant = &own.tenant;
    if typed.trim() != tenant.name.as_str() {
        return Err(Problem::Invalid {
            field: "name",
            why: format!("is not \"{}\"", tenant.name),
        });
    }
    sessions::confirm(app, from, own.person.account(), proof).await?;
    let at = app.now().after(GRACE);
    let mut work = app.store.begin_write().await?;
    let leaving = work.leaving();
    if leaving
        .erase_tenant_after(tenant.id, at, AskedBy::Owner)
        .await?
    {
        own.did(AuditAction::TenantDeleted)
            .with("erase_after", at.to_rfc3339())
            .write(app, &mut work)
            .await?;
        let committed = work.commit().await?;
        app.until_the_gateway_knows(&committed).await;
        let by = own.person.account().id;
        tracing::info!(account.id = %by, "Tenant {} will be erased at {}", tenant.slug, at.to_rfc3339());
        return Ok(at);
    }
    let found = work.tenants().find(tenant.id).await?;
    let noted = found.and_then(|found| found.state.erase_after);
    noted.ok_or(Problem::NotFound { what: "tenant" })
}

/// Takes the deletion back, when an owner asked for it; everything is as it was.
#[tracing::instrument(name = "tenant.keep_own", skip_all, fields(tenant.id = %own.tenant.id))]
pub async fn keep(app: &App, own: &Owned) -> Result<(), Problem> {
    let tenant = &own.tenant;
    let mut work = app.store.begin_write().await?;
    if work.leaving().keep_tenant(tenant.id).await? {
        own.did(AuditAction::TenantKept)
            .write(app, &mut work)
            .await?;
        let committed = work.commit().await?;
        app.until_the_gateway_knows(&committed).await;
        tracing::info!("Tenant {} stays", tenant.slug);
        return Ok(());
    }
    Err(match work.leaving().asked_by(tenant.id).await? {
        Some(AskedBy::Admin) => Problem::Forbidden(
            "An admin of this service deleted it; only they can take that back. Ask them.".into(),
        ),
        Some(_) | None => Problem::Conflict("This is not being deleted."),
    })
}

/// Whether an owner may take the deletion back that is under way.
pub async fn may_come_back(app: &App, own: &Owned) -> Result<bool, Problem> {
    let mut work = app.store.begin_read().await?;
    let asked = work.leaving().asked_by(own.tenant.id).await?;
    Ok(matches!(
        asked,
        Some(AskedBy::Owner | AskedBy::OwnersAccount)
    ))
}
