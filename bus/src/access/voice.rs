//! As whom a connection may speak: the credential's binding, asked of modules.

use model::binding::split_person;
use model::{Binding, BusUser, ModuleName, PackageName};

use crate::topic::Module;

/// As whom a connection may speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voice {
    /// As any module that is not reserved.
    Any,
    /// As exactly this module: a person with a sender that the service drew.
    One(String),
    /// As `gui/<user>_<1 to 6 digits>`: a person with a stock GUI, which draws
    /// the number itself.
    Person(BusUser),
    /// As these modules, and as the watchdog of their package.
    Package {
        /// The package.
        package: PackageName,
        /// Its modules.
        senders: Vec<ModuleName>,
    },
}

impl From<&Binding> for Voice {
    fn from(binding: &Binding) -> Self {
        match binding {
            Binding::House => Self::Any,
            Binding::Person { user } => Self::Person(user.clone()),
            Binding::Package { package, senders } => Self::Package {
                package: package.clone(),
                senders: senders.clone(),
            },
        }
    }
}

impl Voice {
    /// Whether it speaks as this module.
    #[must_use]
    pub fn is(&self, module: Module<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::One(sender) => is_named(sender, module),
            Self::Person(user) => module.scope == "gui" && user.is_sender(&module.to_string()),
            Self::Package { package, senders } => {
                senders.iter().any(|own| is_named(own.as_str(), module))
                    || (module.scope == "system" && package.is_watchdog(&module.to_string()))
            }
        }
    }

    /// The person in `gui/users` whose voice this is.
    pub(super) fn user(&self) -> Option<&str> {
        match self {
            Self::One(sender) => split_person(sender).map(|(user, _number)| user),
            Self::Person(user) => Some(user.as_str()),
            Self::Any | Self::Package { .. } => None,
        }
    }
}

fn is_named(full_name: &str, module: Module<'_>) -> bool {
    full_name.split_once('/') == Some((module.scope, module.name))
}
