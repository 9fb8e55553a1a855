//! Passkeys of the person.

use askama::Template;

use super::{Page, sample};
use crate::{Field, Moment, Section, Shell, Text};

/// `/account/passkeys`: what there is, and a new one in two steps. Posts `name`
/// and `password` to `…/begin`, the browser's answer as `credential` to
/// `/account/passkeys`, and nothing to `…/{passkey}/remove`.
#[derive(Clone, Debug, Template)]
#[template(path = "passkeys.html")]
pub struct PasskeysPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// All there are, the newest first.
    pub passkeys: Vec<PasskeyRow>,
    /// Why there can be none at this address; then there is no form.
    pub impossible: Option<Text>,
    /// What the browser is asked for, as JSON: the second step.
    pub challenge: Option<String>,
    /// The name of the new one.
    pub name: Field,
    /// What was wrong with the password.
    pub password_fault: Option<String>,
    /// What was wrong with the whole.
    pub fault: Option<String>,
}

/// One passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyRow {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub since: Moment,
    /// When it was last used; `None` for never.
    pub last_used: Option<Moment>,
}

impl PasskeyRow {
    /// Where it is removed.
    #[must_use]
    pub fn remove_action(&self) -> String {
        crate::routes::remove_passkey(&self.id)
    }
}

impl Page for PasskeysPage {
    const NAME: &'static str = "passkeys";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |name: &str, last_used| PasskeyRow {
            id: "psk_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
            name: name.to_owned(),
            since: sample::moment("2 days ago"),
            last_used,
        };
        let none = Self {
            shell: sample::shell(Section::Account),
            passkeys: Vec::new(),
            impossible: None,
            challenge: None,
            name: Field::default(),
            password_fault: None,
            fault: None,
        };
        vec![
            ("none", none.clone()),
            (
                "some",
                Self {
                    passkeys: vec![
                        row("Phone", None),
                        row("Key on my key ring", Some(sample::moment("3 h ago"))),
                    ],
                    ..none.clone()
                },
            ),
            (
                "second_step",
                Self {
                    challenge: Some("{\"publicKey\":{}}".to_owned()),
                    ..none.clone()
                },
            ),
            (
                "impossible",
                Self {
                    impossible: Some(Text::new("passkeys-impossible-plain-http")),
                    ..none.clone()
                },
            ),
            (
                "hostile",
                Self {
                    shell: sample::hostile_shell(Section::Account),
                    passkeys: vec![row(sample::HOSTILE, None)],
                    challenge: Some(sample::HOSTILE.to_owned()),
                    name: Field::faulty(sample::HOSTILE, "This is taken; choose another."),
                    password_fault: Some("This is not your password.".to_owned()),
                    fault: Some(
                        "This passkey was not accepted. Try again, or log in with your password."
                            .to_owned(),
                    ),
                    ..none
                },
            ),
        ]
    }
}
