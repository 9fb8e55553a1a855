//! The person's own account.

use askama::Template;

use super::{Page, sample};
use crate::{Section, Shell};

/// `GET /account`: who is signed in, and the way out.
#[derive(Clone, Debug, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// What surrounds the page; it knows name and address.
    pub shell: Shell,
    /// The plan's name; may be empty.
    pub plan: String,
}

impl Page for AccountPage {
    const NAME: &'static str = "account";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            (
                "plain",
                Self {
                    shell: sample::shell(Section::Account),
                    plan: "free".to_owned(),
                },
            ),
            (
                "hostile",
                Self {
                    shell: sample::hostile_shell(Section::Account),
                    plan: sample::HOSTILE.to_owned(),
                },
            ),
        ]
    }
}
