//! As much of MQTT 3.1.1 as a module needs that publishes and waits for each
//! acknowledgement.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// An acknowledgement that takes longer will not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Most messages on their way at a time.
const IN_FLIGHT: usize = 20;

const CONNACK: u8 = 0x20;
const PUBACK: u8 = 0x40;

/// A connection of one house.
pub struct Publisher {
    stream: TcpStream,
    next: u16,
    waiting: usize,
}

impl Publisher {
    /// Connects with a house's id and passcode.
    pub fn connect(address: &str, house: &str, passcode: &str, client: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| format!("reach {address}"))?;
        stream
            .set_read_timeout(Some(PATIENCE))
            .context("set the patience")?;
        stream.set_nodelay(true).context("set no delay")?;
        let mut publisher = Self {
            stream,
            next: 0,
            waiting: 0,
        };
        // Clean session, user name and password; keep alive off.
        let mut connect = string("MQTT")?;
        connect.extend([4, 0b1100_0010, 0, 0]);
        for part in [client, house, passcode] {
            connect.extend(string(part)?);
        }
        publisher.send(0x10, &connect)?;
        let (kind, body) = publisher.receive()?;
        ensure!(
            kind == CONNACK && body.get(1) == Some(&0),
            "{house} may not connect: {body:?}"
        );
        Ok(publisher)
    }

    /// Publishes at QoS 1.
    pub fn publish(&mut self, topic: &str, payload: &[u8]) -> Result<()> {
        while self.waiting >= IN_FLIGHT {
            self.acknowledged()?;
        }
        self.next = self.next.checked_add(1).unwrap_or(1);
        let mut body = string(topic)?;
        body.extend(self.next.to_be_bytes());
        body.extend(payload);
        self.send(0x32, &body)?;
        self.waiting += 1;
        Ok(())
    }

    /// Waits until everything is acknowledged, which means that it is on disk,
    /// and ends the connection.
    pub fn finish(mut self) -> Result<()> {
        while self.waiting > 0 {
            self.acknowledged()?;
        }
        self.send(0xe0, &[])
    }

    fn acknowledged(&mut self) -> Result<()> {
        let (kind, _) = self.receive()?;
        ensure!(
            kind == PUBACK,
            "a packet of kind {kind:#x} came instead of PUBACK"
        );
        self.waiting -= 1;
        Ok(())
    }

    fn send(&mut self, kind: u8, body: &[u8]) -> Result<()> {
        let mut packet = vec![kind];
        packet.extend(length(body.len()));
        packet.extend(body);
        self.stream.write_all(&packet).context("send a packet")
    }

    fn receive(&mut self) -> Result<(u8, Vec<u8>)> {
        let mut header = [0; 2];
        self.stream
            .read_exact(&mut header)
            .context("wait for a packet")?;
        let [kind, length] = header;
        ensure!(length < 128, "a longer packet came than was to be expected");
        let mut body = vec![0; usize::from(length)];
        self.stream.read_exact(&mut body).context("read a packet")?;
        Ok((kind, body))
    }
}

/// A text with its length before it.
fn string(text: &str) -> Result<Vec<u8>> {
    let length = u16::try_from(text.len()).context("a text is too long")?;
    Ok([&length.to_be_bytes(), text.as_bytes()].concat())
}

/// The remaining length: seven bits a byte, the lowest first.
fn length(mut length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(length % 128).unwrap_or(0);
        length /= 128;
        if length == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_texts_are_as_the_specification_says() {
        assert_eq!(length(0), [0]);
        assert_eq!(length(127), [127]);
        assert_eq!(length(128), [0x80, 1]);
        assert_eq!(length(16_383), [0xff, 0x7f]);
        assert_eq!(string("ab").unwrap(), [0, 2, b'a', b'b']);
        assert!(string(&"x".repeat(70_000)).is_err());
    }
}
