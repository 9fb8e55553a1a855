//! Style, scripts and icons, inside the binary.
//!
//! They are served below `/static/<bundle>/…`, where the bundle is a digest of
//! all of them: an address never changes its content, so it may be cached for
//! ever, and scripts that import each other by relative addresses always get
//! files of the same version.

use std::borrow::Cow;
use std::sync::LazyLock;

use rust_embed::{Embed, EmbeddedFile};

/// The path that all assets are served below, with its last slash.
pub const PREFIX: &str = "/static/";

/// Hexadecimal digits of the bundle's name.
const BUNDLE_DIGITS: usize = 16;

#[derive(Embed)]
#[folder = "static/"]
struct Files;

/// A file with what has to stand in the head of the answer.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// Value of `Content-Type`.
    pub mime: &'static str,
    /// Value of `ETag`, with its quotes.
    pub etag: String,
    /// Value of `Cache-Control`.
    pub cache_control: &'static str,
}

/// The file at `path`, the part of the address after [`PREFIX`].
///
/// With the current bundle in front it may be kept for ever. Without one, or
/// with that of an older version whose page is still open somewhere, it is
/// served too but has to be asked for again. `None` when there is no such file.
#[must_use]
pub fn get(path: &str) -> Option<Asset> {
    let (bundle, name) = match path.split_once('/') {
        Some((bundle, name)) if is_bundle(bundle) => (Some(bundle), name),
        _ => (None, path),
    };
    let file = Files::get(name)?;
    let current = bundle == Some(BUNDLE.as_str());
    Some(Asset {
        mime: mime(name),
        etag: format!("\"{}\"", hex(&digest(&file))),
        cache_control: if current {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        },
        bytes: file.data,
    })
}

/// The address of the asset `name`, such as `portal.css`.
#[must_use]
pub fn url(name: &str) -> String {
    format!("{PREFIX}{}/{name}", *BUNDLE)
}

/// Names of all files, for tests and for writing them out.
pub fn names() -> impl Iterator<Item = Cow<'static, str>> {
    Files::iter()
}

static BUNDLE: LazyLock<String> = LazyLock::new(|| {
    // Order-dependent folding of SHA-256 digests: a change of any file or name
    // changes the result. It names a version; it protects nothing.
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut folded = [0_u8; BUNDLE_DIGITS / 2];
    for name in names {
        let content = Files::get(&name)
            .map(|file| digest(&file))
            .unwrap_or_default();
        for (place, byte) in name.bytes().chain(content).enumerate() {
            if let Some(slot) = folded.get_mut(place % (BUNDLE_DIGITS / 2)) {
                *slot = slot.rotate_left(3).wrapping_mul(31) ^ byte;
            }
        }
    }
    hex(&folded)
});

fn digest(file: &EmbeddedFile) -> [u8; 32] {
    file.metadata.sha256_hash()
}

fn is_bundle(segment: &str) -> bool {
    segment.len() == BUNDLE_DIGITS
        && segment
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn mime(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_address_may_be_kept_for_ever() {
        let address = url("portal.css");
        let asset = get(address.strip_prefix(PREFIX).unwrap()).unwrap();
        assert_eq!(asset.cache_control, "public, max-age=31536000, immutable");
        assert_eq!(asset.mime, "text/css; charset=utf-8");
        assert_eq!(asset.etag.len(), 66);
    }

    #[test]
    fn an_older_address_still_answers_but_is_asked_again() {
        for path in ["portal.css", "0000000000000000/portal.css"] {
            assert_eq!(get(path).unwrap().cache_control, "no-cache", "{path}");
        }
    }

    #[test]
    fn nothing_outside_the_folder_is_served() {
        for path in [
            "",
            "/",
            "../Cargo.toml",
            "..%2fCargo.toml",
            "0000000000000000/",
            "nope.js",
        ] {
            assert!(get(path).is_none(), "{path}");
        }
    }
}
