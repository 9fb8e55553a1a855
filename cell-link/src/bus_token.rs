//! Bus tokens: short-lived JWTs that a browser presents in CONNECT and that a
//! gateway verifies without asking anybody.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use model::{AccountId, BusRole, CellId, HouseId, Timestamp};
use serde::{Serialize, Serializer};

use store::SigningKeyPair;

/// What a token says. Whoever signs it has checked that the person may be that
/// on this house's bus. The audience is the signer's cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BusTokenClaims {
    /// Who.
    pub sub: AccountId,
    /// On which bus.
    pub house: HouseId,
    /// As what.
    pub role: BusRole,
    /// The only sender it may use: `gui/<user>_<n>`.
    pub sender: String,
    /// The log-in that the token was granted to, so that it can be refused when
    /// that ends. All tokens of one log-in carry the same: nobody tells them
    /// apart, and the sender is each one's own.
    pub jti: String,
    /// From when on it is refused, at most 10 minutes from now: gateways
    /// refuse what lives longer. Whole seconds count.
    #[serde(serialize_with = "whole_seconds")]
    pub exp: Timestamp,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
fn whole_seconds<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(at.as_secs())
}

/// The token could not be signed: the key in the database is none.
#[derive(Debug, thiserror::Error)]
#[error("cannot sign a bus token")]
pub struct SignError(#[from] jsonwebtoken::errors::Error);

#[derive(Serialize)]
struct Addressed<'a> {
    aud: &'a str,
    #[serde(flatten)]
    claims: &'a BusTokenClaims,
}

/// Signs bus tokens for one cell.
pub struct BusTokenSigner {
    header: Header,
    key: EncodingKey,
    audience: String,
    cell: CellId,
}

impl BusTokenSigner {
    /// Signs with this key, for its cell.
    #[must_use]
    pub fn new(key: &SigningKeyPair) -> Self {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.key_id.clone());
        Self {
            header,
            key: EncodingKey::from_ed_der(&key.pkcs8),
            audience: cell::feed::audience(key.cell),
            cell: key.cell,
        }
    }

    /// The cell whose bus the tokens are for.
    #[must_use]
    pub const fn cell(&self) -> CellId {
        self.cell
    }

    /// Signs a token.
    pub fn sign(&self, claims: &BusTokenClaims) -> Result<String, SignError> {
        let addressed = Addressed {
            aud: &self.audience,
            claims,
        };
        Ok(jsonwebtoken::encode(&self.header, &addressed, &self.key)?)
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation};
    use model::Ambient;
    use model::time::ManualAmbient;
    use serde_json::Value;

    use super::*;
    use crate::signing_key;

    #[test]
    fn a_token_is_good_for_its_cell_and_verifies_with_the_published_key_only() {
        let ambient = ManualAmbient::at(Timestamp(1_795_264_686_123));
        let cell = CellId::generate(&ambient);
        let key = signing_key::generate(cell, &ambient).unwrap();
        let signer = BusTokenSigner::new(&key);
        let claims = BusTokenClaims {
            sub: AccountId::generate(&ambient),
            house: "villa-7k3q9x".parse().unwrap(),
            role: BusRole::Resident,
            sender: "gui/anna_17".to_owned(),
            jti: "ses_1".to_owned(),
            exp: ambient.now(),
        };
        let signed = signer.sign(&claims).unwrap();

        let mut expected = Validation::new(Algorithm::EdDSA);
        expected.set_audience(&[cell::feed::audience(cell)]);
        expected.validate_exp = false;
        let verify = |x: &str, expected: &Validation| {
            let public = DecodingKey::from_ed_components(x).unwrap();
            jsonwebtoken::decode::<Value>(&signed, &public, expected)
        };
        let read = verify(&key.public_x, &expected).unwrap();
        assert_eq!(read.header.kid.as_deref(), Some(key.key_id.as_str()));
        assert_eq!(
            read.claims,
            serde_json::json!({
                "sub": claims.sub,
                "house": "villa-7k3q9x",
                "role": "resident",
                "sender": "gui/anna_17",
                "aud": format!("bus:{cell}"),
                "jti": claims.jti,
                "exp": 1_795_264_686,
            })
        );

        let other = signing_key::generate(cell, &ambient).unwrap();
        assert!(verify(&other.public_x, &expected).is_err());
        expected.set_audience(&[cell::feed::audience(CellId::generate(&ambient))]);
        assert!(verify(&key.public_x, &expected).is_err());
    }
}
