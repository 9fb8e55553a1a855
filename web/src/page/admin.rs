//! Administration: tenants, plans, erased tenants, health. One file per page.

mod deletions;
mod health;
mod plan;
mod plans;
mod tenant;
mod tenants;

pub use deletions::{DeletionsPage, ReceiptCard};
pub use health::{HealthPage, PartRow, ReaderRow, changes_behind};
pub use plan::{PlanPage, QuotaField};
pub use plans::{PlanCard, PlansPage};
pub use tenant::{HouseRow, MemberRow, PlanOption, QuotaRow, TenantPage};
pub use tenants::{TenantRow, TenantsPage, plan_in_words};

use model::Standing;

use crate::Text;

/// What keeps running for a tenant, as a sign of one word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingSign {
    /// The words.
    pub words: Text,
    /// How it sounds: a class of the stylesheet.
    pub class: &'static str,
}

impl StandingSign {
    /// The sign of `standing`, or that of a tenant that is being deleted.
    #[must_use]
    pub fn new(standing: Standing, deleting: bool) -> Self {
        let (word, class) = match (deleting, standing) {
            (true, _) => ("deleting", "bad"),
            (false, Standing::Active) => ("active", "good"),
            (false, Standing::ReadOnly) => ("read-only", "warn"),
            (false, Standing::Suspended) => ("suspended", "bad"),
        };
        Self {
            words: Text::one_of("standing", word),
            class,
        }
    }
}

/// How many tenants: `no tenants`, `1 tenant`, `3 tenants`.
#[must_use]
pub fn tenants(count: u64) -> Text {
    Text::new("admin-tenants-counted").with("count", count)
}

/// Values that the samples of these pages share.
mod sample {
    use crate::{Section, Shell};

    /// What surrounds a page of an admin.
    pub fn shell(section: Section) -> Shell {
        let mut shell = super::super::sample::shell(section);
        shell.viewer.admin = true;
        shell
    }

    /// The same for names that try to be markup.
    pub fn hostile_shell(section: Section) -> Shell {
        let mut shell = super::super::sample::hostile_shell(section);
        shell.house = None;
        shell
    }
}
