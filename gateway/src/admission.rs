//! Who is let in: the decision over one CONNECT, and the same decision again
//! over live connections whenever the directory changes.
//!
//! Pure: the directory and the moment come from the caller. A house that does
//! not exist and a passcode that is wrong look alike to the client.

use std::net::IpAddr;

use bus::access::{Grant, Voice};
use cell::CredentialSpec;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use model::binding::split_person;
use model::{BusRole, BusUser, HouseId, RefusalReason, SecretHash, Standing, Timestamp};
use serde::Deserialize;

use crate::core::{Identity, Principal, Verdict};
use crate::directory::{Directory, HouseEntry};

/// The longest a bus token may be valid for, in seconds; a minute more is
/// granted for clocks that differ.
pub const LONGEST_TOKEN_SECS: i64 = 10 * 60;
const CLOCK_DIFFERENCE_SECS: i64 = 60;

/// What a client says of itself.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The MQTT user name: a house id.
    pub username: Option<&'a str>,
    /// The MQTT password: a secret of the house, or a bus token.
    pub password: Option<&'a [u8]>,
    /// From where it comes, as far as we can see. Nothing is decided by it.
    pub address: Option<IpAddr>,
}

/// What a client that is not let in is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// User name or password is wrong; not which.
    BadCredentials,
    /// The proof was right, but the tenant is suspended.
    Suspended,
    /// Nobody can be let in now.
    Unavailable,
}

/// Why a client is not let in, for the record and for the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The house it named, when there is one of that name.
    pub house: Option<HouseId>,
    /// The kind of refusal.
    pub reason: RefusalReason,
    /// Why, for the owner of the house.
    pub subject: &'static str,
    /// What the client is told.
    pub told: Told,
}

impl Rejected {
    /// Everybody is refused, because no state of the cell is known.
    pub const CLOSED: Self = Self {
        house: None,
        reason: RefusalReason::Unavailable,
        subject: "the gateway has no state to check credentials against",
        told: Told::Unavailable,
    };

    fn credentials(house: Option<&HouseId>, subject: &'static str) -> Self {
        Self {
            house: house.cloned(),
            reason: RefusalReason::Authentication,
            subject,
            told: Told::BadCredentials,
        }
    }
}

/// Decides over one CONNECT.
pub fn admit(
    directory: &Directory,
    now: Timestamp,
    attempt: &Attempt<'_>,
) -> Result<Identity, Rejected> {
    let password = attempt.password.unwrap_or_default();
    let house = attempt.username.and_then(|name| name.parse().ok());
    let named = house
        .as_ref()
        .and_then(|house| Some((house, directory.house(house)?)));
    let Some((house, entry)) = named else {
        // The same work as for a house that exists.
        let _same_time = SecretHash::of(password) == SecretHash::from_bytes([0; 32]);
        return Err(Rejected::credentials(None, "unknown house"));
    };
    if password.is_empty() {
        return Err(Rejected::credentials(Some(house), "no passcode"));
    }
    let proven = if is_token(password) {
        by_token(directory, entry, house, now, password)
    } else {
        by_secret(entry, now, password)
    };
    let proven = proven.map_err(|why| Rejected::credentials(Some(house), why))?;
    let identity = Identity {
        grant: Grant {
            house: house.clone(),
            role: proven.role,
            voice: proven.voice,
            hosting: entry.hosting,
        },
        principal: proven.principal,
        expires_at: proven.expires_at,
        address: attempt.address,
    };
    check_standing(house, entry)?;
    Ok(identity)
}

/// Decides again over a connection that was let in earlier.
#[must_use]
pub fn readmit(directory: &Directory, now: Timestamp, earlier: &Identity) -> Verdict {
    let Some(entry) = directory.house(&earlier.grant.house) else {
        return Verdict::Revoked;
    };
    let mut identity = earlier.clone();
    match &earlier.principal {
        Principal::Credential { id, .. } => {
            let standing = entry.credentials.iter().find(|credential| {
                credential.id == *id
                    && credential.role == earlier.grant.role
                    && credential.binding.fits(credential.role)
                    && !is_over(credential, now)
            });
            let Some(credential) = standing else {
                return Verdict::Revoked;
            };
            identity.expires_at = credential.not_after;
            identity.grant.voice = Voice::from(&credential.binding);
        }
        Principal::Token { subject, token } => {
            let expires = earlier.expires_at.unwrap_or(now);
            if expires <= now || is_revoked(entry, subject, token, expires) {
                return Verdict::Revoked;
            }
        }
    }
    if entry.standing == Standing::Suspended {
        return Verdict::Suspended;
    }
    identity.grant.hosting = entry.hosting;
    Verdict::Keep(identity)
}

