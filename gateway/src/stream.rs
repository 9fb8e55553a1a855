//! The bytes of one client, whatever carries them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

use crate::websocket::WebSocketStream;

/// How long a peer may take to read the last bytes and hang up.
const LINGER: Duration = Duration::from_secs(2);
/// Bytes of a peer that are thrown away meanwhile.
const LINGER_BYTES: usize = 64 * 1_024;

/// One client's connection.
pub(crate) enum Stream {
    /// Plain TCP.
    Tcp(TcpStream),
    /// MQTT in the binary frames of a WebSocket.
    Web(Box<WebSocketStream>),
}

/// A connection on its way to another thread's runtime.
pub(crate) enum Portable {
    /// Taken off the runtime that accepted it.
    Tcp(std::net::TcpStream),
    /// Stays with the web server's runtime, which wakes the other thread.
    Web(Box<WebSocketStream>),
}

impl Stream {
    /// Takes the connection off this runtime.
    pub(crate) fn detach(self) -> io::Result<Portable> {
        match self {
            Self::Tcp(tcp) => tcp.into_std().map(Portable::Tcp),
            Self::Web(web) => Ok(Portable::Web(web)),
        }
    }

    /// Writes the last bytes and closes so that the peer gets to read them.
    pub(crate) async fn say_and_close(mut self, last: &[u8]) {
        let said = async {
            self.write_all(last).await?;
            self.shutdown().await
        };
        if let Ok(Ok(())) = tokio::time::timeout(LINGER, said).await {
            linger(&mut self).await;
        }
    }
}

/// Reads and forgets until the peer hangs up, for a short while. Closing a
/// socket with unread bytes resets it, and the peer never sees what was
/// written last.
pub(crate) async fn linger(reader: &mut (impl AsyncRead + Unpin)) {
    let drain = async {
        let mut scrap = [0; 1_024];
        let mut left = LINGER_BYTES;
        while let Ok(read) = reader.read(&mut scrap).await {
            if read == 0 || read >= left {
                break;
            }
            left -= read;
        }
    };
    // Whether the peer hung up or the time ran out: it ends here.
    let _either = tokio::time::timeout(LINGER, drain).await;
}

impl Portable {
    /// Puts the connection on the current runtime.
    pub(crate) fn attach(self) -> io::Result<Stream> {
        match self {
            Self::Tcp(tcp) => TcpStream::from_std(tcp).map(Stream::Tcp),
            Self::Web(web) => Ok(Stream::Web(web)),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_read(cx, buffer),
            Self::Web(web) => Pin::new(web.as_mut()).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Self::Web(web) => Pin::new(web.as_mut()).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Web(web) => Pin::new(web.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Web(web) => Pin::new(web.as_mut()).poll_shutdown(cx),
        }
    }
}
