//! Making an account.

use askama::Template;

use super::{Page, sample::HOSTILE};
use crate::{Field, Text};

/// `/sign-up`. Posts `email`, `name` and `password` to the same address.
#[derive(Clone, Debug, Template)]
#[template(path = "sign_up.html")]
pub struct SignUpPage {
    /// The e-mail address.
    pub email: Field,
    /// The person's own name.
    pub name: Field,
    /// What was wrong with the password; it is never sent back.
    pub password_fault: Option<String>,
    /// What was wrong with the whole form.
    pub fault: Option<String>,
    /// Why there is no form at all (sign-up is closed), as a sentence.
    pub closed: Option<String>,
}

impl Page for SignUpPage {
    const NAME: &'static str = "sign_up";

    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            email: Field::default(),
            name: Field::default(),
            password_fault: None,
            fault: None,
            closed: None,
        };
        vec![
            ("empty", empty.clone()),
            (
                "closed",
                Self {
                    closed: Some(
                        "This service takes no new accounts at the moment. Ask whoever runs it."
                            .to_owned(),
                    ),
                    ..empty
                },
            ),
            (
                "faults",
                Self {
                    email: Field::faulty(
                        HOSTILE,
                        "This is not an e-mail address such as name@example.org.",
                    ),
                    name: Field::of(HOSTILE),
                    password_fault: Some("Use at least 12 characters.".to_owned()),
                    fault: Some("The service is busy. Try again in a moment.".to_owned()),
                    closed: None,
                },
            ),
        ]
    }
}

/// The answer to a sign-up: look into your mail. Posts `email` to
/// `/verify/resend`. The same for a known and an
/// unknown address.
#[derive(Clone, Debug, Template)]
#[template(path = "check_mail.html")]
pub struct CheckMailPage {
    /// Where the mail went.
    pub email: String,
    /// How long its link works, such as `24 hours`.
    pub valid_for: Text,
    /// Whether it was sent once more.
    pub again: bool,
    /// Why it was not sent once more.
    pub fault: Option<String>,
}

impl Page for CheckMailPage {
    const NAME: &'static str = "check_mail";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |email: &str| Self {
            email: email.to_owned(),
            valid_for: crate::words::window(86_400),
            again: false,
            fault: None,
        };
        vec![
            ("sent", page("anna@example.org")),
            (
                "again",
                Self {
                    again: true,
                    ..page("anna@example.org")
                },
            ),
            (
                "hostile",
                Self {
                    fault: Some("Too many attempts. Try again in 5 minutes.".to_owned()),
                    ..page(HOSTILE)
                },
            ),
        ]
    }
}