struct Proven {
    role: BusRole,
    voice: Voice,
    principal: Principal,
    expires_at: Option<Timestamp>,
}

fn check_standing(house: &HouseId, entry: &HouseEntry) -> Result<(), Rejected> {
    match entry.standing {
        Standing::Active | Standing::ReadOnly => Ok(()),
        Standing::Suspended => Err(Rejected {
            house: Some(house.clone()),
            reason: RefusalReason::Standing,
            subject: "the account is suspended",
            told: Told::Suspended,
        }),
    }
}

fn is_over(credential: &CredentialSpec, now: Timestamp) -> bool {
    credential.not_after.is_some_and(|end| end <= now)
}

/// Compares with every secret of the house, whichever fits, so that the time
/// tells nothing.
fn by_secret(entry: &HouseEntry, now: Timestamp, presented: &[u8]) -> Result<Proven, &'static str> {
    let hash = SecretHash::of(presented);
    let mut found = None;
    for credential in &entry.credentials {
        if credential.secret_hash == hash {
            found = Some(credential);
        }
    }
    let credential = found.ok_or("wrong passcode")?;
    if is_over(credential, now) {
        return Err("the credential has expired");
    }
    if !credential.binding.fits(credential.role) {
        // A role without its binding could speak as anybody.
        return Err("the credential does not say as whom it may speak");
    }
    Ok(Proven {
        role: credential.role,
        voice: Voice::from(&credential.binding),
        principal: Principal::Credential {
            id: credential.id,
            line: credential.line.unwrap_or(credential.id),
        },
        expires_at: credential.not_after,
    })
}

/// Our secrets are base32 without dots, so two dots tell them apart.
fn is_token(password: &[u8]) -> bool {
    password.split(|byte| *byte == b'.').count() == 3
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    house: String,
    role: BusRole,
    sender: String,
    aud: String,
    jti: String,
    exp: i64,
}

fn by_token(
    directory: &Directory,
    entry: &HouseEntry,
    house: &HouseId,
    now: Timestamp,
    token: &[u8],
) -> Result<Proven, &'static str> {
    let claims = verified(directory, token)?;
    let expires = Timestamp::from_secs(claims.exp);
    let latest = now
        .as_secs()
        .saturating_add(LONGEST_TOKEN_SECS + CLOCK_DIFFERENCE_SECS);
    if directory.audience() != Some(claims.aud.as_str()) {
        return Err("the token is for another service");
    }
    if claims.house != house.as_str() {
        return Err("the token is for another house");
    }
    if expires <= now {
        return Err("the token has expired");
    }
    if claims.exp > latest {
        return Err("the token is valid for too long");
    }
    if claims.role < BusRole::Admin {
        return Err("this role does not connect with a token");
    }
    if !is_person(&claims.sender) {
        return Err("the token names no sender gui/<user>_<number>");
    }
    if claims.sub.is_empty() || claims.jti.is_empty() {
        return Err("the token lacks sub or jti");
    }
    if is_revoked(entry, &claims.sub, &claims.jti, expires) {
        return Err("the token was revoked");
    }
    Ok(Proven {
        role: claims.role,
        voice: Voice::One(claims.sender),
        principal: Principal::Token {
            subject: claims.sub,
            token: claims.jti,
        },
        expires_at: Some(expires),
    })
}

fn verified(directory: &Directory, token: &[u8]) -> Result<Claims, &'static str> {
    let header = decode_header(token).map_err(|_| "the token cannot be read")?;
    let key = header
        .kid
        .and_then(|key_id| directory.key(&key_id))
        .ok_or("the token is signed with an unknown key")?;
    // Only the signature is left to the library: time comes from the caller,
    // and each claim has its own sentence above.
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    decode::<Claims>(token, key, &validation)
        .map(|data| data.claims)
        .map_err(|_| "the token's signature or claims are wrong")
}

fn is_revoked(entry: &HouseEntry, subject: &str, token_id: &str, expires: Timestamp) -> bool {
    entry.revoked.iter().any(|revoked| {
        (revoked.subject == subject || revoked.subject == token_id) && expires <= revoked.until
    })
}

/// Exactly `gui/<user>_<1 to 6 digits>`, user of letters, digits and dashes.
fn is_person(sender: &str) -> bool {
    split_person(sender).is_some_and(|(user, _number)| user.parse::<BusUser>().is_ok())
}

#[cfg(test)]
mod tests;
