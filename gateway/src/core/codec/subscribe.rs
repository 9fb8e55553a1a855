//! SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK (MQTT 5.0, sections 3.8 to
//! 3.11).

use bus::QoS;
use bytes::{BufMut, Bytes, BytesMut};

use super::property::{self, Properties};
use super::reader::Reader;
use super::reason::{Fault, Reason};
use super::version::Version;
use super::writer;

/// Filters in one packet, at most: as many as the largest plan gives a
/// connection. A packet of many megabytes has room for millions, and each
/// costs an answer.
pub const FILTERS_PER_PACKET: usize = 1_024;

/// What a client subscribes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribe<'a> {
    /// To be echoed.
    pub packet_id: u16,
    /// A number to be given back with every message it selects; 5.0 only, at
    /// least 1.
    pub identifier: Option<u32>,
    /// The filters, at least one, at most [`FILTERS_PER_PACKET`].
    pub filters: Vec<Request<'a>>,
}

/// One filter with its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The topic filter, not yet checked.
    pub filter: &'a str,
    /// The highest quality wanted.
    pub qos: QoS,
    /// Not what this client publishes itself; 5.0 only.
    pub no_local: bool,
    /// Live messages keep their retain flag; 5.0 only.
    pub retain_as_published: bool,
    /// Which retained messages are wanted; 5.0 only.
    pub replay: Replay,
}

/// Which retained messages a subscription wants (5.0, section 3.8.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Replay {
    /// At every SUBSCRIBE; what 3.x does.
    Always,
    /// When the subscription is new.
    IfNew,
    /// None.
    Never,
}

impl<'a> Subscribe<'a> {
    pub(super) fn read(body: &'a [u8], version: Version) -> Result<Self, Fault> {
        let mut reader = Reader::new(body);
        let packet_id = reader.packet_id()?;
        let mut identifier = None;
        if version.has_properties() {
            let allowed = &[property::SUBSCRIPTION_ID, property::USER_PROPERTY];
            let mut properties = Properties::read(&mut reader, allowed)?;
            while let Some(found) = properties.next()? {
                if found.id == property::SUBSCRIPTION_ID
                    && identifier.replace(found.value.number()).is_some()
                {
                    return Err(Fault::protocol("more than one subscription identifier"));
                }
            }
        }
        let mut filters = Vec::new();
        while !reader.is_empty() {
            check_room(filters.len())?;
            let filter = reader.text()?;
            filters.push(request(filter, reader.byte()?, version)?);
        }
        if filters.is_empty() {
            return Err(Fault::protocol("SUBSCRIBE without a filter"));
        }
        Ok(Self {
            packet_id,
            identifier,
            filters,
        })
    }
}

const fn check_room(filters: usize) -> Result<(), Fault> {
    if filters < FILTERS_PER_PACKET {
        return Ok(());
    }
    Err(Fault {
        reason: Reason::QuotaExceeded,
        detail: "more than 1,024 filters in one packet",
    })
}

fn request(filter: &str, options: u8, version: Version) -> Result<Request<'_>, Fault> {
    let reserved = if version.has_properties() { 0xC0 } else { 0xFC };
    if options & reserved != 0 {
        return Err(Fault::malformed("reserved subscription options are set"));
    }
    let qos =
        QoS::try_from(options & 3).map_err(|_| Fault::malformed("the QoS must be 0, 1 or 2"))?;
    Ok(Request {
        filter,
        qos,
        no_local: options & 0x04 != 0,
        retain_as_published: options & 0x08 != 0,
        replay: match (options >> 4) & 3 {
            0 => Replay::Always,
            1 => Replay::IfNew,
            2 => Replay::Never,
            _ => return Err(Fault::protocol("the retain handling must be 0, 1 or 2")),
        },
    })
}

/// What a client no longer wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsubscribe<'a> {
    /// To be echoed.
    pub packet_id: u16,
    /// The filters, at least one, at most [`FILTERS_PER_PACKET`].
    pub filters: Vec<&'a str>,
}

impl<'a> Unsubscribe<'a> {
    pub(super) fn read(body: &'a [u8], version: Version) -> Result<Self, Fault> {
        let mut reader = Reader::new(body);
        let packet_id = reader.packet_id()?;
        if version.has_properties() {
            Properties::read(&mut reader, &[property::USER_PROPERTY])?.check()?;
        }
        let mut filters = Vec::new();
        while !reader.is_empty() {
            check_room(filters.len())?;
            filters.push(reader.text()?);
        }
        if filters.is_empty() {
            return Err(Fault::protocol("UNSUBSCRIBE without a filter"));
        }
        Ok(Self { packet_id, filters })
    }
}

/// SUBACK: one outcome per filter, with a reason in words for 5.0 clients. To
/// 3.x clients every error is 0x80.
#[must_use]
pub fn suback(version: Version, packet_id: u16, outcomes: &[Reason], why: Option<&str>) -> Bytes {
    let mut body = BytesMut::with_capacity(3 + outcomes.len());
    body.put_u16(packet_id);
    if version.has_properties() {
        writer::reason_string(&mut body, why);
    }
    body.extend(outcomes.iter().map(|outcome| {
        if version.has_properties() || !outcome.is_error() {
            outcome.code()
        } else {
            Reason::Unspecified.code()
        }
    }));
    writer::packet(0x90, &body)
}

/// UNSUBACK: one outcome per filter, which only 5.0 clients are told.
#[must_use]
pub fn unsuback(version: Version, packet_id: u16, outcomes: &[Reason]) -> Bytes {
    let mut body = BytesMut::with_capacity(3 + outcomes.len());
    body.put_u16(packet_id);
    if version.has_properties() {
        body.put_u8(0);
        body.extend(outcomes.iter().map(|outcome| outcome.code()));
    }
    writer::packet(0xB0, &body)
}
