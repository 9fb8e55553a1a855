//! PUBLISH (MQTT 5.0, section 3.3; 3.1.1, section 3.3).

use bus::{QoS, filter};

use super::property::{self, Properties};
use super::reader::Reader;
use super::reason::{Fault, Reason};
use super::version::Version;

/// A publish as a client sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish<'a> {
    /// Whether the client has sent it before on this connection.
    pub dup: bool,
    /// The quality of service.
    pub qos: QoS,
    /// Whether it is to be retained.
    pub retain: bool,
    /// The topic name; empty only with an alias.
    pub topic: &'a str,
    /// The packet id; 0 at QoS 0.
    pub packet_id: u16,
    /// A number for the topic; 5.0 only, at least 1.
    pub alias: Option<u16>,
    /// What travels with the message.
    pub carried: Carried,
    /// The payload.
    pub payload: &'a [u8],
}

/// The properties that a publisher gives its message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Seconds until it expires.
    pub expiry_secs: Option<u32>,
    /// Payload format, content type, response topic, correlation data and user
    /// properties, as on the wire.
    pub properties: Vec<u8>,
}

const CARRIED: [u8; 7] = [
    property::PAYLOAD_FORMAT,
    property::MESSAGE_EXPIRY,
    property::CONTENT_TYPE,
    property::RESPONSE_TOPIC,
    property::CORRELATION_DATA,
    property::USER_PROPERTY,
    property::TOPIC_ALIAS,
];

/// The properties of a will.
pub(super) static CARRIED_BY_WILL: [u8; 7] = [
    property::PAYLOAD_FORMAT,
    property::MESSAGE_EXPIRY,
    property::CONTENT_TYPE,
    property::RESPONSE_TOPIC,
    property::CORRELATION_DATA,
    property::USER_PROPERTY,
    property::WILL_DELAY,
];

impl Carried {
    pub(super) fn read(reader: &mut Reader<'_>, allowed: &'static [u8]) -> Result<Self, Fault> {
        Self::read_with_alias(reader, allowed).map(|(carried, _)| carried)
    }

    fn read_with_alias(
        reader: &mut Reader<'_>,
        allowed: &'static [u8],
    ) -> Result<(Self, Option<u16>), Fault> {
        let mut carried = Self::default();
        let mut alias = None;
        let mut properties = Properties::read(reader, allowed)?;
        while let Some(found) = properties.next()? {
            match found.id {
                property::MESSAGE_EXPIRY => carried.expiry_secs = Some(found.value.number()),
                property::TOPIC_ALIAS => alias = Some(found.value.short()),
                property::WILL_DELAY => {}
                property::RESPONSE_TOPIC if !filter::is_topic_name(found.value.text()) => {
                    return Err(Fault::protocol("the response topic is not a topic name"));
                }
                _ => carried.properties.extend_from_slice(found.raw),
            }
        }
        Ok((carried, alias))
    }
}

impl<'a> Publish<'a> {
    pub(super) fn read(first: u8, body: &'a [u8], version: Version) -> Result<Self, Fault> {
        let dup = first & 0x08 != 0;
        let qos = QoS::try_from((first >> 1) & 3)
            .map_err(|_| Fault::malformed("the QoS must be 0, 1 or 2"))?;
        if dup && qos == QoS::AtMostOnce && version > Version::V3 {
            return Err(Fault::malformed("DUP is set at QoS 0"));
        }
        let mut reader = Reader::new(body);
        let topic = reader.text()?;
        let packet_id = match qos {
            QoS::AtMostOnce => 0,
            QoS::AtLeastOnce | QoS::ExactlyOnce => reader.packet_id()?,
        };
        let (carried, alias) = if version.has_properties() {
            Carried::read_with_alias(&mut reader, &CARRIED)?
        } else {
            (Carried::default(), None)
        };
        match topic {
            "" if alias.is_some() => {}
            "" => return Err(Fault::protocol("a publish without a topic")),
            topic if filter::is_topic_name(topic) => {}
            _ => {
                return Err(Fault {
                    reason: Reason::TopicNameInvalid,
                    detail: "a topic name must not contain + or #",
                });
            }
        }
        Ok(Self {
            dup,
            qos,
            retain: first & 1 != 0,
            topic,
            packet_id,
            alias,
            carried,
            payload: reader.rest(),
        })
    }
}
