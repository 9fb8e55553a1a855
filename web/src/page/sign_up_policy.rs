//! Administration: who may sign up.

use askama::Template;

use super::{InvitationLine, Page, sample};
use crate::{Field, Moment, Notice, Section, Shell, Text, Tone};

/// `/admin/sign-up`, for admins only. Posts `policy` to the same address.
#[derive(Clone, Debug, Template)]
#[template(path = "sign_up_policy.html")]
pub struct SignUpPolicyPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Who may sign up, the current one marked.
    pub policies: Vec<PolicyOption>,
    /// Those who wait to be let in, who came first first.
    pub waiting: Vec<WaitingLine>,
    /// How many more wait than are shown.
    pub more: u64,
    /// Invitations to the service, newest first.
    pub invitations: Vec<InvitationLine>,
    /// The address of the form for a new one.
    pub email: Field,
    /// What was wrong with that form.
    pub fault: Option<Text>,
}

/// Somebody who waits to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingLine {
    /// The account's id.
    pub account: String,
    /// What the person is called.
    pub name: String,
    /// The address, which was proven.
    pub email: String,
    /// When they signed up.
    pub since: Moment,
}

impl WaitingLine {
    /// Where the decision goes: `approve` or `decline`.
    #[must_use]
    pub fn action(&self, decision: &str) -> String {
        format!("/admin/sign-ups/{}/{decision}", self.account)
    }
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
            waiting: Vec::new(),
            more: 0,
            invitations: Vec::new(),
            email: Field::default(),
            fault: None,
        };
        let waiting = WaitingLine {
            account: "usr_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
            name: sample::HOSTILE.to_owned(),
            email: "kim@example.org".to_owned(),
            since: sample::moment("5 h ago"),
        };
        let invitation = InvitationLine {
            email: "bo@example.org".to_owned(),
            reach: Text::default(),
            by: sample::HOSTILE.to_owned(),
            sent: sample::moment("2 days ago"),
            works_until: None,
            resend: "/admin/invitations/inv_a/resend".to_owned(),
            withdraw: "/admin/invitations/inv_a/withdraw".to_owned(),
        };
        let hostile = Self {
            waiting: vec![waiting],
            more: 7,
            invitations: vec![invitation],
            email: Field::faulty(sample::HOSTILE, "This is no address."),
            fault: Some(Text::said(
                "This address has an account already. Log in, and open the invitation again.",
            )),
            ..page(shell.clone(), "approve")
        };
        vec![
            ("closed", page(shell.clone(), "closed")),
            ("hostile", hostile),
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
