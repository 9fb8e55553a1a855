//! The other end, for tests: what a client writes, and how it reads what the
//! server says.

use bus::QoS;
use bytes::{BufMut, BytesMut};

use super::acknowledge::{Acknowledge, Step};
use super::frame::split;
use super::property::{self, Properties, Value};
use super::publish::Publish;
use super::reader::Reader;
use super::subscribe::{Replay, Subscribe, Unsubscribe};
use super::{Connect, Reason, Version, writer};

pub fn connect(connect: &Connect) -> Vec<u8> {
    let mut out = BytesMut::new();
    let (name, level) = match connect.version {
        Version::V3 => ("MQIsdp", 3),
        Version::V311 => ("MQTT", 4),
        Version::V5 => ("MQTT", 5),
    };
    writer::binary(&mut out, name.as_bytes());
    out.put_u8(if connect.bridge { 0x80 | level } else { level });
    let will = connect.will.as_ref();
    let flags = u8::from(connect.user_name.is_some()) << 7
        | u8::from(connect.password.is_some()) << 6
        | will.map_or(0, |will| {
            4 | u8::from(will.retain) << 5 | u8::from(will.qos) << 3
        })
        | u8::from(connect.clean_start) << 1;
    out.put_u8(flags);
    out.put_u16(connect.keep_alive);
    if connect.version == Version::V5 {
        let mut properties = BytesMut::new();
        if let Some(maximum) = connect.receive_maximum {
            properties.put_u8(property::RECEIVE_MAXIMUM);
            properties.put_u16(maximum);
        }
        if let Some(maximum) = connect.maximum_packet {
            properties.put_u8(property::MAXIMUM_PACKET_SIZE);
            properties.put_u32(maximum);
        }
        if !connect.wants_reasons {
            properties.extend_from_slice(&[property::REQUEST_PROBLEM_INFORMATION, 0]);
        }
        if let Some(method) = &connect.authentication_method {
            properties.put_u8(property::AUTHENTICATION_METHOD);
            writer::binary(&mut properties, method.as_bytes());
        }
        writer::properties(&mut out, &properties);
    }
    writer::binary(&mut out, connect.client_id.as_bytes());
    if let Some(will) = will {
        if connect.version == Version::V5 {
            let mut properties = BytesMut::new();
            expiry(&mut properties, will.expiry_secs);
            properties.extend_from_slice(&will.properties);
            writer::properties(&mut out, &properties);
        }
        writer::binary(&mut out, will.topic.as_bytes());
        writer::binary(&mut out, &will.payload);
    }
    if let Some(name) = &connect.user_name {
        writer::binary(&mut out, name.as_bytes());
    }
    if let Some(password) = &connect.password {
        writer::binary(&mut out, password);
    }
    writer::packet(0x10, &out).to_vec()
}

fn expiry(out: &mut BytesMut, seconds: Option<u32>) {
    if let Some(seconds) = seconds {
        out.put_u8(property::MESSAGE_EXPIRY);
        out.put_u32(seconds);
    }
}

pub fn publish(version: Version, publish: &Publish<'_>) -> Vec<u8> {
    let mut out = BytesMut::new();
    writer::binary(&mut out, publish.topic.as_bytes());
    if publish.qos > QoS::AtMostOnce {
        out.put_u16(publish.packet_id);
    }
    if version == Version::V5 {
        let mut properties = BytesMut::new();
        if let Some(alias) = publish.alias {
            properties.put_u8(property::TOPIC_ALIAS);
            properties.put_u16(alias);
        }
        expiry(&mut properties, publish.carried.expiry_secs);
        properties.extend_from_slice(&publish.carried.properties);
        writer::properties(&mut out, &properties);
    }
    out.extend_from_slice(publish.payload);
    let flags = u8::from(publish.dup) << 3 | u8::from(publish.qos) << 1 | u8::from(publish.retain);
    writer::packet(0x30 | flags, &out).to_vec()
}

pub fn subscribe(version: Version, subscribe: &Subscribe<'_>) -> Vec<u8> {
    let mut out = BytesMut::new();
    out.put_u16(subscribe.packet_id);
    if version == Version::V5 {
        let mut properties = BytesMut::new();
        if let Some(id) = subscribe.identifier {
            properties.put_u8(property::SUBSCRIPTION_ID);
            writer::variable(&mut properties, id as usize);
        }
        writer::properties(&mut out, &properties);
    }
    for request in &subscribe.filters {
        writer::binary(&mut out, request.filter.as_bytes());
        let replay = match request.replay {
            Replay::Always => 0,
            Replay::IfNew => 1,
            Replay::Never => 2,
        };
        out.put_u8(
            u8::from(request.qos)
                | u8::from(request.no_local) << 2
                | u8::from(request.retain_as_published) << 3
                | replay << 4,
        );
    }
    writer::packet(0x82, &out).to_vec()
}

pub fn unsubscribe(version: Version, unsubscribe: &Unsubscribe<'_>) -> Vec<u8> {
    let mut out = BytesMut::new();
    out.put_u16(unsubscribe.packet_id);
    if version == Version::V5 {
        out.put_u8(0);
    }
    for filter in &unsubscribe.filters {
        writer::binary(&mut out, filter.as_bytes());
    }
    writer::packet(0xA2, &out).to_vec()
}

pub fn disconnect(version: Version, reason: Reason) -> Vec<u8> {
    if version == Version::V5 && reason != Reason::Success {
        writer::packet(0xE0, &[reason.code()]).to_vec()
    } else {
        vec![0xE0, 0]
    }
}

