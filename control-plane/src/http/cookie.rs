//! The cookies: a random session id, and for five minutes the secret of a
//! passkey's challenge.

use http::{HeaderMap, HeaderValue, header};
use url::Url;

/// How the session cookie is named and guarded, which depends on whether the
/// portal is reached over HTTPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionCookie {
    secure: bool,
}

impl SessionCookie {
    /// For a portal at `public_url`: with `https` the cookie is `Secure` and
    /// has the `__Host-` prefix, so that no sub-domain can set or read it.
    /// Over plain HTTP on a LAN browsers would drop such a cookie.
    #[must_use]
    pub fn for_portal(public_url: &Url) -> Self {
        Self {
            secure: public_url.scheme() == "https",
        }
    }

    /// Whether cookies may travel over HTTPS only.
    #[must_use]
    pub const fn is_secure(self) -> bool {
        self.secure
    }

    /// The cookie's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        if self.secure {
            "__Host-session"
        } else {
            "session"
        }
    }

    /// The header that starts a session in the browser and forgets it there
    /// after `max_age_secs`.
    #[must_use]
    pub fn set(self, secret: &str, max_age_secs: u64) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        let name = self.name();
        let text = format!(
            "{name}={secret}; Path=/; Max-Age={max_age_secs}; HttpOnly; SameSite=Lax{secure}"
        );
        // Secrets are base32, so this is always a header value.
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// The header that hands over the secret of a passkey's challenge. The
    /// browser sends it along from pages of ours only, also after a link.
    #[must_use]
    pub fn set_ceremony(self, secret: &str, max_age_secs: u64) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        let name = self.ceremony_name();
        let text = format!(
            "{name}={secret}; Path=/; Max-Age={max_age_secs}; HttpOnly; SameSite=Strict{secure}"
        );
        // Secrets are base32, so this is always a header value.
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// The secret of the challenge that a request answers.
    #[must_use]
    pub fn read_ceremony(self, headers: &HeaderMap) -> Option<String> {
        only(headers, self.ceremony_name())
    }

    const fn ceremony_name(self) -> &'static str {
        if self.secure {
            "__Host-passkey"
        } else {
            "passkey"
        }
    }

    /// The header that removes the session from the browser.
    #[must_use]
    pub fn clear(self) -> HeaderValue {
        self.set("", 0)
    }

    /// The session secret that a request presents. `None` when there is none,
    /// or more than one: a second could have been planted by another site
    /// below the same domain.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<String> {
        only(headers, self.name())
    }
}

/// The value of the one cookie of this name.
fn only(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == wanted)
        .map(|(_, value)| value.to_owned());
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(url: &str) -> SessionCookie {
        SessionCookie::for_portal(&Url::parse(url).unwrap())
    }

    #[test]
    fn over_https_no_sub_domain_can_set_or_read_it() {
        let over_https = cookie("https://home.example").set("abc", 60);
        assert_eq!(
            over_https,
            "__Host-session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
        let challenge = cookie("https://home.example").set_ceremony("abc", 300);
        assert_eq!(
            challenge,
            "__Host-passkey=abc; Path=/; Max-Age=300; HttpOnly; SameSite=Strict; Secure"
        );
        let on_a_lan = cookie("http://192.168.1.5:8080").set("abc", 60);
        assert_eq!(
            on_a_lan,
            "session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
        );
    }

    #[test]
    fn two_cookies_of_the_name_are_none() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; session=one"));
        assert_eq!(cookie("http://x").read(&headers).as_deref(), Some("one"));
        headers.append(header::COOKIE, HeaderValue::from_static("session=two"));
        assert_eq!(cookie("http://x").read(&headers), None);
        assert_eq!(cookie("https://x").read(&headers), None);
    }
}
