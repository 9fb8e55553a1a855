//! The texts of the mails. Plain text: a mail has to work everywhere, and a
//! link people can read is a link they can judge.

mod invitation;
mod quota;
mod support;

use askama::Template;

use crate::Text;

pub use invitation::{DecisionMail, InvitationMail};
pub use quota::QuotaMail;
pub use support::SupportAskedMail;

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

impl VerifyMail {
    /// The subject line.
    pub const SUBJECT: &str = "Confirm your e-mail address";
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

impl KnownAccountMail {
    /// The subject line.
    pub const SUBJECT: &str = "You already have an account";
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

impl ResetPasswordMail {
    /// The subject line.
    pub const SUBJECT: &str = "Choose a new password";
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

impl PasswordChangedMail {
    /// The subject line.
    pub const SUBJECT: &str = "Your password was changed";
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

impl NewAddressMail {
    /// The subject line.
    pub const SUBJECT: &str = "Confirm your new e-mail address";
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

impl AddressChangedMail {
    /// The subject line.
    pub const SUBJECT: &str = "Your e-mail address was changed";
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

impl SecondFactorMail {
    /// The subject line.
    pub const SUBJECT: &str = "Two-step log-in of your account";
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

impl PasskeyMail {
    /// The subject line.
    pub const SUBJECT: &str = "Passkeys of your account";
}

/// Says that the account is being deleted, and how to keep it.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/account_deleted.txt", escape = "none")]
pub struct AccountDeletedMail {
    /// The person's own name.
    pub name: String,
    /// When it is erased.
    pub erased_on: String,
    /// In how many days that is.
    pub days: u64,
    /// Address of the log-in page.
    pub log_in: String,
}

impl AccountDeletedMail {
    /// The subject line.
    pub const SUBJECT: &str = "Your account is being deleted";
}

/// Says that the account is not being deleted any more.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/account_stays.txt", escape = "none")]
pub struct AccountStaysMail {
    /// The person's own name.
    pub name: String,
}

impl AccountStaysMail {
    /// The subject line.
    pub const SUBJECT: &str = "Your account stays";
}

/// The last mail: the account is erased.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/account_erased.txt", escape = "none")]
pub struct AccountErasedMail {
    /// The person's own name, for the last time.
    pub name: String,
}

impl AccountErasedMail {
    /// The subject line.
    pub const SUBJECT: &str = "Your account is erased";
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

impl SetUpMail {
    /// The subject line.
    pub const SUBJECT: &str = "Your service is set up";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_plain_text_with_the_link_on_a_line_of_its_own() {
        let mail = VerifyMail {
            name: "Anna & Bo".to_owned(),
            link: "https://cloud.example.org/verify?token=abc&x=1".to_owned(),
            valid_for: crate::words::window(86_400),
        };
        let text = mail.render().unwrap();
        insta::assert_snapshot!("mail.verify", text);
        assert!(text.lines().any(|line| line == mail.link));
        let known = KnownAccountMail {
            name: "Anna".to_owned(),
            log_in: "https://cloud.example.org/log-in".to_owned(),
        };
        insta::assert_snapshot!("mail.known_account", known.render().unwrap());
        let reset = ResetPasswordMail {
            name: "Anna & Bo".to_owned(),
            link: "https://cloud.example.org/reset-password?token=abc&x=1".to_owned(),
            valid_for: crate::words::window(3_600),
        };
        let text = reset.render().unwrap();
        insta::assert_snapshot!("mail.reset_password", text);
        assert!(text.lines().any(|line| line == reset.link));
        let changed = PasswordChangedMail {
            name: "Anna".to_owned(),
            forgot: "https://cloud.example.org/forgot-password".to_owned(),
        };
        insta::assert_snapshot!("mail.password_changed", changed.render().unwrap());
        let address = NewAddressMail {
            name: "Anna".to_owned(),
            link: "https://cloud.example.org/confirm-address?token=abc".to_owned(),
            valid_for: crate::words::window(86_400),
        };
        insta::assert_snapshot!("mail.new_address", address.render().unwrap());
        let moved = AddressChangedMail {
            name: "Anna".to_owned(),
            new: "new@example.org".to_owned(),
        };
        insta::assert_snapshot!("mail.address_changed", moved.render().unwrap());
        for (sample, change) in [
            ("on", SecondFactorChange::On),
            ("off", SecondFactorChange::Off),
            ("codes", SecondFactorChange::NewRecoveryCodes),
            ("used", SecondFactorChange::RecoveryCodeUsed),
        ] {
            let mail = SecondFactorMail {
                name: "Anna".to_owned(),
                change,
                page: "https://cloud.example.org/account/two-factor".to_owned(),
            };
            let name = format!("mail.second_factor.{sample}");
            insta::assert_snapshot!(name, mail.render().unwrap());
        }
        let set_up = SetUpMail {
            name: "Anna".to_owned(),
            portal: "https://cloud.example.org/".to_owned(),
            sign_up: Text::one_of("sign-up-policy-title", "closed"),
        };
        insta::assert_snapshot!("mail.set_up", set_up.render().unwrap());
    }
}
