//! QR codes as vector paths, so that no markup has to be trusted.

use qrcode::{Color, EcLevel, QrCode};

/// Empty modules around the code, as ISO/IEC 18004 demands for scanning.
const QUIET: usize = 4;

/// A QR code, ready for `<svg viewBox="0 0 size size"><path d="path">`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// Width and height in modules, with the quiet zone.
    pub size: usize,
    /// The dark modules, one step per run of them in a row.
    pub path: String,
}

impl Qr {
    /// Encodes `text`. `None` when it is longer than a QR code can hold (about
    /// 2,300 bytes).
    #[must_use]
    pub fn encode(text: &str) -> Option<Self> {
        use std::fmt::Write as _;

        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (row, colours) in code.to_colors().chunks(width).enumerate() {
            let mut column = 0;
            for run in colours.chunk_by(|a, b| a == b) {
                if run.first() == Some(&Color::Dark) {
                    let (x, y, long) = (column + QUIET, row + QUIET, run.len());
                    // Writing to a String cannot fail.
                    let _ = write!(path, "M{x} {y}h{long}v1h-{long}z");
                }
                column += run.len();
            }
        }
        Some(Self {
            size: width + 2 * QUIET,
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_finder_patterns_inside_the_quiet_zone() {
        let qr = Qr::encode("EGEOFFREY_ID=villa-7k3q9x").unwrap();
        assert!(qr.path.starts_with("M4 4h7v1h-7z"));
        assert!(qr.size > 21 + 2 * QUIET);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(Qr::encode(&"x".repeat(4_000)), None);
    }
}
