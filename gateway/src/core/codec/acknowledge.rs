//! PUBACK, PUBREC, PUBREL and PUBCOMP (MQTT 5.0, sections 3.4 to 3.7).

use bytes::{BufMut, Bytes, BytesMut};

use super::property::{self, Properties};
use super::reader::Reader;
use super::reason::{Fault, Reason};
use super::version::Version;
use super::writer;

/// Which of the four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// QoS 1: taken.
    PubAck,
    /// QoS 2: taken.
    PubRec,
    /// QoS 2: will not be sent again.
    PubRel,
    /// QoS 2: forgotten.
    PubComp,
}

impl Step {
    const fn first_byte(self) -> u8 {
        match self {
            Self::PubAck => 0x40,
            Self::PubRec => 0x50,
            Self::PubRel => 0x62,
            Self::PubComp => 0x70,
        }
    }

    const fn may_say(self, reason: Reason) -> bool {
        match self {
            Self::PubAck | Self::PubRec => matches!(
                reason,
                Reason::Success
                    | Reason::NoMatchingSubscribers
                    | Reason::Unspecified
                    | Reason::ImplementationSpecific
                    | Reason::NotAuthorised
                    | Reason::TopicNameInvalid
                    | Reason::PacketIdInUse
                    | Reason::QuotaExceeded
                    | Reason::PayloadFormatInvalid
            ),
            Self::PubRel | Self::PubComp => {
                matches!(reason, Reason::Success | Reason::PacketIdNotFound)
            }
        }
    }
}

/// One of the four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledge {
    /// Which.
    pub step: Step,
    /// Of which publish.
    pub packet_id: u16,
    /// How it went; always success in 3.x.
    pub reason: Reason,
}

impl Acknowledge {
    pub(super) fn read(step: Step, body: &[u8], version: Version) -> Result<Self, Fault> {
        let mut reader = Reader::new(body);
        let packet_id = reader.packet_id()?;
        let mut reason = Reason::Success;
        if version.has_properties() && !reader.is_empty() {
            reason = Reason::from_code(reader.byte()?)
                .filter(|reason| step.may_say(*reason))
                .ok_or(Fault::protocol(
                    "a reason code that this packet may not have",
                ))?;
            if !reader.is_empty() {
                let allowed = &[property::REASON_STRING, property::USER_PROPERTY];
                Properties::read(&mut reader, allowed)?.check()?;
            }
        }
        reader.end()?;
        Ok(Self {
            step,
            packet_id,
            reason,
        })
    }

    /// The packet; `why` in words goes to 5.0 clients with an error only.
    #[must_use]
    pub fn encode(&self, version: Version, why: Option<&str>) -> Bytes {
        let mut body = BytesMut::with_capacity(4);
        body.put_u16(self.packet_id);
        if version.has_properties() && self.reason != Reason::Success {
            body.put_u8(self.reason.code());
            if why.is_some() {
                writer::reason_string(&mut body, why);
            }
        }
        writer::packet(self.step.first_byte(), &body)
    }
}
