//! DISCONNECT, AUTH and the pings (MQTT 5.0, sections 3.12 to 3.15).

use bytes::{BufMut, Bytes, BytesMut};

use super::property::{self, Properties};
use super::reader::Reader;
use super::reason::{Fault, Reason};
use super::version::Version;
use super::writer;

/// The answer to a PINGREQ.
#[must_use]
pub const fn pingresp() -> Bytes {
    Bytes::from_static(&[0xD0, 0])
}

/// Reads the reason of a client's DISCONNECT.
pub(super) fn read(body: &[u8], version: Version) -> Result<Reason, Fault> {
    let mut reader = Reader::new(body);
    let mut reason = Reason::Success;
    if version.has_properties() && !reader.is_empty() {
        reason =
            Reason::from_code(reader.byte()?).ok_or(Fault::malformed("an unknown reason code"))?;
        if !reader.is_empty() {
            let allowed = &[
                property::SESSION_EXPIRY,
                property::REASON_STRING,
                property::USER_PROPERTY,
            ];
            Properties::read(&mut reader, allowed)?.check()?;
        }
    }
    reader.end()?;
    Ok(reason)
}

/// Checks a client's AUTH, which is refused in any case.
pub(super) fn check_auth(body: &[u8]) -> Result<(), Fault> {
    let mut reader = Reader::new(body);
    if reader.is_empty() {
        return Ok(());
    }
    let code = reader.byte()?;
    if Reason::from_code(code).is_none() {
        return Err(Fault::malformed("an unknown reason code"));
    }
    if !reader.is_empty() {
        let allowed = &[
            property::AUTHENTICATION_METHOD,
            property::AUTHENTICATION_DATA,
            property::REASON_STRING,
            property::USER_PROPERTY,
        ];
        Properties::read(&mut reader, allowed)?.check()?;
    }
    reader.end()
}

/// The server's DISCONNECT, which only 5.0 has; `None` for 3.x, where closing
/// is all that can be said.
#[must_use]
pub fn disconnect(version: Version, reason: Reason, why: Option<&str>) -> Option<Bytes> {
    if !version.has_properties() {
        return None;
    }
    let mut body = BytesMut::with_capacity(2);
    body.put_u8(reason.code());
    if why.is_some() {
        writer::reason_string(&mut body, why);
    }
    Some(writer::packet(0xE0, &body))
}
