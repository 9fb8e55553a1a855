//! The headers every answer carries, and the content security policy.

use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue};
use url::Url;

/// The policy that all pages obey, for a portal whose live pages connect to
/// the gateways at these `ws://` or `wss://` addresses.
#[must_use]
pub fn content_security_policy(gateways: &[&Url]) -> HeaderValue {
    let origins: Vec<String> = gateways
        .iter()
        .filter_map(|url| websocket_origin(url))
        .collect();
    let origins: Vec<&str> = origins.iter().map(String::as_str).collect();
    // What the policy is made of has no character that a header cannot carry.
    HeaderValue::from_str(&web::csp::policy(&origins))
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

fn websocket_origin(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    matches!(url.scheme(), "ws" | "wss").then(|| match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    })
}

/// Adds what every answer carries. A header that a handler has set stays.
pub fn secure(headers: &mut HeaderMap, policy: &HeaderValue) {
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
        // Pages and answers are personal; static files say otherwise themselves.
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in fixed {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert_with(|| policy.clone());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_gateway_and_allows_nothing_inline() {
        let gateway = Url::parse("ws://localhost:8080/mqtt").unwrap();
        let policy = content_security_policy(&[&gateway]);
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("connect-src 'self' ws://localhost:8080;"));
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
        assert!(!policy.contains("unsafe"));
    }

    #[test]
    fn what_a_handler_has_set_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("max-age=60"),
        );
        secure(&mut headers, &content_security_policy(&[]));
        assert_eq!(headers[header::CACHE_CONTROL], "max-age=60");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}
