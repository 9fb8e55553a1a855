//! What a person or a credential may be.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Text that names no member of a closed list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not one of: {expected}")]
pub struct UnknownWord {
    /// What was given.
    pub found: String,
    /// The words that would have been understood.
    pub expected: &'static str,
}

macro_rules! word_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every member, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in the database, the API and on the cell link.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                crate::schema::words(&[$($word),+])
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord {
                        found: text.chars().take(40).collect(),
                        expected: concat!($($word, " "),+),
                    }),
                }
            }
        }
    };
}
pub(crate) use word_enum;

word_enum! {
    /// A role on a house's bus, from most to least powerful.
    BusRole {
        /// The tenant runtime of a hosted house: `controller/*` and its watchdog.
        Runtime = "runtime",
        /// Everything of the house: what one stock passcode is.
        House = "house",
        /// One package: its own modules and its watchdog.
        Package = "package",
        /// A person who may also change the configuration.
        Admin = "admin",
        /// A person who lives there: reads, and moves actuators.
        Resident = "resident",
        /// A person who only looks.
        Viewer = "viewer",
    }
}

impl BusRole {
    /// Whether it is for parts of a house rather than for people.
    #[must_use]
    pub const fn is_of_the_house(self) -> bool {
        matches!(self, Self::Runtime | Self::House | Self::Package)
    }
}

word_enum! {
    /// A person's role in a tenant or in one of its houses, from most to least
    /// powerful.
    TenantRole {
        /// May do everything, including deleting the tenant. Never without one.
        /// Never of a single house.
        Owner = "owner",
        /// May manage houses, credentials and members.
        Admin = "admin",
        /// May manage houses, credentials and sensors, and sees no members.
        Installer = "installer",
        /// Lives there.
        Resident = "resident",
        /// Looks.
        Guest = "guest",
    }
}

impl TenantRole {
    /// Whether somebody with this role may make somebody with the role `other`
    /// a member, change them or remove them: nobody reaches above themselves.
    #[must_use]
    pub fn may_manage(self, other: Self) -> bool {
        // Roles are ordered from most to least powerful.
        self <= Self::Admin && self <= other
    }

    /// The most powerful bus role a browser token of this person may carry.
    #[must_use]
    pub const fn bus_role(self) -> BusRole {
        match self {
            Self::Owner | Self::Admin | Self::Installer => BusRole::Admin,
            Self::Resident => BusRole::Resident,
            Self::Guest => BusRole::Viewer,
        }
    }
}

word_enum! {
    /// Where the `controller/*` modules of a house run.
    Hosting {
        /// In our tenant runtime.
        Hosted = "hosted",
        /// At home; we are bus, portal and account.
        OnPremise = "on-premise",
    }
}

word_enum! {
    /// What kind of secret a credential is.
    CredentialKind {
        /// For the modules of a house; user name is the house id.
        Secret = "secret",
        /// For the tenant runtime of a hosted house.
        Runtime = "runtime",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip_and_others_say_what_is_known() {
        for role in BusRole::ALL {
            assert_eq!(role.as_str().parse(), Ok(*role));
        }
        let unknown = "owner".parse::<BusRole>().unwrap_err();
        assert_eq!(
            unknown.to_string(),
            "\"owner\" is not one of: runtime house package admin resident viewer "
        );
    }

    #[test]
    fn nobody_manages_above_themselves_and_only_two_manage_at_all() {
        use TenantRole::{Admin, Owner};
        for own in TenantRole::ALL {
            for other in TenantRole::ALL {
                let expected = *own == Owner || (*own == Admin && *other != Owner);
                assert_eq!(own.may_manage(*other), expected, "{own} {other}");
            }
        }
    }

    #[test]
    fn a_guest_only_looks() {
        assert_eq!(TenantRole::Guest.bus_role(), BusRole::Viewer);
        assert!(
            TenantRole::Resident.bus_role() > BusRole::Admin,
            "later is less powerful"
        );
    }
}
