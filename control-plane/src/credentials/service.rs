//! Making, listing and revoking credentials.

use model::{BusRole, CredentialId, CredentialKind, DisplayName, Secret, Timestamp};

use crate::app::App;
use crate::http::acting::{Acting, Admin};
use crate::http::problem::Problem;
use crate::store::{Credential, House};

/// Most credentials of a house. Far more than packages of a stock house; each
/// one travels with every change of the house.
const MOST: u64 = 100;

/// A credential to be.
#[derive(Clone, Debug)]
pub struct NewCredential {
    /// What kind of secret.
    pub kind: CredentialKind,
    /// What it may be on the bus.
    pub role: BusRole,
    /// What its owner calls it.
    pub name: DisplayName,
    /// From when on it is refused.
    pub not_after: Option<Timestamp>,
}

/// A credential that was just made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its id.
    pub id: CredentialId,
    /// Its name.
    pub name: DisplayName,
    /// Its secret, never to be seen again.
    pub secret: Secret,
}

/// Whether people may make such a credential.
fn judge(new: &NewCredential, now: Timestamp, seen: u64) -> Result<(), Problem> {
    if new.kind != CredentialKind::Secret {
        return Err(Problem::Invalid {
            field: "kind",
            why: "must be \"secret\"; runtimes get their credentials from the service".to_owned(),
        });
    }
    if new.role != BusRole::House {
        return Err(Problem::Invalid {
            field: "role",
            why: "must be \"house\"; people connect with bus tokens, whose role is their own"
                .to_owned(),
        });
    }
    if new.not_after.is_some_and(|end| end <= now) {
        return Err(Problem::Invalid {
            field: "not_after",
            why: "must be in the future, or absent for no end".to_owned(),
        });
    }
    if seen >= MOST {
        return Err(Problem::OverQuota {
            what: "credentials per house",
            limit: "credentials_per_house",
            allowed: MOST,
            seen,
            remedy: "Revoke a credential that nothing uses any more.",
        });
    }
    Ok(())
}

/// Makes a credential and waits, for a moment, until the gateway knows it.
#[tracing::instrument(name = "credential.create", skip_all, fields(house.id = %acting.house().id))]
pub async fn create(
    app: &App,
    acting: &Acting<Admin, House>,
    new: NewCredential,
) -> Result<Made, Problem> {
    let house = acting.house().key;
    let now = app.now();
    let secret = Secret::generate(app.ambient.as_ref());
    let mut work = app.store.begin_write().await?;
    let seen = work.credentials().list(house).await?.len();
    judge(&new, now, u64::try_from(seen).unwrap_or(u64::MAX))?;
    let credential = Credential {
        id: CredentialId::generate(app.ambient.as_ref()),
        house,
        kind: new.kind,
        role: new.role,
        name: new.name,
        secret_hash: secret.hash(),
        not_after: new.not_after,
        revoked_at: None,
        created_at: now,
        last_used_at: None,
    };
    work.credentials().insert(&credential).await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    Ok(Made {
        id: credential.id,
        name: credential.name,
        secret,
    })
}

/// Those of the house that are not revoked, oldest first.
pub async fn list(app: &App, acting: &Acting<Admin, House>) -> Result<Vec<Credential>, Problem> {
    let mut work = app.store.begin_read().await?;
    Ok(work.credentials().list(acting.house().key).await?)
}

/// Revokes a credential; what is connected with it is disconnected.
#[tracing::instrument(name = "credential.revoke", skip_all, fields(house.id = %acting.house().id, credential.id = %id))]
pub async fn revoke(
    app: &App,
    acting: &Acting<Admin, House>,
    id: CredentialId,
) -> Result<(), Problem> {
    let mut work = app.store.begin_write().await?;
    let house = acting.house().key;
    if !work.credentials().revoke(house, id, app.now()).await? {
        return Err(Problem::NotFound { what: "credential" });
    }
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!("Credential {id} was revoked");
    Ok(())
}
