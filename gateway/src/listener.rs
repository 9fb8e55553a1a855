//! Accepts TCP connections.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use platform::Lifecycle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::door::Door;
use crate::stream::Stream;

/// The pause after an `accept` that failed: the process has no descriptors
/// left, and asking again at once would only burn the processor.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// Accepts until `drain`.
pub(crate) async fn accept_for_ever(
    listener: TcpListener,
    door: Door,
    lifecycle: Lifecycle,
    drain: CancellationToken,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = drain.cancelled() => return,
        };
        if let Err(error) = take(accepted, &door, &lifecycle) {
            tracing::warn!(%error, "A connection could not be accepted");
            tokio::select! {
                () = tokio::time::sleep(AFTER_FAILURE) => {}
                () = drain.cancelled() => return,
            }
        }
    }
}

fn take(
    accepted: io::Result<(tokio::net::TcpStream, SocketAddr)>,
    door: &Door,
    lifecycle: &Lifecycle,
) -> io::Result<()> {
    let (stream, address) = accepted?;
    if stream.set_nodelay(true).is_err() {
        // The peer has hung up already.
        return Ok(());
    }
    let door = door.clone();
    lifecycle.spawn_task("mqtt connect", async move {
        door.receive(Stream::Tcp(stream), Some(address.ip())).await;
    });
    Ok(())
}
