//! Granting a token.

use std::time::Duration;

use model::{AccountId, Ambient, BusRole};

use crate::api_tokens::Scopes;
use crate::app::App;
use crate::cell_link::BusTokenClaims;
use crate::http::acting::{Acting, Guest};
use crate::http::problem::Problem;
use crate::store::House;

/// How long a bus token works: the most a gateway accepts. Browsers renew
/// before.
pub const LASTS: Duration = Duration::from_mins(10);

/// A token and what its bearer has to know.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The signed token.
    pub token: String,
    /// The one sender it may publish as.
    pub sender: String,
    /// How long it works: [`LASTS`], or until the person's membership ends.
    pub lasts: Duration,
}

/// The person as a level of a topic: letters, digits and dashes.
#[must_use]
pub fn bus_user(account: AccountId) -> String {
    account.to_string().replace('_', "-")
}

/// The role somebody who may be at most `most` gets on the bus: what is wanted,
/// but never more than that.
fn narrowed(most: BusRole, wanted: Option<BusRole>) -> Result<BusRole, Problem> {
    match wanted {
        None => Ok(most),
        // Roles are ordered from most to least powerful.
        Some(role) if role >= most => Ok(role),
        Some(role) => Err(Problem::Forbidden(
            format!("The role {role} is more than your own, {most}. Ask for less.").into(),
        )),
    }
}

/// A sender of its own for every token, so that answers find their asker.
fn draw_sender(account: AccountId, ambient: &dyn Ambient) -> String {
    let mut random = [0; 4];
    ambient.fill_random(&mut random);
    let number = u32::from_be_bytes(random) % 1_000_000;
    format!("gui/{}_{number}", bus_user(account))
}

/// Grants a token for the house with `wanted`, or the caller's own role.
#[tracing::instrument(name = "bus_token.grant", skip_all, fields(house.id = %acting.house().id))]
pub fn grant(
    app: &App,
    acting: &Acting<Guest, House>,
    wanted: Option<BusRole>,
) -> Result<Granted, Problem> {
    let own = acting.role().bus_role();
    let scope = acting.caller().scopes().map(Scopes::bus_role);
    // The less powerful of role and scope.
    let role = narrowed(scope.map_or(own, |scope| own.max(scope)), wanted)?;
    let account = acting.account().id;
    let sender = draw_sender(account, app.ambient.as_ref());
    let now = app.now();
    // Not longer than the membership.
    let full = now.after(LASTS);
    let exp = acting.until().map_or(full, |until| until.min(full));
    let claims = BusTokenClaims {
        sub: account,
        house: acting.house().id.clone(),
        role,
        sender: sender.clone(),
        jti: acting.caller().log_in(),
        exp,
    };
    let token = app.link.sign(&claims).map_err(Problem::internal)?;
    Ok(Granted {
        token,
        sender,
        lasts: exp.since(now),
    })
}

#[cfg(test)]
mod pure_tests {
    use model::TenantRole;

    use super::*;

    #[test]
    fn nobody_gets_more_than_their_own_role() {
        use BusRole::{Admin, House, Resident, Runtime, Viewer};
        for (own, wanted, granted) in [
            (TenantRole::Owner, None, Some(Admin)),
            (TenantRole::Admin, Some(Viewer), Some(Viewer)),
            (TenantRole::Resident, Some(Resident), Some(Resident)),
            (TenantRole::Guest, Some(Resident), None),
            (TenantRole::Guest, Some(Admin), None),
            (TenantRole::Owner, Some(House), None),
            (TenantRole::Owner, Some(Runtime), None),
        ] {
            assert_eq!(
                narrowed(own.bus_role(), wanted).ok(),
                granted,
                "{own} {wanted:?}"
            );
        }
    }
}
