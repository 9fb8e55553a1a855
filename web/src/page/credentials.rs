//! The credentials of a house, as the Connect page lists and makes them.

use crate::{Field, Moment, Text};

/// A secret that is shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshSecret {
    /// The name of its credential.
    pub name: String,
    /// The passcode.
    pub passcode: String,
    /// What it is for.
    pub use_as: FreshUse,
}

/// What a secret that is shown once is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FreshUse {
    /// Any module of the house.
    House,
    /// The modules of one package, such as `service/zigbee2mqtt`.
    Package {
        /// The modules.
        modules: Vec<String>,
    },
    /// A person with a GUI of their own.
    Person {
        /// The user to log in as.
        user: String,
    },
}

/// A credential of the house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may be on the bus.
    pub role: Text,
    /// As whom it speaks: modules, or a person; empty for the whole house.
    pub voice: Vec<String>,
    /// When it was made.
    pub created: Moment,
    /// Who made it; `None` when the service did, or when they are gone.
    pub created_by: Option<String>,
    /// When it was last used; `None` when it never was or is not known.
    pub last_used: Option<Moment>,
    /// From where, as the gateway saw it.
    pub last_used_from: Option<String>,
    /// When it ends, by the clock of the house; empty for never.
    pub ends: Text,
    /// How that stands.
    pub life: Life,
}

/// How long a credential has to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It works.
    Lives,
    /// It works for a while beside the one that takes its place.
    Exchanged,
    /// It has ended.
    Ended,
}

impl Credential {
    /// Whether its secret can be exchanged.
    #[must_use]
    pub fn may_be_exchanged(&self) -> bool {
        self.life == Life::Lives
    }
}

/// How long an old secret may be kept working, for the form: seconds, words,
/// and whether it is what we would choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The value of the field, in seconds.
    pub seconds: u64,
    /// What it is called.
    pub words: Text,
    /// Whether it is chosen at first.
    pub usual: bool,
}

/// What can be chosen, from at once to the longest there is.
#[must_use]
pub fn overlaps() -> Vec<Overlap> {
    [
        (0, Text::new("credentials-overlap-none")),
        (3_600, Text::new("credentials-overlap-hour")),
        (86_400, Text::new("credentials-overlap-day")),
        (7 * 86_400, Text::new("credentials-overlap-week")),
        (30 * 86_400, Text::new("credentials-overlap-month")),
    ]
    .map(|(seconds, words)| Overlap {
        seconds,
        words,
        usual: seconds == 86_400,
    })
    .into()
}

/// The form for a further credential.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CredentialForm {
    /// What it is called.
    pub name: Field,
    /// The role that is chosen; empty for the first.
    pub role: String,
    /// For people: the user.
    pub user: Field,
    /// For packages: the package.
    pub package: Field,
    /// For packages: the modules, with blanks or commas between them.
    pub senders: Field,
    /// The last day it works; empty for no end.
    pub ends: Field,
}

/// A role in the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleOption {
    /// The value of the field.
    pub word: &'static str,
    /// What it is called.
    pub title: Text,
    /// What it may do.
    pub meaning: Text,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl CredentialForm {
    /// The roles, from most to least powerful.
    #[must_use]
    pub fn roles(&self) -> Vec<RoleOption> {
        ["house", "package", "admin", "resident", "viewer"]
            .iter()
            .enumerate()
            .map(|(at, word)| RoleOption {
                word,
                title: Text::one_of("bus-role", word),
                meaning: Text::one_of("bus-role-may", word),
                chosen: self.role == *word || (self.role.is_empty() && at == 0),
            })
            .collect()
    }

    /// Whether somebody has begun to fill it in: then it stands open.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        *self != Self::default()
    }
}
