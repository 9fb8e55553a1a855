//! Proving once more who one is, before something that cannot be undone.

use std::net::IpAddr;

use super::log_in::confirm_password;
use crate::app::App;
use crate::http::problem::Problem;
use crate::passkeys;
use crate::store::Account;

/// The proof: the password, or one of one's passkeys.
#[derive(Clone, Copy, Debug, Default)]
pub struct Confirmation<'a> {
    /// The password as typed; not looked at when there is a passkey's answer.
    pub password: &'a str,
    /// What the passkey answered; empty for none.
    pub passkey: &'a str,
    /// What the browser brought back with it.
    pub ceremony: Option<&'a str>,
}

/// Whether whoever is logged in as `account` is its owner. Limited like a
/// log-in.
pub async fn confirm(
    app: &App,
    from: IpAddr,
    account: &Account,
    proof: Confirmation<'_>,
) -> Result<(), Problem> {
    if proof.passkey.is_empty() {
        confirm_password(app, from, account, "password", proof.password).await
    } else {
        passkeys::confirm(app, from, account, proof.ceremony, proof.passkey).await
    }
}
