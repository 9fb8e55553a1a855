//! The texts of the mails. Plain text: a mail has to work everywhere, and a
//! link people can read is a link they can judge.

mod invitation;
mod quota;
mod support;

use askama::Template;

use crate::{Language, Reader, Text, render};

pub use invitation::{DecisionMail, InvitationMail};
pub use quota::QuotaMail;
pub use support::SupportAskedMail;

/// A mail: a template with a subject.
pub trait Letter: Template {
    /// The subject line.
    fn subject(&self) -> Text;

    /// Subject and text in `language`.
    fn written_in(&self, language: Language) -> Result<(String, String), askama::Error>
    where
        Self: Sized,
    {
        let text = render(self, &Reader::of(language))?;
        Ok((self.subject().told_in(language), text))
    }
}

/// Confirms an e-mail address after sign-up.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/verify.txt", escape = "none")]
pub struct VerifyMail {
    /// The person's own name.
    pub name: String,
    /// The link with its token.
    pub link: String,
    /// How long it works: `24 hours`.
    pub valid_for: Text,
}

impl Letter for VerifyMail {
    fn subject(&self) -> Text {
        Text::new("mail-verify-subject")
    }
}

/// Says that somebody tried to sign up with an address that has an account.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/known_account.txt", escape = "none")]
pub struct KnownAccountMail {
    /// The person's own name, as the account knows it.
    pub name: String,
    /// Address of the log-in page.
    pub log_in: String,
}

impl Letter for KnownAccountMail {
    fn subject(&self) -> Text {
        Text::new("mail-known-subject")
    }
}

/// Lets somebody choose a new password.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/reset_password.txt", escape = "none")]
pub struct ResetPasswordMail {
    /// The person's own name.
    pub name: String,
    /// The link with its token.
    pub link: String,
    /// How long it works: `1 hour`.
    pub valid_for: Text,
}

impl Letter for ResetPasswordMail {
    fn subject(&self) -> Text {
        Text::new("mail-reset-subject")
    }
}

/// Says that the password is another one now.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/password_changed.txt", escape = "none")]
pub struct PasswordChangedMail {
    /// The person's own name.
    pub name: String,
    /// Address of the page for a forgotten password.
    pub forgot: String,
}

impl Letter for PasswordChangedMail {
    fn subject(&self) -> Text {
        Text::new("mail-password-changed-subject")
    }
}

/// Asks a new address whether it is the person's own.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/new_address.txt", escape = "none")]
pub struct NewAddressMail {
    /// The person's own name.
    pub name: String,
    /// The link with its token.
    pub link: String,
    /// How long it works: `24 hours`.
    pub valid_for: Text,
}

impl Letter for NewAddressMail {
    fn subject(&self) -> Text {
        Text::new("mail-new-address-subject")
    }
}

/// Tells the old address which one took its place.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/address_changed.txt", escape = "none")]
pub struct AddressChangedMail {
    /// The person's own name.
    pub name: String,
    /// The address that the account goes by now.
    pub new: String,
}

impl Letter for AddressChangedMail {
    fn subject(&self) -> Text {
        Text::new("mail-address-changed-subject")
    }
}

/// What happened to the second step of an account's log-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorChange {
    /// It was turned on.
    On,
    /// It was turned off.
    Off,
    /// There are new recovery codes.
    NewRecoveryCodes,
    /// One of them was used.
    RecoveryCodeUsed,
}

/// Says what happened to the second step.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/second_factor.txt", escape = "none")]
pub struct SecondFactorMail {
    /// The person's own name.
    pub name: String,
    /// What happened.
    pub change: SecondFactorChange,
    /// Address of the page of two-step log-in.
    pub page: String,
}

impl Letter for SecondFactorMail {
    fn subject(&self) -> Text {
        Text::new("mail-second-factor-subject")
    }
}

/// What happened to a passkey of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyChange {
    /// It was added.
    Added,
    /// It was removed.
    Removed,
    /// Its counter says that there may be a copy of it.
    Copied,
}

/// Says what happened to a passkey.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/passkey.txt", escape = "none")]
pub struct PasskeyMail {
    /// The person's own name.
    pub name: String,
    /// What the passkey is called.
    pub passkey: String,
    /// What happened.
    pub change: PasskeyChange,
    /// Address of the page of passkeys.
    pub page: String,
}

impl Letter for PasskeyMail {
    fn subject(&self) -> Text {
        Text::new("mail-passkey-subject")
    }
}

/// Says that the account is being deleted, and how to keep it.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/account_deleted.txt", escape = "none")]
pub struct AccountDeletedMail {
    /// The person's own name.
    pub name: String,
    /// When it is erased.
    pub erased_on: Text,
    /// In how many days that is.
    pub days: u64,
    /// Address of the log-in page.
    pub log_in: String,
}

impl Letter for AccountDeletedMail {
    fn subject(&self) -> Text {
        Text::new("mail-account-deleted-subject")
    }
}

/// Says that the account is not being deleted any more.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/account_stays.txt", escape = "none")]
pub struct AccountStaysMail {
    /// The person's own name.
    pub name: String,
}

impl Letter for AccountStaysMail {
    fn subject(&self) -> Text {
        Text::new("mail-account-stays-subject")
    }
}

/// The last mail: the account is erased.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/account_erased.txt", escape = "none")]
pub struct AccountErasedMail {
    /// The person's own name, for the last time.
    pub name: String,
}

impl Letter for AccountErasedMail {
    fn subject(&self) -> Text {
        Text::new("mail-account-erased-subject")
    }
}

/// Says to the first admin that the service is ready.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/set_up.txt", escape = "none")]
pub struct SetUpMail {
    /// The admin's own name.
    pub name: String,
    /// Address of the portal.
    pub portal: String,
    /// Who may sign up, in words: `Nobody`, `Anybody`, …
    pub sign_up: Text,
}

impl Letter for SetUpMail {
    fn subject(&self) -> Text {
        Text::new("mail-set-up-subject")
    }
}

#[cfg(test)]
mod tests;
