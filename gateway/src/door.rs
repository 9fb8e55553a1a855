//! From an open socket to an admitted client: reads CONNECT within bounds of
//! size and time, decides over it, and hands the connection to the shard of
//! its house together with the bytes that came behind.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use model::Ambient;
use tokio::io::AsyncReadExt;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::admission::{self, Attempt, Rejected, Told};
use crate::attempts::Attempts;
use crate::config::Limits;
use crate::core::codec::{
    BadConnect, Connect, Frame, Reason, decode_connect, frame, refuse_connect,
};
use crate::directory::CurrentDirectory;
use crate::reports::{RefusalEvent, Reports};
use crate::shards::{Newcomer, Shards};
use crate::stream::Stream;
use crate::waiting_room::WaitingRoom;

/// What every listener shares. Cheap to clone; clones share.
#[derive(Clone)]
pub(crate) struct Door {
    inner: Arc<Inner>,
}

struct Inner {
    ambient: Arc<dyn Ambient>,
    directory: CurrentDirectory,
    shards: Shards,
    reports: Reports,
    limits: Limits,
    stopping: CancellationToken,
    attempts: Mutex<Attempts>,
    /// Room for connections whose CONNECT is not decided.
    undecided: WaitingRoom,
    /// Room for refusals that are held back.
    held_back: Semaphore,
}

/// What a door needs.
pub(crate) struct DoorParts {
    pub(crate) ambient: Arc<dyn Ambient>,
    pub(crate) directory: CurrentDirectory,
    pub(crate) shards: Shards,
    pub(crate) reports: Reports,
    pub(crate) limits: Limits,
    pub(crate) stopping: CancellationToken,
}

/// Why there is no CONNECT.
enum NoConnect {
    /// The client is gone, too slow or too talkative: nothing to say.
    Silent(&'static str),
    /// It sent something else, or a CONNECT that is wrong.
    Bad(BadConnect),
}

impl Door {
    pub(crate) fn new(parts: DoorParts) -> Self {
        let DoorParts {
            ambient,
            directory,
            shards,
            reports,
            limits,
            stopping,
        } = parts;
        Self {
            inner: Arc::new(Inner {
                ambient,
                directory,
                shards,
                reports,
                undecided: WaitingRoom::new(
                    limits.undecided_connections,
                    limits.undecided_per_address,
                ),
                held_back: Semaphore::new(limits.held_back_refusals),
                limits,
                stopping,
                attempts: Mutex::default(),
            }),
        }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// Takes a fresh connection until it is handed over or closed.
    pub(crate) async fn receive(&self, stream: Stream, address: Option<IpAddr>) {
        tokio::select! {
            () = self.decide(stream, address) => {}
            () = self.inner.stopping.cancelled() => {}
        }
    }

    async fn decide(&self, mut stream: Stream, address: Option<IpAddr>) {
        let Some(seat) = self.inner.undecided.sit(address) else {
            count_refused("busy");
            return;
        };
        let reading = read_connect(&mut stream, self.inner.limits.connect_bytes);
        let read = tokio::time::timeout(self.inner.limits.connect_timeout, reading)
            .await
            .unwrap_or(Err(NoConnect::Silent("connect-timeout")));
        let (connect, behind) = match read {
            Ok(read) => read,
            Err(NoConnect::Silent(why)) => {
                count_refused(why);
                return;
            }
            Err(NoConnect::Bad(bad)) => {
                count_refused("connect-malformed");
                stream
                    .say_and_close(&bad.answer().unwrap_or_default())
                    .await;
                return;
            }
        };
        let now = self.inner.ambient.now();
        let attempt = Attempt {
            username: connect.user_name.as_deref(),
            password: connect.password.as_deref(),
            address,
        };
        let decision = self
            .inner
            .directory
            .get()
            .ok_or(Rejected::CLOSED)
            .and_then(|directory| admission::admit(&directory, now, &attempt));
        match decision {
            Ok(identity) => match stream.detach() {
                Ok(stream) => self.inner.shards.welcome(Newcomer {
                    stream,
                    connect,
                    identity,
                    behind,
                }),
                Err(error) => tracing::warn!(%error, "A connection could not be handed over"),
            },
            Err(rejected) => {
                drop(seat);
                self.refuse(stream, &connect, address, rejected).await;
            }
        }
    }

    async fn refuse(
        &self,
        stream: Stream,
        connect: &Connect,
        address: Option<IpAddr>,
        rejected: Rejected,
    ) {
        let now = self.inner.ambient.now();
        let hold = match rejected.told {
            Told::BadCredentials => self
                .inner
                .attempts
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .failed(now, address, rejected.house.as_ref()),
            Told::Suspended | Told::Unavailable => Duration::ZERO,
        };
        let answer = answer(connect, rejected.told);
        match rejected.house {
            Some(house) => self.inner.reports.refused(RefusalEvent {
                house,
                at: now,
                reason: rejected.reason,
                limit: None,
                client: connect.client_id.clone(),
                subject: rejected.subject.to_owned(),
                count: 1,
                clears_at: None,
            }),
            None => count_refused(rejected.reason.as_str()),
        }
        if hold > Duration::ZERO
            && let Ok(_room) = self.inner.held_back.try_acquire()
        {
            tokio::time::sleep(hold).await;
        }
        stream.say_and_close(&answer).await;
    }
}

fn count_refused(why: &'static str) {
    metrics::counter!("gateway_refusals_total", "reason" => why).increment(1);
}

/// What a client is told. The words for wrong credentials are the same for all,
/// whatever is wrong with them.
fn answer(connect: &Connect, told: Told) -> Bytes {
    let (reason, why) = match told {
        Told::BadCredentials => (
            Reason::BadCredentials,
            "the user name (the house id) or the password is wrong",
        ),
        Told::Suspended => (
            Reason::Banned,
            "the account is suspended; its owner finds the reason in the portal",
        ),
        Told::Unavailable => (Reason::ServerUnavailable, "nobody can be let in now"),
    };
    let why = connect.takes_reasons().then_some(why);
    refuse_connect(connect.version, reason, why)
}

/// Reads until one whole packet is there, and returns what came behind it.
async fn read_connect(stream: &mut Stream, limit: usize) -> Result<(Connect, BytesMut), NoConnect> {
    let mut buffer = BytesMut::with_capacity(512.min(limit));
    loop {
        match frame(&buffer, limit) {
            Frame::Complete { len } => {
                let packet = buffer.split_to(len);
                let connect = decode_connect(&packet).map_err(NoConnect::Bad)?;
                return Ok((connect, buffer));
            }
            Frame::TooLarge { .. } => return Err(NoConnect::Silent("connect-too-large")),
            Frame::Malformed => return Err(NoConnect::Silent("connect-malformed")),
            Frame::Incomplete => {}
        }
        // A packet that fits needs no more room than this.
        let room = limit.saturating_sub(buffer.len()).max(1);
        let read = (&mut *stream)
            .take(u64::try_from(room).unwrap_or(u64::MAX))
            .read_buf(&mut buffer)
            .await;
        match read {
            Ok(0) | Err(_) => return Err(NoConnect::Silent("connect-lost")),
            Ok(_) => {}
        }
    }
}
