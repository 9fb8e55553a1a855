//! The end of a connection.

use std::sync::Arc;
use std::time::Duration;

use bus::QoS;
use model::{RefusalReason, Timestamp};

use super::Router;
use super::route::Origin;
use crate::core::action::{Action, CloseReason, Refused, Ticket};
use crate::core::codec::{Reason, Will, disconnect};
use crate::core::identity::ConnId;
use crate::core::message::Message;
use crate::core::session::Session;

impl Router {
    /// The socket of a connection has ended. Ignored for one that is closed
    /// already.
    pub fn lost(&mut self, now: Timestamp, conn: ConnId) {
        if let Some(session) = self.remove(conn) {
            self.bury(now, &session, true, true);
            self.close_hopeless(now);
        }
    }

    /// The gateway stops: every connection is closed and told so. No wills and
    /// no silences, as the clients will be back.
    pub fn stop(&mut self, now: Timestamp) {
        let all: Vec<ConnId> = self.sessions.keys().copied().collect();
        for conn in all {
            let said = (Reason::ServerShuttingDown, "the gateway restarts");
            self.close(now, conn, CloseReason::Stopping, Some(said));
        }
    }

    /// Ends a connection from our side. `said`: the reason that a 5.0 client
    /// is told.
    pub(super) fn close(
        &mut self,
        now: Timestamp,
        conn: ConnId,
        why: CloseReason,
        said: Option<(Reason, &str)>,
    ) {
        let Some(session) = self.remove(conn) else {
            return;
        };
        let said = match why {
            CloseReason::TakenOver => {
                Some((Reason::SessionTakenOver, "the client id connected again"))
            }
            _ => said,
        };
        if let Some((reason, words)) = said
            && let Some(bytes) =
                disconnect::disconnect(session.version, reason, session.reason_for(words))
        {
            self.send(conn, bytes);
        }
        self.actions.push(Action::Close { conn, why });
        let will = match why {
            // A client that leaves in order has taken its will back already.
            CloseReason::Disconnected
            | CloseReason::TakenOver
            | CloseReason::Protocol
            | CloseReason::TooLarge
            | CloseReason::KeepAlive
            | CloseReason::TooSlow
            | CloseReason::Unavailable => true,
            CloseReason::Refused
            | CloseReason::Expired
            | CloseReason::Revoked
            | CloseReason::Suspended
            | CloseReason::Stopping => false,
        };
        let silence = !matches!(
            why,
            CloseReason::Disconnected | CloseReason::TakenOver | CloseReason::Stopping
        );
        self.bury(now, &session, will, silence);
    }

    pub(super) fn forget_will(&mut self, conn: ConnId) {
        if let Some(session) = self.sessions.get_mut(&conn) {
            session.will = None;
        }
    }

    /// Forgets a connection; those who waited for it wait no longer.
    fn remove(&mut self, conn: ConnId) -> Option<Box<Session>> {
        let mut session = self.sessions.remove(&conn)?;
        self.by_client.remove(&session.client_id);
        for filter in &session.filters {
            self.tree.remove(filter, conn);
        }
        for publisher in session.outbound.take_publishers() {
            self.release(publisher);
        }
        self.actions.push(Action::PresenceChanged);
        Some(session)
    }

    fn bury(&mut self, now: Timestamp, session: &Session, will: bool, silence: bool) {
        if silence && !session.senders().is_empty() {
            let due = self
                .silences
                .begin(now, &session.client_id, session.senders());
            self.wake_at(due);
        }
        if let (true, Some(will)) = (will, &session.will) {
            self.fire(now, session, will);
        }
    }

    /// Publishes a will, if it may still be published.
    fn fire(&mut self, now: Timestamp, session: &Session, will: &Will) {
        let client = &session.client_id;
        if let Err(denied) = session.identity.grant.may_publish(&will.topic, will.retain) {
            let subject = format!("will {}: {denied}", will.topic);
            self.refused(Refused::new(RefusalReason::Permission, client, &subject));
            return;
        }
        let expiry = will
            .expiry_secs
            .map(|secs| now.after(Duration::from_secs(secs.into())));
        let message = Message {
            topic: will.topic.as_str().into(),
            payload: will.payload.clone(),
            qos: will.qos,
            retain: will.retain,
            properties: will.properties.clone(),
            expires_at: expiry,
        };
        if let Some((allowed, seen)) = self.beyond_retained(&message) {
            let refused = Refused::new(RefusalReason::RetainedBytes, client, &message.topic);
            self.refused(refused.with_limit("retained_bytes", allowed, seen));
            return;
        }
        if will.qos > QoS::AtMostOnce && self.link.is_full() && self.runtime_wants(&message) {
            self.refused(Refused::new(
                RefusalReason::Unavailable,
                client,
                &message.topic,
            ));
            return;
        }
        self.route(now, Origin::Gateway, &Arc::new(message));
    }

    /// Closes the connections that were found hopelessly slow.
    pub(super) fn close_hopeless(&mut self, now: Timestamp) {
        while let Some(conn) = self.hopeless.pop() {
            let Some(session) = self.sessions.get(&conn) else {
                continue;
            };
            let allowed = self.quotas.offline_messages;
            let seen = u64::try_from(session.outbound.waiting()).unwrap_or(u64::MAX);
            let refused = Refused::new(
                RefusalReason::Unavailable,
                &session.client_id,
                "messages that the client does not acknowledge",
            );
            self.refused(refused.with_limit("offline_messages", allowed, seen));
            let said = (
                Reason::QuotaExceeded,
                "too many messages are not acknowledged",
            );
            self.close(now, conn, CloseReason::TooSlow, Some(said));
        }
    }

    /// A change cannot be written to disk: its publisher is told, or closed
    /// when its version has no words for it, so that it sends again.
    pub fn not_durable(&mut self, now: Timestamp, ticket: Ticket) {
        let Some(publisher) = self.landed(ticket) else {
            return;
        };
        let Some(session) = self.sessions.get_mut(&publisher.conn) else {
            return;
        };
        let client = session.client_id.clone();
        let words = "the message cannot be kept now";
        if session.version.has_properties() {
            let why = session.reason_for(words).map(Into::into);
            session
                .inbound
                .refuse(publisher.serial, Reason::Unspecified, why);
            self.release(publisher);
        } else {
            self.close(now, publisher.conn, CloseReason::Unavailable, None);
        }
        self.refused(Refused::new(RefusalReason::Unavailable, &client, words));
    }
}
