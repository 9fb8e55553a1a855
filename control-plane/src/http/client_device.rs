//! On what and from where somebody logs in, in words modest enough to keep.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use http::header::USER_AGENT;
use http::request::Parts;

use super::client_address::ClientAddress;

/// The browser and the place of a log-in, as its owner is shown them. Neither
/// a whole User-Agent nor a whole address is ever kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientDevice {
    /// `Firefox on Linux`; `Unknown browser` when it is none we know.
    pub device: String,
    /// `203.0.113.…`, `2001:db8:1:…`, `this machine`.
    pub address: String,
}

impl<S: Send + Sync> FromRequestParts<S> for ClientDevice {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, state).await?;
        let agent = parts.headers.get(USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok());
        Ok(Self {
            device: device(agent.unwrap_or_default()),
            address: shortened(address),
        })
    }
}

/// Names of browsers by what their User-Agent has and others' have not; the
/// first that fits. Most of them also claim to be Chrome or Safari.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Names of systems likewise.
const SYSTEMS: [(&str, &str); 8] = [
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
    ("FreeBSD", "FreeBSD"),
];

/// The browser and its system. Only words of our own come out.
fn device(agent: &str) -> String {
    let named = |names: &[(&str, &'static str)]| {
        let fits = names.iter().find(|(sign, _)| agent.contains(sign));
        fits.map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("Unknown browser on {system}"),
        (None, None) => "Unknown browser".to_owned(),
    }
}

/// An address without its last part: enough to tell home from abroad.
pub(crate) fn shortened(address: IpAddr) -> String {
    match address.to_canonical() {
        own if own.is_loopback() => "this machine".to_owned(),
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.…")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:…")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart_and_nothing_typed_comes_through() {
        for (agent, told) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.5.0", "Unknown browser"),
            (
                "<script>alert(1)</script> Windows",
                "Unknown browser on Windows",
            ),
            ("", "Unknown browser"),
        ] {
            assert_eq!(device(agent), told, "{agent}");
        }
    }

    #[test]
    fn addresses_lose_their_last_part() {
        for (address, told) in [
            ("203.0.113.77", "203.0.113.…"),
            ("::ffff:203.0.113.77", "203.0.113.…"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:…"),
            ("127.0.0.1", "this machine"),
            ("::1", "this machine"),
        ] {
            assert_eq!(shortened(address.parse().unwrap()), told);
        }
    }
}
