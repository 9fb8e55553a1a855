//! What a [`Router`](super::Router) wants done, in order.

use bytes::Bytes;
use cell::{AskError, AskReply, Keeping};
use model::{Limit, Quota, RefusalReason, Timestamp};

use super::identity::ConnId;
use super::retained::RetainedMessage;

/// Names one change that must reach the disk; rises by one with each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// Names one open question; chosen by the shell, never reused while open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AskId(pub u64);

/// One thing for the shell to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Write these bytes to a connection, behind all earlier ones. One packet
    /// may come in two actions, so that a large payload is shared.
    Send {
        /// The connection.
        conn: ConnId,
        /// Its bytes.
        bytes: Bytes,
    },
    /// Write what is waiting, then close with care: linger until the peer has
    /// closed or a short time has passed. The router has forgotten it.
    Close {
        /// The connection.
        conn: ConnId,
        /// Why, for the log.
        why: CloseReason,
    },
    /// More waits for a connection than was sent at once: call
    /// [`Router::more`](super::Router::more) when the earlier actions are
    /// carried out and a congestion that they caused is said.
    More {
        /// The connection.
        conn: ConnId,
    },
    /// Write a change of the retained messages to disk, behind all earlier
    /// ones, then call [`Router::durable`](super::Router::durable).
    Persist {
        /// To be given back.
        ticket: Ticket,
        /// The change.
        change: RetainedChange,
    },
    /// Deliveries wait: pull them with
    /// [`Router::link_next`](super::Router::link_next).
    DeliveriesReady,
    /// A question is closed.
    Answer {
        /// Which.
        ask: AskId,
        /// Its outcome.
        result: Result<AskReply, AskError>,
    },
    /// Something was refused; to be counted and shown to the resident.
    Refused(Refused),
    /// Whether the day's messages are used up has changed; the runtime is to
    /// know before it gets the deliveries that follow.
    KeepingChanged(Keeping),
    /// Who is connected has changed: see
    /// [`Router::presence`](super::Router::presence).
    PresenceChanged,
}

/// A change of the retained messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetainedChange {
    /// Keep this one in place of any other of its topic.
    Store(RetainedMessage),
    /// Keep none.
    Clear {
        /// The topic.
        topic: String,
    },
}

impl RetainedChange {
    /// What it weighs while it waits for the disk, in bytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        match self {
            Self::Store(kept) => kept.topic.len() + kept.properties.len() + kept.payload.len(),
            Self::Clear { topic } => topic.len(),
        }
    }
}

/// One refusal, or some of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub reason: RefusalReason,
    /// The limit, where there is one.
    pub limit: Option<Box<Limit>>,
    /// The client id. Untrusted text, at most 128 characters.
    pub client: String,
    /// A topic, a filter or what was wrong. Untrusted text, at most 256
    /// characters.
    pub subject: String,
    /// How many times.
    pub count: u64,
    /// When it clears by itself; `None` when somebody has to act.
    pub clears_at: Option<Timestamp>,
}

impl Refused {
    /// A refusal without a limit; the texts are cut to size.
    #[must_use]
    pub fn new(reason: RefusalReason, client: &str, subject: &str) -> Self {
        Self {
            reason,
            limit: None,
            client: client.chars().take(128).collect(),
            subject: subject.chars().take(256).collect(),
            count: 1,
            clears_at: None,
        }
    }

    /// The same with the limit that it is about.
    #[must_use]
    pub fn with_limit(self, name: &str, allowed: u64, seen: u64) -> Self {
        let limit = Limit {
            name: name.to_owned(),
            window_secs: None,
            allowed,
            seen,
        };
        Self {
            limit: Some(Box::new(limit)),
            ..self
        }
    }

    /// The same; its limit counts over so many seconds.
    #[must_use]
    pub fn over_seconds(self, secs: u64) -> Self {
        let limit = self.limit.map(|mut limit| {
            limit.window_secs = Some(secs);
            limit
        });
        Self { limit, ..self }
    }

    /// The same; it clears by itself at this moment.
    #[must_use]
    pub fn clearing_at(self, at: Timestamp) -> Self {
        Self {
            clears_at: Some(at),
            ..self
        }
    }

    /// What an MQTT 5.0 client is told: the limit, what was seen, when it
    /// clears and what to do; or, without a limit, what was refused.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Some(limit) = &self.limit else {
            return self.subject.clone();
        };
        let title = Quota::by_name(&limit.name).map_or(&*limit.name, |quota| quota.title);
        let clears = self
            .clears_at
            .map(|at| format!("; it clears at {at}"))
            .unwrap_or_default();
        format!(
            "{title}: {} allowed, {} seen{clears}. {}",
            limit.allowed,
            limit.seen,
            self.reason.remedy()
        )
    }

    /// The same, so many times.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self { count, ..self }
    }
}

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseReason {
    /// The client said so.
    Disconnected,
    /// CONNECT was refused.
    Refused,
    /// The same client id connected again.
    TakenOver,
    /// The client broke the specification.
    Protocol,
    /// A packet larger than allowed.
    TooLarge,
    /// Nothing came for one and a half times the keep-alive.
    KeepAlive,
    /// Its token or credential has expired.
    Expired,
    /// Its credential was revoked.
    Revoked,
    /// The tenant's standing.
    Suspended,
    /// It did not take its messages, far beyond what is kept for it.
    TooSlow,
    /// We could not take what it sent (disk, memory).
    Unavailable,
    /// The gateway stops.
    Stopping,
}

impl CloseReason {
    /// A word for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::Refused => "refused",
            Self::TakenOver => "taken-over",
            Self::Protocol => "protocol",
            Self::TooLarge => "too-large",
            Self::KeepAlive => "keep-alive",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Suspended => "suspended",
            Self::TooSlow => "too-slow",
            Self::Unavailable => "unavailable",
            Self::Stopping => "stopping",
        }
    }
}
