//! MQTT over WebSocket at `/mqtt` (MQTT 5.0, section 6): binary frames in
//! which packets begin and end as they like.
//!
//! Who the client is says its CONNECT and nothing else: no cookie, no origin,
//! no address is looked at. Compression is not offered.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures_util::{Sink, Stream as _};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::door::Door;
use crate::stream::Stream;

/// The subprotocols spoken: MQTT 3.1.1 and later, and MQTT 3.1.
const SUBPROTOCOLS: [&str; 2] = ["mqtt", "mqttv3.1"];
/// What is read from the socket at once; kept small, as every idle browser
/// costs one.
const READ_BUFFER: usize = 4 * 1_024;
/// Bytes that go into one frame at most.
const FRAME_OUT: usize = 64 * 1_024;

/// The routes: `GET /mqtt`.
pub(crate) fn router(door: Door) -> Router {
    Router::new().route("/mqtt", get(open)).with_state(door)
}

async fn open(
    State(door): State<Door>,
    extensions: Extensions,
    upgrade: WebSocketUpgrade,
) -> Response {
    let frame_limit = door.limits().websocket_frame_bytes;
    let upgrade = upgrade
        .protocols(SUBPROTOCOLS)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_frame_size(frame_limit)
        .max_message_size(frame_limit);
    if upgrade.selected_protocol().is_none() {
        let why = "Connect with the WebSocket subprotocol \"mqtt\".\n";
        return (StatusCode::BAD_REQUEST, why).into_response();
    }
    let address = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(address)| address.ip());
    upgrade.on_upgrade(move |socket| async move {
        let stream = Stream::Web(Box::new(WebSocketStream::new(socket)));
        door.receive(stream, address).await;
    })
}

/// A WebSocket as a stream of bytes.
pub(crate) struct WebSocketStream {
    socket: WebSocket,
    /// What is left of the last frame.
    unread: Bytes,
}

impl WebSocketStream {
    const fn new(socket: WebSocket) -> Self {
        Self {
            socket,
            unread: Bytes::new(),
        }
    }
}

fn broken(error: axum::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl AsyncRead for WebSocketStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.unread.is_empty() {
            match ready!(Pin::new(&mut self.socket).poll_next(cx)) {
                Some(Ok(Message::Binary(bytes))) => self.unread = bytes,
                // Answered by the WebSocket layer itself.
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_))) | None => return Poll::Ready(Ok(())),
                Some(Ok(Message::Text(_))) => {
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "MQTT comes in binary frames",
                    )));
                }
                Some(Err(error)) => return Poll::Ready(Err(broken(error))),
            }
        }
        let now = self.unread.len().min(buffer.remaining());
        let part = self.unread.split_to(now);
        buffer.put_slice(&part);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for WebSocketStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(Pin::new(&mut self.socket).poll_ready(cx)).map_err(broken)?;
        // A frame that is in the socket's own buffer must be gone before the
        // next one, so that a slow reader is felt here.
        ready!(Pin::new(&mut self.socket).poll_flush(cx)).map_err(broken)?;
        let part = bytes.get(..FRAME_OUT).unwrap_or(bytes);
        let frame = Message::Binary(Bytes::copy_from_slice(part));
        Pin::new(&mut self.socket)
            .start_send(frame)
            .map_err(broken)?;
        Poll::Ready(Ok(part.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx).map_err(broken)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_close(cx).map_err(broken)
    }
}
