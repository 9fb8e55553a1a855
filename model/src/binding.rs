//! As whom a credential may speak on the bus of its house.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::BusRole;
use crate::name::{BadName, string_name};

/// Most modules that one package's credential names. Stock packages have one
/// to six.
pub const MODULES_PER_PACKAGE: usize = 20;

/// Most characters of a user, a package, and of each half of a module's name.
const NAME_MAX: usize = 64;

fn check(
    text: &str,
    is_allowed: impl Fn(char) -> bool,
    words: &'static str,
) -> Result<(), BadName> {
    let found = text.chars().count();
    if !(1..=NAME_MAX).contains(&found) {
        return Err(BadName::Length {
            min: 1,
            max: NAME_MAX,
            found,
        });
    }
    text.chars()
        .find(|c| !is_allowed(*c))
        .map_or(Ok(()), |odd| Err(BadName::Character(odd, words)))
}

/// The user in a person's sender `gui/<user>_<number>`: 1 to 64 letters,
/// digits and dashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusUser(String);
string_name!(BusUser);

impl FromStr for BusUser {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
        check(text, is_allowed, "a-z, A-Z, 0-9 and '-'")?;
        Ok(Self(text.to_owned()))
    }
}

impl BusUser {
    /// The nearest user to what a person wrote, in lower case; `None` when
    /// nothing of it can stand in a sender.
    #[must_use]
    pub fn from_display(name: &str) -> Option<Self> {
        let mut text = String::new();
        for c in name.chars().map(|c| c.to_ascii_lowercase()) {
            if text.len() == NAME_MAX {
                break;
            }
            if c.is_ascii_alphanumeric() {
                text.push(c);
            } else if !text.is_empty() && !text.ends_with('-') {
                text.push('-');
            }
        }
        text.trim_end_matches('-').parse().ok()
    }

    /// Whether `module` is `gui/<user>_` and one to six digits.
    #[must_use]
    pub fn is_sender(&self, module: &str) -> bool {
        split_person(module).is_some_and(|(user, _number)| user == self.0)
    }
}

/// User and number of a person's sender `gui/<user>_<1 to 6 digits>`.
#[must_use]
pub fn split_person(module: &str) -> Option<(&str, &str)> {
    let (user, number) = module.strip_prefix("gui/")?.rsplit_once('_')?;
    let is_number = (1..=6).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some((user, number))
}

/// The name of a package as its manifest gives it, such as
/// `egeoffrey-service-zigbee2mqtt`: 1 to 64 letters, digits and `-_.`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName(String);
string_name!(PackageName);

const PLAIN: &str = "a-z, A-Z, 0-9, '-', '_' and '.'";

const fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

impl FromStr for PackageName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        check(text, is_plain, PLAIN)?;
        Ok(Self(text.to_owned()))
    }
}

impl PackageName {
    /// Whether `module` is this package's watchdog:
    /// `system/watchdog-<package>-` and ten hexadecimal digits.
    #[must_use]
    pub fn is_watchdog(&self, module: &str) -> bool {
        module
            .strip_prefix("system/watchdog-")
            .and_then(|rest| rest.strip_prefix(self.as_str()))
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|hex| hex.len() == 10 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
    }
}

/// A module that a package may speak as: `<scope>/<name>`, such as
/// `service/zigbee2mqtt`. Neither a watchdog, which comes with its package,
/// nor a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleName(String);
string_name!(ModuleName);

