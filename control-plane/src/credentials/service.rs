//! Making, listing, exchanging and revoking credentials.

use std::collections::{BTreeMap, BTreeSet};

use model::{AccountId, AuditAction, BusRole, CredentialId, CredentialKind, DisplayName, Secret};

use super::wish::{NewCredential, Rotation, successor_end};
use crate::app::App;
use crate::audit::Audited;
use crate::http::acting::{Acting, Installer, Requires};
use crate::http::problem::Problem;
use crate::refusals;
use crate::store::{Credential, House, Work};

/// Most credentials of a house, ended ones counted until they are tidied away.
/// Far more than packages of a stock house; each one travels with every change
/// of the house.
pub const MOST: u64 = 100;

/// The roles a person may choose for a credential, from most to least
/// powerful.
pub const ROLES: [BusRole; 5] = [
    BusRole::House,
    BusRole::Package,
    BusRole::Admin,
    BusRole::Resident,
    BusRole::Viewer,
];

/// A credential that was just made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its id.
    pub id: CredentialId,
    /// Its name.
    pub name: DisplayName,
    /// Its secret, never to be seen again.
    pub secret: Secret,
    /// The credential as it is kept.
    pub kept: Credential,
}

/// A credential with what is told of it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The credential.
    pub credential: Credential,
    /// What whoever made it is called; `None` when the service made it, or
    /// when the person is gone.
    pub created_by: Option<DisplayName>,
}

async fn check_room(work: &mut Work, house: &House) -> Result<(), Problem> {
    let seen = work.credentials().list(house.key).await?.len();
    let seen = u64::try_from(seen).unwrap_or(u64::MAX);
    if seen >= MOST {
        return Err(Problem::OverQuota {
            what: "credentials per house",
            limit: "credentials_per_house",
            allowed: MOST,
            seen,
            remedy: "Revoke a credential that nothing uses any more, or that has ended.",
        });
    }
    Ok(())
}

/// Makes a credential and waits, for a moment, until the gateway knows it.
#[tracing::instrument(name = "credential.create", skip_all, fields(house.id = %acting.house().id))]
pub async fn create(
    app: &App,
    acting: &Acting<Installer, House>,
    new: NewCredential,
) -> Result<Made, Problem> {
    let house = acting.house();
    let now = app.now();
    let binding = new.judge(house.hosting, now)?;
    let secret = Secret::generate(app.ambient.as_ref());
    let credential = Credential {
        id: CredentialId::generate(app.ambient.as_ref()),
        house: house.key,
        kind: new.kind,
        role: new.role,
        binding,
        line: None,
        successor: None,
        name: new.name,
        secret_hash: secret.hash(),
        not_after: new.not_after,
        revoked_at: None,
        created_at: now,
        created_by: Some(acting.account().id),
        last_used_at: None,
        last_used_from: None,
    };
    let mut work = app.store.begin_write().await?;
    if let Err(problem) = check_room(&mut work, house).await {
        drop(work);
        let (who, name) = (acting.account().id, credential.name.as_str());
        return Err(refusals::noted(app, house, who, name, problem).await);
    }
    work.credentials().insert(&credential).await?;
    acting
        .did(AuditAction::CredentialMade, credential.id)
        .with("house", house.id.as_str())
        .with("name", credential.name.as_str())
        .with("role", credential.role.as_str())
        .write(app, &mut work)
        .await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    Ok(Made::of(credential, secret))
}

impl Made {
    fn of(kept: Credential, secret: Secret) -> Self {
        Self {
            id: kept.id,
            name: kept.name.clone(),
            secret,
            kept,
        }
    }
}

/// Those of the house that are not revoked, oldest first.
pub async fn list(app: &App, acting: &Acting<Installer, House>) -> Result<Vec<Listed>, Problem> {
    listed(app, acting.house()).await
}

/// The same for whoever looks at the house; `None` if they may not manage its
/// credentials.
pub async fn list_if_allowed<Role: Requires>(
    app: &App,
    acting: &Acting<Role, House>,
) -> Result<Option<Vec<Listed>>, Problem> {
    // Roles are ordered from most to least powerful.
    if acting.role() > Installer::AT_LEAST {
        return Ok(None);
    }
    listed(app, acting.house()).await.map(Some)
}

async fn listed(app: &App, house: &House) -> Result<Vec<Listed>, Problem> {
    let mut work = app.store.begin_read().await?;
    let found = work.credentials().list(house.key).await?;
    let makers: BTreeSet<AccountId> = found.iter().filter_map(|one| one.created_by).collect();
    let mut names = BTreeMap::new();
    for maker in makers {
        if let Some(account) = work.accounts().find(maker).await? {
            names.insert(maker, account.name);
        }
    }
    let with_name = |credential: Credential| Listed {
        created_by: credential.created_by.and_then(|by| names.get(&by).cloned()),
        credential,
    };
    Ok(found.into_iter().map(with_name).collect())
}

/// Exchanges a secret: a credential like the old one takes its place, and the
/// old one works for a while yet, so that nothing at home stops meanwhile.
#[tracing::instrument(name = "credential.rotate", skip_all, fields(house.id = %acting.house().id, credential.id = %id))]
pub async fn rotate(
    app: &App,
    acting: &Acting<Installer, House>,
    id: CredentialId,
    rotation: Rotation,
) -> Result<Made, Problem> {
    let house = acting.house();
    let now = app.now();
    let secret = Secret::generate(app.ambient.as_ref());
    let mut work = app.store.begin_write().await?;
    let found = work.credentials().find(house.key, id).await?;
    let old = found
        .filter(|one| one.revoked_at.is_none() && one.kind == CredentialKind::Secret)
        .ok_or(Problem::NotFound { what: "credential" })?;
    if old.successor.is_some() {
        return Err(Problem::Conflict(
            "This credential was exchanged already. Exchange the one that took its place.",
        ));
    }
    if old.not_after.is_some_and(|end| end <= now) {
        return Err(Problem::Conflict(
            "This credential has ended. Make a new one instead.",
        ));
    }
    check_room(&mut work, house).await?;
    let credential = Credential {
        id: CredentialId::generate(app.ambient.as_ref()),
        line: Some(old.line.unwrap_or(old.id)),
        secret_hash: secret.hash(),
        not_after: successor_end(old.created_at, old.not_after, now),
        created_at: now,
        created_by: Some(acting.account().id),
        last_used_at: None,
        last_used_from: None,
        ..old
    };
    work.credentials().insert(&credential).await?;
    let end = now.after(rotation.overlap);
    work.credentials()
        .exchange(house.key, id, credential.id, end)
        .await?;
    acting
        .did(AuditAction::CredentialRotated, id)
        .with("house", house.id.as_str())
        .with("successor", credential.id.to_string())
        .write(app, &mut work)
        .await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!(successor.id = %credential.id, "Credential {id} was exchanged");
    Ok(Made::of(credential, secret))
}

/// Revokes a credential; what is connected with it is disconnected.
#[tracing::instrument(name = "credential.revoke", skip_all, fields(house.id = %acting.house().id, credential.id = %id))]
pub async fn revoke(
    app: &App,
    acting: &Acting<Installer, House>,
    id: CredentialId,
) -> Result<(), Problem> {
    let mut work = app.store.begin_write().await?;
    let house = acting.house();
    if !work.credentials().revoke(house.key, id, app.now()).await? {
        return Err(Problem::NotFound { what: "credential" });
    }
    acting
        .did(AuditAction::CredentialRevoked, id)
        .with("house", house.id.as_str())
        .write(app, &mut work)
        .await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!("Credential {id} was revoked");
    Ok(())
}
