//! Who may give what to whom: decided here, for members and invitations alike.

use model::{TenantRole, Timestamp};

use crate::http::problem::Problem;
use crate::store::Reach;

/// A tenant never is without an owner.
pub const LAST_OWNER: Problem = Problem::Conflict(
    "There always has to be an owner. Make somebody else an owner first, or delete the account.",
);

/// Whether `reach` makes sense at all, ending at `until`.
pub fn possible(reach: &Reach, until: Option<Timestamp>, now: Timestamp) -> Result<(), Problem> {
    let invalid = |field, why: &str| {
        Err(Problem::Invalid {
            field,
            why: why.to_owned(),
        })
    };
    if let Reach::Houses(houses) = reach {
        if houses.is_empty() {
            return invalid("houses", "must name at least one house");
        }
        if houses.values().any(|role| *role == TenantRole::Owner) {
            return invalid(
                "houses",
                "cannot have an owner each; the most powerful role in a single house is \"admin\"",
            );
        }
    }
    match until {
        Some(_) if reach.whole() == Some(TenantRole::Owner) => {
            invalid("until", "is not possible for an owner, who stays")
        }
        Some(end) if end <= now => invalid("until", "must be in the future"),
        Some(_) | None => Ok(()),
    }
}

/// Whether somebody whose role in the tenant is `own` may give, change or take
/// away everything in `reach`.
pub fn may_manage(own: TenantRole, reach: &Reach) -> Result<(), Problem> {
    match reach.roles().find(|role| !own.may_manage(*role)) {
        None => Ok(()),
        Some(above) => Err(Problem::Forbidden(
            format!("Your role is {own}: what concerns the role {above} is for owners. Ask one.")
                .into(),
        )),
    }
}

/// Whether a tenant that is allowed `allowed` members and has `seen`, open
/// invitations counted, may have one more.
pub const fn room(allowed: u64, seen: u64) -> Result<(), Problem> {
    if seen < allowed {
        return Ok(());
    }
    Err(Problem::OverQuota {
        what: if allowed == 1 { "member" } else { "members" },
        limit: "members",
        allowed,
        seen,
        remedy: "Choose a larger plan, remove a member, or withdraw an invitation.",
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn houses(roles: &[TenantRole]) -> Reach {
        let house = |n| format!("villa-aaaaa{n}").parse().unwrap();
        let named = roles.iter().enumerate();
        Reach::Houses(named.map(|(n, role)| (house(n + 2), *role)).collect())
    }

    #[test]
    fn what_cannot_be_is_told_with_the_field() {
        use TenantRole::{Admin, Guest, Owner};
        let (now, later) = (Timestamp(10), Some(Timestamp(11)));
        for (reach, until, fault) in [
            (Reach::Tenant(Owner), None, None),
            (Reach::Tenant(Guest), later, None),
            (houses(&[Admin, Guest]), later, None),
            (Reach::Tenant(Owner), later, Some("until")),
            (Reach::Tenant(Guest), Some(now), Some("until")),
            (Reach::Houses(BTreeMap::new()), None, Some("houses")),
            (houses(&[Guest, Owner]), None, Some("houses")),
        ] {
            let found = match possible(&reach, until, now) {
                Err(Problem::Invalid { field, .. }) => Some(field),
                Err(other) => panic!("{other}"),
                Ok(()) => None,
            };
            assert_eq!(found, fault, "{reach:?} until {until:?}");
        }
    }

    #[test]
    fn one_role_above_ones_own_spoils_all() {
        use TenantRole::{Admin, Guest, Installer, Owner};
        assert!(may_manage(Owner, &Reach::Tenant(Owner)).is_ok());
        assert!(may_manage(Admin, &houses(&[Admin, Guest])).is_ok());
        assert!(may_manage(Admin, &Reach::Tenant(Owner)).is_err());
        assert!(may_manage(Installer, &Reach::Tenant(Guest)).is_err());
        let refused = may_manage(Installer, &houses(&[Guest])).unwrap_err();
        assert!(refused.to_string().contains("installer"));
    }

    #[test]
    fn the_quota_is_the_number_that_fits() {
        assert!(room(3, 2).is_ok());
        assert!(room(3, 3).is_err() && room(3, 4).is_err() && room(0, 0).is_err());
    }
}
