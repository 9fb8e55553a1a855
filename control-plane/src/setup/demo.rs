//! The people of a demonstration: one of each role, with one password that is
//! drawn and shown once.

use std::time::Duration;

use model::{AccountId, EmailAddress, Plan, Secret, TenantId, TenantRole, Timestamp};

use crate::accounts::{NewPerson, insert_account, insert_person};
use crate::app::App;
use crate::http::problem::Problem;
use crate::passwords::Password;
use crate::store::{NewMember, PasswordHash, Reach, Work};

/// How long the guest may look.
const GUEST_STAYS: Duration = Duration::from_hours(30 * 24);

/// Who there is: name, role in the tenant, what they are for.
const MEMBERS: [(&str, TenantRole, &str); 4] = [
    ("Adam", TenantRole::Admin, "manages houses and members"),
    ("Ines", TenantRole::Installer, "manages houses, not people"),
    (
        "Rosa",
        TenantRole::Resident,
        "lives there, moves the switch",
    ),
    ("Gustav", TenantRole::Guest, "looks, for thirty days"),
];

/// A demonstration that was just set up.
#[derive(Debug)]
pub struct Demo {
    /// The password of everybody in it; nobody else knows it.
    pub password: Secret,
    /// The tenant they are members of.
    pub tenant: TenantId,
    /// Address and role of each; the first owns the tenant.
    pub people: Vec<(EmailAddress, String)>,
}

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub enum NoDemo {
    /// Somebody is at home here.
    #[error("this folder holds a service that is in use; a demonstration needs one of its own")]
    InUse,
    /// The database or the hashing failed.
    #[error("set up the demonstration")]
    Failed(#[source] Problem),
}

impl<E: Into<Problem>> From<E> for NoDemo {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Makes the people and their tenant, in a service that nobody uses yet.
pub async fn demo(app: &App) -> Result<Demo, NoDemo> {
    let password = Secret::generate(app.ambient.as_ref());
    let typed = Password::choose(password.expose(), "").map_err(Problem::internal)?;
    let hash = PasswordHash::from_phc(app.passwords.hash(typed).await?);
    let mut work = app.store.begin_write().await?;
    if work.accounts().any_admin().await? {
        return Err(NoDemo::InUse);
    }
    let now = app.now();
    let new = |name: &str, plan| -> Result<NewPerson, Problem> {
        Ok(NewPerson {
            account: AccountId::generate(app.ambient.as_ref()),
            tenant: TenantId::generate(app.ambient.as_ref()),
            email: address(name)?,
            name: name.parse().map_err(Problem::internal)?,
            password: hash.clone(),
            admin: name == "Greta",
            verified_at: Some(now),
            plan,
        })
    };
    let ambient = app.ambient.as_ref();
    let owner = new("Olivia", Plan::Pro)?;
    let tenant = owner.tenant;
    insert_person(ambient, app.link.cell(), &mut work, owner).await?;
    let admin = new("Greta", Plan::Free)?;
    insert_person(ambient, app.link.cell(), &mut work, admin).await?;
    let mut people = vec![
        (address("Olivia")?, "owns the house".to_owned()),
        (address("Greta")?, "administers the service".to_owned()),
    ];
    for (name, role, what) in MEMBERS {
        let person = new(name, Plan::Free)?;
        insert_account(ambient, &mut work, &person).await?;
        join(&mut work, tenant, person.account, role, now).await?;
        people.push((person.email, format!("{role}: {what}")));
    }
    work.commit().await?;
    Ok(Demo {
        password,
        tenant,
        people,
    })
}

fn address(name: &str) -> Result<EmailAddress, Problem> {
    let address = format!("{}@demo.example", name.to_lowercase());
    address.parse().map_err(Problem::internal)
}

async fn join(
    work: &mut Work,
    tenant: TenantId,
    account: AccountId,
    role: TenantRole,
    now: Timestamp,
) -> Result<(), Problem> {
    let until = (role == TenantRole::Guest).then(|| now.after(GUEST_STAYS));
    let member = NewMember {
        account,
        reach: Reach::Tenant(role),
        since: now,
        until,
    };
    Ok(work.members().put(tenant, &member, now).await?)
}
