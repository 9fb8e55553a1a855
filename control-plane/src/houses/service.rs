//! Making, changing and removing houses.

use model::{
    AuditAction, Binding, BusRole, CredentialId, CredentialKind, DisplayName, Hosting, HouseId,
    HouseKey, Secret, Slug, TimeZoneName,
};
use serde::Deserialize;

use crate::app::App;
use crate::audit::Audited;
use crate::http::acting::{Acting, Admin, Installer};
use crate::http::language;
use crate::http::problem::Problem;
use crate::store::{Credential, House, StoreError, Tenant, Work};
use crate::{plans, refusals};

/// How often another house id is drawn: 30 random bits each.
const DRAWS: usize = 8;

/// What a house begins with.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHouse {
    /// What people call it.
    pub name: DisplayName,
    /// Its time zone.
    pub timezone: TimeZoneName,
    /// Where its controller modules run.
    pub hosting: Hosting,
}

/// What can be changed about a house. Absent parts stay.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Changes {
    /// What people call it.
    pub name: Option<DisplayName>,
    /// Its time zone.
    pub timezone: Option<TimeZoneName>,
}

/// A house that was just made.
#[derive(Clone, Debug)]
pub struct Made {
    /// The house.
    pub house: House,
    /// The name of its first credential.
    pub credential: DisplayName,
    /// The secret of that credential, never to be seen again.
    pub passcode: Secret,
}

/// Whether a tenant that is allowed `allowed` houses and has `seen` may add
/// one more.
pub const fn room(allowed: u64, seen: u64) -> Result<(), Problem> {
    if seen < allowed {
        return Ok(());
    }
    Err(Problem::OverQuota {
        what: if allowed == 1 { "house" } else { "houses" },
        limit: "houses",
        allowed,
        seen,
        remedy: "Choose a larger plan, or delete a house you no longer need.",
    })
}

/// Makes a house with its first credential and waits, for a moment, until the
/// gateway knows it. One house too many is counted among the refusals.
pub async fn create(
    app: &App,
    acting: &Acting<Installer, Tenant>,
    new: NewHouse,
) -> Result<Made, Problem> {
    let name = new.name.to_string();
    match make(app, acting, new).await {
        Ok(made) => Ok(made),
        Err(problem) => {
            let who = acting.account().id;
            Err(refusals::noted(app, acting.tenant(), who, &name, problem).await)
        }
    }
}

/// Counting and adding happen in one write transaction, so no race gets past
/// the quota.
#[tracing::instrument(name = "house.create", skip_all, fields(tenant.id = %acting.tenant().id))]
async fn make(
    app: &App,
    acting: &Acting<Installer, Tenant>,
    new: NewHouse,
) -> Result<Made, Problem> {
    let tenant = acting.tenant();
    let passcode = Secret::generate(app.ambient.as_ref());
    let credential: DisplayName = web::Text::new("credentials-first")
        .told_in(language::current())
        .parse()
        .map_err(Problem::internal)?;
    let mut work = app.store.begin_write().await?;
    let seen = work.houses().count(tenant.id).await?;
    let quotas = plans::quotas(&mut work, tenant.id, app.now()).await?;
    room(quotas.houses, seen)?;
    let house = insert(app, &mut work, tenant, new).await?;
    let first = Credential {
        id: CredentialId::generate(app.ambient.as_ref()),
        house: house.key,
        kind: CredentialKind::Secret,
        role: BusRole::House,
        binding: Binding::House,
        line: None,
        successor: None,
        name: credential.clone(),
        secret_hash: passcode.hash(),
        not_after: None,
        revoked_at: None,
        created_at: house.created_at,
        created_by: Some(acting.account().id),
        last_used_at: None,
        last_used_from: None,
    };
    work.credentials().insert(&first).await?;
    acting
        .did(AuditAction::HouseCreated, &house.id)
        .with("name", house.name.as_str())
        .write(app, &mut work)
        .await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!(house.id = %house.id, "House {} was made", house.id);
    Ok(Made {
        house,
        credential,
        passcode,
    })
}

async fn insert(
    app: &App,
    work: &mut Work,
    tenant: &Tenant,
    new: NewHouse,
) -> Result<House, Problem> {
    let ambient = app.ambient.as_ref();
    let slug = Slug::from_display(new.name.as_str(), &tenant.slug);
    let mut house = House {
        key: HouseKey::generate(ambient),
        id: HouseId::generate(&slug, ambient),
        tenant: tenant.id,
        name: new.name,
        hosting: new.hosting,
        timezone: new.timezone,
        created_at: app.now(),
    };
    for _ in 0..DRAWS {
        match work.houses().insert(&house).await {
            Ok(()) => return Ok(house),
            Err(StoreError::Conflict) => house.id = HouseId::generate(&slug, ambient),
            Err(other) => return Err(other.into()),
        }
    }
    Err(Problem::internal("no free house id was found"))
}

/// Changes name and time zone; returns the house as it is then.
#[tracing::instrument(name = "house.change", skip_all, fields(house.id = %acting.house().id))]
pub async fn change(
    app: &App,
    acting: &Acting<Installer, House>,
    changes: Changes,
) -> Result<House, Problem> {
    let mut house = acting.house().clone();
    house.name = changes.name.unwrap_or(house.name);
    house.timezone = changes.timezone.unwrap_or(house.timezone);
    let mut work = app.store.begin_write().await?;
    let changed = work
        .houses()
        .describe(house.tenant, house.key, &house.name, &house.timezone)
        .await?;
    if !changed {
        return Err(Problem::NotFound { what: "house" });
    }
    acting
        .did(AuditAction::HouseChanged, &house.id)
        .with("name", house.name.as_str())
        .with("timezone", house.timezone.as_str())
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    Ok(house)
}

/// Deletes a house: its credentials stop working within a second, its id is
/// never used again.
#[tracing::instrument(name = "house.delete", skip_all, fields(house.id = %acting.house().id))]
pub async fn delete(app: &App, acting: &Acting<Admin, House>) -> Result<(), Problem> {
    let house = acting.house();
    let mut work = app.store.begin_write().await?;
    let now = app.now();
    if !work.houses().delete(house.tenant, house.key, now).await? {
        return Err(Problem::NotFound { what: "house" });
    }
    acting
        .did(AuditAction::HouseDeleted, &house.id)
        .write(app, &mut work)
        .await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!(house.id = %house.id, "House {} was deleted", house.id);
    Ok(())
}
