//! Administration: who may sign up.

use askama::Template;

use super::Page;
use crate::{Notice, Section, Shell, Tone};

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
    pub title: &'static str,
    /// What follows from it.
    pub meaning: &'static str,
    /// Whether it is the chosen one.
    pub chosen: bool,
}

impl PolicyOption {
    /// All answers, with `chosen` marked; an unknown word marks none.
    #[must_use]
    pub fn all(chosen: &str) -> Vec<Self> {
        [
            (
                "closed",
                "Nobody",
                "Only you. The safe choice for a service of your own: you can open it later.",
            ),
            (
                "invite",
                "People with an invitation",
                "Somebody who already has an account has to invite them.",
            ),
            (
                "approve",
                "Anybody, after you agree",
                "Everybody may ask for an account; it works once an admin has approved it.",
            ),
            (
                "open",
                "Anybody",
                "Everybody with an e-mail address gets an account with the free plan at once.",
            ),
        ]
        .into_iter()
        .map(|(word, title, meaning)| Self {
            word,
            title,
            meaning,
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
