//! The person's own account.

use askama::Template;

use super::{Page, sample};
use crate::{Field, Language, Section, Shell};

/// `GET /account`: who is signed in, the way out, and the forms for another
/// password and another address, `POST /account/password` and `/account/email`.
#[derive(Clone, Debug, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// What surrounds the page; it knows name and address.
    pub shell: Shell,
    /// The plan's name; may be empty.
    pub plan: String,
    /// Tenants that the person owns.
    pub owned: Vec<OwnedTenant>,
    /// In which language the person asked to be spoken to, if they did.
    pub language: Option<Language>,
    /// What was wrong with the current password, when changing it.
    pub current_fault: Option<String>,
    /// What was wrong with the new password.
    pub new_fault: Option<String>,
    /// The new e-mail address.
    pub email: Field,
    /// What was wrong with the password beside the new address.
    pub password_fault: Option<String>,
    /// What was wrong with a whole form.
    pub fault: Option<String>,
}

/// A tenant that the person owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedTenant {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is being deleted.
    pub deleting: bool,
}

impl OwnedTenant {
    /// Where it is deleted, and where that is taken back.
    #[must_use]
    pub fn delete_page(&self) -> String {
        crate::routes::delete_tenant(&self.id)
    }
}

impl AccountPage {
    /// Whether `language` is the one that the person asked for.
    #[must_use]
    pub fn speaks(&self, language: &Language) -> bool {
        self.language == Some(*language)
    }
}

impl Page for AccountPage {
    const NAME: &'static str = "account";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            shell: sample::shell(Section::Account),
            plan: "free".to_owned(),
            owned: vec![OwnedTenant {
                id: "ten_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
                name: "Anna Berg".to_owned(),
                deleting: false,
            }],
            language: None,
            current_fault: None,
            new_fault: None,
            email: Field::default(),
            password_fault: None,
            fault: None,
        };
        vec![
            ("plain", plain.clone()),
            (
                "faults",
                Self {
                    current_fault: Some("This is not your password.".to_owned()),
                    new_fault: Some(
                        "This must have at least 10 characters; a few words make a good one."
                            .to_owned(),
                    ),
                    email: Field::faulty(
                        "anna@",
                        "This is not an e-mail address such as name@example.org.",
                    ),
                    password_fault: Some("This is not your password.".to_owned()),
                    fault: Some("Too many attempts. Try again in 20 seconds.".to_owned()),
                    ..plain.clone()
                },
            ),
            (
                "hostile",
                Self {
                    shell: sample::hostile_shell(Section::Account),
                    language: Some(Language::German),
                    plan: sample::HOSTILE.to_owned(),
                    owned: vec![OwnedTenant {
                        id: sample::HOSTILE.to_owned(),
                        name: sample::HOSTILE.to_owned(),
                        deleting: true,
                    }],
                    email: Field::of(sample::HOSTILE),
                    ..plain
                },
            ),
        ]
    }
}

/// `/confirm-address?token=`: asks for one press of a button. Posts `token` to
/// the same address.
#[derive(Clone, Debug, Template)]
#[template(path = "confirm_address.html")]
pub struct ConfirmAddressPage {
    /// The token of the link.
    pub token: String,
    /// Why it could not be confirmed; then there is no button.
    pub fault: Option<String>,
}

impl Page for ConfirmAddressPage {
    const NAME: &'static str = "confirm_address";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            (
                "ask",
                Self {
                    token: sample::HOSTILE.to_owned(),
                    fault: None,
                },
            ),
            (
                "used",
                Self {
                    token: String::new(),
                    fault: Some("This link is not valid any more. Log in again.".to_owned()),
                },
            ),
        ]
    }
}
