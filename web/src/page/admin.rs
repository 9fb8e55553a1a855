//! Administration: tenants, plans, erased tenants, health. One file per page.

mod deletions;
mod health;
mod plan;
mod plans;
mod tenant;
mod tenants;

pub use deletions::{DeletionsPage, ReceiptCard};
pub use health::{HealthPage, PartRow, ReaderRow};
pub use plan::{PlanPage, QuotaField};
pub use plans::{PlanCard, PlansPage};
pub use tenant::{HouseRow, MemberRow, PlanOption, QuotaRow, TenantPage};
pub use tenants::{TenantRow, TenantsPage};

use model::Standing;

/// What keeps running for a tenant, as a sign of one word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingSign {
    /// The words.
    pub words: &'static str,
    /// How it sounds: a class of the stylesheet.
    pub class: &'static str,
}

impl StandingSign {
    /// The sign of `standing`, or that of a tenant that is being deleted.
    #[must_use]
    pub const fn new(standing: Standing, deleting: bool) -> Self {
        let (words, class) = match (deleting, standing) {
            (true, _) => ("Being deleted", "bad"),
            (false, Standing::Active) => ("Active", "good"),
            (false, Standing::ReadOnly) => ("Read-only", "warn"),
            (false, Standing::Suspended) => ("Suspended", "bad"),
        };
        Self { words, class }
    }
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
