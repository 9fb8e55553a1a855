//! A small MQTT client: what a test says, byte by byte.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::{Home, PATIENCE};

/// The level that stands in CONNECT.
pub const V3: u8 = 3;
pub const V311: u8 = 4;
pub const V5: u8 = 5;

fn text(text: &str) -> Vec<u8> {
    binary(text.as_bytes())
}

fn binary(bytes: &[u8]) -> Vec<u8> {
    let mut out = u16::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
    out.extend(bytes);
    out
}

/// A packet: first byte, size, body.
pub fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    let mut size = body.len();
    loop {
        let low = u8::try_from(size % 128).unwrap();
        size /= 128;
        out.push(if size > 0 { low | 0x80 } else { low });
        if size == 0 {
            break;
        }
    }
    out.extend(body);
    out
}

/// What a CONNECT says.
#[derive(Clone)]
pub struct Connect {
    pub level: u8,
    pub client_id: String,
    pub username: String,
    pub password: String,
    /// Topic and payload.
    pub will: Option<(String, String)>,
}

impl Connect {
    pub fn new(home: &Home, client_id: &str) -> Self {
        Self {
            level: V311,
            client_id: client_id.to_owned(),
            username: home.id.to_string(),
            password: home.passcode.expose().to_owned(),
            will: None,
        }
    }

    pub fn level(mut self, level: u8) -> Self {
        self.level = level;
        self
    }

    pub fn password(mut self, password: &str) -> Self {
        password.clone_into(&mut self.password);
        self
    }

    pub fn username(mut self, username: &str) -> Self {
        username.clone_into(&mut self.username);
        self
    }

    pub fn will(mut self, topic: &str, payload: &str) -> Self {
        self.will = Some((topic.to_owned(), payload.to_owned()));
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut body = text(if self.level == V3 { "MQIsdp" } else { "MQTT" });
        let will = if self.will.is_some() { 0x04 | 0x08 } else { 0 };
        body.extend([self.level, 0xC2 | will, 0, 0]);
        if self.level == V5 {
            body.push(0);
        }
        body.extend(text(&self.client_id));
        if let Some((topic, payload)) = &self.will {
            if self.level == V5 {
                body.push(0);
            }
            body.extend(text(topic));
            body.extend(text(payload));
        }
        body.extend(text(&self.username));
        body.extend(text(&self.password));
        packet(0x10, &body)
    }
}

/// A PUBLISH; `id` for quality 1 and 2.
pub fn publish(level: u8, topic: &str, payload: &[u8], qos: u8, retain: bool, id: u16) -> Vec<u8> {
    let mut body = text(topic);
    if qos > 0 {
        body.extend(id.to_be_bytes());
    }
    if level == V5 {
        body.push(0);
    }
    body.extend(payload);
    packet(0x30 | (qos << 1) | u8::from(retain), &body)
}

/// One packet that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Type and flags.
    pub first: u8,
    pub body: Vec<u8>,
}

/// A PUBLISH that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub topic: String,
    pub payload: String,
    pub qos: u8,
    pub retain: bool,
    pub id: u16,
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

pub struct Client {
    wire: Box<dyn Wire>,
    level: u8,
    next_id: u16,
}

