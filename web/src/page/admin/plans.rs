//! The plans of the service.

use askama::Template;

use super::sample;
use crate::page::{Page, quota_title, sample as shared};
use crate::{Field, Section, Shell, Text, routes};

/// `/admin/plans`, for admins only. Posts `name`, `title` and `like` to add one.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/plans.html")]
pub struct PlansPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The plans, by name.
    pub plans: Vec<PlanCard>,
    /// The name of a plan to be.
    pub name: Field,
    /// What people are to call it.
    pub title: Field,
}

/// One plan at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanCard {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// How many tenants are on it, such as `3 tenants`.
    pub tenants: Text,
    /// What it gives, as name and value, in part.
    pub gives: Vec<(Text, Text)>,
}

impl PlanCard {
    /// Address of the plan's page.
    #[must_use]
    pub fn href(&self) -> String {
        routes::admin_plan(&self.name)
    }
}

impl Page for PlansPage {
    const NAME: &'static str = "admin_plans";

    fn samples() -> Vec<(&'static str, Self)> {
        let card = |name: &str, title: &str, tenants: u64| PlanCard {
            name: name.to_owned(),
            title: title.to_owned(),
            tenants: super::tenants(tenants),
            gives: vec![
                (quota_title("houses"), Text::count(1)),
                (quota_title("messages_per_day"), Text::count(200_000)),
            ],
        };
        let page = |shell, plans| Self {
            shell,
            plans,
            name: Field::default(),
            title: Field::default(),
        };
        let all = vec![card("free", "Free", 1_284), card("home", "Home", 1)];
        let hostile = page(
            sample::hostile_shell(Section::AdminPlans),
            vec![card("free", shared::HOSTILE, 0)],
        );
        vec![
            ("full", page(sample::shell(Section::AdminPlans), all)),
            (
                "hostile",
                Self {
                    name: Field::faulty(shared::HOSTILE, "This is taken; choose another."),
                    ..hostile
                },
            ),
        ]
    }
}
