//! One plan and what it gives.

use askama::Template;

use super::sample;
use crate::page::{Page, sample as shared};
use crate::{Field, Section, Shell, Text, routes};

/// `/admin/plans/{plan}`, for admins only. Posts `title` and every quota by
/// its name to the same address.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/plan.html")]
pub struct PlanPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The plan's name.
    pub name: String,
    /// How many tenants are on it, such as `3 tenants`.
    pub tenants: Text,
    /// What people call it.
    pub title: Field,
    /// What it gives.
    pub quotas: Vec<QuotaField>,
}

/// One quota to type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaField {
    /// Its name in the form.
    pub name: &'static str,
    /// What people call it.
    pub title: Text,
    /// What the number means beyond a count: `1 MiB`; may be empty.
    pub hint: Text,
    /// What is typed.
    pub field: Field,
}

impl PlanPage {
    /// Where the form posts to.
    #[must_use]
    pub fn action(&self) -> String {
        routes::admin_plan(&self.name)
    }
}

impl Page for PlanPage {
    const NAME: &'static str = "admin_plan";

    fn samples() -> Vec<(&'static str, Self)> {
        let quotas: Vec<QuotaField> = model::Plan::Home
            .quotas()
            .list()
            .map(|(quota, value)| QuotaField {
                name: quota.name,
                title: crate::page::quota_title(quota.name),
                hint: match quota.unit {
                    model::quotas::Unit::Count => Text::default(),
                    _ => crate::words::quota(quota, value),
                },
                field: Field::of(value.to_string()),
            })
            .collect();
        let plain = Self {
            shell: sample::shell(Section::AdminPlans),
            name: "home".to_owned(),
            tenants: super::tenants(12),
            title: Field::of("Home"),
            quotas,
        };
        let mut faulty = Self {
            shell: sample::hostile_shell(Section::AdminPlans),
            title: Field::of(shared::HOSTILE),
            ..plain.clone()
        };
        if let Some(first) = faulty.quotas.first_mut() {
            first.field = Field::faulty(shared::HOSTILE, "Type a whole number, or unlimited.");
        }
        vec![("plain", plain), ("hostile", faulty)]
    }
}
