//! A forgotten password.

use askama::Template;

use super::{Page, sample::HOSTILE};
use crate::{Field, Text};

/// `/forgot-password`. Posts `email` to the same address; the answer is the
/// same for a known and an unknown one.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "forgot_password.html")]
pub struct ForgotPasswordPage {
    /// The e-mail address.
    pub email: Field,
    /// What was wrong with the whole form.
    pub fault: Option<String>,
    /// Where the mail went, if anybody has an account there; then there is no
    /// form.
    pub sent_to: Option<String>,
    /// How long the link works, such as `1 hour`.
    pub valid_for: Text,
}

impl Page for ForgotPasswordPage {
    const NAME: &'static str = "forgot_password";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("empty", Self::default()),
            (
                "fault",
                Self {
                    email: Field::faulty(
                        HOSTILE,
                        "This is not an e-mail address such as name@example.org.",
                    ),
                    fault: Some("Too many attempts. Try again in 300 seconds.".to_owned()),
                    ..Self::default()
                },
            ),
            (
                "sent",
                Self {
                    sent_to: Some(HOSTILE.to_owned()),
                    valid_for: crate::words::window(3_600),
                    ..Self::default()
                },
            ),
        ]
    }
}

/// `/reset-password?token=`. Posts `token` and `password` to the same address.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "reset_password.html")]
pub struct ResetPasswordPage {
    /// The token of the link.
    pub token: String,
    /// What was wrong with the password; it is never sent back.
    pub password_fault: Option<String>,
    /// What was wrong with the whole form.
    pub fault: Option<String>,
    /// Whether the link does not work; then there is no form.
    pub dead: bool,
}

impl Page for ResetPasswordPage {
    const NAME: &'static str = "reset_password";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            (
                "ask",
                Self {
                    token: "b3BlbiBzZXNhbWU".to_owned(),
                    ..Self::default()
                },
            ),
            (
                "hostile",
                Self {
                    token: HOSTILE.to_owned(),
                    password_fault: Some(
                        "This must have at least 10 characters; a few words make a good one."
                            .to_owned(),
                    ),
                    ..Self::default()
                },
            ),
            (
                "dead",
                Self {
                    dead: true,
                    ..Self::default()
                },
            ),
        ]
    }
}
