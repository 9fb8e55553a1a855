//! What surrounds somebody on every page of the portal: read with the session,
//! so that no page has to ask for it.

use model::{TenantId, TenantRole, Timestamp};

use crate::store::{Account, QuotaNotice, Stored, Work};
use crate::usage;

/// A tenant in which somebody has a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its id.
    pub id: TenantId,
    /// What it is called.
    pub name: String,
    /// The role in the whole of it.
    pub role: TenantRole,
}

/// What somebody who is logged in by a browser has around them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// The tenants in which they have a role, by name.
    pub places: Vec<Place>,
    /// How many accounts wait to be let in; 0 for whoever does not decide that.
    pub waiting: u64,
    /// Quotas of these tenants that are nearly or fully used.
    pub quotas: Vec<(TenantId, QuotaNotice)>,
}

impl Around {
    /// Reads it.
    pub(super) async fn of(work: &mut Work, account: &Account, now: Timestamp) -> Stored<Self> {
        let found = work.tenants().list_for(account.id, now).await?;
        let mut places: Vec<Place> = found
            .into_iter()
            .map(|access| Place {
                id: access.tenant.id,
                name: access.tenant.name.to_string(),
                role: access.role,
            })
            .collect();
        places.sort_by_key(|place| place.name.to_lowercase());
        let waiting = if account.admin {
            work.approvals().count().await?
        } else {
            0
        };
        let mut quotas = Vec::new();
        let told = work.notices().list_for(account.id, now).await?;
        for place in &places {
            let of_it = told.iter().filter(|(tenant, _)| *tenant == place.id);
            let of_it = of_it.map(|(_, notice)| notice.clone()).collect();
            let holding = usage::notices::holding(of_it, now);
            quotas.extend(holding.into_iter().map(|notice| (place.id, notice)));
        }
        Ok(Self {
            places,
            waiting,
            quotas,
        })
    }
}
