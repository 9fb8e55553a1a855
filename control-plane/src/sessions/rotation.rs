//! Another secret for the same session.

use axum::response::AppendHeaders;
use http::HeaderValue;
use http::header::{HeaderName, SET_COOKIE};
use model::Secret;

use super::service::LASTS;
use crate::app::App;
use crate::http::caller::Person;
use crate::http::problem::Problem;
use crate::store::Work;

/// Gives the caller's session another secret, because what it may do or who it
/// trusts has changed: a copy of the old cookie is worth nothing any more.
/// `None` when the caller came with a token. The caller commits, and sets the
/// cookie.
pub async fn rotate(
    app: &App,
    work: &mut Work,
    caller: &Person,
) -> Result<Option<Secret>, Problem> {
    let Some(session) = caller.session() else {
        return Ok(None);
    };
    let secret = Secret::generate(app.ambient.as_ref());
    let changed = work.sessions().set_secret(session, &secret.hash()).await?;
    Ok(changed.then_some(secret))
}

/// The header that hands a new secret over, if there is one.
pub type CookieHeader = AppendHeaders<Option<(HeaderName, HeaderValue)>>;

/// The cookie for a secret of [`rotate`].
pub fn cookie(app: &App, secret: Option<&Secret>) -> CookieHeader {
    let set = |secret: &Secret| {
        let value = app.cookie.set(secret.expose(), LASTS.as_secs());
        (SET_COOKIE, value)
    };
    AppendHeaders(secret.map(set))
}
