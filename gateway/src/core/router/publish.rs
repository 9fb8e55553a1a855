//! PUBLISH of a client: may it, and what is it told.

use std::sync::Arc;
use std::time::Duration;

use bus::{ProtocolVersion, QoS};
use bytes::Bytes;
use model::{RefusalReason, Timestamp};

use super::Router;
use super::allowance::Toll;
use super::route::Origin;
use crate::core::action::{CloseReason, Refused};
use crate::core::codec::acknowledge::{Acknowledge, Step};
use crate::core::codec::publish::Publish;
use crate::core::codec::{Fault, Reason};
use crate::core::identity::ConnId;
use crate::core::message::Message;
use crate::core::session::inbound::{Arrival, Exchange, OPEN_EXCHANGES_3X, RECEIVE_MAXIMUM};

/// Why a publish is refused, for its publisher and for the resident.
pub(super) struct Refusal {
    pub answer: Answer,
    /// What the publisher is told, if it can be told.
    pub words: Option<String>,
    /// The record; `None` for what is gathered first.
    pub refused: Option<Refused>,
}

impl Refusal {
    /// The publisher is told what the record says.
    fn new(answer: Answer, refused: Refused) -> Self {
        Self {
            answer,
            words: Some(refused.in_words()),
            refused: Some(refused),
        }
    }
}

/// What the publisher of a refused message gets.
pub(super) enum Answer {
    /// An acknowledgement: with this reason, or in 3.x as if all were well.
    Say(Reason),
    /// The end of the connection, so that it sends again later.
    Close,
}

