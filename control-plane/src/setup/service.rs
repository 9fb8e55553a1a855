//! The one-time link and what it makes.

use std::net::IpAddr;
use std::time::Duration;

use model::{AccountId, Plan, Secret, SecretHash, TenantId};
use platform::settings::SignUpPolicy;

use crate::accounts::{NewAccount, NewPerson, insert_person};
use crate::app::App;
use crate::http::problem::Problem;
use crate::sign_up;
use crate::store::{Account, LinkKind, OneTimeLink, PasswordHash};

/// How long a link works. Each start makes a new one.
const LINK_LASTS: Duration = Duration::from_hours(24);

const DEAD: Problem = Problem::DeadLink {
    remedy: "Restart the service: it prints a new one as long as there is no admin.",
};

/// The link that makes the first admin; `None` when there is one already.
/// Links of earlier starts stop working.
pub async fn one_time_link(app: &App) -> Result<Option<String>, Problem> {
    let mut work = app.store.begin_write().await?;
    work.links().remove_all(LinkKind::AdminSetUp, None).await?;
    let link = if work.accounts().any_admin().await? {
        None
    } else {
        let token = Secret::generate(app.ambient.as_ref());
        let now = app.now();
        let row = OneTimeLink {
            hash: token.hash(),
            kind: LinkKind::AdminSetUp,
            account: None,
            email: None,
            created_at: now,
            expires_at: now.after(LINK_LASTS),
        };
        work.links().insert(&row).await?;
        Some(app.portal.link(&format!("/setup?token={}", token.expose())))
    };
    work.commit().await?;
    Ok(link)
}

/// Whether `token` is that of a link that still works; leaves it working.
pub async fn check_link(app: &App, from: IpAddr, token: &str) -> Result<(), Problem> {
    app.limits.address(from)?;
    let hash = SecretHash::of(token.as_bytes());
    let mut work = app.store.begin_read().await?;
    let link = work
        .links()
        .find(LinkKind::AdminSetUp, &hash, app.now())
        .await?;
    link.map(|_| ()).ok_or(DEAD)
}

/// Uses the link up and makes the first admin, with a tenant on the largest
/// plan, and the sign-up policy they chose. The address needs no proof: who
/// sees what the service prints, runs it.
#[tracing::instrument(name = "setup.first_admin", skip_all)]
pub async fn first_admin(
    app: &App,
    from: IpAddr,
    token: &str,
    new: NewAccount,
    policy: SignUpPolicy,
) -> Result<Account, Problem> {
    check_link(app, from, token).await?;
    let password = PasswordHash::from_phc(app.passwords.hash(new.password).await?);
    let ambient = app.ambient.as_ref();
    let now = app.now();
    let hash = SecretHash::of(token.as_bytes());
    let mut work = app.store.begin_write().await?;
    let link = work.links().take(LinkKind::AdminSetUp, &hash, now).await?;
    if link.is_none() || work.accounts().any_admin().await? {
        return Err(DEAD);
    }
    let person = NewPerson {
        account: AccountId::generate(ambient),
        tenant: TenantId::generate(ambient),
        email: new.email,
        name: new.name,
        password,
        admin: true,
        verified_at: Some(now),
        plan: Plan::Pro,
    };
    let made = insert_person(ambient, app.link.cell(), &mut work, person).await?;
    let account = made.ok_or(Problem::Conflict(
        "This e-mail address has an account already. Use another one for the admin.",
    ))?;
    sign_up::store(app, &mut work, policy).await?;
    work.commit().await?;
    tracing::info!(account.id = %account.id, "The first admin was made");
    Ok(account)
}
