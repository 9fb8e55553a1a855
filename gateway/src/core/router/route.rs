//! Who gets a message, and who waits for whom.

use std::sync::Arc;

use bus::{QoS, View};
use bytes::Bytes;
use model::{Hosting, Timestamp};

use super::Router;
use crate::core::action::{Action, RetainedChange, Ticket};
use crate::core::identity::ConnId;
use crate::core::message::Message;
use crate::core::press::{Form, Press};
use crate::core::session::inbound::Exchange;
use crate::core::session::outbound::{Offered, Outgoing};
use crate::core::trie::Subscription;

/// Bytes that leave for one connection at once; what waits behind them leaves
/// with the next portion, unless the connection is congested by then.
const PORTION: usize = 64 << 10;

/// Changes of one house on their way to the disk beyond which clients may not
/// publish retained messages. The disk is shared by all houses.
const CHANGES_ON_THEIR_WAY: usize = 1_024;

/// The same in bytes.
const BYTES_ON_THEIR_WAY: usize = 16 << 20;

/// Where a message comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A client, whose acknowledgement may have to wait.
    Client {
        conn: ConnId,
        exchange: Option<Exchange>,
    },
    /// The runtime, which does not hear itself.
    Runtime,
    /// The gateway: a will, a silence, a question.
    Gateway,
}

impl Origin {
    const fn exchange(self) -> Option<Exchange> {
        match self {
            Self::Client { exchange, .. } => exchange,
            Self::Runtime | Self::Gateway => None,
        }
    }
}

/// One receiver of one message: all its subscriptions that select it.
struct Receiver {
    conn: ConnId,
    qos: QoS,
    retain_as_published: bool,
    identifiers: Vec<u32>,
}

impl Router {
    /// Gives a message to all who are to have it.
    pub(super) fn route(&mut self, now: Timestamp, origin: Origin, message: &Arc<Message>) {
        if message.retain {
            self.keep(origin, message);
        }
        let mut press = Press::new(message, now);
        let mut selected = std::mem::take(&mut self.selected);
        self.tree.select(&message.topic, &mut selected);
        selected.sort_unstable_by_key(|subscription| subscription.conn);
        for group in selected.chunk_by(|one, next| one.conn == next.conn) {
            if let Some(receiver) = receiver(group, origin) {
                self.give(now, origin, &mut press, receiver);
            }
        }
        selected.clear();
        self.selected = selected;
        if origin != Origin::Runtime && self.runtime_wants(message) {
            let exchange = origin.exchange();
            self.hold(exchange);
            if self.link.push(Arc::clone(message), exchange) {
                self.actions.push(Action::DeliveriesReady);
            }
        }
        self.hear(message);
    }

    pub(super) fn runtime_wants(&self, message: &Message) -> bool {
        let hosted = self.hosting == Hosting::Hosted;
        self.link.wants(&message.topic, message.qos, hosted)
    }

    /// Stores or clears a retained message, here and on disk.
    fn keep(&mut self, origin: Origin, message: &Arc<Message>) {
        let change = if message.payload.is_empty() {
            // An earlier clearing may still be on its way to the disk.
            if !self.retained.clear(&message.topic) && self.on_their_way.is_empty() {
                return;
            }
            RetainedChange::Clear {
                topic: message.topic.to_string(),
            }
        } else {
            self.retained.store(Arc::clone(message));
            if let Some(end) = message.expires_at {
                self.wake_at(end);
            }
            RetainedChange::Store((&**message).into())
        };
        self.hold(origin.exchange());
        self.persist(change, origin.exchange());
    }

    pub(super) fn persist(&mut self, change: RetainedChange, publisher: Option<Exchange>) {
        self.last_ticket += 1;
        let ticket = Ticket(self.last_ticket);
        let bytes = change.weight();
        self.bytes_on_their_way += bytes;
        self.on_their_way.insert(ticket, (publisher, bytes));
        self.actions.push(Action::Persist { ticket, change });
    }

    /// A change is on its way to the disk no longer; the publish that waited
    /// for it.
    pub(super) fn landed(&mut self, ticket: Ticket) -> Option<Exchange> {
        let (publisher, bytes) = self.on_their_way.remove(&ticket)?;
        self.bytes_on_their_way -= bytes;
        publisher
    }

    /// Whether so much is on its way to the disk that clients have to wait.
    pub(super) fn is_disk_behind(&self) -> bool {
        self.on_their_way.len() >= CHANGES_ON_THEIR_WAY
            || self.bytes_on_their_way >= BYTES_ON_THEIR_WAY
    }

    fn give(&mut self, now: Timestamp, origin: Origin, press: &mut Press<'_>, to: Receiver) {
        let message = press.message();
        let Some(session) = self.sessions.get(&to.conn) else {
            return;
        };
        let outgoing = Outgoing {
            message: Arc::clone(message),
            qos: message.qos.min(to.qos),
            retain: message.retain && to.retain_as_published,
            identifiers: to.identifiers,
        };
        match session
            .identity
            .grant
            .view(&message.topic, &message.payload)
        {
            View::Whole => self.offer(now, to.conn, outgoing, press, origin.exchange()),
            View::Nothing => {}
            View::Cut(payload) => {
                let cut = cut(message, payload);
                let mut press = Press::new(&cut, now);
                let outgoing = Outgoing {
                    message: Arc::clone(&cut),
                    ..outgoing
                };
                self.offer(now, to.conn, outgoing, &mut press, origin.exchange());
            }
        }
    }

