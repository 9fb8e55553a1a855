//! Tenants that were erased, with the receipts.

use askama::Template;

use super::sample;
use crate::page::{Page, sample as shared};
use crate::{Moment, Section, Shell, Text};

/// `GET /admin/deletions`, for admins only.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/deletions.html")]
pub struct DeletionsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The receipts, newest first.
    pub receipts: Vec<ReceiptCard>,
}

/// One receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptCard {
    /// The tenant id.
    pub id: String,
    /// Its short name, which stays reserved.
    pub slug: String,
    /// When it was erased.
    pub at: Moment,
    /// Store, rows removed, rows found afterwards.
    pub stores: Vec<(String, Text, Text)>,
    /// Whether nothing was found afterwards and the whole cell said so.
    pub clean: bool,
    /// Who of the cell has not said yet that it erased its part; may be empty.
    pub waiting_for: Text,
}

impl Page for DeletionsPage {
    const NAME: &'static str = "admin_deletions";

    fn samples() -> Vec<(&'static str, Self)> {
        let store = |name: &str, removed| (name.to_owned(), Text::count(removed), Text::count(0));
        let clean = ReceiptCard {
            id: "ten_a".to_owned(),
            slug: "old-demo".to_owned(),
            at: shared::moment("2 days ago"),
            stores: vec![store("credentials", 3), store("refusals", 204)],
            clean: true,
            waiting_for: Text::default(),
        };
        let waiting = ReceiptCard {
            id: "ten_b".to_owned(),
            clean: false,
            waiting_for: Text::one_of("admin-reader", "gateway"),
            ..clean.clone()
        };
        let hostile = ReceiptCard {
            waiting_for: shared::HOSTILE.into(),
            ..waiting.clone()
        };
        let page = |shell, receipts| Self { shell, receipts };
        let shell = sample::shell(Section::AdminTenants);
        vec![
            ("empty", page(shell.clone(), Vec::new())),
            ("full", page(shell, vec![waiting, clean])),
            (
                "hostile",
                page(sample::hostile_shell(Section::AdminTenants), vec![hostile]),
            ),
        ]
    }
}
