//! All that an admin of a tenant decides by, in one reading.

use platform::settings::SignUpPolicy;

use super::rules;
use crate::app::App;
use crate::http::acting::{Acting, Admin, Requires};
use crate::http::problem::Problem;
use crate::store::{House, Invitation, Member, Tenant};
use crate::{plans, sign_up};

/// A tenant's members and invitations, and what there is to give.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Everybody, oldest first.
    pub members: Vec<Member>,
    /// Invitations that were neither accepted nor withdrawn, newest first.
    pub invitations: Vec<Invitation>,
    /// The tenant's houses, oldest first.
    pub houses: Vec<House>,
    /// How many members are allowed.
    pub allowed: u64,
    /// How many there are, open invitations counted.
    pub used: u64,
    /// Whether somebody without an account can accept an invitation.
    pub takes_newcomers: bool,
}

impl Overview {
    /// Whether one more fits.
    pub const fn room(&self) -> Result<(), Problem> {
        rules::room(self.allowed, self.used)
    }
}

/// The overview; `None` for whoever may not manage members.
pub async fn overview<Role: Requires>(
    app: &App,
    acting: &Acting<Role, Tenant>,
) -> Result<Option<Overview>, Problem> {
    // Roles are ordered from most to least powerful.
    if acting.role() > Admin::AT_LEAST {
        return Ok(None);
    }
    let (tenant, now) = (acting.tenant().id, app.now());
    let mut work = app.store.begin_read().await?;
    let members = work.members().list(tenant, now).await?;
    let invitations = work.invitations().list(Some(tenant)).await?;
    let houses = work.houses().list(tenant).await?;
    let open = work.invitations().count(tenant, now).await?;
    let count = work.members().count(tenant, now).await?;
    let allowed = plans::quotas(&mut work, tenant, now).await?.members;
    let policy = sign_up::current(app, &mut work).await?;
    Ok(Some(Overview {
        members,
        invitations,
        houses,
        allowed,
        used: count.saturating_add(open),
        takes_newcomers: policy != SignUpPolicy::Closed,
    }))
}
