//! CONNECT (MQTT 5.0, section 3.1; 3.1.1, section 3.1).

use std::fmt;

use bus::{QoS, filter};
use bytes::Bytes;

use super::connack::refuse_connect;
use super::frame;
use super::property::{self, Properties, Value};
use super::publish;
use super::reader::Reader;
use super::reason::{Fault, Reason};
use super::version::Version;

/// A client that does not take packets of this size is spared reasons in
/// words.
pub const ROOM_FOR_REASONS: u32 = 1_024;

/// The first packet of a connection.
#[derive(Clone, PartialEq, Eq)]
pub struct Connect {
    /// The version the connection will speak.
    pub version: Version,
    /// Whether a mosquitto bridge says so in bit 7 of the level: it wants no
    /// echo, and the retain flag as published.
    pub bridge: bool,
    /// The client id; empty asks for one.
    pub client_id: String,
    /// Clean session (3.x) or clean start (5.0).
    pub clean_start: bool,
    /// Seconds between packets at most; 0 for no limit.
    pub keep_alive: u16,
    /// The user name: a house id.
    pub user_name: Option<String>,
    /// The password: a passcode or a token.
    pub password: Option<Bytes>,
    /// What to publish when the connection dies.
    pub will: Option<Will>,
    /// QoS 1 and 2 publishes it takes without acknowledging; 5.0 only, at
    /// least 1.
    pub receive_maximum: Option<u16>,
    /// The largest packet it takes, in bytes; 5.0 only, at least 1.
    pub maximum_packet: Option<u32>,
    /// Whether it wants reasons in words; 5.0 only.
    pub wants_reasons: bool,
    /// The method of an extended authentication; 5.0 only.
    pub authentication_method: Option<String>,
}

impl Connect {
    /// Whether the answer to it may say why in words. Even a client that wants
    /// no reasons elsewhere is to be told why it is not let in (MQTT 5.0,
    /// section 3.1.2.11.7), but not in more bytes than it takes.
    #[must_use]
    pub fn takes_reasons(&self) -> bool {
        self.version.has_properties()
            && self
                .maximum_packet
                .is_none_or(|most| most >= ROOM_FOR_REASONS)
    }
}

/// Without the password.
impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("version", &self.version)
            .field("client_id", &self.client_id)
            .field("user_name", &self.user_name)
            .field("keep_alive", &self.keep_alive)
            .finish_non_exhaustive()
    }
}

/// A last will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Will {
    /// The topic name.
    pub topic: String,
    /// The payload.
    pub payload: Bytes,
    /// The quality of service.
    pub qos: QoS,
    /// Whether it is to be retained.
    pub retain: bool,
    /// Seconds after which the message expires, counted from its publication.
    pub expiry_secs: Option<u32>,
    /// The properties that travel with it, as on the wire.
    pub properties: Bytes,
}

/// Why the first packet is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadConnect {
    /// Not a CONNECT, or not one that can be answered.
    #[error("no MQTT: {0}")]
    NotMqtt(Fault),
    /// A level that is not spoken.
    #[error("protocol level {0} is not spoken here; use MQTT 3.1, 3.1.1 or 5.0")]
    Unsupported(u8),
    /// A CONNECT that breaks the specification.
    #[error("{0}: {1}")]
    Faulty(Version, Fault),
}

impl BadConnect {
    /// What to say before closing; `None` to close without a word.
    #[must_use]
    pub fn answer(&self) -> Option<Bytes> {
        match self {
            Self::Unsupported(level) => {
                let version = if *level > 5 {
                    Version::V5
                } else {
                    Version::V311
                };
                Some(refuse_connect(version, Reason::UnsupportedVersion, None))
            }
            Self::Faulty(Version::V5, fault) => Some(refuse_connect(
                Version::V5,
                fault.reason,
                Some(fault.detail),
            )),
            Self::NotMqtt(_) | Self::Faulty(..) => None,
        }
    }
}

const USER_NAME: u8 = 0x80;
const PASSWORD: u8 = 0x40;
const WILL_RETAIN: u8 = 0x20;
const WILL: u8 = 0x04;
const CLEAN: u8 = 0x02;
const RESERVED: u8 = 0x01;
const BRIDGE: u8 = 0x80;

/// Reads a whole frame that must be a CONNECT.
pub fn decode_connect(frame: &[u8]) -> Result<Connect, BadConnect> {
    let (first, body) = frame::split(frame).ok_or(BadConnect::NotMqtt(Fault::malformed(
        "not one whole packet",
    )))?;
    if first != 0x10 {
        let fault = Fault::protocol("the first packet is not CONNECT");
        return Err(BadConnect::NotMqtt(fault));
    }
    let mut reader = Reader::new(body);
    let (version, bridge) = version(&mut reader)?;
    read(&mut reader, version, bridge).map_err(|fault| BadConnect::Faulty(version, fault))
}

