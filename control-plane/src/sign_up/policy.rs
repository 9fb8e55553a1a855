//! The policy: reading it, choosing it, and what follows from it.

use model::AuditAction;
use platform::settings::SignUpPolicy;

use crate::app::App;
use crate::audit::Audited;
use crate::http::caller::ServiceAdmin;
use crate::http::problem::Problem;
use crate::store::{SettingKey, Work};

/// The policy in force.
pub async fn current(app: &App, work: &mut Work) -> Result<SignUpPolicy, Problem> {
    if let Some(policy) = app.sign_up_policy {
        return Ok(policy);
    }
    let stored = work.settings().get(SettingKey::SignUpPolicy).await?;
    // A word of a later version lets nobody in rather than everybody.
    Ok(stored.and_then(|word| parse(&word)).unwrap_or_default())
}

/// Whether somebody may sign up without an invitation under `policy`; where an
/// admin has to approve, the account waits after that.
pub const fn allowed(policy: SignUpPolicy) -> Result<(), Problem> {
    match policy {
        SignUpPolicy::Open | SignUpPolicy::Approve => Ok(()),
        SignUpPolicy::Invite => Err(Problem::SignUp(
            "New accounts are by invitation only. Ask somebody who has one, or whoever runs this service.",
        )),
        SignUpPolicy::Closed => Err(Problem::SignUp(
            "This service takes no new accounts at the moment. Ask whoever runs it.",
        )),
    }
}

/// An admin chooses the policy.
pub async fn choose(app: &App, admin: &ServiceAdmin, policy: SignUpPolicy) -> Result<(), Problem> {
    if app.sign_up_policy.is_some_and(|fixed| fixed != policy) {
        return Err(Problem::Conflict(
            "The configuration sets who may sign up (sign_up.policy). Change it there.",
        ));
    }
    let mut work = app.store.begin_write().await?;
    store(app, &mut work, policy).await?;
    admin
        .did(AuditAction::SettingChanged, "sign-up")
        .with("policy", word(policy))
        .write(app, &mut work)
        .await?;
    work.commit().await?;
    tracing::info!(policy = word(policy), "Sign-up is now {}", word(policy));
    Ok(())
}

/// Writes the policy down.
pub async fn store(app: &App, work: &mut Work, policy: SignUpPolicy) -> Result<(), Problem> {
    let settings = work.settings();
    settings
        .set(SettingKey::SignUpPolicy, word(policy), app.now())
        .await?;
    Ok(())
}

/// The word of a policy in the database, the API and forms.
pub const fn word(policy: SignUpPolicy) -> &'static str {
    match policy {
        SignUpPolicy::Open => "open",
        SignUpPolicy::Invite => "invite",
        SignUpPolicy::Approve => "approve",
        SignUpPolicy::Closed => "closed",
    }
}

fn parse(text: &str) -> Option<SignUpPolicy> {
    [
        SignUpPolicy::Open,
        SignUpPolicy::Invite,
        SignUpPolicy::Approve,
        SignUpPolicy::Closed,
    ]
    .into_iter()
    .find(|policy| word(*policy) == text)
}

/// The policy of a word that an admin chose.
pub fn parse_chosen(text: &str) -> Result<SignUpPolicy, Problem> {
    parse(text).ok_or(Problem::Invalid {
        field: "policy",
        why: "must be \"open\", \"approve\", \"invite\" or \"closed\"".to_owned(),
    })
}
