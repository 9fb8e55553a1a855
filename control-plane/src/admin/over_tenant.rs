//! Proof that an admin of the service acts on a tenant.

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::app::App;
use crate::http::acting::parameter;
use crate::http::caller::ServiceAdmin;
use crate::http::problem::Problem;
use crate::store::Tenant;

/// An admin, and the tenant that the path names, which is there.
#[derive(Clone, Debug)]
pub struct OverTenant {
    admin: ServiceAdmin,
    tenant: Tenant,
}

impl OverTenant {
    /// Who acts.
    #[must_use]
    pub const fn admin(&self) -> &ServiceAdmin {
        &self.admin
    }

    /// The tenant, as it was when the request came.
    #[must_use]
    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }
}

impl FromRequestParts<App> for OverTenant {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let admin = ServiceAdmin::from_request_parts(parts, app).await?;
        let missing = Problem::NotFound { what: "tenant" };
        let Some(id) = parameter(parts, app, "tenant").await else {
            return Err(missing);
        };
        let mut work = app.store.begin_read().await?;
        let tenant = work.tenants().find(id).await?.ok_or(missing)?;
        Ok(Self { admin, tenant })
    }
}
