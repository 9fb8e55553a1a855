//! Authority as an argument: proof that the caller may act as a role on the
//! tenant or house that the path names.

use std::collections::HashMap;
use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;
use model::TenantRole;

use super::caller::{Caller, unscoped};
use super::extract::Path;
use super::problem::Problem;
use crate::app::App;
use crate::standing;
use crate::store::{Account, House, Tenant, TenantState};

/// The least role that a proof stands for.
pub trait Requires: Send + Sync + 'static {
    /// A role at least this powerful was checked.
    const AT_LEAST: TenantRole;
}

macro_rules! requirements {
    ($($(#[$doc:meta])* $name:ident = $role:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        impl Requires for $name {
            const AT_LEAST: TenantRole = TenantRole::$role;
        }
    )+};
}

requirements! {
    /// Looks.
    Guest = Guest;
    /// Lives there: moves actuators.
    Resident = Resident;
    /// Manages houses, credentials and sensors.
    Admin = Admin;
}

/// Proof that the caller is a member of a tenant with at least `Role`, on one
/// of its things: the [`Tenant`] itself or a [`House`] of it.
///
/// Only the extractor that checked it can build one, so a service that asks
/// for it cannot be called unchecked. What belongs to a tenant the caller is
/// no member of is "not found", like what does not exist; too small a role in
/// one's own tenant is "forbidden"; a request that would change something of a
/// tenant that is not active is refused with the reason.
#[derive(Clone, Debug)]
pub struct Acting<Role, Thing> {
    caller: Caller,
    role: TenantRole,
    state: TenantState,
    thing: Thing,
    _at_least: PhantomData<Role>,
}

impl<Role, Thing> Acting<Role, Thing> {
    /// Who acts.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The person who acts.
    #[must_use]
    pub const fn account(&self) -> &Account {
        self.caller.account()
    }

    /// The caller's role in the tenant, which may be more than what was asked.
    #[must_use]
    pub const fn role(&self) -> TenantRole {
        self.role
    }

    /// What keeps running for the tenant, and why.
    #[must_use]
    pub const fn state(&self) -> &TenantState {
        &self.state
    }
}

impl<Role> Acting<Role, Tenant> {
    /// The tenant.
    #[must_use]
    pub const fn tenant(&self) -> &Tenant {
        &self.thing
    }
}

impl<Role> Acting<Role, House> {
    /// The house.
    #[must_use]
    pub const fn house(&self) -> &House {
        &self.thing
    }
}

impl<Role: Requires> FromRequestParts<App> for Acting<Role, Tenant> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = unscoped(parts, app).await?;
        let missing = Problem::NotFound { what: "tenant" };
        let Some(id) = parameter(parts, app, "tenant").await else {
            return Err(missing);
        };
        let mut work = app.store.begin_read().await?;
        let access = work.tenants().find_for(caller.account().id, id).await?;
        let access = access.ok_or(missing)?;
        let state = access.tenant.state.clone();
        check(parts, caller, (access.role, state), access.tenant)
    }
}

impl<Role: Requires> FromRequestParts<App> for Acting<Role, House> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = unscoped(parts, app).await?;
        let missing = Problem::NotFound { what: "house" };
        let Some(id) = parameter(parts, app, "house").await else {
            return Err(missing);
        };
        let mut work = app.store.begin_read().await?;
        let access = work.houses().find_for(caller.account().id, &id).await?;
        let access = access.ok_or(missing)?;
        check(parts, caller, (access.role, access.state), access.house)
    }
}

/// Proof for a page that names no tenant: the caller's own, or the first one
/// whose houses they may manage.
#[derive(Clone, Debug)]
pub struct AtHome(pub Acting<Admin, Tenant>);

impl FromRequestParts<App> for AtHome {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = unscoped(parts, app).await?;
        let mut work = app.store.begin_read().await?;
        let mut memberships = work.tenants().list_for(caller.account().id).await?;
        // The most powerful role first; among equals the oldest.
        memberships.sort_by_key(|access| access.role);
        let access = memberships.into_iter().next().ok_or(Problem::Forbidden(
            "You are not a member of any account here. Ask its owner to invite you.".into(),
        ))?;
        let state = access.tenant.state.clone();
        check(parts, caller, (access.role, state), access.tenant).map(Self)
    }
}

fn check<Role: Requires, Thing>(
    parts: &Parts,
    caller: Caller,
    (role, state): (TenantRole, TenantState),
    thing: Thing,
) -> Result<Acting<Role, Thing>, Problem> {
    // Roles are ordered from most to least powerful.
    if role > Role::AT_LEAST {
        let needed = Role::AT_LEAST;
        return Err(Problem::Forbidden(
            format!("This needs the role {needed}; yours is {role}. Ask the owner.").into(),
        ));
    }
    caller.within_scope(&parts.method, Role::AT_LEAST)?;
    standing::refuse::check(&state, &parts.method, Role::AT_LEAST)?;
    Ok(Acting {
        caller,
        role,
        state,
        thing,
        _at_least: PhantomData,
    })
}

/// The parameter `name` of the path, if it is there and reads as one.
pub async fn parameter<T: std::str::FromStr>(
    parts: &mut Parts,
    app: &App,
    name: &str,
) -> Option<T> {
    let path = Path::<HashMap<String, String>>::from_request_parts(parts, app).await;
    path.ok()?.0.get(name)?.parse().ok()
}
