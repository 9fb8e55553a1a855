//! Codes of an authenticator app: RFC 6238 with SHA-1, six digits and 30 s, what
//! every app understands.

use aws_lc_rs::hmac;
use model::Timestamp;

/// Length of a time step, in seconds.
const STEP_SECS: i64 = 30;
/// Digits of a code.
pub(super) const DIGITS: usize = 6;
/// Ten to the number of digits.
const MODULUS: u32 = 1_000_000;
/// How many steps a phone's clock may be behind or ahead.
const TOLERANCE: i64 = 1;

/// The time step at `now`.
const fn step_at(now: Timestamp) -> i64 {
    now.as_secs().div_euclid(STEP_SECS)
}

/// The code of a time step (RFC 4226, section 5.3).
fn code(secret: &[u8], step: i64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    // The last four bits say where to cut; SHA-1 has 20 bytes, so there is
    // always room for four.
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 0x0f);
    let cut = bytes.iter().skip(offset).take(4);
    let number = cut.fold(0u32, |number, byte| (number << 8) | u32::from(*byte));
    (number & 0x7fff_ffff) % MODULUS
}

/// The step of which `typed` is the code, around `now`; the newest that fits.
pub(super) fn matching_step(secret: &[u8], typed: &str, now: Timestamp) -> Option<i64> {
    if typed.len() != DIGITS || !typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let typed: u32 = typed.parse().ok()?;
    let current = step_at(now);
    // All are computed, so that the time does not tell which one it was.
    (current - TOLERANCE..=current + TOLERANCE).fold(None, |found, step| {
        if code(secret, step) == typed {
            Some(step)
        } else {
            found
        }
    })
}

/// What an app would show at `now`.
#[cfg(any(test, feature = "testing"))]
pub fn code_at(secret: &[u8], now: Timestamp) -> String {
    format!("{:06}", code(secret, step_at(now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        for (secs, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(SECRET, Timestamp::from_secs(secs)), expected);
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off_and_not_two() {
        let now = Timestamp::from_secs(1_111_111_111);
        let step = step_at(now);
        for (off, fits) in [
            (-60, false),
            (-30, true),
            (0, true),
            (30, true),
            (60, false),
        ] {
            let shown = code_at(SECRET, Timestamp::from_secs(1_111_111_111 + off));
            let found = matching_step(SECRET, &shown, now);
            assert_eq!(found, fits.then_some(step + off / 30), "{off}");
        }
        for odd in ["", "05047", "0504711", "+50471", "05 471", "٠٥٠٤٧١"] {
            assert_eq!(matching_step(SECRET, odd, now), None, "{odd}");
        }
    }
}
