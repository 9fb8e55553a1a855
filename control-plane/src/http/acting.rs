//! Authority as an argument: proof that the caller may act as a role on the
//! tenant or house that the path names.

use std::collections::HashMap;
use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;
use model::{SupportLevel, TenantId, TenantRole, Timestamp};
use url::form_urlencoded;

use super::caller::{Caller, unscoped};
use super::extract::Path;
use super::problem::Problem;
use crate::app::App;
use crate::refusals::{self, Of};
use crate::standing;
use crate::store::{Account, House, SupportAccess, Tenant, TenantAccess, TenantState};
use crate::support::let_in;

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
    Installer = Installer;
    /// Manages members as well.
    Admin = Admin;
    /// May do everything.
    Owner = Owner;
}

/// Proof that the caller has at least `Role` in a thing: in a [`Tenant`] as a
/// whole, or in a [`House`], by a role of its own or by one in its tenant. Who
/// has roles in single houses alone has none in the tenant. A membership that
/// has ended is none.
///
/// Only the extractor that checked it can build one, so a service that asks
/// for it cannot be called unchecked. What the caller has no role in is "not
/// found", like what does not exist; too small a role is "forbidden"; a request that would change something of a
/// tenant that is not active is refused with the reason.
#[derive(Clone, Debug)]
pub struct Acting<Role, Thing> {
    caller: Caller,
    role: TenantRole,
    whole: bool,
    until: Option<Timestamp>,
    state: TenantState,
    support: bool,
    let_in: Option<SupportAccess>,
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

    /// The caller's role in it, which may be more than what was asked.
    #[must_use]
    pub const fn role(&self) -> TenantRole {
        self.role
    }

    /// Whether the role is one in the whole tenant, not in a house alone.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// From when on the caller has no role any more; `None`: it does not end.
    #[must_use]
    pub const fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// The consent by which the caller acts, where it is not a role of their
    /// own but the tenant's support access; see [`crate::support`].
    #[must_use]
    pub fn support(&self) -> Option<&SupportAccess> {
        self.let_in.as_ref().filter(|_| self.support)
    }

    /// Whether the caller is support that was let in to look and change nothing.
    #[must_use]
    pub fn only_looks(&self) -> bool {
        let access = self.support();
        access.is_some_and(|access| access.level == SupportLevel::Read)
    }

    /// What lets support in to the tenant now, whoever acts; looked up for pages,
    /// which say so, and for support itself.
    #[must_use]
    pub const fn let_in(&self) -> Option<&SupportAccess> {
        self.let_in.as_ref()
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
        let account = caller.account().id;
        let access = work.tenants().find_for(account, id, app.now()).await?;
        if let Some(access) = access {
            drop(work);
            return of_tenant(parts, app, caller, access).await;
        }
        let found = let_in::to_tenant(app, &mut work, &caller, id).await?;
        let (access, tenant) = found.ok_or(missing)?;
        drop(work);
        let_in::admit(app, &caller, &access, parts).await?;
        let held = Held::by_support(access, tenant.state.clone());
        check(parts, app, caller, held, tenant).await
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
        let account = caller.account().id;
        let access = work.houses().find_for(account, &id, app.now()).await?;
        if let Some(access) = access {
            drop(work);
            let held = Held {
                role: access.role,
                whole: access.whole,
                until: access.until,
                state: access.state,
                support: false,
                let_in: let_in::for_page(app, parts, access.house.tenant).await?,
            };
            return check(parts, app, caller, held, access.house).await;
        }
        let found = let_in::to_house(app, &mut work, &caller, &id).await?;
        let (access, tenant, house) = found.ok_or(missing)?;
        drop(work);
        let_in::admit(app, &caller, &access, parts).await?;
        let held = Held::by_support(access, tenant.state);
        check(parts, app, caller, held, house).await
    }
}

/// Proof for a page whose path names no tenant: the one that the query names,
/// or else the one in which the caller's role is most powerful.
#[derive(Clone, Debug)]
pub struct AtHome(pub Acting<Installer, Tenant>);

impl FromRequestParts<App> for AtHome {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = unscoped(parts, app).await?;
        let mut work = app.store.begin_read().await?;
        let account = caller.account().id;
        let mut memberships = work.tenants().list_for(account, app.now()).await?;
        // The most powerful role first; among equals the oldest.
        memberships.sort_by_key(|access| access.role);
        let named = named_tenant(parts)?;
        let mut fitting = memberships
            .into_iter()
            .filter(|access| named.is_none_or(|tenant| access.tenant.id == tenant));
        if named.is_some() {
            let access = fitting.next();
            let access = access.ok_or(Problem::NotFound { what: "tenant" })?;
            drop(work);
            return of_tenant(parts, app, caller, access).await.map(Self);
        }
        let access = fitting.next().ok_or(Problem::Forbidden(
            "You are not a member of any account here. Ask its owner to invite you.".into(),
        ))?;
        drop(work);
        of_tenant(parts, app, caller, access).await.map(Self)
    }
}

/// The tenant that the query names as `tenant`, if it does.
fn named_tenant(parts: &Parts) -> Result<Option<TenantId>, Problem> {
    let query = parts.uri.query().unwrap_or_default();
    let named = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "tenant");
    let id = named.map(|(_, id)| id.parse());
    id.transpose()
        .map_err(|_| Problem::NotFound { what: "tenant" })
}

/// What the caller is in a thing, and what keeps running for it.
struct Held {
    role: TenantRole,
    whole: bool,
    until: Option<Timestamp>,
    state: TenantState,
    support: bool,
    let_in: Option<SupportAccess>,
}

impl Held {
    /// What support is where it was let in: an admin, for the time granted.
    fn by_support(access: SupportAccess, state: TenantState) -> Self {
        Self {
            role: TenantRole::Admin,
            whole: true,
            until: Some(access.ends_at),
            state,
            support: true,
            let_in: Some(access),
        }
    }
}

async fn of_tenant<Role: Requires>(
    parts: &Parts,
    app: &App,
    caller: Caller,
    access: TenantAccess,
) -> Result<Acting<Role, Tenant>, Problem> {
    let held = Held {
        role: access.role,
        whole: true,
        until: access.until,
        state: access.tenant.state.clone(),
        support: false,
        let_in: let_in::for_page(app, parts, access.tenant.id).await?,
    };
    check(parts, app, caller, held, access.tenant).await
}

/// Checks what was found. That the standing does not allow it is counted among
/// the refusals of the tenant or the house.
async fn check<Role: Requires, Thing: Send + Sync>(
    parts: &Parts,
    app: &App,
    caller: Caller,
    held: Held,
    thing: Thing,
) -> Result<Acting<Role, Thing>, Problem>
where
    for<'a> Of: From<&'a Thing>,
{
    let Held {
        role,
        whole,
        until,
        state,
        support,
        let_in,
    } = held;
    // Roles are ordered from most to least powerful.
    if role > Role::AT_LEAST {
        let needed = Role::AT_LEAST;
        return Err(Problem::Forbidden(
            format!("This needs the role {needed}; yours is {role}. Ask the owner.").into(),
        ));
    }
    caller.within_scope(&parts.method, Role::AT_LEAST)?;
    if let Err(problem) = standing::refuse::check(&state, &parts.method, Role::AT_LEAST) {
        let (who, asked) = (
            caller.account().id,
            format!("{} {}", parts.method, parts.uri.path()),
        );
        return Err(refusals::noted(app, Of::from(&thing), who, &asked, problem).await);
    }
    Ok(Acting {
        caller,
        role,
        whole,
        until,
        state,
        support,
        let_in,
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
