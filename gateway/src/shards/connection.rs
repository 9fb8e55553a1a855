//! One client: cuts its bytes into packets for the router, and writes what the
//! router has for it. Reading and writing never wait for each other.

use std::pin::pin;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::house::House;
use super::outbox::Outbox;
use crate::config::Limits;
use crate::core::codec::{Connect, Frame, frame};
use crate::core::{ConnId, Identity};
use crate::stream::{Stream, linger};

/// How long the last bytes to a client that is being closed may take.
const LAST_BYTES: Duration = Duration::from_secs(5);
/// Room for one read: grows while reads fill it, and shrinks again.
const SMALLEST_READ: usize = 1_024;
const LARGEST_READ: usize = 64 * 1_024;

/// What a client may send before the others of the shard have their turn:
/// packets, of which each begun 1 KiB counts as one. A client that sends without
/// end must not be felt by another house.
const TURN: usize = 64;
const TURN_BYTES: usize = 1_024;

/// Why reading or writing is over.
enum End {
    /// The peer is gone.
    Lost,
    /// The router has closed the connection.
    Closed,
    /// The peer takes nothing.
    Stalled,
}

/// Serves a client until it is gone.
pub(super) async fn serve(
    house: &House,
    stream: Stream,
    connect: Connect,
    identity: Identity,
    behind: BytesMut,
    limits: &Limits,
) {
    let _open = Open::count();
    let (conn, outbox) = house.connect(connect, identity);
    let (mut reader, mut writer) = tokio::io::split(stream);
    let end = {
        let mut writing = pin!(write(
            house,
            conn,
            &outbox,
            &mut writer,
            limits.output_stall
        ));
        tokio::select! {
            end = read(house, conn, &outbox, &mut reader, behind) => match end {
                End::Closed => tokio::time::timeout(LAST_BYTES, writing)
                    .await
                    .unwrap_or(End::Stalled),
                other => other,
            },
            end = &mut writing => end,
        }
    };
    match end {
        End::Closed => {
            if let Ok(Ok(())) = tokio::time::timeout(LAST_BYTES, writer.shutdown()).await {
                linger(&mut reader).await;
            }
        }
        End::Lost => house.lost(conn),
        End::Stalled => house.stalled(conn),
    }
}

/// What became of the packets that have come.
enum Taken {
    /// The router has them all; more bytes are needed.
    All,
    /// It is the turn of others.
    Turn,
    /// It is over.
    End(End),
}

async fn read(
    house: &House,
    conn: ConnId,
    outbox: &Outbox,
    reader: &mut (impl AsyncRead + Unpin),
    mut buffer: BytesMut,
) -> End {
    let bytes_in = metrics::counter!("gateway_bytes_received_total");
    let mut room = SMALLEST_READ;
    let mut turn = TURN;
    loop {
        match take_packets(house, conn, outbox, &mut buffer, &mut turn) {
            Taken::All => {}
            Taken::Turn => {
                tokio::task::yield_now().await;
                turn = TURN;
                continue;
            }
            Taken::End(end) => return end,
        }
        if buffer.is_empty() && buffer.capacity() > SMALLEST_READ {
            // An idle client keeps no large buffer.
            buffer = BytesMut::new();
        }
        buffer.reserve(room);
        let space = buffer.capacity() - buffer.len();
        match reader.read_buf(&mut buffer).await {
            Ok(0) | Err(_) => return End::Lost,
            Ok(read) => {
                bytes_in.increment(u64::try_from(read).unwrap_or(0));
                room = if read == space {
                    (room * 2).min(LARGEST_READ)
                } else {
                    SMALLEST_READ
                };
            }
        }
    }
}

fn take_packets(
    house: &House,
    conn: ConnId,
    outbox: &Outbox,
    buffer: &mut BytesMut,
    turn: &mut usize,
) -> Taken {
    loop {
        if outbox.is_closing() {
            return Taken::End(End::Closed);
        }
        if *turn == 0 {
            return Taken::Turn;
        }
        match frame(buffer, house.packet_limit()) {
            Frame::Incomplete => {
                if !buffer.is_empty() {
                    house.with(|router, now| router.heard(now, conn));
                }
                return Taken::All;
            }
            Frame::Complete { len } => {
                *turn = turn.saturating_sub(1 + len / TURN_BYTES);
                let packet = buffer.split_to(len);
                house.with(|router, now| router.receive(now, conn, &packet));
            }
            Frame::TooLarge { declared } => {
                house.with(|router, now| router.oversized(now, conn, declared));
                return Taken::End(End::Closed);
            }
            Frame::Malformed => {
                house.with(|router, now| router.malformed(now, conn));
                return Taken::End(End::Closed);
            }
        }
    }
}

async fn write(
    house: &House,
    conn: ConnId,
    outbox: &Outbox,
    writer: &mut (impl AsyncWrite + Unpin),
    stall: Duration,
) -> End {
    let bytes_out = metrics::counter!("gateway_bytes_sent_total");
    while let Some(bytes) = outbox.next().await {
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let written = tokio::select! {
                written = tokio::time::timeout(stall, writer.write(rest)) => written,
                () = outbox.cut_off() => return End::Closed,
            };
            let Ok(written) = written else {
                return End::Stalled;
            };
            let Some(left) = written
                .ok()
                .filter(|written| *written > 0)
                .and_then(|written| rest.get(written..))
            else {
                return End::Lost;
            };
            rest = left;
        }
        // A WebSocket keeps the last frame until it is told to send it.
        let flushed = tokio::select! {
            flushed = tokio::time::timeout(stall, writer.flush()) => flushed,
            () = outbox.cut_off() => return End::Closed,
        };
        match flushed {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return End::Lost,
            Err(_) => return End::Stalled,
        }
        bytes_out.increment(u64::try_from(bytes.len()).unwrap_or(0));
        if outbox.written(bytes.len()) {
            house.with(|router, now| router.congested(now, conn, false));
        }
    }
    End::Closed
}

/// Counts an open connection while it lives.
struct Open;

impl Open {
    fn count() -> Self {
        metrics::gauge!("gateway_connections").increment(1.0);
        metrics::counter!("gateway_connections_opened_total").increment(1);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!("gateway_connections").decrement(1.0);
    }
}