impl Client {
    pub async fn tcp(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap())
    }

    pub fn over(wire: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        Self {
            wire: Box::new(wire),
            level: V311,
            next_id: 1,
        }
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.wire.write_all(bytes).await.unwrap();
        self.wire.flush().await.unwrap();
    }

    /// Sends bytes to a peer that may hang up meanwhile.
    pub async fn try_send(&mut self, bytes: &[u8]) {
        let _hung_up = self.wire.write_all(bytes).await;
    }

    /// Connects and expects to be let in.
    pub async fn connect(&mut self, connect: &Connect) {
        assert_eq!(self.knock(connect).await, 0, "{}", connect.client_id);
    }

    /// Sends CONNECT and returns the code of CONNACK.
    pub async fn knock(&mut self, connect: &Connect) -> u8 {
        self.level = connect.level;
        self.send(&connect.bytes()).await;
        let connack = self.receive().await;
        assert_eq!(connack.first, 0x20);
        connack.body[1]
    }

    /// The next packet.
    pub async fn receive(&mut self) -> Received {
        self.try_receive().await.expect("the gateway closed")
    }

    /// The next packet; `None` when the gateway has closed.
    pub async fn try_receive(&mut self) -> Option<Received> {
        tokio::time::timeout(PATIENCE, self.read_packet())
            .await
            .expect("nothing came")
    }

    async fn read_packet(&mut self) -> Option<Received> {
        let first = self.wire.read_u8().await.ok()?;
        let (mut size, mut shift) = (0, 0);
        loop {
            let byte = self.wire.read_u8().await.ok()?;
            size |= usize::from(byte & 0x7F) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut body = vec![0; size];
        self.wire.read_exact(&mut body).await.ok()?;
        Some(Received { first, body })
    }

    /// Reads until the gateway closes, and returns what it said before.
    pub async fn closed(&mut self) -> Vec<Received> {
        let mut said = Vec::new();
        while let Some(packet) = self.try_receive().await {
            said.push(packet);
        }
        said
    }

    fn id(&mut self) -> u16 {
        self.next_id += 1;
        self.next_id
    }

    /// Subscribes at quality 2 and returns the code of SUBACK.
    pub async fn subscribe(&mut self, filter: &str) -> u8 {
        let id = self.id();
        let mut body = id.to_be_bytes().to_vec();
        if self.level == V5 {
            body.push(0);
        }
        body.extend(text(filter));
        body.push(2);
        self.send(&packet(0x82, &body)).await;
        let suback = self.receive().await;
        assert_eq!(
            (suback.first, &suback.body[..2]),
            (0x90, &id.to_be_bytes()[..])
        );
        *suback.body.last().unwrap()
    }

    /// Publishes and waits for the whole exchange of its quality; returns the
    /// reason of the first acknowledgement, 0 where there is none.
    pub async fn publish(&mut self, topic: &str, payload: &str, qos: u8, retain: bool) -> u8 {
        let id = self.publish_only(topic, payload, qos, retain).await;
        self.acknowledged(qos, id).await
    }

    pub async fn publish_only(&mut self, topic: &str, payload: &str, qos: u8, retain: bool) -> u16 {
        let id = self.id();
        let bytes = publish(self.level, topic, payload.as_bytes(), qos, retain, id);
        self.send(&bytes).await;
        id
    }

    pub async fn acknowledged(&mut self, qos: u8, id: u16) -> u8 {
        if qos == 0 {
            return 0;
        }
        let answer = self.receive().await;
        let expected = if qos == 1 { 0x40 } else { 0x50 };
        assert_eq!(answer.first, expected, "{answer:?}");
        assert_eq!(answer.body[..2], id.to_be_bytes());
        let reason = answer.body.get(2).copied().unwrap_or(0);
        if qos == 2 && reason < 0x80 {
            self.send(&packet(0x62, &id.to_be_bytes())).await;
            let complete = self.receive().await;
            assert_eq!(
                (complete.first, &complete.body[..2]),
                (0x70, &id.to_be_bytes()[..])
            );
        }
        reason
    }

    /// Receives one PUBLISH and acknowledges it.
    pub async fn message(&mut self) -> Message {
        let received = self.receive().await;
        assert_eq!(received.first >> 4, 3, "{received:?}");
        let qos = (received.first >> 1) & 3;
        let mut rest = &received.body[..];
        let mut take = |count: usize| {
            let (taken, left) = rest.split_at(count);
            rest = left;
            taken.to_vec()
        };
        let number = |bytes: Vec<u8>| u16::from_be_bytes([bytes[0], bytes[1]]);
        let size = number(take(2));
        let topic = String::from_utf8(take(size.into())).unwrap();
        let id = if qos > 0 { number(take(2)) } else { 0 };
        if self.level == V5 {
            let properties = take(1)[0];
            take(properties.into());
        }
        let message = Message {
            topic,
            payload: String::from_utf8(rest.to_vec()).unwrap(),
            qos,
            retain: received.first & 1 == 1,
            id,
        };
        match qos {
            1 => self.send(&packet(0x40, &id.to_be_bytes())).await,
            2 => {
                self.send(&packet(0x50, &id.to_be_bytes())).await;
                let release = self.receive().await;
                assert_eq!(
                    (release.first, &release.body[..2]),
                    (0x62, &id.to_be_bytes()[..])
                );
                self.send(&packet(0x70, &id.to_be_bytes())).await;
            }
            _ => {}
        }
        message
    }

    /// That nothing waits for this client: a PINGREQ is answered before
    /// anything else comes.
    pub async fn expect_nothing(&mut self) {
        self.send(&[0xC0, 0]).await;
        let answer = self.receive().await;
        assert_eq!(answer.first, 0xD0, "{answer:?}");
    }
}
