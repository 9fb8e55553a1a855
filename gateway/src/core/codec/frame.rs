//! Where a packet ends: the fixed header (MQTT 5.0, section 2.1), checked
//! against a limit before anything of the packet is kept.

/// What the bytes received so far amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The packet is not whole yet.
    Incomplete,
    /// The packet will be larger than the limit.
    TooLarge {
        /// Its size with the fixed header, in bytes.
        declared: usize,
    },
    /// The size has more than four bytes.
    Malformed,
    /// The first bytes are one whole packet.
    Complete {
        /// Its size with the fixed header, in bytes.
        len: usize,
    },
}

/// Looks for a packet at the start of `buffer`; `limit` is the largest packet
/// accepted, in bytes with the fixed header.
#[must_use]
pub fn frame(buffer: &[u8], limit: usize) -> Frame {
    let mut remaining = 0;
    for (at, byte) in buffer.iter().skip(1).take(4).enumerate() {
        remaining |= usize::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 {
            let len = 2 + at + remaining;
            return if len > limit {
                Frame::TooLarge { declared: len }
            } else if buffer.len() < len {
                Frame::Incomplete
            } else {
                Frame::Complete { len }
            };
        }
    }
    if buffer.len() >= 5 {
        Frame::Malformed
    } else {
        Frame::Incomplete
    }
}

/// The first byte and the body of a whole frame; `None` when it is not one
/// whole frame.
pub(super) fn split(frame: &[u8]) -> Option<(u8, &[u8])> {
    let first = *frame.first()?;
    let size_bytes = frame.iter().skip(1).take(4).position(|b| b & 0x80 == 0)? + 1;
    match self::frame(frame, usize::MAX) {
        Frame::Complete { len } if len == frame.len() => {
            Some((first, frame.get(1 + size_bytes..)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_decides_before_the_body_is_there() {
        assert_eq!(frame(&[], 10), Frame::Incomplete);
        assert_eq!(frame(&[0x30], 10), Frame::Incomplete);
        assert_eq!(frame(&[0x30, 0x80], 10), Frame::Incomplete);
        assert_eq!(frame(&[0x30, 9], 10), Frame::TooLarge { declared: 11 });
        assert_eq!(frame(&[0x30, 8], 10), Frame::Incomplete);
        assert_eq!(frame(&[0xC0, 0, 7], 10), Frame::Complete { len: 2 });
        assert_eq!(
            frame(&[0x30, 0xFF, 0xFF, 0xFF, 0x7F], 1 << 20),
            Frame::TooLarge {
                declared: 268_435_460
            }
        );
        assert_eq!(frame(&[0x30, 0x80, 0x80, 0x80, 0x80], 10), Frame::Malformed);
    }

    #[test]
    fn a_frame_is_split_only_when_whole() {
        assert_eq!(split(&[0xC0, 0]), Some((0xC0, &[][..])));
        assert_eq!(split(&[0x30, 2, 7, 8]), Some((0x30, &[7, 8][..])));
        assert_eq!(split(&[0x30, 0x82, 0, 7, 8]), Some((0x30, &[7, 8][..])));
        assert_eq!(split(&[0x30, 2, 7]), None);
        assert_eq!(split(&[0x30, 1, 7, 8]), None);
        assert_eq!(split(&[]), None);
    }
}