impl FromStr for ModuleName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let (scope, name) = text.split_once('/').ok_or(BadName::Module)?;
        check(scope, is_plain, PLAIN)?;
        check(name, is_plain, PLAIN)?;
        if scope == "system" || split_person(text).is_some() {
            return Err(BadName::Reserved(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl ModuleName {
    /// Whether it is one of the controllers, which in a hosted house only we
    /// run.
    #[must_use]
    pub fn is_controller(&self) -> bool {
        self.0.starts_with("controller/")
    }
}

/// As whom the holder of a credential may speak.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(tag = "as", rename_all = "kebab-case")]
pub enum Binding {
    /// As every module of the house, like a stock passcode.
    #[default]
    House,
    /// As one person: `gui/<user>_<1 to 6 digits>`.
    Person {
        /// The user.
        user: BusUser,
    },
    /// As the modules of one package and its watchdog.
    Package {
        /// The package, whose watchdog is meant.
        package: PackageName,
        /// Its modules.
        senders: Vec<ModuleName>,
    },
}

impl Binding {
    /// Whether a credential of this role is bound like this. The others are
    /// not let in: a role without its binding would be a role without bounds.
    #[must_use]
    pub const fn fits(&self, role: BusRole) -> bool {
        matches!(
            (role, self),
            (BusRole::Runtime | BusRole::House, Self::House)
                | (BusRole::Package, Self::Package { .. })
                | (
                    BusRole::Admin | BusRole::Resident | BusRole::Viewer,
                    Self::Person { .. }
                )
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_stands_in_its_own_senders_only() {
        let anna: BusUser = "anna".parse().unwrap();
        for sender in ["gui/anna_1", "gui/anna_999999"] {
            assert!(anna.is_sender(sender), "{sender}");
        }
        for other in [
            "gui/anna",
            "gui/anna_",
            "gui/anna_1234567",
            "gui/anna_1a",
            "gui/joanna_1",
            "gui/anna_b_1",
            "gui/ANNA_1",
            "service/anna_1",
            "gui/anna_1/x",
        ] {
            assert!(!anna.is_sender(other), "{other}");
        }
        let nearest = BusUser::from_display("  Anna's tablet (küche)!");
        assert_eq!(nearest.unwrap().as_str(), "anna-s-tablet-k-che");
        assert_eq!(BusUser::from_display("Küche").unwrap().as_str(), "k-che");
        assert_eq!(BusUser::from_display("寝室"), None);
    }

    #[test]
    fn a_watchdog_is_its_own_package_s() {
        let package: PackageName = "egeoffrey-service-mqtt".parse().unwrap();
        let watchdog = "system/watchdog-egeoffrey-service-mqtt-0123abcdef";
        assert!(package.is_watchdog(watchdog));
        for other in [
            "system/watchdog-egeoffrey-service-mqtt-0123abcde",
            "system/watchdog-egeoffrey-service-mqtt-0123abcdefa",
            "system/watchdog-egeoffrey-service-mqtt-0123abcdeg",
            "system/watchdog-egeoffrey-service-mqtt-x-0123abcdef",
            "system/watchdog-egeoffrey-controller-0123abcdef",
            "service/watchdog-egeoffrey-service-mqtt-0123abcdef",
        ] {
            assert!(!package.is_watchdog(other), "{other}");
        }
    }

    #[test]
    fn modules_are_neither_watchdogs_nor_people_nor_patterns() {
        for good in ["service/zigbee2mqtt", "gui/webserver", "notification/smtp"] {
            assert!(good.parse::<ModuleName>().is_ok(), "{good}");
        }
        for bad in [
            "service",
            "service/",
            "/x",
            "service/a/b",
            "service/+",
            "#/x",
            "*/*",
            "system/watchdog-x-0123456789",
            "gui/anna_12",
            "service/a b",
        ] {
            assert!(bad.parse::<ModuleName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_binding_fits_its_roles_and_survives_the_link() {
        let person = Binding::Person {
            user: "anna".parse().unwrap(),
        };
        let package = Binding::Package {
            package: "p".parse().unwrap(),
            senders: vec!["service/x".parse().unwrap()],
        };
        for binding in [Binding::House, person, package] {
            let fitting = BusRole::ALL.iter().filter(|role| binding.fits(**role));
            assert_ne!(fitting.count(), 0);
            let text = serde_json::to_string(&binding).unwrap();
            assert_eq!(serde_json::from_str::<Binding>(&text).unwrap(), binding);
        }
        assert!(!Binding::House.fits(BusRole::Viewer));
        assert!(!Binding::House.fits(BusRole::Package));
    }
}
