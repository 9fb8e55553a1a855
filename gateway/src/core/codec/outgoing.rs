//! PUBLISH as the server sends it: everything before the payload.

use bus::QoS;
use bytes::{BufMut, BytesMut};

use super::property;
use super::writer;

/// What stands before the payload of a PUBLISH.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The topic name, at most 65,535 bytes.
    pub topic: &'a str,
    /// The quality of service.
    pub qos: QoS,
    /// The retain flag.
    pub retain: bool,
    /// The packet id; not written at QoS 0.
    pub packet_id: u16,
    /// The size of the payload that follows, in bytes.
    pub payload_len: usize,
    /// The properties; `None` for 3.x.
    pub properties: Option<HeadProperties<'a>>,
}

/// The properties of a PUBLISH to a 5.0 client.
#[derive(Clone, Copy, Debug)]
pub struct HeadProperties<'a> {
    /// Seconds that are left to the message; `None` for ever.
    pub expiry_secs: Option<u32>,
    /// The identifiers of the subscriptions that selected it.
    pub identifiers: &'a [u32],
    /// What the publisher gave, as on the wire.
    pub carried: &'a [u8],
}

impl HeadProperties<'_> {
    fn len(&self) -> usize {
        let identifiers = self
            .identifiers
            .iter()
            .map(|id| 1 + writer::variable_len(size(*id)));
        self.expiry_secs.map_or(0, |_| 5) + identifiers.sum::<usize>() + self.carried.len()
    }

    fn write(&self, out: &mut BytesMut) {
        writer::variable(out, self.len());
        if let Some(seconds) = self.expiry_secs {
            out.put_u8(property::MESSAGE_EXPIRY);
            out.put_u32(seconds);
        }
        for id in self.identifiers {
            out.put_u8(property::SUBSCRIPTION_ID);
            writer::variable(out, size(*id));
        }
        out.extend_from_slice(self.carried);
    }
}

/// A subscription identifier as a size: both have at most 28 bits.
fn size(identifier: u32) -> usize {
    usize::try_from(identifier).unwrap_or(0)
}

impl Head<'_> {
    /// The size of the whole packet, in bytes.
    #[must_use]
    pub fn packet_len(&self) -> usize {
        let body = self.body_len();
        1 + writer::variable_len(body) + body
    }

    fn body_len(&self) -> usize {
        let packet_id = if self.qos == QoS::AtMostOnce { 0 } else { 2 };
        let properties = self.properties.map_or(0, |properties| {
            let len = properties.len();
            writer::variable_len(len) + len
        });
        2 + self.topic.len() + packet_id + properties + self.payload_len
    }

    /// Writes the head and returns where in `out` the packet id stands, which
    /// may be overwritten; meaningless at QoS 0.
    pub fn write(&self, out: &mut BytesMut) -> usize {
        out.put_u8(0x30 | u8::from(self.qos) << 1 | u8::from(self.retain));
        writer::variable(out, self.body_len());
        writer::binary(out, self.topic.as_bytes());
        let packet_id_at = out.len();
        if self.qos != QoS::AtMostOnce {
            out.put_u16(self.packet_id);
        }
        if let Some(properties) = &self.properties {
            properties.write(out);
        }
        packet_id_at
    }
}
