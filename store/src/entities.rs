//! What the store keeps, in our own words. Plain values: no SQL, no HTTP.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use cell::Revision;
use model::{
    AccountId, Binding, BusRole, CellId, CredentialId, CredentialKind, DisplayName, EmailAddress,
    Hosting, HouseId, HouseKey, Language, PlanName, SecretHash, SessionId, Slug, TenantId,
    TenantRole, TimeZoneName, Timestamp, TokenId,
};

use super::tenant_state::TenantState;

/// A person who can log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The address as written; unique in its canonical form.
    pub email: EmailAddress,
    /// What the person is called.
    pub name: DisplayName,
    /// The hash of the password.
    pub password: PasswordHash,
    /// Whether the person administers the whole service.
    pub admin: bool,
    /// When the address was proven; `None` before that.
    pub verified_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is erased, if it was deleted; until then it can come back, and
    /// nobody is logged in as it.
    pub erase_after: Option<Timestamp>,
    /// In which language the person is spoken to; `None` for what the browser
    /// asks for, and English in mails.
    pub language: Option<Language>,
}

impl Account {
    /// In which language mails to the person are written.
    #[must_use]
    pub fn mail_language(&self) -> Language {
        self.language.unwrap_or_default()
    }
}

/// A password's hash as a PHC string (`$argon2id$…`). `Debug` never shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a PHC string; what it says is the business of whoever verifies.
    #[must_use]
    pub fn from_phc(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string.
    #[must_use]
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// What a mailed or printed link does. A link of one kind is useless as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// Proves an address.
    VerifyEmail,
    /// Makes the first admin.
    AdminSetUp,
    /// Chooses another password.
    ResetPassword,
    /// Proves the address that is to take the place of the account's own.
    ChangeEmail,
    /// Stands between the password and the second factor of a log-in.
    LogInCode,
    /// Takes back the deletion of an account, for whoever has just proven that
    /// it is theirs.
    KeepAccount,
}

impl LinkKind {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify-email",
            Self::AdminSetUp => "admin-set-up",
            Self::ResetPassword => "reset-password",
            Self::ChangeEmail => "change-email",
            Self::LogInCode => "log-in-code",
            Self::KeepAccount => "keep-account",
        }
    }
}

impl FromStr for LinkKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [
            Self::VerifyEmail,
            Self::AdminSetUp,
            Self::ResetPassword,
            Self::ChangeEmail,
            Self::LogInCode,
            Self::KeepAccount,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
        .ok_or(())
    }
}

/// A link that works once; the store knows only the hash of its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTimeLink {
    /// The hash of the token.
    pub hash: SecretHash,
    /// What it does.
    pub kind: LinkKind,
    /// For whom; `None` when no account is needed.
    pub account: Option<AccountId>,
    /// The address it proves, where that is not the account's own.
    pub email: Option<EmailAddress>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it does nothing.
    pub expires_at: Timestamp,
}

/// One log-in in a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, safe to show.
    pub id: SessionId,
    /// The hash of the cookie's value.
    pub hash: SecretHash,
    /// Who.
    pub account: AccountId,
    /// The browser and its system in words; may be empty.
    pub device: String,
    /// From where it was started, shortened; may be empty.
    pub address: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used, as precise as the caller touches it.
    pub last_seen_at: Timestamp,
    /// From when on it is none.
    pub expires_at: Timestamp,
}

/// An access token with the refresh token that renews it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPair {
    /// Its id.
    pub id: TokenId,
    /// The log-in it descends from: the id of the first pair.
    pub family: TokenId,
    /// Whose.
    pub account: AccountId,
    /// The hash of the access token.
    pub access_hash: SecretHash,
    /// From when on the access token is refused.
    pub access_expires_at: Timestamp,
    /// The hash of the refresh token.
    pub refresh_hash: SecretHash,
    /// From when on the refresh token is refused.
    pub refresh_expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What takes the place of a token pair when it is refreshed; family and
/// account are those of the pair it follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    /// Its id.
    pub id: TokenId,
    /// The hash of the new access token.
    pub access_hash: SecretHash,
    /// From when on the new access token is refused.
    pub access_expires_at: Timestamp,
    /// The hash of the new refresh token.
    pub refresh_hash: SecretHash,
    /// From when on the new refresh token is refused.
    pub refresh_expires_at: Timestamp,
}

