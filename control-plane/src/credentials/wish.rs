//! What somebody wants a credential to be, and what it becomes. Pure.

use std::time::Duration;

use model::binding::MODULES_PER_PACKAGE;
use model::{
    Binding, BusRole, BusUser, CredentialKind, DisplayName, Hosting, ModuleName, PackageName,
    Timestamp,
};

use crate::http::problem::Problem;

/// A credential to be, as somebody wrote it down.
#[derive(Clone, Debug)]
pub struct NewCredential {
    /// What kind of secret.
    pub kind: CredentialKind,
    /// What it may be on the bus.
    pub role: BusRole,
    /// What its owner calls it.
    pub name: DisplayName,
    /// For people: the user they log in as in a stock GUI; `None` for one made
    /// from the name.
    pub user: Option<String>,
    /// For packages: the package's name as in its manifest.
    pub package: Option<String>,
    /// For packages: the modules it speaks as.
    pub senders: Vec<String>,
    /// From when on it is refused.
    pub not_after: Option<Timestamp>,
}

impl NewCredential {
    /// A credential of a role, without what only some roles need.
    #[must_use]
    pub const fn of(role: BusRole, name: DisplayName) -> Self {
        Self {
            kind: CredentialKind::Secret,
            role,
            name,
            user: None,
            package: None,
            senders: Vec::new(),
            not_after: None,
        }
    }

    /// As whom it may speak, or what is wrong with the wish.
    pub(super) fn judge(&self, hosting: Hosting, now: Timestamp) -> Result<Binding, Problem> {
        if self.kind != CredentialKind::Secret {
            return Err(invalid(
                "kind",
                "must be \"secret\"; runtimes get their credentials from the service",
            ));
        }
        check_end(self.not_after, now)?;
        if self.role != BusRole::Package {
            self.without_package()?;
        }
        match self.role {
            BusRole::Runtime => Err(invalid(
                "role",
                "must be one of house, package, admin, resident, viewer; runtimes get their credentials from the service",
            )),
            BusRole::House => self.without_user().map(|()| Binding::House),
            BusRole::Package => {
                self.without_user()?;
                self.package(hosting)
            }
            BusRole::Admin | BusRole::Resident | BusRole::Viewer => self.person(),
        }
    }

    fn without_user(&self) -> Result<(), Problem> {
        if self.user.is_some() {
            let why = "is for the roles admin, resident and viewer only; leave it out";
            return Err(invalid("user", why));
        }
        Ok(())
    }

    fn without_package(&self) -> Result<(), Problem> {
        let why = "is for the role package only; leave it out";
        if self.package.is_some() {
            return Err(invalid("package", why));
        }
        if !self.senders.is_empty() {
            return Err(invalid("senders", why));
        }
        Ok(())
    }

    fn person(&self) -> Result<Binding, Problem> {
        let user: BusUser = match &self.user {
            Some(text) => text
                .parse()
                .map_err(|bad: model::name::BadName| invalid("user", &bad.to_string()))?,
            None => BusUser::from_display(self.name.as_str()).ok_or_else(|| {
                let why = "cannot be made from this name; give one of letters, digits and dashes";
                invalid("user", why)
            })?,
        };
        // Whoever logs in here speaks as `gui/usr-…`.
        if user.as_str().starts_with("usr-") {
            let why = "must not begin with \"usr-\": such users are people who log in here";
            return Err(invalid("user", why));
        }
        Ok(Binding::Person { user })
    }

    fn package(&self, hosting: Hosting) -> Result<Binding, Problem> {
        let package = self.package.as_deref().unwrap_or_default();
        let package: PackageName = package.parse().map_err(|bad: model::name::BadName| {
            let why = format!(
                "{bad}: give the name in the package's manifest, such as egeoffrey-service-mqtt"
            );
            invalid("package", &why)
        })?;
        if !(1..=MODULES_PER_PACKAGE).contains(&self.senders.len()) {
            let why = format!(
                "must name 1 to {MODULES_PER_PACKAGE} modules, such as service/zigbee2mqtt; names {}",
                self.senders.len()
            );
            return Err(invalid("senders", &why));
        }
        let mut senders: Vec<ModuleName> = Vec::new();
        for text in &self.senders {
            let sender: ModuleName = text.parse().map_err(|bad: model::name::BadName| {
                invalid("senders", &format!("has \"{text}\", which {bad}"))
            })?;
            if !senders.contains(&sender) {
                senders.push(sender);
            }
        }
        if hosting == Hosting::Hosted {
            let controls = senders.iter().find(|sender| sender.is_controller());
            if let Some(reserved) = controls {
                let why = format!("has {reserved}, which runs here for a hosted house");
                return Err(invalid("senders", &why));
            }
            if package.as_str().starts_with("egeoffrey-controller") {
                let why = "is the controller's, which runs here for a hosted house";
                return Err(invalid("package", why));
            }
        }
        Ok(Binding::Package { package, senders })
    }
}

/// How long the old secret keeps working when it is exchanged, unless somebody
/// says otherwise.
pub const OVERLAP: Duration = Duration::from_hours(24);

/// The longest overlap.
pub const LONGEST_OVERLAP: Duration = Duration::from_hours(30 * 24);

/// How a secret is to be exchanged.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// How long the old one keeps working; zero ends it at once.
    pub overlap: Duration,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { overlap: OVERLAP }
    }
}

impl Rotation {
    /// An overlap in seconds.
    pub fn of_seconds(seconds: u64) -> Result<Self, Problem> {
        let overlap = Duration::from_secs(seconds);
        if overlap > LONGEST_OVERLAP {
            let longest = LONGEST_OVERLAP.as_secs();
            let why = format!("must be 0 to {longest} (30 days), is {seconds}");
            return Err(invalid("overlap_seconds", &why));
        }
        Ok(Self { overlap })
    }
}

/// When the one that takes the place of a credential ends: it lives as long as
/// the old one was meant to.
pub(super) fn successor_end(
    created_at: Timestamp,
    not_after: Option<Timestamp>,
    now: Timestamp,
) -> Option<Timestamp> {
    not_after.map(|end| now.after(end.since(created_at)))
}

fn check_end(not_after: Option<Timestamp>, now: Timestamp) -> Result<(), Problem> {
    if not_after.is_some_and(|end| end <= now) {
        let why = "must be in the future, or absent for no end";
        return Err(invalid("not_after", why));
    }
    Ok(())
}

fn invalid(field: &'static str, why: &str) -> Problem {
    Problem::Invalid {
        field,
        why: why.to_owned(),
    }
}
