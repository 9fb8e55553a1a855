//! The content security policy that all pages obey: nothing inline, nothing
//! from elsewhere, no frame around us.

/// The value of `Content-Security-Policy`.
///
/// `gateways` are origins that scripts may open a WebSocket to, such as
/// `wss://gw.example.org`. An entry with a sign that would start another
/// directive or source is left out.
#[must_use]
pub fn policy(gateways: &[&str]) -> String {
    let mut connect = String::from("'self'");
    for gateway in gateways {
        let plain = |c: char| c.is_ascii_alphanumeric() || ":/.-_[]".contains(c);
        if !gateway.is_empty() && gateway.chars().all(plain) {
            connect.push(' ');
            connect.push_str(gateway);
        }
    }
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src {connect}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_named_and_nothing_else_slips_in() {
        let policy = policy(&[
            "wss://gw.example.org:8083",
            "ws://[::1]:9001",
            "x; script-src *",
            "https://a https://b",
            "",
        ]);
        assert!(policy.contains("connect-src 'self' wss://gw.example.org:8083 ws://[::1]:9001;"));
        assert!(!policy.contains('*'));
        assert_eq!(policy.matches("script-src").count(), 1);
    }
}
