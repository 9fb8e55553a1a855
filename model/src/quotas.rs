//! The limits of a tenant, as one struct and as one table of names.
//!
//! What walks over all quotas (forms, the API, exceptions, the database) goes
//! through [`Quota::ALL`], so that a further quota is one entry here and
//! nowhere a further `match`.

use serde::{Deserialize, Serialize};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// "No limit": the largest whole number that every reader of JSON keeps
/// exactly (RFC 8259, section 6), far beyond what anybody can use.
pub const UNLIMITED: u64 = (1 << 53) - 1;

/// The largest MQTT packet: a remaining length of 268,435,455 bytes with its
/// header of 5.
const LARGEST_PACKET: u64 = 256 * MIB + 4;

/// A hundred years.
const LONGEST_HISTORY_DAYS: u64 = 36_500;

/// In what a quota is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Things.
    Count,
    /// Bytes.
    Bytes,
    /// Days.
    Days,
}

/// One quota: its name and between which values it can be.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    /// The name in the API, the database and refusals: `houses`.
    pub name: &'static str,
    /// What people call it: `Connections per house`.
    pub title: &'static str,
    /// In what it is counted.
    pub unit: Unit,
    /// Less than this is no limit but a lock: nothing could work at all.
    pub least: u64,
    /// More than this has no meaning; stands for "unlimited".
    pub most: u64,
    read: fn(&Quotas) -> u64,
    write: fn(&mut Quotas, u64),
}

impl PartialEq for Quota {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Quota {}

impl Quota {
    /// The quota with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|quota| quota.name == name)
    }

    /// Checks a value; fails with what continues the quota's name.
    pub fn check(&self, value: u64) -> Result<u64, BadQuota> {
        if (self.least..=self.most).contains(&value) {
            Ok(value)
        } else {
            Err(BadQuota {
                least: self.least,
                most: self.most,
            })
        }
    }

    /// Whether `value` stands for "no limit" of this quota.
    #[must_use]
    pub const fn is_unlimited(&self, value: u64) -> bool {
        value >= self.most
    }
}

/// A value that a quota cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number between {least} and {most}, or \"unlimited\"")]
pub struct BadQuota {
    least: u64,
    most: u64,
}

macro_rules! quotas {
    ($(
        $(#[$doc:meta])*
        $name:ident: $title:literal, $unit:ident, $least:expr, $most:expr;
    )+) => {
        /// The limits of a tenant: those of its plan with an admin's exceptions.
        ///
        /// Counts are per what the name says; sizes in bytes; history in days.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Quotas {
            $($(#[$doc])* pub $name: u64,)+
        }

        impl Quota {
            /// Every quota there is, in the order people read them.
            pub const ALL: &'static [Self] = &[$(Self {
                name: stringify!($name),
                title: $title,
                unit: Unit::$unit,
                least: $least,
                most: $most,
                read: |quotas| quotas.$name,
                write: |quotas, value| quotas.$name = value,
            },)+];
        }
    };
}

quotas! {
    /// Houses of a tenant.
    houses: "Houses", Count, 1, UNLIMITED;
    /// Members of a tenant.
    members: "Members", Count, 1, UNLIMITED;
    /// MQTT connections of a house at one time.
    connections_per_house: "Connections per house", Count, 1, UNLIMITED;
    /// Messages per second a house may send for long.
    messages_per_second: "Messages per second", Count, 1, UNLIMITED;
    /// Messages a house may send at once before the rate applies.
    messages_burst: "Messages at once", Count, 1, UNLIMITED;
    /// Messages a tenant may send in one UTC day.
    messages_per_day: "Messages per day", Count, 1, UNLIMITED;
    /// The largest MQTT packet, in bytes.
    message_bytes: "Largest message", Bytes, KIB, LARGEST_PACKET;
    /// Retained payloads and topics of a house, in bytes.
    retained_bytes: "Retained messages", Bytes, 1, UNLIMITED;
    /// Topic filters of one connection.
    subscriptions_per_connection: "Subscriptions per connection", Count, 1, UNLIMITED;
    /// Messages waiting for one absent client.
    offline_messages: "Waiting messages per client", Count, 1, UNLIMITED;
    /// Bytes waiting for one absent client.
    offline_bytes: "Waiting bytes per client", Bytes, 1, UNLIMITED;
    /// Sensors of a house.
    sensors_per_house: "Sensors per house", Count, 1, UNLIMITED;
    /// Rules of a house.
    rules_per_house: "Rules per house", Count, 1, UNLIMITED;
    /// Days of history kept.
    history_days: "History kept", Days, 1, LONGEST_HISTORY_DAYS;
    /// Stored history of a house, in bytes.
    history_bytes: "History stored per house", Bytes, 1, UNLIMITED;
    /// Notifications of a house in one UTC day.
    notifications_per_day: "Notifications per day", Count, 1, UNLIMITED;
}

impl Quotas {
    /// The value of one quota.
    #[must_use]
    pub fn get(&self, quota: &Quota) -> u64 {
        (quota.read)(self)
    }

    /// Gives one quota another value.
    pub fn set(&mut self, quota: &Quota, value: u64) {
        (quota.write)(self, value);
    }

    /// Every quota with its value.
    pub fn list(&self) -> impl Iterator<Item = (&'static Quota, u64)> + '_ {
        Quota::ALL.iter().map(|quota| (quota, self.get(quota)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Plan;

    #[test]
    fn the_table_and_the_struct_name_the_same_things() {
        let quotas = Plan::Home.quotas();
        let listed: serde_json::Map<_, _> = quotas
            .list()
            .map(|(quota, value)| (quota.name.to_owned(), value.into()))
            .collect();
        assert_eq!(
            serde_json::to_value(quotas).unwrap(),
            serde_json::Value::Object(listed)
        );
    }

    #[test]
    fn what_is_set_is_what_is_got_and_nothing_else_changes() {
        for quota in Quota::ALL {
            let mut quotas = Plan::Free.quotas();
            quotas.set(Quota::by_name(quota.name).unwrap(), 7_777);
            for (other, value) in quotas.list() {
                let expected = if other == quota {
                    7_777
                } else {
                    Plan::Free.quotas().get(other)
                };
                assert_eq!(value, expected, "{} after {}", other.name, quota.name);
            }
        }
        assert_eq!(Quota::by_name("houses_"), None);
    }

    #[test]
    fn values_have_to_leave_something_working() {
        for plan in Plan::ALL {
            for (quota, value) in plan.quotas().list() {
                assert_eq!(quota.check(value), Ok(value));
                assert!(!quota.is_unlimited(value));
                assert_eq!(quota.check(quota.most), Ok(quota.most));
                let bad = quota.check(0).unwrap_err().to_string();
                assert!(bad.contains("unlimited"), "{bad}");
                assert!(quota.check(quota.most + 1).is_err());
            }
        }
        assert!(Quota::by_name("message_bytes").unwrap().check(100).is_err());
    }
}
