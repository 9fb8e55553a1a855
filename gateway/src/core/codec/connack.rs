//! CONNACK (MQTT 5.0, section 3.2; 3.1.1, section 3.2).

use bytes::{BufMut, Bytes, BytesMut};

use super::property;
use super::reason::Reason;
use super::version::Version;
use super::writer;

/// What an admitted client is told. Session present is always 0: nothing is
/// kept of an earlier connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The client id, when the server chose it.
    pub assigned_client_id: Option<String>,
    /// Seconds, when the server does not take the client's keep-alive.
    pub keep_alive: Option<u16>,
    /// Open QoS 1 and 2 publishes that the server takes.
    pub receive_maximum: u16,
    /// The largest packet that the server takes, in bytes.
    pub maximum_packet: u32,
    /// The highest topic alias that the server takes.
    pub topic_alias_maximum: u16,
}

impl Accepted {
    /// The packet.
    #[must_use]
    pub fn encode(&self, version: Version) -> Bytes {
        if !version.has_properties() {
            return Bytes::from_static(&[0x20, 2, 0, 0]);
        }
        let mut properties = BytesMut::with_capacity(48);
        properties.put_u8(property::SESSION_EXPIRY);
        properties.put_u32(0);
        properties.put_u8(property::RECEIVE_MAXIMUM);
        properties.put_u16(self.receive_maximum);
        properties.put_u8(property::MAXIMUM_PACKET_SIZE);
        properties.put_u32(self.maximum_packet);
        properties.put_u8(property::TOPIC_ALIAS_MAXIMUM);
        properties.put_u16(self.topic_alias_maximum);
        properties.put_u8(property::SHARED_AVAILABLE);
        properties.put_u8(0);
        if let Some(seconds) = self.keep_alive {
            properties.put_u8(property::SERVER_KEEP_ALIVE);
            properties.put_u16(seconds);
        }
        if let Some(id) = &self.assigned_client_id {
            properties.put_u8(property::ASSIGNED_CLIENT_ID);
            writer::binary(&mut properties, id.as_bytes());
        }
        let mut body = BytesMut::with_capacity(properties.len() + 4);
        body.extend_from_slice(&[0, Reason::Success.code()]);
        writer::properties(&mut body, &properties);
        writer::packet(0x20, &body)
    }
}

/// The answer to a CONNECT that is refused; then close. `why` in words goes to
/// 5.0 clients.
#[must_use]
pub fn refuse_connect(version: Version, reason: Reason, why: Option<&str>) -> Bytes {
    if version.has_properties() {
        let mut body = BytesMut::from(&[0, reason.code()][..]);
        writer::reason_string(&mut body, why);
        writer::packet(0x20, &body)
    } else {
        writer::packet(0x20, &[0, reason.return_code()])
    }
}
