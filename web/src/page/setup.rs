//! The first admin of a fresh service.

use askama::Template;

use super::{Page, PolicyOption, sample::HOSTILE};
use crate::Field;

/// `/setup?token=`: makes the first admin and decides who may sign up.
///
/// Posts `token`, `email`, `name`, `password` and `policy` to `/setup`.
#[derive(Clone, Debug, Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    /// The token of the link, carried through the form.
    pub token: String,
    /// The admin's e-mail address.
    pub email: Field,
    /// The admin's own name.
    pub name: Field,
    /// What was wrong with the password; it is never sent back.
    pub password_fault: Option<String>,
    /// Who may sign up, the chosen one marked.
    pub policies: Vec<PolicyOption>,
    /// What was wrong with the whole form.
    pub fault: Option<String>,
}

impl Page for SetupPage {
    const NAME: &'static str = "setup";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            (
                "fresh",
                Self {
                    token: "b3BlbiBzZXNhbWU".to_owned(),
                    email: Field::default(),
                    name: Field::default(),
                    password_fault: None,
                    policies: PolicyOption::all("closed"),
                    fault: None,
                },
            ),
            (
                "faults",
                Self {
                    token: HOSTILE.to_owned(),
                    email: Field::faulty(
                        HOSTILE,
                        "This is not an e-mail address such as name@example.org.",
                    ),
                    name: Field::of(HOSTILE),
                    password_fault: Some("Use at least 12 characters.".to_owned()),
                    policies: PolicyOption::all("open"),
                    fault: Some("The service is busy. Try again in a moment.".to_owned()),
                },
            ),
        ]
    }
}
