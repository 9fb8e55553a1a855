//! Strings that obey a grammar. Parsed at the door; inside, the type is the
//! proof.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::{Ambient, Timestamp};

/// Why a text is not the name it should be. Written for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// Too short or too long.
    #[error("must have {min} to {max} characters, has {found}")]
    Length {
        /// Fewest characters allowed.
        min: usize,
        /// Most characters allowed.
        max: usize,
        /// Characters found.
        found: usize,
    },
    /// A character outside the grammar.
    #[error("character {0:?} is not allowed; use {1}")]
    Character(char, &'static str),
    /// A wrong first or last character.
    #[error("must start with a letter and must not end with '-'")]
    Edge,
    /// A name that means something else on the bus.
    #[error("\"{0}\" is a reserved name; choose another")]
    Reserved(String),
    /// Not an e-mail address.
    #[error("is not an e-mail address such as name@example.org")]
    Email,
    /// Not a module of the bus.
    #[error("is not a module such as service/zigbee2mqtt")]
    Module,
    /// Not a time zone of the tz database.
    #[error("is not a time zone such as Europe/Berlin")]
    TimeZone,
}

macro_rules! string_name {
    ($name:ident) => {
        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use string_name;

/// Most characters of a [`Slug`]: 63 bytes of a Kubernetes label value, less
/// the 7 of a house id's suffix and 16 for our own prefixes and suffixes.
pub const SLUG_MAX: usize = 40;

/// Random characters behind the dash of a house id.
const HOUSE_SUFFIX: usize = 6;

/// Names that a first level of a house or tenant must not be: words of the bus
/// and names that brokers and people treat as special.
const RESERVED: [&str; 12] = [
    "admin",
    "api",
    "controller",
    "egeoffrey",
    "gateway",
    "gui",
    "house",
    "null",
    "root",
    "sys",
    "system",
    "www",
];

fn check_label(text: &str, min: usize, max: usize) -> Result<(), BadName> {
    let found = text.chars().count();
    if !(min..=max).contains(&found) {
        return Err(BadName::Length { min, max, found });
    }
    if let Some(odd) = text
        .chars()
        .find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-'))
    {
        return Err(BadName::Character(odd, "a-z, 0-9 and '-'"));
    }
    if !text.starts_with(|c: char| c.is_ascii_lowercase()) || text.ends_with('-') {
        return Err(BadName::Edge);
    }
    Ok(())
}

/// A short name for host names, bus topics and Kubernetes names.
///
/// 1 to 40 characters of `[a-z0-9-]`, first a letter, last not a dash, not a
/// word that is special on the bus.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);
string_name!(Slug);

impl FromStr for Slug {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        check_label(text, 1, SLUG_MAX)?;
        if RESERVED.contains(&text) {
            return Err(BadName::Reserved(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Slug {
    /// The nearest slug to what a person wrote: lower case, runs of anything
    /// else become one dash, cut at 40 characters. `fallback` is used when
    /// nothing remains or the result is reserved (a name in another script).
    #[must_use]
    pub fn from_display(name: &str, fallback: &Self) -> Self {
        let mut text = String::new();
        for c in name.chars().map(|c| c.to_ascii_lowercase()) {
            if text.len() == SLUG_MAX {
                break;
            }
            if c.is_ascii_lowercase() || (c.is_ascii_digit() && !text.is_empty()) {
                text.push(c);
            } else if !text.is_empty() && !text.ends_with('-') {
                text.push('-');
            }
        }
        text.trim_end_matches('-')
            .parse()
            .unwrap_or_else(|_| fallback.clone())
    }
}

/// The name of a plan: 1 to 40 characters of `[a-z0-9-]`, first a letter, last
/// not a dash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanName(String);
string_name!(PlanName);

impl FromStr for PlanName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        check_label(text, 1, SLUG_MAX)?;
        Ok(Self(text.to_owned()))
    }
}

impl From<crate::Plan> for PlanName {
    fn from(plan: crate::Plan) -> Self {
        Self(plan.as_str().to_owned())
    }
}

/// The name of a house in the whole service: its MQTT user name and the third
/// level of all its topics, `<slug>-<6 characters of base32>`.
///
/// At most 47 characters of `[a-z0-9-]`, so no MQTT wildcard, no separator and
/// no look-alike can stand in it. Never reused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HouseId(String);
string_name!(HouseId);

impl FromStr for HouseId {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        check_label(text, HOUSE_SUFFIX + 2, SLUG_MAX + 1 + HOUSE_SUFFIX)?;
        let (slug, suffix) = text.rsplit_once('-').ok_or(BadName::Edge)?;
        check_label(slug, 1, SLUG_MAX)?;
        if suffix.len() != HOUSE_SUFFIX {
            return Err(BadName::Length {
                min: HOUSE_SUFFIX,
                max: HOUSE_SUFFIX,
                found: suffix.len(),
            });
        }
        Ok(Self(text.to_owned()))
    }
}

impl HouseId {
    /// A fresh id for a house whose name gives `slug`. 30 random bits: the
    /// database's unique index decides, the caller draws again.
    #[must_use]
    pub fn generate(slug: &Slug, ambient: &dyn Ambient) -> Self {
        let mut random = [0; 5];
        ambient.fill_random(&mut random);
        let mut suffix = BASE32_NOPAD.encode(&random);
        suffix.truncate(HOUSE_SUFFIX);
        suffix.make_ascii_lowercase();
        Self(format!("{slug}-{suffix}"))
    }
}

/// A name that people give: 1 to 80 characters after trimming, no control
/// characters. Any script; shown escaped, never used in a path or topic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisplayName(String);
string_name!(DisplayName);

impl FromStr for DisplayName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        let found = text.chars().count();
        if !(1..=80).contains(&found) {
            return Err(BadName::Length {
                min: 1,
                max: 80,
                found,
            });
        }
        if let Some(odd) = text.chars().find(|c| c.is_control()) {
            return Err(BadName::Character(odd, "letters, digits, blanks and signs"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// An e-mail address, kept as written; two addresses are the same account when
/// their [`EmailAddress::canonical`] forms are equal.
///
/// At most 254 characters (RFC 5321 path limit), one `@`, a dotted or plain
/// domain, no blanks, controls or quotes (so no header can be injected).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);
string_name!(EmailAddress);

impl FromStr for EmailAddress {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(BadName::Email)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || "\"(),:;<>[\\]@".contains(c);
        let domain_ok = domain
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
        if text.len() > 254
            || local.is_empty()
            || local.len() > 64
            || local.contains(odd)
            || domain.contains(odd)
            || !domain_ok
        {
            return Err(BadName::Email);
        }
        Ok(Self(text.to_owned()))
    }
}

impl EmailAddress {
    /// The form that must be unique: all lower case.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.0.to_lowercase()
    }
}

/// A time zone of the tz database, such as `Europe/Berlin`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeZoneName(String);
string_name!(TimeZoneName);

impl FromStr for TimeZoneName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let zone = jiff::tz::TimeZone::get(text).map_err(|_| BadName::TimeZone)?;
        let name = zone.iana_name().ok_or(BadName::TimeZone)?;
        Ok(Self(name.to_owned()))
    }
}

impl TimeZoneName {
    /// The zone with its rules.
    #[must_use]
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.0).unwrap_or(jiff::tz::TimeZone::UTC)
    }

    /// `at` by the clock here as RFC 3339 with its offset:
    /// `2026-11-21T14:02:09+01:00`. Fractions of a second are dropped; moments
    /// that the calendar cannot hold are told in UTC.
    #[must_use]
    pub fn rfc3339(&self, at: Timestamp) -> String {
        jiff::Timestamp::from_second(at.as_secs()).map_or_else(
            |_| at.to_rfc3339(),
            |moment| {
                let here = moment.to_zoned(self.zone());
                here.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
            },
        )
    }

    /// The first moment after a day such as `2027-01-31` here; `None` if that
    /// is no day.
    #[must_use]
    pub fn end_of_day(&self, day: &str) -> Option<Timestamp> {
        let day: jiff::civil::Date = day.parse().ok()?;
        let next = day.tomorrow().ok()?.to_zoned(self.zone()).ok()?;
        Some(Timestamp(next.timestamp().as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::ManualAmbient;

    fn slug(text: &str) -> Slug {
        text.parse().unwrap()
    }

    #[test]
    fn slugs_come_from_what_people_write() {
        let house = slug("home");
        for (written, expected) in [
            ("Villa Sonnenhang", "villa-sonnenhang"),
            ("  3. Stock / links ", "stock-links"),
            ("Öresund", "resund"),
            ("我的家", "home"),
            ("gui", "home"),
            ("+#/$\0", "home"),
        ] {
            assert_eq!(Slug::from_display(written, &house).as_str(), expected);
        }
    }

    #[test]
    fn reserved_and_odd_names_are_refused() {
        assert_eq!("gui".parse::<Slug>(), Err(BadName::Reserved("gui".into())));
        for odd in ["", "-a", "a-", "A", "a/b", "a+b", "a#", "ä", "a b", "1a"] {
            assert!(odd.parse::<Slug>().is_err(), "{odd}");
        }
        for odd in [
            "villa",
            "villa-7k3q9",
            "villa-7k3q9x/#",
            "+-aaaaaa",
            "-aaaaaa",
            "*",
        ] {
            assert!(odd.parse::<HouseId>().is_err(), "{odd}");
        }
    }

    #[test]
    fn addresses_keep_their_case_and_compare_without_it() {
        let address: EmailAddress = " Anna@Example.org ".parse().unwrap();
        assert_eq!(address.as_str(), "Anna@Example.org");
        assert_eq!(address.canonical(), "anna@example.org");
        for odd in [
            "",
            "a",
            "a@",
            "@b",
            "a b@c",
            "a@b\r\nBcc: x@y",
            "a@.b",
            "<a>@b",
            "a@b@c",
        ] {
            assert!(odd.parse::<EmailAddress>().is_err(), "{odd}");
        }
    }

    #[test]
    fn zones_are_those_of_the_tz_database() {
        assert_eq!(
            "Europe/Berlin".parse::<TimeZoneName>().unwrap().as_str(),
            "Europe/Berlin"
        );
        assert!("Mars/Olympus".parse::<TimeZoneName>().is_err());
    }

    #[test]
    fn moments_are_told_with_the_offset_of_the_zone() {
        let zone: TimeZoneName = "Europe/Berlin".parse().unwrap();
        for (secs, told) in [
            (1_795_264_686, "2026-11-21T13:38:06+01:00"),
            (1_774_746_000, "2026-03-29T03:00:00+02:00"),
        ] {
            assert_eq!(zone.rfc3339(Timestamp::from_secs(secs)), told);
        }
        assert_eq!(
            zone.rfc3339(Timestamp(i64::MAX)),
            Timestamp(i64::MAX).to_rfc3339()
        );
    }

    #[test]
    fn a_day_ends_by_the_clock_of_the_zone() {
        let zone: TimeZoneName = "Europe/Berlin".parse().unwrap();
        let end = |day: &str| zone.end_of_day(day).map(Timestamp::to_rfc3339);
        for (day, expected) in [
            ("2027-03-27", "2027-03-27T23:00:00.000Z"),
            ("2027-03-28", "2027-03-28T22:00:00.000Z"),
        ] {
            assert_eq!(end(day).as_deref(), Some(expected));
        }
        for odd in ["", "tomorrow", "2027-02-30", "31.1.2027", "9999-12-31"] {
            assert_eq!(end(odd), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_house_is_called_its_id_is_valid(name in "\\PC{0,60}", seed: i64) {
            let ambient = ManualAmbient::at(Timestamp(seed));
            let id = HouseId::generate(&Slug::from_display(&name, &slug("home")), &ambient);
            prop_assert_eq!(id.as_str().parse::<HouseId>(), Ok(id.clone()));
            prop_assert!(id.as_str().len() <= SLUG_MAX + 7);
        }
    }
}
