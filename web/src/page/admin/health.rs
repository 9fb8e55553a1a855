//! How the parts of the service are.

use askama::Template;

use super::sample;
use crate::page::{Page, sample as shared};
use crate::{Section, Shell, Text};

/// `GET /admin/health`, for admins only.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/health.html")]
pub struct HealthPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Every part.
    pub parts: Vec<PartRow>,
    /// The cell's name.
    pub cell: String,
    /// Who follows what the cell should be.
    pub readers: Vec<ReaderRow>,
}

/// How one part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRow {
    /// The part.
    pub name: String,
    /// In one word.
    pub word: Text,
    /// How that sounds: a class of the stylesheet.
    pub class: &'static str,
    /// What is wrong and what to do; may be empty.
    pub sentence: String,
}

/// How far a reader is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderRow {
    /// Who.
    pub name: Text,
    /// Whether it knows everything.
    pub up_to_date: bool,
    /// How many changes it does not know yet, such as `2 changes behind`.
    pub behind: Text,
}

/// How many changes a reader does not know yet.
#[must_use]
pub fn changes_behind(changes: u64) -> Text {
    Text::new("admin-changes-behind").with("count", changes)
}

impl Page for HealthPage {
    const NAME: &'static str = "admin_health";

    fn samples() -> Vec<(&'static str, Self)> {
        let part = |name: &str, word: &str, class, sentence: &str| PartRow {
            name: name.to_owned(),
            word: Text::one_of("admin-part", word),
            class,
            sentence: sentence.to_owned(),
        };
        let reader = |name: &str, behind: u64| ReaderRow {
            name: Text::one_of("admin-reader", name),
            up_to_date: behind == 0,
            behind: changes_behind(behind),
        };
        let mixed = vec![
            part("database", "well", "good", ""),
            part("gateway", "failed", "bad", "failed"),
            part("runtimes", "degraded", "warn", "degraded"),
        ];
        let hostile = vec![part(shared::HOSTILE, "failed", "bad", shared::HOSTILE)];
        let page = |shell, parts, readers| Self {
            shell,
            parts,
            cell: "main".to_owned(),
            readers,
        };
        vec![
            (
                "mixed",
                page(
                    sample::shell(Section::AdminHealth),
                    mixed,
                    vec![reader("gateway", 0), reader("operator", 2)],
                ),
            ),
            (
                "hostile",
                page(
                    sample::hostile_shell(Section::AdminHealth),
                    hostile,
                    Vec::new(),
                ),
            ),
        ]
    }
}
