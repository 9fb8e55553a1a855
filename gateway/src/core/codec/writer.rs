//! Writes the data types of MQTT (5.0, section 1.5) and fixed headers.

use bytes::{BufMut, Bytes, BytesMut};

/// A number in the fewest of one to four bytes. Larger than 268,435,455 it
/// would not be MQTT; nothing that we write is.
pub(super) fn variable(out: &mut BytesMut, mut number: usize) {
    loop {
        let low = u8::try_from(number & 0x7F).unwrap_or(0x7F);
        number >>= 7;
        if number == 0 {
            out.put_u8(low);
            return;
        }
        out.put_u8(low | 0x80);
    }
}

/// How many bytes [`variable`] writes.
pub(super) const fn variable_len(number: usize) -> usize {
    match number {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    }
}

/// Bytes behind their two-byte length; cut at 65,535.
pub(super) fn binary(out: &mut BytesMut, bytes: &[u8]) {
    let len = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    out.put_u16(len);
    out.extend_from_slice(bytes.get(..len.into()).unwrap_or(bytes));
}

/// A whole packet: first byte, size, body.
pub(super) fn packet(first: u8, body: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(1 + variable_len(body.len()) + body.len());
    out.put_u8(first);
    variable(&mut out, body.len());
    out.extend_from_slice(body);
    out.freeze()
}

/// Properties behind their length.
pub(super) fn properties(out: &mut BytesMut, properties: &[u8]) {
    variable(out, properties.len());
    out.extend_from_slice(properties);
}

/// The properties of an answer: a reason for people, if there is one.
pub(super) fn reason_string(out: &mut BytesMut, reason: Option<&str>) {
    let Some(reason) = reason else {
        out.put_u8(0);
        return;
    };
    variable(out, 3 + reason.len());
    out.put_u8(super::property::REASON_STRING);
    binary(out, reason.as_bytes());
}
