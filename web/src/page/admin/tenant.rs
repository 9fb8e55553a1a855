//! All that is known of one tenant, and what an admin decides about it.

use askama::Template;
use model::Standing;

use super::{StandingSign, sample};
use crate::page::{Columns, Page, quota_title, sample as shared};
use crate::{Moment, Section, Shell, Text, routes};

/// `GET /admin/tenants/{tenant}`, for admins only.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/tenant.html")]
pub struct TenantPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The tenant id.
    pub id: String,
    /// Its short name, typed to confirm its deletion.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// What keeps running.
    pub standing: StandingSign,
    /// Whether everything works.
    pub active: bool,
    /// Why not; may be empty.
    pub reason: String,
    /// When it is erased, if it is being deleted: `21 Dec 2026, 14:02:09`.
    pub erased_at: Option<Text>,
    /// When it was made.
    pub created: Moment,
    /// When it was last heard of; `None` when it never was.
    pub last_seen: Option<Moment>,
    /// Every plan, one of them chosen.
    pub plans: Vec<PlanOption>,
    /// Every quota beside its use.
    pub quotas: Vec<QuotaRow>,
    /// Messages per day, all houses together.
    pub days: Columns,
    /// Messages this month.
    pub month: Text,
    /// The houses.
    pub houses: Vec<HouseRow>,
    /// The people.
    pub members: Vec<MemberRow>,
}

/// A plan to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanOption {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Whether the tenant is on it.
    pub chosen: bool,
}

/// One quota beside its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaRow {
    /// Its name in forms.
    pub name: &'static str,
    /// What people call it.
    pub title: Text,
    /// What is in force.
    pub allowed: Text,
    /// What is used; empty when it is not counted.
    pub used: Text,
    /// Whether more is used than is allowed.
    pub over: bool,
    /// What the plan says, if an exception is in force.
    pub instead_of: Option<Text>,
    /// Why there is an exception; may be empty.
    pub reason: String,
    /// When the exception ends; empty for never or none.
    pub until: Text,
}

/// One house at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseRow {
    /// The house id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where its controller runs.
    pub hosting: Text,
    /// How many clients are connected.
    pub clients: Text,
    /// When it was last heard of; `None` when it never was.
    pub last_seen: Option<Moment>,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// The person's name.
    pub name: String,
    /// The address.
    pub email: String,
    /// What the person may do.
    pub role: Text,
}

impl TenantPage {
    /// Where a form of the page posts to: `what` is `plan`, `quotas`,
    /// `standing`, `delete` or `undelete`.
    #[must_use]
    pub fn action(&self, what: &str) -> String {
        format!("{}/{what}", routes::admin_tenant(&self.id))
    }
}

impl Page for TenantPage {
    const NAME: &'static str = "admin_tenant";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = plain();
        let hostile = shared::HOSTILE.to_owned();
        let suspended = Self {
            standing: StandingSign::new(Standing::Suspended, false),
            active: false,
            reason: "Sends unsolicited mail.".to_owned(),
            houses: Vec::new(),
            last_seen: None,
            ..plain.clone()
        };
        let deleting = Self {
            standing: StandingSign::new(Standing::Active, true),
            erased_at: Some(shared::moment("just now").clock),
            ..plain.clone()
        };
        let markup = Self {
            shell: sample::hostile_shell(Section::AdminTenants),
            name: hostile.clone(),
            active: false,
            reason: hostile.clone(),
            plans: vec![PlanOption {
                name: "free".to_owned(),
                title: hostile.clone(),
                chosen: true,
            }],
            quotas: plain
                .quotas
                .iter()
                .map(|row| QuotaRow {
                    reason: hostile.clone(),
                    ..row.clone()
                })
                .collect(),
            houses: vec![HouseRow {
                id: "villa-7k3q9x".to_owned(),
                name: hostile.clone(),
                hosting: Text::one_of("hosting", "hosted"),
                clients: Text::count(0),
                last_seen: None,
            }],
            members: vec![MemberRow {
                name: hostile.clone(),
                email: hostile,
                role: Text::one_of("role", "owner"),
            }],
            ..plain.clone()
        };
        vec![
            ("plain", plain),
            ("suspended", suspended),
            ("deleting", deleting),
            ("hostile", markup),
        ]
    }
}

fn plain() -> TenantPage {
    let option = |name: &str, title: &str, chosen| PlanOption {
        name: name.to_owned(),
        title: title.to_owned(),
        chosen,
    };
    let row = |name, allowed: &str, used: &str| QuotaRow {
        name,
        title: quota_title(name),
        allowed: Text::plain(allowed),
        used: Text::plain(used),
        over: false,
        instead_of: None,
        reason: String::new(),
        until: Text::default(),
    };
    TenantPage {
        shell: sample::shell(Section::AdminTenants),
        id: "ten_a".to_owned(),
        slug: "sonnenhang".to_owned(),
        name: "Sonnenhang".to_owned(),
        standing: StandingSign::new(Standing::Active, false),
        active: true,
        reason: String::new(),
        erased_at: None,
        created: shared::moment("34 days ago"),
        last_seen: Some(shared::moment("12 s ago")),
        plans: vec![
            option("free", "Free", true),
            option("home", "Home", false),
            option("pro", "Pro", false),
        ],
        quotas: vec![
            QuotaRow {
                instead_of: Some(Text::count(1)),
                reason: "Holiday flat".to_owned(),
                until: shared::moment("just now").clock,
                ..row("houses", "2", "2")
            },
            QuotaRow {
                over: true,
                ..row("members", "3", "4")
            },
            row("message_bytes", "1 MiB", ""),
        ],
        days: Columns::new((0..31_u64).map(|day| {
            let when = Text::plain(format!("{} Nov 2026", day + 1));
            (when, (day * 7_919) % 5_000, day * 100_000)
        })),
        month: crate::words::count(71_234),
        houses: vec![HouseRow {
            id: "villa-sonnenhang-7k3q9x".to_owned(),
            name: "Villa Sonnenhang".to_owned(),
            hosting: Text::one_of("hosting", "hosted"),
            clients: Text::count(4),
            last_seen: Some(shared::moment("12 s ago")),
        }],
        members: vec![MemberRow {
            name: "Anna Berg".to_owned(),
            email: "anna@example.org".to_owned(),
            role: Text::one_of("role", "owner"),
        }],
    }
}