/// A publish as a client gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub topic: String,
    pub payload: Vec<u8>,
    pub qos: QoS,
    pub retain: bool,
    pub packet_id: u16,
    pub identifiers: Vec<u32>,
    pub expiry_secs: Option<u32>,
    pub properties: Vec<u8>,
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The code, and the properties by id.
    ConnAck(u8, Vec<(u8, u32)>, Option<String>),
    Publish(Received),
    Acknowledge(Acknowledge, Option<String>),
    SubAck(u16, Vec<u8>),
    UnsubAck(u16, Vec<u8>),
    PingResp,
    Disconnect(u8, Option<String>),
}

pub fn read(version: Version, frame: &[u8]) -> Said {
    let (first, body) = split(frame).expect("a whole frame");
    let mut reader = Reader::new(body);
    let with_properties = version == Version::V5;
    let said = match first {
        0x20 => {
            assert_eq!(reader.byte().unwrap(), 0, "session present");
            let code = reader.byte().unwrap();
            let (mut numbers, mut assigned) = (Vec::new(), None);
            if with_properties {
                static ALLOWED: [u8; 8] = [
                    property::REASON_STRING,
                    property::SESSION_EXPIRY,
                    property::RECEIVE_MAXIMUM,
                    property::MAXIMUM_PACKET_SIZE,
                    property::TOPIC_ALIAS_MAXIMUM,
                    property::SHARED_AVAILABLE,
                    property::SERVER_KEEP_ALIVE,
                    property::ASSIGNED_CLIENT_ID,
                ];
                let mut properties = Properties::read(&mut reader, &ALLOWED).unwrap();
                while let Some(found) = properties.next().unwrap() {
                    match found.value {
                        Value::Text(_) if found.id == property::REASON_STRING => {}
                        Value::Text(text) => assigned = Some(text.to_owned()),
                        value => numbers.push((found.id, value.number())),
                    }
                }
            }
            Said::ConnAck(code, numbers, assigned)
        }
        0x30..=0x3F => return Said::Publish(received(first, reader, with_properties)),
        0x40 => acknowledge(Step::PubAck, &mut reader, with_properties),
        0x50 => acknowledge(Step::PubRec, &mut reader, with_properties),
        0x62 => acknowledge(Step::PubRel, &mut reader, with_properties),
        0x70 => acknowledge(Step::PubComp, &mut reader, with_properties),
        0x90 => {
            let id = reader.two_bytes().unwrap();
            let _why = with_properties.then(|| why(&mut reader));
            Said::SubAck(id, reader.rest().to_vec())
        }
        0xB0 => {
            let id = reader.two_bytes().unwrap();
            let _why = with_properties.then(|| why(&mut reader));
            Said::UnsubAck(id, reader.rest().to_vec())
        }
        0xD0 => Said::PingResp,
        0xE0 => {
            assert!(with_properties, "3.x servers do not say DISCONNECT");
            let code = reader.byte().unwrap();
            Said::Disconnect(code, why(&mut reader))
        }
        other => panic!("no packet of a server: {other:#x}"),
    };
    reader.end().unwrap();
    said
}

fn why(reader: &mut Reader<'_>) -> Option<String> {
    if reader.is_empty() {
        return None;
    }
    let mut properties = Properties::read(reader, &[property::REASON_STRING]).unwrap();
    let found = properties.next().unwrap();
    found.map(|found| found.value.text().to_owned())
}

fn acknowledge(step: Step, reader: &mut Reader<'_>, with_properties: bool) -> Said {
    let packet_id = reader.packet_id().unwrap();
    let mut reason = Reason::Success;
    let mut words = None;
    if with_properties && !reader.is_empty() {
        reason = Reason::from_code(reader.byte().unwrap()).unwrap();
        words = why(reader);
    }
    Said::Acknowledge(
        Acknowledge {
            step,
            packet_id,
            reason,
        },
        words,
    )
}

fn received(first: u8, mut reader: Reader<'_>, with_properties: bool) -> Received {
    assert_eq!(first & 0x08, 0, "nothing is sent twice over one connection");
    let qos = QoS::try_from((first >> 1) & 3).unwrap();
    let topic = reader.text().unwrap().to_owned();
    let packet_id = if qos > QoS::AtMostOnce {
        reader.packet_id().unwrap()
    } else {
        0
    };
    let mut received = Received {
        topic,
        payload: Vec::new(),
        qos,
        retain: first & 1 != 0,
        packet_id,
        identifiers: Vec::new(),
        expiry_secs: None,
        properties: Vec::new(),
    };
    if with_properties {
        static ALLOWED: [u8; 7] = [
            property::PAYLOAD_FORMAT,
            property::MESSAGE_EXPIRY,
            property::CONTENT_TYPE,
            property::RESPONSE_TOPIC,
            property::CORRELATION_DATA,
            property::SUBSCRIPTION_ID,
            property::USER_PROPERTY,
        ];
        let mut properties = Properties::read(&mut reader, &ALLOWED).unwrap();
        while let Some(found) = properties.next().unwrap() {
            match found.id {
                property::MESSAGE_EXPIRY => received.expiry_secs = Some(found.value.number()),
                property::SUBSCRIPTION_ID => received.identifiers.push(found.value.number()),
                _ => received.properties.extend_from_slice(found.raw),
            }
        }
    }
    received.payload = reader.rest().to_vec();
    received
}
