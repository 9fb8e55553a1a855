//! Every tenant, found by anything.

use askama::Template;
use model::Standing;

use super::{StandingSign, sample};
use crate::page::{Page, sample as shared};
use crate::{Moment, Section, Shell, Text, routes};

/// `GET /admin/tenants?query=&cursor=`, for admins only.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/tenants.html")]
pub struct TenantsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// What was typed into the search.
    pub query: String,
    /// What is wrong with it, as a sentence.
    pub fault: Option<Text>,
    /// The tenants, newest first.
    pub rows: Vec<TenantRow>,
    /// Address of the next page; `None` when this is the last.
    pub next: Option<String>,
}

/// One tenant at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRow {
    /// The tenant id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The address of its owner.
    pub owner: String,
    /// What keeps running.
    pub standing: StandingSign,
    /// The plan, such as `pro`, with `+ 2 exceptions` where there are some.
    pub plan: Text,
    /// How many houses it has.
    pub houses: Text,
    /// When it was last heard of; `None` when it never was.
    pub last_seen: Option<Moment>,
}

impl TenantRow {
    /// Address of the tenant's page.
    #[must_use]
    pub fn href(&self) -> String {
        routes::admin_tenant(&self.id)
    }
}

/// A plan by its name, with how many exceptions there are from it.
#[must_use]
pub fn plan_in_words(plan: &str, exceptions: u64) -> Text {
    if exceptions == 0 {
        return Text::plain(plan);
    }
    Text::new("admin-plan-with-exceptions")
        .with("plan", plan)
        .with("count", exceptions)
}

impl Page for TenantsPage {
    const NAME: &'static str = "admin_tenants";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, name: &str, standing, plan: &str| TenantRow {
            id: id.to_owned(),
            name: name.to_owned(),
            owner: "anna@example.org".to_owned(),
            standing: StandingSign::new(standing, false),
            plan: plan_in_words(plan, 0),
            houses: Text::count(1),
            last_seen: Some(shared::moment("12 s ago")),
        };
        let page = |query: &str, rows| Self {
            shell: sample::shell(Section::AdminTenants),
            query: query.to_owned(),
            fault: None,
            rows,
            next: None,
        };
        let weber = TenantRow {
            houses: Text::count(23),
            plan: plan_in_words("pro", 2),
            owner: "office@weber.example".to_owned(),
            ..row("ten_b", "Installations Weber", Standing::Active, "pro")
        };
        let gone = TenantRow {
            standing: StandingSign::new(Standing::Active, true),
            last_seen: None,
            ..row("ten_d", "Old demo", Standing::Active, "free")
        };
        let rows = vec![
            row("ten_a", "Sonnenhang", Standing::Active, "free"),
            weber,
            row("ten_c", "Club der Bastler", Standing::ReadOnly, "home"),
            row("ten_e", "Casa Verde", Standing::Suspended, "home"),
            gone,
        ];
        let hostile = TenantRow {
            owner: shared::HOSTILE.to_owned(),
            ..row("ten_a", shared::HOSTILE, Standing::Active, shared::HOSTILE)
        };
        vec![
            (
                "full",
                Self {
                    next: Some("/admin/tenants?cursor=ten_e".to_owned()),
                    ..page("", rows)
                },
            ),
            ("nothing", page("robert", Vec::new())),
            (
                "hostile",
                Self {
                    shell: sample::hostile_shell(Section::AdminTenants),
                    fault: Some(Text::new("admin-search-too-many-words").with("most", 3_u64)),
                    ..page(shared::HOSTILE, vec![hostile])
                },
            ),
        ]
    }
}
