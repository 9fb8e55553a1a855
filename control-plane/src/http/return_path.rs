//! Where to go after a log-in: only ever a path of this portal.

/// A path of our own, safe to redirect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnPath(String);

/// Longest path that is remembered, in bytes.
const LONGEST: usize = 512;

impl ReturnPath {
    /// Takes `wanted` if it is a path and query on this host, and the list of
    /// houses otherwise.
    ///
    /// Browsers read `//host`, `/\host` and paths with tabs or newlines as
    /// other hosts, so only `/` followed by printable ASCII without a second
    /// slash or a backslash is a local path.
    #[must_use]
    pub fn local_or_home(wanted: &str) -> Self {
        let local = wanted.starts_with('/')
            && !wanted.starts_with("//")
            && wanted.len() <= LONGEST
            && wanted
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        Self(if local { wanted } else { "/houses" }.to_owned())
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_our_own_are_followed() {
        for (wanted, followed) in [
            ("/houses/villa-7k3q9x?tab=1", "/houses/villa-7k3q9x?tab=1"),
            ("", "/houses"),
            ("//evil.example", "/houses"),
            ("/\\evil.example", "/houses"),
            ("/\t/evil.example", "/houses"),
            ("https://evil.example/", "/houses"),
            ("javascript:alert(1)", "/houses"),
            ("houses", "/houses"),
            ("/a\r\nSet-Cookie: x=y", "/houses"),
        ] {
            assert_eq!(
                ReturnPath::local_or_home(wanted).as_str(),
                followed,
                "{wanted:?}"
            );
        }
    }
}
