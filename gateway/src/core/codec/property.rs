//! The properties of MQTT 5.0 (section 2.2.2): which there are, what type each
//! has, and that all but two come at most once.

use super::reader::Reader;
use super::reason::Fault;

pub(super) const PAYLOAD_FORMAT: u8 = 0x01;
pub(super) const MESSAGE_EXPIRY: u8 = 0x02;
pub(super) const CONTENT_TYPE: u8 = 0x03;
pub(super) const RESPONSE_TOPIC: u8 = 0x08;
pub(super) const CORRELATION_DATA: u8 = 0x09;
pub(super) const SUBSCRIPTION_ID: u8 = 0x0B;
pub(super) const SESSION_EXPIRY: u8 = 0x11;
pub(super) const ASSIGNED_CLIENT_ID: u8 = 0x12;
pub(super) const SERVER_KEEP_ALIVE: u8 = 0x13;
pub(super) const AUTHENTICATION_METHOD: u8 = 0x15;
pub(super) const AUTHENTICATION_DATA: u8 = 0x16;
pub(super) const REQUEST_PROBLEM_INFORMATION: u8 = 0x17;
pub(super) const WILL_DELAY: u8 = 0x18;
pub(super) const REQUEST_RESPONSE_INFORMATION: u8 = 0x19;
pub(super) const REASON_STRING: u8 = 0x1F;
pub(super) const RECEIVE_MAXIMUM: u8 = 0x21;
pub(super) const TOPIC_ALIAS_MAXIMUM: u8 = 0x22;
pub(super) const TOPIC_ALIAS: u8 = 0x23;
pub(super) const USER_PROPERTY: u8 = 0x26;
pub(super) const MAXIMUM_PACKET_SIZE: u8 = 0x27;
pub(super) const SHARED_AVAILABLE: u8 = 0x2A;

/// A property's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A byte, two bytes, four bytes or a variable number.
    Number(u32),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Binary(&'a [u8]),
    /// A name and its value, whose content means nothing to us.
    Pair,
}

impl<'a> Value<'a> {
    /// The number; 0 for the other types, which the table below rules out for
    /// every property that is read as a number.
    pub const fn number(self) -> u32 {
        match self {
            Self::Number(number) => number,
            _ => 0,
        }
    }

    /// A number that has two bytes on the wire.
    pub fn short(self) -> u16 {
        u16::try_from(self.number()).unwrap_or(u16::MAX)
    }

    /// The text; empty for the other types.
    pub const fn text(self) -> &'a str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }
}

/// One property as it stands in a packet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Property<'a> {
    pub id: u8,
    pub value: Value<'a>,
    /// Id and value as on the wire.
    pub raw: &'a [u8],
}

/// The properties of one packet, one by one.
pub(super) struct Properties<'a> {
    reader: Reader<'a>,
    allowed: &'static [u8],
    seen: u64,
}

impl<'a> Properties<'a> {
    /// The properties behind the reader's position; only `allowed` may come.
    pub fn read(reader: &mut Reader<'a>, allowed: &'static [u8]) -> Result<Self, Fault> {
        Ok(Self {
            reader: reader.properties()?,
            allowed,
            seen: 0,
        })
    }

    /// Checks that all are well-formed and allowed.
    pub fn check(mut self) -> Result<(), Fault> {
        while self.next()?.is_some() {}
        Ok(())
    }

    /// The next one.
    pub fn next(&mut self) -> Result<Option<Property<'a>>, Fault> {
        if self.reader.is_empty() {
            return Ok(None);
        }
        let mut before = self.reader;
        let id = self.reader.variable()?;
        let id = u8::try_from(id)
            .ok()
            .filter(|id| *id <= SHARED_AVAILABLE)
            .ok_or(Fault::malformed("an unknown property"))?;
        let value = value(id, &mut self.reader)?;
        if !self.allowed.contains(&id) {
            return Err(Fault::protocol("a property that this packet may not have"));
        }
        let bit = 1 << id;
        if self.seen & bit != 0 && id != USER_PROPERTY && id != SUBSCRIPTION_ID {
            return Err(Fault::protocol(
                "a property that may come only once comes twice",
            ));
        }
        self.seen |= bit;
        let raw = before.take(before.len() - self.reader.len())?;
        Ok(Some(Property { id, value, raw }))
    }

    /// Whether a property has come.
    pub const fn has(&self, id: u8) -> bool {
        self.seen & (1 << id) != 0
    }
}

fn value<'a>(id: u8, reader: &mut Reader<'a>) -> Result<Value<'a>, Fault> {
    Ok(match id {
        PAYLOAD_FORMAT | REQUEST_PROBLEM_INFORMATION | REQUEST_RESPONSE_INFORMATION => {
            match reader.byte()? {
                flag @ (0 | 1) => Value::Number(flag.into()),
                _ => return Err(Fault::protocol("a property must be 0 or 1")),
            }
        }
        // Maximum QoS and the availability flags, which only servers send.
        0x24 | 0x25 | 0x28 | 0x29 | SHARED_AVAILABLE => Value::Number(reader.byte()?.into()),
        SERVER_KEEP_ALIVE | TOPIC_ALIAS_MAXIMUM => Value::Number(reader.two_bytes()?.into()),
        RECEIVE_MAXIMUM | TOPIC_ALIAS => match (reader.two_bytes()?, id) {
            (0, TOPIC_ALIAS) => {
                return Err(Fault {
                    reason: super::Reason::TopicAliasInvalid,
                    detail: "a topic alias must not be 0",
                });
            }
            (0, _) => return Err(Fault::protocol("the receive maximum must not be 0")),
            (number, _) => Value::Number(number.into()),
        },
        MESSAGE_EXPIRY | SESSION_EXPIRY | WILL_DELAY => Value::Number(reader.four_bytes()?),
        MAXIMUM_PACKET_SIZE => match reader.four_bytes()? {
            0 => return Err(Fault::protocol("the maximum packet size must not be 0")),
            size => Value::Number(size),
        },
        SUBSCRIPTION_ID => match reader.variable()? {
            0 => return Err(Fault::protocol("a subscription identifier must not be 0")),
            id => Value::Number(id),
        },
        // Response information and server reference are for clients only.
        CONTENT_TYPE
        | RESPONSE_TOPIC
        | ASSIGNED_CLIENT_ID
        | AUTHENTICATION_METHOD
        | 0x1A
        | 0x1C
        | REASON_STRING => Value::Text(reader.text()?),
        CORRELATION_DATA | AUTHENTICATION_DATA => Value::Binary(reader.binary()?),
        USER_PROPERTY => {
            reader.text()?;
            reader.text()?;
            Value::Pair
        }
        _ => return Err(Fault::malformed("an unknown property")),
    })
}
