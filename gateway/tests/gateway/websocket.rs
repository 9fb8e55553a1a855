//! MQTT in the frames of a WebSocket. The frames are made by hand, so that
//! packets can be split and joined across them.

use std::net::{Ipv4Addr, SocketAddr};

use model::Hosting;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::client::{Connect, V311, packet, publish};
use crate::world::{PATIENCE, World};

struct Site {
    address: SocketAddr,
    stop: CancellationToken,
    world: World,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn site() -> Site {
    let world = World::with(Hosting::OnPremise, |config| {
        config.limits.websocket_frame_bytes = 4_096;
    })
    .await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = world.gateway.websocket_router();
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    world.lifecycle.spawn_task("web", async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::select! {
            served = axum::serve(listener, service) => served.unwrap(),
            () = stopped.cancelled() => {}
        }
    });
    Site {
        address,
        stop,
        world,
    }
}

struct Socket {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Socket {
    /// Opens a WebSocket and returns it with the head of the response.
    async fn open(address: SocketAddr, subprotocol: Option<&str>) -> (Self, String) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let wanted = subprotocol.map_or(String::new(), |name| {
            format!("Sec-WebSocket-Protocol: {name}\r\n")
        });
        let request = format!(
            "GET /mqtt HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Extensions: permessage-deflate\r\n{wanted}\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let socket = Self {
            stream,
            unread: Vec::new(),
        };
        (socket, String::from_utf8(head).unwrap().to_lowercase())
    }

    /// Sends one final frame, masked with zeros.
    async fn send(&mut self, opcode: u8, payload: &[u8]) {
        let mut frame = vec![0x80 | opcode];
        if let Ok(size @ 0..126) = u8::try_from(payload.len()) {
            frame.push(0x80 | size);
        } else {
            frame.push(0xFE);
            frame.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        // The gateway may have hung up on what came before.
        let _hung_up = self.stream.write_all(&frame).await;
    }

    /// The opcode and payload of the next frame; `None` at the end.
    async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let read = async {
            let opcode = self.stream.read_u8().await.ok()? & 0x0F;
            let size = match self.stream.read_u8().await.ok()? {
                126 => usize::from(self.stream.read_u16().await.ok()?),
                127 => usize::try_from(self.stream.read_u64().await.ok()?).unwrap(),
                small => usize::from(small),
            };
            let mut payload = vec![0; size];
            self.stream.read_exact(&mut payload).await.ok()?;
            Some((opcode, payload))
        };
        tokio::time::timeout(PATIENCE, read)
            .await
            .expect("nothing came")
    }

    /// Exactly these bytes come next, in binary frames of any size.
    async fn expect(&mut self, bytes: &[u8]) {
        while self.unread.len() < bytes.len() {
            let (opcode, payload) = self.frame().await.expect("the gateway closed");
            assert_eq!(opcode, 2);
            self.unread.extend(payload);
        }
        let rest = self.unread.split_off(bytes.len());
        assert_eq!(self.unread, bytes);
        self.unread = rest;
    }

    /// Reads to the end: the other side's word of closing, or its hanging up.
    async fn closed(&mut self) {
        while self.frame().await.is_some_and(|(opcode, _)| opcode != 8) {}
    }
}

const CONNACK: [u8; 4] = [0x20, 2, 0, 0];

#[tokio::test]
async fn packets_may_share_frames_and_span_them() {
    let site = site().await;
    let villa = &site.world.villa;
    let (mut socket, head) = Socket::open(site.address, Some("mqtt")).await;
    assert!(head.starts_with("http/1.1 101"), "{head}");
    assert!(head.contains("sec-websocket-protocol: mqtt\r\n"), "{head}");
    assert!(!head.contains("deflate"), "{head}");

    let topic = villa.topic("controller/db/*/*/SAVED/lab/temp");
    let connect = Connect::new(villa, "web").bytes();
    let mut subscribe = vec![0, 1];
    subscribe.extend(u16::try_from(topic.len()).unwrap().to_be_bytes());
    subscribe.extend(topic.as_bytes());
    subscribe.push(1);
    let mut stream = connect;
    stream.extend(packet(0x82, &subscribe));
    stream.extend(publish(V311, &topic, b"21.5", 0, false, 0));
    // One byte a frame, then the rest in one.
    let (slowly, at_once) = stream.split_at(40);
    for byte in slowly {
        socket.send(2, &[*byte]).await;
    }
    socket.send(9, b"ping").await;
    socket.send(2, at_once).await;
    let pong = socket.frame().await.unwrap();
    assert_eq!(pong, (10, b"ping".to_vec()));
    socket.expect(&CONNACK).await;
    socket.expect(&[0x90, 3, 0, 1, 1]).await;
    socket
        .expect(&publish(V311, &topic, b"21.5", 0, false, 0))
        .await;
    socket.send(2, &packet(0xE0, &[])).await;
    socket.closed().await;
}

#[tokio::test]
async fn the_older_subprotocol_is_spoken_and_no_other() {
    let site = site().await;
    let (_, head) = Socket::open(site.address, Some("mqttv3.1")).await;
    assert!(
        head.contains("sec-websocket-protocol: mqttv3.1\r\n"),
        "{head}"
    );
    for other in [None, Some("chat")] {
        let (_, head) = Socket::open(site.address, other).await;
        assert!(head.starts_with("http/1.1 400"), "{head}");
    }
}

#[tokio::test]
async fn a_browser_connects_with_its_token_only() {
    let site = site().await;
    let world = &site.world;
    let connect = Connect::new(&world.villa, "web");
    let token = world.token(&world.villa, &json!({}));
    let foreign = world.token(&world.hut, &json!({}));
    for (password, code) in [(token.as_str(), 0), (foreign.as_str(), 4), ("", 4)] {
        let (mut socket, _) = Socket::open(site.address, Some("mqtt")).await;
        let bytes = connect.clone().password(password).bytes();
        socket.send(2, &bytes).await;
        socket.expect(&[0x20, 2, 0, code]).await;
        if code != 0 {
            socket.closed().await;
        }
    }
}

#[tokio::test]
async fn text_and_oversized_frames_end_the_connection() {
    let site = site().await;
    let connect = Connect::new(&site.world.villa, "web").bytes();
    for (opcode, payload) in [(1, b"text".to_vec()), (2, vec![0xC0; 5_000])] {
        let (mut socket, _) = Socket::open(site.address, Some("mqtt")).await;
        socket.send(2, &connect).await;
        socket.expect(&CONNACK).await;
        socket.send(opcode, &payload).await;
        socket.closed().await;
        // Not admitted yet, it is no different.
        let (mut socket, _) = Socket::open(site.address, Some("mqtt")).await;
        socket.send(opcode, &payload).await;
        socket.closed().await;
    }
}
