//! A person comes with a tenant of their own.

use data_encoding::BASE32_NOPAD;
use model::name::SLUG_MAX;
use model::{
    AccountId, Ambient, AuditAction, CellId, DisplayName, EmailAddress, Plan, Slug, TenantId,
    Timestamp,
};

use crate::audit::Note;
use crate::http::language;
use crate::http::problem::Problem;
use crate::store::{Account, PasswordHash, StoreError, Tenant, TenantState, Work};

/// How often another slug is drawn before giving up: with 20 random bits each,
/// eight failures in a row do not happen by chance.
const DRAWS: usize = 8;

/// Random characters behind a slug that is taken.
const SUFFIX: usize = 4;

/// A person to be.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The id of the account.
    pub account: AccountId,
    /// The id of the tenant.
    pub tenant: TenantId,
    /// The address.
    pub email: EmailAddress,
    /// The name of the person, and of the tenant.
    pub name: DisplayName,
    /// The password's hash.
    pub password: PasswordHash,
    /// Whether they administer the service.
    pub admin: bool,
    /// When the address was proven.
    pub verified_at: Option<Timestamp>,
    /// The tenant's plan.
    pub plan: Plan,
}

/// Adds an account without a tenant of its own: for somebody who comes into
/// another's. `None` when the address has an account already.
pub async fn insert_account(
    ambient: &dyn Ambient,
    work: &mut Work,
    person: &NewPerson,
) -> Result<Option<Account>, Problem> {
    let account = Account {
        id: person.account,
        email: person.email.clone(),
        name: person.name.clone(),
        password: person.password.clone(),
        admin: person.admin,
        verified_at: person.verified_at,
        created_at: ambient.now(),
        erase_after: None,
        language: language::asked(),
    };
    match work.accounts().insert(&account).await {
        Ok(()) => {
            Note::by_account(account.id, AuditAction::AccountCreated)
                .with("admin", account.admin)
                .write_at(account.created_at, work)
                .await?;
            Ok(Some(account))
        }
        Err(StoreError::Conflict) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Adds an account and its tenant, placed in `cell`. `None` when the address has an account already.
pub async fn insert_person(
    ambient: &dyn Ambient,
    cell: CellId,
    work: &mut Work,
    person: NewPerson,
) -> Result<Option<Account>, Problem> {
    let now = ambient.now();
    let Some(account) = insert_account(ambient, work, &person).await? else {
        return Ok(None);
    };
    let mut tenant = Tenant {
        id: person.tenant,
        slug: slug(&person.name, None)?,
        name: person.name,
        plan: person.plan.into(),
        state: TenantState::active(),
        owner: account.id,
        cell,
        created_at: now,
    };
    for _ in 0..DRAWS {
        match work.tenants().insert(&tenant).await {
            Ok(()) => {
                Note::by_account(account.id, AuditAction::TenantCreated)
                    .of_tenant(tenant.id)
                    .write_at(now, work)
                    .await?;
                return Ok(Some(account));
            }
            Err(StoreError::Conflict) => {
                tenant.slug = slug(&tenant.name, Some(ambient))?;
            }
            Err(other) => return Err(other.into()),
        }
    }
    Err(Problem::internal("no free slug for a tenant was found"))
}

/// The slug of a tenant: its name, with four random characters when `chance`
/// is given.
fn slug(name: &DisplayName, chance: Option<&dyn Ambient>) -> Result<Slug, Problem> {
    // For names without a letter that a slug can hold.
    let fallback: Slug = "home".parse().map_err(Problem::internal)?;
    let plain = Slug::from_display(name.as_str(), &fallback);
    let Some(chance) = chance else {
        return Ok(plain);
    };
    let mut random = [0; 3];
    chance.fill_random(&mut random);
    let mut suffix = BASE32_NOPAD.encode(&random);
    suffix.truncate(SUFFIX);
    let room = SLUG_MAX - SUFFIX - 1;
    let start: String = plain.as_str().chars().take(room).collect();
    Ok(Slug::from_display(&format!("{start}-{suffix}"), &plain))
}