    /// Puts one retained message in line for one connection, as far as it may
    /// see it; [`Router::pump`] sends it. Filters that overlap may well select
    /// all that is retained twice, but not without end.
    pub(super) fn replay(&mut self, now: Timestamp, conn: ConnId, outgoing: Outgoing) {
        let Some(session) = self.sessions.get(&conn) else {
            return;
        };
        let message = &outgoing.message;
        let outgoing = match session
            .identity
            .grant
            .view(&message.topic, &message.payload)
        {
            View::Whole => outgoing,
            View::Nothing => return,
            View::Cut(payload) => Outgoing {
                message: cut(message, payload),
                ..outgoing
            },
        };
        let whole = (
            self.retained.count(),
            usize::try_from(self.retained.bytes()).unwrap_or(usize::MAX),
        );
        let limits = self.limits();
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        let press = Press::new(&outgoing.message, now);
        if !session.takes(press.packet_len(form(&outgoing, session.version.has_properties()))) {
            self.counters.dropped += 1;
            return;
        }
        session.outbound.replay(outgoing);
        if session.outbound.is_flooded(limits, whole) && !self.hopeless.contains(&conn) {
            self.hopeless.push(conn);
        }
    }

    fn offer(
        &mut self,
        now: Timestamp,
        conn: ConnId,
        outgoing: Outgoing,
        press: &mut Press<'_>,
        publisher: Option<Exchange>,
    ) {
        let limits = self.limits();
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        let form = form(&outgoing, session.version.has_properties());
        if !session.takes(press.packet_len(form)) {
            self.counters.dropped += 1;
            return;
        }
        match session.outbound.offer(outgoing, limits) {
            Offered::Send(outgoing, packet_id) => self.print(conn, &outgoing, packet_id, press),
            Offered::Dropped => self.counters.dropped += 1,
            Offered::Queued => {
                let hopeless = session.outbound.is_hopeless(limits);
                if session.outbound.is_behind(limits)
                    && let Some(publisher) = publisher
                    && publisher.conn != conn
                {
                    let until = session.outbound.hold(now, publisher);
                    self.wake_at(until);
                    self.hold(Some(publisher));
                }
                if hopeless && !self.hopeless.contains(&conn) {
                    self.hopeless.push(conn);
                }
            }
        }
    }

    fn print(&mut self, conn: ConnId, outgoing: &Outgoing, packet_id: u16, press: &mut Press<'_>) {
        let Some(session) = self.sessions.get(&conn) else {
            return;
        };
        let print = press.print(form(outgoing, session.version.has_properties()), packet_id);
        self.counters.messages_out += 1;
        self.counters.bytes_out += u64::try_from(outgoing.message.weight()).unwrap_or(u64::MAX);
        self.send(conn, print.head);
        if let Some(tail) = print.tail {
            self.send(conn, tail);
        }
    }

    /// Sends what may leave now to one connection, as much as is wise without
    /// looking whether it is taken, and lets go of publishers that waited.
    pub(super) fn pump(&mut self, now: Timestamp, conn: ConnId) {
        let limits = self.limits();
        let mut sent = 0;
        while let Some(session) = self.sessions.get_mut(&conn) {
            if sent >= PORTION {
                self.actions.push(Action::More { conn });
                break;
            }
            let Some((outgoing, packet_id)) = session.outbound.next_ready(now) else {
                break;
            };
            let message = Arc::clone(&outgoing.message);
            sent += message.weight();
            self.print(conn, &outgoing, packet_id, &mut Press::new(&message, now));
        }
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        for publisher in session.outbound.caught_up(limits) {
            self.release(publisher);
        }
    }

    pub(super) fn send(&mut self, conn: ConnId, bytes: Bytes) {
        self.actions.push(Action::Send { conn, bytes });
    }

    /// A publish waits for one thing more.
    pub(super) fn hold(&mut self, exchange: Option<Exchange>) {
        let Some(exchange) = exchange else { return };
        if let Some(session) = self.sessions.get_mut(&exchange.conn) {
            session.inbound.hold(exchange.serial);
        }
    }

    /// A publish waits for one thing less; acknowledges what may be.
    pub(super) fn release(&mut self, exchange: Exchange) {
        let conn = exchange.conn;
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        session.inbound.release(exchange.serial);
        while let Some((acknowledge, why)) = session.inbound.next_ready() {
            let bytes = acknowledge.encode(session.version, why.as_deref());
            self.actions.push(Action::Send { conn, bytes });
        }
    }

    /// A change has reached the disk.
    pub fn durable(&mut self, ticket: Ticket) {
        if let Some(publisher) = self.landed(ticket) {
            self.release(publisher);
        }
    }
}

fn receiver(group: &[Subscription], origin: Origin) -> Option<Receiver> {
    let conn = group.first()?.conn;
    let is_echo = matches!(origin, Origin::Client { conn: publisher, .. } if publisher == conn);
    let mut wanted = group.iter().filter(|s| !(s.no_local && is_echo)).peekable();
    wanted.peek()?;
    let mut receiver = Receiver {
        conn,
        qos: QoS::AtMostOnce,
        retain_as_published: false,
        identifiers: Vec::new(),
    };
    for subscription in wanted {
        receiver.qos = receiver.qos.max(subscription.qos);
        receiver.retain_as_published |= subscription.retain_as_published;
        if subscription.identifier != 0 {
            receiver.identifiers.push(subscription.identifier);
        }
    }
    Some(receiver)
}

fn form(outgoing: &Outgoing, has_properties: bool) -> Form<'_> {
    Form {
        has_properties,
        qos: outgoing.qos,
        retain: outgoing.retain,
        identifiers: &outgoing.identifiers,
    }
}

fn cut(message: &Message, payload: Vec<u8>) -> Arc<Message> {
    Arc::new(Message {
        payload: payload.into(),
        ..message.clone()
    })
}
