//! Ed25519 keys that bus tokens are signed with. The private half is made here
//! and never leaves the control plane's database.

use aws_lc_rs::error::KeyRejected;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use data_encoding::HEXLOWER;
use model::{Ambient, CellId};
use sha2::{Digest, Sha256};

use store::SigningKeyPair;

/// The key could not be made; nothing a caller can do about it.
#[derive(Debug, thiserror::Error)]
#[error("cannot make an Ed25519 key")]
pub struct KeyError;

impl From<KeyRejected> for KeyError {
    fn from(_: KeyRejected) -> Self {
        Self
    }
}

/// A fresh key pair for a cell. Its id is the first 16 hexadecimal digits of
/// the public key's SHA-256.
pub fn generate(cell: CellId, ambient: &dyn Ambient) -> Result<SigningKeyPair, KeyError> {
    let mut seed = [0; 32];
    ambient.fill_random(&mut seed);
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed)?;
    let public = pair.public_key().as_ref();
    let mut key_id = HEXLOWER.encode(&Sha256::digest(public));
    key_id.truncate(16);
    Ok(SigningKeyPair {
        key_id,
        cell,
        pkcs8: pair.to_pkcs8v1().map_err(|_| KeyError)?.as_ref().to_owned(),
        public_x: URL_SAFE_NO_PAD.encode(public),
        created_at: ambient.now(),
    })
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use model::time::ManualAmbient;

    use super::*;

    #[test]
    fn keys_differ_and_name_themselves() {
        let ambient = ManualAmbient::at(Timestamp(1));
        let cell = CellId::generate(&ambient);
        let (one, other) = (
            generate(cell, &ambient).unwrap(),
            generate(cell, &ambient).unwrap(),
        );
        assert_ne!(one.public_x, other.public_x);
        assert_ne!(one.key_id, other.key_id);
        assert_eq!(one.key_id.len(), 16);
        assert_eq!(URL_SAFE_NO_PAD.decode(&one.public_x).unwrap().len(), 32);
    }
}
