//! The press: one message in its forms on the wire, each set once and shared
//! by all receivers that take the same form.

use std::sync::Arc;

use bus::QoS;
use bytes::{Bytes, BytesMut};
use model::Timestamp;

use super::codec::outgoing::{Head, HeadProperties};
use super::message::Message;

/// From this size on a payload is sent as it is, behind its head; smaller ones
/// are copied into one piece with it, which is cheaper.
const SHARE_PAYLOAD_FROM: usize = 1_024;

/// What may differ between receivers of one message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form<'a> {
    /// Whether the receiver speaks MQTT 5.0.
    pub has_properties: bool,
    /// The quality of service.
    pub qos: QoS,
    /// The retain flag.
    pub retain: bool,
    /// The identifiers of the receiver's subscriptions.
    pub identifiers: &'a [u32],
}

/// One packet in one or two pieces.
#[derive(Clone, Debug)]
pub(super) struct Print {
    pub head: Bytes,
    pub tail: Option<Bytes>,
}

/// A form that was set before, with where its packet id stands.
struct Plate {
    has_properties: bool,
    qos: QoS,
    retain: bool,
    bytes: Bytes,
    packet_id_at: usize,
}

/// Prints one message.
pub(super) struct Press<'m> {
    message: &'m Arc<Message>,
    seconds_left: Option<u32>,
    plates: Vec<Plate>,
}

impl<'m> Press<'m> {
    pub fn new(message: &'m Arc<Message>, now: Timestamp) -> Self {
        Self {
            message,
            seconds_left: message.seconds_left(now),
            plates: Vec::new(),
        }
    }

    pub const fn message(&self) -> &'m Arc<Message> {
        self.message
    }

    fn head<'a>(&'a self, form: Form<'a>, packet_id: u16) -> Head<'a> {
        Head {
            topic: &self.message.topic,
            qos: form.qos,
            retain: form.retain,
            packet_id,
            payload_len: self.message.payload.len(),
            properties: form.has_properties.then_some(HeadProperties {
                expiry_secs: self.seconds_left,
                identifiers: form.identifiers,
                carried: &self.message.properties,
            }),
        }
    }

    /// The size of the packet in this form, in bytes.
    pub fn packet_len(&self, form: Form<'_>) -> usize {
        self.head(form, 0).packet_len()
    }

    /// The packet in this form, with this id (which QoS 0 does not have).
    pub fn print(&mut self, form: Form<'_>, packet_id: u16) -> Print {
        let tail = (self.message.payload.len() >= SHARE_PAYLOAD_FROM)
            .then(|| self.message.payload.clone());
        let plate = self.plates.iter().find(|plate| {
            form.identifiers.is_empty()
                && (plate.has_properties, plate.qos, plate.retain)
                    == (form.has_properties, form.qos, form.retain)
        });
        let head = match plate {
            Some(plate) if form.qos == QoS::AtMostOnce => plate.bytes.clone(),
            Some(plate) => {
                let mut copy = BytesMut::from(&*plate.bytes);
                let id = packet_id.to_be_bytes();
                if let Some(place) = copy.get_mut(plate.packet_id_at..plate.packet_id_at + 2) {
                    place.copy_from_slice(&id);
                }
                copy.freeze()
            }
            None => self.set(form, packet_id, tail.is_some()),
        };
        Print { head, tail }
    }

    fn set(&mut self, form: Form<'_>, packet_id: u16, without_payload: bool) -> Bytes {
        let head = self.head(form, packet_id);
        let mut out = BytesMut::with_capacity(if without_payload {
            head.packet_len() - self.message.payload.len()
        } else {
            head.packet_len()
        });
        let packet_id_at = head.write(&mut out);
        if !without_payload {
            out.extend_from_slice(&self.message.payload);
        }
        let bytes = out.freeze();
        if form.identifiers.is_empty() {
            self.plates.push(Plate {
                has_properties: form.has_properties,
                qos: form.qos,
                retain: form.retain,
                bytes: bytes.clone(),
                packet_id_at,
            });
        }
        bytes
    }
}
