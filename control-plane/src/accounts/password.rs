//! Changing one's own password.

use std::net::IpAddr;

use model::{AuditAction, Secret};

use crate::app::App;
use crate::audit::Audited;
use crate::http::caller::Person;
use crate::http::problem::Problem;
use crate::passwords::Password;
use crate::store::PasswordHash;
use crate::{password_reset, sessions};

/// What somebody types to get another password.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewPassword<'a> {
    /// The one they have.
    pub current: &'a str,
    /// The one they want.
    pub new: &'a str,
    /// Whether their API tokens end as well.
    pub end_api_tokens: bool,
}

/// Puts the new password in the place of the current one. All other log-ins of
/// the person end; a program that changes the password logs in anew. Returns
/// the session's next secret, see [`sessions::rotate`].
///
/// API tokens end when the person says so: whoever changes the password once a
/// year wants their programs to run on, whoever fears a thief does not.
#[tracing::instrument(name = "account.change_password", skip_all)]
pub async fn change_password(
    app: &App,
    from: IpAddr,
    caller: &Person,
    typed: NewPassword<'_>,
) -> Result<Option<Secret>, Problem> {
    let account = caller.account();
    let chosen =
        Password::choose(typed.new, account.email.as_str()).map_err(|weak| Problem::Invalid {
            field: "new",
            why: weak.to_string(),
        })?;
    sessions::confirm_password(app, from, account, "current", typed.current).await?;
    let hash = PasswordHash::from_phc(app.passwords.hash(chosen).await?);
    let mut work = app.store.begin_write().await?;
    work.accounts().set_password(account.id, &hash).await?;
    caller
        .did(AuditAction::PasswordChanged, account.id)
        .write(app, &mut work)
        .await?;
    sessions::end_all(&mut work, account.id, caller.session(), app.now()).await?;
    if typed.end_api_tokens {
        work.leaving().end_api_tokens(account.id).await?;
    }
    let secret = sessions::rotate(app, &mut work, caller).await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!(account.id = %account.id, "Account {} changed its password", account.id);
    app.send_mail(password_reset::changed(app, account)?);
    Ok(secret)
}
