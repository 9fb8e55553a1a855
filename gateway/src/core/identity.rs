//! Who a connection is, as admission found out.

use ::core::net::IpAddr;

use bus::Grant;
use model::{CredentialId, Timestamp};

/// Names one connection; chosen by the shell, never reused while the process
/// lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u64);

/// An admitted client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What it may do on the bus of its house.
    pub grant: Grant,
    /// What it proved to be. Only the same principal takes over its client id.
    pub principal: Principal,
    /// When its token or credential ends and with it the connection; `None`
    /// for never.
    pub expires_at: Option<Timestamp>,
    /// From where it connects, as far as we can see.
    pub address: Option<IpAddr>,
}

impl Identity {
    /// Whether this is a part of the house rather than somebody who looks at
    /// it or operates it: only the former say that a house is alive.
    #[must_use]
    pub const fn is_of_the_house(&self) -> bool {
        self.principal.credential().is_some() && self.grant.role.is_of_the_house()
    }
}

/// What a client proved to be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// The holder of one of the house's secrets.
    Credential {
        /// Which.
        id: CredentialId,
        /// The first of the credentials that took each other's place: the
        /// holder stays the same when a secret is exchanged.
        line: CredentialId,
    },
    /// The holder of a signed bus token.
    Token {
        /// The token's `sub`: an account.
        subject: String,
        /// The token's `jti`. Two tokens of one subject are the same
        /// principal for a take-over.
        token: String,
    },
}

impl Principal {
    /// Whether `self` may continue what `other` began.
    #[must_use]
    pub fn succeeds(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Credential { line: one, .. }, Self::Credential { line: another, .. }) => {
                one == another
            }
            (
                Self::Token { subject: one, .. },
                Self::Token {
                    subject: another, ..
                },
            ) => one == another,
            _ => false,
        }
    }

    /// The credential, unless it is a token.
    #[must_use]
    pub const fn credential(&self) -> Option<CredentialId> {
        match self {
            Self::Credential { id, .. } => Some(*id),
            Self::Token { .. } => None,
        }
    }
}

/// What a new document of the feed means for a live connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It stays, with these rights and this end.
    Keep(Identity),
    /// Its credential or token is gone: closed as not authorised.
    Revoked,
    /// The tenant's standing closes it, as an administrative action.
    Suspended,
}
