//! Bus tokens: short-lived JWTs that a browser presents in CONNECT and that a
//! gateway verifies without asking anybody.

use std::fmt;
use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use model::{AccountId, Ambient, BusRole, CellId, HouseId, Timestamp, TokenId};
use serde::Serialize;

use crate::store::SigningKeyPair;

/// How long a bus token lives: the most a gateway accepts.
pub const BUS_TOKEN_LIFE: Duration = Duration::from_mins(10);

/// What a token is to be good for. Whoever asks has checked that the person
/// may be that on this house's bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusTokenRequest {
    /// Who.
    pub account: AccountId,
    /// On which bus.
    pub house: HouseId,
    /// As what.
    pub role: BusRole,
    /// The only sender it may use: `gui/<user>_<n>`.
    pub sender: String,
}

/// A signed token.
#[derive(Clone)]
pub struct BusToken {
    /// The JWT.
    pub token: String,
    /// Its `jti`.
    pub id: TokenId,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

impl fmt::Debug for BusToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BusToken")
            .field("id", &self.id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The token could not be signed: the key in the database is none.
#[derive(Debug, thiserror::Error)]
#[error("cannot sign a bus token")]
pub struct SignError(#[from] jsonwebtoken::errors::Error);

#[derive(Serialize)]
struct Claims<'a> {
    sub: AccountId,
    house: &'a HouseId,
    role: BusRole,
    sender: &'a str,
    aud: &'a str,
    jti: TokenId,
    exp: i64,
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

    /// Signs a token that lives [`BUS_TOKEN_LIFE`].
    pub fn sign(
        &self,
        request: &BusTokenRequest,
        ambient: &dyn Ambient,
    ) -> Result<BusToken, SignError> {
        let id = TokenId::generate(ambient);
        let expires_at = Timestamp::from_secs(ambient.now().after(BUS_TOKEN_LIFE).as_secs());
        let claims = Claims {
            sub: request.account,
            house: &request.house,
            role: request.role,
            sender: &request.sender,
            aud: &self.audience,
            jti: id,
            exp: expires_at.as_secs(),
        };
        Ok(BusToken {
            token: jsonwebtoken::encode(&self.header, &claims, &self.key)?,
            id,
            expires_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation};
    use model::time::ManualAmbient;
    use serde_json::Value;

    use super::*;
    use crate::cell_link::signing_key;

    #[test]
    fn a_token_is_good_for_its_cell_and_verifies_with_the_published_key_only() {
        let ambient = ManualAmbient::at(Timestamp(1_795_264_686_123));
        let cell = CellId::generate(&ambient);
        let key = signing_key::generate(cell, &ambient).unwrap();
        let signer = BusTokenSigner::new(&key);
        let request = BusTokenRequest {
            account: AccountId::generate(&ambient),
            house: "villa-7k3q9x".parse().unwrap(),
            role: BusRole::Resident,
            sender: "gui/anna_17".to_owned(),
        };
        let signed = signer.sign(&request, &ambient).unwrap();
        assert!(signed.expires_at.since(ambient.now()) <= BUS_TOKEN_LIFE);
        assert!(!format!("{signed:?}").contains(&signed.token));

        let mut expected = Validation::new(Algorithm::EdDSA);
        expected.set_audience(&[cell::feed::audience(cell)]);
        expected.validate_exp = false;
        let verify = |x: &str, expected: &Validation| {
            let public = DecodingKey::from_ed_components(x).unwrap();
            jsonwebtoken::decode::<Value>(&signed.token, &public, expected)
        };
        let read = verify(&key.public_x, &expected).unwrap();
        assert_eq!(read.header.kid.as_deref(), Some(key.key_id.as_str()));
        assert_eq!(
            read.claims,
            serde_json::json!({
                "sub": request.account,
                "house": "villa-7k3q9x",
                "role": "resident",
                "sender": "gui/anna_17",
                "aud": format!("bus:{cell}"),
                "jti": signed.id,
                "exp": signed.expires_at.as_secs(),
            })
        );

        let other = signing_key::generate(cell, &ambient).unwrap();
        assert!(verify(&other.public_x, &expected).is_err());
        expected.set_audience(&[cell::feed::audience(CellId::generate(&ambient))]);
        assert!(verify(&key.public_x, &expected).is_err());
    }
}
