//! The audit log of a tenant, or of the service.

use askama::Template;

use super::{Page, sample};
use crate::{Moment, Section, Shell, Text};

/// `GET /tenants/{tenant}/audit` and `GET /admin/audit`.
#[derive(Clone, Debug, Template)]
#[template(path = "audit.html")]
pub struct AuditPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// What the tenant is called; `None` for the service's own log.
    pub tenant: Option<String>,
    /// The page's own address.
    pub action: String,
    /// The rows, newest first.
    pub rows: Vec<AuditRow>,
    /// What is chosen.
    pub filter: AuditFilterForm,
    /// Where the list continues.
    pub older: Option<String>,
    /// Where all of it is to be had as JSON Lines.
    pub export: String,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number in its chain.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Who.
    pub who: Text,
    /// The log's word for who, which the filter takes.
    pub actor: String,
    /// What was done, in words.
    pub what: Text,
    /// To what; may be empty.
    pub subject: String,
    /// What else is known: names and values.
    pub details: Vec<(String, String)>,
    /// From where; may be empty.
    pub client: String,
}

/// What the list is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilterForm {
    /// The actions, the chosen one marked.
    pub actions: Vec<AuditActionOption>,
    /// By whom, in the log's word.
    pub actor: String,
    /// From which day on.
    pub from: String,
    /// Up to which day.
    pub to: String,
    /// What was wrong with it.
    pub fault: Option<String>,
}

impl AuditFilterForm {
    /// Whether anything is chosen.
    #[must_use]
    pub fn chosen(&self) -> bool {
        let texts = [&self.actor, &self.from, &self.to];
        texts.iter().any(|text| !text.is_empty()) || self.actions.iter().any(|one| one.chosen)
    }
}

/// An action to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditActionOption {
    /// The log's word.
    pub word: &'static str,
    /// Whether it is the chosen one.
    pub chosen: bool,
}

impl AuditActionOption {
    /// In words.
    #[must_use]
    pub fn title(&self) -> Text {
        audit_action(self.word)
    }
}

/// What was done, in words; the log's own word where a later version wrote it.
#[must_use]
pub fn audit_action(word: &str) -> Text {
    match word.parse::<model::AuditAction>() {
        Ok(action) => Text::one_of("audit-did", action.as_str()),
        Err(_) => Text::plain(word),
    }
}

/// A page with these rows, narrowed to nothing.
fn sampled(rows: Vec<AuditRow>, tenant: Option<&str>) -> AuditPage {
    AuditPage {
        shell: sample::shell(Section::Audit),
        tenant: tenant.map(str::to_owned),
        action: "/tenants/ten_a/audit".to_owned(),
        rows,
        filter: AuditFilterForm::default(),
        older: None,
        export: "/api/v1/tenants/ten_a/audit/export".to_owned(),
    }
}

fn sampled_row(seq: i64, who: Text, action: &str, subject: &str) -> AuditRow {
    AuditRow {
        seq,
        at: sample::moment("12 min ago"),
        who,
        actor: "account:usr_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        what: audit_action(action),
        subject: subject.to_owned(),
        details: Vec::new(),
        client: "203.0.113.… ses_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
    }
}

/// Everything that somebody else may have written tries to be markup.
fn hostile() -> AuditPage {
    let evil = || sample::HOSTILE.to_owned();
    let row = AuditRow {
        details: vec![(evil(), evil())],
        client: evil(),
        ..sampled_row(3, Text::plain(evil()), sample::HOSTILE, sample::HOSTILE)
    };
    AuditPage {
        shell: sample::hostile_shell(Section::Audit),
        filter: AuditFilterForm {
            actor: evil(),
            ..AuditFilterForm::default()
        },
        ..sampled(vec![row], Some(sample::HOSTILE))
    }
}

impl Page for AuditPage {
    const NAME: &'static str = "audit";

    fn samples() -> Vec<(&'static str, Self)> {
        let anna = Some("Anna Berg");
        let mut renamed = sampled_row(7, Text::plain("Anna Berg"), "house.changed", "villa-7k3q9x");
        renamed.details = vec![("name".to_owned(), "Villa Sonnenhang".to_owned())];
        let support = Text::new("audit-by-support");
        let looked = sampled_row(6, support, "support.looked", "/houses/villa-7k3q9x");
        let nobody = sampled_row(9, Text::new("audit-by-nobody"), "log_in.refused", "");
        let service = Text::new("audit-by-service");
        let signed = sampled_row(8, service, "audit.heads_exported", "2026-11-21.json");
        let mut service = Self {
            shell: sample::shell(Section::AdminAudit),
            older: Some("/admin/audit?cursor=8".to_owned()),
            ..sampled(vec![nobody, signed], None)
        };
        service.shell.viewer.admin = true;
        let option = |word, chosen| AuditActionOption { word, chosen };
        let mut narrowed = sampled(Vec::new(), anna);
        narrowed.filter = AuditFilterForm {
            actions: vec![
                option("house.created", true),
                option("house.changed", false),
            ],
            actor: "support:x".to_owned(),
            fault: Some(
                "actor must be like account:usr_…, admin:usr_…, support:usr_…, service or nobody"
                    .to_owned(),
            ),
            ..AuditFilterForm::default()
        };
        vec![
            ("tenant", sampled(vec![renamed, looked], anna)),
            ("service", service),
            ("nothing_chosen", narrowed),
            ("empty", sampled(Vec::new(), anna)),
            ("hostile", hostile()),
        ]
    }
}
