//! What a gateway is told at its start.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

const KIB: usize = 1_024;
const MIB: usize = 1_024 * KIB;

/// How a gateway is set up.
#[derive(Clone, Debug)]
pub struct GatewayConfig {
    /// The folder of `gateway.db`; made if it is missing.
    pub data_dir: PathBuf,
    /// Where MQTT over TCP is listened for; port 0 takes a free one. Default
    /// `127.0.0.1:1883`.
    pub mqtt_listen: SocketAddr,
    /// Threads that serve houses, each house by one of them; at least 1.
    /// Default: one per processor, at most 4.
    pub threads: usize,
    /// Bounds that hold for every client.
    pub limits: Limits,
}

impl GatewayConfig {
    /// The defaults, with everything kept in `data_dir`.
    #[must_use]
    pub fn new(data_dir: PathBuf) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            data_dir,
            mqtt_listen: (Ipv4Addr::LOCALHOST, 1883).into(),
            threads: processors.min(4),
            limits: Limits::default(),
        }
    }
}

/// Bounds that hold for every client, whatever its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest CONNECT, in bytes. Default 16 KiB.
    pub connect_bytes: usize,
    /// How long a client may take to send its CONNECT. Default 5 s.
    pub connect_timeout: Duration,
    /// Connections whose CONNECT is not decided, at one time; further ones are
    /// closed at once. Default 1,024.
    pub undecided_connections: usize,
    /// How many of those may come from one address. Default 256.
    pub undecided_per_address: usize,
    /// Refusals held back at one time because of many failed attempts; further
    /// ones are answered at once. Default 1,024.
    pub held_back_refusals: usize,
    /// The largest WebSocket frame, in bytes. Stock modules put a whole packet
    /// into one, so it must hold the largest of any plan. Default 16 MiB and
    /// 64 KiB.
    pub websocket_frame_bytes: usize,
    /// Bytes waiting for one client from which on it gets nothing of quality 0
    /// and the rest waits at its source. Default 256 KiB.
    pub output_high_water: usize,
    /// Bytes waiting for one client at which it is cut off, beyond what its
    /// house may retain (a subscription replays that at once). Default 4 MiB.
    pub output_bytes: usize,
    /// How long a client may take none of the bytes that wait for it. Default
    /// 30 s.
    pub output_stall: Duration,
    /// The longest a house rests without being looked after: how old "last
    /// seen" may be, how late it notices that somebody has set the clock, and
    /// how soon a house that nobody uses is forgotten. Default 30 s.
    pub house_rest: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_bytes: 16 * KIB,
            connect_timeout: Duration::from_secs(5),
            undecided_connections: 1_024,
            undecided_per_address: 256,
            held_back_refusals: 1_024,
            websocket_frame_bytes: 16 * MIB + 64 * KIB,
            output_high_water: 256 * KIB,
            output_bytes: 4 * MIB,
            output_stall: Duration::from_secs(30),
            house_rest: Duration::from_secs(30),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Plan;

    use super::*;

    /// Python modules send each packet as one frame, a picture as well.
    #[test]
    fn the_largest_packet_of_any_plan_fits_into_one_frame() {
        let frame = u64::try_from(Limits::default().websocket_frame_bytes).unwrap();
        for plan in [Plan::Free, Plan::Home, Plan::Pro] {
            assert!(frame >= plan.quotas().message_bytes, "{plan:?}");
        }
    }
}
