//! Support access: what a tenant was asked for and granted, and the admins'
//! side of it.

use askama::Template;

use super::{Page, sample};
use crate::{Field, Moment, Section, Shell, Text};

/// `GET /tenants/{tenant}/support`, and with [`SupportPage::admin`]
/// `GET /admin/tenants/{tenant}/support`.
#[derive(Clone, Debug, Template)]
#[template(path = "support.html")]
pub struct SupportPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Whether an admin of the service looks at it, who asks.
    pub admin: bool,
    /// The tenant's id.
    pub id: String,
    /// What the tenant is called.
    pub tenant: String,
    /// Questions that wait for an answer.
    pub asked: Vec<SupportCard>,
    /// What lets somebody in now.
    pub active: Vec<SupportCard>,
    /// What is over, newest first.
    pub over: Vec<SupportLine>,
    /// Where an admin can go while they are let in: address and name.
    pub houses: Vec<(String, String)>,
    /// The form: to offer, or to ask.
    pub form: SupportForm,
}

impl SupportPage {
    /// Where the forms go.
    #[must_use]
    pub fn action(&self) -> String {
        if self.admin {
            crate::routes::admin_support(&self.id)
        } else {
            crate::routes::support(&self.id)
        }
    }
}

/// One access that is asked for or active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportCard {
    /// Its id.
    pub id: String,
    /// How far it goes.
    pub level: Text,
    /// Whether it is for looking only.
    pub reads: bool,
    /// For how many hours.
    pub hours: i64,
    /// Why; may be empty.
    pub reason: String,
    /// When it was asked for or granted.
    pub since: Moment,
    /// By the clock in UTC, when it ends.
    pub until: Text,
}

/// One that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportLine {
    /// What became of it.
    pub what: Text,
    /// How far it went.
    pub level: Text,
    /// Why.
    pub reason: String,
    /// When it was asked for or granted.
    pub since: Moment,
}

/// The form: to offer, or to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupportForm {
    /// For how many hours.
    pub hours: Field,
    /// Why.
    pub reason: Field,
    /// Whether it is to change things as well.
    pub change: bool,
    /// What was wrong with the whole form.
    pub fault: Option<String>,
}

/// How far support goes, in words.
#[must_use]
pub fn support_level(level: model::SupportLevel) -> Text {
    Text::one_of("support-level", level.as_str())
}

impl Page for SupportPage {
    const NAME: &'static str = "support";

    fn samples() -> Vec<(&'static str, Self)> {
        use model::SupportLevel::{Change, Read};
        let card = |level: model::SupportLevel, reason: &str| SupportCard {
            id: "sup_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
            level: support_level(level),
            reads: level == Read,
            hours: 24,
            reason: reason.to_owned(),
            since: sample::moment("12 min ago"),
            until: sample::moment("2 days ago").clock,
        };
        let line = SupportLine {
            what: Text::new("support-was-declined"),
            level: support_level(Read),
            reason: "Lamp 4 in hall".to_owned(),
            since: sample::moment("2 days ago"),
        };
        let quiet = Self {
            shell: sample::shell(Section::Audit),
            admin: false,
            id: "ten_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
            tenant: "Anna Berg".to_owned(),
            asked: Vec::new(),
            active: Vec::new(),
            over: Vec::new(),
            houses: Vec::new(),
            form: SupportForm {
                hours: Field::of("24"),
                ..SupportForm::default()
            },
        };
        let busy = Self {
            asked: vec![card(Change, "A rule fires twice.")],
            active: vec![card(Read, "Lamp 4 in hall")],
            over: vec![line],
            ..quiet.clone()
        };
        let mut asking = Self {
            admin: true,
            houses: vec![("/houses/villa-7k3q9x".to_owned(), "Villa".to_owned())],
            ..busy.clone()
        };
        asking.shell = sample::shell(Section::AdminTenants);
        asking.shell.viewer.admin = true;
        asking.form.reason = Field::faulty("", "This is missing; the account is shown it.");
        let hostile = Self {
            shell: sample::hostile_shell(Section::Audit),
            tenant: sample::HOSTILE.to_owned(),
            asked: vec![card(Read, sample::HOSTILE)],
            houses: vec![("/houses/x".to_owned(), sample::HOSTILE.to_owned())],
            admin: true,
            ..quiet.clone()
        };
        vec![
            ("quiet", quiet),
            ("busy", busy),
            ("asking", asking),
            ("hostile", hostile),
        ]
    }
}
