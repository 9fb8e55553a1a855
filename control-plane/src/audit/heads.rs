//! Where all chains end, signed: one document that stands for every row there
//! is. Pure.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use model::{Ambient, Timestamp};
use serde::{Deserialize, Serialize};

use crate::store::audit::chain::Hash;
use crate::store::{AuditKey, Chain, ChainHead};

/// What every document begins with, and what is signed first.
const FORMAT: &str = "egeoffrey-cloud audit heads 1";

/// How many days back every day's document is kept; older ones only of the
/// first day of a month.
pub const DAILY: u32 = 35;

/// Where one chain ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// `service`, or the tenant's id.
    pub chain: String,
    /// The number of its last row.
    pub seq: i64,
    /// That row's hash, in hexadecimal digits.
    pub hash: String,
}

impl Head {
    /// The head of a chain.
    #[must_use]
    pub fn of(chain: Chain, head: &ChainHead) -> Self {
        Self {
            chain: chain.to_string(),
            seq: head.seq,
            hash: HEXLOWER.encode(&head.hash),
        }
    }

    /// What it says, if that makes sense.
    #[must_use]
    pub fn read(&self) -> Option<(Chain, ChainHead)> {
        let chain = self.chain.parse().ok()?;
        let hash: Hash = HEXLOWER
            .decode(self.hash.as_bytes())
            .ok()?
            .try_into()
            .ok()?;
        let seq = self.seq;
        Some((chain, ChainHead { seq, hash }))
    }
}

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Heads {
    /// `egeoffrey-cloud audit heads 1`.
    pub format: String,
    /// When it was made: RFC 3339, UTC.
    pub at: String,
    /// The id of the key it is signed with.
    pub key_id: String,
    /// The public key, base64url. For people who check it elsewhere; the
    /// service trusts none but those it has made.
    pub public_key: String,
    /// Every chain.
    pub heads: Vec<Head>,
    /// The Ed25519 signature, base64url.
    pub signature: String,
}

/// Why a document is none of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHeads {
    /// It cannot be read.
    #[error("is not a document of heads: {0}")]
    Unreadable(String),
    /// It is signed by a key that this service never had.
    #[error("is signed by another key than this service's ({0})")]
    UnknownKey(String),
    /// It is not what was signed.
    #[error("does not bear the service's signature: it was altered or forged")]
    Forged,
    /// No key can be made or used.
    #[error("cannot be signed: the key in the database is broken")]
    Key,
}

impl Heads {
    /// Makes and signs one.
    pub fn sign(key: &AuditKey, at: Timestamp, heads: Vec<Head>) -> Result<Self, BadHeads> {
        let mut document = Self {
            format: FORMAT.to_owned(),
            at: at.to_rfc3339(),
            key_id: key.key_id.clone(),
            public_key: key.public_x.clone(),
            heads,
            signature: String::new(),
        };
        let pair = Ed25519KeyPair::from_pkcs8(&key.pkcs8).map_err(|_| BadHeads::Key)?;
        let signature = pair.sign(&document.signed());
        document.signature = BASE64URL_NOPAD.encode(signature.as_ref());
        Ok(document)
    }

    /// Reads one that was signed with one of `keys`.
    pub fn open(text: &[u8], keys: &[AuditKey]) -> Result<Self, BadHeads> {
        let document: Self = serde_json::from_slice(text)
            .map_err(|error| BadHeads::Unreadable(error.to_string()))?;
        let mut known = keys.iter().filter(|key| key.key_id == document.key_id);
        let key = known.next().ok_or_else(|| {
            let shown = document.key_id.chars().take(40).collect();
            BadHeads::UnknownKey(shown)
        })?;
        let public = BASE64URL_NOPAD.decode(key.public_x.as_bytes());
        let public = public.map_err(|_| BadHeads::Key)?;
        let signature = BASE64URL_NOPAD.decode(document.signature.as_bytes());
        let signature = signature.map_err(|_| BadHeads::Forged)?;
        UnparsedPublicKey::new(&ED25519, public)
            .verify(&document.signed(), &signature)
            .map_err(|_| BadHeads::Forged)?;
        Ok(document)
    }

    /// When it was made; the beginning of time when that makes no sense.
    #[must_use]
    pub fn moment(&self) -> Timestamp {
        Timestamp::from_rfc3339(&self.at).unwrap_or(Timestamp(i64::MIN))
    }

    /// What is signed: every text behind its length in 4 bytes, every number in
    /// 8, the highest byte first.
    fn signed(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut text = |text: &str| {
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        };
        text(&self.format);
        text(&self.at);
        text(&self.key_id);
        text(&self.public_key);
        for head in &self.heads {
            text(&head.chain);
            text(&head.seq.to_string());
            text(&head.hash);
        }
        bytes
    }
}