/// What became of a refresh token that was presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// The successor was stored.
    Rotated(TokenPair),
    /// It had been used before, so somebody has a copy: the whole family is
    /// revoked. The caller must still commit, or the revocation is undone.
    Reused {
        /// Whose.
        account: AccountId,
        /// The family that was revoked.
        family: TokenId,
    },
    /// Unknown, expired or revoked.
    Refused,
}

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its short name, never reused.
    pub slug: Slug,
    /// What it is called.
    pub name: DisplayName,
    /// The name of its plan.
    pub plan: PlanName,
    /// What keeps running for it, and why.
    pub state: TenantState,
    /// The person who answers for it; a member with [`TenantRole::Owner`].
    pub owner: AccountId,
    /// The cell it is placed in.
    pub cell: CellId,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A tenant as somebody sees it who has a role in it as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantAccess {
    /// The tenant.
    pub tenant: Tenant,
    /// What the member may do.
    pub role: TenantRole,
    /// From when on no more; `None`: it does not end.
    pub until: Option<Timestamp>,
}

/// A home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    /// Its key here.
    pub key: HouseKey,
    /// Its name everywhere else, never reused.
    pub id: HouseId,
    /// Whose.
    pub tenant: TenantId,
    /// What people call it.
    pub name: DisplayName,
    /// Where its controller modules run.
    pub hosting: Hosting,
    /// Its time zone.
    pub timezone: TimeZoneName,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A house as somebody sees it who has a role in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseAccess {
    /// The house.
    pub house: House,
    /// What its tenant is called.
    pub tenant_name: DisplayName,
    /// What keeps running for its tenant.
    pub state: TenantState,
    /// What the person may do in this house.
    pub role: TenantRole,
    /// Whether the role is one in the whole tenant, not in this house alone.
    pub whole: bool,
    /// From when on no more; `None`: it does not end.
    pub until: Option<Timestamp>,
}

/// A secret with which something connects to a house's bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// For which house.
    pub house: HouseKey,
    /// What kind of secret.
    pub kind: CredentialKind,
    /// What it may be on the bus.
    pub role: BusRole,
    /// As whom it may speak there.
    pub binding: Binding,
    /// The first of the credentials that took each other's place; `None` for
    /// itself.
    pub line: Option<CredentialId>,
    /// The one that takes its place, once it is exchanged.
    pub successor: Option<CredentialId>,
    /// What its owner calls it.
    pub name: DisplayName,
    /// The hash of the secret.
    pub secret_hash: SecretHash,
    /// From when on it is refused; `None` for never.
    pub not_after: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it; `None` when the service did, or when it is not known.
    pub created_by: Option<AccountId>,
    /// When a client was last seen connected with it.
    pub last_used_at: Option<Timestamp>,
    /// From where, as the gateway saw it.
    pub last_used_from: Option<IpAddr>,
}

/// What an admin decides about the whole service. Values are words whose
/// meaning is the business of the feature that reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SettingKey {
    /// Who may sign up.
    SignUpPolicy,
}

impl SettingKey {
    /// The key in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignUpPolicy => "sign_up_policy",
        }
    }
}

/// A key pair that bus tokens are signed with.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKeyPair {
    /// The `kid`, unique in the service.
    pub key_id: String,
    /// For which cell's bus.
    pub cell: CellId,
    /// The private key, PKCS #8 v1 or v2 in DER. Never leaves the control plane.
    pub pkcs8: Vec<u8>,
    /// The 32 bytes of the public key, base64url without padding.
    pub public_x: String,
    /// When it was made; the newest signs.
    pub created_at: Timestamp,
}

impl fmt::Debug for SigningKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeyPair")
            .field("key_id", &self.key_id)
            .field("cell", &self.cell)
            .finish_non_exhaustive()
    }
}

/// A cell and how far its feed is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its id.
    pub id: CellId,
    /// Its name, unique.
    pub name: Slug,
    /// Raised by one with every change of what the cell should be.
    pub revision: Revision,
    /// The revision at which what concerns the cell as a whole last changed.
    pub spec_revision: Revision,
    /// Tombstones up to this revision are gone: a reader that has not seen it
    /// needs a snapshot.
    pub forgotten: Revision,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show() {
        let hash = PasswordHash::from_phc("$argon2id$secret".into());
        assert_eq!(format!("{hash:?}"), "PasswordHash(…)");
    }
}
