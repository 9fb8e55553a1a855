//! How the parts of the service are.

use askama::Template;

use super::sample;
use crate::page::{Page, sample as shared};
use crate::{Section, Shell};

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
    pub word: &'static str,
    /// How that sounds: a class of the stylesheet.
    pub class: &'static str,
    /// What is wrong and what to do; may be empty.
    pub sentence: String,
}

/// How far a reader is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderRow {
    /// Who.
    pub name: String,
    /// Whether it knows everything.
    pub up_to_date: bool,
    /// How many changes it does not know yet, such as `2 changes behind`.
    pub behind: String,
}

impl Page for HealthPage {
    const NAME: &'static str = "admin_health";

    fn samples() -> Vec<(&'static str, Self)> {
        let part = |name: &str, word, class, sentence: &str| PartRow {
            name: name.to_owned(),
            word,
            class,
            sentence: sentence.to_owned(),
        };
        let reader = |name: &str, up_to_date, behind: &str| ReaderRow {
            name: name.to_owned(),
            up_to_date,
            behind: behind.to_owned(),
        };
        let mixed = vec![
            part("database", "Well", "good", ""),
            part("gateway", "Failed", "bad", "its disk is full; make room"),
            part("runtimes", "Degraded", "warn", "1 house does not start"),
        ];
        let hostile = vec![part(shared::HOSTILE, "Failed", "bad", shared::HOSTILE)];
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
                    vec![
                        reader("gateway", true, ""),
                        reader("operator", false, "2 changes behind"),
                    ],
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
