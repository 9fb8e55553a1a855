//! One house: all that its connections, its runtime and the control plane do
//! to each other.
//!
//! | file | subject |
//! |---|---|
//! | `connect` | CONNECT, take-over, quotas of connections |
//! | `receive` | every later packet, and packets that cannot be read |
//! | `publish` | may this be published, and what its publisher is told |
//! | `allowance` | how much a house may send, and the meter |
//! | `route` | who gets it: retained store, connections, runtime, questions |
//! | `subscribe` | SUBSCRIBE, UNSUBSCRIBE, replay of retained messages |
//! | `close` | the end of a connection, its will and its silence |
//! | `runtime` | the link of the tenant runtime |
//! | `ask` | questions of the control plane |
//! | `tick` | what time brings |
//! | `revise` | what a new document of the feed brings |

mod allowance;
mod ask;
mod close;
mod connect;
mod publish;
mod receive;
mod revise;
mod route;
mod runtime;
mod subscribe;
mod tick;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bus::ProtocolVersion;
use cell::{ClientPresence, Presence};
use model::{BusRole, Hosting, HouseId, Quotas, Timestamp};

use super::action::{Action, Refused, Ticket};
use super::held::Held;
use super::identity::ConnId;
use super::link::Link;
use super::question::Question;
use super::retained::{Retained, RetainedMessage};
use super::session::Session;
use super::session::inbound::Exchange;
use super::session::outbound::Limits;
use super::silence::Silences;
use super::spending::Spending;
use super::trie::{Node, Subscription};
use allowance::Allowance;

/// What a house is when its router begins.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The house.
    pub house: HouseId,
    /// Whether it has a tenant runtime of ours.
    pub hosting: Hosting,
    /// Its tenant's limits.
    pub quotas: Quotas,
    /// What it had retained, from disk.
    pub retained: Vec<RetainedMessage>,
    /// What its tenant has sent, over all houses.
    pub spending: Arc<Spending>,
    /// The moment now.
    pub now: Timestamp,
}

/// What a house has done since its router began. Only rises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Publishes of clients that were accepted, as
    /// [`messages_counted`](model::plan::messages_counted) counts them.
    pub messages_in: u64,
    /// Bytes of those publishes: topic and payload.
    pub bytes_in: u64,
    /// Publishes sent to clients.
    pub messages_out: u64,
    /// Bytes of those publishes: topic and payload.
    pub bytes_out: u64,
    /// Messages dropped because a receiver had no room (QoS 0), takes no
    /// packets of that size, or never came (held ones).
    pub dropped: u64,
    /// Refusals.
    pub refused: u64,
}

/// One house.
#[derive(Debug)]
pub struct Router {
    house: HouseId,
    hosting: Hosting,
    quotas: Quotas,
    sessions: BTreeMap<ConnId, Box<Session>>,
    by_client: HashMap<Box<str>, ConnId>,
    tree: Node,
    retained: Retained,
    link: Link,
    held: Held,
    silences: Silences,
    questions: Vec<Question>,
    allowance: Allowance,
    /// Changes on their way to disk, each with the publish that waits for it
    /// and with its weight.
    on_their_way: BTreeMap<Ticket, (Option<Exchange>, usize)>,
    bytes_on_their_way: usize,
    last_ticket: u64,
    /// For request ids and senders of our own messages.
    serial: u32,
    /// The protocol versions that clients of the house have used.
    spoken: Vec<ProtocolVersion>,
    last_seen: Option<Timestamp>,
    /// Nothing has to be done before this.
    wake: Option<Timestamp>,
    counters: Counters,
    actions: Vec<Action>,
    /// Kept for its capacity.
    selected: Vec<Subscription>,
    /// Connections found hopelessly slow while a message was routed.
    hopeless: Vec<ConnId>,
}

impl Router {
    /// A house without connections.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let retained = Retained::load(setup.retained);
        let allowance = Allowance::new(setup.now, &setup.quotas, setup.spending);
        let wake = retained
            .next_expiry()
            .into_iter()
            .chain(allowance.next_due())
            .min();
        Self {
            house: setup.house,
            hosting: setup.hosting,
            quotas: setup.quotas,
            sessions: BTreeMap::new(),
            by_client: HashMap::new(),
            tree: Node::default(),
            retained,
            link: Link::default(),
            held: Held::default(),
            silences: Silences::default(),
            questions: Vec::new(),
            allowance,
            on_their_way: BTreeMap::new(),
            bytes_on_their_way: 0,
            last_ticket: 0,
            serial: 0,
            spoken: Vec::new(),
            last_seen: None,
            wake,
            counters: Counters::default(),
            actions: Vec::new(),
            selected: Vec::new(),
            hopeless: Vec::new(),
        }
    }

    /// The house.
    #[must_use]
    pub const fn house(&self) -> &HouseId {
        &self.house
    }

    /// What is to be done, in order. Call it after every other call.
    pub fn drain_actions(&mut self) -> std::vec::Drain<'_, Action> {
        self.actions.drain(..)
    }

    /// The largest packet accepted now, in bytes with its fixed header.
    #[must_use]
    pub fn packet_limit(&self) -> usize {
        usize::try_from(self.quotas.message_bytes).unwrap_or(usize::MAX)
    }

    /// What the house has done.
    #[must_use]
    pub const fn counters(&self) -> Counters {
        self.counters
    }

    /// Bytes of all retained topics, properties and payloads.
    #[must_use]
    pub const fn retained_bytes(&self) -> u64 {
        self.retained.bytes()
    }

    /// How many clients are connected, our own runtimes not counted.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.clients().count()
    }

    fn clients(&self) -> impl Iterator<Item = &Session> {
        self.sessions
            .values()
            .map(|session| &**session)
            .filter(|session| session.identity.grant.role != BusRole::Runtime)
    }

    /// Who is connected.
    #[must_use]
    pub fn presence(&self, now: Timestamp) -> Presence {
        let client = |session: &Session| ClientPresence {
            client: session.client_id.to_string(),
            credential: session.identity.principal.credential(),
            role: session.identity.grant.role,
            protocol: session.version.as_str().to_owned(),
            connected_at: session.connected_at,
            address: session.identity.address,
        };
        Presence {
            house: self.house.clone(),
            at: now,
            clients: self.clients().map(client).collect(),
            last_seen: self.last_seen,
        }
    }

    /// Whether the router may be dropped and made anew later, from disk,
    /// without a difference to anybody.
    #[must_use]
    pub fn is_idle(&self, now: Timestamp) -> bool {
        self.sessions.is_empty()
            && self.link.is_idle()
            && self.held.is_empty()
            && self.silences.is_empty()
            && self.questions.is_empty()
            && self.allowance.is_idle(now)
            && self.on_their_way.is_empty()
    }

    /// When [`Router::tick`] is due; `None` for never, as things are. It may
    /// be called early.
    #[must_use]
    pub const fn next_wake(&self) -> Option<Timestamp> {
        self.wake
    }

    fn wake_at(&mut self, at: Timestamp) {
        self.wake = Some(self.wake.map_or(at, |wake| wake.min(at)));
    }

    fn limits(&self) -> Limits {
        let count = |quota| usize::try_from(quota).unwrap_or(usize::MAX);
        Limits {
            messages: count(self.quotas.offline_messages),
            bytes: count(self.quotas.offline_bytes),
        }
    }

    fn refused(&mut self, refused: Refused) {
        self.counters.refused += refused.count;
        self.actions.push(Action::Refused(refused));
    }

    const fn next_serial(&mut self) -> u32 {
        self.serial = self.serial.wrapping_add(1);
        self.serial
    }
}
