//! Ending log-ins: of one person, everywhere.

use model::{AccountId, SessionId, Timestamp};

use crate::bus_tokens;
use crate::http::problem::Problem;
use crate::store::{LinkKind, Work};

/// Ends every log-in of the account, in browsers and programs, but the session
/// `keep`; and with them what hangs on them: bus tokens, and the links that
/// would open the account. API tokens stay: they have names, and a page of
/// their own to revoke them.
pub(crate) async fn end_all(
    work: &mut Work,
    account: AccountId,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<(), Problem> {
    match keep {
        Some(keep) => work.sessions().delete_others(account, keep).await?,
        None => work.sessions().delete_all(account).await?,
    };
    work.tokens().revoke_all(account, now).await?;
    for kind in [
        LinkKind::ResetPassword,
        LinkKind::ChangeEmail,
        LinkKind::LogInCode,
    ] {
        work.links().remove_all(kind, Some(account)).await?;
    }
    let until = now.after(bus_tokens::LASTS);
    let subject = account.to_string();
    work.houses()
        .revoke_bus_tokens_of(account, &subject, until)
        .await?;
    Ok(())
}
