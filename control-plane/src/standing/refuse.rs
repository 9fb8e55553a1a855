//! What a tenant that is not active is refused: whatever changes something.
//! Reading and exporting stay possible.

use http::Method;
use model::{Standing, TenantRole};

use crate::http::problem::Problem;
use crate::store::TenantState;

/// The refusal that a tenant in `state` gets for changing something; `None`
/// when it may.
#[must_use]
pub fn refusal(state: &TenantState) -> Option<Problem> {
    (state.in_force() != Standing::Active).then(|| Problem::Standing(Box::new(state.clone())))
}

/// Whether a request that needs the role `least` may be made by a tenant in
/// `state`.
///
/// Reading always may. What residents do, such as moving a switch, runs on in
/// a read-only tenant: the home keeps working; only what installers and admins change stops.
pub fn check(state: &TenantState, method: &Method, least: TenantRole) -> Result<(), Problem> {
    let reads = method.is_safe();
    let lives = state.in_force() == Standing::ReadOnly && least > TenantRole::Installer;
    match refusal(state) {
        Some(problem) if !reads && !lives => Err(problem),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;

    #[test]
    fn reading_is_never_refused_and_living_only_when_suspended() {
        let state = |standing, erase_after| TenantState {
            standing,
            erase_after,
            ..TenantState::active()
        };
        let refused = |state: &TenantState| {
            [
                (Method::GET, TenantRole::Admin),
                (Method::PUT, TenantRole::Resident),
                (Method::DELETE, TenantRole::Installer),
            ]
            .map(|(method, least)| check(state, &method, least).is_err())
        };
        for (standing, erase_after, expected) in [
            (Standing::Active, None, [false, false, false]),
            (Standing::ReadOnly, None, [false, false, true]),
            (Standing::Suspended, None, [false, true, true]),
            (Standing::Active, Some(Timestamp(0)), [false, true, true]),
        ] {
            let state = state(standing, erase_after);
            assert_eq!(refused(&state), expected, "{state:?}");
        }
    }
}
