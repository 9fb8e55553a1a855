//! Changing one's own password.

use std::net::IpAddr;

use crate::app::App;
use crate::http::caller::Person;
use crate::http::problem::Problem;
use crate::passwords::Password;
use crate::store::PasswordHash;
use crate::{password_reset, sessions};

/// Puts `new` in the place of `current`. All other log-ins of the person end;
/// a program that changes the password logs in anew.
#[tracing::instrument(name = "account.change_password", skip_all)]
pub async fn change_password(
    app: &App,
    from: IpAddr,
    caller: &Person,
    current: &str,
    new: &str,
) -> Result<(), Problem> {
    let account = caller.account();
    let chosen =
        Password::choose(new, account.email.as_str()).map_err(|weak| Problem::Invalid {
            field: "new",
            why: weak.to_string(),
        })?;
    sessions::confirm_password(app, from, account, "current", current).await?;
    let hash = PasswordHash::from_phc(app.passwords.hash(chosen).await?);
    let mut work = app.store.begin_write().await?;
    work.accounts().set_password(account.id, &hash).await?;
    sessions::end_all(&mut work, account.id, caller.session(), app.now()).await?;
    let committed = work.commit().await?;
    app.until_the_gateway_knows(&committed).await;
    tracing::info!(account.id = %account.id, "Account {} changed its password", account.id);
    app.send_mail(password_reset::changed(app, account)?);
    Ok(())
}
