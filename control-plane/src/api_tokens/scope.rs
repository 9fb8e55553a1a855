//! What a token may do.

use http::Method;
use model::{BusRole, TenantRole};

/// One thing a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Looks at houses, values and usage.
    Read,
    /// Does what a resident does: moves actuators, connects to the bus.
    Control,
    /// Changes houses, sensors and credentials, as far as the person may.
    Manage,
    /// Administers the service; only an admin of it can make such a token, and
    /// it always has an end.
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Control, Self::Manage, Self::Admin];

    /// The word in API and database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Control => "control",
            Self::Manage => "manage",
            Self::Admin => "admin",
        }
    }

    /// What a request needs that asks for at least this role.
    #[must_use]
    pub fn needed(method: &Method, least: TenantRole) -> Self {
        match least {
            _ if method.is_safe() => Self::Read,
            // Roles are ordered from most to least powerful.
            TenantRole::Owner | TenantRole::Admin | TenantRole::Installer => Self::Manage,
            TenantRole::Resident | TenantRole::Guest => Self::Control,
        }
    }
}

/// Some of the scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Reads words, in any order; `None` when there is none, or an unknown one.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut scopes = Vec::new();
        for word in words {
            let found = Scope::ALL.into_iter().find(|scope| scope.as_str() == word);
            scopes.push(found?);
        }
        scopes.sort_unstable();
        scopes.dedup();
        (!scopes.is_empty()).then_some(Self(scopes))
    }

    /// Whether `scope` is among them.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// The words.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        self.0.iter().map(|scope| scope.as_str()).collect()
    }

    /// The most powerful bus role that they allow.
    #[must_use]
    pub fn bus_role(&self) -> BusRole {
        if self.has(Scope::Manage) {
            BusRole::Admin
        } else if self.has(Scope::Control) {
            BusRole::Resident
        } else {
            BusRole::Viewer
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_in_any_order_and_unknown_ones_are_refused() {
        let scopes = Scopes::of(["manage", "read", "read"]).unwrap();
        assert_eq!(scopes.words(), ["read", "manage"]);
        assert!(!scopes.has(Scope::Control));
        for odd in [&[][..], &["owner"], &["read", "Manage"]] {
            assert_eq!(Scopes::of(odd.iter().copied()), None, "{odd:?}");
        }
    }

    #[test]
    fn looking_needs_read_and_changing_what_the_role_says() {
        for (method, least, needed) in [
            (Method::GET, TenantRole::Admin, Scope::Read),
            (Method::PUT, TenantRole::Resident, Scope::Control),
            (Method::POST, TenantRole::Guest, Scope::Control),
            (Method::DELETE, TenantRole::Admin, Scope::Manage),
            (Method::PATCH, TenantRole::Installer, Scope::Manage),
            (Method::POST, TenantRole::Owner, Scope::Manage),
        ] {
            assert_eq!(Scope::needed(&method, least), needed, "{method} {least}");
        }
    }
}