fn version(reader: &mut Reader<'_>) -> Result<(Version, bool), BadConnect> {
    let name = reader.text().map_err(BadConnect::NotMqtt)?;
    let level = reader.byte().map_err(BadConnect::NotMqtt)?;
    match (name, level) {
        ("MQIsdp", 3) => Ok((Version::V3, false)),
        ("MQTT", 4) => Ok((Version::V311, false)),
        ("MQTT", 5) => Ok((Version::V5, false)),
        ("MQIsdp", level) if level == BRIDGE | 3 => Ok((Version::V3, true)),
        ("MQTT", level) if level == BRIDGE | 4 => Ok((Version::V311, true)),
        ("MQTT" | "MQIsdp", level) => Err(BadConnect::Unsupported(level)),
        _ => Err(BadConnect::NotMqtt(Fault::protocol(
            "the protocol name is not MQTT",
        ))),
    }
}

fn read(reader: &mut Reader<'_>, version: Version, bridge: bool) -> Result<Connect, Fault> {
    let flags = reader.byte()?;
    check_flags(flags, version)?;
    let mut connect = Connect {
        version,
        bridge,
        client_id: String::new(),
        clean_start: flags & CLEAN != 0,
        keep_alive: reader.two_bytes()?,
        user_name: None,
        password: None,
        will: None,
        receive_maximum: None,
        maximum_packet: None,
        wants_reasons: true,
        authentication_method: None,
    };
    if version.has_properties() {
        read_properties(reader, &mut connect)?;
    }
    reader.text()?.clone_into(&mut connect.client_id);
    if flags & WILL != 0 {
        connect.will = Some(read_will(reader, version, flags)?);
    }
    if flags & USER_NAME != 0 {
        connect.user_name = Some(reader.text()?.to_owned());
    }
    if flags & PASSWORD != 0 {
        connect.password = Some(Bytes::copy_from_slice(reader.binary()?));
    }
    reader.end()?;
    Ok(connect)
}

fn check_flags(flags: u8, version: Version) -> Result<(), Fault> {
    // MQTT 3.1 says nothing of the reserved bit.
    if flags & RESERVED != 0 && version > Version::V3 {
        return Err(Fault::malformed("the reserved connect flag is set"));
    }
    let will_flags = flags & (WILL_RETAIN | 0x18);
    if flags & WILL == 0 && will_flags != 0 {
        return Err(Fault::malformed("will flags without a will"));
    }
    if flags & (USER_NAME | PASSWORD) == PASSWORD && version == Version::V311 {
        return Err(Fault::malformed("a password without a user name"));
    }
    Ok(())
}

fn read_properties(reader: &mut Reader<'_>, connect: &mut Connect) -> Result<(), Fault> {
    let mut properties = Properties::read(
        reader,
        &[
            property::SESSION_EXPIRY,
            property::RECEIVE_MAXIMUM,
            property::MAXIMUM_PACKET_SIZE,
            property::TOPIC_ALIAS_MAXIMUM,
            property::REQUEST_RESPONSE_INFORMATION,
            property::REQUEST_PROBLEM_INFORMATION,
            property::USER_PROPERTY,
            property::AUTHENTICATION_METHOD,
            property::AUTHENTICATION_DATA,
        ],
    )?;
    while let Some(found) = properties.next()? {
        match (found.id, found.value) {
            (property::RECEIVE_MAXIMUM, value) => connect.receive_maximum = Some(value.short()),
            (property::MAXIMUM_PACKET_SIZE, value) => connect.maximum_packet = Some(value.number()),
            (property::REQUEST_PROBLEM_INFORMATION, value) => {
                connect.wants_reasons = value.number() == 1;
            }
            (property::AUTHENTICATION_METHOD, Value::Text(method)) => {
                connect.authentication_method = Some(method.to_owned());
            }
            _ => {}
        }
    }
    if properties.has(property::AUTHENTICATION_DATA) && connect.authentication_method.is_none() {
        return Err(Fault::protocol("authentication data without a method"));
    }
    Ok(())
}

fn read_will(reader: &mut Reader<'_>, version: Version, flags: u8) -> Result<Will, Fault> {
    let mut carried = publish::Carried::default();
    if version.has_properties() {
        // The will delay is at most the session's expiry, which is 0 here.
        carried = publish::Carried::read(reader, &publish::CARRIED_BY_WILL)?;
    }
    let topic = reader.text()?;
    if !filter::is_topic_name(topic) {
        return Err(Fault {
            reason: Reason::TopicNameInvalid,
            detail: "the will's topic is not a topic name",
        });
    }
    let qos = QoS::try_from((flags >> 3) & 3)
        .map_err(|_| Fault::malformed("the will's QoS must be 0, 1 or 2"))?;
    Ok(Will {
        topic: topic.to_owned(),
        payload: Bytes::copy_from_slice(reader.binary()?),
        qos,
        retain: flags & WILL_RETAIN != 0,
        expiry_secs: carried.expiry_secs,
        properties: carried.properties.into(),
    })
}
