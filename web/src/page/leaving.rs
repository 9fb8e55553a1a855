//! Deleting an account or a tenant of one's own, and taking that back.

use askama::Template;

use super::{Page, sample};
use crate::{Field, Section, Shell, Text};

/// `/account/delete`: what it would mean, and the form. Posts `email`, and
/// `password` or a passkey's answer as `passkey`.
#[derive(Clone, Debug, Template)]
#[template(path = "delete_account.html")]
pub struct DeleteAccountPage {
    /// What surrounds the page; it knows the address.
    pub shell: Shell,
    /// In how many days the account is erased.
    pub days: u64,
    /// Names of tenants that go with the account.
    pub go: Vec<String>,
    /// Names of tenants that another owner answers for afterwards.
    pub handed_over: Vec<String>,
    /// Tenants that stand in the way: name, and where they are deleted.
    pub blocking: Vec<(String, String)>,
    /// Whether nobody else administers the service, which stands in the way.
    pub last_admin: bool,
    /// The address as typed.
    pub email: Field,
    /// What was wrong with the password.
    pub password_fault: Option<String>,
    /// Whether there is a passkey to confirm with.
    pub has_passkey: bool,
    /// What was wrong with the whole.
    pub fault: Option<String>,
}

impl DeleteAccountPage {
    /// Whether the account can go.
    #[must_use]
    pub const fn is_possible(&self) -> bool {
        self.blocking.is_empty() && !self.last_admin
    }
}

impl Page for DeleteAccountPage {
    const NAME: &'static str = "delete_account";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            shell: sample::shell(Section::Account),
            days: 14,
            go: vec!["Anna Berg".to_owned()],
            handed_over: Vec::new(),
            blocking: Vec::new(),
            last_admin: false,
            email: Field::default(),
            password_fault: None,
            has_passkey: false,
            fault: None,
        };
        vec![
            ("plain", plain.clone()),
            (
                "blocked",
                Self {
                    blocking: vec![(
                        "Allotment club".to_owned(),
                        crate::routes::delete_tenant("ten_aaaaaaaaaaaaaaaaaaaaaaaaaa"),
                    )],
                    last_admin: true,
                    ..plain.clone()
                },
            ),
            (
                "hostile",
                Self {
                    shell: sample::hostile_shell(Section::Account),
                    go: vec![sample::HOSTILE.to_owned()],
                    handed_over: vec![sample::HOSTILE.to_owned()],
                    email: Field::faulty(
                        sample::HOSTILE,
                        "This is not the address of this account.",
                    ),
                    password_fault: Some("This is not your password.".to_owned()),
                    has_passkey: true,
                    fault: Some("Too many attempts. Try again in 20 seconds.".to_owned()),
                    ..plain
                },
            ),
        ]
    }
}

/// `/tenants/{tenant}/delete`: the form, or how to take a deletion back. Posts
/// `name`, and `password` or a passkey's answer as `passkey`, to the same
/// address; nothing to `…/keep`.
#[derive(Clone, Debug, Template)]
#[template(path = "delete_tenant.html")]
pub struct DeleteTenantPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Its id.
    pub id: String,
    /// Its name.
    pub tenant: String,
    /// In how many days it is erased.
    pub days: u64,
    /// Names of its houses.
    pub houses: Vec<String>,
    /// How far the deletion is that is under way.
    pub deleting: Option<Deleting>,
    /// The name as typed.
    pub name: Field,
    /// What was wrong with the password.
    pub password_fault: Option<String>,
    /// Whether there is a passkey to confirm with.
    pub has_passkey: bool,
    /// What was wrong with the whole.
    pub fault: Option<String>,
}

/// A deletion that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleting {
    /// When everything is erased.
    pub erased_on: Text,
    /// Whether the owner may take it back, because an owner asked for it.
    pub may_keep: bool,
}

impl DeleteTenantPage {
    /// Where it is deleted.
    #[must_use]
    pub fn delete_action(&self) -> String {
        crate::routes::delete_tenant(&self.id)
    }

    /// Where that is taken back.
    #[must_use]
    pub fn keep_action(&self) -> String {
        crate::routes::keep_tenant(&self.id)
    }
}

impl Page for DeleteTenantPage {
    const NAME: &'static str = "delete_tenant";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            shell: sample::shell(Section::Account),
            id: "ten_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
            tenant: "Anna Berg".to_owned(),
            days: 30,
            houses: vec!["Villa Sonnenhang".to_owned()],
            deleting: None,
            name: Field::default(),
            password_fault: None,
            has_passkey: false,
            fault: None,
        };
        let deleting = |may_keep| {
            Some(Deleting {
                erased_on: sample::moment("2 days ago").clock,
                may_keep,
            })
        };
        vec![
            ("plain", plain.clone()),
            (
                "deleting",
                Self {
                    deleting: deleting(true),
                    ..plain.clone()
                },
            ),
            (
                "by_an_admin",
                Self {
                    deleting: deleting(false),
                    ..plain.clone()
                },
            ),
            (
                "hostile",
                Self {
                    shell: sample::hostile_shell(Section::Account),
                    tenant: sample::HOSTILE.to_owned(),
                    houses: vec![sample::HOSTILE.to_owned()],
                    name: Field::faulty(sample::HOSTILE, "This is not \"Sonnenhang\"."),
                    password_fault: Some("This is not your password.".to_owned()),
                    has_passkey: true,
                    fault: Some("Too many attempts. Try again in 20 seconds.".to_owned()),
                    ..plain
                },
            ),
        ]
    }
}

/// What somebody sees who logs in to an account that is being deleted. Posts
/// `ticket` and `next` to `/log-in/keep`.
#[derive(Clone, Debug, Template)]
#[template(path = "keep_account.html")]
pub struct KeepAccountPage {
    /// Stands for the log-in that was right.
    pub ticket: String,
    /// Where to go afterwards.
    pub next: String,
    /// When the account is erased.
    pub erased_on: Text,
}

impl Page for KeepAccountPage {
    const NAME: &'static str = "keep_account";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![(
            "plain",
            Self {
                ticket: sample::HOSTILE.to_owned(),
                next: sample::HOSTILE.to_owned(),
                erased_on: sample::moment("2 days ago").clock,
            },
        )]
    }
}