/// A fresh key that heads are signed with. Its id is the first 16 hexadecimal
/// digits of the public key's SHA-256.
pub fn generate_key(ambient: &dyn Ambient) -> Result<AuditKey, BadHeads> {
    let mut seed = [0; 32];
    ambient.fill_random(&mut seed);
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| BadHeads::Key)?;
    let public = pair.public_key().as_ref();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, public);
    let mut key_id = HEXLOWER.encode(digest.as_ref());
    key_id.truncate(16);
    let pkcs8 = pair.to_pkcs8v1().map_err(|_| BadHeads::Key)?;
    Ok(AuditKey {
        key_id,
        pkcs8: pkcs8.as_ref().to_owned(),
        public_x: BASE64URL_NOPAD.encode(public),
        created_at: ambient.now(),
    })
}

/// The name of the file of a day: `2026-11-21.json`.
#[must_use]
pub fn file_name(at: Timestamp) -> String {
    let moment = at.to_rfc3339();
    let day = moment.split('T').next().unwrap_or_default();
    format!("{day}.json")
}

/// The beginning of the day that a file is of; `None` when its name says none.
#[must_use]
pub fn day_of(file_name: &str) -> Option<Timestamp> {
    let day = file_name.strip_suffix(".json")?;
    Timestamp::from_rfc3339(&format!("{day}T00:00:00Z"))
}

/// Whether the file of `day` is still kept at `now`: all of the last [`DAILY`]
/// days, and those of the first of a month as long as rows are.
#[must_use]
pub fn is_kept(day: Timestamp, now: Timestamp) -> bool {
    let days = now.since(day).as_secs() / (24 * 3_600);
    let kept = crate::store::AUDIT_KEPT.as_secs() / (24 * 3_600);
    let is_first = file_name(day).ends_with("-01.json");
    days <= u64::from(DAILY) || (is_first && days <= kept)
}

#[cfg(test)]
mod tests {
    use model::TenantId;
    use model::time::ManualAmbient;

    use super::*;

    fn heads() -> (AuditKey, Heads) {
        let ambient = ManualAmbient::at(Timestamp::from_secs(1_795_264_686));
        let key = generate_key(&ambient).unwrap();
        let end = ChainHead {
            seq: 7,
            hash: [9; 32],
        };
        let tenant = Chain::Tenant(TenantId::generate(&ambient));
        let all = vec![Head::of(Chain::Service, &end), Head::of(tenant, &end)];
        let heads = Heads::sign(&key, ambient.now(), all).unwrap();
        (key, heads)
    }

    #[test]
    fn a_document_round_trips_and_says_where_chains_end() {
        let (key, heads) = heads();
        let text = serde_json::to_vec(&heads).unwrap();
        let read = Heads::open(&text, std::slice::from_ref(&key)).unwrap();
        assert_eq!(read, heads);
        assert_eq!(read.moment(), Timestamp::from_secs(1_795_264_686));
        let (chain, head) = read.heads[0].read().unwrap();
        assert_eq!((chain, head.seq, head.hash), (Chain::Service, 7, [9; 32]));
    }

    #[test]
    fn whatever_is_changed_breaks_the_signature() {
        let (key, heads) = heads();
        let change: [fn(&mut Heads); 6] = [
            |h| h.at = "2026-11-22T00:00:00.000Z".into(),
            |h| h.heads[0].seq = 6,
            |h| h.heads[1].hash.replace_range(0..1, "a"),
            |h| h.heads.truncate(1),
            |h| h.heads.swap(0, 1),
            |h| h.signature = String::new(),
        ];
        for change in change {
            let mut forged = heads.clone();
            change(&mut forged);
            let text = serde_json::to_vec(&forged).unwrap();
            let opened = Heads::open(&text, std::slice::from_ref(&key));
            assert_eq!(opened, Err(BadHeads::Forged));
        }
        let other = generate_key(&ManualAmbient::at(Timestamp(5))).unwrap();
        let ambient = ManualAmbient::at(Timestamp(5));
        ambient.fill_random(&mut [0; 1]);
        let stranger = generate_key(&ambient).unwrap();
        assert_ne!(other.key_id, stranger.key_id);
        let text = serde_json::to_vec(&heads).unwrap();
        let opened = Heads::open(&text, std::slice::from_ref(&stranger));
        assert!(matches!(opened, Err(BadHeads::UnknownKey(_))), "{opened:?}");
        // Another key under the same name does not help.
        let posing = AuditKey {
            key_id: key.key_id,
            ..stranger
        };
        assert_eq!(Heads::open(&text, &[posing]), Err(BadHeads::Forged));
        for odd in [&b""[..], b"{}", b"[1]"] {
            let opened = Heads::open(odd, &[]);
            assert!(matches!(opened, Err(BadHeads::Unreadable(_))), "{opened:?}");
        }
    }

    #[test]
    fn days_are_kept_for_weeks_and_months_for_a_year() {
        let now = Timestamp::from_rfc3339("2026-11-21T17:00:00Z").unwrap();
        assert_eq!(file_name(now), "2026-11-21.json");
        let kept = |name: &str| is_kept(day_of(name).unwrap(), now);
        assert!(kept("2026-11-21.json") && kept("2026-10-17.json"));
        assert!(!kept("2026-10-16.json"));
        assert!(kept("2026-10-01.json") && kept("2025-11-01.json"));
        assert!(!kept("2025-10-01.json"));
        for odd in ["notes.json", "2026-13-01.json", "2026-11-21"] {
            assert_eq!(day_of(odd), None, "{odd}");
        }
    }
}
