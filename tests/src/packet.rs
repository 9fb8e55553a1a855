//! MQTT 3.1.1 packets byte by byte, where a client library is too polite:
//! packets pipelined behind CONNECT, topics no library would send.

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::wait;

/// A packet as it goes over the wire; `body` is everything behind the
/// remaining length.
pub fn packet(first_byte: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first_byte];
    let mut length = body.len();
    loop {
        let low = u8::try_from(length % 128).unwrap_or_default();
        length /= 128;
        bytes.push(if length > 0 { low | 0x80 } else { low });
        if length == 0 {
            break;
        }
    }
    bytes.extend_from_slice(body);
    bytes
}

/// A text with its length, at most 65,535 bytes.
pub fn text(text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), text].concat()
}

/// CONNECT of a clean session with user name and password.
pub fn connect(client_id: &str, user: &str, password: &str) -> Vec<u8> {
    connect_as(b"MQTT", 4, client_id, user, password)
}

/// The same with another protocol name and level.
pub fn connect_as(
    protocol: &[u8],
    level: u8,
    client_id: &str,
    user: &str,
    password: &str,
) -> Vec<u8> {
    let mut body = text(protocol);
    body.extend([level, 0b1100_0010, 0, 30]);
    for part in [client_id, user, password] {
        body.extend(text(part.as_bytes()));
    }
    packet(0x10, &body)
}

/// SUBSCRIBE to one filter at QoS 2.
pub fn subscribe(packet_id: u16, filter: &[u8]) -> Vec<u8> {
    packet(
        0x82,
        &[&packet_id.to_be_bytes(), text(filter).as_slice(), &[2]].concat(),
    )
}

/// PUBLISH at QoS 1.
pub fn publish(packet_id: u16, topic: &[u8], payload: &[u8]) -> Vec<u8> {
    packet(
        0x32,
        &[text(topic).as_slice(), &packet_id.to_be_bytes(), payload].concat(),
    )
}

/// A socket that sends and reads whole packets.
pub struct Wire(TcpStream);

impl Wire {
    /// Opens a TCP connection.
    pub async fn open(address: &str) -> Result<Self> {
        let stream = wait::within("a TCP connection", TcpStream::connect(address)).await?;
        Ok(Self(stream.context("open a TCP connection")?))
    }

    /// Sends bytes as they are.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.write_all(bytes).await.context("send")
    }

    /// The next packet: its first byte and its body. `None` when the other
    /// side has closed.
    pub async fn next(&mut self) -> Result<Option<(u8, Vec<u8>)>> {
        wait::within("a packet or the end", self.read()).await?
    }

    async fn read(&mut self) -> Result<Option<(u8, Vec<u8>)>> {
        // A connection that was reset has ended, too.
        let Ok(first) = self.0.read_u8().await else {
            return Ok(None);
        };
        let (mut length, mut factor) = (0_usize, 1_usize);
        loop {
            let byte = self.0.read_u8().await.context("read a length")?;
            length += usize::from(byte & 0x7f) * factor;
            factor *= 128;
            ensure!(factor <= 1 << 28, "a length of more than four bytes");
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.context("read a body")?;
        Ok(Some((first, body)))
    }

    /// The next packet of a kind (the first byte's upper half); others are
    /// passed over. `None` when the other side has closed.
    pub async fn next_of(&mut self, kind: u8) -> Result<Option<Vec<u8>>> {
        while let Some((first, body)) = self.next().await? {
            if first >> 4 == kind {
                return Ok(Some(body));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_as_many_bytes_as_they_need() {
        assert_eq!(packet(0xc0, &[]), [0xc0, 0]);
        assert_eq!(packet(0x30, &[0; 127])[..2], [0x30, 127]);
        assert_eq!(packet(0x30, &[0; 128])[..3], [0x30, 0x80, 1]);
        assert_eq!(text(b"ab"), [0, 2, b'a', b'b']);
    }
}
