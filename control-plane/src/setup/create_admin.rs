//! An admin from the command line.

use std::sync::Arc;

use model::name::BadName;
use model::{AccountId, Ambient, CellId, DisplayName, EmailAddress, Plan, Secret, TenantId};

use crate::accounts::{NewPerson, insert_person};
use crate::http::problem::Problem;
use crate::passwords::{Password, Passwords, WeakPassword};
use crate::store::{PasswordHash, Store};

/// What the command line says.
#[derive(Clone, Debug)]
pub struct NewAdmin<'a> {
    /// The e-mail address.
    pub email: &'a str,
    /// The password; `None` to have one drawn.
    pub password: Option<&'a str>,
}

/// An admin that was just made.
#[derive(Debug)]
pub struct AdminMade {
    /// The account.
    pub account: AccountId,
    /// The password that was drawn, to be shown once; `None` when one was given.
    pub drawn: Option<Secret>,
}

/// Why there is no new admin. Written for whoever typed the command.
#[derive(Debug, thiserror::Error)]
pub enum CreateAdminError {
    /// The address is none.
    #[error("the e-mail address {0}")]
    Email(BadName),
    /// The password is not accepted.
    #[error("the password {0}")]
    Password(WeakPassword),
    /// The address has an account.
    #[error("this e-mail address has an account already; use another one for the admin")]
    Known,
    /// The database or the hashing failed.
    #[error("make the account")]
    Failed(#[source] Problem),
}

/// Makes an admin with a tenant of their own in `cell`. The address counts as
/// proven: whoever can run the command, runs the service.
pub async fn create_admin(
    store: &Store,
    cell: CellId,
    ambient: Arc<dyn Ambient>,
    new: NewAdmin<'_>,
) -> Result<AdminMade, CreateAdminError> {
    let email: EmailAddress = new.email.parse().map_err(CreateAdminError::Email)?;
    let drawn = match new.password {
        Some(_) => None,
        None => Some(Secret::generate(ambient.as_ref())),
    };
    let typed = new.password.or(drawn.as_ref().map(Secret::expose));
    let password = Password::choose(typed.unwrap_or_default(), email.as_str())
        .map_err(CreateAdminError::Password)?;
    let made = insert(store, cell, ambient, email, password)
        .await
        .map_err(CreateAdminError::Failed)?;
    let account = made.ok_or(CreateAdminError::Known)?;
    Ok(AdminMade { account, drawn })
}

async fn insert(
    store: &Store,
    cell: CellId,
    ambient: Arc<dyn Ambient>,
    email: EmailAddress,
    password: Password,
) -> Result<Option<AccountId>, Problem> {
    let hash = Passwords::new(Arc::clone(&ambient)).hash(password).await?;
    let name = email.as_str().split('@').next().unwrap_or("Admin");
    let name: DisplayName = name.parse().map_err(Problem::internal)?;
    let person = NewPerson {
        account: AccountId::generate(ambient.as_ref()),
        tenant: TenantId::generate(ambient.as_ref()),
        email,
        name,
        password: PasswordHash::from_phc(hash),
        admin: true,
        verified_at: Some(ambient.now()),
        plan: Plan::Pro,
    };
    let mut work = store.begin_write().await?;
    let made = insert_person(ambient.as_ref(), cell, &mut work, person).await?;
    work.commit().await?;
    Ok(made.map(|account| account.id))
}
