//! Administration: who may sign up.

use askama::Template;

use super::Page;
use crate::{Notice, Section, Shell, Text, Tone};

/// `/admin/sign-up`, for admins only. Posts `policy` to the same address.
#[derive(Clone, Debug, Template)]
#[template(path = "sign_up_policy.html")]
pub struct SignUpPolicyPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Who may sign up, the current one marked.
    pub policies: Vec<PolicyOption>,
}

/// One answer to "who may sign up?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyOption {
    /// The word in settings and API.
    pub word: &'static str,
    /// What people call it.
    pub title: Text,
    /// What follows from it.
    pub meaning: Text,
    /// Whether it is the chosen one.
    pub chosen: bool,
}

impl PolicyOption {
    /// All answers, with `chosen` marked; an unknown word marks none.
    #[must_use]
    pub fn all(chosen: &str) -> Vec<Self> {
        ["closed", "invite", "approve", "open"]
            .into_iter()
            .map(|word| Self {
                word,
                title: Text::one_of("sign-up-policy-title", word),
                meaning: Text::one_of("sign-up-policy-meaning", word),
                chosen: word == chosen,
            })
            .collect()
    }
}

impl Page for SignUpPolicyPage {
    const NAME: &'static str = "sign_up_policy";

    fn samples() -> Vec<(&'static str, Self)> {
        let mut shell = super::sample::shell(Section::SignUpPolicy);
        shell.viewer.admin = true;
        let page = |shell, chosen| Self {
            shell,
            policies: PolicyOption::all(chosen),
        };
        vec![
            ("closed", page(shell.clone(), "closed")),
            (
                "saved",
                page(
                    shell.saying(Notice::new(Tone::Good, "Saved. Anybody may sign up now.")),
                    "open",
                ),
            ),
        ]
    }
}
