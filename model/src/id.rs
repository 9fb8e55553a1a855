//! Typed ids: UUIDv7 in 16 bytes; as text a prefix and 26 characters of
//! lower-case base32 (RFC 4648 alphabet, no padding), which sort by creation.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::time::Ambient;

/// Text that is not an id of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an id that starts with \"{prefix}_\" followed by 26 letters and digits")]
pub struct BadId {
    /// The prefix of the kind that was wanted.
    pub prefix: &'static str,
}

fn encode(prefix: &str, uuid: Uuid) -> String {
    let mut text = BASE32_NOPAD.encode(uuid.as_bytes());
    text.make_ascii_lowercase();
    format!("{prefix}_{text}")
}

fn decode(prefix: &'static str, text: &str) -> Result<Uuid, BadId> {
    let bad = BadId { prefix };
    let rest = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .ok_or(bad)?;
    if rest.len() != 26 || rest.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(bad);
    }
    let bytes = BASE32_NOPAD
        .decode(rest.to_ascii_uppercase().as_bytes())
        .map_err(|_| bad)?;
    Uuid::from_slice(&bytes).map_err(|_| bad)
}

fn generate(ambient: &dyn Ambient) -> Uuid {
    let mut random = [0; 10];
    ambient.fill_random(&mut random);
    let millis = u64::try_from(ambient.now().0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The prefix of this kind of id in its text form.
            pub const PREFIX: &'static str = $prefix;

            /// A fresh id that sorts after those made earlier.
            #[must_use]
            pub fn generate(ambient: &dyn Ambient) -> Self {
                Self(generate(ambient))
            }

            /// The id as stored in a database.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The id as stored in a database.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
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
                crate::schema::id($prefix)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&encode($prefix, self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                decode($prefix, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

typed_ids! {
    /// One customer: the unit of isolation, plan, quota and bill.
    TenantId = "ten";
    /// One person who can log in.
    AccountId = "usr";
    /// The database key of one home. On the bus and in URLs a home goes by its
    /// [`HouseId`](crate::HouseId).
    HouseKey = "hse";
    /// One secret with which a house, a package or a runtime connects.
    CredentialId = "crd";
    /// One gateway shard with the runtimes of its tenants.
    CellId = "cel";
    /// One log-in of a person in a browser.
    SessionId = "ses";
    /// One short-lived or refresh token, as in a JWT's `jti`.
    TokenId = "tok";
    /// A passkey of a person.
    PasskeyId = "psk";
    /// One aggregated refusal.
    RefusalId = "ref";
    /// One invitation to a tenant or to the service.
    InvitationId = "inv";
    /// One request for support access, and what became of it.
    SupportId = "sup";
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::time::{ManualAmbient, Timestamp};

    #[test]
    fn text_round_trips_and_sorts_by_creation() {
        let ambient = ManualAmbient::at(Timestamp::from_secs(1_795_264_686));
        let first = TenantId::generate(&ambient);
        ambient.advance(Duration::from_millis(1));
        let second = TenantId::generate(&ambient);
        assert!(first.to_string() < second.to_string());
        assert_eq!(first.to_string().parse(), Ok(first));
        assert_eq!(first.to_string().len(), "ten_".len() + 26);
    }

    #[test]
    fn another_kind_and_other_spellings_are_refused() {
        let ambient = ManualAmbient::at(Timestamp::from_secs(1));
        let tenant = TenantId::generate(&ambient).to_string();
        assert_eq!(tenant.parse::<AccountId>(), Err(BadId { prefix: "usr" }));
        assert!(tenant.to_uppercase().parse::<TenantId>().is_err());
        assert!(tenant[..20].parse::<TenantId>().is_err());
        assert!("ten_".parse::<TenantId>().is_err());
    }
}
