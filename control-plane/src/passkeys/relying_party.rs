//! Whether passkeys work at the portal's address.

use std::fmt;
use std::time::Duration;

use url::{Host, Url};
use webauthn_rs::prelude::{Webauthn, WebauthnBuilder};

use super::ceremony::LASTS;
use crate::http::problem::Problem;

/// Who passkeys are made for, as authenticators show it.
const NAME: &str = "egeoffrey-cloud";

/// Why there can be no passkeys here. Browsers decide that, not we.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// The portal goes by an IP address.
    #[error(
        "Browsers make passkeys for host names only, and this portal is reached by an IP address. \
         Whoever runs it can give it a name and HTTPS (the setting http.public_url)."
    )]
    Address,
    /// The portal is reached over plain HTTP from other machines.
    #[error(
        "Browsers make passkeys over HTTPS only, and this portal is reached over plain HTTP. \
         Whoever runs it can put HTTPS in front of it (the setting http.public_url)."
    )]
    PlainHttp,
}

/// The portal as authenticators know it; or why they cannot.
#[derive(Clone)]
pub struct RelyingParty(Result<Webauthn, Impossible>);

impl fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let possible = self.0.as_ref().map(|_| ()).map_err(|why| *why);
        f.debug_tuple("RelyingParty").field(&possible).finish()
    }
}

impl RelyingParty {
    /// For a portal at `public_url`: over HTTPS by its host name, and on
    /// `localhost` by any port, which browsers take for secure.
    #[must_use]
    pub fn for_portal(public_url: &Url) -> Self {
        Self(build(public_url))
    }

    /// Why there can be no passkeys; `None` when there can.
    #[must_use]
    pub fn impossible(&self) -> Option<Impossible> {
        self.0.as_ref().err().copied()
    }

    /// The library, set up for this portal.
    pub(super) fn get(&self) -> Result<&Webauthn, Problem> {
        self.0
            .as_ref()
            .map_err(|why| Problem::PasskeysImpossible(*why))
    }
}

fn build(public_url: &Url) -> Result<Webauthn, Impossible> {
    let Some(Host::Domain(host)) = public_url.host() else {
        return Err(Impossible::Address);
    };
    let local = host == "localhost" || host.ends_with(".localhost");
    if public_url.scheme() != "https" && !local {
        return Err(Impossible::PlainHttp);
    }
    let lasts = Duration::from_secs(LASTS.as_secs());
    // A host is always a suffix of itself, which is all that can fail here.
    WebauthnBuilder::new(host, public_url)
        .and_then(|builder| {
            builder
                .rp_name(NAME)
                .timeout(lasts)
                .allow_any_port(local)
                .build()
        })
        .map_err(|_| Impossible::Address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_need_a_name_and_a_secure_way() {
        for (url, expected) in [
            ("https://home.example", None),
            ("https://home.example:8443", None),
            ("http://localhost:8080", None),
            ("http://cloud.localhost:8080", None),
            ("http://home.example", Some(Impossible::PlainHttp)),
            ("http://raspberrypi:8080", Some(Impossible::PlainHttp)),
            ("http://192.168.1.5:8080", Some(Impossible::Address)),
            ("https://192.168.1.5", Some(Impossible::Address)),
            ("http://127.0.0.1:8080", Some(Impossible::Address)),
            ("https://[2001:db8::1]", Some(Impossible::Address)),
        ] {
            let found = RelyingParty::for_portal(&Url::parse(url).unwrap());
            assert_eq!(found.impossible(), expected, "{url}");
            assert_eq!(found.get().is_ok(), expected.is_none());
        }
    }
}
