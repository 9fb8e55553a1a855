//! Passcodes and tokens: always random, shown once, kept as a hash.

use std::fmt;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::time::Ambient;

/// A random secret of 160 bits as 32 characters `[a-z2-7]`, made by us and
/// never chosen by a person. `Debug` and logs never show it.
///
/// 160 rather than the 128 bits asked for, because it fills the base32 text
/// without a remainder.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A fresh secret.
    #[must_use]
    pub fn generate(ambient: &dyn Ambient) -> Self {
        let mut bytes = [0; 20];
        ambient.fill_random(&mut bytes);
        let mut text = BASE32_NOPAD.encode(&bytes);
        text.make_ascii_lowercase();
        Self(text)
    }

    /// The text to show to its owner, once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept and compared instead of the secret.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.0.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// SHA-256 of a secret. A fast hash is right here, and only here: the secret
/// has at least 128 random bits, so it cannot be guessed from its hash, and a
/// slow one would be a lever for whoever floods us with wrong passcodes.
#[derive(Clone, Copy, Eq)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of what a client presented.
    #[must_use]
    pub fn of(presented: &[u8]) -> Self {
        Self(Sha256::digest(presented).into())
    }

    /// A hash as stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash as stored.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Equality in constant time.
impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl std::hash::Hash for SecretHash {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

impl Serialize for SecretHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&HEXLOWER.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for SecretHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        HEXLOWER
            .decode(text.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("expected 64 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{ManualAmbient, Timestamp};

    #[test]
    fn a_secret_matches_only_its_own_hash() {
        let ambient = ManualAmbient::at(Timestamp(0));
        let (one, other) = (Secret::generate(&ambient), Secret::generate(&ambient));
        assert_eq!(one.hash(), SecretHash::of(one.expose().as_bytes()));
        assert_ne!(one.hash(), other.hash());
        assert_eq!(one.expose().len(), 32);
        assert_eq!(
            format!("{one:?} {:?}", one.hash()),
            "Secret(…) SecretHash(…)"
        );
    }

    #[test]
    fn a_hash_survives_json() {
        let hash = SecretHash::of(b"x");
        let text = serde_json::to_string(&hash).unwrap();
        assert_eq!(serde_json::from_str::<SecretHash>(&text).unwrap(), hash);
        assert!(serde_json::from_str::<SecretHash>("\"00\"").is_err());
    }
}