impl Router {
    pub(super) fn publish(
        &mut self,
        now: Timestamp,
        conn: ConnId,
        publish: &Publish<'_>,
    ) -> Result<(), Fault> {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return Ok(());
        };
        let resolved;
        let topic = match publish.alias {
            None => publish.topic,
            Some(alias) => {
                resolved = session.resolve(alias, publish.topic).ok_or(Fault {
                    reason: Reason::TopicAliasInvalid,
                    detail: "a topic alias that stands for nothing",
                })?;
                &*resolved
            }
        };
        if !self.is_new(conn, publish)? {
            return Ok(());
        }
        let message = Arc::new(message(now, topic, publish));
        let toll = match self.refusal_of(conn, &message) {
            Some(refusal) => Err(refusal),
            None => self.toll(now, conn, &message),
        };
        if let Err(Refusal {
            answer: Answer::Close,
            refused,
            ..
        }) = toll
        {
            if let Some(refused) = refused {
                self.refused(refused);
            }
            self.close(now, conn, CloseReason::Unavailable, None);
            return Ok(());
        }
        let exchange = self.begin(conn, publish);
        let toll = toll.unwrap_or_else(|refusal| {
            self.refuse(exchange, refusal);
            Toll::Refused
        });
        if toll != Toll::Refused {
            self.spend(now, conn, toll, &message);
            self.accept(now, conn, &message, exchange);
        }
        self.slow(now, toll, exchange);
        if let Some(exchange) = exchange {
            self.release(exchange);
        }
        self.close_hopeless(now);
        Ok(())
    }

    /// Whether a publish is a new message rather than one we have.
    fn is_new(&mut self, conn: ConnId, publish: &Publish<'_>) -> Result<bool, Fault> {
        let Some(session) = self.sessions.get(&conn) else {
            return Ok(false);
        };
        if publish.qos == QoS::AtMostOnce {
            return Ok(true);
        }
        match session
            .inbound
            .arrival(publish.packet_id, publish.qos, publish.dup)
        {
            Arrival::New => {}
            Arrival::Repeated { again } => {
                if again {
                    let answer = Acknowledge {
                        step: Step::PubRec,
                        packet_id: publish.packet_id,
                        reason: Reason::Success,
                    };
                    let bytes = answer.encode(session.version, None);
                    self.send(conn, bytes);
                }
                return Ok(false);
            }
            Arrival::Conflict => return Err(Fault::protocol("the packet id is in use")),
        }
        let most = if session.version.has_properties() {
            usize::from(RECEIVE_MAXIMUM)
        } else {
            OPEN_EXCHANGES_3X
        };
        if session.inbound.open() >= most {
            return Err(Fault {
                reason: Reason::ReceiveMaximumExceeded,
                detail: "more unacknowledged publishes than the receive maximum",
            });
        }
        Ok(true)
    }

    fn begin(&mut self, conn: ConnId, publish: &Publish<'_>) -> Option<Exchange> {
        let session = self.sessions.get_mut(&conn)?;
        (publish.qos > QoS::AtMostOnce).then(|| Exchange {
            conn,
            serial: session.inbound.begin(publish.packet_id, publish.qos),
        })
    }

    /// Why a message may not be published, if it may not.
    fn refusal_of(&self, conn: ConnId, message: &Message) -> Option<Refusal> {
        let session = self.sessions.get(&conn)?;
        let client = &session.client_id;
        if let Err(denied) = session
            .identity
            .grant
            .may_publish(&message.topic, message.retain)
        {
            let subject = format!("{}: {denied}", message.topic);
            return Some(Refusal::new(
                Answer::Say(Reason::NotAuthorised),
                Refused::new(RefusalReason::Permission, client, &subject),
            ));
        }
        if let Some((allowed, seen)) = self.beyond_retained(message) {
            let refused = Refused::new(RefusalReason::RetainedBytes, client, &message.topic);
            return Some(Refusal::new(
                Answer::Say(Reason::QuotaExceeded),
                refused.with_limit("retained_bytes", allowed, seen),
            ));
        }
        let is_link_full =
            message.qos > QoS::AtMostOnce && self.link.is_full() && self.runtime_wants(message);
        if is_link_full || (message.retain && self.is_disk_behind()) {
            let is_told = session.version.has_properties() || message.qos == QoS::AtMostOnce;
            let answer = if is_told {
                Answer::Say(Reason::QuotaExceeded)
            } else {
                Answer::Close
            };
            let refused = Refused::new(RefusalReason::Unavailable, client, &message.topic);
            return Some(Refusal::new(answer, refused));
        }
        None
    }

    /// The limit of retained bytes and what there would be, when a message
    /// would exceed it.
    pub(super) fn beyond_retained(&self, message: &Message) -> Option<(u64, u64)> {
        if !message.retain || message.payload.is_empty() {
            return None;
        }
        let (allowed, seen) = (
            self.quotas.retained_bytes,
            self.retained.bytes_with(message),
        );
        (seen > allowed && seen > self.retained.bytes()).then_some((allowed, seen))
    }

    fn accept(
        &mut self,
        now: Timestamp,
        conn: ConnId,
        message: &Arc<Message>,
        exchange: Option<Exchange>,
    ) {
        let payload = u64::try_from(message.payload.len()).unwrap_or(u64::MAX);
        self.counters.messages_in += model::plan::messages_counted(payload);
        self.counters.bytes_in += u64::try_from(message.weight()).unwrap_or(u64::MAX);
        if let Some(session) = self.sessions.get_mut(&conn) {
            session.note_sender(&message.topic);
        }
        for version in ProtocolVersion::ALL {
            let spoken = message.topic.split('/').nth(1) == Some(version.as_str());
            if spoken && !self.spoken.contains(&version) {
                self.spoken.push(version);
            }
        }
        self.route(now, Origin::Client { conn, exchange }, message);
    }

    fn refuse(&mut self, exchange: Option<Exchange>, refusal: Refusal) {
        let why = refusal.words.unwrap_or_default();
        if let Some(refused) = refusal.refused {
            self.refused(refused);
        }
        let Answer::Say(reason) = refusal.answer else {
            return;
        };
        let Some(exchange) = exchange else { return };
        let Some(session) = self.sessions.get_mut(&exchange.conn) else {
            return;
        };
        // Closing a 3.x client would make it knock for ever; it has no words
        // for a refusal, so it is told that all is well.
        if session.version.has_properties() {
            let why = session.reason_for(&why).map(Into::into);
            session.inbound.refuse(exchange.serial, reason, why);
        }
    }
}

fn message(now: Timestamp, topic: &str, publish: &Publish<'_>) -> Message {
    let expiry = publish
        .carried
        .expiry_secs
        .map(|secs| Duration::from_secs(secs.into()));
    Message {
        topic: topic.into(),
        payload: Bytes::copy_from_slice(publish.payload),
        qos: publish.qos,
        retain: publish.retain,
        properties: Bytes::copy_from_slice(&publish.carried.properties),
        expires_at: expiry.map(|expiry| now.after(expiry)),
    }
}
